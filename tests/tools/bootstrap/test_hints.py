"""What well-known failures mean."""

from __future__ import annotations

import pytest

from tools.bootstrap.hints import explain

# Words of pip, venv, npm, apt and Go as they were seen.
SEEN = [
    (
        "WARNING: Retrying (Retry(total=1, connect=None)) after connection broken by "
        "'NewConnectionError(': Failed to establish a new connection: [Errno -3] Temporary "
        "failure in name resolution')'\nERROR: No matching distribution found for aiofiles",
        "no package registry",
    ),
    ("npm error code ENOTFOUND\nnpm error network request failed", "no package registry"),
    ("dial tcp: lookup example on 1.1.1.1:53: no such host", "no package registry"),
    ("E: Could not connect to 127.0.0.1:9, connection refused", "no package registry"),
    ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk is full"),
    ("write /x: no space left on device\nNo space left on device", "disk is full"),
    (
        "The virtual environment was not created successfully because ensurepip is not\n"
        "available.  On Debian/Ubuntu systems, you need to install the python3-venv package",
        "apt-get install python3-venv",
    ),
    ("/usr/bin/python3: No module named venv", "python3-venv"),
    ("PermissionError: [Errno 13] Permission denied: '.venv'", "folder cannot be written"),
    ("npm error code EROFS", "folder cannot be written"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "locked"),
    ("verifying module: checksum mismatch", "locked"),
    ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "trusted"),
    ("ERROR: No matching distribution found for onnxruntime==1", "3.11"),
    (
        "CMake Error: CMAKE_C_COMPILER not set, after EnableLanguage\n"
        "ERROR: Failed building wheel for pocketsphinx",
        "apt-get install build-essential python3-dev",
    ),
]


@pytest.mark.parametrize(("output", "hint"), SEEN)
def test_a_known_failure_is_explained(output: str, hint: str) -> None:
    """Each well-known failure has a line that says what to do."""
    explained = explain(output)
    assert explained is not None
    assert hint in explained
    assert "\n" not in explained


def test_an_unknown_failure_is_not_explained() -> None:
    """No advice is given for any other failure."""
    assert explain("SyntaxError: invalid syntax") is None

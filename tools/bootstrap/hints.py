"""What a failed command's output means, and what to do. Pure."""

from __future__ import annotations

import re

DISK_FULL = "the disk is full: make room and run the same command again"

# The first match wins. A full disk comes first, as it also breaks downloads.
_HINTS: tuple[tuple[str, str], ...] = (
    (
        r"No space left on device|ENOSPC|Disk quota exceeded",
        DISK_FULL,
    ),
    (
        r"ensurepip is\s+not\s+available|No module named '?(venv|ensurepip)",
        "this Python cannot make virtual environments: install its venv module "
        "(Debian, Ubuntu: `apt-get install python3-venv`) and run the same command again",
    ),
    (
        r"Permission denied|EACCES|EROFS|Read-only file system",
        "a folder cannot be written: check who owns the clone (it must be you) and try again",
    ),
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES|EINTEGRITY|checksum mismatch",
        "a download is not the file that was locked: clear the package cache or check the proxy; "
        "do not continue without it",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate signed by unknown authority|SELF_SIGNED_CERT",
        "the package registry's certificate is not trusted here: install `ca-certificates` or "
        "name your proxy's certificate in SSL_CERT_FILE and PIP_CERT",
    ),
    (
        r"Temporary failure in name resolution|Name or service not known|no such host"
        r"|nodename nor servname|Network is unreachable|Failed to establish a new connection"
        r"|Temporary failure resolving|Could not resolve|ENOTFOUND|EAI_AGAIN|ECONNREFUSED"
        r"|ETIMEDOUT|Connection refused|i/o timeout|ReadTimeoutError|ConnectTimeoutError"
        r"|Could not connect to|ProxyError|Cannot connect to proxy",
        "no package registry can be reached: check the network (or the proxy settings) and run "
        "the same command again",
    ),
    (
        r"Failed building wheel for pocketsphinx|CMAKE_C_COMPILER not set",
        "this Python has no ready-made `pocketsphinx`, and there is no C compiler: use Python 3.11 "
        "to 3.13, or install one (Debian, Ubuntu: `apt-get install build-essential python3-dev`)",
    ),
    (
        r"No matching distribution found|Could not find a version that satisfies",
        "the registry offers no such package for this Python and machine: "
        "use Python 3.11 to 3.14 on Linux or macOS",
    ),
)


def explain(output: str) -> str | None:
    """One line about a well-known failure, or None."""
    for pattern, hint in _HINTS:
        if re.search(pattern, output):
            return hint
    return None

"""Every package of production has a licence, and NOTICE names those that are not permissive."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
PERMISSIVE = re.compile(
    r"MIT|BSD|ISC|Apache|PSF|Python|Zlib|CC0|Unlicense|UNLICENSE", re.IGNORECASE
)
RESTRICTED = re.compile(r"GPL|MPL|Mozilla|LicenseRef|Proprietary", re.IGNORECASE)
# Libraries in a wheel whose terms are not those of the wheel.
BUNDLED = {"libavcodec": "FFmpeg", "libx264": "x264", "libx265": "x265", "libmp3lame": "LAME"}


def locked(name: str) -> list[str]:
    """The packages of a lock."""
    return re.findall(r"^([a-z0-9-]+)==", (ROOT / name).read_text("utf-8"), re.MULTILINE)


def licences(package: str) -> str | None:
    """What a package says of its licence; None if it is not for this Python and system."""
    try:
        found = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [each for each in found.get_all("Classifier") or () if each.startswith("License")]
    # A whole licence text says little by its first line, and names others in its last.
    said = (found.get("License-Expression"), (found.get("License") or "")[:80], *classifiers)
    return " | ".join(each for each in said if each)


@pytest.mark.parametrize("package", sorted(set(locked("requirements.lock"))))
def test_production_has_a_licence_for_every_package(package: str) -> None:
    """A package that declares none gives nobody the right to pass it on."""
    found = licences(package)
    assert found is None or PERMISSIVE.search(found) or RESTRICTED.search(found), found
    if found and RESTRICTED.search(found):
        assert re.search(rf"^{package}\b", NOTICE, re.MULTILINE)


@pytest.mark.parametrize("package", sorted(set(locked("requirements-dev.lock"))))
def test_restricted_parts_of_the_sandbox_are_named(package: str) -> None:
    """As images of the sandbox are passed on too."""
    found = licences(package)
    if found is not None and (not found or RESTRICTED.search(found)):
        assert re.search(rf"\b{package}\b", NOTICE)


def test_libraries_in_pyavs_wheel_are_named() -> None:
    """Its own licence says nothing of them."""
    files = {path.name for path in metadata.files("av") or () if ".libs" in str(path.parent)}
    for file, name in BUNDLED.items():
        assert not any(each.startswith(file) for each in files) or name in NOTICE

"""The files of the plugin for a registry: licence, documents, examples, links that work."""

from __future__ import annotations

import re
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[3]
PLUGIN = ROOT / "plugins/livekit-plugins-sarvam-pooled"
DOCUMENTS = {"LICENSE", "README.md", "CHANGELOG.md", "examples/agent.py", "examples/synthesize.py"}


@pytest.fixture
def wheel(tmp_path: Path) -> zipfile.ZipFile:
    """The wheel, as it is built."""
    [path] = WheelBuilder(str(PLUGIN)).build(directory=str(tmp_path), versions=["standard"])
    return zipfile.ZipFile(path)


def test_the_source_distribution_has_licence_documents_and_examples(tmp_path: Path) -> None:
    """Beside the code and what hatchling adds, nothing of the repository."""
    [path] = SdistBuilder(str(PLUGIN)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    code = {name for name in names if name.startswith("livekit/plugins/sarvam_pooled/")}
    assert code
    assert names - code == DOCUMENTS | {"pyproject.toml", "PKG-INFO", ".gitignore"}


def test_the_wheel_has_code_types_and_licence(wheel: zipfile.ZipFile) -> None:
    """And no `__init__.py` that would hide LiveKit's other plugins."""
    names = set(wheel.namelist())
    assert "livekit/plugins/sarvam_pooled/py.typed" in names
    assert not {"livekit/__init__.py", "livekit/plugins/__init__.py"} & names
    [licence] = [name for name in names if name.endswith("licenses/LICENSE")]
    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_readme_stands_alone(wheel: zipfile.ZipFile) -> None:
    """A registry shows it without the repository, so its links are whole addresses."""
    [name] = [name for name in wheel.namelist() if name.endswith("METADATA")]
    shown = wheel.read(name).decode()
    links = re.findall(r"\]\(([^)\s]+)\)", shown)
    assert links
    assert all(link.startswith("https://") for link in links)

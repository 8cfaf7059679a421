"""The supported Pythons are named in many places, everywhere alike."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sandbox.stack.livekit_binary import ROOT
from tools.bootstrap.hints import explain

PLUGIN = ROOT / "plugins" / "livekit-plugins-sarvam-pooled"
MINORS = range(11, 15)


@pytest.mark.parametrize("folder", [ROOT, PLUGIN], ids=["project", "plugin"])
def test_packages_declare_the_supported_pythons(folder: Path) -> None:
    """pip refuses any other Python."""
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">=3.{MINORS[0]},<3.{MINORS[-1] + 1}"
    listed = [each for each in project.get("classifiers", ()) if re.search(r"3\.\d", each)]
    assert len(listed) in (0, len(MINORS))
    assert all(each.endswith(f" 3.{minor}") for each, minor in zip(listed, MINORS, strict=False))


def test_documentation_and_errors_name_the_supported_pythons() -> None:
    """The README does, and so does the error of a registry without a matching wheel."""
    said = f"Python 3.{MINORS[0]} to 3.{MINORS[-1]}"
    assert said in (ROOT / "README.md").read_text("utf-8")
    assert said in (explain("No matching distribution found for x") or "")
    assert said in (ROOT / "tools" / "bootstrap" / "__main__.py").read_text("utf-8")


def test_the_running_python_is_supported() -> None:
    """Otherwise the tests would prove nothing for users."""
    assert sys.version_info.minor in MINORS


def test_an_unsupported_python_looks_for_one_that_runs(tmp_path: Path) -> None:
    """A version manager's name that runs nothing is passed over, and 3.14 is the last choice."""
    for name, text in (("python3.13", "exit 127"), ("python3.12", 'echo "3.12 $*"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    code = (
        "import runpy, sys; sys.version_info = (3, 10, 1); sys.argv = ['bootstrap', 'test'];"
        "runpy.run_module('tools.bootstrap', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{tmp_path}:/bin:/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "3.12 -m tools.bootstrap test"

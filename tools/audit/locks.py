"""The locked packages under OSV's names. Pure, except for `locked`, which reads the locks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_MODULE = re.compile(r"^\s*(?:require\s+)?([a-z0-9.-]+\.[a-z]+/\S+)\s+v(\S+)", re.MULTILINE)
_NODE_MODULES = "node_modules/"


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """One version of one package; `ecosystem` is OSV's name of the registry."""

    ecosystem: str
    name: str
    version: str


def python(text: str) -> set[Package]:
    """The pins of a requirements file."""
    return {Package("PyPI", name, version) for name, version in _PIN.findall(text)}


def npm(text: str) -> set[Package]:
    """The packages of a package-lock.json, version 2 or 3."""
    packages: dict[str, dict[str, str]] = json.loads(text)["packages"]
    return {
        Package("npm", path.rpartition(_NODE_MODULES)[2], entry["version"])
        for path, entry in packages.items()
        if _NODE_MODULES in path
    }


def go(text: str) -> set[Package]:
    """The modules of a go.mod, which names the whole graph; without Go's standard library."""
    return {Package("Go", name, version) for name, version in _MODULE.findall(text)}


def locked(root: Path) -> list[Package]:
    """Every package that the locks of the clone at `root` name, sorted."""
    found: set[Package] = set()
    for path in (*root.glob("requirements*.lock"), *root.glob("tools/locks/*.lock")):
        found |= python(path.read_text("utf-8"))
    found |= npm((root / "playground" / "package-lock.json").read_text("utf-8"))
    found |= go((root / "tools" / "livekit-server" / "go.mod").read_text("utf-8"))
    return sorted(found)

"""The image and compose.yaml as they are written, and a container made of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .container import UID, Container, mount_points
from .dockerfile import Ignored, Stage, parse
from .tree import lay_out

ROOT = Path(__file__).parents[2]

MakeContainer = Callable[[str, str], Container]
"""A container of a stage, run as a service of compose.yaml says."""


@pytest.fixture(scope="session")
def stages() -> dict[str, Stage]:
    """The Dockerfile's stages."""
    return parse((ROOT / "Dockerfile").read_text("utf-8"))


@pytest.fixture(scope="session")
def ignored() -> Ignored:
    """What stays out of a build."""
    return Ignored((ROOT / ".dockerignore").read_text("utf-8"))


@pytest.fixture(scope="session")
def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))[
        "services"
    ]
    return found


@pytest.fixture
def make_container(
    stages: dict[str, Stage],
    ignored: Ignored,
    services: dict[str, dict[str, Any]],
    tmp_path: Path,
) -> MakeContainer:
    """Containers with files, user, volumes and fixed settings of the image and of compose.yaml."""

    def make(stage: str, service: str) -> Container:
        tree = tmp_path / service
        lay_out(stages, stage, tree, root=ROOT, ignored=ignored)
        volumes: dict[str, Path] = {}
        for name, path in named_volumes(services[service]).items():
            volumes[path] = tmp_path / "volumes" / name
            volumes[path].mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                # A new volume takes over the owner of the image's folder.
                os.chown(volumes[path], UID, UID)
        mount_points(tree, ["/app/.venv", "/home/agent", *volumes])
        return Container(
            stage=stages[stage],
            tree=tree,
            venv=Path(sys.prefix),
            volumes=volumes,
            environment=fixed(services[service].get("environment", {})),
        )

    return make


def named_volumes(service: dict[str, Any]) -> dict[str, str]:
    """The volumes of a service that Docker keeps: name -> where it is mounted."""
    pairs = (volume.split(":")[:2] for volume in service.get("volumes", ()))
    return {name: path for name, path in pairs if not name.startswith(".")}


def fixed(environment: dict[str, str]) -> dict[str, str]:
    """What compose.yaml sets itself, without what it passes on."""
    return {name: value for name, value in environment.items() if "${" not in value}

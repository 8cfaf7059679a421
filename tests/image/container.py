"""Runs a program as the image would: its files, its user, a root that cannot be written.

bubblewrap stands in for Docker. What differs: this machine's libraries and the environment of the
tests take the place of the base image and of what pip installs; memory and pids are not limited.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .dockerfile import Stage

UID = 10001
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/sbin", "/etc", "/run/systemd/resolve")
"""What the base image brings; /run as /etc/resolv.conf may point there."""
# Execs its arguments: the sandbox starts a worker as a program that Python runs.
_EXEC = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The file system of one stage, and what compose adds to it."""

    stage: Stage
    tree: Path
    venv: Path
    volumes: Mapping[str, Path]
    """Where a volume is mounted -> its folder on this machine."""
    environment: Mapping[str, str]
    """What compose sets, in front of the image's own."""

    def argv(self, *command: str) -> list[str]:
        """The command line that runs `command` in it."""
        return [*self._wrapped(), *command]

    def program(self, *command: str) -> tuple[str, ...]:
        """What Python runs to run `command` in it."""
        return ("-c", _EXEC, *self.argv(*command))

    def run(self, *command: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `command` to its end, within a minute."""
        return subprocess.run(
            self.argv(*command),
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def _wrapped(self) -> list[str]:
        bwrap = shutil.which("bwrap")
        assert bwrap, "bubblewrap is missing: `sudo apt-get install -y bubblewrap`"
        argv = [bwrap, "--die-with-parent", "--ro-bind", str(self.tree), "/"]
        for path in (*SYSTEM, sys.base_prefix):
            if Path(path).exists():
                argv += ["--ro-bind", path, path]
        argv += ["--ro-bind", str(self.venv), "/app/.venv", "--proc", "/proc", "--dev", "/dev"]
        for path in ("/tmp", "/dev/shm"):
            argv += ["--perms", "1777", "--tmpfs", path]
        for path, folder in self.volumes.items():
            argv += ["--bind", str(folder), path]
        # A stage without a PATH of its own has that of the base image's Python.
        base = {"HOME": "/home/agent", "PATH": f"/app/.venv/bin:{os.defpath}"}
        given = base | self.stage.environment | dict(self.environment)
        for name, value in given.items():
            argv += ["--setenv", name, value]
        argv += ["--chdir", str(self.stage.workdir)]
        return argv + _as_user()


def _as_user() -> list[str]:
    if os.geteuid() != 0:
        # A namespace of its own, in which this user has the image's number.
        number = str(UID)
        return ["--unshare-user", "--uid", number, "--gid", number, "--cap-drop", "ALL", "--"]
    drop = ("--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")
    return ["--cap-add", "ALL", "--", "setpriv", f"--reuid={UID}", f"--regid={UID}", *drop, "--"]


def mount_points(tree: Path, paths: Sequence[str]) -> None:
    """Make the folders that something is mounted on: the tree itself is read-only then."""
    for path in (*SYSTEM, sys.base_prefix, "/proc", "/dev", "/tmp", *paths):
        (tree / path.lstrip("/")).mkdir(parents=True, exist_ok=True)

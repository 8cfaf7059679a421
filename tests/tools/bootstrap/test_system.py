"""System packages are installed where that is allowed; otherwise the command is shown."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.bootstrap import system
from tools.bootstrap.place import BootstrapError, Place
from tools.bootstrap.progress import Progress
from tools.bootstrap.system import SystemPackage, advice, install


class Machine:
    """A machine whose apt writes down what it is asked for, and may refuse."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = Place(folder)
        self.out = io.StringIO()
        self.progress = Progress(self.place.logs, out=self.out)
        self.installed: set[str] = set()
        self.asked: list[tuple[str, ...]] = []
        self.prefix: tuple[str, ...] | None = ()
        self.works = True
        monkeypatch.setattr(system, "_apt_prefix", lambda: self.prefix)
        monkeypatch.setattr(system, "_apt", self._apt)

    def package(self, name: str, *, required: bool = False) -> SystemPackage:
        """A package of this machine."""
        present: Callable[[], bool] = lambda: name in self.installed  # noqa: E731
        return SystemPackage(
            apt=name, brew=f"{name}-mac", present=present, why=f"for {name}", required=required
        )

    def install(self, *packages: SystemPackage, again: bool = False) -> str:
        """Install, and give what was shown."""
        before = len(self.out.getvalue())
        install(self.place, self.progress, packages, again=again)
        return self.out.getvalue()[before:]

    def _apt(self, _: Progress, prefix: tuple[str, ...], names: tuple[str, ...]) -> None:
        self.asked.append((*prefix, *names))
        if not self.works:
            raise BootstrapError("no package registry can be reached")
        self.installed.update(names)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine where everything may be installed and nothing is."""
    return Machine(tmp_path, monkeypatch)


def test_missing_packages_are_installed(machine: Machine) -> None:
    """What is missing is installed in one go; the second time nothing is asked or shown."""
    machine.installed.add("b")
    packages = [machine.package(name) for name in "abc"]
    assert "system packages: a c ok" in machine.install(*packages)
    assert machine.install(*packages) == ""
    assert machine.asked == [("a", "c")]


def test_a_user_who_may_not_install_gets_the_command(machine: Machine) -> None:
    """A user who may not install is given the exact command, and it goes on."""
    machine.prefix = None
    shown = machine.install(machine.package("a"), machine.package("b"))
    assert "`sudo apt-get install -y a b`" in shown
    assert "a: for a; b: for b" in shown
    assert machine.asked == []


def test_a_required_package_that_may_not_be_installed_stops_the_bootstrap(machine: Machine) -> None:
    """The error has the exact command."""
    machine.prefix = None
    with pytest.raises(BootstrapError, match="`sudo apt-get install -y a`"):
        machine.install(machine.package("a", required=True))


def test_an_unreachable_registry_is_tried_once(machine: Machine) -> None:
    """An apt that fails is tried once; later starts only say what is missing, until `again`."""
    machine.works = False
    package = machine.package("a")
    assert "continuing without it: no package registry" in machine.install(package)
    assert "failed" not in machine.install(package)
    assert machine.asked == [("a",)]
    machine.works = True
    machine.install(package, again=True)
    assert machine.asked == [("a",), ("a",)]
    assert machine.install(package) == ""


def test_a_required_package_out_of_reach_stops_the_bootstrap(machine: Machine) -> None:
    """The error has apt's own reason, each time."""
    machine.works = False
    for _ in range(2):
        with pytest.raises(BootstrapError, match="no package registry"):
            machine.install(machine.package("a", required=True))
    assert len(machine.asked) == 2


def test_each_system_gets_its_own_command() -> None:
    """Linux gets apt-get, macOS gets brew."""
    missing = tuple(package for package in system.LIBRARIES if package.apt != "ca-certificates")
    assert "`sudo apt-get install -y libmpg123-0 libportaudio2`" in advice(
        missing, platform="linux"
    )
    assert "`brew install mpg123 portaudio`" in advice(missing, platform="darwin")


def test_a_library_is_found_by_any_of_its_names() -> None:
    """A library is there if the linker finds one of its names."""
    assert system.loads("libnowhere.so.9", "libc.so.6", "libSystem.dylib")
    assert not system.loads("libnowhere.so.9")

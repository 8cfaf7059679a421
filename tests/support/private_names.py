"""Finds where code uses private names of others: `_x` of another module, object or base class."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

_PRIVATE = re.compile(r"_[A-Za-z]\w*")
_PUBLIC_ALL_THE_SAME = {"_replace", "_asdict", "_fields", "_current_frames"}
"""Those of named tuples and `sys._current_frames`, which are documented."""


def uses(path: Path) -> list[str]:
    """Imports of private modules and names in a file, and private attributes of anything but `self`
    and `cls`, as "line: name"."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [part for alias in node.names for part in alias.name.split(".")]
        elif isinstance(node, ast.ImportFrom):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Attribute) and not _is_own(node.value):
            names = [node.attr]
        else:
            continue
        found += [(node.lineno, name) for name in names if _PRIVATE.fullmatch(name)]
    return [f"{line}: {name}" for line, name in found if name not in _PUBLIC_ALL_THE_SAME]


def shared_with_livekit(package: str) -> dict[str, set[str]]:
    """By class of a package: the private names that its code and that of LiveKit's classes above it
    both have, because it uses them or because they collide."""
    found: dict[str, set[str]] = {}
    for made in _classes(package):
        above = [
            one
            for one in made.__mro__
            if one.__module__.startswith("livekit.") and not one.__module__.startswith(package)
        ]
        theirs = set[str]().union(*map(_names, above))
        if shared := _names(made) & theirs:
            found[f"{made.__module__}.{made.__name__}"] = shared
    return found


def _classes(package: str) -> Iterator[type]:
    [root] = import_module(package).__path__
    for path in sorted(Path(root).rglob("*.py")):
        # Modules without a class may start a program when they are imported.
        if "\nclass " in path.read_text(encoding="utf-8"):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            members = vars(import_module(name)).values()
            yield from (one for one in members if inspect.isclass(one) and one.__module__ == name)


def _names(of: type) -> set[str]:
    """Private names that a class defines, and those it uses of `self` or `cls`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(of)))):
        if isinstance(node, ast.Attribute) and _is_own(node.value):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return {name for name in found if _PRIVATE.fullmatch(name)}


def _is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("self", "cls")

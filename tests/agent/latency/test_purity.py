"""What the modules of latency may import."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import program

ROOT = Path(__file__).parents[3]
MODULES = sorted((ROOT / "agent/latency").glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_module_knows_the_framework_a_loop_or_a_socket(path: Path) -> None:
    """A collector feeds them; they can be read and tested without one."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    assert not {name.split(".")[0] for name in names} & {"livekit", "asyncio", "socket", "aiohttp"}


def test_the_packages_stay_light() -> None:
    """Importing them, or what makes a log line, brings neither the framework nor rich."""
    code = (
        "import sys, agent, agent.latency, agent.latency.waterfall, agent.latency.budgets;"
        "print(*sorted({'livekit', 'rich', 'numpy', 'prometheus_client'} & sys.modules.keys()))"
    )
    done = program.run(code)
    assert (done.stdout.strip(), done.stderr) == ("", "")

"""What import-linter cannot say of the house (its contracts are in pyproject.toml)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import private_names

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "plugins/livekit-plugins-sarvam-pooled/livekit/plugins/sarvam_pooled"

# Take values and `now`, and return values: no loop, no socket, no framework.
PURE = [
    ROOT / "agent/tools/latin.py",
    *sorted((PLUGIN / "text").glob("*.py")),
    *sorted((PLUGIN / "audio").glob("*.py")),
    PLUGIN / "duration.py",
    PLUGIN / "transport/wire.py",
    PLUGIN / "transport/pool_state.py",
    PLUGIN / "transport/protocol.py",
    *(
        PLUGIN / "synthesis" / name
        for name in (
            "hedge.py",
            "playout.py",
            "reorder.py",
            "resume.py",
            "retry.py",
            "schedule.py",
            "speech_rate.py",
            "segment_assembler.py",
            "stall_timeout.py",
            "transcript.py",
            "completeness.py",
        )
    ),
    *(
        PLUGIN / "phrases" / f"{name}.py"
        for name in ("key", "phrase", "wav", "memory", "policy", "signing")
    ),
    *(
        ROOT / "assistants/clinic/desk" / f"{name}.py"
        for name in ("appointment", "arguments", "clinic", "errors", "schedule")
    ),
    *(ROOT / "agent/call/limits" / f"{name}.py" for name in ("text", "clock")),
    *(
        ROOT / "agent/turns" / f"{name}.py"
        for name in ("completeness", "endpointing", "silence_detector")
    ),
]
NOT_IN_PURE = {"asyncio", "socket", "websockets", "aiohttp", "livekit", "sqlalchemy"}


def imports(path: Path) -> set[str]:
    """Full names of what a module imports, relative ones with their dots."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.mark.parametrize("path", PURE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_pure_modules_import_no_loop_socket_or_framework(path: Path) -> None:
    """Decisions can be tested by tables, and read without knowing asyncio."""
    pure = {f"livekit.plugins.{PLUGIN.name}.text.function_words"}
    assert not {name.split(".")[0] for name in imports(path) - pure} & NOT_IN_PURE


PROTOCOL = "_note_provider_request_id"
"""What LiveKit has a plugin call (see `test_livekit_protocol.py`)."""


@pytest.mark.parametrize("folder", ["agent", "assistants", "prewarm", "playground", "plugins"])
def test_nothing_uses_the_private_names_of_other_modules(folder: str) -> None:
    """The project's modules and libraries alike. The private names of LiveKit and prometheus_client
    that cannot be avoided are wrapped, explained and tested in `agent/livekit_internals`."""
    found = {
        str(path.relative_to(ROOT)): used
        for path in (ROOT / folder).rglob("*.py")
        if "livekit_internals" not in path.parts
        and (used := [name for name in private_names.uses(path) if PROTOCOL not in name])
    }
    assert found == {}


def test_the_files_of_prometheus_client_are_used_in_one_place() -> None:
    """They are not documented, though their names look public."""
    for path in (ROOT / "agent").rglob("*.py"):
        if "livekit_internals" not in path.parts:
            assert not imports(path) & {"prometheus_client.mmap_dict", "prometheus_client.values"}


def test_the_namespace_package_has_no_init() -> None:
    """One would hide every other plugin of LiveKit's."""
    assert not (PLUGIN.parent / "__init__.py").exists()
    assert not (PLUGIN.parent.parent / "__init__.py").exists()


def test_the_clinic_keeps_its_records_without_livekit() -> None:
    """A team can use, test and measure the desk without a call."""
    for path in (ROOT / "assistants/clinic/desk").rglob("*.py"):
        assert not {name.split(".")[0] for name in imports(path)} & {"livekit"}, path


def test_no_file_grows_beyond_reading() -> None:
    """About 250 lines a file; beyond 400 a second idea has begun."""
    rooms = ("agent", "assistants", "prewarm", "sandbox", "bench", "evals")
    for folder in (*(ROOT / room for room in rooms), PLUGIN):
        for path in folder.rglob("*.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_assistants_share_no_line() -> None:
    """Each folder stands for itself: what several need belongs to `agent.assistant`."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "assistants").glob("*/**/*"):
        if path.suffix not in (".py", ".md", ".toml"):
            continue
        for line in map(str.strip, path.read_text(encoding="utf-8").splitlines()):
            # Short lines, imports and signatures are of the language and of the base classes.
            is_grammar = line.startswith(("import ", "from ", "def ", "async def ", "@"))
            if len(line) >= 40 and not is_grammar:
                found.setdefault(line, set()).add(path.relative_to(ROOT / "assistants").parts[0])
    shared = {line: folders for line, folders in found.items() if len(folders) > 1}
    assert not shared

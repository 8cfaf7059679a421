"""Finds the assistants, and loads each of them whole: its files are checked before any call."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import ModuleType
from typing import Any

from livekit.agents.llm import Toolset

from ..config.languages import language
from ..outcome import problem_of_outcome
from ..tools import names_of, problems_of
from ..tools.mcp_servers import mcp_toolsets, problems_of_servers
from .assistant import Assistant
from .call_agent import CallAgent
from .call_info import CallInfo
from .files import AssistantFiles, collect, read_assistant, shown_as
from .stock_speech import StockSpeech
from .toml_file import AssistantError


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAssistant(AssistantFiles):
    """An assistant that can answer calls.

    Attributes:
        entry: The class that answers a call.
        environ: The variables that its MCP servers' headers name.
    """

    entry: type[Assistant]
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    def answer(self, call: CallInfo) -> Assistant:
        """The agent that answers a call."""
        return self.entry(call)

    def toolsets(self) -> list[Toolset]:
        """The toolsets of its MCP servers, for one call."""
        return mcp_toolsets(self.manifest.mcp, self.environ)

    def new_call(self, code: str | None = None, **details: Any) -> CallInfo:
        """A call for a test of a conversation: nothing is stored as audio.

        Args:
            code: Code of the call's language; by default the assistant's first.
            details: Other fields of `CallInfo`.
        """
        spoken = language(code or self.manifest.languages[0])
        speech = StockSpeech(self.phrases, spoken, lambda _: None)
        usual: dict[str, Any] = {"id": "test", "prompt": self.prompt, "speech": speech}
        return CallInfo(**usual | details)


def load_assistants(
    root: Path, environ: Mapping[str, str] | None = None
) -> dict[str, LoadedAssistant]:
    """All assistants of a folder, by name. A folder is an assistant if it has an `assistant.toml`.

    Args:
        environ: As in `load_assistant`.

    Raises:
        AssistantError: Lists the problems of all of them.
    """
    problems: list[str] = []
    loaded: dict[str, LoadedAssistant] = {}
    for folder in sorted(path.parent for path in root.glob("*/assistant.toml")):
        try:
            loaded[folder.name] = load_assistant(folder, environ)
        except AssistantError as error:
            problems += error.problems
    problems += _same_names(loaded)
    if not loaded and not problems:
        problems.append(
            f"{root}: has no assistant (ASSISTANTS_DIR): a folder with an assistant.toml"
        )
    if problems:
        raise AssistantError(*problems)
    return loaded


def load_assistant(folder: Path, environ: Mapping[str, str] | None = None) -> LoadedAssistant:
    """Load the assistant of a folder, and check all of its files.

    Args:
        environ: The values of `.env` and of the environment, for the headers of MCP servers; None
            for conversations by text, which ask no server.

    Raises:
        AssistantError: Lists its problems.
    """
    problems: list[str] = []
    files = collect(problems, lambda: read_assistant(folder))
    wanted = files.manifest.entry if files else None
    entry = collect(problems, lambda: _entry(folder, wanted))
    if files is None or entry is None:
        raise AssistantError(*problems)
    if problems := [*_problems_of_agents(folder, entry), *_problems_of_mcp(files, entry, environ)]:
        raise AssistantError(*problems)
    own = {each.name: getattr(files, each.name) for each in fields(files)}
    needed = {name for server in files.manifest.mcp for name in server.headers.values()}
    known = {name: value for name, value in (environ or {}).items() if name in needed}
    return LoadedAssistant(**own, entry=entry, environ=known)


def _problems_of_agents(folder: Path, entry: type[Assistant]) -> Iterator[str]:
    """What is wrong with the tools and outcomes of the agents in the module of `entry`."""
    module, shown = sys.modules[entry.__module__], shown_as(folder)
    reported = set[str]()
    for value in vars(module).values():
        is_own = isinstance(value, type) and value.__module__ == module.__name__
        if not is_own or not issubclass(value, CallAgent):
            continue
        # One class may inherit the tools of another.
        found = [problem for problem in problems_of(value) if problem not in reported]
        reported.update(found)
        for problem in found:
            # As in all messages, wherever the folder is.
            yield problem.replace(str(folder.resolve()), shown)
        if bad := problem_of_outcome(vars(value).get("outcome")):
            yield f"{shown}/assistant.py: {bad}"


def _problems_of_mcp(
    files: AssistantFiles, entry: type[Assistant], environ: Mapping[str, str] | None
) -> list[str]:
    if not (servers := files.manifest.mcp):
        return []
    shown = f"{shown_as(files.folder)}/assistant.toml"
    problems = problems_of_servers(servers, environ, taken=names_of(entry))
    return [f"{shown}: {problem}" for problem in problems]


def _entry(folder: Path, wanted: str | None) -> type[Assistant]:
    module, shown = _imported(folder), f"{shown_as(folder)}/assistant.py"
    entry = _chosen(module, wanted, shown)
    try:
        inspect.signature(entry).bind("the call")
    except TypeError as error:
        raise AssistantError(
            f"{shown}: {entry.__name__} cannot be made with `call` alone ({error})"
        ) from None
    return entry


def _chosen(module: ModuleType, wanted: str | None, shown: str) -> type[Assistant]:
    classes = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Assistant)
        and value.__module__ == module.__name__
    }
    if wanted is not None:
        if wanted not in classes:
            raise AssistantError(f"{shown}: has no class {wanted} that derives from Assistant")
        return classes[wanted]
    if not classes:
        raise AssistantError(f"{shown}: has no class that derives from Assistant")
    if len(classes) > 1:
        raise AssistantError(
            f"{shown}: has several assistants ({', '.join(classes)}): name the one that answers a "
            "call as `entry` in assistant.toml"
        )
    return next(iter(classes.values()))


def _imported(folder: Path) -> ModuleType:
    """The module `assistant.py`, as `<folder of all assistants>.<assistant>.assistant`, so that its
    relative imports work."""
    path, shown = folder.resolve() / "assistant.py", shown_as(folder)
    if not path.is_file():
        raise AssistantError(f"{shown}/assistant.py: is missing")
    root = str(path.parents[2])
    if root not in sys.path:
        sys.path.insert(0, root)
    name = f"{path.parents[1].name}.{folder.name}.assistant"
    try:
        module = importlib.import_module(name)
    except (Exception, SystemExit) as error:
        # One assistant must not end a worker that has others, nor end it without a message.
        raise AssistantError(_where(error, folder, shown)) from error
    if Path(module.__file__ or "").resolve() != path:
        raise AssistantError(
            f"{shown}/assistant.py: another package is named {path.parents[1].name!r}: rename the "
            "folder of the assistants"
        )
    return module


def _where(error: BaseException, folder: Path, shown: str) -> str:
    """The problem, with the last line of the assistant's own that led to it."""
    if isinstance(error, SyntaxError) and error.filename:
        file, line = Path(error.filename), error.lineno
    else:
        own = [
            (Path(frame.filename), frame.lineno)
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(folder.resolve())
        ]
        file, line = own[-1] if own else (folder / "assistant.py", 1)
    if file.is_relative_to(folder.resolve()):
        file = file.relative_to(folder.resolve())
    return f"{shown}/{file}:{line}: {type(error).__name__}: {error}"


def _same_names(loaded: Mapping[str, LoadedAssistant]) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for each in loaded.values():
        by_name.setdefault(each.manifest.name, []).append(each.name)
    return [
        f"{' and '.join(folders)}: both assistants have the name {name!r}"
        for name, folders in by_name.items()
        if len(folders) > 1
    ]

"""`make demo`: one scripted call to the stack, its table, and whether the call was good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp
from rich.console import Console

from sandbox.stack.livekit_binary import ROOT

from .call import run_call
from .checks import Problem, check
from .client import CallError
from .probes import Probes
from .report import render
from .script import ScriptError, load

RECORDINGS = ROOT / ".cache" / "calls"
"""The default folder of recordings; not under version control."""
GOOD, BAD, UNUSABLE = 0, 1, 2
"""Exit codes: a good call, a call with problems, no call at all."""


class CallTarget(Protocol):
    """The server and the stack that a demo calls."""

    @property
    def livekit_url(self) -> str:
        """The LiveKit server."""

    @property
    def api_key(self) -> str:
        """The server's key."""

    @property
    def api_secret(self) -> str:
        """The secret of `api_key`."""

    @property
    def stand_ins(self) -> Mapping[str, str]:
        """Provider -> host:port of its stand-in; without real providers."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The worker's variables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteTarget:
    """A LiveKit server and an agent that run elsewhere, with unknown providers."""

    livekit_url: str
    api_key: str
    api_secret: str = field(repr=False)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def worker_variables(script: str | Path) -> dict[str, str]:
    """The variables that make a worker speak the script's language.

    Raises:
        ScriptError: There is no such script, or it is not a valid one.
    """
    return {"AGENT_LANGUAGE": load(script).language}


async def run_demo(
    stack: CallTarget,
    *,
    script: str | Path = "clinic",
    record: Path | None = None,
    console: Console | None = None,
) -> int:
    """Make the call, print its report, and return the exit code of the command."""
    console = console or Console(highlight=False)
    try:
        chosen = load(script)
        async with aiohttp.ClientSession() as session:
            folder = stack.environment.get("PHRASE_STORE_DIR")
            probes = Probes(session, stack.stand_ins, phrases=Path(folder) if folder else None)
            await probes.prepare(chosen)
            with console.status("Calling the agent") as status:
                result = await run_call(
                    stack.livekit_url,
                    stack.api_key,
                    stack.api_secret,
                    chosen,
                    agent_name=stack.environment.get("AGENT_NAME", ""),
                    announce=lambda line: status.update(f"Caller: {line}"),
                )
                status.update("Checking the recording")
                evidence = await probes.collect(
                    chosen, result, language=stack.environment.get("AGENT_LANGUAGE") or "en-IN"
                )
    except (ScriptError, CallError) as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return UNUSABLE
    problems = check(chosen, result, evidence)
    path = record or RECORDINGS / f"{Path(script).stem}.wav"
    recorded: Path | None = _shown(path)
    try:
        result.recording.save(path)
    except OSError as error:
        problems.append(Problem("the recording", f"cannot write {path}: {error.strerror}"))
        recorded = None
    notes = _notes(stack.stand_ins)
    console.print(render(chosen, result, problems, notes=notes, recorded=recorded))
    return BAD if problems else GOOD


def _notes(stand_ins: Mapping[str, str]) -> list[str]:
    """What a reader must know about the figures."""
    notes = [
        "Times include Opus, the server and the caller's jitter buffer, but no sound card "
        "and no network beyond this machine."
    ]
    if stand_ins:
        notes.append(f"Simulated, delays included: {', '.join(sorted(stand_ins))}.")
    if "openai" not in stand_ins:
        notes.append("Words are not checked against the language model: it is a real one.")
    if "sarvam" not in stand_ins:
        notes.append("Words are not checked against the requests to the TTS: it is a real one.")
    return notes


def _shown(path: Path) -> Path:
    """The path relative to the working directory, if it is in it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path

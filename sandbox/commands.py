"""The commands of `python -m sandbox`. Each returns its exit code.

They raise `BringUpError` or `ValueError` for failures that the user can put right; the text says
how.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from . import condition_flags
from . import serve as serving
from .caller.demo import RECORDINGS, RemoteTarget, run_demo, worker_variables
from .stack import BringUpError, keys_file, livekit_server, ports
from .stack import environment as env
from .stack.livekit_binary import ROOT, VERSION
from .stack.log_folder import claimed
from .stack.logs import show_errors
from .stack.report import ConsoleReport
from .stack.stack import LOGS, Stack, StackOptions, stack

ENV_FILE = ROOT / ".env"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionFlags:
    """The `--latency` and `--fault` flags, checked at once."""

    latency: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        condition_flags.parse_latency(self.latency, env.PROVIDERS)
        condition_flags.parse_faults(self.faults, env.PROVIDERS)

    def arguments(self) -> tuple[str, ...]:
        """The same flags, for `serve`."""
        flags = [("--latency", flag) for flag in self.latency]
        flags += [("--fault", flag) for flag in self.faults]
        return tuple(word for flag in flags for word in flag)


async def serve(
    out: Console, flags: ConditionFlags, *, only: str, port: Sequence[str], seed: int
) -> int:
    """Serve stand-ins until cancelled; print the variables that point at them."""
    chosen = providers(only)
    slower = condition_flags.parse_latency(flags.latency, env.PROVIDERS)
    broken = condition_flags.parse_faults(flags.faults, env.PROVIDERS)
    at = serving.parse_ports(port, ports.fixed(env.read(ENV_FILE, os.environ)).stand_ins)
    stand_ins = {
        name: serving.make(name, latency=slower[name], faults=broken[name], seed=seed)
        for name in chosen
    }
    async with serving.serve_all(stand_ins, at) as addresses:
        out.print(env.lines(env.of_stand_ins(addresses)), end="", markup=False)
        # A reader at the other end of a pipe waits for them.
        out.file.flush()
        await asyncio.Event().wait()
    return 0


async def up(out: Console, err: Console, flags: ConditionFlags) -> int:
    """Bring everything up on the usual ports, until cancelled or until a part ends."""
    with claimed(LOGS / "run") as logs:
        options = StackOptions(
            ports=ports.fixed(env.read(ENV_FILE, os.environ)),
            logs=logs,
            serve_arguments=flags.arguments(),
        )
        async with stack(options, report=ConsoleReport(out)) as running:
            with _keys(running, options.ports.livekit) as keys:
                announce(out, running, keys=keys)
                files = {child.name: child.log for child in running.children.running}
                showing = asyncio.create_task(show_errors(files, err.print))
                try:
                    raise BringUpError(await running.failure())
                finally:
                    showing.cancel()
                    out.print("stopping")


@contextmanager
def _keys(running: Stack, port: int) -> Iterator[Path | None]:
    """The file with the keys of a server that was started here; None for another server."""
    if running.livekit_version is None:
        yield None
        return
    path = keys_file.path_of(port)
    pair = env.of_livekit(running.livekit_url, running.api_key, running.api_secret)
    with keys_file.written(path, pair):
        yield path


async def demo(out: Console, flags: ConditionFlags, *, script: str, record: Path | None) -> int:
    """Bring everything up on free ports for one scripted call; demos may run side by side."""
    with claimed(LOGS / "demo") as logs:
        options = StackOptions(
            # The agent speaks the script's language, not the one of its own settings.
            environ=dict(os.environ) | worker_variables(script),
            logs=logs,
            with_playground=False,
            serve_arguments=flags.arguments(),
        )
        suffix = logs.name.removeprefix("demo")
        async with stack(options, report=ConsoleReport(out)) as running:
            code = await _call_unless_failed(
                running, script, record or RECORDINGS / f"{Path(script).stem}{suffix}.wav"
            )
        if code:
            out.print(f"Logs: {logs}", markup=False)
        return code


async def _call_unless_failed(running: Stack, script: str, record: Path) -> int:
    """The exit code of a call; `BringUpError` if a part of the stack ends during the call."""
    calling = asyncio.ensure_future(run_demo(running, script=script, record=record))
    failing = asyncio.ensure_future(running.failure())
    try:
        await asyncio.wait((calling, failing), return_when=asyncio.FIRST_COMPLETED)
        if not calling.done():
            raise BringUpError(failing.result())
        return calling.result()
    finally:
        calling.cancel()
        failing.cancel()
        await asyncio.gather(calling, failing, return_exceptions=True)


async def call(*, script: str, record: Path | None) -> int:
    """Make one scripted call to the server in `.env`, or to the one of `make run`."""
    environment = env.read(ENV_FILE, os.environ)
    at = ports.fixed(environment)
    if not environment.get("LIVEKIT_URL"):
        environment |= keys_file.read(keys_file.path_of(at.livekit))
    livekit = livekit_server.chosen(environment, at)
    there = RemoteTarget(
        livekit_url=livekit.url,
        api_key=livekit.api_key,
        api_secret=livekit.api_secret,
        environment=environment,
    )
    return await run_demo(there, script=script, record=record)


def announce(out: Console, running: Stack, *, keys: Path | None) -> None:
    """Print where everything is, once it is up; `keys` is the file for the user's own clients."""
    rows = {
        "Talk": f"[bold]{running.playground_url}[/bold]",
        "LiveKit": f"{running.livekit_url} ({_origin(running.livekit_version)})",
        "Logs": str(running.logs),
    }
    if keys:
        rows["Keys"] = f"{keys} (of this server, for your own clients)"
    if running.stand_ins:
        names = ", ".join(running.stand_ins)
        rows["Simulated"] = f"{names} (a key in .env calls the real provider)"
    out.print()
    for name, value in rows.items():
        out.print(f"{name + ':':<11}{value}")
    out.print("\nCtrl-C stops everything.")


def _origin(version: str | None) -> str:
    if version is None:
        return "yours"
    if version == VERSION:
        return "started here"
    return f"started here, version {version}; tried with {VERSION}"


def providers(only: str) -> tuple[str, ...]:
    """The providers of `--only`, all if it is empty; `ValueError` for an unknown name."""
    names = tuple(name.strip() for name in only.split(",") if name.strip())
    if any(name not in env.PROVIDERS for name in names):
        raise ValueError(f"--only {only}: write one or more of {','.join(env.PROVIDERS)}")
    return names or env.PROVIDERS

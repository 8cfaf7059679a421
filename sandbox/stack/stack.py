"""A whole call on one machine: all parts start side by side and are stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from . import BringUpError, livekit_server, playground, stand_ins, stock_phrases, worker
from . import environment as env
from .livekit_binary import ROOT
from .livekit_server import LiveKit
from .ports import Ports, RequiredPort, free, require_free
from .processes import PROBE_SECONDS, Children, children
from .report import Report

LOGS = ROOT / ".cache" / "logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """What to bring up, and where."""

    ports: Ports = field(default_factory=free)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    env_file: Path = ROOT / ".env"
    logs: Path = LOGS
    with_worker: bool = True
    program: tuple[str, ...] = worker.PROGRAM
    """The arguments with which Python runs the worker."""
    with_playground: bool = True
    serve_arguments: tuple[str, ...] = ()
    """Further flags of `sandbox serve`: latency and faults of the stand-ins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Everything is up."""

    livekit_url: str
    api_key: str
    api_secret: str = field(repr=False)
    livekit_version: str | None
    """Version of the LiveKit server that was started here; None for one at LIVEKIT_URL."""
    playground_url: str | None
    stand_ins: dict[str, str]
    """Provider -> host:port of its stand-in; without the providers that have a key."""
    environment: dict[str, str] = field(repr=False)
    """The worker's variables."""
    logs: Path
    children: Children = field(repr=False)

    async def failure(self) -> str:
        """Wait until a part ends by itself; which one, and the last lines of its log."""
        return (await self.children.first_exit()).exit_report()


@asynccontextmanager
async def stack(
    options: StackOptions | None = None, *, report: Report | None = None
) -> AsyncIterator[Stack]:
    """Bring everything up; leaving takes everything down.

    Raises `BringUpError` for failures that the user can put right; nothing is left running then.
    """
    options, report = options or StackOptions(), report or Report()
    environment = env.read(options.env_file, options.environ)
    livekit = livekit_server.chosen(environment, options.ports)
    at = stand_ins.addresses(options.ports, env.without_key(environment))
    environment |= env.of_livekit(livekit.url, livekit.api_key, livekit.api_secret)
    environment |= env.of_stand_ins(at) | stock_phrases.of_folder(environment)
    require_free(_required_ports(options, livekit, tuple(at)))
    async with children(options.logs) as started, aiohttp.ClientSession() as session:
        bring_up = _BringUp(options, report, started, session, environment, livekit, at)
        with report.showing():
            up = await bring_up.run()
        yield up


def _required_ports(
    options: StackOptions, livekit: LiveKit, simulated: tuple[str, ...]
) -> tuple[RequiredPort, ...]:
    ports = options.ports
    return (
        *(livekit_server.required_ports(ports) if livekit.local else ()),
        *stand_ins.required_ports(ports, simulated),
        *(worker.required_ports(ports) if options.with_worker else ()),
        *(playground.required_ports(ports) if options.with_playground else ()),
    )


class _BringUp:
    """Starts the parts side by side: all addresses are known beforehand."""

    def __init__(
        self,
        options: StackOptions,
        report: Report,
        started: Children,
        session: aiohttp.ClientSession,
        environment: dict[str, str],
        livekit: LiveKit,
        at: dict[str, str],
    ) -> None:
        self._options = options
        self._report = report
        self._children = started
        self._session = session
        self._livekit = livekit
        self._stand_ins = at
        self._environment = environment
        self._version: str | None = None

    async def run(self) -> Stack:
        """Start everything; the first failure ends the rest and is raised."""
        watching = asyncio.create_task(self._children.first_exit())
        starting = asyncio.create_task(self._start_all())
        try:
            await asyncio.wait((watching, starting), return_when=asyncio.FIRST_COMPLETED)
            # A part that ends while it starts reports that itself, and is shown as failed.
            await asyncio.wait((starting,), timeout=10 * PROBE_SECONDS)
            if not starting.done():
                raise BringUpError(watching.result().exit_report())
            page = starting.result()
        finally:
            await _end(watching, starting)
        return Stack(
            livekit_url=self._livekit.url,
            api_key=self._livekit.api_key,
            api_secret=self._livekit.api_secret,
            livekit_version=self._version,
            playground_url=page,
            stand_ins=self._stand_ins,
            environment=self._environment,
            logs=self._options.logs,
            children=self._children,
        )

    async def _start_all(self) -> str | None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._start_server())
                simulation = group.create_task(self._start_stand_ins())
                if self._options.with_worker:
                    group.create_task(self._start_worker(simulation))
                if not self._options.with_playground:
                    return None
                page = group.create_task(self._start_playground())
        except* BringUpError as failures:
            raise failures.exceptions[0] from None
        return page.result()

    async def _start_server(self) -> None:
        with self._report.part("LiveKit server"):
            if not self._livekit.local:
                await livekit_server.reach(self._session, self._livekit)
                return
            self._version = await livekit_server.start(
                self._children,
                self._session,
                self._livekit,
                self._options.ports,
                environment=self._environment,
            )

    async def _start_stand_ins(self) -> None:
        if not self._stand_ins:
            return
        with self._report.part("stand-ins"):
            await stand_ins.start(
                self._children,
                self._session,
                self._stand_ins,
                arguments=self._options.serve_arguments,
                environment=self._environment,
            )

    async def _start_playground(self) -> str:
        with self._report.part("playground"):
            return await playground.start(
                self._children,
                self._session,
                self._options.ports,
                stand_ins=self._stand_ins,
                environment=self._environment,
            )

    async def _start_worker(self, simulation: asyncio.Task[None]) -> None:
        with self._report.part("worker"):
            child = await worker.start(
                self._children,
                self._options.ports,
                program=self._options.program,
                environment=self._environment,
            )
        # The worker has looked for them; a second look would take as long as its start.
        if "sarvam" in self._stand_ins and worker.lacks_phrases(child):
            await simulation
            # Without them a call is slower; the log says why they are missing.
            with contextlib.suppress(BringUpError), self._report.part("phrases"):
                await stock_phrases.build(self._children, environment=self._environment)


async def _end(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

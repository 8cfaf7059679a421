"""The stack's child processes: each in its own group, logged to a file, certain to end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

import aiohttp

from . import BringUpError, watchdog
from .livekit_binary import ROOT
from .logs import tail

# Seconds between the first SIGTERM, the second, and SIGKILL. The second makes livekit-server and
# the worker drop calls in progress.
STOP_TIMEOUT = 1.5
# Seconds between two checks of a part that is starting.
PROBE_SECONDS = 0.03


async def answers(session: aiohttp.ClientSession, url: str) -> bool:
    """Whether a GET of `url` succeeds now, or is asked for a password."""
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=2.0)) as response:
            return response.ok or response.status == HTTPStatus.UNAUTHORIZED
    except (TimeoutError, aiohttp.ClientError, OSError):
        return False


class Child:
    """One running part."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.log = log
        self.process = process
        self.stopping = False
        self.exited = asyncio.create_task(process.wait(), name=f"exit of {name}")

    @property
    def group(self) -> int:
        """The process group that the part leads."""
        return self.process.pid

    def exit_report(self) -> str:
        """How the part ended, and the last lines of its log."""
        code = self.process.returncode
        how = f"was killed by signal {-code}" if code and code < 0 else f"ended with {code}"
        lines = "".join(f"\n    {line}" for line in tail(self.log))
        return f"{self.name} {how}; the end of {self.log}:{lines}"

    async def until(
        self, ready: Callable[[], Awaitable[bool]], *, timeout: float, doing: str
    ) -> None:
        """Wait until `ready()`; `BringUpError` if the part ends first or `timeout` passes."""
        try:
            async with asyncio.timeout(timeout):
                while not await ready():
                    if self.exited.done():
                        raise BringUpError(self.exit_report())
                    await asyncio.sleep(PROBE_SECONDS)
        except TimeoutError:
            lines = "".join(f"\n    {line}" for line in tail(self.log))
            raise BringUpError(
                f"{self.name} did not {doing} within {timeout:.0f} s; the end of {self.log}:{lines}"
            ) from None

    async def stop(self, *, timeout: float = STOP_TIMEOUT) -> None:
        """End the part and its whole group: SIGTERM, SIGTERM again, SIGKILL."""
        self.stopping = True
        for _ in range(2):
            if self.exited.done():
                break
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)
            await asyncio.wait((self.exited,), timeout=timeout)
        self.kill()
        await self.exited

    def kill(self) -> None:
        """Kill the whole group now."""
        self.stopping = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.group, signal.SIGKILL)


class Children:
    """All parts that were started, and the watchdog. Made by `children()`."""

    def __init__(self, logs: Path, watchdog_process: asyncio.subprocess.Process) -> None:
        self.logs = logs
        self._watchdog = watchdog_process
        # Layers from the bottom up; a layer ends only after those above it.
        self._layers: dict[int, list[Child]] = {}
        self._exits: asyncio.Queue[Child] = asyncio.Queue()

    async def start(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        layer: int,
        env: Mapping[str, str],
        may_end: bool = False,
    ) -> Child:
        """Start a part; its output goes to `NAME.log`, with dashes for spaces.

        A part that `may_end` has a task to do: its end is no failure, and it is then forgotten.
        """
        log = self.logs / f"{name.replace(' ', '-')}.log"
        try:
            with log.open("wb") as output:
                process = await asyncio.create_subprocess_exec(
                    *map(str, argv),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=asyncio.subprocess.STDOUT,
                    env=dict(env),
                    cwd=ROOT,
                    # A session of its own: Ctrl-C reaches only us, and we end the parts in order.
                    start_new_session=True,
                    preexec_fn=partial(_register, self._watchdog_pipe()),
                )
        except OSError as error:
            raise BringUpError(f"{name} cannot be started: {error.strerror}: {argv[0]}") from None
        child = Child(name, process, log)
        self._layers.setdefault(layer, []).append(child)
        ended = partial(self._forget, layer) if may_end else self._exits.put_nowait
        child.exited.add_done_callback(lambda _: ended(child))
        return child

    @property
    def running(self) -> tuple[Child, ...]:
        """Every part that runs, from the bottom up."""
        return tuple(child for _, layer in sorted(self._layers.items()) for child in layer)

    async def first_exit(self) -> Child:
        """Wait until a part ends without being stopped, whenever it was started."""
        while (child := await self._exits.get()).stopping:
            pass
        return child

    def kill(self) -> None:
        """Kill everything at once; for a second Ctrl-C."""
        for child in self.running:
            child.kill()

    async def aclose(self) -> None:
        """End the parts from the top down, then the watchdog."""
        for _, layer in sorted(self._layers.items(), reverse=True):
            await asyncio.gather(*(child.stop() for child in layer))
            for child in layer:
                self._notify(f"-{child.group}\n")
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.close()
        await self._watchdog.wait()

    def _forget(self, layer: int, child: Child) -> None:
        # Its number may soon belong to another process.
        self._layers[layer].remove(child)
        self._notify(f"-{child.group}\n")

    def _watchdog_pipe(self) -> int:
        """The descriptor of the pipe to the watchdog."""
        assert self._watchdog.stdin is not None
        descriptor: int = self._watchdog.stdin.get_extra_info("pipe").fileno()
        return descriptor

    def _notify(self, line: str) -> None:
        assert self._watchdog.stdin is not None
        # Without its watchdog, which somebody may have killed, the stack still works.
        with contextlib.suppress(ConnectionError):
            self._watchdog.stdin.write(line.encode())


def _register(watchdog_pipe: int) -> None:
    """Name the new process's group to the watchdog. Runs in that process before its program: if we
    named it, we could be killed between its start and that."""
    # A watchdog that somebody killed must not take the part with it.
    usual = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.write(watchdog_pipe, f"+{os.getpid()}\n".encode())
    signal.signal(signal.SIGPIPE, usual)


@asynccontextmanager
async def children(logs: Path) -> AsyncIterator[Children]:
    """Start parts inside the block; leaving it ends them all, however it is left."""
    _make_folder(logs)
    watchdog_process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        watchdog.__file__,
        stdin=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    started = Children(logs, watchdog_process)
    try:
        yield started
    finally:
        # Shielded: a second cancellation must not leave parts running; it kills them at once.
        closing = asyncio.ensure_future(started.aclose())
        while not closing.done():
            try:
                await asyncio.shield(closing)
            except asyncio.CancelledError:
                started.kill()
        closing.result()


def _make_folder(logs: Path) -> None:
    try:
        logs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BringUpError(f"cannot write logs to {logs}: {error.strerror}") from None

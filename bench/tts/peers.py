"""The peers that are compared, and the process of each as the bench sees it."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tools.bootstrap.place import BootstrapError
from tools.bootstrap.progress import Progress
from tools.bootstrap.python_env import make_venv, pip

from .drivers.messages import Close, Command, Delivery, Open, Say, read_delivery, write_command

ROOT = Path(__file__).parents[2]
_PIPECAT_VENV = ROOT / ".cache" / "pipecat-venv"
# The release that was compared. Its dependencies clash with LiveKit's, and 0.5 GB of them is no
# part of the project, so no lock names it.
_REQUIREMENT = "pipecat-ai==1.14.0"
_LIVEKIT, _PIPECAT = "bench.tts.drivers.livekit_peer", "bench.tts.drivers.pipecat_peer"
# The audio of a long reply is one line.
_LONGEST_LINE = 2**26
_GRACE = 10.0  # seconds for a process to end after its input did
_TAIL = 2000  # characters of a process's log that an error shows


@dataclass(frozen=True, slots=True)
class Peer:
    """One row of a table."""

    name: str
    variant: str
    """Its name within its process."""
    module: str = _LIVEKIT
    python: Path = Path(sys.executable)

    @property
    def is_installed(self) -> bool:
        """Whether the peer's environment is there."""
        return self.python.exists()


OURS = "ours"
ONE_BY_ONE = Peer("ours, one Segment at a time", "parallel 1")
PEERS = {
    peer.name: peer
    for peer in (
        Peer(OURS, "all on"),
        Peer("official plugin", "official plugin"),
        Peer("pipecat", "pipecat", _PIPECAT, _PIPECAT_VENV / "bin" / "python"),
    )
}
"""All with their defaults, except that ours keeps no phrases: scenarios repeat texts."""


class PeerEnded(Exception):
    """A peer's process is gone."""


class PeerProcess:
    """A process that speaks replies as one peer. Create it with `start`."""

    def __init__(self, process: asyncio.subprocess.Process, log: IO[bytes]) -> None:
        self._process = process
        self._log = log
        self._ready: asyncio.Queue[PeerEnded | None] = asyncio.Queue()
        self._replies: dict[int, asyncio.Future[Delivery]] = {}

    async def open(self, command: Open) -> None:
        """Make a TTS; returns once it is made, which is before it has connected."""
        await self._until_ready(command)

    async def close(self) -> None:
        """Close the TTS."""
        await self._until_ready(Close())

    async def say(self, say: Say) -> Delivery:
        """Speak one reply; several may be in progress, with different numbers."""
        answer = asyncio.get_running_loop().create_future()
        self._replies[say.number] = answer
        await self._send(say)
        delivery: Delivery = await answer
        return delivery

    async def _until_ready(self, command: Command | None = None) -> None:
        if command is not None:
            await self._send(command)
        ended = await self._ready.get()
        if ended is not None:
            raise ended

    async def _send(self, command: Command) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the process was started without a pipe")
        with suppress(ConnectionError):
            self._process.stdin.write((write_command(command) + "\n").encode())
            await self._process.stdin.drain()

    async def _read(self) -> None:
        """Resolve each reply that the process reports, until the process ends."""
        if self._process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        while line := await self._process.stdout.readline():
            delivery = read_delivery(line)
            if delivery is None:
                self._ready.put_nowait(None)
            else:
                self._replies.pop(delivery.number).set_result(delivery)
        ended = PeerEnded(self._log_tail())
        self._ready.put_nowait(ended)
        for answer in self._replies.values():
            answer.set_exception(ended)

    def _log_tail(self) -> str:
        self._log.seek(0)
        words = self._log.read().decode(errors="replace")[-_TAIL:].strip()
        return f"a peer's process ended:\n{words}"

    async def _stop(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_GRACE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    @classmethod
    @asynccontextmanager
    async def start(cls, peer: Peer) -> AsyncIterator[PeerProcess]:
        """Run the peer's process; it ends with the block."""
        with tempfile.TemporaryFile() as log:
            process = await asyncio.create_subprocess_exec(
                peer.python,
                "-m",
                peer.module,
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=_LONGEST_LINE,
            )
            self = cls(process, log)
            reading = asyncio.create_task(self._read())
            try:
                await self._until_ready()
                yield self
            finally:
                await self._stop()
                reading.cancel()
                with suppress(asyncio.CancelledError):
                    await reading


def install() -> None:
    """Make pipecat's environment, in place of what is there.

    Raises:
        BootstrapError: It could not be installed; the message says why, and nothing is left.
    """
    progress = Progress(ROOT / ".cache" / "logs")
    make_venv(_PIPECAT_VENV, progress, title="virtual environment for pipecat", log="pipecat-venv")
    try:
        with progress.step(f"{_REQUIREMENT} (0.5 GB)"):
            pip(_PIPECAT_VENV, progress, _REQUIREMENT, log="pipecat-pip")
    except (BootstrapError, KeyboardInterrupt):
        # Half an environment would be taken for a peer.
        shutil.rmtree(_PIPECAT_VENV)
        raise

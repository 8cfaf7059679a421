"""The watchdog: nothing outlives the process that started it, however that process ended."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from sandbox.stack import watchdog

# A part that does not listen to polite requests, with a child of its own; each holds a connection
# to the test, so that its end can be awaited.
STUBBORN = """
import os, signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.sendall(b"up\\n")
connection.recv(1)
"""

PARENT = """
import asyncio, os, sys
from pathlib import Path
from sandbox.stack.processes import children

async def main():
    async with children(Path(sys.argv[1])) as started:
        argv = [sys.executable, "-c", sys.argv[2], sys.argv[3]]
        await started.start("stubborn", argv, layer=0, env=os.environ)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def test_groups_are_what_the_lines_say() -> None:
    """A group is watched from its `+` to its `-`; a line that is neither changes nothing."""
    groups: set[int] = set()
    watchdog.watch(["+12\n", "+13\n", "-12\n", "nonsense\n", "+\n", "-99\n", "+14"], groups)
    assert groups == {13, 14}


def test_a_group_that_has_ended_is_no_error() -> None:
    """It may end at any time."""
    watchdog.end([2**22 + 1], grace=0.0)


async def test_a_killed_parent_leaves_nothing_behind(tmp_path: Path) -> None:
    """`kill -9` of the parent ends its part, and that part's child, though they ignore SIGTERM."""
    arrived: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    writers: list[asyncio.StreamWriter] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        arrived.put_nowait(reader)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), STUBBORN, str(port)
    )
    both = [await arrived.get(), await arrived.get()]
    assert [await reader.readline() for reader in both] == [b"up\n", b"up\n"]
    parent.send_signal(signal.SIGKILL)
    assert await parent.wait() == -signal.SIGKILL
    # End of file: the kernel closed the connection of a process that is no more.
    async with asyncio.timeout(20):
        assert [await reader.read() for reader in both] == [b"", b""]
    for writer in writers:
        writer.close()
    server.close()
    await server.wait_closed()

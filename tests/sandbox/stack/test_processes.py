"""Child processes: logged, awaited, and sure to end, in order."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from sandbox.stack import BringUpError
from sandbox.stack.processes import Child, Children, children

# Writes its argument to its log at each SIGTERM, and ends at the given one.
POLITE = """
import signal, sys, threading
left = int(sys.argv[1])
done = threading.Event()
def asked(*_):
    global left
    left -= 1
    print("asked", flush=True)
    if left == 0:
        done.set()
signal.signal(signal.SIGTERM, asked)
print("ready", flush=True)
while not done.wait(0.05):
    pass
print("bye", flush=True)
"""


async def start(
    started: Children, code: str, *arguments: str, name: str = "part", layer: int = 0
) -> Child:
    """Run Python code as a part."""
    argv = [sys.executable, "-c", code, *arguments]
    return await started.start(name, argv, layer=layer, env=os.environ)


def says(child: Child, word: str) -> bool:
    """Whether the word is in the part's log."""
    return word in child.log.read_text()


async def until_says(child: Child, word: str) -> None:
    """Wait for a word in the part's log."""

    async def said() -> bool:
        return says(child, word)

    await child.until(said, timeout=20, doing=f"say {word}")


async def test_output_goes_to_a_log(tmp_path: Path) -> None:
    """Both streams of a part are in the file named after it; a new start replaces it."""
    for _ in range(2):
        async with children(tmp_path / "logs") as started:
            code = "import os; os.write(1, b'out\\n'); os.write(2, b'err\\n')"
            child = await start(started, code, name="my part")
            assert await child.exited == 0
    assert child.log == tmp_path / "logs" / "my-part.log"
    assert child.log.read_text() == "out\nerr\n"


async def test_part_ends_while_it_starts(tmp_path: Path) -> None:
    """A part that ends before it is ready is reported at once, with its code and last lines."""
    async with children(tmp_path) as started:
        child = await start(started, "import sys; print('no key'); sys.exit(3)")
        with pytest.raises(BringUpError) as caught:
            await until_says(child, "never")
    assert str(caught.value) == f"part ended with 3; the end of {child.log}:\n    no key"


async def test_a_part_that_is_never_ready_is_reported(tmp_path: Path) -> None:
    """The message says what it should have done."""
    async with children(tmp_path) as started:
        child = await start(started, POLITE, "1")
        await until_says(child, "ready")

        async def ready() -> bool:
            return False

        with pytest.raises(BringUpError, match=r"part did not answer within 0 s(.|\n)*ready"):
            await child.until(ready, timeout=0.01, doing="answer")


async def test_program_that_cannot_be_started(tmp_path: Path) -> None:
    """A program that is not there or not executable is one line that names it."""
    async with children(tmp_path) as started:
        with pytest.raises(BringUpError, match=r"part cannot be started: .*: /nowhere/program"):
            await started.start("part", ["/nowhere/program"], layer=0, env={})


async def test_an_unwritable_log_folder_is_one_line(tmp_path: Path) -> None:
    """A log folder that cannot be made is one line that names it."""
    (tmp_path / "file").touch()
    with pytest.raises(BringUpError, match="cannot write logs to"):
        async with children(tmp_path / "file" / "logs"):
            pass


async def test_polite_part_ends_by_itself(tmp_path: Path) -> None:
    """A part that ends when asked is asked once and may finish."""
    async with children(tmp_path) as started:
        child = await start(started, POLITE, "1")
        await until_says(child, "ready")
        await child.stop(timeout=20)
    assert child.process.returncode == 0
    assert child.log.read_text() == "ready\nasked\nbye\n"


async def test_part_is_asked_twice_then_killed(tmp_path: Path) -> None:
    """A part that does not end is asked again, and killed when its time is up."""
    async with children(tmp_path) as started:
        child = await start(started, POLITE, "9")
        await until_says(child, "ready")
        await child.stop(timeout=0.2)
    assert child.process.returncode == -9
    assert child.log.read_text() == "ready\nasked\nasked\n"
    assert child.exit_report().startswith("part was killed by signal 9;")


async def test_parts_end_before_those_that_they_need(tmp_path: Path) -> None:
    """Leaving ends every part, those that need others before those they need."""
    order: list[str] = []
    async with children(tmp_path) as started:
        for name, layer in (("upper", 1), ("lower", 0)):
            child = await start(started, POLITE, "1", name=name, layer=layer)
            child.exited.add_done_callback(lambda task: order.append(task.get_name()))
            await until_says(child, "ready")
    assert order == ["exit of upper", "exit of lower"]


async def test_leaving_by_an_exception_ends_all(tmp_path: Path) -> None:
    """A failure in the block takes the parts down and is what the caller sees."""
    parts: list[Child] = []

    async def fail() -> None:
        async with children(tmp_path) as started:
            parts.append(await start(started, POLITE, "1"))
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        await fail()
    assert parts[0].exited.done()


async def test_second_cancellation_does_not_wait(tmp_path: Path) -> None:
    """Cancelled again while the parts are ending, all are killed at once."""
    ready = asyncio.Event()
    parts: list[Child] = []

    async def hold() -> None:
        async with children(tmp_path) as started:
            parts.append(await start(started, POLITE, "9"))
            await until_says(parts[0], "ready")
            ready.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await ready.wait()
    holding.cancel()
    await until_says(parts[0], "asked")
    assert not parts[0].exited.done()
    holding.cancel()
    await asyncio.wait((holding,))
    assert holding.cancelled()
    assert parts[0].process.returncode == -9
    # One polite request had gone out; there was no time for the second.
    assert parts[0].log.read_text().count("asked") == 1


async def test_first_death_is_not_one_we_asked_for(tmp_path: Path) -> None:
    """A part that is stopped is not reported; one that was started later is."""
    async with children(tmp_path) as started:
        asked = await start(started, POLITE, "1", name="asked")
        await until_says(asked, "ready")
        dying = asyncio.create_task(started.first_exit())
        await asked.stop()
        dead = await start(started, "", name="dead")
        assert await dying is dead
        assert started.running == (asked, dead)


async def test_a_part_with_a_task_may_end(tmp_path: Path) -> None:
    """Its end is no failure, and it is forgotten: its number may soon belong to another process."""
    async with children(tmp_path) as started:
        argv = [sys.executable, "-c", "raise SystemExit(3)"]
        child = await started.start("task", argv, layer=1, env=os.environ, may_end=True)
        assert await child.exited == 3
        assert started.running == ()
        dying = await start(started, "pass")
        assert await started.first_exit() is dying

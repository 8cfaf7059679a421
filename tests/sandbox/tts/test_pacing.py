"""Sound sent as slowly as a model would make it."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.conditions import INSTANT, Conditions, Fault, FaultKind, Latency
from sandbox.tts import Slice, SpeechOptions, paced
from sandbox.voice import Speech
from tests.support.virtual_clock import run

OPTIONS = SpeechOptions(first_chunk=(0.1, 0.2), chunk=(0.05, 0.55))
PCM = bytes(range(256)) * 250
RATE = 8000


async def sound(pcm: bytes = PCM) -> Speech:
    """8 kHz speech without words."""
    return Speech(pcm=pcm, sample_rate=RATE, words=())


async def collect(
    pcm: bytes = PCM, *, latency: Latency = INSTANT, fault: Fault | None = None
) -> list[tuple[float, Slice]]:
    """All slices, each with the second at which it came."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    slices = paced(
        sound(pcm), characters=10, conditions=Conditions(latency), options=OPTIONS, fault=fault
    )
    return [(loop.time() - began, piece) async for piece in slices]


def test_slices_join_to_the_whole_and_the_first_is_short() -> None:
    """They are whole samples, and only the last one is marked as the last."""
    pieces = [piece for _, piece in run(collect())]
    assert b"".join(piece.pcm for piece in pieces) == PCM
    assert all(len(piece.pcm) % 2 == 0 for piece in pieces)
    assert 0.1 <= len(pieces[0].pcm) / 16000 <= 0.2
    assert all(len(piece.pcm) / 16000 <= 0.55 for piece in pieces)
    assert [piece.is_last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert not any(piece.is_cut or piece.is_garbage for piece in pieces)


def test_each_slice_begins_where_the_one_before_it_ended() -> None:
    """As fractions of the whole, from 0 to 1."""
    pieces = [piece for _, piece in run(collect())]
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])]
    assert pieces[-1].end == 1


@pytest.mark.parametrize("kind", ["drop", "stall", "error", "close"])
@pytest.mark.parametrize("at", [0.0, 0.001, 0.3, 0.5, 0.999, 1.0])
def test_a_fault_that_ends_the_reply_cuts_the_sound(kind: FaultKind, at: float) -> None:
    """Only the part before it is sent, and its last slice says that it is cut."""
    pieces = [piece for _, piece in run(collect(fault=Fault(kind=kind, at=at)))]
    assert b"".join(piece.pcm for piece in pieces) == PCM[: int(len(PCM) * at) // 2 * 2]
    assert [piece.is_cut for piece in pieces[-1:]] == ([at < 1] if pieces else [])


@pytest.mark.parametrize("at", [0.0, 0.5, 1.0])
def test_one_slice_is_garbage_where_the_fault_strikes(at: float) -> None:
    """The first that reaches that fraction of the sound; nothing else changes."""
    pieces = [piece for _, piece in run(collect(fault=Fault(kind="garbage", at=at)))]
    assert b"".join(piece.pcm for piece in pieces) == PCM
    (struck,) = [piece for piece in pieces if piece.is_garbage]
    assert struck.end >= at
    assert struck.start < at or at == struck.start == 0


def test_a_text_without_sound_takes_its_time_and_gives_no_slice() -> None:
    """As a request for punctuation alone does."""
    latency = INSTANT.model_copy(update={"first_byte": 0.1})

    async def scenario() -> float:
        assert await collect(b"", latency=latency) == []
        return asyncio.get_running_loop().time()

    assert run(scenario()) == pytest.approx(0.1)


@pytest.mark.parametrize("slower", [1.0, 3.0])
def test_slices_come_when_the_model_has_made_them(slower: float) -> None:
    """The first after the first byte, the last after the work on all others; `slow` stretches
    both."""
    latency = INSTANT.model_copy(
        update={"first_byte": 0.02, "per_character": 0.003, "real_time_factor": 0.02}
    )
    fault = Fault(kind="slow", factor=slower)
    slices = run(collect(latency=latency, fault=fault))
    times = [(at, len(piece.pcm) / 2 / RATE) for at, piece in slices]
    assert times[0][0] == pytest.approx(0.05 * slower)
    work = 0.02 * sum(seconds for _, seconds in times[1:]) * slower
    # A slice is whole samples, so its share of the work is rounded.
    assert times[-1][0] - times[0][0] == pytest.approx(work, rel=1e-3)


def test_real_synthesis_adds_nothing_to_the_simulated_wait() -> None:
    """It runs during the wait for the first byte."""

    async def slow_sound() -> Speech:
        await asyncio.sleep(0.3)
        return await sound()

    async def scenario() -> float:
        conditions = Conditions(INSTANT.model_copy(update={"first_byte": 0.3}))
        async for _ in paced(slow_sound(), characters=1, conditions=conditions, options=OPTIONS):
            pass
        return asyncio.get_running_loop().time()

    assert run(scenario()) == pytest.approx(0.3)

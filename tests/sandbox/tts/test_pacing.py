"""Sound given out as slowly as a model would have made it."""

import asyncio

import pytest

from sandbox.conditions import INSTANT, Conditions
from sandbox.tts import SpeechOptions, paced
from sandbox.voice import Speech

OPTIONS = SpeechOptions(first_chunk=(0.1, 0.2), chunk=(0.05, 0.55))
PCM = bytes(range(256)) * 250


async def sound(pcm=PCM):
    return Speech(pcm=pcm, sample_rate=8000, words=())


async def collect(*, pcm=PCM, latency=INSTANT, **changes):
    arguments = {"characters": 10, "conditions": Conditions(latency), "options": OPTIONS}
    return [piece async for piece in paced(sound(pcm), **(arguments | changes))]


async def test_slices_join_to_the_whole():
    """The slices are whole samples and join to the sound; the first is short."""
    pieces = await collect()
    assert b"".join(piece.pcm for piece in pieces) == PCM
    assert all(len(piece.pcm) % 2 == 0 for piece in pieces)
    assert 0.1 <= len(pieces[0].pcm) / 16000 <= 0.2
    assert all(len(piece.pcm) / 16000 <= 0.55 for piece in pieces)
    assert [piece.is_last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert not any(piece.is_cut for piece in pieces)


async def test_fractions_follow_each_other():
    """Each slice begins where the one before it ended, from 0 to 1."""
    pieces = await collect()
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])]
    assert pieces[-1].end == 1


@pytest.mark.parametrize("until", [0.0, 0.001, 0.3, 0.5, 0.999, 1.0])
async def test_cut_off(until):
    """Only the given part comes, and its last slice says that it is cut."""
    pieces = await collect(until=until)
    assert b"".join(piece.pcm for piece in pieces) == PCM[: int(len(PCM) * until) // 2 * 2]
    assert [piece.is_cut for piece in pieces[-1:]] == ([until < 1] if pieces else [])


async def test_no_sound():
    """A text without sound takes its time and gives no slice."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    latency = INSTANT.model_copy(update={"first_byte": 0.1})
    assert await collect(pcm=b"", latency=latency) == []
    assert loop.time() - began >= 0.1


@pytest.mark.parametrize("factor", [1.0, 3.0])
async def test_time_of_the_slices(factor):
    """The first slice comes after the first byte, the last after the work on all the others."""
    latency = INSTANT.model_copy(
        update={"first_byte": 0.02, "per_character": 0.003, "real_time_factor": 0.02}
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    times = []
    conditions = Conditions(latency)
    pieces = paced(sound(), characters=10, conditions=conditions, options=OPTIONS, factor=factor)
    async for piece in pieces:
        times.append((loop.time() - began, len(piece.pcm) / 16000))
    assert 0.05 * factor <= times[0][0] < 0.05 * factor + 0.3
    work = 0.02 * sum(seconds for _, seconds in times[1:]) * factor
    assert work <= times[-1][0] - 0.05 * factor + 0.001 < work + 0.4


async def test_making_the_sound_overlaps():
    """The time it takes to make the real sound is no more than part of the simulated wait."""

    async def slow_sound():
        await asyncio.sleep(0.3)
        return await sound()

    loop = asyncio.get_running_loop()
    began = loop.time()
    conditions = Conditions(INSTANT.model_copy(update={"first_byte": 0.3}))
    pieces = paced(slow_sound(), characters=1, conditions=conditions, options=OPTIONS)
    async for _ in pieces:
        pass
    assert 0.3 <= loop.time() - began < 0.55

"""One synthesis of a phrase at a time, whichever stream fails, leaves or is late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from livekit.plugins.sarvam_pooled.phrases.phrase import Phrase
from livekit.plugins.sarvam_pooled.phrases.single_flight import SingleFlight


class Rig:
    """Flights, with what was completed and shared."""

    def __init__(self) -> None:
        self.at_hand: Phrase | None = None
        self.completed: list[Phrase] = []
        self.shared: list[Phrase] = []
        self.flights = SingleFlight(
            find=lambda key: self.at_hand,
            on_complete=self.completed.append,
            on_shared=self.shared.append,
        )


class Stream:
    """A task that claims a phrase, waits, and makes it when it must, as the test says."""

    def __init__(self, rig: Rig, phrase: Phrase, *, time_limit: float = 5.0) -> None:
        self.making = asyncio.Event()
        self.made = asyncio.Event()
        self.got: Phrase | None = None
        self.task = asyncio.create_task(self._run(rig, phrase, time_limit))

    async def _run(self, rig: Rig, phrase: Phrase, time_limit: float) -> None:
        with rig.flights.claim(phrase.key) as claim:
            self.got = await claim.wait(time_limit)
            if self.got is None:
                self.making.set()
                await self.made.wait()
                claim.complete(phrase)

    async def fail(self) -> None:
        """Cancel it, as a barge-in does."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def settle(condition: Callable[[], bool]) -> None:
    """Let the tasks run until `condition` holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (nothing but other tasks' turns is awaited)
            await asyncio.sleep(0)


@pytest.fixture
def rig() -> Rig:
    """No phrase in the making."""
    return Rig()


async def test_the_others_wait_for_the_first(rig: Rig, make_phrase: Any) -> None:
    """And get its phrase; nothing is left behind."""
    phrase = make_phrase()
    streams = [Stream(rig, phrase) for _ in range(4)]
    await streams[0].making.wait()
    streams[0].made.set()
    await asyncio.gather(*(stream.task for stream in streams))
    assert [stream.got for stream in streams] == [None, phrase, phrase, phrase]
    assert (len(rig.completed), len(rig.shared), len(rig.flights.making)) == (1, 3, 0)


async def test_the_next_in_line_makes_what_the_maker_could_not(rig: Rig, make_phrase: Any) -> None:
    """A failure or a barge-in of the maker costs the others no more than its time."""
    phrase = make_phrase()
    first, second, third = (Stream(rig, phrase) for _ in range(3))
    await first.making.wait()
    await first.fail()
    await second.making.wait()
    assert not third.making.is_set()
    second.made.set()
    await third.task
    assert third.got is phrase
    assert len(rig.flights.making) == 0


async def test_a_stream_that_leaves_the_line_makes_nothing(rig: Rig, make_phrase: Any) -> None:
    """The turn goes to one that still waits."""
    phrase = make_phrase()
    first, second, third = (Stream(rig, phrase) for _ in range(3))
    await first.making.wait()
    await second.fail()
    await first.fail()
    await third.making.wait()
    assert not second.making.is_set()
    third.made.set()
    await third.task
    assert len(rig.flights.making) == 0


async def test_a_turn_given_to_a_leaving_stream_goes_on(rig: Rig, make_phrase: Any) -> None:
    """Maker and next in line are cancelled at once: the third still makes it."""
    phrase = make_phrase()
    first, second, third = (Stream(rig, phrase) for _ in range(3))
    await first.making.wait()
    first.task.cancel()
    second.task.cancel()
    await third.making.wait()
    await third.fail()
    assert len(rig.flights.making) == 0
    assert not rig.completed


async def test_no_stream_waits_longer_than_its_time_limit(rig: Rig, make_phrase: Any) -> None:
    """It makes the phrase itself, and answers those who still wait if it is sooner."""
    phrase = make_phrase()
    slow = Stream(rig, phrase)
    hasty, patient = Stream(rig, phrase, time_limit=0.01), Stream(rig, phrase)
    await hasty.making.wait()
    hasty.made.set()
    await patient.task
    assert patient.got is phrase
    assert not patient.making.is_set()
    slow.made.set()
    await slow.task
    assert len(rig.flights.making) == 0


async def test_a_late_maker_does_not_end_the_next_flight(rig: Rig, make_phrase: Any) -> None:
    """A flight that is over is over, though its maker goes on."""
    phrase = make_phrase()
    slow, hasty = Stream(rig, phrase), Stream(rig, phrase, time_limit=0.01)
    await hasty.making.wait()
    hasty.made.set()
    await hasty.task
    later, waiting = Stream(rig, phrase), Stream(rig, phrase)
    await later.making.wait()
    await slow.fail()
    assert len(rig.flights.making) == 1
    later.made.set()
    await waiting.task
    assert waiting.got is phrase


async def test_a_phrase_that_came_meanwhile_is_not_made_again(rig: Rig, make_phrase: Any) -> None:
    """Between a look-up and its claim another stream may have completed it."""
    rig.at_hand = make_phrase()
    stream = Stream(rig, rig.at_hand)
    await stream.task
    assert stream.got is rig.at_hand
    assert len(rig.flights.making) == 0


async def test_a_phrase_that_comes_with_the_time_limit_is_taken(rig: Rig, make_phrase: Any) -> None:
    """It is completed after the limit has ended the wait, and before the stream runs again."""
    phrase = make_phrase()
    maker = Stream(rig, phrase)
    await maker.making.wait()
    with rig.flights.claim(phrase.key) as claim, rig.flights.claim(phrase.key) as late:
        waiting = asyncio.create_task(late.wait(0))
        await asyncio.sleep(0)  # It waits.
        await asyncio.sleep(0)  # Its time limit ends.
        assert not waiting.done()
        rig.at_hand = phrase
        claim.complete(phrase)
        assert await waiting is phrase
    assert rig.shared == [phrase]
    maker.made.set()
    await maker.task


async def test_phrases_do_not_wait_for_each_other(rig: Rig, make_phrase: Any) -> None:
    """Nor do voices."""
    streams = [Stream(rig, make_phrase(speaker=speaker)) for speaker in ("ritu", "shubh")]
    await settle(lambda: all(stream.making.is_set() for stream in streams))
    for stream in streams:
        stream.made.set()
        await stream.task


async def test_only_the_claimed_phrase_completes_a_claim(rig: Rig, make_phrase: Any) -> None:
    """A phrase of another voice is refused."""
    with (
        rig.flights.claim(make_phrase(speaker="ritu").key) as claim,
        pytest.raises(ValueError, match="not the phrase"),
    ):
        claim.complete(make_phrase(speaker="shubh"))
    assert not rig.completed

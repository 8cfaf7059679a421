"""Fillers: said only when the LLM is late, cut when it begins, never twice in a row."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncGenerator, Callable

import numpy as np
import pytest
from livekit.agents import FlushSentinel
from livekit.agents.llm import ChatChunk, ChoiceDelta

from agent.assistant.fillers import Fillers
from agent.assistant.stock_speech import StockSpeech
from agent.config.languages import language
from agent.llm_pieces import Piece
from prewarm.stock_phrase_table import Phrases
from tests.support import virtual_clock
from tests.support.clinic import CLINIC

RATE = 24000
SECOND = np.full(RATE, 1000, "<i2").tobytes()


def speech(*texts: str, pcm: Callable[[str], bytes | None]) -> StockSpeech:
    """Stock phrases with these fillers."""
    made = StockSpeech(CLINIC.phrases, language("en-IN"), pcm)
    made.phrases = Phrases(greeting="Hello.", fillers=texts)
    return made


def fillers(*texts: str, after: float = 0.8) -> Fillers:
    given = speech(*texts, pcm=lambda text: None if text.startswith("no ") else SECOND)
    return Fillers(given, after=after, rng=random.Random(1))


async def model(*steps: float | Piece) -> AsyncGenerator[Piece]:
    """Numbers are seconds of waiting."""
    for step in steps:
        if isinstance(step, float):
            await asyncio.sleep(step)
        else:
            yield step


def covered(
    under_test: Fillers,
    *steps: float | Piece,
    commit_after: float = 0.0,
    pause: float = 0.0,
    error: BaseException | None = None,
) -> list[Piece]:
    """The pieces of a reply whose consumer pauses after each of them."""

    async def commit() -> None:
        await asyncio.sleep(commit_after)
        if error is not None:
            raise error

    async def scenario() -> list[Piece]:
        pieces = []
        async for piece in under_test.with_filler(model(*steps), committed=commit()):
            pieces.append(piece)
            await asyncio.sleep(pause)
        return pieces

    return virtual_clock.run(scenario())


def is_covered(pieces: list[Piece], under_test: Fillers) -> bool:
    return bool(pieces) and isinstance(pieces[0], str) and under_test.is_filler(pieces[0])


@pytest.mark.parametrize("steps", [(0.7, "Sure."), ("Sure.", 5.0, " Yes."), (0.7,)])
def test_an_answer_in_time_has_no_filler(steps: tuple[float | Piece, ...]) -> None:
    """Nor has one that pauses after its first word, or one without a word."""
    under_test = fillers("One moment.")
    assert covered(under_test, *steps) == [step for step in steps if isinstance(step, str)]


def test_a_late_answer_has_one_filler_in_front_in_a_segment_of_its_own() -> None:
    """The placeholder, a flush, and then the answer as it was written."""
    under_test = fillers("One moment.")
    placeholder, flush, *answer = covered(under_test, 5.0, "Sure.", " Yes.")
    assert isinstance(placeholder, str)
    assert under_test.is_filler(placeholder)
    assert isinstance(flush, FlushSentinel)
    assert answer == ["Sure.", " Yes."]


def test_a_tool_call_is_not_a_word() -> None:
    """The caller hears nothing of it."""
    under_test = fillers("One moment.")
    call = ChatChunk(id="1", delta=ChoiceDelta(role="assistant"))
    pieces = covered(under_test, call, 1.0, "Sure.")
    assert pieces[0] is call
    assert isinstance(pieces[1], str)
    assert under_test.is_filler(pieces[1])


def test_a_preemptive_reply_is_not_covered_until_the_turn_is_over() -> None:
    """While the caller still speaks, nobody waits for the answer."""
    assert not is_covered(covered(fillers("One."), 2.5, "Sure.", commit_after=2.0), fillers())
    late = fillers("One.")
    assert is_covered(covered(late, 2.9, "Sure.", commit_after=2.0), late)


def test_a_deadline_counts_while_a_piece_without_words_is_taken() -> None:
    """The consumer may be slow, or the deadline pass in the same instant."""
    call = ChatChunk(id="1", delta=ChoiceDelta(role="assistant"))
    for pause, before in ((2.0, 0.1), (0.0, 0.8)):
        under_test = fillers("One moment.")
        pieces = covered(under_test, before, call, 5.0, "Sure.", pause=pause)
        assert pieces[0] is call
        assert is_covered(pieces[1:], under_test)


def test_words_that_wait_for_their_consumer_are_not_late() -> None:
    """A filler in front of them would only delay them."""
    call = ChatChunk(id="1", delta=ChoiceDelta(role="assistant"))
    under_test = fillers("One moment.")
    assert covered(under_test, 0.1, call, 0.1, "Sure.", pause=2.0) == [call, "Sure."]


@pytest.mark.parametrize("error", [RuntimeError("the session is gone"), asyncio.CancelledError()])
def test_a_turn_of_which_nothing_is_known_has_no_filler(error: BaseException) -> None:
    """The session may be gone before it reports the end of the turn."""
    assert covered(fillers("One moment."), 5.0, "Sure.", error=error) == ["Sure."]


def test_a_filler_is_never_said_twice_in_a_row() -> None:
    """And where the store has no other, none is said."""
    given = speech("a", "b", pcm=str.encode)
    under_test = Fillers(given, after=1, rng=random.Random(3))
    said = [under_test.choose() for _ in range(20)]
    assert all(one != other for one, other in itertools.pairwise(said))
    assert set(said) == {b"a", b"b"}
    lonely = fillers("a", "no b")
    assert lonely.choose() is not None
    assert lonely.choose() is None


def test_without_audio_in_the_store_there_is_no_filler() -> None:
    """Synthesising one would take as long as the answer."""
    assert covered(fillers("no audio"), 5.0, "Sure.") == ["Sure."]


def played(under_test: Fillers, answer_after: float) -> tuple[float, float]:
    """When the filler's last frame came after its first, and seconds of its sound."""

    async def scenario() -> tuple[float, float]:
        clock = asyncio.get_running_loop().time
        pieces = under_test.with_filler(model(answer_after, "Sure."), committed=asyncio.sleep(0))
        placeholder = await anext(pieces)
        assert isinstance(placeholder, str)

        async def read_on() -> None:
            async for _ in pieces:
                pass

        reading = asyncio.create_task(read_on())
        began, seconds = clock(), 0.0
        async for frame in under_test.frames(placeholder):
            seconds += frame.duration
        ended = clock() - began
        await reading
        return ended, seconds

    return virtual_clock.run(scenario())


def test_a_filler_is_cut_when_the_answer_begins() -> None:
    """What is in front of the caller and a short tail are all that is still heard."""
    ended, seconds = played(fillers("One."), answer_after=1.2)
    assert ended == pytest.approx(0.4, abs=0.001)
    assert 0.4 + 0.25 <= seconds <= 0.4 + 0.25 + 0.1


def test_a_filler_is_said_whole_when_the_answer_takes_longer() -> None:
    """Paced, not pushed: its last frame comes as its end comes near."""
    ended, seconds = played(fillers("One."), answer_after=9.0)
    assert seconds == pytest.approx(1.0)
    assert ended == pytest.approx(1.0 - 0.06, abs=0.03)


def test_a_filler_is_not_begun_when_the_model_has_failed() -> None:
    """The failure reaches LiveKit, and the caller hears no clipped syllable."""

    async def broken() -> AsyncGenerator[Piece]:
        await asyncio.sleep(1.0)
        raise ConnectionError
        yield ""

    async def scenario() -> None:
        under_test = fillers("One.")
        pieces = under_test.with_filler(broken(), committed=asyncio.sleep(0))
        placeholder = await anext(pieces)
        assert isinstance(placeholder, str)
        with pytest.raises(ConnectionError):
            [piece async for piece in pieces]
        assert [frame async for frame in under_test.frames(placeholder)] == []

    virtual_clock.run(scenario())


@pytest.mark.parametrize("read_ahead", [0.0, 0.1])
def test_the_models_stream_is_closed_with_the_reply(read_ahead: float) -> None:
    """Whether or not it has read ahead of its consumer: the LLM's connection is free by then."""

    async def scenario() -> None:
        stream = model("Sure.", " Yes.")
        pieces = fillers("One.").with_filler(stream, committed=asyncio.sleep(0))
        assert await anext(pieces) == "Sure."
        await asyncio.sleep(read_ahead)
        await pieces.aclose()
        assert await anext(stream, None) is None

    virtual_clock.run(scenario())


class Session:
    """Notes what is said in it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str, **options: object) -> str:
        assert options["audio"]
        assert not options["add_to_chat_ctx"]
        self.said.append(text)
        return text


def test_two_fillers_are_seconds_apart_whoever_is_late() -> None:
    """A tool, and then the LLM with its result."""

    async def scenario() -> None:
        under_test, session = fillers("a", "b"), Session()
        assert under_test.say(session)  # type: ignore[arg-type]
        assert under_test.say(session) is None  # type: ignore[arg-type]
        late = under_test.with_filler(model(3.9, "Sure."), committed=asyncio.sleep(0))
        assert [piece async for piece in late] == ["Sure."]
        later = under_test.with_filler(model(1.0, "Sure."), committed=asyncio.sleep(0))
        assert is_covered([piece async for piece in later], under_test)
        assert under_test.say(session) is None  # type: ignore[arg-type]
        await asyncio.sleep(4.0)
        assert under_test.say(session)  # type: ignore[arg-type]
        first, second = session.said
        assert first == second

    virtual_clock.run(scenario())


def test_a_tool_has_no_filler_that_is_not_in_the_store() -> None:
    """Synthesising it would hold up the answer."""

    async def scenario() -> None:
        assert fillers("no a").say(Session()) is None  # type: ignore[arg-type]

    virtual_clock.run(scenario())

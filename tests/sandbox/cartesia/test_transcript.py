"""When the text of a context goes to the model."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cartesia.transcript import Empty, Finish, FlushDone, Say, Transcript


def add(
    transcript: Any,
    text: str,
    *,
    more: Any = True,
    flush: Any = False,
    delay: Any = 3.0,
    now: Any = 0.0,
) -> Any:
    return transcript.add(text, more=more, flush=flush, delay=delay, now=now)


def test_without_delay_nothing_waits() -> None:
    """With a buffer delay of 0 each piece is spoken as it comes."""
    transcript = Transcript()
    assert add(transcript, "Hello ", delay=0) == [Say("Hello ", 1)]
    assert add(transcript, "there", delay=0) == [Say("there", 1)]
    assert transcript.due_at is None


@pytest.mark.parametrize(
    ("pieces", "said", "waits"),
    [
        (["Hello there"], [[]], True),
        (["Hello there."], [["Hello there."]], False),
        (["Hello there. How"], [["Hello there. "]], True),
        (["One. Two! Three"], [["One. Two! "]], True),
        (["Hello ", "there. "], [[], ["Hello there. "]], False),
        (["It costs 3.5 rupees"], [[]], True),
        (["नमस्ते। आप"], [["नमस्ते। "]], True),
        (['He said "no." Then'], [['He said "no." ']], True),
    ],
)
def test_whole_sentences_are_spoken_at_once(
    pieces: list[str], said: list[list[str]], waits: bool
) -> None:
    """With a delay whole sentences are spoken at once, and the rest waits."""
    transcript = Transcript()
    actions = [add(transcript, piece) for piece in pieces]
    assert actions == [[Say(text, 1) for text in texts] for texts in said]
    assert (transcript.due_at is not None) is waits


def test_waiting_text_is_spoken_when_its_delay_is_over() -> None:
    """What waits is spoken when the delay is over, counted from its first piece."""
    transcript = Transcript()
    add(transcript, "Hello ", now=10.0)
    add(transcript, "there", now=12.0)
    assert transcript.due_at == 13.0
    assert transcript.expire(12.9) == []
    assert transcript.expire(13.0) == [Say("Hello there", 1)]
    assert transcript.due_at is None
    assert transcript.expire(20.0) == []


def test_a_flush_speaks_all_waiting_text_and_is_numbered() -> None:
    """A flush speaks all that waits, is answered, and gives what follows another number."""
    transcript = Transcript()
    add(transcript, "Hello ")
    assert add(transcript, "", flush=True) == [Say("Hello ", 1), FlushDone(1)]
    assert add(transcript, "", flush=True) == [FlushDone(2)]
    assert add(transcript, "there", more=False) == [Say("there", 3), Finish()]


def test_the_last_piece_finishes_the_context() -> None:
    """The last piece speaks all that waits and finishes the context."""
    transcript = Transcript()
    add(transcript, "Hello ")
    assert add(transcript, " ", more=False) == [Say("Hello  ", 1), Finish()]
    assert transcript.is_finished


@pytest.mark.parametrize("pieces", [[""], [" "], ["...", " "]])
def test_a_context_without_a_word_is_an_error(pieces: list[str]) -> None:
    """An error of the client."""
    transcript = Transcript()
    *_, last = [add(transcript, piece, more=False) for piece in pieces]
    assert last == [Empty()]

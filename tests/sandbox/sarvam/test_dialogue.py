"""What each message sets going, in each state."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from sandbox.sarvam.dialogue import Dialogue, End, Pong, Rules, Say, State
from sandbox.sarvam.validation import SCHEMA_ERROR, UNSPEAKABLE

CONFIG = json.dumps({"type": "config", "data": {"language_code": "en-IN", "speaker": "shubh"}})
OTHER = json.dumps({"type": "config", "data": {"language_code": "en-IN", "speaker": "ritu"}})
FLUSH = '{"type":"flush"}'
PING = '{"type":"ping"}'
LONG = "This sentence is longer than the fifty characters that are waited for."


def text(words: Any) -> Any:
    return json.dumps({"type": "text", "data": {"text": words}})


def run(*raws: Any, rules: Any = None) -> Any:
    """The actions of each message in turn, speech as (text, speaker)."""
    dialogue = Dialogue(engine="bulbul:v3", counts=Counter())
    return [[_plain(a) for a in dialogue.receive(raw, rules or Rules())] for raw in raws]


def _plain(action: Any) -> Any:
    return (action.text, action.config.speaker) if isinstance(action, Say) else action


def test_short_texts_wait_for_the_flush_which_ends_with_a_final() -> None:
    """Short texts wait for the flush, which ends with a `final`."""
    assert run(CONFIG, text("Yes. "), text("No."), FLUSH) == [
        [], [], [], [("Yes. No.", "shubh"), End()]
    ]  # fmt: skip


def test_text_over_the_threshold_gets_no_final() -> None:
    """A flush after it gets one without sound."""
    assert run(CONFIG, text(LONG), FLUSH) == [[], [(LONG, "shubh")], [End()]]


@pytest.mark.parametrize(("final", "end"), [(False, []), (True, [End()])])
def test_a_new_configuration_flushes_the_buffer_with_the_old_voice(
    final: bool, end: list[End]
) -> None:
    """Text in the buffer is spoken by the voice it was sent to, before the new one holds."""
    rules = Rules(final_on_reconfigure=final)
    actions = run(CONFIG, text("Yes."), OTHER, text("No."), FLUSH, rules=rules)
    assert actions[2:] == [[("Yes.", "shubh"), *end], [], [("No.", "ritu"), End()]]


def test_new_configuration_on_an_empty_buffer() -> None:
    """With nothing in the buffer a new configuration sets nothing going."""
    assert run(CONFIG, OTHER, rules=Rules(final_on_reconfigure=True)) == [[], []]


@pytest.mark.parametrize("first", [text("hello"), FLUSH])
def test_text_before_the_configuration_is_refused(first: Any) -> None:
    """Text or flush before the configuration is refused."""
    assert run(first) == [[SCHEMA_ERROR]]


def test_a_ping_is_answered_in_any_state() -> None:
    """A ping is fine before the configuration and after it."""
    assert run(PING, CONFIG, PING) == [[Pong()], [], [Pong()]]


def test_messages_after_a_refusal_are_ignored() -> None:
    """The connection is closed."""
    dialogue = Dialogue(engine="bulbul:v3", counts=Counter())
    assert dialogue.state is State.NEW
    dialogue.receive(CONFIG, Rules())
    assert dialogue.state is State.READY
    assert dialogue.receive("nonsense", Rules()) == [SCHEMA_ERROR]
    assert dialogue.state is State.CLOSED
    assert dialogue.receive(text(LONG), Rules()) == []


def test_a_text_without_a_word_is_refused_or_skipped() -> None:
    """By the option `unspeakable`."""
    assert run(CONFIG, text("..."))[1] == [UNSPEAKABLE]
    silent = Rules(unspeakable_is_error=False)
    assert run(CONFIG, text("..."), FLUSH, rules=silent) == [[], [], [End()]]


def test_messages_and_characters_are_counted() -> None:
    """Messages and characters are counted as they are taken."""
    counts = Counter()
    dialogue = Dialogue(engine="bulbul:v3", counts=counts)
    for raw in (PING, CONFIG, text("Yes."), text("No."), FLUSH):
        dialogue.receive(raw, Rules())
    assert counts == {"pings": 1, "configs": 1, "texts": 2, "characters": 7, "flushes": 1}

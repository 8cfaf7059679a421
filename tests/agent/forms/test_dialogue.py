"""The conversation about a form, without a session."""

from __future__ import annotations

import pytest

from agent.forms.dialogue import FormDialogue, FormSpeech
from agent.forms.digits import MOBILE_NUMBER, DigitEntry, read_digits, spoken_groups
from agent.forms.phrases import form_phrases
from agent.turns.expected import Progress

EMPTY = DigitEntry(MOBILE_NUMBER)
SPEECH: FormSpeech[str] = FormSpeech(
    question="Your number?",
    say=lambda digits: spoken_groups(digits, (5,)),
    say_part=lambda heard: spoken_groups(read_digits(heard).digits, (5,)),
    help="Digit by digit, please.",
)


def dialogue(*recorded: str) -> FormDialogue[str]:
    """A conversation in which this was recorded."""
    made: FormDialogue[str] = FormDialogue(EMPTY, EMPTY)
    for words in recorded:
        made = made.record(words)
    return made


@pytest.mark.parametrize(
    ("recorded", "words", "move"),
    [
        ([], "98765", "record_answer"),
        ([], "my number is 98765", "record_answer"),
        ([], "my brother has 98765", None),
        ([], "yes", None),
        ([], "no", None),
        ([], "I'd rather not", "decline_answer"),
        (["98765"], "yes", None),
        (["98765 43210"], "yes", "confirm_answer"),
        (["98765 43210"], "no", "reject_answer"),
        (["98765 43210"], "98765 43210", "confirm_answer"),
        (["98765 43210"], "no, 98765 43211", "record_answer"),
        (["98765 43210"], "yes but the last digit is wrong", None),
        (["98765 43210"], "", None),
    ],
)
def test_words_do_what_they_mean_here(recorded: list[str], words: str, move: str | None) -> None:
    """A yes means nothing before something was read back; the rest is the model's to judge."""
    assert dialogue(*recorded).move_of(words) == move


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ([], "Your number?"),
        (["98765"], "9 8 7 6 5. Please go on."),
        (["98765", "43210"], "9 8 7 6 5, 4 3 2 1 0. Is that right?"),
        (["12345"], "That does not seem right. Digit by digit, please."),
        (["98765", "hello"], "Sorry, I did not get that. Digit by digit, please."),
    ],
)
def test_what_is_said_next_follows_from_the_form(recorded: list[str], said: str) -> None:
    """And from the second try on it may be asked in another way."""
    assert SPEECH.next(dialogue(*recorded), form_phrases("en-IN")) == said


def test_a_failure_costs_a_try_and_progress_none() -> None:
    """A denied value, an impossible one, and words that are none."""
    going = dialogue("98765", "43210")
    assert going.failures == 0
    assert going.reject().failures == 1
    assert going.reject().record("12345").failures == 2
    assert going.reject().record("12345").record("hello").failures == 3
    assert going.reject().record("98765 43210").offered == "9876543210"


@pytest.mark.parametrize(
    ("recorded", "words", "expected"),
    [
        ([], "98765", Progress.PARTIAL),
        ([], "yes", Progress.UNRELATED),
        (["98765"], "43210", Progress.COMPLETE),
        (["98765 43210"], "yes", Progress.COMPLETE),
        (["98765 43210"], "why", Progress.UNRELATED),
    ],
)
def test_a_silence_is_judged_by_the_last_question(
    recorded: list[str], words: str, expected: Progress
) -> None:
    """After a value was read back, a yes is all that was awaited."""
    assert dialogue(*recorded).progress_with(words) is expected

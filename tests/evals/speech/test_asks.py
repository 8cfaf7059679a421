"""Which things an agent asks for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from evals.speech.asks import Asks, AskWords, claims, says
from evals.speech.times import spoken

ASKS = Asks()


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Which day suits you?", ("day",)),
        ("And at what time?", ("time",)),
        ("May I have your name?", ("name",)),
        ("Please tell me your name.", ("name",)),
        ("What is your mobile number?", ("phone",)),
        ("Dr. Rao on Wednesday at 10 a.m., for Anita. Shall I book it?", ("confirm",)),
        ("Sorry, I didn't get that.", ("again",)),
        ("What name should I write?", ("name",)),
        ("Which day should I move it to?", ("day",)),
        ("Should I move it?", ("confirm",)),
        ("I do not find that name. Please spell your name, letter by letter.", ("spell",)),
        ("Your parcel comes tomorrow. Is that all right?", ("confirm",)),
        ("பார்சல் பற்றி. உங்கள் பெயரைத் தெரிந்துகொள்ளலாமா?", ("name",)),
        ("It is booked. Anything else?", ("more",)),
        ("Which day and what time would you like?", ("day", "time")),
        ("किस दिन आना चाहेंगे?", ("day",)),
        ("और कितने बजे?", ("time",)),
        ("तो बुधवार को 10 बजे, डॉ. राव। सही है?", ("confirm",)),
        ("உங்கள் பெயர் என்ன?", ("name",)),
        ("எந்த நாள் வர விரும்புகிறீர்கள்?", ("day",)),
        ("9:30 and 10 are free. Which one?", ("offer",)),
        ("We are open from 9:30 a.m. to 1 p.m.", ()),
        ("The name of the street is F.C. Road.", ()),
    ],
)
def test_an_ask_is_recognised(text: str, asks: tuple[str, ...]) -> None:
    """In a question or a request; a statement asks nothing."""
    assert ASKS.understand(text).asks == asks


def test_offered_times_come_with_a_question() -> None:
    """Those of the reply, though the question itself names none."""
    offered = ASKS.understand("9:30 and 10 are free. Which one?").offered
    assert [spoken(time) for time in offered] == ["9:30", "10:00"]
    assert ASKS.understand("At 10 a.m. Shall I book it?").offered == ()


def test_a_read_back_asks_for_no_fact() -> None:
    """Two questions for facts are two; a confirmation that names day and time is none."""
    assert ASKS.facts_asked("Which day, and what time?") == {"day", "time"}
    assert ASKS.facts_asked("Is the name Anita, is that right?") == set()
    assert ASKS.facts_asked("Please spell your name.") == {"spell"}


def test_a_file_adds_asks_and_facts() -> None:
    """Its own come first, and may replace a general one."""
    asks = Asks({"street": AskWords(en=("which street",), fact=True)})
    assert asks.understand("Which street, please?").asks == ("street",)
    assert asks.facts_asked("Which street, and what name?") == {"street", "name"}


@pytest.mark.parametrize(
    ("phrase", "text", "said"),
    [
        ("book*", "I am booking it", True),
        ("book", "I am booking it", False),
        ("would+do", "Would ten do?", True),
        ("one two", "one, two", True),
        ("one two", "one and two", False),
        ("didn't", "I didn't", True),
    ],
)
def test_the_notation_of_keywords(phrase: str, text: str, said: bool) -> None:
    """Stems, sequences, and words that occur both."""
    assert says(phrase, text) is said


def test_claims() -> None:
    """That something is free, done, or not so."""
    assert claims("free", "10:30 is free.")
    assert claims("done", "Your appointment is booked.")
    assert claims("no", "Sorry, it is taken.")


def test_a_keyword_has_words() -> None:
    """A star alone would match everything."""
    with pytest.raises(ValidationError, match="needs words"):
        AskWords(en=("*",))

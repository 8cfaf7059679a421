"""Properties of any text, however it arrives and whenever a Segment is released."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.options import Segmenting
from livekit.plugins.sarvam_pooled.text.cleaner import Cleaner
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.text.segmenter import Segmenter

from .marked import BY_LANGUAGE, unmarked

RULES = [
    Segmenting(),
    Segmenting(first_clause=False),
    Segmenting(max_length=50, min_length=10, growth=1.0),
    Segmenting(first_min=1, first_soft=1, first_hard=1, min_length=1, growth=1.0),
]

# Words of replies in all languages, and what makes them hard.
WORDS = sorted(
    {word for texts in BY_LANGUAGE.values() for t in texts for word in unmarked(t).split()}
)
HARD = [
    *(
        " ",
        "  ",
        "\n",
        ".",
        "..",
        "...",
        "…",
        ",",
        ":",
        ";",
        "?",
        "!",
        "।",
        "॥",
        "۔",
        "؟",
        "،",
        "—",
        "–",
    ),
    *(
        "-",
        "--",
        "*",
        "**",
        "_",
        "`",
        "```",
        "#",
        "|",
        "[",
        "]",
        "(",
        ")",
        "](",
        "<",
        ">",
        "<br>",
        "~",
    ),
    *(
        "👍",
        "👩‍⚕️",
        "1️⃣",
        "\u200d",
        "\u200c",
        "\u0301",
        "्",
        "़",
        "क्ष",
        "ക്ഷ്മി",
        "1",
        "٣",
        "२",
        "1,20,000.50",
    ),
    *(
        "http://a.in/?q=",
        "[x](https://a.in)",
        "a@b.co",
        "Rs.",
        "रु.",
        "डॉ.",
        "No.",
        "p.m.",
        "₹",
        "\r\n",
        "\t",
    ),
]
replies = st.lists(st.sampled_from(WORDS) | st.sampled_from(HARD), max_size=40).flatmap(
    lambda parts: st.sampled_from(["".join(parts), " ".join(parts)])
) | st.text(max_size=80)
rules = st.sampled_from(RULES)


def cleaned(text: str) -> str:
    cleaner = Cleaner()
    return cleaner.feed(text) + cleaner.flush()


def speakable(text: str) -> bool:
    return any(char.isalnum() for char in text)


def pieces(text: str, cuts: list[int]) -> list[str]:
    """`text` cut at `cuts`."""
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(places)]


def segments_of(parts: list[str], rules: Segmenting) -> list[Segment]:
    segmenter = Segmenter(rules)
    found = [segment for part in parts for segment in segmenter.push(part)]
    return found + segmenter.flush()


@settings(max_examples=300)
@given(replies, rules)
def test_all_segments_joined_are_the_cleaned_text(text: str, rules: Segmenting) -> None:
    """Nothing is lost, doubled or moved; only a rest without a word in it is not said."""
    joined = "".join(segment.text for segment in segments_of([text], rules))
    clean = cleaned(text)
    assert clean.startswith(joined)
    assert not speakable(clean[len(joined) :])


@settings(max_examples=300)
@given(replies, rules, st.lists(st.integers(0, 200), max_size=30))
def test_the_same_cuts_however_the_text_comes(
    text: str, rules: Segmenting, cuts: list[int]
) -> None:
    """Whole, by token, by character, in any pieces."""
    whole = segments_of([text], rules)
    assert segments_of(list(text), rules) == whole
    assert segments_of(pieces(text, cuts), rules) == whole
    assert segments_of(pieces(text, list(range(0, len(text), 4))), rules) == whole


@settings(max_examples=200)
@given(replies, rules)
def test_every_segment_has_something_to_say(text: str, rules: Segmenting) -> None:
    """A letter or digit in what is sent, no white space around it, no more than a message takes."""
    for segment in segments_of([text], rules):
        assert speakable(segment.spoken)
        assert segment.spoken == segment.spoken.strip()
        assert len(segment.text) <= 2500


@settings(max_examples=200)
@given(replies, rules)
def test_no_cut_is_within_a_word_number_or_cluster(text: str, rules: Segmenting) -> None:
    """A Segment ends at white space or a mark of punctuation, and none begins with a vowel sign."""
    found = [segment.text for segment in segments_of([text], rules)]
    for before, after in pairwise(found):
        assert not (before[-1].isalnum() and after[0].isalnum())
        assert unicodedata.category(after[0])[0] != "M"
        assert after[0] not in "\u200c\u200d"
        assert not (before[-1] in ".,:" and before[-2:-1].isdigit() and after[0].isdigit())


@settings(max_examples=300)
@given(
    replies,
    rules,
    st.lists(
        st.tuples(st.integers(0, 200), st.sampled_from(["release", "anywhere", "flush"])),
        max_size=12,
    ),
)
def test_release_and_flush_at_any_moment_lose_nothing(
    text: str, rules: Segmenting, asks: list[tuple[int, str]]
) -> None:
    """Words come out once and in order, whatever is asked for in between."""
    segmenter = Segmenter(rules)
    found: list[Segment] = []
    parts = pieces(text, [at for at, _ in asks])
    for part, ask in zip(parts, [*(ask for _, ask in sorted(asks)), "flush"], strict=True):
        found += segmenter.push(part)
        match ask:
            case "release":
                found += segmenter.release()
            case "anywhere":
                found += segmenter.release(anywhere=True)
            case _:
                found += segmenter.flush()
    cleaner = Cleaner()
    clean = ""
    for part, ask in zip(parts, [*(ask for _, ask in sorted(asks)), "flush"], strict=True):
        clean += cleaner.feed(part) + (cleaner.flush() if ask == "flush" else "")
    said = [char for segment in found for char in segment.text if char.isalnum()]
    assert said == [char for char in clean if char.isalnum()]
    assert [segment.index for segment in found] == list(range(len(found)))
    assert all(speakable(segment.spoken) for segment in found)
    assert segmenter.pending == ""


@settings(max_examples=200)
@given(replies)
def test_white_space_is_single_and_never_first(text: str) -> None:
    """One blank or one line end, whatever was removed."""
    clean = cleaned(text)
    assert all(a + b == " \n" for a, b in pairwise(clean) if a.isspace() and b.isspace())
    assert not clean[:1].isspace()


@given(
    st.lists(st.sampled_from(["नमस्ते", "राव", "Hello", "5", "१०", "வணக்கம்", "جی"]), max_size=8),
    st.lists(st.sampled_from("👍|[]{}\\✅→ \n\t"), min_size=1, max_size=3),
)
def test_words_that_were_apart_stay_apart(words: list[str], between: list[str]) -> None:
    """A removal between two words leaves one blank."""
    assert cleaned("".join(between).join(words)).split() == words


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_no_word_or_number_of_the_tables_is_cut(language: str) -> None:
    """All texts of a language in one reply: every Segment's ends are ends of words."""
    text = " ".join(map(unmarked, BY_LANGUAGE[language]))
    clean = cleaned(text)
    at = 0
    for segment in segments_of([text], Segmenting()):
        at += len(segment.text)
        # A blank on either side, or a mark with nothing of a word behind it: "Really?|! Yes".
        around = clean[at - 1 : at + 1]
        assert (
            len(around) < 2
            or not around.isprintable()
            or " " in around
            or (not around[0].isalnum() and not around[1].isalnum())
        ), clean[at - 9 : at + 9]

"""The page that plays every phrase: its content, and that texts stay texts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from livekit.plugins import sarvam_pooled

from agent.phrases.listing import HEARD, ordered_entries
from agent.phrases.page import render, write_page
from tests.support.clinic import TABLE, phrases

from ...support.stored_phrases import MakePhrase

ROOT = Path(__file__).parents[3]
COLOUR = re.compile(r"(--[\w-]+): (#\w+|0 [^;]*rgb[^;]*);")
NAMES = {"en-IN": "English", "hi-IN": "Hindi", "od-IN": "Odia"}


class Page(HTMLParser):
    """The parts of a page that matter here."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.languages: list[str] = []
        self.elements: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append(tag)
        if tag == "audio":
            self.sources.append(given["src"] or "")
        if tag == "p" and given.get("lang"):
            self.languages.append(given["lang"] or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def shown(store: sarvam_pooled.PhraseStore) -> Page:
    return Page(
        render(ordered_entries(store, TABLE), TABLE, store.folder, NAMES, now=1_700_000_000.0)
    )


def test_every_phrase_plays_from_beside_the_page(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase
) -> None:
    """By a relative path with any letters, and with voice, text and length."""
    hindi = phrases("hi-IN").greeting
    store.put(make_phrase(hindi, seconds=2.5, target_language_code="hi-IN"))
    store.put(make_phrase("Sure.", speaker="ritu"))
    page = shown(store)
    assert len(page.sources) == 2
    assert all((store.folder / unquote(source)).is_file() for source in page.sources)
    assert page.languages == ["en-IN", "hi-IN"]
    for word in ("English", "Hindi", "Ritu", "Sure.", hindi, "2.5 s", "greeting", "opener"):
        assert word in page.words


def test_a_text_stays_a_text(store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase) -> None:
    """An LLM may have written it, and a caller may have dictated it."""
    before = shown(store).elements.count("script")
    evil = '</p><script>alert("$summary")</script> & "quotes"'
    store.put(make_phrase(evil, speaker='<img src="x">'))
    page = shown(store)
    assert page.elements.count("script") == before
    assert "img" not in page.elements
    assert evil in page.words
    assert HEARD in page.words


def test_the_voice_of_a_stand_in_is_marked(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase
) -> None:
    """The same text in both voices is listed twice, once with the mark."""
    store.put(make_phrase("Sure."))
    assert not any("not Sarvam" in word for word in shown(store).words)
    store.put(make_phrase("Sure.", real=False))
    page = shown(store)
    assert page.words.count("not Sarvam: 127.0.0.1") == 1
    assert page.words.count("Sure.") == 2


def test_browsers_know_the_language(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase
) -> None:
    """They select fonts by it; their code of Odia is "or"."""
    store.put(make_phrase("ହଁ।", target_language_code="od-IN"))
    assert shown(store).languages == ["or-IN"]


def test_an_empty_store_says_what_fills_it(store: sarvam_pooled.PhraseStore) -> None:
    """The page is written, and the store ignores it."""
    path = write_page(store, TABLE, NAMES)
    assert "make prewarm" in Page(path.read_text(encoding="utf-8")).words
    assert [file.name for file in path.parent.iterdir()] == ["index.html"]


def test_a_wrong_file_is_left_out(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase, tmp_path: Path
) -> None:
    """A call would not play it either."""
    phrase = make_phrase("Sure.")
    store.put(phrase)
    (store.folder / phrase.key.path).write_bytes(b"RIFF")
    assert shown(store).sources == []


def test_both_pages_of_the_project_have_the_same_colours() -> None:
    """Each colour of this page is the playground's, in light and in dark. This page is one file
    and part of the wheel, the playground is not: neither can read the other's."""
    ours, theirs = (
        [
            dict(COLOUR.findall(part))
            for part in (ROOT / file).read_text("utf-8").split("@media")[:2]
        ]
        for file in ("agent/phrases/page.html", "playground/page/style.css")
    )
    for scheme, all_of_playground in zip(ours, theirs, strict=True):
        assert len(scheme) > 10
        assert scheme.items() <= all_of_playground.items()

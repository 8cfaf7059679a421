"""A store and what several machines share even each other out."""

from __future__ import annotations

from livekit.plugins import sarvam_pooled

from agent.phrases.sync import Synced, sync
from prewarm.required_phrases import RequiredPhrase
from tests.support.stored_phrases import MakePhrase


class Shared:
    """Other machines' phrases; it may take no more."""

    failures = 0

    def __init__(self, *phrases: sarvam_pooled.Phrase, is_full: bool = False) -> None:
        self.phrases = {phrase.key: phrase for phrase in phrases}
        self._is_full = is_full

    async def get(self, key: sarvam_pooled.PhraseKey) -> sarvam_pooled.Phrase | None:
        return self.phrases.get(key)

    async def put(self, phrase: sarvam_pooled.Phrase) -> bool:
        if not self._is_full:
            self.phrases[phrase.key] = phrase
        return not self._is_full


def needed(*phrases: sarvam_pooled.Phrase) -> list[RequiredPhrase]:
    return [
        RequiredPhrase(language="en-IN", text=phrase.key.text, key=phrase.key) for phrase in phrases
    ]


async def test_each_gets_what_the_other_has(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase
) -> None:
    """What neither has is left, and what both have is not sent again."""
    both, ours, theirs, nobodys = map(make_phrase, ("Both.", "Ours.", "Theirs.", "Nobody's."))
    shared = Shared(both, theirs)
    for phrase in (both, ours):
        store.put(phrase)
    everything = needed(both, ours, theirs, nobodys)
    assert await sync(store, shared, everything) == Synced(taken=1, given=1, refused=0)
    assert store.get(theirs.key) == theirs
    assert shared.phrases[ours.key] == ours
    assert await sync(store, shared, everything) == Synced(taken=0, given=0, refused=0)


async def test_what_the_others_do_not_take_is_counted(
    store: sarvam_pooled.PhraseStore, make_phrase: MakePhrase
) -> None:
    """A server without room is no failure of the build."""
    phrase = make_phrase("Ours.")
    store.put(phrase)
    given = await sync(store, Shared(is_full=True), needed(phrase))
    assert given == Synced(taken=0, given=0, refused=1)

"""The level in memory: bounded in number, in bytes and in time."""

from __future__ import annotations

from typing import Any

from livekit.plugins.sarvam_pooled.phrases.memory import PhraseMemory


def test_what_was_used_last_stays(clock: Any, make_phrase: Any) -> None:
    """The one used longest ago makes room, and is counted."""
    memory = PhraseMemory(max_phrases=2, clock=clock)
    one, two, three = (make_phrase(text) for text in ("One", "Two", "Three"))
    memory.put(one)
    memory.put(two)
    assert memory.get(one.key) is one
    memory.put(three)
    assert memory.get(two.key) is None
    assert (memory.get(one.key), memory.get(three.key)) == (one, three)
    assert memory.evictions == 1


def test_the_bytes_are_bounded(clock: Any, make_phrase: Any) -> None:
    """Long phrases push out as many short ones as they need."""
    memory = PhraseMemory(max_bytes=100_000, clock=clock)
    for number in range(50):
        memory.put(make_phrase(f"Phrase {number}", samples=10_000))
        assert memory.bytes <= 100_000
    assert len(memory) == 4
    assert memory.evictions == 46


def test_what_is_too_large_pushes_nothing_out(clock: Any, make_phrase: Any) -> None:
    """A phrase beyond the whole budget is refused."""
    memory = PhraseMemory(max_bytes=10_000, clock=clock)
    memory.put(make_phrase("Small"))
    assert not memory.put(make_phrase("Large", samples=5_000))
    assert (len(memory), memory.evictions) == (1, 0)


def test_a_phrase_is_forgotten_in_time(clock: Any, make_phrase: Any) -> None:
    """An hour after it was put there, used or not; that is no eviction."""
    memory = PhraseMemory(ttl=3600, clock=clock)
    phrase = make_phrase()
    memory.put(phrase)
    clock.now += 3599
    assert memory.get(phrase.key) is phrase
    clock.now += 1
    assert memory.get(phrase.key) is None
    assert (memory.bytes, len(memory), memory.evictions) == (0, 0, 0)


def test_a_newer_rendering_takes_the_place_of_the_older(clock: Any, make_phrase: Any) -> None:
    """Nothing else has to go for it, even where there is no more room."""
    memory = PhraseMemory(max_phrases=2, clock=clock)
    other, older, newer = make_phrase("Other"), make_phrase(created=1), make_phrase(created=2)
    for phrase in (other, older, newer):
        assert memory.put(phrase)
    assert memory.get(newer.key) is newer
    assert (len(memory), memory.evictions) == (2, 0)


def test_memory_can_be_off(clock: Any, make_phrase: Any) -> None:
    """A memory for no phrases holds none."""
    memory = PhraseMemory(max_phrases=0, clock=clock)
    assert not memory.put(make_phrase())
    assert len(memory) == 0


def test_another_voice_is_not_found(clock: Any, make_phrase: Any) -> None:
    """The same text in another voice is another phrase."""
    memory = PhraseMemory(clock=clock)
    memory.put(make_phrase(speaker="ritu"))
    assert memory.get(make_phrase(speaker="shubh").key) is None

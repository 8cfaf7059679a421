"""A voice, a store and phrases for these tests."""

from tests.support.stored_phrases import make_phrase, stand_in, store, voice

__all__ = ["make_phrase", "stand_in", "store", "voice"]

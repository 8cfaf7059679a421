"""Phrases in whole replies: known ones are not asked for again, whatever process made them."""

from __future__ import annotations

from pathlib import Path

import pytest
from livekit.agents import APIError
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled import PhraseCache, PhrasePolicy, PhraseStore

from sandbox.conditions import Fault
from tests.support.until import until

from .conftest import REPLY, TOKENS, MakeRig


def cache(folder: Path | None = None, *, listed: frozenset[str] = frozenset()) -> PhraseCache:
    store = PhraseStore(folder) if folder else None
    return PhraseCache(store, policy=PhrasePolicy(listed=listed), call_id="test")


async def test_a_reply_that_comes_again_is_not_sent_again(make_rig: MakeRig) -> None:
    """Sample for sample the same sound, from memory."""
    async with make_rig(phrases=cache()) as rig:
        first = await rig.say(*TOKENS)
        asked = len(rig.spoken())
        again = await rig.say(*TOKENS)
        assert len(rig.spoken()) == asked
        assert first.seconds == pytest.approx(again.seconds, abs=0.05)
        assert "".join(again.texts(rig.spoken())) == "".join(first.texts(rig.spoken()))
        assert all(record.attempts[-1].cached for record in rig.records[asked:])


async def test_without_phrases_every_reply_is_sent(make_rig: MakeRig) -> None:
    """Without the cache, also when it is switched off in the middle of a call."""
    phrases = cache()
    plain = sarvam_pooled.Synthesis(hedge=False)
    async with make_rig(phrases=phrases, synthesis=plain) as rig:
        await rig.say(REPLY)
        asked = len(rig.spoken())
        rig.tts.tune(phrases=None)
        await rig.say(REPLY)
        assert len(rig.spoken()) == 2 * asked
        rig.tts.tune(phrases=phrases)
        await rig.say(REPLY)
        assert len(rig.spoken()) == 2 * asked


async def test_with_sarvam_down_a_known_opener_is_left_to_the_fallback_tts(
    make_rig: MakeRig,
) -> None:
    """The stream fails before any sound, so that LiveKit's adapter takes the whole reply over."""
    soon_old = sarvam_pooled.PoolLimits(max_age=0.2)
    async with make_rig(phrases=cache(), pool=soon_old) as rig:
        await rig.say("Sure.")
        rig.stand_in.conditions.set_faults((Fault(kind="refuse", code=503),))
        await until(lambda: rig.tts.engine.is_down)
        with pytest.raises(APIError):
            await rig.say("Sure.", " We are open.")
        assert len(rig.records) == 1


async def test_a_phrase_rendered_ahead_is_played_in_a_reply(
    make_rig: MakeRig, tmp_path: Path
) -> None:
    """By another process: only the folder is shared. The rest of the reply is live."""
    listed = frozenset({"Sure."})
    async with make_rig(phrases=(ahead := cache(tmp_path, listed=listed))) as rig:
        phrase = await rig.tts.engine.render("Sure.")
        await ahead.aclose()
        assert phrase.text == "Sure."
    async with make_rig(phrases=(later := cache(tmp_path, listed=listed))) as rig:
        heard = await rig.say("Sure", ". We ", "are open ", "until nine.")
        await later.aclose()
        assert "Sure." not in rig.spoken()
        assert heard.texts(["Sure.", *rig.spoken()]) == ["Sure.", *rig.spoken()]


async def test_nothing_of_a_cut_off_rendering_is_kept(make_rig: MakeRig) -> None:
    """It is made again, whole."""
    async with make_rig(Fault(kind="drop", at=0.5, times=1), phrases=cache()) as rig:
        await rig.tts.engine.render("We are open until nine in the evening.")
        whole = await rig.tts.engine.render("We are open until nine in the evening.")
        assert len(rig.spoken()) == 3
        assert whole.seconds == pytest.approx(rig.expected_seconds(), abs=0.05)


async def test_what_cannot_be_rendered_is_told(make_rig: MakeRig) -> None:
    """A build step must know."""
    async with make_rig(Fault(kind="error", code=422), phrases=cache()) as rig:
        with pytest.raises(sarvam_pooled.SarvamError):
            await rig.tts.engine.render("Sure.")
        with pytest.raises(ValueError, match="text"):
            await rig.tts.engine.render("  ")


async def test_another_language_is_another_phrase(make_rig: MakeRig) -> None:
    """After a change of the voice in the middle of a call."""
    async with make_rig(phrases=cache()) as rig:
        await rig.say("Sure.")
        rig.tts.update_options(target_language_code="hi-IN")
        await rig.say("Sure.")
        assert rig.spoken() == ["Sure.", "Sure."]

"""The aligned transcript, and the ids that lead to Sarvam's own logs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from livekit.agents import tts

from .conftest import CALM, NO_RETRY, REPLY, Heard, MakeRig


async def test_the_aligned_transcript_is_the_text_in_time(make_rig: MakeRig) -> None:
    """Words joined are the text that is spoken; times run forward, to the end of the audio."""
    async with make_rig() as rig:
        assert rig.tts.capabilities.aligned_transcript
        heard = await rig.say("**Sure**, the clinic is open 🙂. ", "It closes at five! ", "Yes.")
        words = heard.words
        assert "".join(words) == "Sure, the clinic is open . It closes at five! Yes."
        times = [(float(word.start_time), float(word.end_time)) for word in words]
        assert all(start <= end for start, end in times)
        assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(times))
        assert times[0][0] == 0.0
        assert times[-1][1] == pytest.approx(heard.seconds, abs=0.2)


async def test_an_interrupted_transcript_holds_what_was_played(make_rig: MakeRig) -> None:
    """Frames taken so far say no word that begins more than one message behind them."""
    slow = CALM.model_copy(update={"real_time_factor": 0.5})
    async with make_rig(latency=slow) as rig:
        heard = Heard()
        async with rig.tts.stream(conn_options=NO_RETRY) as stream:
            stream.push_text(REPLY)
            while heard.seconds < 1.5:
                heard.add(await anext(stream))
        said = "".join(heard.words)
        assert REPLY.startswith(said)
        assert 0 < len(said) < len(REPLY) / 2
        assert all(word.start_time < heard.seconds + 0.55 for word in heard.words)


async def test_what_is_left_out_is_not_in_the_transcript(make_rig: MakeRig) -> None:
    """History holds what the caller heard."""
    async with make_rig() as rig:
        heard = await rig.say("Good morning. ", "Ωμέγα και άλφα. ", "Good evening.")
        assert "".join(heard.words).split() == ["Good", "morning.", "Good", "evening."]


async def test_sarvams_request_ids_are_told(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the records, and on LiveKit's span, so that a trace leads to Sarvam's own logs."""
    noted: list[str] = []
    original = tts.AudioEmitter._note_provider_request_id

    def note(self: tts.AudioEmitter, request_id: str) -> None:
        noted.append(request_id)
        original(self, request_id)

    monkeypatch.setattr(tts.AudioEmitter, "_note_provider_request_id", note)
    async with make_rig() as rig:
        await rig.say("Good morning. ", "How are you today?")
        ids = {attempt.request_id for record in rig.records for attempt in record.attempts}
        assert len(ids) == 2
        assert ids <= set(noted)

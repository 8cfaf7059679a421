"""What counts as progress of a response, and how much of it is taken."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from livekit.plugins.sarvam_pooled.duration import MAX_DURATION_FLOOR, max_duration, usual_duration
from livekit.plugins.sarvam_pooled.errors import FirstAudioTimeout, ProviderFailed, Stalled
from livekit.plugins.sarvam_pooled.synthesis.hedge import FirstAudioModel
from livekit.plugins.sarvam_pooled.synthesis.receiver import Receiver
from livekit.plugins.sarvam_pooled.transport.wire import Audio
from livekit.plugins.sarvam_pooled.voice import Voice

from sandbox.voice import wav_header
from tests.support import virtual_clock

from ..audio.sound import encoded, sine
from .answered import DEFAULT, FINAL, RATE, TEXT, TIMES, attempt, sound

HEADER = wav_header(RATE)
MOST = max_duration(TEXT, pace=1.0)
LATE = FirstAudioModel(quantile=0.95).late_after(len(TEXT))
# Messages that are no progress: the codec, what comes once before them, and one of them.
HOLLOW = {
    "empty": ("linear16", b"", b""),
    "WAV header alone": ("wav", b"", HEADER),
    "chunks of a header": ("wav", HEADER[:12], b"LIST\x04\0\0\0INFO"),
    "MP3 without a frame": ("mp3", bytes(3000), bytes(100)),
    "mu-law header alone": ("mulaw", b"", wav_header(RATE, format_tag=7, bits=8)),
}


def messages(kind: str) -> tuple[Voice, list[tuple[float, Audio]]]:
    """The voice, and 20 s of such messages."""
    codec, first, each = HOLLOW[kind]
    voice = replace(DEFAULT, output_audio_codec=codec)
    return voice, [(0.0, Audio(first, "")), *[(0.2, Audio(each, ""))] * 100]


@pytest.mark.parametrize("kind", HOLLOW)
def test_messages_without_sound_do_not_put_off_the_first_time_limit(kind: str) -> None:
    """It counts from the text's sending: 20 s of them were 20 s of silence."""
    voice, hollow = messages(kind)
    outcome = attempt(*hollow, voice=voice)
    assert isinstance(outcome.error, FirstAudioTimeout)
    assert outcome.took == TIMES.first_audio
    assert outcome.record.first_byte is None
    assert outcome.pool.did[-1] == "discarded"


@pytest.mark.parametrize(("slack", "waits"), [(0.0, 5 * LATE), (4.2, 4.2 - LATE / 2)])
def test_a_first_audio_is_given_up_when_another_would_just_come_in_time(
    slack: float, waits: float
) -> None:
    """Not while a hedge would do, which is five times as long as it may take before it is late."""
    outcome = attempt(slack_at_first=slack)
    assert isinstance(outcome.error, FirstAudioTimeout)
    assert outcome.took == pytest.approx(waits, abs=0.001)


@pytest.mark.parametrize("kind", HOLLOW)
def test_messages_without_sound_do_not_put_off_a_stall(kind: str) -> None:
    """That time limit counts from the last sound."""
    voice, hollow = messages(kind)
    pcm = sine(1.4)
    speech = encoded("mp3", pcm) if voice.output_audio_codec == "mp3" else pcm
    outcome = attempt((0.3, Audio(speech, "")), *hollow, voice=voice)
    assert isinstance(outcome.error, Stalled)
    assert outcome.took == 0.3 + TIMES.between_chunks


@pytest.mark.parametrize("slack", [0.0, 99.0])
@pytest.mark.parametrize("gap", [0.01, 0.1, 1.0])
def test_sound_by_the_sample_is_a_stall(gap: float, slack: float) -> None:
    """Each sample is audio, and the caller hears nothing."""
    outcome = attempt(*[(gap, Audio(b"\1\0", ""))] * 2000, slack_at_first=slack)
    assert isinstance(outcome.error, Stalled)
    assert outcome.took <= gap + 2.0 + max(gap, 0.05) + 0.02


def test_sound_far_slower_than_speech_does_not_go_on_for_ever() -> None:
    """All of a response has a time limit too."""
    outcome = attempt(*[(0.2, sound(0.025))] * 200)
    assert isinstance(outcome.error, Stalled)
    assert outcome.took == pytest.approx(TIMES.first_audio + MOST, abs=0.01)


@pytest.mark.parametrize("share", [0.4, 0.6, 1.0])
def test_a_slow_server_is_no_stall_while_it_keeps_up_a_little(share: float) -> None:
    """Its pauses are heard; asking again would not make it faster."""
    pieces = [(0.1 / share, sound(0.1))] * 30
    outcome = attempt(*pieces, FINAL, slack_at_first=0.0)
    assert outcome.error is None


@pytest.mark.parametrize("data", [b"", b"\1\0"], ids=["empty", "a sample"])
def test_a_loop_that_is_always_late_sees_the_limit_of_an_answer(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it handles then, each message gets no extension of its own."""
    decode = Receiver.audio

    async def slow(self: Receiver, event: Audio) -> bool:
        virtual_clock.hold_up(0.12)
        return await decode(self, event)

    monkeypatch.setattr(Receiver, "audio", slow)
    outcome = attempt(*[(0.13, Audio(data, ""))] * 999)
    assert isinstance(outcome.error, FirstAudioTimeout | Stalled)
    assert outcome.took <= TIMES.first_audio + (MOST if data else 0) + 0.5


def test_a_loop_that_was_held_up_takes_what_has_come_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of it is there: the server was not slow, and asking again would cost what it took."""
    decode, handled = Receiver.audio, itertools.count()

    async def slow(self: Receiver, event: Audio) -> bool:
        if next(handled) == 1:
            virtual_clock.hold_up(2.1)
        return await decode(self, event)

    monkeypatch.setattr(Receiver, "audio", slow)
    outcome = attempt(*[(0.05, sound(0.1))] * 30, FINAL, slack_at_first=0.0)
    assert outcome.error is None
    assert outcome.seconds == pytest.approx(3.0)


def test_however_much_of_no_use_waits_the_limit_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer alone would see it only when nothing waits any more."""
    decode = Receiver.audio

    async def slow(self: Receiver, event: Audio) -> bool:
        virtual_clock.hold_up(0.001)
        return await decode(self, event)

    monkeypatch.setattr(Receiver, "audio", slow)
    outcome = attempt(*[(0.0, Audio(b"", ""))] * 9000)
    assert isinstance(outcome.error, FirstAudioTimeout)
    assert outcome.took <= TIMES.first_audio + 0.2


def test_a_pause_between_two_sounds_is_one_pause() -> None:
    """Messages without sound within it do not make it look short: its length is learnt."""
    empty = (0.4, Audio(b"", ""))
    outcome = attempt((0.3, sound(1.0)), empty, empty, (0.4, sound(2.0)), FINAL)
    assert outcome.error is None
    assert outcome.stats.gaps.suspicious_after(0.0) < 4 * 1.2
    for _ in range(2):
        outcome = attempt(
            (0.3, sound(1.0)), empty, empty, (0.4, sound(2.0)), FINAL, gaps=outcome.stats.gaps
        )
    assert outcome.stats.gaps.suspicious_after(0.0) == pytest.approx(4 * 1.2)


def test_first_audio_is_the_first_sound() -> None:
    """What the next Attempts are measured by is not how soon a server says nothing."""
    outcome = attempt((0.05, Audio(b"", "r")), (0.25, sound(2.9)), FINAL)
    assert outcome.record.first_byte == pytest.approx(0.3)
    assert outcome.record.request_id == "r"


@pytest.mark.parametrize("codec", ["opus", "flac", "aac"])
def test_a_container_has_the_time_that_its_audio_takes_to_make(codec: str) -> None:
    """None of its sound is there before the last byte, which a server at the speed of speech sends
    2.9 s later than the first; then it is as late as any other."""
    voice = replace(DEFAULT, output_audio_codec=codec)
    stream = encoded(codec, sine(2.9))
    tenths = [stream[at : at + len(stream) // 9] for at in range(0, len(stream), len(stream) // 9)]
    slow = [(0.7, Audio(piece, "")) for piece in tenths]
    outcome = attempt(*slow, FINAL, voice=voice)
    assert outcome.error is None
    assert outcome.seconds == pytest.approx(2.9, abs=0.1)
    endless = itertools.repeat((0.7, Audio(tenths[0], "")), 99)
    outcome = attempt(*slow, *endless, voice=voice, time_limit=60)
    assert isinstance(outcome.error, FirstAudioTimeout)
    assert outcome.took == pytest.approx(
        TIMES.first_audio + usual_duration(TEXT, pace=1.0), abs=0.01
    )
    assert attempt(*slow, *endless, voice=voice, time_limit=6).took == 6


def test_audio_without_end_is_ended() -> None:
    """At the length that the text cannot have; what came until then stays, and no more comes."""
    outcome = attempt(*[(0.1, sound(0.5))] * 999)
    assert isinstance(outcome.error, ProviderFailed)
    assert MOST - 0.5 < outcome.seconds <= MOST
    assert outcome.took == pytest.approx(0.1 * (outcome.seconds / 0.5 + 1))
    assert outcome.pool.did[-1] == "discarded"


def test_one_message_over_the_limit_is_not_decoded_whole() -> None:
    """Step by step up to the limit, or not at all if its bytes alone are too many."""
    outcome = attempt((0.3, sound(MOST + 1)), FINAL)
    assert isinstance(outcome.error, ProviderFailed)
    assert MOST - 0.4 < outcome.seconds <= MOST
    outcome = attempt((0.3, sound(60.0)), FINAL)
    assert isinstance(outcome.error, ProviderFailed)
    assert outcome.seconds == 0


@pytest.mark.parametrize("codec", ["opus", "flac", "aac"])
def test_a_container_without_end_is_ended(codec: str) -> None:
    """It is held until it is whole, so its bytes are counted."""
    voice = replace(DEFAULT, output_audio_codec=codec)
    outcome = attempt(*[(0.001, Audio(bytes(100_000), ""))] * 999, voice=voice)
    assert isinstance(outcome.error, ProviderFailed)
    assert outcome.took < 0.01 * MAX_DURATION_FLOOR


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
def test_the_pace_of_the_voice_counts(pace: float) -> None:
    """A slow voice is not cut for being slow."""
    voice = replace(DEFAULT, pace=pace)
    text = TEXT * 3
    usual = usual_duration(text, pace=pace)
    whole = attempt(*[(0.1, sound(usual * 3 / 10))] * 10, FINAL, voice=voice, text=text)
    assert whole.error is None
    assert whole.seconds == pytest.approx(usual * 3, abs=0.01)

"""No step of a decoder keeps the event loop for long, however long the message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from livekit.plugins.sarvam_pooled.audio.decoder import Decoder, make_decoder
from livekit.plugins.sarvam_pooled.audio.mp3 import Mp3Decoder
from livekit.plugins.sarvam_pooled.audio.pyav import PyAvMp3Decoder
from livekit.plugins.sarvam_pooled.options import Synthesis, Timeouts
from livekit.plugins.sarvam_pooled.synthesis.adaptive_stats import AdaptiveStats
from livekit.plugins.sarvam_pooled.synthesis.attempt import SarvamSynthesiser, SynthesisRequest
from livekit.plugins.sarvam_pooled.synthesis.records import AttemptRecord
from livekit.plugins.sarvam_pooled.text.segment import Segment
from livekit.plugins.sarvam_pooled.transport.lease import Lease
from livekit.plugins.sarvam_pooled.transport.response_stream import ResponseStream
from livekit.plugins.sarvam_pooled.transport.wire import Audio, Complete
from livekit.plugins.sarvam_pooled.voice import Voice

from .sound import RATE, encoded, lame, sine
from .step_time import longest_step

LONG = sine(10.0)

MESSAGES: dict[str, tuple[Callable[[], Decoder], bytes]] = {
    **{
        f"{name} {bitrate // 1000} kbit/s": (make, lame(LONG, bitrate=bitrate))
        for bitrate in (32_000, 128_000)
        for name, make in (
            ("libmpg123", lambda: Mp3Decoder(RATE)),
            ("PyAV", lambda: PyAvMp3Decoder(RATE)),
        )
    },
    **{
        codec: (lambda codec=codec: make_decoder(codec, sample_rate=RATE), encoded(codec, LONG))
        for codec in ("linear16", "wav", "mulaw", "opus", "flac", "aac")
    },
    "300 kB of garbage": (lambda: Mp3Decoder(RATE), b"\xff\xf3\xc5no" * 60_000),
}


def steps(decoder: Decoder, message: bytes) -> Iterator[bytes]:
    yield from decoder.decode(message)
    if message[:5] != b"\xff\xf3\xc5no":
        yield from decoder.flush()


@pytest.mark.parametrize("kind", MESSAGES)
def test_ten_seconds_in_one_message_are_decoded_in_short_steps(kind: str) -> None:
    """None takes half of the time; `bench micro` has the milliseconds."""
    make, message = MESSAGES[kind]

    def work() -> Iterator[bytes]:
        decoder = make()
        yield from steps(decoder, message)
        decoder.close()

    assert longest_step(work) < 0.5


@pytest.mark.parametrize("kind", MESSAGES)
def test_no_step_gives_more_than_a_second(kind: str) -> None:
    """All work on the PCM is bounded by the step."""
    make, message = MESSAGES[kind]
    decoder = make()
    assert max(len(piece) for piece in steps(decoder, message)) <= RATE * 2
    decoder.close()


class OneMessage:
    """Stands for a pool and its connection: the response is one long message."""

    def __init__(self, message: bytes) -> None:
        self._message = message

    async def acquire(self, voice: Voice, *, timeout: float) -> Lease:
        return Lease(self, lambda _reusable: None, waited=0.0, reused=True)  # type: ignore[arg-type]

    async def configure(self, voice: Voice) -> None:
        pass

    async def send_text(self, text: str) -> ResponseStream:
        response = ResponseStream()
        response.put(Audio(self._message, ""))
        response.put(Complete())
        return response


@pytest.mark.parametrize("codec", ["mp3", "linear16", "opus"])
async def test_an_attempt_leaves_the_loop_to_others_between_the_steps(codec: str) -> None:
    """Another task has its turn for every second of a message at least."""
    synthesiser = SarvamSynthesiser(
        OneMessage(encoded(codec, LONG)),  # type: ignore[arg-type]
        voice=Voice(output_audio_codec=codec, speech_sample_rate=RATE),
        timeouts=Timeouts(),
        stats=AdaptiveStats.initial(Synthesis()),
        on_send=lambda _record: None,
    )
    since_turn, most, heard = 0, 0, 0

    def on_pcm(pcm: bytes) -> None:
        nonlocal since_turn, most, heard
        heard += len(pcm)
        since_turn += len(pcm)
        most = max(most, since_turn)

    record = AttemptRecord(started=0.0)
    request = SynthesisRequest(Segment(0, "x" * 100), on_pcm, record, time_limit=5.0)
    attempt = asyncio.create_task(synthesiser(request))
    while not attempt.done():
        await asyncio.sleep(0)
        since_turn = 0
    await attempt
    assert heard >= len(LONG)
    assert most <= RATE * 2

"""A TTS against the stand-in on loopback, and a listener that identifies the text of each sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from livekit.agents import APIConnectOptions
from livekit.agents.tts import SynthesizedAudio, SynthesizeStream
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT, TimedString
from livekit.plugins import sarvam_pooled

from sandbox.conditions import Fault, Latency
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from sandbox.voice.tone import signature, signature_of, tone

# No simulated weather: quick, and the same every time.
CALM = Latency(
    round_trip=0,
    first_byte=0.01,
    per_character=0,
    real_time_factor=0.01,
    jitter=0,
    tail_probability=0,
)
NO_RETRY = APIConnectOptions(max_retry=0, timeout=3.0)
ONCE = sarvam_pooled.Synthesis(retries=0)
RATE = 24000

REPLY = (
    "Sure, the clinic is open from nine to five. Doctor Rao is in today until one. "
    "The fee is five hundred rupees. You may pay by card or in cash. "
    "Please bring your old papers along. See you tomorrow then."
)
TOKENS = [REPLY[i : i + 4] for i in range(0, len(REPLY), 4)]


@dataclass
class Heard:
    """The output of a stream."""

    pcm: bytearray = field(default_factory=bytearray)
    events: list[SynthesizedAudio] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / RATE

    @property
    def words(self) -> list[TimedString]:
        """Words of the aligned transcript, with their times."""
        return [
            word
            for event in self.events
            for word in event.frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, [])
        ]

    def add(self, event: SynthesizedAudio) -> None:
        """One more frame."""
        self.events.append(event)
        self.pcm += event.frame.data.tobytes()

    def texts(self, candidates: Iterable[str]) -> list[str]:
        """Those of `candidates` that sounded, in order; one that comes back is named again."""
        by_tone = {signature_of(text): text for text in candidates}
        window = int(0.15 * RATE) * 2
        found: list[str] = []
        for start in range(0, max(1, len(self.pcm) - window), 1920):
            heard = signature(bytes(self.pcm[start : start + window]), sample_rate=RATE)
            # A window over a join holds two texts' tones, and so none of theirs.
            text = by_tone.get(heard) if heard else None
            if text is not None and found[-1:] != [text]:
                found.append(text)
        return found


async def drain(stream: SynthesizeStream, heard: Heard | None = None) -> Heard:
    """Hear a stream to its end, after what of it was `heard`."""
    heard = heard or Heard()
    async with asyncio.timeout(5):
        async for event in stream:
            heard.add(event)
    return heard


@dataclass
class Rig:
    """A TTS and the stand-in that it talks to."""

    tts: sarvam_pooled.TTS
    stand_in: SarvamStandIn
    records: list[sarvam_pooled.SegmentRecord]

    async def say(self, *tokens: str, conn_options: APIConnectOptions = NO_RETRY) -> Heard:
        """Speak `tokens` as one reply, to its end."""
        heard = Heard()
        async with self.tts.stream(conn_options=conn_options) as stream:
            for token in tokens:
                stream.push_text(token)
            stream.end_input()
            async for event in stream:
                heard.add(event)
        return heard

    def listen(self, *names: str) -> list[Any]:
        """The events that the TTS emits under `names`, in order."""
        emitted: list[Any] = []
        for name in names:
            self.tts.on(name, emitted.append)
        return emitted

    def spoken(self) -> list[str]:
        """The texts that the stand-in was asked for, in order."""
        return [entry["text"] for entry in self.stand_in.describe()["syntheses"]]

    def expected_seconds(self) -> float:
        """Length of all texts that were asked for, once each."""
        return sum(len(tone(text, sample_rate=RATE)) / 2 / RATE for text in set(self.spoken()))


MakeRig = Callable[..., AbstractAsyncContextManager[Rig]]


@pytest.fixture
def make_rig() -> MakeRig:
    """Starts a stand-in that speaks tones, with faults, and a TTS with options. It keeps no phrases
    unless they are among the options: what is tested is how they are made."""

    @asynccontextmanager
    async def make(
        *faults: Fault,
        latency: Latency = CALM,
        stand_in_options: dict[str, Any] | None = None,
        **options: Any,
    ) -> AsyncIterator[Rig]:
        stand_in = SarvamStandIn(latency=latency, faults=faults)
        stand_in.set_options({"voice": "tone"} | (stand_in_options or {}))
        records: list[sarvam_pooled.SegmentRecord] = []
        async with serve(stand_in) as at:
            plain = {"output_audio_codec": "linear16", "api_key": "secret-key", "phrases": None}
            given = plain | options
            tts = sarvam_pooled.TTS(
                ws_url=f"ws://{at}/text-to-speech/ws", on_segment=records.append, **given
            )
            try:
                yield Rig(tts, stand_in, records)
            finally:
                await tts.aclose()

    return make

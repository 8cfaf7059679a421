"""Where the agent finds the end of a caller's speech, beside where the recording has it.

There is no room, so that each recording can be played over every noise and through every device.
The sound goes to LiveKit's VAD and to the module that listens in a call
(`agent.latency.live.user_speech`), on a clock that the frames advance.

**The truth** is taken from the recording alone, before noise is added: the end of its last 5 ms
within 30 dB of its loudest. Where a definition with 25 or 35 dB would move the end by more than
20 ms, as in an echoing room or with a breath at the end, the end is *soft*, and other definitions
may be as right.
"""

from __future__ import annotations

import itertools
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from livekit import rtc
from livekit.agents import inference
from livekit.agents.vad import VADEventType

from agent.latency.live.user_speech import UserSpeechTimer
from agent.latency.marks import Mark
from sandbox.caller.audio_path import RATE, AudioPath, Noise, at_level, noisy
from sandbox.caller.timing import window_levels
from sandbox.voice.pcm import Samples, resample

ALLOWED: Final = 0.02
"""Seconds between the reported end and the true one."""
RECORDINGS: Final = Path(__file__).with_name("recordings")
"""The recordings of the bench; the README there names the speakers."""
SPEECH: Final = -20.0
"""dBFS of all speech."""
LINES: Final = tuple(
    AudioPath(suppression=suppression, opus=opus, gain=gain)
    for suppression, opus, gain in itertools.product((False, True), repeat=3)
)
NOISES: Final[tuple[tuple[Noise, float], ...]] = (
    *(("white", level) for level in (-70.0, -60.0, -50.0, -45.0, -40.0, -35.0)),
    *(("pink", level) for level in (-70.0, -60.0, -50.0, -45.0, -40.0, -35.0)),
    *(("crowd", level) for level in (-70.0, -60.0)),
    *(("office", level) for level in (-70.0, -60.0)),
)
"""By kind, at these dBFS."""
OTHERS: Final[tuple[tuple[Noise, float], ...]] = (("crowd", -45.0), ("office", -45.0))
"""Other people, 25 dB below the caller: the VAD detects them, too. Shown, but not judged."""

_BEFORE: Final = 1.5
_AFTER: Final = 1.0
"""Seconds of silence before and after the speech."""
_DEFINITIONS: Final = (25.0, 30.0, 35.0)
_FRAME: Final = RATE // 100
_VAD_SILENCE: Final = 0.25
"""Seconds, the default of `VAD_MIN_SILENCE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One utterance with silence around it."""

    name: str
    samples: Samples
    ends: tuple[float, ...]
    """Seconds until the last 5 ms within 25, 30 and 35 dB of the loudest."""

    @property
    def end(self) -> float:
        """Seconds until the true end."""
        return self.ends[1]

    @property
    def is_soft(self) -> bool:
        """Whether the end depends on the definition."""
        return max(abs(end - self.end) for end in self.ends) > ALLOWED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEnd:
    """The end of a clip, as a call would report it."""

    clip: Clip
    noise: str
    line: AudioPath
    ended: float | None
    """Seconds of the clip, the line's delay taken off; None if the VAD missed the utterance."""

    @property
    def error(self) -> float | None:
        """Seconds by which the end was reported too late."""
        return None if self.ended is None else self.ended - self.clip.end

    @property
    def is_right(self) -> bool:
        """Whether it was reported within the tolerance."""
        return self.error is not None and abs(self.error) <= ALLOWED


def clips(folder: Path) -> list[Clip]:
    """The recordings of a folder: mono WAV, 16 bits, any rate; one utterance each.

    Raises:
        ValueError: There is none, or one has another format; the message says what to change.
    """
    found = [make_clip(path.stem, _read(path)) for path in sorted(folder.glob("*.wav"))]
    if not found:
        raise ValueError(f"{folder}: has no .wav file")
    return found


def make_clip(name: str, speech: Samples, *, level: float = SPEECH) -> Clip:
    """Speech at `RATE` as a clip.

    Args:
        level: dBFS of the speech, without its pauses.
    """
    speech = at_level((speech - round(float(speech.mean()))).astype(np.int16), level)
    silences = [np.zeros(round(seconds * RATE), np.int16) for seconds in (_BEFORE, _AFTER)]
    samples = np.concatenate((silences[0], speech, silences[1]))
    levels = window_levels(samples, RATE)
    ends = (np.flatnonzero(levels > levels.max() / 10 ** (d / 20))[-1] + 1 for d in _DEFINITIONS)
    return Clip(name=name, samples=samples, ends=tuple(float(end) * 0.005 for end in ends))


async def listen(
    clip: Clip, noises: Sequence[tuple[Noise, float]] = NOISES, lines: Sequence[AudioPath] = LINES
) -> list[ReportedEnd]:
    """Listen to one clip without noise and over each noise, through each line."""
    heard = []
    for noise, sound in _sounds(clip, noises):
        for line in lines:
            ended = await end_heard(line.carry(sound))
            if ended is not None:
                ended -= line.delay
            # The end of a separate utterance that the VAD found seconds earlier is not this end.
            if ended is not None and abs(ended - clip.end) > 0.5:
                ended = None
            heard.append(ReportedEnd(clip=clip, noise=noise, line=line, ended=ended))
    return heard


def _sounds(clip: Clip, noises: Sequence[tuple[Noise, float]]) -> Iterator[tuple[str, Samples]]:
    yield "none", clip.samples
    for seed, (noise, level) in enumerate(noises):
        yield noise_name(noise, level), noisy(clip.samples, noise, level, seed=seed)


def noise_name(noise: Noise, level: float) -> str:
    """The noise in tables."""
    return f"{noise} {level:.0f} dBFS"


async def end_heard(samples: Samples) -> float | None:
    """Seconds until the caller's speech ended, as a call would report it; None without speech.

    The VAD's events arrive at the end of their window, as if a window took no time to compute.
    """
    user_speech, ended = UserSpeechTimer(), None
    events = await _vad_events(samples)
    for first in range(0, samples.size - _FRAME + 1, _FRAME):
        now = (first + _FRAME) / RATE
        user_speech.frame(samples[first : first + _FRAME].tobytes(), now, sample_rate=RATE)
        while events and events[0][0] <= now:
            at, begins, estimate = events.pop(0)
            if begins:
                user_speech.begins(at, estimate=estimate)
            else:
                user_speech.ends(at, estimate=estimate)
                ended = user_speech.commit(at)[Mark.SPEECH_END]
    return ended


async def _vad_events(samples: Samples) -> list[tuple[float, bool, float]]:
    """The VAD's events: time, whether speech begins, and the time that it is dated back to."""
    stream = inference.VAD(model="silero", min_silence_duration=_VAD_SILENCE).stream()
    stream.push_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, samples.size))
    stream.end_input()
    events = []
    async for event in stream:
        at = event.timestamp
        if event.type == VADEventType.START_OF_SPEECH:
            events.append((at, True, at - event.speech_duration))
        elif event.type == VADEventType.END_OF_SPEECH:
            events.append((at, False, at - event.silence_duration))
    await stream.aclose()
    return events


def _read(path: Path) -> Samples:
    try:
        with wave.open(str(path)) as file:
            form, rate = (file.getnchannels(), file.getsampwidth()), file.getframerate()
            pcm = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path}: is not a WAV file ({error or 'it is cut off'})") from error
    if form != (1, 2) or len(pcm) < rate:
        raise ValueError(f"{path}: must be mono, 16 bits a sample, and half a second at least")
    return resample(np.frombuffer(pcm, "<i2").astype(np.int16), rate, RATE)

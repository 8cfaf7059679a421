"""Finalises Deepgram's transcript as soon as the caller falls silent.

Deepgram finishes a transcript at a pause, which it may fail to notice in noise. `Finalize` makes it
finish what it has (documented); if it has just finished by itself, nothing comes back. The
session's VAD reports the end of speech after 0.25 s, which its turn detector needs; Silero finds a
silence sooner, at 0.04 ms for each window of 32 ms (measured).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from livekit import rtc
from livekit.agents import stt
from livekit.local_inference import VAD, VAD_WINDOW_SAMPLES
from livekit.plugins import deepgram

from ..livekit_internals.streams import call_after_each_frame
from .silence_detector import SilenceDetector

_RATE: Final = 16_000


class FinalizingSTT(deepgram.STT):
    """Deepgram's STT, finalised in each silence. It takes Deepgram's arguments, and:

    Args:
        finalize_after: Seconds of silence after which Deepgram is to finish; 0 switches this off.
    """

    def __init__(self, *, finalize_after: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self._after = finalize_after

    def stream(self, **options: Any) -> deepgram.SpeechStream:
        """Deepgram's stream, finalised in each silence."""
        stream = super().stream(**options)
        if self._after:
            finalize_on_silence(stream, after=self._after)
        return stream


def finalize_on_silence(stream: stt.RecognizeStream, *, after: float) -> None:
    """Flush `stream`, which is `Finalize` on the wire, in each silence of what is pushed to it."""
    listener = _Listener(after)

    def listen(frame: rtc.AudioFrame) -> None:
        if listener.observe(frame):
            stream.flush()

    call_after_each_frame(stream, listen)


class _Listener:
    """Divides frames of any rate into Silero's windows."""

    def __init__(self, after: float) -> None:
        self._detector = SilenceDetector(after=after, window=VAD_WINDOW_SAMPLES / _RATE)
        self._silero = VAD()
        self._rest = np.empty(0, np.int16)
        self._resampler: rtc.AudioResampler | None = None

    def observe(self, frame: rtc.AudioFrame) -> bool:
        """Take the next frame; returns whether the silence has become long enough with it."""
        pieces = [frame]
        if frame.sample_rate != _RATE:
            self._resampler = self._resampler or rtc.AudioResampler(frame.sample_rate, _RATE)
            pieces = self._resampler.push(frame)
        samples = np.concatenate([self._rest, *(np.frombuffer(p.data, np.int16) for p in pieces)])
        is_silent = False
        while samples.size >= VAD_WINDOW_SAMPLES:
            window, samples = np.split(samples, [VAD_WINDOW_SAMPLES])
            is_silent |= self._detector.observe(self._silero.predict(window))
        self._rest = samples
        return is_silent

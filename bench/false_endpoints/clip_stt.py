"""An STT that knows the words and times of a clip, with Deepgram's timing.

A pause of 220 ms ends a result, as in Deepgram's stand-in, and so does `flush`, which is `Finalize`
there; the result arrives 150 ms and a round trip of 40 ms later. Its words are right and have no
punctuation: only their timing matters.

The members with an underscore are those that LiveKit asks subclasses of its STT to use.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from livekit import rtc
from livekit.agents import LanguageCode, stt

from .clips import Stretch

PAUSE: Final = 0.22
"""Seconds of silence that end a result."""
ONE_WAY: Final = 0.02
"""Seconds of network in one direction."""
WORK: Final = 0.15
"""Seconds from the end of a result until it is sent."""


class ClipSTT(stt.STT[Any]):
    """Recognises these stretches, in seconds of the stream."""

    def __init__(self, stretches: Iterable[Stretch], *, language: str) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=False))
        self.to_come = deque(stretches)
        self.language = LanguageCode(language)

    async def _recognize_impl(self, *_: Any, **__: Any) -> stt.SpeechEvent:
        raise NotImplementedError("it only recognises streams")

    def stream(self, **options: Any) -> ClipStream:
        """The one stream that it recognises."""
        return ClipStream(stt=self, conn_options=options["conn_options"], clip=self)


class ClipStream(stt.RecognizeStream):
    """Counts samples: the sound itself makes no difference."""

    def __init__(self, *, clip: ClipSTT, **options: Any) -> None:
        super().__init__(**options)
        self._clip = clip
        self._now = 0.0
        # Spoken, but not part of a result yet; and when the last of it ended.
        self._pending: list[str] = []
        self._ended = 0.0

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        async for item in self._input_ch:
            if isinstance(item, rtc.AudioFrame):
                self._now += item.duration
                self._listen()
                is_over = self._now >= self._ended + PAUSE and not self._is_speaking()
            else:
                is_over = not self._is_speaking()
            if self._pending and is_over:
                loop.call_later(2 * ONE_WAY + WORK, self._send_final, " ".join(self._pending))
                self._pending.clear()

    def _listen(self) -> None:
        to_come = self._clip.to_come
        while to_come and to_come[0].ends <= self._now:
            stretch = to_come.popleft()
            self._pending.append(stretch.text)
            self._ended = stretch.ends

    def _is_speaking(self) -> bool:
        to_come = self._clip.to_come
        return bool(to_come) and to_come[0].begins <= self._now

    def _send_final(self, text: str) -> None:
        if self._event_ch.closed:
            return
        said = stt.SpeechData(language=self._clip.language, text=text, confidence=0.99)
        self._event_ch.send_nowait(
            stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[said])
        )

"""A caller's turn as an STT hears it, event by event, without sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from livekit import rtc
from livekit.agents import LanguageCode, stt
from livekit.agents.stt import SpeechEvent, SpeechEventType
from livekit.agents.voice.io import AudioInput


class SilentMicrophone(AudioInput):
    """Gives no frame."""

    def __init__(self) -> None:
        super().__init__(label="silent")

    def __aiter__(self) -> AsyncIterator[rtc.AudioFrame]:
        return self

    async def __anext__(self) -> rtc.AudioFrame:
        await asyncio.Event().wait()
        raise StopAsyncIteration


class EventSTT(stt.STT[Any]):
    """Hears what `hear` says."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=True))
        self.events: asyncio.Queue[SpeechEvent] = asyncio.Queue()

    def hear(self, kind: SpeechEventType, words: str = "") -> None:
        """Emit an event to the session."""
        alternatives = [stt.SpeechData(language=LanguageCode("en"), text=words)] if words else []
        self.events.put_nowait(SpeechEvent(type=kind, alternatives=alternatives))

    async def _recognize_impl(self, *_: Any, **__: Any) -> SpeechEvent:
        raise NotImplementedError

    def stream(self, **options: Any) -> stt.RecognizeStream:
        return _Stream(self, conn_options=options["conn_options"])


class _Stream(stt.RecognizeStream):
    def __init__(self, source: EventSTT, **options: Any) -> None:
        super().__init__(stt=source, **options)
        self._source = source

    async def _run(self) -> None:
        while True:
            self._event_ch.send_nowait(await self._source.events.get())

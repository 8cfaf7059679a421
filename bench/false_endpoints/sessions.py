"""The agent's own sessions, made from settings as for a call, with clips in place of a room.

No turn is answered, so that one that was ended too soon does not affect the next.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from livekit import rtc
from livekit.agents import Agent, AgentSession, StopResponse, UserInputTranscribedEvent
from livekit.agents.llm import ChatContext, ChatMessage
from livekit.agents.voice.io import AudioInput

from agent.assistant.load import load_assistant
from agent.call.components import build_components, build_turn_detector
from agent.call.session import build_session
from agent.config.settings import Settings
from agent.turns.finalize import finalize_on_silence
from agent.turns.preemptive_reply import PreemptiveReply

from .clip_stt import ClipSTT
from .clips import RATE, Clip, Stretch
from .judging import Tally

_ASSISTANT: Final = Path(__file__).parents[2] / "assistants" / "clinic"
_FRAME: Final = RATE // 100
_BETWEEN: Final = 3.5
"""Seconds of silence after each clip, in which its turn must end."""
REPLY: Final = 0.6
"""Seconds from a final transcript until the reply to it could be heard."""
_AT_ONCE: Final = 9
"""Sessions side by side; with more, the turn detector is late on two cores."""


async def measure(clips: Sequence[Clip], changes: Mapping[str, str]) -> Tally:
    """Play all clips to sessions with these settings, as in `.env`; others have their defaults."""
    settings = _settings(changes)
    tally = Tally()
    lanes: list[list[Clip]] = [[] for _ in range(min(_AT_ONCE, len(clips)))]
    for number, clip in enumerate(sorted(clips, key=lambda clip: clip.language)):
        lanes[number * len(lanes) // len(clips)].append(clip)
    heard = await asyncio.gather(*(_play(lane, settings) for lane in lanes))
    for lane, ends in zip(lanes, heard, strict=True):
        for clip, ended in zip(lane, ends, strict=True):
            tally.judge(clip, ended)
    return tally


def _settings(changes: Mapping[str, str]) -> Settings:
    unused = ("sarvam_api_key", "deepgram_api_key", "openai_api_key", "cartesia_api_key")
    values: dict[str, Any] = dict.fromkeys(unused, "none") | {"phrase_cache": False}
    return Settings(**values | {name.lower(): value for name, value in changes.items()})


async def _play(clips: Sequence[Clip], settings: Settings) -> list[list[float]]:
    """When turns were ended, for each clip in seconds from its first sample."""
    offsets, stretches, samples = _line_up(clips)
    recogniser = _FinalizedSTT(
        stretches, language=clips[0].language, after=settings.stt_finalize_after
    )
    made, reply = build_components(settings, load_assistant(_ASSISTANT)), _ScriptedReply()
    components = dataclasses.replace(
        made,
        stt=recogniser,  # type: ignore[arg-type]
        llm=None,  # type: ignore[arg-type]
        tts=None,  # type: ignore[arg-type]
        turn_detector=build_turn_detector(settings, made.transcript, reply),
        preemptive_reply=reply,
    )
    session = build_session(components)
    microphone, agent = _Microphone(samples), _Listener()
    session.input.audio = microphone
    await session.start(agent)
    await microphone.done.wait()
    await session.aclose()
    ends = [at - microphone.began for at in agent.ended]
    until = [*offsets[1:], float("inf")]
    return [
        [end - offset for end in ends if offset <= end < stop]
        for offset, stop in zip(offsets, until, strict=True)
    ]


def _line_up(clips: Sequence[Clip]) -> tuple[list[float], list[Stretch], np.ndarray[Any, Any]]:
    """Clips one after the other: where each begins, all stretches, all samples."""
    noise = np.random.default_rng(1).normal(0, 12, round(_BETWEEN * RATE)).astype(np.int16)
    offsets: list[float] = []
    stretches: list[Stretch] = []
    pieces: list[np.ndarray[Any, Any]] = []
    at = 0.0
    for clip in clips:
        offsets.append(at)
        stretches += (
            dataclasses.replace(s, begins=s.begins + at, ends=s.ends + at) for s in clip.stretches
        )
        pieces += (clip.samples, noise)
        at += (clip.samples.size + noise.size) / RATE
    return offsets, stretches, np.concatenate(pieces)


class _FinalizedSTT(ClipSTT):
    """Is finalised on silence, as Deepgram is."""

    def __init__(self, stretches: Sequence[Stretch], *, language: str, after: float) -> None:
        super().__init__(stretches, language=language)
        self._after = after

    def stream(self, **options: Any) -> Any:
        stream = super().stream(**options)
        if self._after:
            finalize_on_silence(stream, after=self._after)
        return stream


class _ScriptedReply(PreemptiveReply):
    """A preemptive reply that could be heard `REPLY` seconds after the transcript."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = asyncio.get_running_loop().time
        self._sounds_at = 0.0
        self._callback: Callable[[], None] | None = None

    @property
    def is_pending(self) -> bool:
        return self._clock() < self._sounds_at

    def listen(self, session: AgentSession[Any]) -> None:
        session.on("user_input_transcribed", self._on_transcript)

    def set_playable_callback(self, on_playable: Callable[[], None]) -> None:
        self._callback = on_playable

    def _on_transcript(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final and self._callback is not None:
            self._sounds_at = self._clock() + REPLY
            asyncio.get_running_loop().call_at(self._sounds_at, self._callback)


class _Microphone(AudioInput):
    """Yields each frame when it is due."""

    def __init__(self, samples: np.ndarray[Any, Any]) -> None:
        super().__init__(label="clips")
        whole = np.pad(samples, (0, -samples.size % _FRAME))
        self._frames = whole.reshape(-1, _FRAME)
        self._clock = asyncio.get_running_loop().time
        self._given = 0
        self.began = 0.0
        self.done = asyncio.Event()

    async def __anext__(self) -> rtc.AudioFrame:
        if self._given == len(self._frames):
            self.done.set()
            raise StopAsyncIteration
        self.began = self.began or self._clock()
        self._given += 1
        await asyncio.sleep(self.began + self._given * _FRAME / RATE - self._clock())
        return rtc.AudioFrame(self._frames[self._given - 1].tobytes(), RATE, 1, _FRAME)


class _Listener(Agent):
    """Notes when turns end, and does not answer."""

    def __init__(self) -> None:
        super().__init__(instructions="")
        self.ended: list[float] = []

    async def on_user_turn_completed(self, turn_ctx: ChatContext, new_message: ChatMessage) -> None:
        self.ended.append(asyncio.get_running_loop().time())
        raise StopResponse

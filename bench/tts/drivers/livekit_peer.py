"""LiveKit's plugins: the one of this repository and the official one. Run as a module."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

from livekit.agents import NOT_GIVEN, tts
from livekit.agents.utils import http_context
from livekit.plugins import sarvam, sarvam_pooled

from bench.livekit_internals import close_http_session, open_http_session

from .harness import PeerFailed, Tokens, serve
from .messages import Open

OFFICIAL = "official plugin"


def official(at: str) -> tts.TTS[Any]:
    """livekit-plugins-sarvam with its defaults."""
    return sarvam.TTS(api_key="bench", ws_url=_ws(at), http_session=http_context.http_session())


def ours(at: str, **options: Any) -> tts.TTS[Any]:
    """livekit-plugins-sarvam-pooled with its defaults, but for `options`, and without phrases: the
    same few replies come again and again, and are to be synthesised each time, as by others."""
    return sarvam_pooled.TTS(**{"api_key": "bench", "ws_url": _ws(at), "phrases": None} | options)


def _ws(at: str) -> str:
    return f"ws://{at}/text-to-speech/ws"


SWITCHED: dict[str, dict[str, Any]] = {
    "all on": {},
    "first_clause off": {"segmenting": sarvam_pooled.Segmenting(first_clause=False)},
    "parallel 1": {"synthesis": sarvam_pooled.Synthesis(parallel=1)},
    "no spares": {"pool": sarvam_pooled.PoolLimits(min_idle=0)},
    "hedge off": {"synthesis": sarvam_pooled.Synthesis(hedge=False)},
    "retries 0": {"synthesis": sarvam_pooled.Synthesis(retries=0)},
    "trim_silence 0": {"synthesis": sarvam_pooled.Synthesis(trim_silence=0.0)},
    "codec mp3": {"output_audio_codec": "mp3"},
}
"""Our plugin with one optimisation switched off."""


AS_CONSTRUCTED = "as constructed"
"""Our plugin with nothing set, phrases neither; in memory alone, as no folder is named."""

KEEPING = "keeps phrases in "
"""What begins the name of our plugin with phrases; the rest is their folder."""


class LiveKitVoice:
    """A `tts.TTS`, driven as an agent's session drives it: one stream for each reply."""

    def __init__(self, voice: tts.TTS[Any]) -> None:
        self._voice = voice

    async def speak(self, tokens: Tokens) -> AsyncGenerator[tuple[bytes, int], None]:
        """One stream, fed by a task of its own."""
        stream = self._voice.stream()
        feeding = asyncio.create_task(_feed(stream, tokens))
        try:
            async for event in stream:
                yield event.frame.data.tobytes(), event.frame.sample_rate
        except Exception as error:
            # Not APIError alone: whatever a stream raises is what its session gets.
            raise PeerFailed(type(error).__name__) from error
        finally:
            feeding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await feeding
            await stream.aclose()

    async def aclose(self) -> None:
        """Close the voice, and the HTTP session that a job would own."""
        await self._voice.aclose()
        await close_http_session()


async def _feed(stream: tts.SynthesizeStream, tokens: Tokens) -> None:
    async for token in tokens:
        stream.push_text(token)
    stream.end_input()


async def make(command: Open) -> LiveKitVoice:
    """The voice that `command` names."""
    # What a LiveKit job has, and the official plugin asks for.
    open_http_session()
    build: Callable[[str], tts.TTS[Any]] = official
    if command.voice.startswith(KEEPING):
        store = sarvam_pooled.PhraseStore(Path(command.voice.removeprefix(KEEPING)))
        # Kept the first time it is heard, so that one pass fills the store.
        policy = sarvam_pooled.PhrasePolicy(min_calls=1)
        phrases = sarvam_pooled.PhraseCache(store, policy=policy, call_id="bench")

        def build(at: str) -> tts.TTS[Any]:
            return ours(at, phrases=phrases)

    elif command.voice == AS_CONSTRUCTED:
        os.environ.pop("PHRASE_STORE_DIR", None)

        def build(at: str) -> tts.TTS[Any]:
            return ours(at, phrases=NOT_GIVEN)

    elif command.voice != OFFICIAL:
        options = SWITCHED[command.voice]

        def build(at: str) -> tts.TTS[Any]:
            return ours(at, **options)

    voice = build(command.at)
    voice.prewarm()
    return LiveKitVoice(voice)


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    asyncio.run(serve(make))

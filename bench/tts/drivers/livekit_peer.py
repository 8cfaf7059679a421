"""LiveKit's plugins: the one of this repository and the official one. Run as a module."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from livekit.agents import NOT_GIVEN
from livekit.agents.tts import TTS, SynthesizeStream
from livekit.agents.utils import http_context
from livekit.plugins import sarvam, sarvam_pooled

from bench.livekit_internals import close_http_session, open_http_session

from .harness import PeerFailed, Tokens, serve
from .messages import Open

OFFICIAL = "official plugin"


def official(at: str) -> TTS[Any]:
    """The official livekit-plugins-sarvam with its defaults."""
    return sarvam.TTS(api_key="bench", ws_url=_ws(at), http_session=http_context.http_session())


def ours(at: str, **options: Any) -> TTS[Any]:
    """Our plugin with its defaults and `options`, and without phrases: the same few replies are
    repeated, and each must be synthesised every time, as by the peers."""
    return sarvam_pooled.TTS(**{"api_key": "bench", "ws_url": _ws(at), "phrases": None} | options)


def _ws(at: str) -> str:
    return f"ws://{at}/text-to-speech/ws"


SWITCHED: dict[str, dict[str, Any]] = {
    "all on": {},
    "first_clause off": {"segmenting": sarvam_pooled.Segmenting(first_clause=False)},
    "parallel 1": {"synthesis": sarvam_pooled.Synthesis(parallel=1)},
    "min_idle 0": {"pool": sarvam_pooled.PoolLimits(min_idle=0)},
    "hedge off": {"synthesis": sarvam_pooled.Synthesis(hedge=False)},
    "retries 0": {"synthesis": sarvam_pooled.Synthesis(retries=0)},
    "trim_silence 0": {"synthesis": sarvam_pooled.Synthesis(trim_silence=0.0)},
    "codec mp3": {"output_audio_codec": "mp3"},
}
"""Our plugin with one optimisation switched off."""
AS_CONSTRUCTED = "as constructed"
"""Our plugin with every argument left out: it keeps phrases, in memory alone without a folder."""
KEEPING = "keeps phrases in "
"""Begins the name of our plugin with a phrase store; the rest of the name is the folder."""


class LiveKitTTS:
    """A LiveKit `TTS`, driven as an `AgentSession` drives it: one stream for each reply."""

    def __init__(self, tts: TTS[Any]) -> None:
        self.tts = tts

    async def speak(self, tokens: Tokens) -> AsyncGenerator[tuple[bytes, int], None]:
        """Stream one reply; a task of its own feeds the text."""
        stream = self.tts.stream()
        feeding = asyncio.create_task(_feed(stream, tokens))
        try:
            async for event in stream:
                yield event.frame.data.tobytes(), event.frame.sample_rate
        except Exception as error:
            # Not only APIError: a session gets whatever its stream raises.
            raise PeerFailed(type(error).__name__) from error
        finally:
            feeding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await feeding
            await stream.aclose()

    async def aclose(self) -> None:
        """Close the TTS, and the HTTP session that a job would own."""
        await self.tts.aclose()
        await close_http_session()


async def _feed(stream: SynthesizeStream, tokens: Tokens) -> None:
    async for token in tokens:
        stream.push_text(token)
    stream.end_input()


async def make(command: Open) -> LiveKitTTS:
    """The TTS that `command` names."""
    open_http_session()
    tts = _build(command.at, command.variant)
    tts.prewarm()
    return LiveKitTTS(tts)


def _build(at: str, variant: str) -> TTS[Any]:
    if variant == OFFICIAL:
        return official(at)
    if variant == AS_CONSTRUCTED:
        os.environ.pop("PHRASE_STORE_DIR", None)
        return ours(at, phrases=NOT_GIVEN)
    if variant.startswith(KEEPING):
        store = sarvam_pooled.PhraseStore(Path(variant.removeprefix(KEEPING)))
        # Stored the first time it is heard, so that one pass fills the store.
        policy = sarvam_pooled.PhrasePolicy(min_calls=1)
        return ours(at, phrases=sarvam_pooled.PhraseCache(store, policy=policy, call_id="bench"))
    return ours(at, **SWITCHED[variant])


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    asyncio.run(serve(make))

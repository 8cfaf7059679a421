"""Who is compared: the plugin of this repository, and LiveKit's official one, as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit.agents import tts
from livekit.agents.utils import http_context
from livekit.plugins import sarvam, sarvam_pooled

Voice = tts.TTS[Any]
Make = Callable[[str], Voice]
"""Makes a TTS that talks to the stand-in at host:port."""


def ours(at: str, **options: Any) -> Voice:
    """livekit-plugins-sarvam-pooled with its defaults."""
    return sarvam_pooled.TTS(api_key="bench", ws_url=_ws(at), **options)


def official(at: str) -> Voice:
    """livekit-plugins-sarvam with its defaults."""
    return sarvam.TTS(api_key="bench", ws_url=_ws(at), http_session=http_context.http_session())


PEERS: dict[str, Make] = {"ours": ours, "official plugin": official}

WITHOUT: dict[str, dict[str, Any]] = {
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


def _ws(at: str) -> str:
    return f"ws://{at}/text-to-speech/ws"

"""Who is compared: the plugin of this repository, and LiveKit's official one, as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit.agents import tts
from livekit.plugins import sarvam, sarvam_pooled

Voice = tts.TTS[Any]
Make = Callable[[str], Voice]
"""Makes a TTS that talks to the stand-in at host:port."""


def ours(at: str, **options: object) -> Voice:
    """livekit-plugins-sarvam-pooled with its defaults."""
    return sarvam_pooled.TTS(api_key="bench", ws_url=_ws(at), **options)  # type: ignore[arg-type]


def official(at: str) -> Voice:
    """livekit-plugins-sarvam with its defaults."""
    return sarvam.TTS(api_key="bench", ws_url=_ws(at))


PEERS: dict[str, Make] = {"ours": ours, "official plugin": official}


def _ws(at: str) -> str:
    return f"ws://{at}/text-to-speech/ws"

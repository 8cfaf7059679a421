"""Logs a provider's failures in one line each: provider, error, and the setting to look at."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import aiohttp
from livekit.agents import APIConnectionError, APIStatusError, APITimeoutError
from livekit.agents.llm import LLM, LLMError
from livekit.agents.stt import STT, STTError
from livekit.agents.tts import TTS, TTSError

logger = logging.getLogger(__name__)

_URLS = {"sarvam": "SARVAM_WS_URL"}
_REQUESTS = {
    "sarvam": "SARVAM_MODEL, SARVAM_SPEAKER, AGENT_LANGUAGE",
    "deepgram": "DEEPGRAM_MODEL, DEEPGRAM_LANGUAGE, AGENT_LANGUAGE",
    "openai": "OPENAI_MODEL",
    "cartesia": "CARTESIA_MODEL, CARTESIA_VOICE, AGENT_LANGUAGE",
}
_TIMEOUTS = {"deepgram": "STT_TIMEOUT", "openai": "LLM_TIMEOUT"}


class ProviderErrorLog:
    """Listens to the clients of a call. Repeated failures are logged once."""

    def __init__(self) -> None:
        self._logged: set[tuple[str, str]] = set()

    def listen(self, clients: Iterable[STT[Any] | LLM[Any] | TTS[Any]]) -> None:
        """Log the failures of `clients`, which are not LiveKit's fallback adapter: its errors do
        not name the TTS."""
        for client in clients:
            client.on("error", self.on_error)

    def on_error(self, event: STTError | LLMError | TTSError) -> None:
        """Log a failed attempt. LiveKit makes the next, or fails over."""
        provider = provider_of(event.label)
        what, look_at = advice(provider, event.error)
        if (provider, what) in self._logged:
            return
        self._logged.add((provider, what))
        logger.warning(
            what, extra={"provider": provider, "error": describe(event.error), "look_at": look_at}
        )


def provider_of(label: str) -> str:
    """ "deepgram" for "livekit.plugins.deepgram.stt.STT", "sarvam" for this project's plugin."""
    parts = label.split(".")
    name = parts[2] if label.startswith("livekit.plugins.") and len(parts) > 2 else label
    return name.removesuffix("_pooled")


def describe(error: BaseException) -> str:
    """Kind, status and message of an error, without its body: that may hold a caller's words."""
    kind = type(error).__name__
    if isinstance(error, APIStatusError):
        return f"{kind} {error.status_code}: {error.message}"
    if isinstance(error, aiohttp.ClientResponseError):
        # Its text has the address, which may hold a key.
        return f"{kind} {error.status}: {error.message}"
    return f"{kind}: {error}"


def advice(provider: str, error: BaseException) -> tuple[str, str]:
    """A message for the log, and the variables that most often are the cause."""
    name = provider.upper()
    url = _URLS.get(provider, f"{name}_BASE_URL")
    match error:
        case APIStatusError(status_code=401 | 403):
            return "a provider refuses its key", f"{name}_API_KEY"
        case APIStatusError(status_code=402 | 429):
            return "a provider's quota or rate limit is used up", f"{name}_API_KEY"
        case APIStatusError(status_code=404):
            return "a provider does not know an address or a model", f"{url}, {name}_MODEL"
        case APIStatusError(status_code=status) if 400 <= status < 500:
            return "a provider refuses a request", _REQUESTS.get(provider, f"{name}_MODEL")
        case APITimeoutError():
            return "a provider did not answer in time", _TIMEOUTS.get(provider, "TTS_TIMEOUT")
        case APIConnectionError():
            return "a provider cannot be reached", url
        case _:
            return "a provider failed", ""

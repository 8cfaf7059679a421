"""The variables of a stack: the process's own, then `.env`, then those of the stand-ins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voice_agent_env.env_file import missing_providers, read_environment

from . import BringUpError

# The address of everything that the sandbox starts.
HOST = "127.0.0.1"
# The key for a stand-in, which accepts any.
STAND_IN_KEY = "sandbox"

# Each provider's variables, as its official plugin uses them; `{at}` is host:port.
ADDRESSES: dict[str, dict[str, str]] = {
    "sarvam": {
        "SARVAM_WS_URL": "ws://{at}/text-to-speech/ws",
        "SARVAM_BASE_URL": "http://{at}/text-to-speech",
    },
    "deepgram": {"DEEPGRAM_BASE_URL": "http://{at}/v1/listen"},
    "openai": {"OPENAI_BASE_URL": "http://{at}/v1"},
    "cartesia": {"CARTESIA_BASE_URL": "http://{at}"},
}
PROVIDERS = tuple(ADDRESSES)


def read(env_file: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The process's variables over those of `.env`, as the worker reads them.

    Raises `BringUpError` that names each invalid line of `.env` without its content.
    """
    values, problems = read_environment(env_file, environ)
    if problems:
        raise BringUpError("\n".join(problems))
    return values


def without_key(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The providers without a key (a placeholder is none), which a stand-in replaces."""
    missing = missing_providers(environment)
    return tuple(name for name in PROVIDERS if name in missing)


def key_name(provider: str) -> str:
    """The variable of a provider's key."""
    return f"{provider.upper()}_API_KEY"


def of_stand_ins(addresses: Mapping[str, str]) -> dict[str, str]:
    """The variables that point clients at stand-ins (provider -> host:port)."""
    merged: dict[str, str] = {}
    for provider, address in addresses.items():
        merged[key_name(provider)] = STAND_IN_KEY
        for name, place in ADDRESSES[provider].items():
            merged[name] = place.format(at=address)
    return merged


def of_livekit(url: str, api_key: str, api_secret: str) -> dict[str, str]:
    """The variables that point clients and workers at a LiveKit server."""
    return {"LIVEKIT_URL": url, "LIVEKIT_API_KEY": api_key, "LIVEKIT_API_SECRET": api_secret}


def lines(environment: Mapping[str, str]) -> str:
    """`NAME=value` lines, as `.env` and a shell read them."""
    return "".join(f"{name}={value}\n" for name, value in environment.items())

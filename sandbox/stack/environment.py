"""The variables a stack runs with: the process's own, then `.env`, then those of the stand-ins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voice_agent_env.env_file import missing_providers, read_environment

from . import BringUpError

# Where everything that the sandbox starts listens.
HOST = "127.0.0.1"
# Stands in for a key where nobody checks it.
STAND_IN_KEY = "sandbox"

# Each provider's variables, as its official plugin would use them; `{at}` is host:port.
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
    """The environment over `.env`, as the worker reads them.

    Raises `BringUpError` naming each line of `.env` that cannot be read, without its content.
    """
    values, problems = read_environment(env_file, environ)
    if problems:
        raise BringUpError("\n".join(problems))
    return values


def without_key(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The providers that have no key (a placeholder is none), so that a stand-in serves them."""
    missing = missing_providers(environment)
    return tuple(name for name in PROVIDERS if name in missing)


def key_name(provider: str) -> str:
    """The variable with a provider's key."""
    return f"{provider.upper()}_API_KEY"


def of_stand_ins(addresses: Mapping[str, str]) -> dict[str, str]:
    """The variables that send clients to stand-ins, from provider -> host:port."""
    merged: dict[str, str] = {}
    for provider, address in addresses.items():
        merged[key_name(provider)] = STAND_IN_KEY
        for name, place in ADDRESSES[provider].items():
            merged[name] = place.format(at=address)
    return merged


def of_livekit(url: str, api_key: str, api_secret: str) -> dict[str, str]:
    """The variables that send clients and workers to a LiveKit server."""
    return {"LIVEKIT_URL": url, "LIVEKIT_API_KEY": api_key, "LIVEKIT_API_SECRET": api_secret}


def lines(environment: Mapping[str, str]) -> str:
    """`NAME=value` lines, as `.env` and a shell read them."""
    return "".join(f"{name}={value}\n" for name, value in environment.items())

"""The variables a stack runs with: the process's own, then `.env`, then those of the stand-ins."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from .errors import BringUpError

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
    """The environment over `.env`, as the worker's settings read them.

    Raises `BringUpError` naming each line of `.env` that cannot be read, without its content.
    """
    try:
        text = env_file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return dict(environ)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise BringUpError(f"{env_file} cannot be read: {reason}") from None
    broken = [line.original.line for line in parse_stream(StringIO(text)) if line.error]
    if broken:
        raise BringUpError(
            "\n".join(
                f"{env_file}, line {number}: write NAME=value, with quotes around a value "
                "that has spaces or #"
                for number in broken
            )
        )
    values = dotenv_values(stream=StringIO(text), interpolate=True)
    return {name: value for name, value in values.items() if value is not None} | dict(environ)


def without_key(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The providers that have no key, so that a stand-in serves them."""
    return tuple(name for name in PROVIDERS if not environment.get(key_name(name), "").strip())


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

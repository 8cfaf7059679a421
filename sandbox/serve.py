"""Serves the stand-in providers, all in this process."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

from .conditions import Fault
from .stack import BringUpError
from .stack.environment import HOST, PROVIDERS
from .stack.ports import HIGHEST_FIRST, RequiredPort, counted, in_use
from .standin import StandIn, serve

# Imported on demand: a stand-in that is not served costs nothing.
CLASSES: dict[str, tuple[str, str]] = {
    "sarvam": ("sandbox.sarvam", "SarvamStandIn"),
    "deepgram": ("sandbox.deepgram", "DeepgramStandIn"),
    "openai": ("sandbox.openai", "OpenAIStandIn"),
    "cartesia": ("sandbox.cartesia", "CartesiaStandIn"),
}


def make(
    provider: str,
    *,
    latency: Mapping[str, float] | None = None,
    faults: tuple[Fault, ...] = (),
    seed: int = 0,
) -> StandIn:
    """A stand-in whose latency differs from its own defaults in the fields of `latency`."""
    module, name = CLASSES[provider]
    kind: type[StandIn] = getattr(import_module(module), name)
    return kind(
        latency=kind.default_latency.model_copy(update=dict(latency or {})),
        faults=faults,
        seed=seed,
    )


@asynccontextmanager
async def serve_all(
    stand_ins: Mapping[str, StandIn], ports: Mapping[str, int]
) -> AsyncIterator[dict[str, str]]:
    """Serve these; yields provider -> `host:port`. Port 0 (or none) means a free port.

    Raises `BringUpError` if a port is taken.
    """
    async with AsyncExitStack() as served:
        addresses: dict[str, str] = {}
        for provider, stand_in in stand_ins.items():
            port = ports.get(provider, 0)
            try:
                addresses[provider] = await served.enter_async_context(
                    serve(stand_in, host=HOST, port=port)
                )
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                owner = f"{provider} stand-in"
                raise BringUpError(
                    in_use(RequiredPort(port=port, owner=owner, setting="--port or SANDBOX_PORT"))
                ) from None
        yield addresses


def parse_ports(flags: Collection[str], default: Mapping[str, int]) -> dict[str, int]:
    """The ports of `--port` flags: `7901` (the first; the others count up), `0` (free ports), or
    `PROVIDER=PORT`. Raises `ValueError` for anything else."""
    ports = dict(default)
    for flag in flags:
        provider, equals, number = flag.rpartition("=")
        highest = 65535 if equals else HIGHEST_FIRST
        if not (number.isascii() and number.isdigit() and int(number) <= highest):
            raise ValueError(f"--port {flag}: write a port, or PROVIDER=PORT")
        if equals and provider not in PROVIDERS:
            raise ValueError(f"--port {flag}: {provider!r} is not one of {', '.join(PROVIDERS)}")
        if equals:
            ports[provider] = int(number)
        elif number == "0":
            ports = dict.fromkeys(PROVIDERS, 0)
        else:
            ports = counted(int(number))
    return ports

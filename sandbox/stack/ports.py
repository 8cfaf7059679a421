"""The ports of the stack's parts, and a clear message when one is taken."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from . import BringUpError
from .environment import HOST, PROVIDERS

# The highest first port that leaves room for those that count up from it.
HIGHEST_FIRST = 65535 - len(PROVIDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All ports of one stack; media over UDP belongs to the LiveKit server."""

    livekit: int
    rtc_udp: int
    playground: int
    worker: int
    stand_ins: Mapping[str, int]
    """Provider -> port of its stand-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredPort:
    """A port that must be free, who needs it, and the variable that changes it."""

    port: int
    owner: str
    setting: str
    udp: bool = False


def fixed(environment: Mapping[str, str]) -> Ports:
    """The usual ports, each set by a variable: LIVEKIT_PORT (media two above it), SANDBOX_PORT (the
    stand-ins count up from it), PLAYGROUND_PORT and METRICS_PORT (the worker); 0 means a free port
    in the last two.

    Raises `BringUpError` for a variable that is not a port.
    """
    livekit, anywhere = _port(environment, "LIVEKIT_PORT", 7880), free()
    return Ports(
        livekit=livekit,
        rtc_udp=livekit + 2,
        playground=_port(environment, "PLAYGROUND_PORT", 7900, lowest=0) or anywhere.playground,
        worker=_port(environment, "METRICS_PORT", 8081, lowest=0) or anywhere.worker,
        stand_ins=counted(_port(environment, "SANDBOX_PORT", 7901)),
    )


def counted(first: int) -> dict[str, int]:
    """Ports of the stand-ins from `first` up; a provider's port never depends on the others."""
    return {name: first + index for index, name in enumerate(PROVIDERS)}


def free() -> Ports:
    """Ports that are free at this moment.

    Raises `BringUpError` if this machine has no IPv4 loopback.
    """
    with ExitStack() as held:
        # All stay bound until the last is chosen, so that none is chosen twice.
        def choose(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
            chosen = held.enter_context(socket.socket(socket.AF_INET, kind))
            try:
                chosen.bind((HOST, 0))
            except OSError as error:
                raise BringUpError(
                    f"nothing can listen on {HOST} ({error.strerror}): the sandbox needs IPv4 on "
                    "the loopback interface"
                ) from None
            return int(chosen.getsockname()[1])

        return Ports(
            livekit=choose(),
            rtc_udp=choose(socket.SOCK_DGRAM),
            playground=choose(),
            worker=choose(),
            stand_ins={name: choose() for name in PROVIDERS},
        )


def require_free(wanted: Iterable[RequiredPort]) -> None:
    """Raise `BringUpError` that names each port in use and the setting that changes it."""
    taken = [each for each in wanted if not is_free(each.port, udp=each.udp)]
    if taken:
        raise BringUpError("\n".join(in_use(each) for each in taken))


def in_use(wanted: RequiredPort) -> str:
    """One line about a port in use."""
    kind = "UDP port" if wanted.udp else "port"
    return (
        f"{kind} {wanted.port} ({wanted.owner}) is in use: stop what uses it, "
        f"or set {wanted.setting} to another port"
    )


def is_free(port: int, *, udp: bool = False) -> bool:
    """Whether a server can listen there now. Addresses in TIME_WAIT count as free."""
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if not udp:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _port(environment: Mapping[str, str], name: str, default: int, *, lowest: int = 1) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= HIGHEST_FIRST:
        raise BringUpError(f"{name} must be a port from {lowest} to {HIGHEST_FIRST}")
    return int(text)

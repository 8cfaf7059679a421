"""Who may use the server: pages that this server served itself, and nobody else's. Pure.

The server signs tokens, so another site that the same browser has open must not be able to ask for
one. Two doors are closed. A page of another origin cannot post: its `Origin` is not our host. And a
name that its owner points at 127.0.0.1 (DNS rebinding) gets nothing at all: `Host` must be a name
that is known to be ours.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address

from voice_agent_env.own_host import LOOPBACK_NAMES, is_own_host, is_own_origin

_READING = frozenset({"GET", "HEAD"})


def host_names(bound: str, allowed: Collection[str]) -> frozenset[str]:
    """The names the page may be opened under, when the server listens on the address `bound`."""
    names = LOOPBACK_NAMES | {name.lower() for name in allowed}
    return names if _is_every_address(bound) else names | {bound.lower()}


def refusal(*, method: str, host: str, origin: str | None, names: Collection[str]) -> str | None:
    """Why a request is refused, as text for its sender; None if it may pass."""
    if not is_own_host(host, names):
        return (
            "This host name is not the playground's own. Open it as http://127.0.0.1 or "
            "http://localhost, or add the name to PLAYGROUND_ALLOWED_HOSTS."
        )
    if method not in _READING and not is_own_origin(origin, host):
        return "Only the playground's own page may ask for this."
    return None


def _is_every_address(bound: str) -> bool:
    try:
        return ip_address(bound).is_unspecified
    except ValueError:
        return False

"""Judges where an address leads by its text alone: no name is looked up. Pure.

Keys and tokens travel to these addresses, so only TLS may carry them over the internet.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import inet_aton
from urllib.parse import urlsplit

_PRIVATE = tuple(
    ip_network(network)
    for network in (
        # RFC 1918, RFC 4193; and RFC 6598, which clusters and private meshes use alike.
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "100.64.0.0/10"),
        # Link-local: RFC 3927, RFC 4291.
        *("169.254.0.0/16", "fe80::/10"),
    )
)
# RFC 6762 (mDNS), and what ICANN reserves for private networks.
_PRIVATE_SUFFIXES = (".local", ".internal")
_IN_CLEAR = ("http", "ws")
# Clients turn other letters, dots and digits into these, and `%2f` into a slash: what they reach is
# then another host than the one that is written.
_PLAIN_NAME = re.compile(r"[a-z0-9._-]+")


def exposure(url: str) -> str | None:
    """How an absolute address would give a secret away, and what to write; None if it does not.

    Args:
        url: `http`, `https`, `ws` or `wss`, with a host.

    Returns:
        The rest of a sentence that begins with the name of the setting. It never has a part of the
        address, as that may be a password.
    """
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return "must have no user name and password: leave out what stands before the @"
    if parts.scheme in _IN_CLEAR and not is_private(parts.hostname or ""):
        return (
            f"must begin with {parts.scheme}s://, as {parts.scheme}:// sends keys in clear; only "
            "this machine and private networks may do without TLS"
        )
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ::1, `localhost`, `*.localhost` (RFC 6761)."""
    address = _ip(host)
    if address is not None:
        return address.is_loopback
    name = _name(host)
    return name == "localhost" or name.endswith(".localhost")


def is_private(host: str) -> bool:
    """Whether a host is this machine or on a private network.

    Names are judged by what they are: one label (a service of compose), `*.local` and `*.internal`
    are private, all others may be anywhere.
    """
    if is_loopback(host):
        return True
    address = _ip(host)
    if address is not None:
        return any(address in network for network in _PRIVATE)
    name = _name(host)
    return bool(name) and ("." not in name or name.endswith(_PRIVATE_SUFFIXES))


def _name(host: str) -> str:
    """The name in lower case; empty for what a client may read as another one."""
    name = host.lower().removesuffix(".")
    return name if _PLAIN_NAME.fullmatch(name) else ""


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    """The literal address, in any of its spellings; None for a name."""
    try:
        address = ip_address(host)
    except ValueError:
        try:
            # Clients also take 127.1, 0x7f000001 and 2130706433, which would pass for names.
            return IPv4Address(inet_aton(host))
        except OSError:
            return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address

"""Which requests to a local server come from its own pages, by their `Host` and `Origin`. Pure."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_own_host(host: str, names: Collection[str]) -> bool:
    """Whether the name in a `Host` header is one of `names`."""
    try:
        return urlsplit(f"//{host}").hostname in names
    except ValueError:
        return False


def is_own_origin(origin: str | None, host: str) -> bool:
    """Whether an `Origin` header names the very host that is asked; none at all does not."""
    return origin in (f"http://{host}", f"https://{host}")

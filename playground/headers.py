"""Response headers that keep the page to itself. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit


def page_headers(livekit_url: str) -> dict[str, str]:
    """Headers of every response; `livekit_url` is the one foreign address the page may talk to."""
    return {
        "Content-Security-Policy": _content_security_policy(livekit_url),
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        # A page of yesterday's version must not meet a server of today's.
        "Cache-Control": "no-cache",
    }


def _content_security_policy(livekit_url: str) -> str:
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        # The agent's voice is played from a media stream, which browsers count as a blob.
        "media-src": "'self' blob: mediastream:",
        "connect-src": " ".join(("'self'", *_livekit_sources(livekit_url))),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _livekit_sources(livekit_url: str) -> tuple[str, ...]:
    """The signalling socket, and the HTTP of the same host that tells why a join failed."""
    url = urlsplit(livekit_url)
    secure = "s" if url.scheme == "wss" else ""
    sources: tuple[str, ...] = (f"ws{secure}://{url.netloc}", f"http{secure}://{url.netloc}")
    if (url.hostname or "").endswith(".livekit.cloud"):
        # LiveKit Cloud sends the caller on to a host of the nearest region.
        sources += ("wss://*.livekit.cloud", "https://*.livekit.cloud")
    return sources

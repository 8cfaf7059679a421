"""Response headers that isolate the page from other sites. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit


def page_headers(livekit_url: str) -> dict[str, str]:
    """Headers of every response. `livekit_url` is the only other address the page may reach."""
    return {
        "Content-Security-Policy": _content_security_policy(livekit_url),
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        # A cached page must not meet a newer server.
        "Cache-Control": "no-cache",
    }


def _content_security_policy(livekit_url: str) -> str:
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        # The agent's audio plays from a media stream, which browsers treat as a blob.
        "media-src": "'self' blob: mediastream:",
        "connect-src": " ".join(("'self'", *_livekit_sources(livekit_url))),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _livekit_sources(livekit_url: str) -> tuple[str, ...]:
    """The signalling socket, and the same host by HTTP, which says why a join failed."""
    url = urlsplit(livekit_url)
    secure = "s" if url.scheme == "wss" else ""
    sources: tuple[str, ...] = (f"ws{secure}://{url.netloc}", f"http{secure}://{url.netloc}")
    if (url.hostname or "").endswith(".livekit.cloud"):
        # LiveKit Cloud redirects the caller to a host of the nearest region.
        sources += ("wss://*.livekit.cloud", "https://*.livekit.cloud")
    return sources

"""The response headers: what the page may load, and which servers it may reach."""

from __future__ import annotations

from playground.headers import page_headers


def connect_sources(livekit_url: str) -> list[str]:
    """The addresses that the policy lets the page talk to."""
    policy = page_headers(livekit_url)["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    return directives["connect-src"].split(" ")


def test_scripts_come_from_the_server_alone() -> None:
    """No inline script, no eval, no foreign host."""
    policy = page_headers("ws://127.0.0.1:7880")["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


def test_livekit_is_the_one_other_address() -> None:
    """The page talks to its own server and to LiveKit's, by socket and HTTP."""
    expected = ["'self'", "ws://127.0.0.1:7880", "http://127.0.0.1:7880"]
    assert connect_sources("ws://127.0.0.1:7880") == expected


def test_cloud_regions_are_allowed_for_cloud_alone() -> None:
    """LiveKit Cloud moves callers between its hosts; a look-alike gains nothing."""
    assert "wss://*.livekit.cloud" in connect_sources("wss://project.livekit.cloud")
    assert len(connect_sources("wss://evillivekit.cloud")) == 3

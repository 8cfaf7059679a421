"""Which addresses may be reached without TLS, judged by their text."""

from __future__ import annotations

import pytest

from voice_agent_env.addresses import exposure, is_loopback, is_private

LOOPBACK = [
    *("localhost", "LOCALHOST", "localhost.", "livekit.localhost", "127.0.0.1", "127.8.9.1"),
    *("::1", "::ffff:127.0.0.1", "127.1", "0x7f000001", "2130706433"),
]
PRIVATE = [
    *("livekit", "redis-1", "voice.local", "voice.INTERNAL", "metadata.google.internal."),
    *("10.1.2.3", "172.31.0.1", "192.168.1.7", "169.254.3.3", "100.64.0.9"),
    *("fd00::7", "fe80::1", "fe80::1%eth0", "::ffff:10.0.0.1"),
]
PUBLIC = [
    *("", ".", "example.com", "example.com.", "localhost.example.com", "internal.example.com"),
    *("mylocalhost.dev", "notlocal.evil-local", "10.0.0.1.example.com"),
    # Documentation's addresses are nobody's private network, though `ipaddress` says so.
    *("8.8.8.8", "203.0.113.7", "172.32.0.1", "100.128.0.1", "2001:4860:4860::8888"),
    # Clients read these as example.com, evil.com and 1.1.1.1.
    *("example。com", "example．com", "ⓔxample。com", "１６８４３００９", "evil.com%2f.internal"),
    *("evil.com\\.internal", "１２７.0.0.1"),
    # 8.8.8.8 once more: clients read it, and it has one label.
    *("134744072", "0x08080808", "8.526344"),
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_this_machine_is_loopback_and_private(host: str) -> None:
    """In every spelling that a client reads."""
    assert is_loopback(host)
    assert is_private(host)


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_network_is_not_loopback(host: str) -> None:
    """Services of compose, names of a local network, private addresses."""
    assert is_private(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_everything_else_is_public(host: str) -> None:
    """A look-alike too."""
    assert not is_private(host)
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("ws://example.com", "must begin with wss://"),
        ("http://8.8.8.8:80/v1", "must begin with https://"),
        ("wss://user:word@example.com", "leave out what stands before the @"),
        ("ws://user@127.0.0.1", "leave out what stands before the @"),
        ("ws://@127.0.0.1", "leave out what stands before the @"),
    ],
)
def test_an_address_that_gives_a_secret_away_is_reported(url: str, advice: str) -> None:
    """With what to write, and nothing of the address."""
    advice_given = exposure(url)
    assert advice_given is not None
    assert advice in advice_given
    assert not any(part in advice_given for part in ("user:", "word@", "example", "8.8"))


@pytest.mark.parametrize(
    "url",
    [
        "wss://example.com",
        "https://8.8.8.8/a@b",
        "ws://127.0.0.1:7880",
        "http://[::1]:80/",
        "ws://h",
    ],
)
def test_an_address_that_keeps_secrets_is_fine(url: str) -> None:
    """TLS to anywhere, clear text on private ground; an @ in the path is no password."""
    assert exposure(url) is None

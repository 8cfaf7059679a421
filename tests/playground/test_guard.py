"""The guard: which requests pass."""

from __future__ import annotations

import pytest

from playground.guard import host_names, refusal

NAMES = host_names("127.0.0.1", ())


def refused(method: str, host: str, origin: str | None) -> bool:
    """Whether a loopback playground refuses this request."""
    return refusal(method=method, host=host, origin=origin, names=NAMES) is not None


@pytest.mark.parametrize("host", ["127.0.0.1:7900", "localhost:7900", "LOCALHOST", "[::1]:7900"])
def test_own_names_pass(host: str) -> None:
    """The page opens under each name of loopback, and its own requests pass."""
    assert not refused("GET", host, None)
    assert not refused("POST", host, f"http://{host}")


@pytest.mark.parametrize("host", ["", "evil.test", "127.0.0.1.evil.test:7900", "[::1", "192.0.2.7"])
def test_other_names_are_refused(host: str) -> None:
    """A name that is not ours gets nothing, even if it leads to our port (DNS rebinding)."""
    assert refused("GET", host, None)
    assert refused("POST", host, f"http://{host}")


@pytest.mark.parametrize(
    "origin",
    [None, "null", "", "http://evil.test", "http://127.0.0.1", "http://127.0.0.1:7901"],
)
def test_posts_of_other_pages_are_refused(origin: str | None) -> None:
    """Only a page of the very same host and port may post."""
    assert refused("POST", "127.0.0.1:7900", origin)


def test_a_page_behind_tls_passes() -> None:
    """A proxy that ends TLS changes the origin's scheme and nothing else."""
    names = host_names("127.0.0.1", ("Voice.example.test",))
    host = "voice.example.test"
    assert refusal(method="POST", host=host, origin=f"https://{host}", names=names) is None


def test_a_bound_address_is_a_name() -> None:
    """Listening on one address makes that address a name; listening on all of them adds none."""
    assert "192.0.2.7" in host_names("192.0.2.7", ())
    assert host_names("0.0.0.0", ()) == host_names("::", ()) == NAMES

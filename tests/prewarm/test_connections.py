"""The connections that a call opens while its room is joined."""

from __future__ import annotations

import pytest

from prewarm import connections


class Client:
    """A client that connects, or cannot."""

    def __init__(self, connected: list[str], name: str, *, fails: bool = False) -> None:
        self._connected, self._name, self._fails = connected, name, fails

    def prewarm(self) -> None:
        if self._fails:
            raise OSError("no descriptors left for key sk-1")
        self._connected.append(self._name)


def test_a_client_that_cannot_connect_does_not_keep_the_others_from_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The call is slower, not lost, and the log says so."""
    connected: list[str] = []
    clients = [
        Client(connected, "STT", fails=True),
        Client(connected, "LLM"),
        Client(connected, "TTS"),
    ]
    connections.warm(clients)
    assert connected == ["LLM", "TTS"]
    assert [record.message for record in caplog.records] == ["cannot warm a connection"]
    assert "sk-1" not in caplog.text

"""Opening a connection: what its failures say, and what they do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from livekit.plugins.sarvam_pooled.errors import (
    ConnectFailed,
    ProviderFailed,
    RequestRefused,
    SarvamError,
)
from livekit.plugins.sarvam_pooled.options import Socket, Timeouts
from livekit.plugins.sarvam_pooled.transport.handshake import open_connection
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from .scripted_server import ENGLISH, KEY, Server, opened


def answering(status: int, **headers: str) -> Callable[..., Response]:
    return lambda _ws, _request: Response(status, "No", Headers(headers), b"")


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (401, RequestRefused, "SARVAM_API_KEY"),
        (403, RequestRefused, "SARVAM_API_KEY"),
        (404, RequestRefused, "SARVAM_WS_URL"),
        (429, ProviderFailed, "429"),
        (503, ProviderFailed, "503"),
    ],
)
async def test_a_refused_handshake_says_what_to_do(
    status: int, kind: type[SarvamError], hint: str
) -> None:
    """By its status, with the name of the setting to look at."""
    with pytest.raises(kind, match=hint) as caught:
        async with opened(Server([]), process_request=answering(status)):
            pass
    assert getattr(caught.value, "status") == status  # noqa: B009


async def test_a_redirect_is_not_followed() -> None:
    """The key would go to whatever address the response names."""
    asked: list[Request] = []
    async with serve(
        Server([]), "127.0.0.1", 0, process_request=lambda _, request: asked.append(request)
    ) as other:
        port = next(iter(other.sockets)).getsockname()[1]
        redirect = answering(302, Location=f"ws://127.0.0.1:{port}/elsewhere")
        with pytest.raises(SarvamError, match="302"):
            async with opened(Server([]), process_request=redirect):
                pass
    assert asked == []


async def test_an_address_in_an_error_holds_no_password() -> None:
    """Scheme, host and path, and nothing else of the address."""
    with pytest.raises(ConnectFailed, match=r"ws://127\.0\.0\.1:9/x: ") as caught:
        await open_connection(
            "ws://user:hidden@127.0.0.1:9/x?token=hidden",
            voice=ENGLISH,
            api_key=KEY,
            timeouts=Timeouts(connect=1.0),
            tuning=Socket(),
            ping_interval=60,
            on_lost=lambda _: None,
        )
    assert "hidden" not in repr(caught.value)

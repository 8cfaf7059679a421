"""Opens a connection: TLS, the handshake, and the errors for its failures."""

from __future__ import annotations

import functools
import importlib.metadata
import logging
import socket as sockets
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from ..errors import ConnectFailed, SarvamError, from_status
from ..log import logger
from ..options import Socket, Timeouts
from ..version import __version__
from ..voice import Voice
from .connection import Connection

_WEBSOCKETS: Final = importlib.metadata.version("websockets")
USER_AGENT: Final = f"livekit-plugins-sarvam-pooled/{__version__} websockets/{_WEBSOCKETS}"

# Messages that the library buffers before it stops reading the socket, each of up to
# `Socket.max_message_bytes`.
_MAX_QUEUE: Final = 2

# At DEBUG the library logs every header and frame: the key and the caller's words. This logger
# stays above DEBUG at any level of the application.
_quiet_logger = logging.getLogger(f"{logger.name}.websockets")
_quiet_logger.setLevel(logging.INFO)


@functools.cache
def tls_context() -> ssl.SSLContext:
    """The TLS context of all connections, made once: loading certificates takes 20 to 80 ms."""
    return ssl.create_default_context()


class _Handshake(connect):
    """Follows no redirect, which would send the API key to any address."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def open_connection(
    url: str,
    *,
    voice: Voice,
    api_key: str,
    timeouts: Timeouts,
    tuning: Socket,
    ping_interval: float,
    on_lost: Callable[[Connection], None],
) -> Connection:
    """Connect to Sarvam.

    Args:
        voice: The voice that the connection will be configured with first.

    Raises:
        ConnectFailed: The connection could not be opened, or not in time.
        RequestRefused: The server refused the key (403) or the address (404).
        ProviderFailed: The server refused the handshake for now (429, 5xx).
    """
    try:
        ws = await _Handshake(
            url,
            additional_headers={"api-subscription-key": api_key},
            user_agent_header=USER_AGENT,
            logger=_quiet_logger,
            compression="deflate" if tuning.compression else None,
            max_size=tuning.max_message_bytes,
            max_queue=_MAX_QUEUE,
            open_timeout=timeouts.connect,
            close_timeout=timeouts.close,
            ping_interval=tuning.ping_interval or None,
            ping_timeout=tuning.ping_timeout,
            ssl=tls_context() if url.startswith("wss:") else None,
        )
    except InvalidStatus as error:
        # `from None`: the original holds the request with its key.
        raise _refused(error.response.status_code) from None
    except (OSError, TimeoutError, WebSocketException) as error:
        raise ConnectFailed(f"cannot connect to {_public_part(url)}: {_reason(error)}") from None
    _set_nodelay(ws, tuning.nodelay)
    return Connection(
        ws,
        voice=voice,
        on_lost=on_lost,
        ping_interval=ping_interval,
        liveness_timeout=timeouts.liveness,
    )


def _refused(status: int) -> SarvamError:
    hint = {
        401: "the API key was refused; check SARVAM_API_KEY",
        403: "the API key was refused; check SARVAM_API_KEY and SARVAM_WS_URL",
        404: "no such address; check SARVAM_WS_URL",
    }.get(status, "the handshake was refused")
    return from_status(f"{hint} (HTTP {status})", status=status)


def _public_part(url: str) -> str:
    """The address without user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error}"
    # The library's message may quote the address.
    return type(error).__name__


def _set_nodelay(ws: ClientConnection, nodelay: bool) -> None:
    sock = ws.transport.get_extra_info("socket")
    if sock is not None and sock.family in (sockets.AF_INET, sockets.AF_INET6):
        sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, int(nodelay))

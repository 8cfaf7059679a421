"""The remote tier: phrases that several machines share in a Redis (or Valkey) server. Optional.

Needs `pip install livekit-plugins-sarvam-pooled[redis]` and a server of version 6.2 or later. A
value is the WAV file of `wav.py`, and is checked like a file. A server that is slow or down costs a
call only a few short waits: after some failures in a row the tier pauses.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from ..log import logger
from .key import PhraseKey
from .phrase import Defect, Phrase, WrongPhrase
from .signing import Signer
from .wav import MAX_BYTES, decode, encode

try:
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
except ImportError as error:
    raise ImportError(
        "phrases in Redis need its library: pip install 'livekit-plugins-sarvam-pooled[redis]'"
    ) from error

_FAILURES: Final = 3
"""Failures in a row before the tier pauses."""
_PAUSE: Final = 30.0
"""Seconds of a pause; then one request tries again."""
# No caller waits for a write.
_WRITE_LIMIT: Final = 2.0  # seconds


class RedisTier:
    """Phrases in a Redis server. Write access to it decides what callers hear: use a password, TLS
    between machines, a database of its own, and a signing key.

    Args:
        url: "redis://", "rediss://" (TLS) or "unix://" address; a password in it is never shown.
        time_limit: Seconds for a look-up; much less than a synthesis takes.
        keep_for: Seconds after its last use at which the server drops a phrase. Limit its memory in
            the server (`maxmemory`, `maxmemory-policy allkeys-lru`).
        prefix: Prefix of all keys.
        signing_key: Signs the phrases, see `signing.py`; None for no signature.
        clock: Seconds of any monotonic clock.

    Raises:
        ValueError: The address is not a Redis address, or the signing key is too short.
    """

    def __init__(
        self,
        url: str,
        *,
        time_limit: float = 0.05,
        keep_for: float = 30 * 86400.0,
        prefix: str = "phrase:",
        signing_key: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # One retry, for a connection that the server has closed.
        self._redis = Redis.from_url(url, max_connections=4, retry=Retry(NoBackoff(), 1))
        self._time_limit = time_limit
        self._keep_for = round(keep_for)
        self._prefix = prefix
        self._signer = Signer(signing_key)
        self._clock = clock
        self._failures = 0
        self._in_a_row = 0
        # The end of the current pause.
        self._paused_until = clock()
        self._warned = False

    @property
    def failures(self) -> int:
        """Requests that failed or took too long, and wrong values."""
        return self._failures

    async def connect(self) -> bool:
        """Open a connection, for which a look-up's time limit is too short; return whether that
        worked. Call it before the call's first reply."""
        return await self._ask(self._connect, limit=_WRITE_LIMIT) is not None

    async def get(self, key: PhraseKey) -> Phrase | None:
        """The complete phrase with exactly this key, or None, within the time limit."""
        name = self._name(key)

        async def read() -> object:
            # A range: another writer's value may be of any length.
            both = self._redis.pipeline(transaction=False)
            both.expire(name, self._keep_for)
            both.getrange(name, 0, MAX_BYTES)
            is_there, file = await both.execute()
            return file if is_there else None

        file = await self._ask(read, limit=self._time_limit)
        if not isinstance(file, bytes):
            return None
        try:
            phrase = decode(file, signer=self._signer)
            if phrase.key == key:
                return phrase
            defect = Defect.FOREIGN
        except WrongPhrase as wrong:
            defect = wrong.defect
        self._failures += 1
        logger.warning("a phrase in Redis is wrong", extra={"defect": str(defect)})
        return None

    async def put(self, phrase: Phrase) -> bool:
        """Store `phrase` in place of any older one; return whether that worked."""
        name, file = self._name(phrase.key), encode(phrase, signer=self._signer)

        async def write() -> object:
            return await self._redis.set(name, file, ex=self._keep_for)

        return await self._ask(write, limit=_WRITE_LIMIT) is not None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._redis.aclose()

    def __repr__(self) -> str:
        # The address may hold a password.
        return f"<RedisTier {'paused' if self._is_paused else 'in use'}>"

    @property
    def _is_paused(self) -> bool:
        return self._clock() < self._paused_until

    def _name(self, key: PhraseKey) -> str:
        return self._prefix + self._signer.name(key.digest)

    async def _connect(self) -> object:
        return await self._redis.echo("phrases")

    async def _ask(self, request: Callable[[], Awaitable[object]], *, limit: float) -> object:
        """The server's answer, or None if the request failed or was late, or the tier pauses."""
        if self._is_paused:
            return None
        try:
            # The client closes a connection whose answer was cancelled: the next request never
            # reads that answer.
            async with asyncio.timeout(limit):
                answer = await request()
        except Exception as error:
            # Not only RedisError: the client raises others at answers that are not Redis.
            self._failed(error)
            return None
        self._in_a_row = 0
        return answer

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        self._in_a_row += 1
        if self._in_a_row < _FAILURES:
            return
        self._paused_until = self._clock() + _PAUSE
        if not self._warned:
            self._warned = True
            # The message may hold the address.
            why = type(error).__name__
            logger.warning("phrases in Redis cannot be reached; calls go on", extra={"error": why})

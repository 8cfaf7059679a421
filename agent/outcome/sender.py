"""Posts the events of a spool to the webhook."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from types import TracebackType
from typing import Final, Self

import aiohttp

from ..config.settings import Settings
from ..config.webhook_secret import key_of
from .retry import next_attempt
from .signature import headers
from .spool import Spool, WaitingOutcome

logger = logging.getLogger(__name__)

INTERVAL: Final = 1.0
"""Seconds between two rounds, in each of which everything due is posted."""
TIMEOUT: Final = 10.0
"""Seconds of one attempt."""
LAST_ROUND_TIMEOUT: Final = 5.0
"""Seconds of the round at the worker's end, because a container's disk may be gone afterwards."""


class OutcomeSender:
    """Posts the outcomes while its `async with` block runs, and once more what is due at its end.

    Args:
        url: A redirect is not followed: the event would go to an address that nobody has chosen.
        key: Signs each attempt.
        clock: Seconds of Unix time.
    """

    def __init__(
        self,
        spool: Spool,
        url: str,
        key: bytes,
        *,
        clock: Callable[[], float] = time.time,
        chooser: Callable[[], float] = random.random,
    ) -> None:
        self._spool = spool
        self._url = url
        self._key = key
        self._clock = clock
        self._chooser = chooser
        self._task: asyncio.Task[None] | None = None
        # When events are due that the spool could not remove (never) or postpone, by id.
        self._due: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT),
            cookie_jar=aiohttp.DummyCookieJar(),
            # Nothing of a response is read but its status.
            auto_decompress=False,
        )
        self._task = asyncio.create_task(self._run(), name="outcome-sender")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            async with asyncio.timeout(LAST_ROUND_TIMEOUT):
                await self._round()
        except TimeoutError:
            logger.info("outcomes wait in the spool for the next worker")
        finally:
            await self._http.close()

    async def _run(self) -> None:
        while True:
            await self._round()
            await asyncio.sleep(INTERVAL)

    async def _round(self) -> None:
        try:
            await self._send_due()
        except OSError as error:
            logger.warning(
                "the spool of outcomes cannot be read",
                extra={"path": str(self._spool.folder), "error": error.strerror},
            )
        except Exception as error:
            # A bug costs one round, not all outcomes to come.
            frame = traceback.extract_tb(error.__traceback__)[-1]
            logger.error(  # noqa: TRY400 (a traceback may have the address, with a key in it)
                "outcomes could not be posted",
                extra={"error": type(error).__name__, "line": f"{frame.filename}:{frame.lineno}"},
            )

    async def _send_due(self) -> None:
        """Post what is due, and stop at the first that is not taken: the webhook may be down."""
        # In a thread: a slow disk must not hold up the worker's loop.
        for waiting in await asyncio.to_thread(self._spool.waiting):
            if waiting.due > self._clock():
                return
            if self._due.get(waiting.id, 0.0) > self._clock():
                continue
            with self._spool.lock(waiting) as body:
                if body is not None and not await self._send(waiting, body):
                    return

    async def _send(self, waiting: WaitingOutcome, body: bytes) -> bool:
        """Post one event; return whether it was taken."""
        problem = await self._post(waiting, body)
        if problem is None:
            self._settle(waiting, due=math.inf)
            logger.info("an outcome was taken by the webhook", extra={"event_id": waiting.id})
            return True
        now = self._clock()
        again = next_attempt(now, created=waiting.created, jitter=self._chooser())
        if again is None:
            self._settle(waiting, due=math.inf)
            logger.error(
                "an outcome is given up and deleted: the webhook did not take it for too long",
                extra={"event_id": waiting.id, "error": problem, "look_at": "OUTCOME_WEBHOOK_URL"},
            )
        else:
            self._settle(waiting, due=again)
            logger.warning(
                "the webhook did not take an outcome, which waits and is posted again",
                extra={
                    "event_id": waiting.id,
                    "error": problem,
                    "seconds": round(again - now),
                    "look_at": "OUTCOME_WEBHOOK_URL",
                },
            )
        return False

    def _settle(self, waiting: WaitingOutcome, *, due: float) -> None:
        """Postpone an event, or remove one that is never due again."""
        try:
            if due == math.inf:
                self._spool.remove(waiting)
            else:
                self._spool.postpone(waiting, until=due)
        except OSError as error:
            # Its file is still due: without this it would be posted in each round.
            self._due[waiting.id] = due
            logger.warning(
                "the spool of outcomes cannot be written",
                extra={
                    "event_id": waiting.id,
                    "path": str(self._spool.folder),
                    "error": error.strerror,
                    "look_at": "DATA_DIR",
                },
            )

    async def _post(self, waiting: WaitingOutcome, body: bytes) -> str | None:
        """None if the webhook took the event, or why it did not."""
        signed = headers(self._key, waiting.id, body, now=self._clock())
        try:
            async with self._http.post(
                self._url,
                data=body,
                headers=signed | {"Content-Type": "application/json"},
                allow_redirects=False,
            ) as response:
                # Its end may never come.
                response.close()
                return None if 200 <= response.status < 300 else f"status {response.status}"
        except TimeoutError:
            return f"no answer in {TIMEOUT:g} s"
        except (aiohttp.ClientError, OSError) as error:
            # Its message has the address, which may have a key in it.
            return type(error).__name__


def outcome_sender(settings: Settings) -> AbstractAsyncContextManager[object]:
    """Posts the outcomes of a worker's calls, if its settings name a webhook."""
    if settings.outcome_webhook_url is None or settings.outcome_webhook_secret is None:
        return nullcontext()
    key = key_of(settings.outcome_webhook_secret.get_secret_value())
    return OutcomeSender(Spool(settings.outcome_spool_dir), settings.outcome_webhook_url, key)

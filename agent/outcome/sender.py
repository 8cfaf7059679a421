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
from .spool import Spool, Waiting

logger = logging.getLogger(__name__)

EVERY: Final = 1.0
"""Seconds between two looks at the spool."""
TIMEOUT: Final = 10.0
"""Seconds of one attempt."""
LAST: Final = 5.0
"""Seconds that the end of the worker waits for what is due: a container's disk may end with it."""


class OutcomeSender:
    """Posts while it is entered: `async with`. Its end tries once more what is due.

    Args:
        url: Redirects are not followed, because the event would go to an address that nobody chose.
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
            async with asyncio.timeout(LAST):
                await self._round()
        except TimeoutError:
            logger.info("outcomes wait in the spool for the next worker")
        finally:
            await self._http.close()

    async def _run(self) -> None:
        while True:
            await self._round()
            await asyncio.sleep(EVERY)

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
        """Post what is due, until one is not taken: the others would not be either."""
        # In a thread: a slow disk must not hold up the worker's loop.
        for event in await asyncio.to_thread(self._spool.waiting):
            if event.due > self._clock():
                return
            if self._due.get(event.id, 0.0) > self._clock():
                continue
            with self._spool.claim(event) as body:
                if body is not None and not await self._send(event, body):
                    return

    async def _send(self, event: Waiting, body: bytes) -> bool:
        """Post one event. Whether it was taken."""
        problem = await self._post(event, body)
        if problem is None:
            self._settle(event, due=math.inf)
            logger.info("an outcome was taken by the webhook", extra={"event": event.id})
            return True
        now = self._clock()
        again = next_attempt(now, created=event.created, jitter=self._chooser())
        if again is None:
            self._settle(event, due=math.inf)
            logger.error(
                "an outcome is given up and deleted: the webhook did not take it for too long",
                extra={"event": event.id, "error": problem, "look_at": "OUTCOME_WEBHOOK_URL"},
            )
        else:
            self._settle(event, due=again)
            logger.warning(
                "the webhook did not take an outcome, which waits and is posted again",
                extra={
                    "event": event.id,
                    "error": problem,
                    "seconds": round(again - now),
                    "look_at": "OUTCOME_WEBHOOK_URL",
                },
            )
        return False

    def _settle(self, event: Waiting, *, due: float) -> None:
        """Postpone an event, or remove one that is never due again."""
        try:
            if due == math.inf:
                self._spool.remove(event)
            else:
                self._spool.postpone(event, until=due)
        except OSError as error:
            # Its file is still due: without this it would be posted in each round.
            self._due[event.id] = due
            logger.warning(
                "the spool of outcomes cannot be written",
                extra={
                    "event": event.id,
                    "path": str(self._spool.folder),
                    "error": error.strerror,
                    "look_at": "DATA_DIR",
                },
            )

    async def _post(self, event: Waiting, body: bytes) -> str | None:
        """None if the webhook took the event, or why it did not."""
        signed = headers(self._key, event.id, body, now=self._clock())
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
    return OutcomeSender(Spool(settings.outbox), settings.outcome_webhook_url, key)

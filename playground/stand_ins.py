"""The sandbox's stand-ins, as the page may see and change them: delays, faults and counters.

A stand-in also tells what was said and takes options (`/_stats`, `/_control`); neither goes through
here. The sandbox alone names addresses (`Settings.sandbox_stand_ins`): without it there is nothing
to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict

# Seconds for an answer from this machine.
_TIMEOUT = aiohttp.ClientTimeout(total=2.0)
_SHOWN = ("latency", "faults", "stats")


class Change(BaseModel):
    """What the page may change of one stand-in, which checks the values; None stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    latency: dict[str, float] | None = None
    """Some fields of the sandbox's `Latency`, in seconds."""
    faults: tuple[dict[str, str | float | None], ...] | None = None
    """All faults from now on, as the sandbox's `Fault`."""


class StandInError(Exception):
    """A stand-in did not do it; `refused` if it answered so, and the text says why."""

    def __init__(self, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused


class StandIns:
    """Asks the stand-ins at `addresses` (provider -> host:port)."""

    def __init__(self, session: aiohttp.ClientSession, addresses: Mapping[str, str]) -> None:
        self._session = session
        self._addresses = dict(addresses)
        # Delays and faults as each was first met, for the way back.
        self._initial: dict[str, dict[str, Any]] = {}

    async def read(self, provider: str) -> dict[str, Any]:
        """`latency`, `faults`, `stats`, and under `initial` the first two as they were at first.

        Raises `StandInError`, and `KeyError` for a provider that has no address.
        """
        return await self._ask(provider, "GET", "/_stats")

    async def change(self, provider: str, change: Change) -> dict[str, Any]:
        """Change it; answers and raises as `read`."""
        if provider not in self._initial:
            await self.read(provider)
        return await self._ask(
            provider, "POST", "/_control", json=change.model_dump(exclude_none=True)
        )

    async def _ask(self, provider: str, method: str, path: str, **body: Any) -> dict[str, Any]:
        url = f"http://{self._addresses[provider]}{path}"
        # No redirect leads from here to anywhere else.
        try:
            async with self._session.request(
                method, url, timeout=_TIMEOUT, allow_redirects=False, **body
            ) as response:
                answer = await response.json()
            if not response.ok:
                raise StandInError(str(answer["error"]), refused=True)
            shown = {name: answer[name] for name in _SHOWN}
        # Of another program that has the port by now, too.
        except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError):
            raise StandInError(f"The stand-in of {provider} does not answer.") from None
        first = {name: shown[name] for name in ("latency", "faults")}
        return shown | {"initial": self._initial.setdefault(provider, first)}

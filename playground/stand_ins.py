"""The sandbox's stand-ins, as far as the page may see and change them: delays, faults, counters.

A stand-in also reports the words of calls and takes options (`/_stats`, `/_control`); neither
passes through here. Only the sandbox gives addresses (`Settings.sandbox_stand_ins`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict

_TIMEOUT = aiohttp.ClientTimeout(total=2.0)
_SHOWN = ("latency", "faults", "stats")


class Change(BaseModel):
    """What the page may change in one stand-in, which checks the values; None: unchanged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    latency: dict[str, float] | None = None
    """Fields of the sandbox's `Latency`, in seconds."""
    faults: tuple[dict[str, str | float | None], ...] | None = None
    """All faults from now on, as the sandbox's `Fault`."""


class StandInError(Exception):
    """A stand-in did not answer, or `refused` the request; the message says why."""

    def __init__(self, text: str, *, refused: bool = False) -> None:
        super().__init__(text)
        self.refused = refused


class StandIns:
    """Asks the stand-ins at `addresses` (provider -> host:port)."""

    def __init__(self, session: aiohttp.ClientSession, addresses: Mapping[str, str]) -> None:
        self._session = session
        self._addresses = dict(addresses)
        # Delays and faults of each stand-in at the first request, to go back to.
        self._initial: dict[str, dict[str, Any]] = {}

    async def read(self, provider: str) -> dict[str, Any]:
        """`latency`, `faults`, `stats`, and as `initial` the first two at the first request.

        Raises:
            StandInError: See there.
            KeyError: The provider has no address.
        """
        return await self._ask(provider, "GET", "/_stats")

    async def change(self, provider: str, change: Change) -> dict[str, Any]:
        """Change it; returns and raises as `read`."""
        if provider not in self._initial:
            await self.read(provider)
        return await self._ask(
            provider, "POST", "/_control", json=change.model_dump(exclude_none=True)
        )

    async def _ask(self, provider: str, method: str, path: str, **body: Any) -> dict[str, Any]:
        url = f"http://{self._addresses[provider]}{path}"
        try:
            # Redirects could lead to another host.
            async with self._session.request(
                method, url, timeout=_TIMEOUT, allow_redirects=False, **body
            ) as response:
                answer = await response.json()
            if not response.ok:
                raise StandInError(str(answer["error"]), refused=True)
            shown = {name: answer[name] for name in _SHOWN}
        # Another program may have taken the port and answer something else.
        except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError):
            raise StandInError(f"The stand-in of {provider} does not answer.") from None
        first = {name: shown[name] for name in ("latency", "faults")}
        return shown | {"initial": self._initial.setdefault(provider, first)}

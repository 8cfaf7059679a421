"""Repeated replies: by a TTS with default arguments, in the same call, in another process, and
after a restart.

The TTS runs in a process of its own, as every peer does. `requests` counts the provider's
syntheses, of which a repeated reply needs none.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bench.report import percentile
from bench.tts.drivers.livekit_peer import AS_CONSTRUCTED, KEEPING
from bench.tts.drivers.messages import Open, Say
from bench.tts.peers import Peer, PeerProcess
from bench.tts.results import HeardReply, judge
from bench.tts.runner import PAUSE, recogniser, replies
from bench.tts.scenarios import PROVIDER_LATENCY
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve

PASSES: Final = (
    (AS_CONSTRUCTED, ("as constructed, first time", "as constructed, again")),
    (KEEPING, ("first time", "again, from memory")),
    (KEEPING, ("second process, from disk",)),
)
"""A TTS in a process of its own, and the passes over all replies in it."""
ALLOWED: Final = 0.1
"""Seconds from the LLM's first token to the first audible sample, median."""
_CONNECTING: Final = 1.0  # seconds, as before a call


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """One pass over all replies.

    Attributes:
        name: For a table.
        replies: As they were heard.
        requests: Syntheses of the provider meanwhile.
        is_limited: Whether all replies must be hits.
    """

    name: str
    replies: list[HeardReply]
    requests: int
    is_limited: bool

    def first_audible(self, share: float) -> float:
        """Seconds; infinite where nothing was heard."""
        times = [reply.first_audible for reply in self.replies]
        return percentile([float("inf") if at is None else at for at in times], share)

    @property
    def whole(self) -> int:
        """Replies of which each word was heard once, complete and in order."""
        return sum(reply.is_whole for reply in self.replies)

    @property
    def holds(self) -> bool:
        """Whether nothing was requested, and every reply was heard, in time."""
        return not self.is_limited or (
            self.requests == 0
            and self.whole == len(self.replies)
            and self.first_audible(0.5) <= ALLOWED
        )


def texts() -> list[str]:
    """The replies that may be stored on disk: those without a digit."""
    every = [text for group in replies().values() for text in group]
    return [text for text in every if not any(char.isdigit() for char in text)]


async def measure(on_reply: Callable[[], object] = lambda: None) -> list[Repeated]:
    """Speak all replies in every pass."""
    stand_in = SarvamStandIn(latency=PROVIDER_LATENCY, seed=7)
    stand_in.set_options({"voice": "words"})
    numbers = itertools.count()
    seen: list[Repeated] = []
    with tempfile.TemporaryDirectory() as folder:
        async with serve(stand_in) as at:
            for kind, names in PASSES:
                variant = KEEPING + folder if kind == KEEPING else kind
                async with PeerProcess.start(Peer("ours", variant)) as process:
                    await process.open(Open(at=at, variant=variant))
                    await asyncio.sleep(_CONNECTING)
                    for name in names:
                        before = stand_in.stats["syntheses"]
                        heard = await _say_all(process, numbers, on_reply)
                        requests = stand_in.stats["syntheses"] - before
                        is_limited = "first time" not in name
                        seen.append(
                            Repeated(
                                name=name, replies=heard, requests=requests, is_limited=is_limited
                            )
                        )
                    await process.close()
    return seen


async def _say_all(
    process: PeerProcess, numbers: Iterator[int], on_reply: Callable[[], object]
) -> list[HeardReply]:
    heard = []
    for text in texts():
        await asyncio.sleep(PAUSE)
        delivery = await process.say(Say(number=next(numbers), text=text))
        heard.append(await asyncio.to_thread(judge, delivery, text, recogniser))
        on_reply()
    return heard

"""One Segment to the end: an Attempt, its hedge, and further Attempts after failures.

The shell around `hedge.py`, `retry.py` and `resume.py`, which decide. Whatever happens, Attempts
that are not wanted any more are cancelled and waited for before this returns; that takes no time,
as an Attempt drops its connection to the pool at once.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..errors import NothingSaid, SarvamError, Stalled, TooSlow
from ..log import logger
from ..options import Synthesis
from ..text.segment import Segment
from .adaptive_stats import AdaptiveStats
from .attempt import OnPcm, Slack, Source, SynthesisRequest, no_deadline
from .hedge import RESERVE, hedge_delay
from .marks import AttemptRecord, SegmentRecord
from .retry import Action, Decision, decide
from .segment_assembler import SegmentAssembler

_REPORTS = {
    Action.RETRY: "a Segment failed and is tried again",
    Action.SKIP: "a Segment has nothing that Sarvam can say and is left out",
    Action.RAISE: "a Segment failed for good, and the reply ends before it",
}
_FAILED_OVER = "a Segment failed, and the fallback TTS goes on"

# After so many failures of a Segment, audio that stops has the whole time of `Timeouts`: a server
# that is slow, and not stalled, must not use up all Attempts.
_FULL_TIMEOUT_AFTER = 2

# Of the characters that were heard by the usual pace, the share that certainly were: a word that
# comes twice is better than one that is lost.
_HEARD_FRACTION = 0.9

# Two renderings whose lengths differ by no more than this share are taken for the same.
_SAME_LENGTH = 0.1


# How often a Segment changes its Source: to the other, and back when that fails too.
_MAX_SWITCHES = 2


class Failover(Protocol):
    """Asked for another Source, when this one cannot make a Segment, or not in time."""

    def __call__(self, index: int, source: Source, error: SarvamError) -> Source | None:
        """The other Source; None if there is none, or if the reply is to fail instead."""


def no_fallback(index: int, source: Source, error: SarvamError) -> None:
    """There is only one Source."""


@dataclass(slots=True, eq=False)
class _RacingAttempt:
    """An Attempt under way."""

    task: asyncio.Task[None]
    record: AttemptRecord


class SegmentSynthesis:
    """Makes the audio of one Segment.

    Args:
        splice: Gets the PCM of one rendering after the other, and hands on each sound once.
        slack: Seconds of audio that are still to be played, with this Segment's own so far.
        time_limit: Seconds within which the first audio must come, all Attempts together.
        audio_limit: Seconds from then within which the last must come, all Attempts together.
        reply_sounds: Whether there is audio of the reply before this Segment.
        hand_over: Where to go on.
    """

    def __init__(
        self,
        segment: Segment,
        source: Source,
        *,
        rules: Synthesis,
        stats: AdaptiveStats,
        assembler: SegmentAssembler,
        slack: Slack,
        record: SegmentRecord,
        time_limit: float,
        audio_limit: float = math.inf,
        reply_sounds: Callable[[], bool] = bool,
        fail_over: Failover = no_fallback,
    ) -> None:
        self._segment = segment
        self._source = source
        self._rules = rules
        self._stats = stats
        self._assembler = assembler
        self._slack = slack
        self._record = record
        self._clock = asyncio.get_running_loop().time
        self._time_limit = time_limit
        self._audio_limit = audio_limit
        self._give_up_at = self._clock() + time_limit
        self._reply_sounds = reply_sounds
        self._fail_over = fail_over
        self._switches = 0
        self._attempts: list[_RacingAttempt] = []
        # The Attempt whose audio plays; that of the others is not taken.
        self._winner: AttemptRecord | None = None
        self._failures = 0
        # The budget said no once; this Segment does not ask again.
        self._hedging_refused = False
        # Seconds of audio after which the last rendering fell quiet without an end.
        self._fell_quiet = 0.0
        # Renderings in a row that ended without the words.
        self._unsaid = 0

    async def run(self) -> None:
        """Give the Segment's audio to the splice, whole.

        Raises:
            SarvamError: It could not be made.
        """
        while True:
            try:
                await self._round_in_time()
                return
            except SarvamError as error:
                self._failures += 1
                if self._clock() >= self._end_by:
                    self._failures = self._rules.retries + 1
                if self._is_whole(error, last=self._failures > self._rules.retries):
                    logger.warning(
                        "a Segment has no end, and is taken as whole: two renderings are as long",
                        extra={"segment": self._segment.index, "seconds": self._fell_quiet},
                    )
                    self._assembler.end()
                    return
                self._unsaid = self._unsaid + 1 if isinstance(error, NothingSaid) else 0
                decision = decide(
                    error,
                    failures=self._failures,
                    retries=self._rules.retries,
                    time_left=self._time_left(),
                    slack=self._slack(),
                )
                if (decision.fail_over or self._unsaid > 1) and self._has_failed_over(error):
                    self._report(error, _FAILED_OVER)
                    continue
                if self._unsaid > 1:
                    # Both say that there is nothing. A reply that sounds is worth more than these
                    # words; one that does not is for whoever comes next, and soon.
                    decision = Decision(Action.SKIP if self._reply_sounds() else Action.RAISE)
                self._report(error, _REPORTS[decision.action])
                if decision.action is Action.RAISE:
                    raise
                if decision.action is Action.SKIP:
                    self._record.skipped = True
                    return
                await asyncio.sleep(decision.wait)

    def _has_failed_over(self, error: SarvamError) -> bool:
        """Go on with the other Source, if there is one. Its pace is another, so no place in its
        audio is where this one broke off: it is given the words that were not heard."""
        if self._switches == _MAX_SWITCHES:
            return False
        other = self._fail_over(self._segment.index, self._source, error)
        if other is None:
            return False
        self._switches += 1
        self._source = other
        heard = self._assembler.finish_early() / self._stats.speech_rate.per_character
        self._segment = self._segment.behind(heard * _HEARD_FRACTION)
        # It is tried again once: the caller waits.
        self._failures = self._rules.retries - 1
        self._give_up_at = self._clock() + self._time_limit
        return True

    def _is_whole(self, error: SarvamError, *, last: bool) -> bool:
        """Whether a rendering that fell quiet without an end was all there is: the one before it
        was as long. Its length must fit the text, though for the `last` allowed only just.

        The server may leave out its `final`, and then does so every time.
        """
        if not isinstance(error, Stalled) or isinstance(error, TooSlow) or self._winner is None:
            return False
        before, self._fell_quiet = self._fell_quiet, self._winner.seconds
        if abs(self._fell_quiet - before) > _SAME_LENGTH * self._fell_quiet:
            return False
        rate = self._stats.speech_rate
        fits = rate.may_be_complete if last else rate.looks_complete
        return fits(characters=len(self._segment.spoken), seconds=self._fell_quiet)

    @property
    def _end_by(self) -> float:
        """When the Segment must be complete, whatever comes of it."""
        return self._give_up_at + self._audio_limit

    def _time_left(self) -> float:
        """Seconds for the first audio. Once there was some, a further Attempt has its own time."""
        if self._assembler.heard_bytes:
            return self._time_limit
        return self._give_up_at - self._clock()

    async def _round_in_time(self) -> None:
        end_by = self._end_by
        try:
            async with asyncio.timeout_at(end_by if end_by < math.inf else None) as limit:
                await self._round()
        except TimeoutError:
            if not limit.expired():
                raise
            raise TooSlow("the Segment's audio took too long, all Attempts together") from None

    async def _round(self) -> None:
        """One rendering: an Attempt and perhaps its hedge, until one of them is complete."""
        self._winner = None
        self._attempts = []
        self._assembler.begin()
        self._start(hedge=False)
        try:
            await self._race()
        finally:
            await self._end_attempts()
        self._assembler.end()

    async def _race(self) -> None:
        error: SarvamError | None = None
        while running := [attempt for attempt in self._attempts if not attempt.task.done()]:
            delay = self._hedge_delay()
            if delay is not None and delay <= 0:
                delay = None
                if self._stats.budget.take(reserve=RESERVE if self._segment.index else 0):
                    self._record.hedged = True
                    self._start(hedge=True)
                    continue
                self._hedging_refused = True
            done, _ = await asyncio.wait(
                [attempt.task for attempt in running],
                timeout=delay,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in running:
                if attempt.task not in done or attempt.task.cancelled():
                    continue
                failure = attempt.task.exception()
                if failure is None:
                    # Complete. One that ends well without a sound has had nothing to say.
                    return
                if not isinstance(failure, SarvamError) or attempt.record is self._winner:
                    raise failure
                error = failure
        raise error or asyncio.CancelledError

    def _hedge_delay(self) -> float | None:
        """Seconds until a second Attempt is due; None when there is to be none."""
        if not self._rules.hedge or len(self._attempts) > 1 or self._hedging_refused:
            return None
        first = self._attempts[0].record
        # What is known of lateness is Sarvam's.
        if self._winner or self._assembler.heard_bytes or first.fallback_tts:
            return None
        sent = first.sent
        characters = len(self._segment.spoken)
        model = self._stats.model
        return hedge_delay(
            # Waiting for a connection is not the provider's lateness.
            elapsed=self._clock() - sent if sent is not None else 0.0,
            late_after=model.late_after(characters),
            expected=model.expected(characters),
            slack=self._slack(),
        )

    def _start(self, *, hedge: bool) -> None:
        record = AttemptRecord(started=self._clock(), hedge=hedge)
        self._record.attempts.append(record)

        def take(pcm: bytes) -> None:
            if self._winner is None:
                self._win(record)
            if self._winner is record:
                self._assembler.feed(pcm)

        task = asyncio.create_task(self._attempt(take, record), name="sarvam-attempt")
        self._attempts.append(_RacingAttempt(task, record))

    async def _attempt(self, take: OnPcm, record: AttemptRecord) -> None:
        time_limit = max(0.0, self._time_left())
        try:
            slack = self._slack if self._failures < _FULL_TIMEOUT_AFTER else no_deadline
            await self._source(
                SynthesisRequest(self._segment, take, record, time_limit=time_limit, slack=slack)
            )
        except asyncio.CancelledError:
            record.failure = "cancelled"
            raise
        except SarvamError as error:
            record.failure = type(error).__name__
            raise
        finally:
            record.done = self._clock()
            if not (record.hedge or record.cached or record.fallback_tts):
                self._stats.budget.request()

    def _win(self, record: AttemptRecord) -> None:
        """First audio: this Attempt plays, the other is dropped."""
        self._winner = record
        record.first_pcm = self._clock()
        self._record.hedge_won = record.hedge
        is_sarvams = not record.fallback_tts
        if is_sarvams and record.sent is not None and record.first_byte is not None:
            self._stats.model.observe(
                characters=len(self._segment.spoken), seconds=record.first_byte - record.sent
            )
        for other in self._attempts:
            if other.record is not record:
                other.task.cancel()

    async def _end_attempts(self) -> None:
        for attempt in self._attempts:
            attempt.task.cancel()
        await asyncio.gather(*(attempt.task for attempt in self._attempts), return_exceptions=True)

    def _report(self, error: SarvamError, what: str) -> None:
        logger.warning(
            what,
            extra={
                "segment": self._segment.index,
                "error": f"{type(error).__name__}: {error}",
                "heard_bytes": self._assembler.heard_bytes,
                "lk.pii.text": self._segment.spoken,
                # Sarvam's own words may quote the text.
                "lk.pii.said": getattr(error, "said", ""),
            },
        )

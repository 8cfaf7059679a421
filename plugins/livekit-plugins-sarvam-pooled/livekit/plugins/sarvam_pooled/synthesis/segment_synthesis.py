"""One Segment to its end: an Attempt, its hedge, and further Attempts after failures.

The shell around `hedge.py`, `retry.py` and `resume.py`, which decide. Attempts that are no longer
needed are always cancelled and awaited before `run` returns; that takes no time, because a
cancelled Attempt discards its lease at once.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

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
    Action.RETRY: "a Segment failed and is retried",
    Action.SKIP: "a Segment has nothing that Sarvam can speak and is skipped",
    Action.RAISE: "a Segment failed for good, and the reply ends before it",
}

# After this many failures, audio that stops gets the full `Timeouts`: a server that is slow but not
# stalled must not use up all Attempts.
_FULL_TIMEOUT_AFTER = 2
# Share of the characters heard, estimated by the speech rate, that certainly were: a repeated word
# is better than a lost one.
_HEARD_FRACTION = 0.9
# Two Attempts whose lengths differ by no more than this share have the same length.
_SAME_LENGTH = 0.1
# How often a Segment changes its Source: to the other, and back when that one fails too.
_MAX_SWITCHES = 2


Failover = Callable[[int, Source, SarvamError], Source | None]
"""Chooses another Source when one cannot synthesise a Segment, by its index, or not in time. None
if there is none, or if the reply should fail instead."""


class SegmentSynthesis:
    """Synthesises one Segment.

    Args:
        assembler: Gets the PCM of one Attempt after the other, and passes on each sound once.
        slack: Seconds of audio still to be played, including this Segment's own so far.
        time_limit: Seconds within which the first audio must come, all Attempts together.
        audio_limit: Seconds from then within which the last must come, all Attempts together.
        reply_sounds: Whether there is audio of the reply before this Segment.
        fail_over: Chooses the Source to continue with.
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
        fail_over: Failover | None = None,
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
        self._choose_source = fail_over
        self._switches = 0
        # Attempts of the current race, the first one first.
        self._attempts: dict[asyncio.Task[None], AttemptRecord] = {}
        # The Attempt whose audio plays; the audio of others is not used.
        self._winner: AttemptRecord | None = None
        self._failures = 0
        # Whether the budget refused a hedge; this Segment does not ask again.
        self._hedging_refused = False
        # Seconds of audio after which the last Attempt stalled.
        self._stalled_after = 0.0
        # Attempts in a row that ended without the words.
        self._unsaid = 0

    async def run(self) -> None:
        """Give all of the Segment's audio to the assembler.

        Raises:
            SarvamError: The Segment could not be synthesised.
        """
        while True:
            try:
                await self._round_in_time()
                return
            except SarvamError as error:
                self._failures += 1
                if self._clock() >= self._end_by:
                    self._failures = self._rules.retries + 1
                if self._accept_stalled(error):
                    return
                self._unsaid = self._unsaid + 1 if isinstance(error, NothingSaid) else 0
                decision = decide(
                    error,
                    failures=self._failures,
                    retries=self._rules.retries,
                    time_left=self._time_left(),
                    slack=self._slack(),
                )
                if (decision.fail_over or self._unsaid > 1) and self._fail_over(error):
                    self._report(error, "a Segment failed, and the other TTS continues")
                    continue
                if self._unsaid > 1:
                    # Two Attempts agree that there is nothing to say. A reply that sounds goes on
                    # without these words; one that does not fails now, so that LiveKit falls back.
                    decision = Decision(Action.SKIP if self._reply_sounds() else Action.RAISE)
                self._report(error, _REPORTS[decision.action])
                if decision.action is Action.RAISE:
                    raise
                if decision.action is Action.SKIP:
                    self._record.skipped = True
                    return
                await asyncio.sleep(decision.wait)

    def _fail_over(self, error: SarvamError) -> bool:
        """Continue with the other Source, if there is one. Its speaking rate differs, so it cannot
        resume at an offset: it gets only the words that the caller has not heard."""
        if self._choose_source is None or self._switches == _MAX_SWITCHES:
            return False
        other = self._choose_source(self._segment.index, self._source, error)
        if other is None:
            return False
        self._switches += 1
        self._source = other
        heard = self._assembler.finish_early() / self._stats.speech_rate.per_character
        self._segment = self._segment.behind(heard * _HEARD_FRACTION)
        # One retry only: the caller is waiting.
        self._failures = self._rules.retries - 1
        self._give_up_at = self._clock() + self._time_limit
        return True

    def _accept_stalled(self, error: SarvamError) -> bool:
        """End the Segment with an Attempt that stalled after as much audio as the one before, if
        that fits the text; the last Attempt need only just fit. A server may omit `final`, and
        then omits it every time."""
        if not isinstance(error, Stalled) or isinstance(error, TooSlow) or self._winner is None:
            return False
        before, seconds = self._stalled_after, self._winner.seconds
        self._stalled_after = seconds
        rate, is_last = self._stats.speech_rate, self._failures > self._rules.retries
        fits = rate.may_be_complete if is_last else rate.looks_complete
        if abs(seconds - before) > _SAME_LENGTH * seconds or not fits(
            characters=len(self._segment.spoken), seconds=seconds
        ):
            return False
        logger.warning(
            "a Segment has no final and is taken as complete: two Attempts have the same length",
            extra={"segment": self._segment.index, "seconds": seconds},
        )
        self._assembler.end()
        return True

    @property
    def _end_by(self) -> float:
        """When the Segment must be complete or has failed."""
        return self._give_up_at + self._audio_limit

    def _time_left(self) -> float:
        """Seconds for the first audio. Once some was heard, each Attempt has its own limit."""
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
        """An Attempt and perhaps its hedge, until one of them is complete."""
        self._winner = None
        self._attempts = {}
        self._assembler.begin()
        self._start(hedge=False)
        try:
            await self._race()
        finally:
            await self._end_attempts()
        self._assembler.end()

    async def _race(self) -> None:
        error: SarvamError | None = None
        while running := [task for task in self._attempts if not task.done()]:
            delay = self._hedge_delay()
            if delay is not None and delay <= 0:
                delay = None
                if self._stats.budget.take(reserve=RESERVE if self._segment.index else 0):
                    self._record.hedged = True
                    self._start(hedge=True)
                    continue
                self._hedging_refused = True
            done, _ = await asyncio.wait(
                running, timeout=delay, return_when=asyncio.FIRST_COMPLETED
            )
            for task in running:
                if task not in done or task.cancelled():
                    continue
                failure = task.exception()
                if failure is None:
                    # Complete. One that ends well without a sound had nothing to say.
                    return
                if not isinstance(failure, SarvamError) or self._attempts[task] is self._winner:
                    raise failure
                error = failure
        raise error or asyncio.CancelledError

    def _hedge_delay(self) -> float | None:
        """Seconds until a second Attempt is due; None when there is to be none."""
        if not self._rules.hedge or len(self._attempts) > 1 or self._hedging_refused:
            return None
        first = next(iter(self._attempts.values()))
        # Only Sarvam's usual times are known.
        if self._winner or self._assembler.heard_bytes or first.fallback_tts:
            return None
        characters = len(self._segment.spoken)
        model = self._stats.model
        return hedge_delay(
            # Waiting for a connection does not count as the provider's lateness.
            elapsed=self._clock() - first.sent if first.sent is not None else 0.0,
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
        self._attempts[task] = record

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
        """First audio: this Attempt plays, the other is cancelled."""
        self._winner = record
        record.first_pcm = self._clock()
        self._record.hedge_won = record.hedge
        if not record.fallback_tts and record.sent is not None and record.first_byte is not None:
            self._stats.model.observe(
                characters=len(self._segment.spoken), seconds=record.first_byte - record.sent
            )
        for task, other in self._attempts.items():
            if other is not record:
                task.cancel()

    async def _end_attempts(self) -> None:
        for task in self._attempts:
            task.cancel()
        await asyncio.gather(*self._attempts, return_exceptions=True)

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

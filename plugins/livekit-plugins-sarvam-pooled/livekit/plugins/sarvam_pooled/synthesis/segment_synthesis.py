"""Synthesises one Segment: an Attempt, its hedge, and further Attempts after failures.

`hedge.py`, `retry.py` and `resume.py` decide; this is the asyncio shell around them. Attempts that
are no longer needed are cancelled and awaited before `run` returns. That takes no time, because a
cancelled Attempt discards its lease at once.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from ..errors import EmptyAudio, ProviderFailed, SarvamError, Stalled, TooSlow
from ..log import logger
from ..options import Synthesis
from ..text.segment import Segment
from .adaptive_stats import AdaptiveStats
from .attempt import OnPcm, Slack, Synthesiser, SynthesisRequest, no_deadline
from .completeness import is_plausible, looks_complete
from .hedge import RESERVE, hedge_delay
from .records import AttemptRecord, SegmentRecord
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
# The speech rate gives an estimate of the characters heard; this share of them certainly were. A
# repeated word is better than a lost one.
_HEARD_FRACTION = 0.9
# Two Attempts whose lengths differ by no more than this share have the same length.
_LENGTH_TOLERANCE = 0.1
# Changes of a Segment's synthesiser: to the other, and back when that one fails too.
_MAX_SWITCHES = 2


SwitchFrom = Callable[[Synthesiser, int, SarvamError], Synthesiser | None]
"""Returns the synthesiser to continue with after this one failed at the Segment of this index. None
if there is none, or if the reply should fail instead."""


class SegmentSynthesis:
    """Synthesises one Segment.

    Args:
        assembler: Gets the PCM of one Attempt after the other, and passes on each sound once.
        slack: See `attempt.Slack`.
        time_limit: Seconds for the first audio, all Attempts together.
        audio_limit: Further seconds for the last audio, all Attempts together.
        is_reply_audible: Returns whether the reply has audio before this Segment.
        switch_from: Returns the synthesiser to fail over to; None never fails over.
    """

    def __init__(
        self,
        segment: Segment,
        synthesiser: Synthesiser,
        *,
        rules: Synthesis,
        stats: AdaptiveStats,
        assembler: SegmentAssembler,
        slack: Slack,
        record: SegmentRecord,
        time_limit: float,
        audio_limit: float = math.inf,
        is_reply_audible: Callable[[], bool] = lambda: False,
        switch_from: SwitchFrom | None = None,
    ) -> None:
        self._segment = segment
        self._synthesiser = synthesiser
        self._rules = rules
        self._stats = stats
        self._assembler = assembler
        self._slack = slack
        self._record = record
        self._clock = asyncio.get_running_loop().time
        self._time_limit = time_limit
        self._audio_limit = audio_limit
        self._give_up_at = self._clock() + time_limit
        self._is_reply_audible = is_reply_audible
        self._switch_from = switch_from
        self._switches = 0
        # Attempts of the current round; the first one comes first.
        self._attempts: dict[asyncio.Task[None], AttemptRecord] = {}
        # The Attempt whose audio plays; the audio of others is not used.
        self._winner: AttemptRecord | None = None
        self._failures = 0
        # Whether the budget refused a hedge; if so, this Segment is not hedged.
        self._hedging_refused = False
        # Seconds of audio that the last Attempt gave before it stalled.
        self._stalled_after = 0.0
        # Attempts in a row that ended with hardly any audio.
        self._empty_count = 0

    async def run(self) -> None:
        """Pass all of the Segment's audio to the assembler.

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
                self._empty_count = self._empty_count + 1 if isinstance(error, EmptyAudio) else 0
                decision = decide(
                    error,
                    failures=self._failures,
                    retries=self._rules.retries,
                    time_left=self._time_left(),
                    slack=self._slack(),
                )
                if (decision.fail_over or self._empty_count > 1) and self._fail_over(error):
                    self._report(error, "a Segment failed, and the other TTS continues")
                    continue
                if self._empty_count > 1:
                    # Two Attempts agree that there is nothing to say. An audible reply continues
                    # without these words; a silent one fails now, and LiveKit fails over.
                    decision = Decision(Action.SKIP if self._is_reply_audible() else Action.RAISE)
                self._report(error, _REPORTS[decision.action])
                if decision.action is Action.RAISE:
                    raise
                if decision.action is Action.SKIP:
                    self._record.skipped = True
                    return
                await asyncio.sleep(decision.wait)

    def _fail_over(self, error: SarvamError) -> bool:
        """Continue with the other synthesiser, if there is one. Its speaking rate differs, so it
        cannot resume at an offset: it gets only the words that the caller has not heard."""
        if self._switch_from is None or self._switches == _MAX_SWITCHES:
            return False
        synthesiser = self._switch_from(self._synthesiser, self._segment.index, error)
        if synthesiser is None:
            return False
        self._switches += 1
        self._synthesiser = synthesiser
        heard = self._assembler.start_new_text() / self._stats.speech_rate.per_character
        self._segment = self._segment.remainder_from(heard * _HEARD_FRACTION)
        self._stalled_after, self._empty_count = 0.0, 0
        # One retry only: the caller is waiting.
        self._failures = self._rules.retries - 1
        self._give_up_at = self._clock() + self._time_limit
        return True

    def _accept_stalled(self, error: SarvamError) -> bool:
        """Accept a stalled Attempt as complete if it is as long as the previous one and its length
        fits the text; the last Attempt is held to a weaker bound. A server that omits `final` omits
        it every time."""
        if not isinstance(error, Stalled) or isinstance(error, TooSlow) or self._winner is None:
            return False
        before, seconds = self._stalled_after, self._winner.seconds
        self._stalled_after = seconds
        fits = is_plausible if self._failures > self._rules.retries else looks_complete
        rate, characters = self._stats.speech_rate, len(self._segment.spoken)
        is_same_length = abs(seconds - before) <= _LENGTH_TOLERANCE * seconds
        if not (is_same_length and fits(rate, characters=characters, seconds=seconds)):
            return False
        logger.warning(
            "a Segment has no final and is taken as complete: two Attempts have the same length",
            extra={"segment": self._segment.index, "seconds": seconds},
        )
        self._assembler.end()
        return True

    @property
    def _end_by(self) -> float:
        """Loop time at which the Segment fails unless it is complete."""
        return self._give_up_at + self._audio_limit

    def _time_left(self) -> float:
        """Seconds for the first audio. Once audio was heard, each Attempt has its own limit."""
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
        """Run an Attempt, and perhaps its hedge, until one of them is complete."""
        self._winner = None
        self._attempts = {}
        self._assembler.begin()
        self._start(hedge=False)
        try:
            await self._race()
        finally:
            for task in self._attempts:
                task.cancel()
            await asyncio.gather(*self._attempts, return_exceptions=True)
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
                    # Complete. An Attempt that succeeds silently had nothing to say.
                    return
                if not isinstance(failure, SarvamError) or self._attempts[task] is self._winner:
                    raise failure
                error = failure
        # The synthesiser cancelled itself. As a cancellation, this would lose the Segment silently.
        raise error or ProviderFailed("the Attempt was cancelled by its TTS")

    def _hedge_delay(self) -> float | None:
        """Seconds until a hedge is due; None for no hedge."""
        if not self._rules.hedge or len(self._attempts) > 1 or self._hedging_refused:
            return None
        first = next(iter(self._attempts.values()))
        # The model knows only Sarvam's usual times.
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
            await self._synthesiser(
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
        """Play this Attempt, whose first audio came first, and cancel the other."""
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

    def _report(self, error: SarvamError, outcome: str) -> None:
        logger.warning(
            outcome,
            extra={
                "segment": self._segment.index,
                "error": f"{type(error).__name__}: {error}",
                "heard_bytes": self._assembler.heard_bytes,
                "lk.pii.text": self._segment.spoken,
                # Sarvam's own words may quote the text.
                "lk.pii.said": getattr(error, "provider_message", ""),
            },
        )

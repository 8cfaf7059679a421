"""Turns the text of a reply into audio, in order: the asyncio shell of `synthesis/`.

    text -> Segmenter -> SegmentSynthesis (several at once) -> Reorder -> Framer -> on_pcm

Text, a finished Segment or a timer wakes the reply. The pure parts then decide which Segment may
start, whether held text must be released, and when to look again.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from ..audio.framer import Framer
from ..duration import max_duration
from ..errors import SarvamError
from ..options import Options
from ..text.segment import Segment
from ..text.segmenter import Segmenter
from . import schedule
from .adaptive_stats import AdaptiveStats
from .attempt import Synthesiser
from .playout import Playout
from .records import OnSegment, SegmentRecord
from .reorder import Reorder
from .segment_assembler import SegmentAssembler
from .segment_synthesis import SegmentSynthesis
from .transcript import TimedWord, Transcript

# Codecs whose delay stays in the PCM; Opus declares its delay, and the decoder removes it.
LOSSY = frozenset({"mp3", "aac"})

# Characters cut in one step: 0.6 ms of work for words, 4 ms for the worst text (measured). A token
# of an LLM is far shorter; a text that is pushed at once may have a megabyte.
_SLICE = 256

# Seconds of audio that a caller can hear; less is a click.
_MIN_AUDIBLE = 0.1


@dataclass(frozen=True, slots=True)
class Sinks:
    """Callbacks for a reply's results. None of them may raise or wait."""

    on_pcm: Callable[[bytes], None]
    """PCM to play, at least 20 ms at a time except the last."""
    on_words: Callable[[list[TimedWord]], None]
    """Words that start in the next PCM, or ended in the PCM before."""
    on_segment_done: OnSegment


class Reply:
    """One reply.

    Args:
        time_limit: Seconds for the reply's first audio.
        fallback: Finishes a reply when `synthesiser` fails. If nothing was heard before, the reply
            fails instead, and one voice can speak the whole reply.
    """

    def __init__(
        self,
        synthesiser: Synthesiser,
        *,
        options: Options,
        stats: AdaptiveStats,
        sinks: Sinks,
        time_limit: float,
        fallback: Synthesiser | None = None,
    ) -> None:
        self._first = self._synthesiser = synthesiser
        self._fallback = fallback
        # The error that caused the first failover.
        self.failed_over_because: SarvamError | None = None
        self._options = options
        self._stats = stats
        self._sinks = sinks
        self._time_limit = time_limit
        self._rate = options.voice.speech_sample_rate
        self._clock = asyncio.get_running_loop().time
        self._segmenter = Segmenter(options.segmenting, detect_language=options.detect_language)
        self._reorder = Reorder()
        self._framer = Framer(sample_rate=self._rate)
        self._playout = Playout()
        self._transcript = Transcript()
        # Segments whose synthesis has not started.
        self._waiting: deque[Segment] = deque()
        # Tasks of the Segments being synthesised, with their indices.
        self._segment_tasks: dict[asyncio.Task[None], int] = {}
        # Segments by index, until their audio starts.
        self._segments: dict[int, Segment] = {}
        # Bytes of PCM of each Segment.
        self._made: Counter[int] = Counter()
        # Records of all Segments, in order.
        self.records: list[SegmentRecord] = []
        # Index of the Segment whose audio started last.
        self._playing = -1
        self._wake_timer: asyncio.TimerHandle | None = None
        self._wake = asyncio.Event()
        # When the last text came.
        self._last_token = 0.0
        # The first Segment that could not be made, and why.
        self._failed: tuple[int, BaseException] | None = None

    async def run(self, text: AsyncIterator[str | None]) -> None:
        """Speak `text`; return when all of its audio was passed on.

        Args:
            text: Pieces of text; None releases what is held, because no more comes for now.

        Raises:
            SarvamError: A Segment could not be made. All audio before it was passed on.
        """
        text_reader = asyncio.create_task(self._read(text), name="sarvam-text")
        try:
            while not (text_reader.done() and not self._waiting and not self._segment_tasks):
                await self._wake.wait()
                self._wake.clear()
                if self._failed is not None and self._reorder.head >= self._failed[0]:
                    # Pass on nothing of a reply that has not begun: another TTS may speak it.
                    if self._playout.begun:
                        self._push(self._framer.flush())
                    raise self._failed[1]
                self._start_ready()
                self._release_held(reading=not text_reader.done())
                self._set_wake_timer(reading=not text_reader.done())
            await text_reader
        finally:
            await self._stop(text_reader)

    async def _read(self, text: AsyncIterator[str | None]) -> None:
        try:
            async for token in text:
                if token:
                    await self._take(token)
                else:
                    self._add(self._segmenter.flush())
                self._last_token = self._clock()
                self._wake.set()
            self._add(self._segmenter.flush())
        finally:
            self._wake.set()

    async def _take(self, token: str) -> None:
        """Cut `token`, and let other tasks run between the slices of a long one."""
        for start in range(0, len(token), _SLICE):
            if start:
                await asyncio.sleep(0)
            segments = self._segmenter.push(token[start : start + _SLICE])
            if segments:
                self._add(segments)
                self._wake.set()

    def _add(self, segments: list[Segment]) -> None:
        now = self._clock()
        for segment in segments:
            self._waiting.append(segment)
            self._segments[segment.index] = segment
            self.records.append(SegmentRecord(segment.index, len(segment.spoken), text_ready=now))

    def _ahead(self) -> float:
        """Seconds of unplayed audio."""
        return self._playout.ahead(self._clock()) + self._reorder.held_bytes / 2 / self._rate

    def _slack(self, index: int) -> float:
        """The slack of Segment `index`, see `attempt.Slack`. Later audio waits for this Segment and
        gives it no time."""
        held = self._reorder.held_bytes_through(index) / 2 / self._rate
        return self._playout.ahead(self._clock()) + held

    def _start_ready(self) -> None:
        while (
            self._waiting
            and self._failed is None
            and schedule.may_start(
                self._options.synthesis, in_flight=len(self._segment_tasks), ahead=self._ahead()
            )
        ):
            segment = self._waiting.popleft()
            task = asyncio.create_task(self._synthesise(segment), name=f"sarvam-{segment.index}")
            self._segment_tasks[task] = segment.index
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        index = self._segment_tasks.pop(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            if self._failed is None or index < self._failed[0]:
                self._failed = index, error
            # Earlier Segments are still wanted; later ones will not be heard.
            for other, number in self._segment_tasks.items():
                if number > index:
                    other.cancel()
        self._wake.set()

    async def _synthesise(self, segment: Segment) -> None:
        record = self.records[segment.index]
        rules = self._options.synthesis
        assembler = SegmentAssembler(
            lambda pcm: self._take_pcm(segment.index, pcm),
            sample_rate=self._rate,
            first=segment.index == 0,
            trim_silence=rules.trim_silence,
            lossy=self._options.voice.output_audio_codec in LOSSY,
        )
        run = SegmentSynthesis(
            segment,
            self._synthesiser,
            rules=rules,
            stats=self._stats,
            assembler=assembler,
            slack=lambda: self._slack(segment.index),
            record=record,
            time_limit=self._time_limit_for(segment),
            audio_limit=max_duration(segment.spoken, pace=self._options.voice.pace),
            is_reply_audible=lambda: self._is_audible_before(segment.index),
            switch_from=self._switch_from,
        )
        await run.run()
        record.done = self._clock()
        record.seconds = assembler.heard_bytes / 2 / self._rate
        self._play(self._reorder.finish(segment.index))
        if self._playing < self._reorder.head:
            self._end_playing()
        self._sinks.on_segment_done(record)

    def _switch_from(
        self, failed: Synthesiser, index: int, error: SarvamError
    ) -> Synthesiser | None:
        """Switch this Segment and all later ones to the other synthesiser; None if the caller hears
        nothing before this Segment."""
        if self._fallback is None or not (self._playout.begun or index > self._reorder.head):
            return None
        self.failed_over_because = self.failed_over_because or error
        self._synthesiser = self._fallback if failed is self._first else self._first
        return self._synthesiser

    def _time_limit_for(self, segment: Segment) -> float:
        """Seconds for a Segment's first audio, all its Attempts together.

        LiveKit's limit is for a caller who hears nothing. A later Segment is synthesised while
        earlier ones play, and its failure would lose words, so it has time for one more Attempt.
        """
        if segment.index == 0:
            return self._time_limit
        return self._time_limit + self._options.timeouts.first_audio

    def _take_pcm(self, index: int, pcm: bytes) -> None:
        self._made[index] += len(pcm)
        self._play(self._reorder.add(index, pcm))

    def _is_audible_before(self, index: int) -> bool:
        """Whether the caller hears something of the reply before Segment `index`."""
        made = sum(size for before, size in self._made.items() if before < index)
        return made / 2 / self._rate >= _MIN_AUDIBLE

    def _play(self, ready: list[tuple[int, bytes]]) -> None:
        for index, pcm in ready:
            segment = self._segments.pop(index, None)
            if segment is not None:
                self._end_playing()
                self._playing = index
                self.records[index].first_frame = self._clock()
                self._transcript.begin(
                    segment.text,
                    at=self._playout.pushed,
                    seconds_per_character=self._stats.speech_rate.per_character,
                )
            self._push(self._framer.feed(pcm))

    def _end_playing(self) -> None:
        """Pass on the rest of the current Segment's audio and words."""
        self._push(self._framer.flush())
        self._sinks.on_words(self._transcript.end(self._playout.pushed))

    def _push(self, pcm: bytes) -> None:
        if pcm:
            seconds = len(pcm) / 2 / self._rate
            self._sinks.on_words(self._transcript.reach(self._playout.pushed + seconds))
            self._playout.push(seconds, now=self._clock())
            self._sinks.on_pcm(pcm)

    def _release_held(self, *, reading: bool) -> None:
        """Release held text when the caller would hear silence before better text comes."""
        if not reading or self._waiting or self._segment_tasks or not self._segmenter.pending:
            return
        stopped = schedule.stopped_in(quiet=self._quiet()) == 0
        # Before the first sound the caller hears silence anyway: the first Segment's rules apply.
        is_short = self._playout.begun and schedule.release_in(ahead=self._ahead()) == 0
        if is_short or stopped:
            self._add(self._segmenter.release(anywhere=stopped))
            self._start_ready()

    def _quiet(self) -> float:
        """Seconds since the last text."""
        return self._clock() - self._last_token

    def _set_wake_timer(self, *, reading: bool) -> None:
        if self._wake_timer is not None:
            self._wake_timer.cancel()
            self._wake_timer = None
        ahead = self._ahead()
        delay = 0.0
        if self._waiting:
            delay = schedule.look_again_in(self._options.synthesis, ahead=ahead)
        elif reading and not self._segment_tasks and self._segmenter.pending:
            release_in = schedule.release_in(ahead=ahead) if self._playout.begun else 0.0
            # While enough audio is left, a pause of the LLM costs the caller nothing.
            delay = release_in if release_in > 0 else schedule.stopped_in(quiet=self._quiet())
        if delay > 0:
            self._wake_timer = asyncio.get_running_loop().call_later(delay, self._wake.set)

    async def _stop(self, text_reader: asyncio.Task[None]) -> None:
        """Cancel everything, without the network: after a barge-in the next turn waits for this."""
        if self._wake_timer is not None:
            self._wake_timer.cancel()
        tasks = [text_reader, *self._segment_tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

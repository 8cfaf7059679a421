"""Joins the audio of a Segment's Attempts, and trims its ends.

Pure: PCM in, PCM out through `on_pcm`, each sound once.
"""

from __future__ import annotations

from collections.abc import Callable

from ..audio.trim import ENCODER_DELAY, ENCODER_PADDING, HeadTrim, TailTrim
from .resume import Resume


class SegmentAssembler:
    """Produces the PCM that the caller hears of one Segment.

    Args:
        first: Whether the Segment begins the reply: the caller waits through its leading silence.
        trim_silence: Seconds of silence that may be cut before a first Segment; 0 cuts nothing
            anywhere.
        lossy: Whether the codec has a delay.
    """

    def __init__(
        self,
        on_pcm: Callable[[bytes], None],
        *,
        sample_rate: int,
        first: bool,
        trim_silence: float,
        lossy: bool,
    ) -> None:
        self._on_pcm = on_pcm
        self._rate = sample_rate
        # The codec's delay is cut wherever Segments join; a voice's own pause stays.
        delay = min(ENCODER_DELAY / sample_rate, trim_silence) if lossy else 0.0
        self._head_limit = trim_silence if first else delay
        self._tail_limit = min(ENCODER_PADDING / sample_rate, trim_silence) if lossy else 0.0
        # PCM passed on of the current text, and bytes passed on before that text.
        self._heard = bytearray()
        self._before = 0
        self._stages: tuple[HeadTrim, Resume | None, TailTrim] | None = None

    @property
    def heard_bytes(self) -> int:
        """Bytes of PCM passed on so far."""
        return self._before + len(self._heard)

    def start_new_text(self) -> float:
        """Prepare for Attempts at only the text that was not heard; return the seconds that were
        heard of the current text."""
        heard = len(self._heard)
        self._before += heard
        self._heard.clear()
        return heard / 2 / self._rate

    def begin(self) -> None:
        """Start an Attempt, at the beginning of its text."""
        self._stages = (
            HeadTrim(sample_rate=self._rate, limit=self._head_limit),
            Resume(bytes(self._heard), sample_rate=self._rate) if self._heard else None,
            TailTrim(sample_rate=self._rate, limit=self._tail_limit),
        )

    def feed(self, pcm: bytes) -> None:
        """Add PCM of this Attempt."""
        head, resume, tail = self._current()
        pcm = head.feed(pcm)
        if resume is not None:
            pcm = resume.feed(pcm)
        self._pass_on(tail.feed(pcm))

    def end(self) -> None:
        """Pass on the rest of this Attempt, which is complete."""
        head, resume, tail = self._current()
        rest = head.flush()
        if resume is not None:
            rest = resume.feed(rest) + resume.flush()
        self._pass_on(tail.feed(rest) + tail.flush())

    def _current(self) -> tuple[HeadTrim, Resume | None, TailTrim]:
        if self._stages is None:
            raise RuntimeError("begin() comes first")
        return self._stages

    def _pass_on(self, pcm: bytes) -> None:
        if pcm:
            self._heard += pcm
            self._on_pcm(pcm)

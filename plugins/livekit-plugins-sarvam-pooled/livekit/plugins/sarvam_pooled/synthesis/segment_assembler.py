"""The renderings of one Segment, made into one sound: trimmed at the ends, joined after a failure.

Pure: PCM in, PCM out through `on_pcm`, each sound once.
"""

from __future__ import annotations

from collections.abc import Callable

from ..audio.trim import ENCODER_DELAY, ENCODER_PADDING, HeadTrim, TailTrim
from .resume import Resume


class SegmentAssembler:
    """What reaches the caller of one Segment.

    Args:
        first: It begins the reply, so silence in front of it is silence the caller waits through.
        trim_silence: Seconds of silence that may be cut in front of a first Segment; 0 cuts nothing
            anywhere.
        lossy: The codec has a delay.
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
        # Cut off wherever Segments join; a voice's own pause stays.
        delay = min(ENCODER_DELAY / sample_rate, trim_silence) if lossy else 0.0
        self._head_limit = trim_silence if first else delay
        self._tail_limit = min(ENCODER_PADDING / sample_rate, trim_silence) if lossy else 0.0
        # What was handed on of the text that is rendered, and bytes of what was before it.
        self._heard = bytearray()
        self._before = 0
        self._stages: tuple[HeadTrim, Resume | None, TailTrim] | None = None

    @property
    def heard_bytes(self) -> int:
        """Bytes of PCM handed on so far."""
        return self._before + len(self._heard)

    def finish_early(self) -> float:
        """What is rendered from now on is only the text that was not heard yet; returns the seconds
        that were heard of the text until now."""
        heard = len(self._heard)
        self._before += heard
        self._heard.clear()
        return heard / 2 / self._rate

    def begin(self) -> None:
        """A rendering starts, from the beginning of the Segment."""
        self._stages = (
            HeadTrim(sample_rate=self._rate, limit=self._head_limit),
            Resume(bytes(self._heard), sample_rate=self._rate) if self._heard else None,
            TailTrim(sample_rate=self._rate, limit=self._tail_limit),
        )

    def feed(self, pcm: bytes) -> None:
        """More PCM of this rendering."""
        head, resume, tail = self._current()
        pcm = head.feed(pcm)
        if resume is not None:
            pcm = resume.feed(pcm)
        self._hand_on(tail.feed(pcm))

    def end(self) -> None:
        """This rendering is complete."""
        head, resume, tail = self._current()
        rest = head.flush()
        if resume is not None:
            rest = resume.feed(rest) + resume.flush()
        self._hand_on(tail.feed(rest) + tail.flush())

    def _current(self) -> tuple[HeadTrim, Resume | None, TailTrim]:
        if self._stages is None:
            raise RuntimeError("begin() comes first")
        return self._stages

    def _hand_on(self, pcm: bytes) -> None:
        if pcm:
            self._heard += pcm
            self._on_pcm(pcm)

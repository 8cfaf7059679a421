"""The instants of a Turn, a greeting and an interruption, and what can have caused each.

Data for `timeline`, which finds the critical path in it. Every kind has a zero, and each other Mark
ends one stage. A Mark's cause is, of those that happened,

- `needs`: each of them had to happen first, so the latest is the cause, even if its clock says it
  came after the effect (the stamps of two tasks may be taken in the wrong order);
- `either`: any of them may have been, so the latest that was not later than the effect.

A preemptive request shows why both are needed: the LLM `either` waited for the transcript alone
or for the end of the turn; but no frame reaches the room that does not `need` both sound and turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is timed."""

    TURN = "turn"
    """From the caller's last sound to the agent's first."""
    GREETING = "greeting"
    """From the job's acceptance to the agent's first sound."""
    INTERRUPTION = "interruption"
    """From the caller's first sound over the agent's to the agent's silence."""


class Mark(StrEnum):
    """A named instant."""

    SPEECH_END = "speech_end"
    """The caller's last voiced sample (see `speech_boundary`): the zero of a Turn."""
    VAD_END = "vad_end"
    """The VAD says that the caller has stopped."""
    STT_FLUSHED = "stt_flushed"
    """The transcript was asked for at `vad_end` (Finalize); left out where it is not asked for."""
    STT_FINAL = "stt_final"
    """The last final transcript of the turn."""
    TURN_PREDICTED = "turn_predicted"
    """The turn detector has answered that the turn is over, or the time has run out in which it
    expected more."""
    COMMITTED = "committed"
    """The turn is over for good."""
    LLM_REQUEST = "llm_request"
    """The request of the reply that was spoken, preemptive or not."""
    FIRST_TOKEN = "first_token"
    """First text of that reply."""
    SEGMENT_READY = "segment_ready"
    """The first Segment is complete."""
    LEASED = "leased"
    """A connection for the first Attempt at it."""
    SENT = "sent"
    """The first Attempt's text is on the wire."""
    FIRST_BYTE = "first_byte"
    """First audio of the Attempt that was heard. A hedge that won, or a retry, thus counts from the
    first Attempt's `sent`: the TTS was slow, not the pool."""
    FIRST_PCM = "first_pcm"
    """Its first samples, decoded; or taken from the cache."""
    FIRST_FRAME = "first_frame"
    """First frame published to the room: of the reply, or of a filler before it."""
    FIRST_SAMPLE = "first_sample"
    """First sample played."""

    ACCEPTED = "accepted"
    """The job was accepted: the zero of a greeting."""
    ENTERED = "entered"
    """The job's process runs our code."""
    CONNECTED = "connected"
    """The room is joined."""
    SUBSCRIBED = "subscribed"
    """The caller has subscribed to the agent's track."""

    CALLER_BEGINS = "caller_begins"
    """The caller's first voiced sample: the zero of an interruption."""
    VAD_BEGIN = "vad_begin"
    """The VAD says that the caller speaks."""
    PAUSED = "paused"
    """The agent's speech is paused or interrupted."""
    SILENT = "silent"
    """The agent's last sample was played."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one Mark comes about."""

    mark: Mark
    stage: str
    """The stage that it ends, in one word."""
    needs: tuple[Mark, ...] = ()
    either: tuple[Mark, ...] = ()
    optional: bool = False
    """If the Mark is missing, the event did not happen. Other events happen even if unobserved."""


ZERO: Final[Mapping[Kind, Mark]] = {
    Kind.TURN: Mark.SPEECH_END,
    Kind.GREETING: Mark.ACCEPTED,
    Kind.INTERRUPTION: Mark.CALLER_BEGINS,
}

_TURN: Final = (
    Step(Mark.VAD_END, "endpoint", needs=(Mark.SPEECH_END,)),
    Step(Mark.STT_FLUSHED, "stt", needs=(Mark.VAD_END,), optional=True),
    # Without a flush the transcript does not wait for the VAD, so that one is no cause.
    Step(Mark.STT_FINAL, "stt", either=(Mark.SPEECH_END, Mark.STT_FLUSHED)),
    Step(Mark.TURN_PREDICTED, "end_of_turn", either=(Mark.SPEECH_END, Mark.VAD_END)),
    Step(Mark.COMMITTED, "commit", either=(Mark.VAD_END, Mark.STT_FINAL, Mark.TURN_PREDICTED)),
    Step(Mark.LLM_REQUEST, "commit", either=(Mark.STT_FINAL, Mark.COMMITTED)),
    Step(Mark.FIRST_TOKEN, "llm", needs=(Mark.LLM_REQUEST,)),
    # Text of a preemptive LLM request waits for the commit unless the TTS is preemptive too.
    Step(Mark.SEGMENT_READY, "segmentation", needs=(Mark.FIRST_TOKEN,), either=(Mark.COMMITTED,)),
    Step(Mark.LEASED, "pool", needs=(Mark.SEGMENT_READY,)),
    Step(Mark.SENT, "send", needs=(Mark.SEGMENT_READY, Mark.LEASED)),
    Step(Mark.FIRST_BYTE, "tts", needs=(Mark.SENT,)),
    Step(Mark.FIRST_PCM, "decode", needs=(Mark.FIRST_BYTE,)),
    Step(Mark.FIRST_FRAME, "publish", needs=(Mark.COMMITTED, Mark.FIRST_PCM)),
    Step(Mark.FIRST_SAMPLE, "play", needs=(Mark.FIRST_FRAME,)),
)
_GREETING: Final = (
    Step(Mark.ENTERED, "enter", needs=(Mark.ACCEPTED,)),
    Step(Mark.CONNECTED, "connect", needs=(Mark.ENTERED,)),
    Step(Mark.SUBSCRIBED, "subscribe", needs=(Mark.CONNECTED,)),
    Step(Mark.FIRST_PCM, "tts", needs=(Mark.ENTERED,)),
    Step(
        Mark.FIRST_FRAME,
        "publish",
        needs=(Mark.CONNECTED, Mark.FIRST_PCM),
        either=(Mark.SUBSCRIBED,),
    ),
    Step(Mark.FIRST_SAMPLE, "play", needs=(Mark.FIRST_FRAME,), either=(Mark.SUBSCRIBED,)),
)
_INTERRUPTION: Final = (
    Step(Mark.VAD_BEGIN, "detect", needs=(Mark.CALLER_BEGINS,)),
    Step(Mark.PAUSED, "decide", needs=(Mark.VAD_BEGIN,)),
    Step(Mark.SILENT, "stop", needs=(Mark.PAUSED,)),
)

STEPS: Final[Mapping[Kind, tuple[Step, ...]]] = {
    Kind.TURN: _TURN,
    Kind.GREETING: _GREETING,
    Kind.INTERRUPTION: _INTERRUPTION,
}
"""Every Mark but the zero, each after all that can have caused it."""

STAGES: Final[Mapping[Kind, tuple[str, ...]]] = {
    kind: tuple(dict.fromkeys(step.stage for step in steps)) for kind, steps in STEPS.items()
}
"""Names of the stages, in order."""

TELLING: Final = (
    "llm", "tts", "endpoint", "stt", "end_of_turn", "segmentation", "connect", "decide", "enter",
    "detect", "play", "subscribe", "commit", "pool", "send", "stop", "decode", "publish",
)  # fmt: skip
"""Where Marks are missing, one stage stands for several and is called by the first of these."""

PREEMPTIVE: Final = frozenset(
    {
        Mark.LLM_REQUEST,
        Mark.FIRST_TOKEN,
        Mark.SEGMENT_READY,
        Mark.LEASED,
        Mark.SENT,
        Mark.FIRST_BYTE,
        Mark.FIRST_PCM,
    }
)
"""What may happen before the turn is committed."""
PROVIDER: Final = frozenset({Mark.LEASED, Mark.SENT, Mark.FIRST_BYTE})
"""What does not happen for a Segment that is in the cache."""

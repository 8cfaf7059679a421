"""The instants of a turn, a greeting and an interruption, and what can have caused each.

`timeline` finds the critical path from these tables. Every kind has an origin, and each other Mark
ends one stage. The cause of a Mark is one of the possible causes that have happened:

- `all_of`: each of them had to happen first, so the latest is the cause, even if its clock says it
  came after the effect (the stamps of two tasks may be taken in the wrong order);
- `any_of`: each of them is a possible cause, so the latest that was not later than the effect.

A preemptive request shows why both are needed: the LLM waited for `any_of` the transcript and the
end of the turn; but a frame reaches the room only after `all_of` sound and turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The events that are timed."""

    TURN = "turn"
    """From the caller's last sound to the agent's first."""
    GREETING = "greeting"
    """From the job's acceptance to the agent's first sound."""
    INTERRUPTION = "interruption"
    """From the caller's first sound over the agent's to the agent's silence."""


class Mark(StrEnum):
    """A named instant."""

    SPEECH_END = "speech_end"
    """The caller's last voiced sample (see `speech_boundary`): the origin of a Turn."""
    VAD_END = "vad_end"
    """The VAD says that the caller has stopped."""
    STT_FLUSHED = "stt_flushed"
    """The STT was asked to finalise its transcript (Deepgram's Finalize), if it was."""
    STT_FINAL = "stt_final"
    """The last final transcript of the turn."""
    TURN_PREDICTED = "turn_predicted"
    """The turn detector has answered that the turn is over, or its waiting time has expired."""
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
    """The job was accepted: the origin of a greeting."""
    ENTERED = "entered"
    """The job's process runs our code."""
    CONNECTED = "connected"
    """The room is joined."""
    SUBSCRIBED = "subscribed"
    """The caller has subscribed to the agent's track."""

    CALLER_BEGINS = "caller_begins"
    """The caller's first voiced sample: the origin of an interruption."""
    VAD_BEGIN = "vad_begin"
    """The VAD says that the caller speaks."""
    PAUSED = "paused"
    """The agent's speech is paused or interrupted."""
    SILENT = "silent"
    """The agent's last sample was played."""


@dataclass(frozen=True, slots=True)
class Step:
    """A Mark and its causes."""

    mark: Mark
    stage: str
    """The stage that it ends, in one word."""
    all_of: tuple[Mark, ...] = ()
    any_of: tuple[Mark, ...] = ()
    optional: bool = False
    """A missing Mark means that this never happened. Without `optional` it happened unobserved."""


ORIGIN: Final[Mapping[Kind, Mark]] = {
    Kind.TURN: Mark.SPEECH_END,
    Kind.GREETING: Mark.ACCEPTED,
    Kind.INTERRUPTION: Mark.CALLER_BEGINS,
}

_TURN: Final = (
    Step(Mark.VAD_END, "endpoint", all_of=(Mark.SPEECH_END,)),
    Step(Mark.STT_FLUSHED, "stt", all_of=(Mark.VAD_END,), optional=True),
    # Without a flush the transcript does not wait for the VAD, so that one is no cause.
    Step(Mark.STT_FINAL, "stt", any_of=(Mark.SPEECH_END, Mark.STT_FLUSHED)),
    Step(Mark.TURN_PREDICTED, "end_of_turn", any_of=(Mark.SPEECH_END, Mark.VAD_END)),
    Step(Mark.COMMITTED, "commit", any_of=(Mark.VAD_END, Mark.STT_FINAL, Mark.TURN_PREDICTED)),
    Step(Mark.LLM_REQUEST, "commit", any_of=(Mark.STT_FINAL, Mark.COMMITTED)),
    Step(Mark.FIRST_TOKEN, "llm", all_of=(Mark.LLM_REQUEST,)),
    # Text of a preemptive LLM request waits for the commit unless the TTS is preemptive too.
    Step(Mark.SEGMENT_READY, "segmentation", all_of=(Mark.FIRST_TOKEN,), any_of=(Mark.COMMITTED,)),
    Step(Mark.LEASED, "pool", all_of=(Mark.SEGMENT_READY,)),
    Step(Mark.SENT, "send", all_of=(Mark.SEGMENT_READY, Mark.LEASED)),
    Step(Mark.FIRST_BYTE, "tts", all_of=(Mark.SENT,)),
    Step(Mark.FIRST_PCM, "decode", all_of=(Mark.FIRST_BYTE,)),
    Step(Mark.FIRST_FRAME, "publish", all_of=(Mark.COMMITTED, Mark.FIRST_PCM)),
    Step(Mark.FIRST_SAMPLE, "play", all_of=(Mark.FIRST_FRAME,)),
)
_GREETING: Final = (
    Step(Mark.ENTERED, "enter", all_of=(Mark.ACCEPTED,)),
    Step(Mark.CONNECTED, "connect", all_of=(Mark.ENTERED,)),
    Step(Mark.SUBSCRIBED, "subscribe", all_of=(Mark.CONNECTED,)),
    Step(Mark.FIRST_PCM, "tts", all_of=(Mark.ENTERED,)),
    Step(
        Mark.FIRST_FRAME,
        "publish",
        all_of=(Mark.CONNECTED, Mark.FIRST_PCM),
        any_of=(Mark.SUBSCRIBED,),
    ),
    Step(Mark.FIRST_SAMPLE, "play", all_of=(Mark.FIRST_FRAME,), any_of=(Mark.SUBSCRIBED,)),
)
_INTERRUPTION: Final = (
    Step(Mark.VAD_BEGIN, "detect", all_of=(Mark.CALLER_BEGINS,)),
    Step(Mark.PAUSED, "decide", all_of=(Mark.VAD_BEGIN,)),
    Step(Mark.SILENT, "stop", all_of=(Mark.PAUSED,)),
)

STEPS: Final[Mapping[Kind, tuple[Step, ...]]] = {
    Kind.TURN: _TURN,
    Kind.GREETING: _GREETING,
    Kind.INTERRUPTION: _INTERRUPTION,
}
"""Every Mark except the origin, each after all its causes."""

STAGES: Final[Mapping[Kind, tuple[str, ...]]] = {
    kind: tuple(dict.fromkeys(step.stage for step in steps)) for kind, steps in STEPS.items()
}
"""Names of the stages, in order."""

STAGE_PRIORITY: Final = (
    "llm", "tts", "endpoint", "stt", "end_of_turn", "segmentation", "connect", "decide", "enter",
    "detect", "play", "subscribe", "commit", "pool", "send", "stop", "decode", "publish",
)  # fmt: skip
"""Where Marks are missing, several stages become one, named after the one that is first here."""

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
"""Marks that may happen before the turn is committed."""
PROVIDER: Final = frozenset({Mark.LEASED, Mark.SENT, Mark.FIRST_BYTE})
"""Marks that a cached Segment does not have."""

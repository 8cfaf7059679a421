"""The critical path of a Turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.latency.marks import ORIGIN, STAGES, STEPS, Kind, Mark
from agent.latency.timeline import Overlapped, Timeline, timeline

Seconds = dict[str, float]
ActOut = Callable[..., dict[Mark, float]]

instants = st.floats(-5, 60, allow_nan=False) | st.integers(0, 20).map(lambda n: n / 10)


def path(line: Timeline) -> list[tuple[str, float]]:
    """The path as stage and milliseconds."""
    return [(stage.name, stage.us / 1000) for stage in line.stages]


@settings(max_examples=60)
@given(
    kind=st.sampled_from(Kind),
    marks=st.dictionaries(st.sampled_from(Mark), instants),
    cached=st.booleans(),
    filler=st.booleans(),
)
def test_stages_sum_to_the_total_whatever_happened(
    kind: Kind, marks: dict[Mark, float], *, cached: bool, filler: bool
) -> None:
    """Marks may be missing, out of order or of another kind: no microsecond is lost or doubled."""
    line = timeline(kind, marks, cached=cached, filler=filler)
    assert sum(stage.us for stage in line.stages) == line.total_us >= 0
    at = 0
    for stage in line.stages:
        assert stage.start_us == at
        assert stage.us >= 0
        assert stage.name in STAGES[kind]
        at += stage.us
    assert all(b.us > 0 and b.start_us >= 0 for b in line.overlapped)


@settings(max_examples=60)
@given(kind=st.sampled_from(Kind), marks=st.dictionaries(st.sampled_from(Mark), instants))
def test_the_total_is_from_the_zero_to_the_last_mark(kind: Kind, marks: dict[Mark, float]) -> None:
    """The total is what the clock says, however the path between is made up."""
    origin = ORIGIN[kind]
    marks[origin] = 1.0
    last = next((s.mark for s in reversed(STEPS[kind]) if s.mark in marks), origin)
    assert timeline(kind, marks).total_us == max(0, round((marks[last] - 1.0) * 1e6))


@settings(max_examples=60)
@given(
    kind=st.sampled_from(Kind),
    gaps=st.lists(st.floats(0, 1), min_size=len(Mark), max_size=len(Mark)),
    absent=st.sets(st.sampled_from(Mark)),
)
def test_marks_in_order_are_never_moved(kind: Kind, gaps: list[float], absent: set[Mark]) -> None:
    """`clamped` is for contradictions alone; a missing Mark is none."""
    at = 0.0
    marks = {ORIGIN[kind]: at}
    for step, gap in zip(STEPS[kind], gaps, strict=False):
        at += gap
        if step.mark not in absent:
            marks[step.mark] = at
    assert timeline(kind, marks).clamped == ()


@pytest.mark.parametrize("stage", STAGES[Kind.TURN])
def test_two_hundred_milliseconds_in_a_stage_are_found_there(
    stage: str, usual: Seconds, act_out: ActOut
) -> None:
    """Whatever the stage, it is the one that grew most."""
    before = timeline(Kind.TURN, act_out(usual)).by_stage
    after = timeline(Kind.TURN, act_out(usual | {stage: usual[stage] + 0.2})).by_stage
    grown = {name: after.get(name, 0) - before.get(name, 0) for name in STAGES[Kind.TURN]}
    assert max(grown, key=grown.__getitem__) == stage
    assert grown[stage] >= 190_000


@settings(max_examples=60)
@given(
    took=st.fixed_dictionaries(
        dict.fromkeys(STAGES[Kind.TURN], st.integers(0, 400).map(lambda ms: ms / 1000))
    ),
    stage=st.sampled_from(STAGES[Kind.TURN]),
)
def test_what_costs_the_caller_is_named_whatever_the_others_take(
    took: Seconds, stage: str, act_out: ActOut
) -> None:
    """If 200 ms in a stage cost the caller 100 and more, that stage grew by as much and most."""
    before = timeline(Kind.TURN, act_out(took))
    after = timeline(Kind.TURN, act_out(took | {stage: took[stage] + 0.2}))
    cost = after.total_us - before.total_us
    grown = {
        name: after.by_stage.get(name, 0) - before.by_stage.get(name, 0)
        for name in STAGES[Kind.TURN]
    }
    if cost >= 100_000:
        assert grown[stage] >= cost
        assert max(grown.values()) == grown[stage]


@pytest.mark.parametrize("kind", [Kind.GREETING, Kind.INTERRUPTION])
def test_greetings_and_interruptions_are_reported_by_stage(kind: Kind) -> None:
    """One after the other, each stage has the time up to its own Mark."""
    marks = {ORIGIN[kind]: 10.0}
    serial = [s for s in STEPS[kind] if s.mark is not Mark.FIRST_PCM]
    for n, step in enumerate(serial, 1):
        marks[step.mark] = 10.0 + n * n / 100
    line = timeline(kind, marks)
    assert path(line) == [(s.stage, (2 * n - 1) * 10) for n, s in enumerate(serial, 1)]


def test_a_preemptive_reply_runs_beside_a_late_commit() -> None:
    """All was ready when the turn was committed: the caller waited for the end of turn alone."""
    line = timeline(
        Kind.TURN,
        {
            Mark.SPEECH_END: 0.0,
            Mark.STT_FINAL: 0.15,
            Mark.LLM_REQUEST: 0.15,
            Mark.VAD_END: 0.25,
            Mark.FIRST_TOKEN: 0.30,
            Mark.SEGMENT_READY: 0.32,
            Mark.LEASED: 0.32,
            Mark.SENT: 0.32,
            Mark.FIRST_BYTE: 0.5,
            Mark.FIRST_PCM: 0.5,
            Mark.TURN_PREDICTED: 0.9,
            Mark.COMMITTED: 0.9,
            Mark.FIRST_FRAME: 0.91,
            Mark.FIRST_SAMPLE: 0.95,
        },
    )
    assert path(line) == [
        ("endpoint", 250), ("end_of_turn", 650), ("commit", 0), ("publish", 10), ("play", 40),
    ]  # fmt: skip
    ran = {b.name: (b.start_us, b.us, b.why) for b in line.overlapped}
    assert ran["stt"] == (0, 150_000, "overlapped")
    assert ran["llm"] == (150_000, 150_000, "preemptive")
    assert ran["tts"] == (320_000, 180_000, "preemptive")


def test_a_preemptive_reply_is_the_path_when_it_takes_longer() -> None:
    """The model was asked before the commit, and still the caller waited for it.

    Nobody saw the turn detector here: what led from the VAD to the commit is called by it.
    """
    line = timeline(
        Kind.TURN,
        {
            Mark.SPEECH_END: 0.0,
            Mark.STT_FINAL: 0.15,
            Mark.LLM_REQUEST: 0.151,
            Mark.VAD_END: 0.25,
            Mark.COMMITTED: 0.3,
            Mark.FIRST_TOKEN: 0.6,
            Mark.SEGMENT_READY: 0.65,
            Mark.FIRST_PCM: 0.9,
            Mark.FIRST_FRAME: 0.91,
        },
    )
    assert path(line) == [
        ("stt", 150), ("commit", 1), ("llm", 449), ("segmentation", 50), ("tts", 250),
        ("publish", 10),
    ]  # fmt: skip
    assert [(b.name, b.why) for b in line.overlapped] == [
        ("endpoint", "overlapped"),
        ("end_of_turn", "overlapped"),
    ]


def test_the_text_of_a_preemptive_reply_waits_for_the_commit() -> None:
    """Without a preemptive voice, the Segment is cut when the turn is over."""
    line = timeline(
        Kind.TURN,
        {
            Mark.SPEECH_END: 0.0,
            Mark.STT_FINAL: 0.15,
            Mark.LLM_REQUEST: 0.15,
            Mark.FIRST_TOKEN: 0.35,
            Mark.COMMITTED: 0.8,
            Mark.SEGMENT_READY: 0.81,
            Mark.FIRST_PCM: 1.0,
            Mark.FIRST_FRAME: 1.0,
        },
    )
    assert path(line)[-3:] == [("segmentation", 10), ("tts", 190), ("publish", 0)]
    assert "llm" not in line.by_stage


def test_the_transcript_waits_for_the_vad_only_if_it_was_asked_for() -> None:
    """Without Finalize, a shorter VAD silence would not bring the transcript sooner."""
    marks = {Mark.SPEECH_END: 0.0, Mark.VAD_END: 0.25, Mark.STT_FINAL: 0.4, Mark.COMMITTED: 0.4}
    assert path(timeline(Kind.TURN, marks)) == [("stt", 400), ("commit", 0)]
    marks[Mark.STT_FLUSHED] = 0.251
    assert path(timeline(Kind.TURN, marks)) == [("endpoint", 250), ("stt", 150), ("commit", 0)]


def test_a_cached_segment_has_no_provider_on_its_path(usual: Seconds, act_out: ActOut) -> None:
    """Marks of an Attempt that was made all the same do not matter."""
    marks = act_out(usual)
    marks[Mark.FIRST_PCM] = marks[Mark.SEGMENT_READY] + 0.002
    line = timeline(Kind.TURN, marks, cached=True)
    assert not line.by_stage.keys() & {"pool", "send", "tts"}
    assert line.by_stage["decode"] == 2_000


def test_a_voice_without_marks_is_still_called_voice(usual: Seconds, act_out: ActOut) -> None:
    """A fallback TTS reports neither pool nor bytes."""
    marks = act_out(usual)
    for mark in (Mark.SEGMENT_READY, Mark.LEASED, Mark.SENT, Mark.FIRST_BYTE, Mark.FIRST_PCM):
        del marks[mark]
    names = [name for name, _ in path(timeline(Kind.TURN, marks))]
    assert names[-3:] == ["llm", "tts", "play"]


def test_a_filler_is_the_model_s_fault(usual: Seconds, act_out: ActOut) -> None:
    """The caller heard a filler, because the model was late; the reply came after."""
    marks = act_out(usual | {"llm": 2.0})
    marks[Mark.FIRST_FRAME] = marks[Mark.COMMITTED] + 0.8
    marks[Mark.FIRST_SAMPLE] = marks[Mark.FIRST_FRAME] + 0.06
    line = timeline(Kind.TURN, marks, filler=True)
    assert path(line)[-2:] == [("llm", 800), ("play", 60)]
    assert ("llm", "late") in {(b.name, b.why) for b in line.overlapped}
    assert line.clamped == ()


def test_a_mark_later_than_its_effect_is_moved_and_named(usual: Seconds, act_out: ActOut) -> None:
    """The stamp of a task that ran late must not hide the stages before it."""
    marks = act_out(usual)
    marks[Mark.FIRST_PCM] = marks[Mark.FIRST_FRAME] + 0.03
    line = timeline(Kind.TURN, marks)
    assert line.clamped == (Mark.FIRST_PCM,)
    assert line.by_stage["tts"] == 290_000
    assert line.by_stage["publish"] == 0
    assert line.marks[Mark.FIRST_PCM] == round(marks[Mark.FIRST_PCM] * 1e6)


def test_what_others_saw_is_kept(usual: Seconds, act_out: ActOut) -> None:
    """A hedge that lost has no Marks here."""
    lost = Overlapped(name="tts", start_us=1, us=2, why="hedge")
    assert lost in timeline(Kind.TURN, act_out(usual), overlapped=(lost,)).overlapped


def test_the_earliest_mark_stands_in_for_a_missing_zero() -> None:
    """Of a Turn that was typed there is no last sound."""
    line = timeline(Kind.TURN, {Mark.COMMITTED: 5.0, Mark.LLM_REQUEST: 5.0, Mark.FIRST_TOKEN: 5.2})
    assert path(line) == [("commit", 0), ("llm", 200)]
    assert timeline(Kind.TURN, {Mark.ACCEPTED: 1.0}).stages == ()


def test_what_led_to_a_later_cause_is_no_cause() -> None:
    """The voice begins to speak ahead; the detector, which answers before it and has the turn
    committed after it, did not hold it up: the model did."""
    line = timeline(
        Kind.TURN,
        {
            Mark.SPEECH_END: 0.0,
            Mark.STT_FINAL: 0.3,
            Mark.VAD_END: 0.35,
            Mark.LLM_REQUEST: 0.31,
            Mark.FIRST_TOKEN: 0.65,
            Mark.TURN_PREDICTED: 0.69,
            Mark.SEGMENT_READY: 0.73,
            Mark.COMMITTED: 1.05,
            Mark.FIRST_PCM: 1.09,
            Mark.FIRST_FRAME: 1.1,
            Mark.FIRST_SAMPLE: 1.1,
        },
    )
    assert path(line)[:4] == [("stt", 300), ("commit", 10), ("llm", 340), ("segmentation", 80)]

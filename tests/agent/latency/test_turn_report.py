"""The report of a Turn and its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.latency.marks import Kind, Mark
from agent.latency.timeline import Overlapped, timeline
from agent.latency.turn_report import Breach, BudgetCheck, Flags, TurnReport

MakeReport = Callable[..., TurnReport]
VERDICT = BudgetCheck(
    name="1200", breaches=(Breach(stage="llm", us=900_000, limit_us=600_000),), dominant="llm"
)

microseconds = st.integers(-(10**9), 10**9)
reports = st.builds(
    TurnReport,
    call=st.text(),
    turn=st.integers(0, 1000),
    at=st.integers(0, 2**50).map(lambda n: n / 2**20),
    timeline=st.builds(
        timeline,
        st.sampled_from(Kind),
        st.dictionaries(st.sampled_from(Mark), st.floats(-5, 60)),
        cached=st.booleans(),
        filler=st.booleans(),
        overlapped=st.tuples(
            st.builds(
                Overlapped, name=st.text(), start_us=microseconds, us=microseconds, why=st.text()
            )
        ),
    ),
    flags=st.builds(Flags, hedged=st.booleans(), cached=st.booleans(), retries=st.integers(0, 9)),
    heard=st.text(),
    said=st.text(),
    budget=st.none() | st.just(VERDICT),
)


@settings(max_examples=40)
@given(report=reports)
def test_a_report_read_back_is_the_report_written(report: TurnReport) -> None:
    """To the microsecond, in one line, whatever was said."""
    written = report.to_json()
    assert "\n" not in written
    read = TurnReport.from_json(written)
    assert read.timeline == report.timeline
    assert read.at == pytest.approx(report.at, abs=1e-6)
    assert read.to_json() == TurnReport.from_json(read.to_json()).to_json()


def test_the_schema_is_the_one_that_log_file_page_and_bench_read(
    make_report: MakeReport,
) -> None:
    """Names and units of every key, once, in full."""
    report = make_report(heard="hello", said="hi", budget=VERDICT, hedged=True, retries=2)
    read = json.loads(report.to_json())
    first, last = read["stages"][0], read["stages"][-1]
    assert list(read) == [
        "v", "kind", "call", "turn", "at", "total_ms", "stages", "beside", "marks", "clamped",
        "flags", "heard", "said", "budget",
    ]  # fmt: skip
    assert read["v"] == 1
    assert (read["kind"], read["call"], read["turn"]) == ("turn", "room", 1)
    assert read["at"] == 1_790_000_000.5
    assert read["total_ms"] == 986.0
    assert first == {
        "name": "endpoint", "from": "speech_end", "to": "vad_end", "start_ms": 0.0, "ms": 250.0,
    }  # fmt: skip
    assert last["to"] == "first_sample"
    assert read["beside"] == [
        {"name": "end_of_turn", "start_ms": 250.0, "ms": 50.0, "why": "overlapped"}
    ]
    assert read["marks"]["speech_end"] == 0.0
    assert read["marks"]["first_sample"] == 986.0
    assert read["clamped"] == []
    assert read["flags"] == {
        "preemptive_llm": False, "preemptive_tts": False, "hedged": True, "hedge_won": False,
        "cached": False, "fallback_tts": False, "filler": False, "interrupted": False,
        "retries": 2,
    }  # fmt: skip
    assert (read["heard"], read["said"]) == ("hello", "hi")
    assert read["budget"] == {
        "tier": "1200",
        "breaches": [{"stage": "llm", "ms": 900.0, "limit_ms": 600.0}],
        "dominant": "llm",
    }


def test_no_words_are_where_they_were_not_asked_for(make_report: MakeReport) -> None:
    """Not in a repr, which ends up in logs, and not in the JSON without words."""
    report = make_report(heard="my number is 42", said="thank you, 42")
    assert "42" not in repr(report)
    assert "42" not in report.to_json(words=False)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"v": 2}, "v"),
        ({"kind": "dinner"}, "kind"),
        ({"total_ms": "long"}, "total_ms"),
        ({"total_ms": 1e300}, "total_ms"),
        ({"total_ms": 1.0}, "total_ms"),
        ({"stages": [{"name": "llm"}]}, r"stages\.0\.from"),
        ({"marks": {"nobody": 1.0}}, "marks"),
    ],
)
def test_what_is_no_report_is_refused_by_its_place(
    change: dict[str, object], place: str, make_report: MakeReport
) -> None:
    """The message says where to look, and repeats none of it."""
    read = json.loads(make_report(heard="secret words").to_json()) | change
    with pytest.raises(ValueError, match=place) as caught:
        TurnReport.from_json(json.dumps(read))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": 1', '{"v": 1}'])
def test_broken_json_is_refused(text: str) -> None:
    """A line that was cut off is no report."""
    with pytest.raises(ValueError, match="not a report of a turn"):
        TurnReport.from_json(text)


def test_keys_of_a_later_writer_are_left_out(make_report: MakeReport) -> None:
    """A reader of today reads what gains a key tomorrow."""
    read = json.loads(make_report().to_json())
    read["weather"] = "fine"
    read["flags"]["whispered"] = True
    assert TurnReport.from_json(json.dumps(read)) == make_report()


def test_times_are_read_to_the_microsecond_and_what_was_left_out_has_a_default() -> None:
    """Times are whole numbers of microseconds, so that stages sum to the total."""
    stage = {"from": "llm_request", "to": "first_token", "start_ms": 0, "ms": 250.0004}
    head = {"v": 1, "kind": "turn", "call": "room", "turn": 1, "at": 1.5, "total_ms": 250}
    read = TurnReport.from_json(json.dumps(head | {"stages": [{"name": "llm", **stage}]}))
    line = read.timeline
    assert (line.total_us, line.stages[0].us) == (250_000, 250_000)
    assert (line.overlapped, line.clamped, read.budget) == ((), (), None)
    assert (read.heard, read.said) == ("", "")
    assert (read.flags, read.flags.names) == (Flags(), ())


def test_a_report_without_a_version_is_refused(make_report: MakeReport) -> None:
    """Only a version says what the other keys mean."""
    read = json.loads(make_report().to_json())
    del read["v"]
    with pytest.raises(ValueError, match=r"look at v$"):
        TurnReport.from_json(json.dumps(read))


def test_flags_are_named_when_they_are_set() -> None:
    """A number is set if it is not 0."""
    assert Flags(hedged=True, retries=2).names == ("hedged", "retries")

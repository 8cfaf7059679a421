"""The metrics of Turns, and the page that adds processes up."""

from __future__ import annotations

import errno
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Gauge, values
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.parser import text_string_to_metric_families

from agent.latency import scrape
from agent.latency.marks import Kind, Mark
from agent.latency.scrape import VARIABLE, Page
from agent.latency.timeline import timeline
from agent.latency.turn_metrics import TurnMetrics
from agent.latency.turn_report import EVENTS, Breach, BudgetCheck, TurnReport
from agent.livekit_internals import prometheus_files

MakeReport = Callable[..., TurnReport]
ROOT = Path(__file__).parents[3]
ENDED = 2**22 + 1  # Above the kernel's largest process id.

GAUGES = {"agent_tts_sockets", "agent_jobs_memory_bytes", "agent_job_memory_max_bytes"}

# A job process: it counts a Turn for each line it is given.
JOB = """
import sys
from agent.latency import scrape
from agent.latency.turn_metrics import turn_metrics
from agent.latency.turn_report import TurnReport
from agent.latency.call_metrics import call_metrics

scrape.reserve()
turn_metrics()
call_metrics()
print("warm", flush=True)
for line in sys.stdin:
    turn_metrics().observe(TurnReport.from_json(line))
    call_metrics().set_resources(sockets=3, memory=100)
    print("counted", flush=True)
"""


@contextmanager
def job(directory: Path) -> Iterator[Callable[[TurnReport], None]]:
    """A job process that is warm; calling it counts a Turn there."""
    process = subprocess.Popen(
        [sys.executable, "-c", JOB],
        cwd=ROOT,
        env=os.environ | {VARIABLE: str(directory)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin
        assert process.stdout
        to, of = process.stdin, process.stdout

        def observe(report: TurnReport) -> None:
            to.write(report.to_json() + "\n")
            to.flush()
            assert of.readline() == "counted\n"

        assert of.readline() == "warm\n"
        yield observe


def files(directory: Path) -> set[Path]:
    """The files of metrics there."""
    return set(directory.glob("*.db"))


def series(page: Page) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample of a page by its name and the values of its labels."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page.text().decode())
        for sample in family.samples
    }


def page(directory: Path, *, own: CollectorRegistry | None = None) -> Page:
    """A page without this test process's own metrics."""
    return Page(directory, own=own or CollectorRegistry())


def write(path: Path, value: float, *, name: str = "agent_retries_total") -> Path:
    """A file with one counter, as a process leaves it."""
    prometheus_files.write_values(path, {mmap_key("agent_retries", name, [], [], "help"): value})
    return path


def test_two_calls_in_two_processes_add_up_and_stay(
    tmp_path: Path, make_report: MakeReport
) -> None:
    """While they run, when one has ended, and when both have: nothing is lost or doubled. Sockets
    and memory end with their process."""
    whole = page(tmp_path)
    total, llm = (
        ("agent_turn_seconds_count", ("turn",)),
        ("agent_stage_seconds_sum", ("turn", "llm")),
    )
    with job(tmp_path) as first, job(tmp_path) as second:
        assert series(whole)[total] == 0
        first(make_report(llm=0.5))
        second(make_report(llm=0.25))
        second(make_report(llm=0.25, retries=2))
        assert series(whole)["agent_tts_sockets", ()] == 6
        assert series(whole)["agent_jobs_memory_bytes", ()] == 200
        assert series(whole)["agent_job_memory_max_bytes", ()] == 100
        running = {of: value for of, value in series(whole).items() if of[0] not in GAUGES}
        assert (running[total], running[llm]) == (3, pytest.approx(1.0))
        assert running["agent_retries_total", ()] == 2
    assert len(files(tmp_path)) == 8
    for _ in range(2):
        assert series(whole) == running
        assert {path.name for path in files(tmp_path)} == {
            "counter_ended.db",
            "histogram_ended.db",
        }
    with job(tmp_path) as third:
        third(make_report(llm=1.0))
        assert series(whole)[llm] == pytest.approx(2.0)


def test_a_turn_is_counted_by_kind_and_stage(make_report: MakeReport) -> None:
    """Seconds in histograms; flags and breaches in counters; no label of a call."""
    registry = CollectorRegistry()
    metrics = TurnMetrics(registry)
    late = BudgetCheck(
        name="800", breaches=(Breach(stage="total", us=2, limit_us=1),), dominant="tts"
    )
    metrics.observe(make_report(hedged=True, hedge_won=True, retries=3, budget=late))
    cut = timeline(Kind.INTERRUPTION, {Mark.CALLER_BEGINS: 0.0, Mark.SILENT: 0.4})
    metrics.observe(replace(make_report(), timeline=cut))
    metrics.provider_error("sarvam")
    metrics.lease(reused=True)
    metrics.primary_tts(available=False)
    metrics.slow_call("llm")

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("agent_turn_seconds_sum", kind="turn") == pytest.approx(0.986)
    assert value("agent_turn_seconds_count", kind="interruption") == 1
    assert value("agent_stage_seconds_sum", kind="turn", stage="tts") == pytest.approx(0.29)
    # What ran beside the path is counted there, and only then.
    assert value("agent_stage_seconds_count", kind="turn", stage="end_of_turn") == 0
    assert value("agent_beside_seconds_sum", kind="turn", stage="end_of_turn") == pytest.approx(
        0.05
    )
    assert value("agent_beside_seconds_count", kind="turn", stage="tts") is None
    assert value("agent_turn_seconds_bucket", kind="turn", le="0.8") == 0
    assert value("agent_turn_seconds_bucket", kind="turn", le="1.0") == 1
    assert value("agent_budget_breaches_total", stage="tts") == 1
    assert value("agent_provider_errors_total", kind="sarvam") == 1
    assert value("agent_connections_total", kind="reused") == 1
    assert value("agent_primary_tts_total", kind="lost") == 1
    assert value("agent_primary_tts_total", kind="back") == 0
    assert value("agent_degraded_total", stage="llm") == 1
    counted = {name: value(f"agent_{name}_total") for name in EVENTS}
    assert counted == dict.fromkeys(EVENTS, 0) | {
        "hedges": 1, "hedges_won": 1, "retries": 3, "interruptions": 1,
    }  # fmt: skip
    labels = {name for f in registry.collect() for s in f.samples for name in s.labels}
    assert labels == {"kind", "stage", "le"}


def test_the_series_of_a_process_fit_into_what_is_reserved(
    tmp_path: Path, make_report: MakeReport
) -> None:
    """With half of it to spare: a file that grew would not ask the disk."""
    with job(tmp_path) as observe:
        observe(make_report())
        for path in files(tmp_path):
            entries = MmapedDict.read_all_values_from_file(str(path))
            used = max(position for _, _, _, position in entries)
            assert used < path.stat().st_size / 2
            assert path.stat().st_blocks * 512 >= path.stat().st_size


def test_a_full_disk_costs_the_metrics_of_a_call_and_not_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One warning, no file that could kill the process, and values that stay in it."""

    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setattr(scrape.os, "posix_fallocate", full)
    with caplog.at_level(logging.WARNING):
        assert not scrape.reserve()
    assert values.ValueClass is values.MutexValue
    assert files(tmp_path) == set()
    assert [r.message for r in caplog.records] == [
        "the metrics of this call cannot be kept; it goes on without them"
    ]


def test_a_directory_that_is_gone_ends_no_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody cleaned up under a worker that runs."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    assert not scrape.reserve()
    assert values.ValueClass is values.MutexValue


def test_a_broken_file_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """All others are still counted, and it is said once."""
    broken = tmp_path / f"counter_{ENDED}.db"
    broken.write_bytes(b"\x7f" * 64)
    write(tmp_path / f"counter_{ENDED + 1}.db", 3.0)
    for _ in range(2):
        assert series(page(tmp_path)) == {("agent_retries_total", ()): 3.0}
    assert broken.with_suffix(".broken").exists()
    assert [r.message for r in caplog.records] == ["a file of metrics cannot be read"]


def test_without_a_directory_nothing_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process on its own, such as a test, counts in its own registry."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert scrape.reserve()


def test_many_ended_processes_become_one_file(tmp_path: Path) -> None:
    """Whatever ran at the same time is left alone."""
    for n in range(50):
        write(tmp_path / f"counter_{ENDED + n}.db", 1.0)
    live = write(tmp_path / f"counter_{os.getpid()}.db", 5.0)
    assert series(page(tmp_path)) == {("agent_retries_total", ()): 55.0}
    assert files(tmp_path) == {live, tmp_path / "counter_ended.db"}
    size = (tmp_path / "counter_ended.db").stat().st_size
    write(tmp_path / f"counter_{ENDED}.db", 2.0)
    assert series(page(tmp_path)) == {("agent_retries_total", ()): 57.0}
    assert (tmp_path / "counter_ended.db").stat().st_size == size


def test_a_new_process_folds_what_others_left(tmp_path: Path, make_report: MakeReport) -> None:
    """A worker that nobody scrapes keeps no file for each call."""
    for n in range(5):
        write(tmp_path / f"counter_{ENDED + n}.db", 1.0)
    with job(tmp_path) as observe:
        observe(make_report(retries=1))
        assert len(files(tmp_path)) == 5
        assert series(page(tmp_path))["agent_retries_total", ()] == 6


def test_a_disk_too_full_to_fold_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files stay as they are, and the page has them all."""
    written = {write(tmp_path / f"counter_{ENDED + n}.db", 1.0) for n in range(3)}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(scrape, "_allocate", full)
    assert series(page(tmp_path)) == {("agent_retries_total", ()): 3.0}
    assert files(tmp_path) == written


def test_a_gauge_of_a_process_that_was_killed_counts_no_more(tmp_path: Path) -> None:
    """It would say for ever that a call is going on."""
    write(tmp_path / f"gauge_livesum_{ENDED}.db", 1.0, name="calls")
    assert series(page(tmp_path)) == {}
    assert files(tmp_path) == set()


def test_a_process_that_has_just_begun_breaks_no_page(tmp_path: Path) -> None:
    """Its file is there and still empty, or reserved and still without a head."""
    (tmp_path / f"counter_{os.getpid()}.db").touch()
    (tmp_path / f"histogram_{os.getpid()}.db").write_bytes(bytes(1 << 16))
    (tmp_path / f"counter_{ENDED}.db").touch()
    assert series(page(tmp_path)) == {}


def test_the_worker_s_own_metrics_are_on_the_page_once(tmp_path: Path) -> None:
    """Its load and memory, which no job process has; nothing twice."""
    own = CollectorRegistry()
    Gauge("worker_load", "load", registry=own).set(0.5)
    Gauge("agent_retries", "the same name", registry=own).set(9)
    write(tmp_path / f"counter_{ENDED}.db", 1.0)
    assert series(page(tmp_path, own=own)) == {
        ("agent_retries_total", ()): 1.0,
        ("worker_load", ()): 0.5,
    }


def test_a_worker_has_a_directory_of_its_own_and_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after workers that were killed, but not after ones that run."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(scrape.tempfile, "tempdir", str(tmp_path))
    killed = tmp_path / f"india-voice-agent-metrics-{ENDED}-abc"
    running = tmp_path / f"india-voice-agent-metrics-{os.getppid()}-abc"
    for path in (killed, running):
        path.mkdir()
        (path / "counter_1.db").touch()
    with scrape.directory() as made:
        assert made.parent == tmp_path
        assert os.environ[VARIABLE] == str(made)
        assert set(tmp_path.iterdir()) == {made, running}
    assert VARIABLE not in os.environ
    assert set(tmp_path.iterdir()) == {running}


def test_a_directory_that_was_given_is_used_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user who names one may want to look at it afterwards."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with scrape.directory() as used:
        assert used == tmp_path
    assert tmp_path.is_dir()
    assert os.environ[VARIABLE] == str(tmp_path)

"""The tests keep their shape: they mirror the source, and wait for events, not by the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
ASSISTANTS = ROOT / "assistants"
PLUGIN = "plugins/livekit-plugins-sarvam-pooled/livekit/plugins/sarvam_pooled"

ROOMS = {
    "agent": "tests/agent",
    "assistants/clinic/desk": "assistants/clinic/tests/desk",
    "evals": "tests/evals",
    "assistants/delivery/parcels": "assistants/delivery/tests/parcels",
    "prewarm": "tests/prewarm",
    "playground": "tests/playground",
    "tools": "tests/tools",
    PLUGIN: "tests/plugins/sarvam_pooled",
}
"""Folder of the source -> folder of its tests. Stand-ins are tested through their servers, and
benchmarks by how they judge: neither has a test for each module."""

ELSEWHERE = {
    "agent/assistant/apologies.py": "heard in test_assistant.py, in a session",
    "agent/assistant/stock_speech.py": "heard in test_ending.py and test_assistant.py",
    "agent/assistant/timed_agent.py": "latency/live: test_collector.py and test_timed_reply.py",
    "agent/assistant/files.py": "test_load.py, file by file",
    "agent/assistant/manifest.py": "test_load.py, as problems of a folder",
    "agent/config/audio.py": "one number",
    "agent/latency/usage.py": "values; test_prices.py prices them",
    "agent/latency/scrape.py": "test_turn_metrics.py: a page adds up what processes have counted",
    "agent/forms/entry.py": "a protocol, and values that test_digits.py and others judge",
    "agent/turns/expected.py": "values; test_turn_transcript.py judges by them",
    "agent/tools/time_limit.py": "test_runs.py, with tools in a session",
    "agent/livekit_internals/call.py": "test_livekit_internals.py, name by name",
    "agent/livekit_internals/log_texts.py": "test_livekit_internals.py, name by name",
    "agent/livekit_internals/prometheus_files.py": "test_livekit_internals.py, name by name",
    "agent/livekit_internals/server.py": "test_livekit_internals.py, name by name",
    "agent/livekit_internals/streams.py": "test_livekit_internals.py, name by name",
    "agent/phrases/build_progress.py": "seen in test_command.py, from a whole build",
    "agent/phrases/setup.py": "test_command.py, in each command",
    "assistants/clinic/desk/appointment.py": "values",
    "assistants/clinic/desk/errors.py": "texts; test_desk.py reads them",
    "assistants/clinic/desk/tables.py": "test_records.py and test_database.py: what holds in them",
    "evals/callers/schema.py": "test_load.py, as problems of a file",
    "evals/conversation.py": "tests of assistants, which it is for",
    "evals/judges/finding.py": "values",
    "evals/results.py": "values",
    "evals/sound/calls.py": "tests/e2e/test_evals.py, in a real room",
    "evals/sound/worker.py": "tests/e2e/test_evals.py, as a program",
    "evals/speech/numbers.py": "test_times.py: what counts is the time",
    "evals/transcript.py": "values",
    "assistants/delivery/parcels/errors.py": "texts; test_assistant.py hears them",
    "assistants/delivery/parcels/outcome.py": "values; test_records.py reads them back",
    "assistants/delivery/parcels/tables.py": "test_records.py: what holds in them",
    "playground/stand_ins.py": "test_tuning.py asks the sandbox's own",
    "prewarm/forkserver_preload.py": "test_process.py forks from it",
    f"{PLUGIN}/audio/pcm.py": "test_riff.py: nothing but RiffStream in steps",
    f"{PLUGIN}/engine.py": "test_tts.py and test_contract_options.py, through TTS",
    f"{PLUGIN}/log.py": "one name",
    f"{PLUGIN}/models.py": "names for type checkers; test_options.py checks what is accepted",
    f"{PLUGIN}/phrases/cache_statistics.py": "values; test_cache.py counts them",
    f"{PLUGIN}/phrases/default.py": "test_phrases_default.py, through TTS",
    f"{PLUGIN}/phrases/files.py": "test_store_guarded.py, through the store",
    f"{PLUGIN}/phrases/remote_tier.py": "a protocol",
    f"{PLUGIN}/spoken.py": "phrases/test_key.py and text/test_segment.py, which both use it",
    f"{PLUGIN}/stream.py": "test_contract*.py, beside LiveKit's own",
    f"{PLUGIN}/synthesis/adaptive_stats.py": "holds four objects, each with a test",
    f"{PLUGIN}/synthesis/fallback.py": "test_fallback_tts.py, with LiveKit's plugin for Cartesia",
    f"{PLUGIN}/synthesis/records.py": "values",
    f"{PLUGIN}/version.py": "one name",
    f"{PLUGIN}/voice.py": "test_options.py, with all other options",
}
"""Modules that no test file is named for, and where their behaviour is tested."""

REAL_CLOCK = {
    "assistants/clinic/tests/test_calls.py": "a real call",
    "agent/latency/live/test_collector.py": "Unix time, which the fixture `wall` stops",
    "agent/latency/live/test_timed_audio_output.py": "Unix time, which the fixture `wall` stops",
    "browser/test_call.py": "a browser",
    "browser/test_page.py": "a browser",
    "browser/test_phrases.py": "a browser",
    "browser/test_timing.py": "a browser",
    "browser/test_trouble.py": "a browser",
    "browser/test_tuning.py": "a browser",
    "browser/test_turns.py": "a browser",
    "e2e/test_call.py": "a real call",
    "e2e/test_evals.py": "a real call",
    "e2e/test_hang_up.py": "a real call",
    "e2e/test_limits.py": "a real call",
    "e2e/test_outcome.py": "a real call",
    "e2e/test_room.py": "a real call",
    "image/test_read_only.py": "a real call",
    "bench/tts/test_runner.py": "a peer in a process of its own",
    "plugins/sarvam_pooled/audio/step_time.py": "processor time, of which it makes shares",
    "plugins/sarvam_pooled/phrases/hammer.py": "writes at a pace until it is killed",
    "plugins/sarvam_pooled/phrases/test_redis_tier.py": "a server of a library, in another process",
    "sandbox/caller/conftest.py": "an agent that speaks into a real room",
    "sandbox/caller/test_client.py": "a real room",
    "sandbox/caller/test_demo.py": "a real room",
    "sandbox/deepgram/test_session.py": "a plugin that waits for no process",
    "support/test_virtual_clock.py": "compares both clocks",
}
"""Files that read the machine's clock, or whose tests run on it, and why. A bound on what they
measure holds on a machine that stalls for a second."""

CLOCKS = {"sleep", "perf_counter", "monotonic", "process_time", "thread_time", "time"}
MARKERS = {"real_time", "real_clock"}


def modules() -> Iterator[tuple[str, bool]]:
    """Every module that should have a test file, and whether it has one."""
    for source, tests in ROOMS.items():
        for path in sorted((ROOT / source).rglob("*.py")):
            within = path.relative_to(ROOT / source)
            if "node_modules" not in within.parts and not path.stem.startswith("__"):
                folder = ROOT / tests / within.parent
                twins = [
                    *folder.glob(f"test_{path.stem}.py"),
                    *folder.glob(f"test_{path.stem}_*.py"),
                ]
                yield path.relative_to(ROOT).as_posix(), bool(twins)


def test_every_module_has_a_test_file_of_its_name() -> None:
    """At the same place in the tree, perhaps several: `test_<module>_<what>.py`. What is tested
    elsewhere is listed here, with where."""
    lonely = {module for module, has_one in modules() if not has_one}
    assert sorted(lonely - ELSEWHERE.keys()) == []
    assert sorted(ELSEWHERE.keys() - lonely) == [], "these have a test file, or are gone"


def files_of_tests() -> Iterator[Path]:
    """The Python files of all tests, those of the assistants included."""
    yield from TESTS.rglob("*.py")
    yield from ASSISTANTS.glob("*/tests/**/*.py")


def is_on_the_real_clock(text: str) -> bool:
    """Whether code sleeps by the machine's clock or reads it, or asks for a loop on it."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr=name)):
                if name.removesuffix("_ns") in CLOCKS:
                    return True
            case ast.ImportFrom(module="time"):
                return True
            case ast.Attribute(value=ast.Attribute(attr="mark"), attr=name) if name in MARKERS:
                return True
            case ast.Attribute(value=ast.Name(id="asyncio"), attr="new_event_loop" | "run"):
                return True
    return False


def test_every_test_is_on_the_virtual_clock() -> None:
    """Where a stall of the machine takes no time: no test depends on how fast the machine is."""
    found = {
        path.relative_to(TESTS if path.is_relative_to(TESTS) else ROOT).as_posix()
        for path in files_of_tests()
        if is_on_the_real_clock(path.read_text(encoding="utf-8"))
    }
    assert sorted(found - REAL_CLOCK.keys()) == []
    assert sorted(REAL_CLOCK.keys() - found) == [], "these are on the virtual clock"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("time.sleep(1)", True),
        ("time.perf_counter_ns()", True),
        ("from time import monotonic", True),
        ("asyncio.run(main())", True),
        ("@pytest.mark.real_clock\nasync def test_it(): ...", True),
        ("pytestmark = [pytest.mark.real_time]", True),
        ("asyncio.sleep(0.1)", False),
        ("loop.time()", False),
        ("time.gmtime()", False),
    ],
)
def test_the_real_clock_is_found(code: str, found: bool) -> None:
    """By its names, and by what puts a loop on it."""
    assert is_on_the_real_clock(code) is found


def test_helpers_are_shared_and_tests_are_not() -> None:
    """What more than one package of tests needs is in `tests/support`: a test file that is imported
    would run twice, or hide what it needs."""
    for path in files_of_tests():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (
                node.level or (node.module or "").startswith("tests")
            ):
                names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
                assert not [name for name in names if name.startswith("test_")], path

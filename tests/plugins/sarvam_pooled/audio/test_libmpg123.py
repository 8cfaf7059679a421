"""libmpg123's handles: used again, given back on every way out, never leaked."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from livekit.agents import APIError
from livekit.plugins.sarvam_pooled import Synthesis, Timeouts
from livekit.plugins.sarvam_pooled.audio import libmpg123, mp3
from livekit.plugins.sarvam_pooled.audio.libmpg123 import Handles, handles
from livekit.plugins.sarvam_pooled.audio.mp3 import Mp3Decoder
from livekit.plugins.sarvam_pooled.errors import LocalError, ProviderFailed

from sandbox.conditions import Fault, FaultKind, Latency

from ..conftest import MakeRig
from .sound import RATE, RATES, cut, decode, lame, sine

SOUND = lame(sine(0.2))


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Handles]:
    """A store of its own for each test; at the end every handle is back."""
    fresh = Handles()
    monkeypatch.setattr(mp3, "handles", fresh)
    yield fresh
    gc.collect()
    assert fresh.idle == fresh.live


def test_one_after_the_other_use_one_handle(store: Handles) -> None:
    """A thousand Segments make no second one."""
    for _ in range(1000):
        decode(Mp3Decoder(RATE), [SOUND])
    assert (store.live, store.idle) == (1, 1)


def test_side_by_side_each_has_its_own(store: Handles) -> None:
    """Segments in flight do not mix."""
    first, second = Mp3Decoder(RATE), Mp3Decoder(RATE)
    pieces = cut(SOUND, range(0, len(SOUND), 50))
    heard: tuple[bytearray, bytearray] = (bytearray(), bytearray())
    for piece in pieces:
        for decoder, pcm in zip((first, second), heard, strict=True):
            pcm += b"".join(decoder.decode(piece))
    assert store.live == 2
    first.close()
    second.close()
    assert heard[0] == heard[1] == decode(Mp3Decoder(RATE), [SOUND])
    assert (store.live, store.idle) == (2, 2)


def test_a_handle_remembers_nothing_of_the_segment_before() -> None:
    """Whatever state it was left in: mid-frame, garbage, another rate or closed unused."""
    clean = decode(Mp3Decoder(RATE), [SOUND])
    for dirt in (
        SOUND[:777],
        b"\xff\xf3\xc4\xc4" * 900,
        lame(sine(0.2, rate=8000), rate=8000),
        b"",
    ):
        dirty = Mp3Decoder(RATE)
        list(dirty.decode(dirt))
        dirty.close()
        assert decode(Mp3Decoder(RATE), [SOUND]) == clean


def test_a_rush_leaves_only_a_few(store: Handles) -> None:
    """More than eight idle ones of a rate are deleted."""
    rush = [Mp3Decoder(RATE) for _ in range(20)]
    assert store.live == 20
    for decoder in rush:
        decoder.close()
    assert (store.live, store.idle) == (8, 8)


def test_each_rate_has_handles_of_its_own(store: Handles) -> None:
    """The rate is set once, when a handle is made."""
    for rate in RATES * 2:
        decode(Mp3Decoder(rate), [lame(sine(0.2, rate=rate), rate=rate)])
    assert (store.live, store.idle) == (4, 4)


def test_an_error_gives_the_handle_back(store: Handles) -> None:
    """No frame in the bytes."""
    with pytest.raises(ProviderFailed):
        decode(Mp3Decoder(RATE), [bytes(5000)])
    assert (store.live, store.idle) == (1, 1)


def test_a_forgotten_decoder_gives_its_handle_back(store: Handles) -> None:
    """Also one that was left in the middle of its steps."""
    steps = Mp3Decoder(RATE).decode(SOUND)
    next(steps)
    assert store.idle == 0
    del steps
    gc.collect()
    assert (store.live, store.idle) == (1, 1)


def test_closing_twice_gives_back_once(store: Handles) -> None:
    """Two Segments never get the same handle."""
    decoder = Mp3Decoder(RATE)
    decoder.close()
    decoder.close()
    del decoder
    gc.collect()
    assert (store.live, store.idle) == (1, 1)


def test_threads_share_the_store(store: Handles) -> None:
    """LiveKit may run each job in a thread of its own."""
    expected, wrong = decode(Mp3Decoder(RATE), [SOUND]), []

    def work() -> None:
        for _ in range(40):
            if decode(Mp3Decoder(RATE), [SOUND]) != expected:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert store.live == store.idle <= 8


def test_a_rate_that_the_library_refuses_is_told(store: Handles) -> None:
    """With its reason, and without a handle left behind."""
    with pytest.raises(LocalError, match="cannot make PCM of 100000 Hz: "):
        Mp3Decoder(100_000)
    assert store.live == 0


def test_no_memory_for_a_handle_is_told(store: Handles, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an error that a reply can report."""

    class NoMemory:
        def mpg123_new(self, *_: object) -> None:
            return None

    monkeypatch.setattr(libmpg123, "library", NoMemory)
    with pytest.raises(LocalError, match="memory"):
        store.take(RATE)
    assert store.live == 0


class Counted:
    """libmpg123, with a count of the calls that take and free memory."""

    def __init__(self) -> None:
        self._library = libmpg123.library()
        self.made = self.freed = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def mpg123_new(self, *arguments: object) -> Any:
        self.made += 1
        return self._library.mpg123_new(*arguments)

    def mpg123_delete(self, handle: object) -> None:
        self.freed += 1
        self._library.mpg123_delete(handle)


def test_every_handle_that_is_not_kept_is_freed(
    store: Handles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rush, and rates that the library refuses: what is made is idle or deleted."""
    counted = Counted()
    monkeypatch.setattr(libmpg123, "library", lambda: counted)
    rush = [Mp3Decoder(RATE) for _ in range(20)]
    for decoder in rush:
        decoder.close()
    for _ in range(3):
        with pytest.raises(LocalError):
            Mp3Decoder(100_000)
    assert (counted.made, counted.freed, store.idle) == (23, 15, 8)


class Stub:
    """A shared library with every function, each of which fails."""

    def __getattr__(self, name: str) -> Any:
        setattr(self, name, lambda *_: 1)
        return getattr(self, name)


@pytest.fixture
def reloaded() -> Iterator[None]:
    """The library is looked for again, now and behind the test."""
    libmpg123.library.cache_clear()
    yield
    libmpg123.library.cache_clear()


@pytest.mark.usefixtures("reloaded")
@pytest.mark.parametrize("loaded", [OSError("not there"), object(), Stub()])
def test_what_is_no_working_libmpg123_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, loaded: object
) -> None:
    """A file that cannot be loaded, another library, one that does not start: PyAV decodes then."""

    def load(_: str) -> object:
        if isinstance(loaded, OSError):
            raise loaded
        return loaded

    monkeypatch.setattr(libmpg123.ctypes, "CDLL", load)
    assert libmpg123.library() is None


SLOW = Latency(
    round_trip=0,
    first_byte=0.01,
    per_character=0,
    real_time_factor=0.2,
    jitter=0,
    tail_probability=0,
)


async def test_replies_cut_off_anywhere_give_all_back(make_rig: MakeRig, store: Handles) -> None:
    """A barge-in in mid-Segment, at several moments."""
    async with make_rig(latency=SLOW, output_audio_codec="mp3") as rig:
        for frames in range(4):
            stream = rig.tts.stream()
            stream.push_text("This is spoken for a while. It goes on. And on, until it is cut off.")
            for _ in range(frames):
                await anext(stream)
            await stream.aclose()
            assert store.idle == store.live
    assert store.live > 0


@pytest.mark.parametrize("kind", ["drop", "stall", "error", "close", "garbage"])
async def test_replies_that_fail_give_all_back(
    make_rig: MakeRig, store: Handles, kind: FaultKind
) -> None:
    """Whatever ends the Attempts, in mid-Segment."""
    async with make_rig(
        Fault(kind=kind),
        output_audio_codec="mp3",
        timeouts=Timeouts(between_chunks=0.2),
        synthesis=Synthesis(retries=1),
    ) as rig:
        with contextlib.suppress(APIError):
            await rig.say("One sentence to be broken.")
        assert store.idle == store.live > 0


def test_the_process_has_one_store() -> None:
    """All TTS objects share it."""
    assert isinstance(handles, Handles)

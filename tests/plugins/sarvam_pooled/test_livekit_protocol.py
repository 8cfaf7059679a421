"""The private names by which a TTS plugin and LiveKit's base classes work together.

LiveKit's own plugins use the same ones, except `_started_time`, which only its adapters read. Each
has a test that fails by its name when a new version of LiveKit changes it; `make upgrade-check`
runs them against the newest release.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions, tts
from livekit.plugins import cartesia, sarvam

from tests.support.private_names import shared_with_livekit

STREAM = {
    "_run",
    "_conn_options",
    "_input_ch",
    "_mark_started",
    "_started_time",
    "_acquire_time",
    "_connection_reused",
}
RATE = 24_000


@contextmanager
def contract(name: str) -> Iterator[None]:
    """Whatever fails inside, the message says which name to look at."""
    try:
        yield
    except Exception as error:
        pytest.fail(f"{name} has changed ({error!r}): adapt sarvam_pooled/stream.py or tts.py")


class Voice(tts.TTS):
    """A TTS as small as LiveKit allows."""

    def __init__(self) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=True), sample_rate=RATE, num_channels=1
        )

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return self._synthesize_with_stream(text, conn_options=conn_options)

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.SynthesizeStream:
        return Stream(tts=self, conn_options=conn_options)


class Stream(tts.SynthesizeStream):
    """Gives 20 ms for a text, as the plugin does."""

    seen: dict[str, Any]

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        self.seen = {"timeout": self._conn_options.timeout, "before": self._started_time}
        self.seen["texts"] = [item async for item in self._input_ch if isinstance(item, str)]
        self._acquire_time, self._connection_reused = 0.25, True
        self._mark_started()
        self.seen["after"] = self._started_time
        output_emitter.initialize(
            request_id="ours", sample_rate=RATE, num_channels=1, mime_type="audio/pcm", stream=True
        )
        output_emitter.start_segment(segment_id="ours")
        output_emitter.push(bytes(RATE // 50 * 2))
        output_emitter.end_segment()


def test_the_plugin_uses_no_other_private_name() -> None:
    """Neither on purpose nor by giving one of its own the same name."""
    assert shared_with_livekit("livekit.plugins.sarvam_pooled") == {
        "livekit.plugins.sarvam_pooled.stream.SynthesizeStream": STREAM,
        "livekit.plugins.sarvam_pooled.tts.TTS": {"_synthesize_with_stream"},
    }


@pytest.mark.parametrize(
    "name", sorted(STREAM - {"_run", "_started_time"} | {"_note_provider_request_id"})
)
def test_livekits_own_plugins_use_it(name: str) -> None:
    """So it is what a plugin is meant to use, and will not go without a word."""
    with contract(name):
        used = [inspect.getsource(plugin.tts) for plugin in (cartesia, sarvam)]
        assert any(name in source for source in used)


async def test_a_stream_runs_with_these_names() -> None:
    """`_run`, `_conn_options`, `_input_ch`, `_mark_started` and `_started_time` mean what we take
    them for, and the metrics have `_acquire_time` and `_connection_reused`."""
    with contract(", ".join(sorted(STREAM))):
        voice, metrics = Voice(), []
        voice.on("metrics_collected", metrics.append)
        stream = voice.stream(conn_options=APIConnectOptions(timeout=7))
        stream.push_text("Yes.")
        stream.end_input()
        frames = [event async for event in stream]
        await stream.aclose()
        assert isinstance(stream, Stream)
        assert stream.seen["timeout"] == 7
        assert stream.seen["texts"] == ["Yes."]
        assert not stream.seen["before"]
        assert stream.seen["after"]
        assert frames
        [measured] = metrics
        assert measured.acquire_time == 0.25
        assert measured.connection_reused


async def test_synthesize_with_stream() -> None:
    """It speaks one text by the stream."""
    with contract("TTS._synthesize_with_stream"):
        async with Voice().synthesize("Yes.") as chunked:
            assert [event async for event in chunked]


async def test_audio_emitter_takes_what_was_pushed_within_two_steps_of_the_loop() -> None:
    """The plugin waits that long before it raises, and then LiveKit drops what is left."""
    with contract("AudioEmitter.flush"):
        pushed: Any = asyncio.Queue()
        pushed.send_nowait = pushed.put_nowait
        emitter = tts.AudioEmitter(label="", dst_ch=pushed)
        emitter.initialize(
            request_id="1", sample_rate=RATE, num_channels=1, mime_type="audio/pcm", stream=True
        )
        emitter.start_segment(segment_id="1")
        for _ in range(50):
            emitter.push(bytes(RATE // 50 * 2))
        emitter.flush()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await emitter.aclose()
        heard = sum(pushed.get_nowait().frame.duration for _ in range(pushed.qsize()))
        assert heard == pytest.approx(1.0)


async def test_audio_emitter_note_provider_request_id() -> None:
    """It takes any id, once or twice, outside a trace as well."""
    with contract("AudioEmitter._note_provider_request_id"):
        emitter = tts.AudioEmitter(label="", dst_ch=None)  # type: ignore[arg-type]
        emitter._note_provider_request_id("one")
        emitter._note_provider_request_id("one")

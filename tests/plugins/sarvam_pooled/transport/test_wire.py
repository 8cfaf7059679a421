"""Requests to frames, frames to Events."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.plugins.sarvam_pooled.errors import ProviderFailed, RequestRefused, UnspeakableText
from livekit.plugins.sarvam_pooled.transport import wire
from livekit.plugins.sarvam_pooled.voice import Voice


def frame(kind: str, **data: object) -> str:
    return json.dumps({"type": kind, "data": data})


def test_the_model_is_in_the_address_and_the_event_is_asked_for() -> None:
    """Both are pinned by the URL."""
    assert wire.url("ws://h/text-to-speech/ws", model="bulbul:v3") == (
        "ws://h/text-to-speech/ws?model=bulbul%3Av3&send_completion_event=true"
    )


def test_v4_has_its_own_path_once() -> None:
    """The path of v4-flash is appended unless it is there."""
    for base in ("ws://h/ws", "ws://h/ws/", "ws://h/ws/v2"):
        assert wire.url(base, model="bulbul:v4-flash").startswith("ws://h/ws/v2?")


def test_config_carries_what_the_model_takes() -> None:
    """Pitch and loudness go to v4 alone; a dictionary only where there is one."""
    v3 = json.loads(wire.config(Voice()))["data"]
    v4 = json.loads(wire.config(replace(Voice(), model="bulbul:v4-flash", dict_id="d")))["data"]
    assert v3["target_language_code"] == "en-IN"
    assert "pitch" not in v3
    assert "dict_id" not in v3
    assert v4["pitch"] == 0.0
    assert v4["dict_id"] == "d"


@pytest.mark.parametrize("piece", ["", "x" * 2501])
def test_text_has_a_length_that_sarvam_takes(piece: str) -> None:
    """An empty or too long text is a bug of the caller."""
    with pytest.raises(ValueError, match="1 to 2500"):
        wire.text(piece)


def test_text_stays_readable() -> None:
    """Indic text is sent as it is, not as escapes."""
    assert "नमस्ते" in wire.text("नमस्ते")


def test_audio_is_decoded_once() -> None:
    """Audio comes as bytes, with the request's id."""
    event = wire.parse(frame("audio", audio=base64.b64encode(b"abc").decode(), request_id="r"))
    assert event == wire.Audio(b"abc", "r")


def test_final_completes() -> None:
    """The only event type there is."""
    assert wire.parse(frame("event", event_type="final")) == wire.Complete()


@pytest.mark.parametrize("kind", ["pong", "something-new"])
def test_unknown_kinds_are_ignored(kind: str) -> None:
    """A later version of the protocol does not break us."""
    assert wire.parse(frame(kind)) == wire.Ignored(kind)


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        b"\xff\xfe",
        frame("audio"),
        frame("audio", audio="***"),
        frame("audio", audio=5),
        '{"type":"audio"}',
        '{"type":"audio","data":[]}',
        '"type"',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"type":"error","data":{"code":' + "9" * 5000 + "}}",
        frame("audio", audio="\ud800"),
    ],
)
def test_garbage_is_a_failure_that_may_pass(garbage: str | bytes) -> None:
    """What is not of the protocol never raises, and another Attempt may do."""
    event = wire.parse(garbage)
    assert isinstance(event, wire.Failure)
    assert isinstance(event.error, ProviderFailed)


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        ({"message": "m", "code": 422}, RequestRefused, 422),
        ({"message": "m", "code": "429"}, ProviderFailed, 429),
        ({"message": "400: Speaker 'x' is not compatible"}, RequestRefused, 400),
        ({"message": "m", "code": 408}, ProviderFailed, 408),
        ({"message": "m", "code": 503}, ProviderFailed, 503),
        ({"message": "no code at all"}, ProviderFailed, -1),
        ({"message": "m", "code": True}, ProviderFailed, -1),
        ({"message": "m", "code": " 422 "}, RequestRefused, 422),
        ({"message": "m", "code": "²"}, ProviderFailed, -1),
        ({"message": "m", "code": "٤٢٢"}, ProviderFailed, -1),
        ({"message": "m", "code": "4" * 5000}, ProviderFailed, -1),
        ({"message": "m", "code": 10**4000}, ProviderFailed, -1),
        ({"message": "m", "code": -5}, ProviderFailed, -1),
        ({"message": ["m"], "code": {}, "request_id": [[]]}, ProviderFailed, -1),
        (
            {
                "message": "400: Text must contain at least one character from the allowed"
                " languages.",
                "code": 422,
            },
            UnspeakableText,
            422,
        ),
    ],
)
def test_errors_are_split_by_status(data: dict[str, object], kind: type, status: int) -> None:
    """A status is found as a number, a string or a prefix of the message."""
    event = wire.parse(frame("error", **data))
    assert isinstance(event, wire.Failure)
    assert type(event.error) is kind
    assert getattr(event.error, "status") == status  # noqa: B009


def test_what_a_server_names_is_cut_to_what_a_log_takes() -> None:
    """A megabyte of it, or nested as deep as JSON goes."""
    deep = "[" * 900 + "]" * 900
    huge = wire.parse(frame("error", message="x" * 10**6, code=500, request_id="y" * 10**6))
    assert isinstance(huge, wire.Failure)
    assert isinstance(huge.error, ProviderFailed)
    assert len(huge.error.provider_message) == 2000
    assert len(huge.error.request_id) == 200
    assert wire.parse(frame("x" * 10**6)) == wire.Ignored("x" * 200)
    assert wire.parse(f'{{"type":{deep}}}') == wire.Ignored("list")
    event = wire.parse(f'{{"type":"error","data":{{"message":{deep},"code":500}}}}')
    assert isinstance(event, wire.Failure)


names = st.sampled_from(["type", "data", "audio", "event_type", "message", "code", "request_id"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)
kinds = st.sampled_from(["audio", "event", "error", "pong"])


@given(st.fixed_dictionaries({"type": kinds | values}, optional={"data": values}) | values)
def test_no_message_raises(message: object) -> None:
    """Whatever the kinds of its values."""
    wire.parse(json.dumps(message))


@given(st.binary(max_size=50) | st.text(max_size=50))
def test_no_bytes_raise(message: bytes | str) -> None:
    """Also those that are no JSON."""
    wire.parse(message)

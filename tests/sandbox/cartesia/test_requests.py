"""Which requests are accepted, and how the others are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.cartesia.problems import Problem, event, http_body
from sandbox.cartesia.requests import (
    BytesRequest,
    CancelRequest,
    ContextRequest,
    read_bytes_request,
    read_message,
)

MESSAGE = {
    "model_id": "sonic-3",
    "voice": {"mode": "id", "id": "a voice"},
    "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
    "context_id": "one",
    "transcript": "Hello.",
}


def read(**changes: Any) -> Any:
    return read_message(json.dumps(MESSAGE | changes))


def test_absent_and_null_fields_have_the_documented_defaults() -> None:
    """Of requests and messages alike."""
    request = read(language=None, flush=None, generation_config=None)
    assert isinstance(request, ContextRequest)
    assert (request.more, request.flush, request.max_buffer_delay_ms) == (False, False, 3000)
    assert (request.language, request.pace, request.add_timestamps) == ("en", 1.0, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"voice": "a voice"},
        {"voice": {"id": "a voice", "mode": "id"}},
        {"voice": {"mode": "embedding", "embedding": [0.1, 0.2]}},
        {"model_id": "sonic-2-2025-03-07"},
        {"language": "hi"},
        {"language": "en-GB"},
        {"continue": True, "flush": True, "transcript": ""},
        {"max_buffer_delay_ms": 5000},
        {"something_new": 1},
    ],
)
def test_voices_models_and_unknown_keys_are_accepted(changes: dict[str, Any]) -> None:
    """Voices in each form, models, languages and unknown keys are accepted."""
    assert isinstance(read(**changes), ContextRequest)


@pytest.mark.parametrize(
    ("changes", "pace"),
    [
        ({"generation_config": {"speed": 1.5}}, 1.5),
        ({"speed": "slow"}, 0.8),
        ({"speed": "fast", "generation_config": {"volume": 1.0}}, 1.25),
    ],
)
def test_both_ways_to_set_the_speed_change_the_pace(changes: dict[str, Any], pace: float) -> None:
    """Both ways to ask for another speed are honoured."""
    assert read(**changes).pace == pace


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"model_id": "tango"}, "Invalid model_id"),
        ({"language": "fr"}, "Invalid language"),
        ({"context_id": ""}, "Invalid context_id"),
        ({"max_buffer_delay_ms": 6000}, "Invalid max_buffer_delay_ms"),
        ({"generation_config": {"speed": 9}}, "Invalid generation_config.speed"),
        ({"output_format": MESSAGE["output_format"] | {"sample_rate": 11025}},
         "Invalid output_format.sample_rate"),
        ({"output_format": {"container": "mp3", "sample_rate": 24000, "bit_rate": 128000}},
         "Invalid output_format.container"),
        ({"transcript": None}, "Invalid transcript"),
        ({"continue": "perhaps"}, "Invalid continue"),
    ],
)  # fmt: skip
def test_an_invalid_field_is_refused_by_its_name(changes: dict[str, Any], title: str) -> None:
    """The error belongs to the message's context."""
    problem = read(**changes)
    assert isinstance(problem, Problem)
    assert (problem.status, problem.title) == (400, title)
    assert problem.context_id == (changes.get("context_id", "one"))


@pytest.mark.parametrize("raw", ["", "hello", "[]", "{}", b"\x00\xff"])
def test_what_is_no_message_is_refused_without_a_context(raw: str | bytes) -> None:
    """Such as text that is not JSON."""
    problem = read_message(raw)
    assert isinstance(problem, Problem)
    assert problem.context_id is None


def test_a_cancellation_needs_only_the_context() -> None:
    """No model, voice or format."""
    assert read_message('{"context_id": "one", "cancel": true}') == CancelRequest(
        cancel=True, context_id="one"
    )


def test_a_context_keeps_its_model_voice_language_and_format() -> None:
    """A context keeps its model, voice, language and format."""
    first = read()
    assert read(transcript="More.", **{"continue": True}).continues(first)
    assert not read(voice="another").continues(first)
    assert not read(model_id="sonic-2").continues(first)
    assert not read(language="hi").continues(first)


@pytest.mark.parametrize(
    "output",
    [
        {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100},
        {"container": "wav", "encoding": "pcm_mulaw", "sample_rate": 8000},
        {"container": "mp3", "bit_rate": 128000, "sample_rate": 44100},
    ],
)
def test_the_bytes_endpoint_takes_all_containers(output: dict[str, Any]) -> None:
    """The bytes endpoint takes all three containers."""
    body = {name: MESSAGE[name] for name in ("model_id", "voice", "transcript")}
    request = read_bytes_request(json.dumps(body | {"output_format": output}).encode())
    assert isinstance(request, BytesRequest)
    assert request.output_format.model_dump() == output


def test_errors_are_objects_for_newer_versions_and_text_for_older() -> None:
    """Newer versions of the API get an object, older ones a line of text."""
    problem = Problem(429, "Too many", "Wait.", "concurrency_limited", "one")
    new = event(problem, version="2026-08-14", request_id="r")
    assert (new["title"], new["message"], new["error_code"]) == (
        "Too many",
        "Wait.",
        "concurrency_limited",
    )
    old = event(problem, version="2025-04-16", request_id="r")
    assert old == {
        "type": "error",
        "done": True,
        "status_code": 429,
        "context_id": "one",
        "error": "Too many: Wait.",
    }
    assert http_body(problem, version="2025-04-16", request_id="r") == (
        "Too many: Wait.",
        "text/plain",
    )
    body, mime = http_body(problem, version="2026-03-01", request_id="r")
    assert (json.loads(body)["request_id"], mime) == ("r", "application/json")

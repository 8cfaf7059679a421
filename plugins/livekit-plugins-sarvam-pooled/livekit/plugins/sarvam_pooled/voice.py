"""The sound of the voice: the content of a `config` message. Validated once, then frozen."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypedDict, TypeVar, Unpack, get_type_hints

from .errors import OptionError
from .log import logger
from .models import (
    BITRATES,
    CODECS,
    DEFAULT_MODEL,
    DEFAULT_SPEAKER,
    LANGUAGES,
    RETIRED_MODELS,
    STREAM_SAMPLE_RATES,
    V3_SPEAKERS,
    V4_LANGUAGES,
    is_v4,
)

# Sarvam's ranges (documented), some stricter than the official plugin's.
_RANGES: Final[dict[str, tuple[float, float]]] = {
    "pace": (0.5, 2.0),
    "pitch": (-0.75, 0.75),
    "loudness": (0.1, 3.0),
    "temperature": (0.01, 1.0),
    "min_buffer_size": (30, 200),
    "max_chunk_length": (50, 500),
}
# Other models ignore pitch and loudness; for them the ranges of the retired bulbul:v2 are accepted,
# which keeps old settings valid.
_V4_RANGES: Final = _RANGES | {"pitch": (-0.5, 0.5), "loudness": (0.1, 2.5)}


class VoiceArguments(TypedDict, total=False):
    """The voice's arguments of `TTS` and `TTS.update_options`: the fields of `Voice`. None means
    the default, or no change."""

    target_language_code: str | None
    model: str | None
    speaker: str | None
    speech_sample_rate: int | None
    pitch: float | None
    pace: float | None
    loudness: float | None
    temperature: float | None
    output_audio_bitrate: str | None
    min_buffer_size: int | None
    max_chunk_length: int | None
    enable_preprocessing: bool | None
    dict_id: str | None
    output_audio_codec: str | None


_Method = TypeVar("_Method", bound=Callable[..., Any])


def with_voice_arguments_in_signature(method: _Method) -> _Method:
    """Show each of `VoiceArguments` in the signature of a method that takes them, for `help` and
    programs that look for the official plugin's arguments."""
    signature = inspect.signature(method)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    voice = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in get_type_hints(VoiceArguments).items()
    ]
    vars(method)["__signature__"] = signature.replace(parameters=[*own, *voice])
    return method


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The content of a `config` message; equal voices need only one. Field names are Sarvam's.

    Sarvam would answer a value outside its range with an error and a close, in mid-call.

    Raises:
        OptionError: Sarvam would refuse values; the message names them all.
    """

    target_language_code: str = "en-IN"
    speaker: str = DEFAULT_SPEAKER[DEFAULT_MODEL]
    model: str = DEFAULT_MODEL
    pace: float = 1.0
    """Rate of speech, 0.5 to 2.0."""
    pitch: float = 0.0
    """-0.5 to 0.5 for bulbul:v4-flash; other models ignore it, and -0.75 to 0.75 is accepted."""
    loudness: float = 1.0
    """0.1 to 2.5 for bulbul:v4-flash; other models ignore it, and 0.1 to 3.0 is accepted."""
    temperature: float = 0.6
    """0.01 to 1.0."""
    speech_sample_rate: int = 24000
    """Hz: 8000, 16000, 22050 or 24000."""
    output_audio_codec: str = "linear16"
    """linear16 takes three times the bytes of mp3; the first audio comes equally soon. MP3 begins
    with 46 ms of encoder delay: if the first message has only 100 ms, the voice pauses behind it
    for about 60 ms (3 of 23 replies, measured)."""
    output_audio_bitrate: str = "128k"
    min_buffer_size: int = 50
    """30 to 200 characters; hardly matters here, because each Segment is flushed."""
    max_chunk_length: int = 150
    """50 to 500 characters."""
    enable_preprocessing: bool = False
    """bulbul:v4-flash only, where the server forces it on."""
    dict_id: str | None = None
    """Id of a pronunciation dictionary."""

    def __post_init__(self) -> None:
        if problems := _problems(self):
            raise OptionError("; ".join(problems))


def make_voice(**arguments: Unpack[VoiceArguments]) -> Voice:
    """A `Voice` from the arguments of `TTS`; an empty model or speaker means the default too.

    Raises:
        OptionError: See `Voice`.
    """
    arguments["model"] = arguments.get("model") or None
    arguments["speaker"] = arguments.get("speaker") or None
    return change_voice(Voice(), **arguments)


def change_voice(voice: Voice, **changes: Unpack[VoiceArguments]) -> Voice:
    """`voice` with the changes that are not None. A model of the other family brings its default
    speaker, unless the changes name one.

    Raises:
        OptionError: See `Voice`.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    if "target_language_code" in given:
        given["target_language_code"] = str(given["target_language_code"])
    if "model" in given:
        model = given["model"] = _current_model(str(given["model"]))
        if is_v4(model) != is_v4(voice.model):
            family = "bulbul:v4-flash" if is_v4(model) else DEFAULT_MODEL
            given.setdefault("speaker", DEFAULT_SPEAKER[family])
    changed = replace(voice, **given)  # type: ignore[arg-type]
    _warn_unknown(changed)
    return changed


def _current_model(model: str) -> str:
    successor = RETIRED_MODELS.get(model)
    if successor is None:
        return model
    logger.warning(
        "Sarvam no longer serves this model; its successor is used",
        extra={"model": model, "successor": successor},
    )
    return successor


def _warn_unknown(voice: Voice) -> None:
    """Only warn: names change faster than releases, and an unknown one may be right."""
    languages = LANGUAGES | V4_LANGUAGES if is_v4(voice.model) else LANGUAGES
    if voice.target_language_code not in languages:
        logger.warning(
            "this version of the plugin does not know the language, which is sent unchanged",
            extra={"language": voice.target_language_code, "known": sorted(languages)},
        )
    if not is_v4(voice.model) and voice.speaker not in V3_SPEAKERS:
        logger.warning(
            "this version of the plugin does not know the speaker, which is sent unchanged",
            extra={"speaker": voice.speaker, "model": voice.model, "known": sorted(V3_SPEAKERS)},
        )


def _problems(voice: Voice) -> list[str]:
    """Everything that Sarvam would refuse, each with the values that it takes instead."""
    problems: list[str] = []
    for name in ("target_language_code", "speaker", "model"):
        if not str(getattr(voice, name)).strip():
            problems.append(f"{name} must not be empty")
    if voice.speaker != voice.speaker.lower():
        problems.append(f"speaker must be lower case: {voice.speaker.lower()!r}")
    for name, (low, high) in (_V4_RANGES if is_v4(voice.model) else _RANGES).items():
        value = getattr(voice, name)
        if not low <= value <= high:
            problems.append(f"{name} must be between {low} and {high}, not {value}")
    for name, allowed in (
        ("speech_sample_rate", STREAM_SAMPLE_RATES),
        ("output_audio_codec", CODECS),
        ("output_audio_bitrate", BITRATES),
    ):
        value = getattr(voice, name)
        if value not in allowed:
            known = ", ".join(str(item) for item in allowed)
            problems.append(f"{name} must be one of {known}, not {value!r}")
    if voice.output_audio_codec == "opus" and voice.speech_sample_rate == 22050:
        problems.append("opus has no rate of 22050 Hz: use 8000, 16000 or 24000")
    return problems

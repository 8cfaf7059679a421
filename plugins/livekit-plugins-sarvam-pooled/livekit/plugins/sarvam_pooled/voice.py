"""What the voice sounds like: the content of a `config` message. Validated once, then frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The content of a `config` message; two equal ones need only one. Field names are Sarvam's.

    Ranges are those of the API (Sarvam's documentation), which is stricter than the official
    plugin in some: a value outside would be answered in mid-call with an error and a close.
    """

    target_language_code: str = "en-IN"
    speaker: str = DEFAULT_SPEAKER[DEFAULT_MODEL]
    model: str = DEFAULT_MODEL
    pace: float = 1.0
    """Rate of speech, 0.5 to 2.0."""
    pitch: float = 0.0
    """-0.5 to 0.5, bulbul:v4-flash only; other models ignore it."""
    loudness: float = 1.0
    """0.1 to 2.5, bulbul:v4-flash only; other models ignore it."""
    temperature: float = 0.6
    """0.01 to 1.0."""
    speech_sample_rate: int = 24000
    """Hz: 8000, 16000, 22050 or 24000."""
    output_audio_codec: str = "linear16"
    """linear16 costs three times the bytes of mp3 and no more time: both are heard equally soon.
    But 46 ms of an MP3 stream's first message are encoder delay, and with a first message as short
    as 100 ms the voice then pauses for about 60 ms (3 of 23 replies, measured)."""
    output_audio_bitrate: str = "128k"
    min_buffer_size: int = 50
    """30 to 200 characters; hardly matters here, as each Segment is flushed."""
    max_chunk_length: int = 150
    """50 to 500 characters."""
    enable_preprocessing: bool = False
    """bulbul:v4-flash only, where the server forces it on."""
    dict_id: str | None = None
    """Id of a pronunciation dictionary."""

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise OptionError(problem)


def make_voice(**fields: object) -> Voice:
    """A `Voice` from the official plugin's arguments: None means the model's default.

    Raises:
        OptionError: A value that Sarvam would refuse.
    """
    model = _current_model(str(fields.get("model") or DEFAULT_MODEL))
    fields["model"] = model
    if not fields.get("speaker"):
        family = "bulbul:v4-flash" if is_v4(model) else DEFAULT_MODEL
        fields["speaker"] = DEFAULT_SPEAKER[family]
    voice = Voice(**fields)  # type: ignore[arg-type]
    _warn_unknown(voice)
    return voice


def change_voice(voice: Voice, **changes: object) -> Voice:
    """`voice` with those changes that are not None. A new model brings its default speaker
    unless the change names one or the old speaker is known to fit.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    if "model" in given:
        given["model"] = _current_model(str(given["model"]))
        if is_v4(str(given["model"])) != is_v4(voice.model):
            given.setdefault("speaker", make_voice(model=given["model"]).speaker)
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
    """Names change faster than releases: an unknown one may be right."""
    languages = LANGUAGES | V4_LANGUAGES if is_v4(voice.model) else LANGUAGES
    if voice.target_language_code not in languages:
        logger.warning(
            "language unknown to this version of the plugin, passed on as it is",
            extra={"language": voice.target_language_code, "known": sorted(languages)},
        )
    if not is_v4(voice.model) and voice.speaker not in V3_SPEAKERS:
        logger.warning(
            "speaker unknown to this version of the plugin, passed on as it is",
            extra={"speaker": voice.speaker, "model": voice.model, "known": sorted(V3_SPEAKERS)},
        )


def _problems(voice: Voice) -> list[str]:
    """What Sarvam would refuse, each with what to do about it."""
    problems: list[str] = []
    for name in ("target_language_code", "speaker", "model"):
        if not str(getattr(voice, name)).strip():
            problems.append(f"{name} must not be empty")
    if voice.speaker != voice.speaker.lower():
        problems.append(f"speaker must be lower case: {voice.speaker.lower()!r}")
    for name, low, high in (
        ("pace", 0.5, 2.0),
        ("pitch", -0.5 if is_v4(voice.model) else -0.75, 0.5 if is_v4(voice.model) else 0.75),
        ("loudness", 0.1, 2.5 if is_v4(voice.model) else 3.0),
        ("temperature", 0.01, 1.0),
        ("min_buffer_size", 30, 200),
        ("max_chunk_length", 50, 500),
    ):
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

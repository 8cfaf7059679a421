"""Options: what the voice sounds like, and how the plugin works. Validated once, then frozen.

`Voice` is what Sarvam is told in a `config` message; two equal voices need only one config.
The others are grouped by the room that uses them; each optimisation in them can be switched off.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

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
    """The content of a `config` message. Field names are Sarvam's.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmenting:
    """How LLM text is cut into Segments. Lengths in characters.

    Why these numbers: at 250 characters a second from the LLM and 3.3 ms of synthesis for each
    character, every character of the first Segment costs the caller about 7 ms.
    """

    first_clause: bool = True
    """Let the first Segment end at a clause or phrase; off: at a sentence, as the others."""
    first_min: int = 2
    """Letters that a first Segment must have to leave at a clause end ("Sure,")."""
    first_soft: int = 14
    """From this length the first Segment may end after a word that can close a phrase."""
    first_hard: int = 26
    """From this length the first Segment ends after any word."""
    max_length: int = 150
    """From this length any Segment is cut, at the best place seen so far."""
    min_length: int = 40
    """Shorter sentences after the second Segment are joined with the next."""
    growth: float = 4.0
    """A Segment is at most so many times as long as all before it: text ahead buys time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """How many connections are kept and for how long. Times in seconds."""

    min_idle: int = 2
    """Warm, configured connections kept ready beside those in use; 0 opens them on demand."""
    max_connections: int = 6
    """Cap on open connections. Sarvam's Starter plan allows 30 for the whole account."""
    max_age: float = 1800.0
    """A connection older than this is replaced in the background."""
    max_idle: float = 600.0
    """A connection unused for so long is replaced in the background."""
    ping_interval: float = 15.0
    """JSON ping on every open connection; Sarvam closes one that is quiet for 60 s."""
    backoff_initial: float = 0.1
    """Wait after the first failed connect; doubles, with jitter."""
    backoff_max: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Time limits by phase, in seconds, instead of one for all. The LLM's pauses do not count."""

    pool: float = 10.0
    """Waiting for a free connection."""
    connect: float = 5.0
    """TCP, TLS and WebSocket handshake."""
    first_audio: float = 5.0
    """From the text's last byte sent to the first audio."""
    between_chunks: float = 1.5
    """Between two audio messages of one Segment."""
    final: float = 1.0
    """Quiet time after which a Segment whose audio looks complete is done without a `final`."""
    close: float = 1.0
    """Closing handshake, in the background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    """Tuning of the WebSocket."""

    compression: bool = False
    """permessage-deflate; off, as base64 of MP3 hardly shrinks and deflate costs CPU."""
    nodelay: bool = True
    """TCP_NODELAY: a flush leaves at once."""
    max_message_bytes: int = 4 * 1024 * 1024
    """Largest message accepted; a longer one closes the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """How Segments become audio."""

    parallel: int = 3
    """Segments in flight at once; 1 is serial."""
    look_ahead: float = 20.0
    """Seconds of unplayed audio beyond which no further Segment is begun."""
    retries: int = 4
    """Further Attempts for a Segment whose connection failed."""
    hedge: bool = True
    """Start a second Attempt when the first audio is late."""
    hedge_quantile: float = 0.95
    """Late means: later than this share of the Attempts of such a length so far."""
    hedge_budget: float = 0.05
    """Hedges allowed, as a share of all requests."""
    trim_silence: float = 0.3
    """At most so many seconds of silence are cut in front of a Segment's speech; 0 keeps all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything a stream needs; a stream keeps the snapshot it began with."""

    voice: Voice = field(default_factory=Voice)
    detect_language: bool = False
    """Switch `target_language_code` for each Segment by its script."""
    segmenting: Segmenting = field(default_factory=Segmenting)
    synthesis: Synthesis = field(default_factory=Synthesis)
    timeouts: Timeouts = field(default_factory=Timeouts)


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
        ("loudness", 0.1, 3.0),
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

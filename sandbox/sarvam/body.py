"""The body of an HTTP request, and why it is refused. Pure."""

from __future__ import annotations

from pydantic import Field, ValidationError

from .catalogue import DEFAULT_MODEL, Codec, resolve_model
from .frames import Voice
from .synthesis import Request
from .validation import Refusal, check_model, check_speaker, check_text, check_voice

# Documented, for requests without a speaker.
_DEFAULT_SPEAKERS = {"bulbul:v3": "shubh", "bulbul:v4-flash": "shubh_enhi_ads"}


class Body(Voice):
    """The body of `/text-to-speech` and `/text-to-speech/stream`."""

    text: str | None = None
    inputs: list[str] = Field(default_factory=list)
    """The older form of `text`; each has its own audio in the response."""
    speaker: str | None = None
    codec: Codec | None = Field(None, validation_alias="output_audio_codec")
    pitch: float | None = None
    loudness: float | None = None

    @property
    def engine(self) -> str:
        """The model's name as requested, or the default."""
        return self.model or DEFAULT_MODEL

    @property
    def voice(self) -> str:
        """The speaker's name, or the model's default."""
        return self.speaker or _DEFAULT_SPEAKERS.get(resolve_model(self.engine) or "", "")

    @property
    def texts(self) -> list[str]:
        """All texts to speak."""
        return self.inputs if self.text is None else [self.text]

    def request(self, text: str, codec: str) -> Request:
        """The synthesis of one of the texts."""
        return Request(
            text=text,
            language=self.language,
            speaker=self.voice,
            pace=self.pace,
            sample_rate=self.sample_rate,
            codec=codec,
            bitrate=self.bits_per_second,
        )


def read_body(raw: bytes, *, longest: int, rates: tuple[int, ...]) -> Body | Refusal:
    """The body, or why it is refused; `longest` is in characters, `rates` in Hz."""
    try:
        body = Body.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        return Refusal(400, f"{where}: {first['msg']}")
    return _check(body, longest, rates) or body


def _check(body: Body, longest: int, rates: tuple[int, ...]) -> Refusal | None:
    if not any(body.texts):
        return Refusal(400, "text: Field required")
    if any(len(text) > longest for text in body.texts):
        return Refusal(400, f"text: String should have at most {longest} characters")
    if body.sample_rate not in rates:
        known = ", ".join(str(rate) for rate in rates)
        return Refusal(400, f"Speech sample rate can only be {known} Hz")
    refusal = check_model(body.engine) or check_speaker(body.voice, body.engine)
    if refusal is not None:
        return refusal
    if resolve_model(body.engine) == "bulbul:v3" and _is_shaped(body):
        # A socket ignores these (both reported).
        return Refusal(
            400, "Pitch and loudness are currently not supported for the Bulbul V3 model"
        )
    unspeakable = (check_text(text) for text in body.texts)
    return check_voice(body, body.engine, body.codec or "") or next(filter(None, unspeakable), None)


def _is_shaped(body: Body) -> bool:
    return body.pitch is not None or body.loudness is not None

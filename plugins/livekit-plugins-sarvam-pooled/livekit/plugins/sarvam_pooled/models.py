"""Sarvam's addresses, limits and names. An unknown name is warned about, never refused.

Source: Sarvam's documentation and the official plugin 1.8.9. `bulbul:v2` is retired (the API
answers 400 "please use bulbul:v3 instead").
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Model = Literal["bulbul:v3", "bulbul:v4-flash"]
Codec = Literal["mp3", "linear16", "mulaw", "alaw", "wav", "opus", "flac", "aac"]
Bitrate = Literal["32k", "64k", "96k", "128k", "192k"]

BASE_URL: Final = "https://api.sarvam.ai/text-to-speech"
WS_URL: Final = "wss://api.sarvam.ai/text-to-speech/ws"

MAX_TEXT: Final = 2500
"""Characters that Sarvam takes in one message (documented)."""

DEFAULT_MODEL: Final = "bulbul:v3"

DEFAULT_SPEAKER: Final[dict[str, str]] = {
    "bulbul:v3": "shubh",
    "bulbul:v4-flash": "shubh_en_narration_gentle",
}

RETIRED_MODELS: Final[dict[str, str]] = {
    "bulbul:v1": "bulbul:v3",
    "bulbul:v2": "bulbul:v3",
    "bulbul:v3-beta": "bulbul:v3",
}
"""Retired model -> its successor."""

V3_SPEAKERS: Final = frozenset(
    "shubh ritu rahul pooja simran kavya amit ratan rohan dev ishita shreya manan sumit priya "
    "aditya kabir neha varun roopa aayan ashutosh advait amelia sophia suhani rupali tanya "
    "shruti kavitha".split()
)

LANGUAGES: Final = frozenset(
    "bn-IN en-IN gu-IN hi-IN kn-IN ml-IN mr-IN od-IN pa-IN ta-IN te-IN".split()
)

V4_LANGUAGES: Final = frozenset(
    "as-IN brx-IN doi-IN kok-IN ks-IN mai-IN mni-IN ne-IN sa-IN sat-IN sd-IN ur-IN".split()
)
"""Further languages of bulbul:v4-flash; they need a flag on the subscription."""

CODECS: Final[tuple[str, ...]] = get_args(Codec)
BITRATES: Final[tuple[str, ...]] = get_args(Bitrate)

STREAM_SAMPLE_RATES: Final[tuple[int, ...]] = (8000, 16000, 22050, 24000)
"""Rates of the WebSocket, in Hz; Sarvam answers any other with an error frame."""


def is_v4(model: str) -> bool:
    """Whether `model` takes the parameters of bulbul:v4-flash."""
    return model.startswith("bulbul:v4")

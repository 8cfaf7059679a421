"""Sarvam's models, speakers, languages, codecs and rates. Pure."""

from __future__ import annotations

import re
from typing import Literal

Model = Literal["bulbul:v2", "bulbul:v3-beta", "bulbul:v3", "bulbul:v4-flash"]

# Documented; a live report saw bulbul:v2, which has been retired since.
DEFAULT_MODEL = "bulbul:v3"
RETIRED_MODELS = frozenset({"bulbul:v2"})
# The beta's name still works and means the released model (the official LiveKit plugin).
_ALIASES = {"bulbul:v3-beta": "bulbul:v3"}
MODELS = frozenset({"bulbul:v2", "bulbul:v3-beta", "bulbul:v3", "bulbul:v4-flash"})

# fmt: off
Language = Literal[
    "bn-IN",
    "en-IN",
    "gu-IN",
    "hi-IN",
    "kn-IN",
    "ml-IN",
    "mr-IN",
    "od-IN",
    "pa-IN",
    "ta-IN",
    "te-IN",
]
Codec = Literal["mp3", "linear16", "mulaw", "alaw", "opus", "flac", "aac", "wav"]
Bitrate = Literal["32k", "64k", "96k", "128k", "192k"]

# Hz. Only REST has the higher ones (documented).
STREAMING_RATES = (8000, 16000, 22050, 24000)
REST_RATES = (*STREAMING_RATES, 32000, 44100, 48000)
# The default of every model (SDK 0.1.39; older documents say 24000 for bulbul:v3).
DEFAULT_RATE = 22050

# Documented, and the two that only the official LiveKit plugin lists.
# fmt: off
_V3_SPEAKERS = frozenset((
    "aayan", "aditya", "advait", "amelia", "amit", "anand", "ashutosh", "dev", "gokul", "ishita",
    "kabir", "kavitha", "kavya", "manan", "mani", "mohit", "neha", "pooja", "priya", "rahul",
    "ratan", "rehan", "ritu", "rohan", "roopa", "rupali", "shreya", "shruti", "shubh", "simran",
    "soham", "sophia", "suhani", "sumit", "sunny", "tanya", "tarun", "varun", "vijay",
))
# fmt: on
# bulbul:v4-flash: `<name>_<language>_<style>`, more than 200 of them, changing (documented).
_V4_SPEAKER = re.compile(r"[a-z]+_[a-z]{2,4}(_[a-z]+)+")

# Latin, the blocks from Devanagari to Malayalam, and their digits.
_SPEAKABLE = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0900-\u0963\u0966-\u0d7f]")


def resolve_model(name: str) -> str | None:
    """The model that `name` means; None if there is none."""
    return _ALIASES.get(name, name) if name in MODELS else None


def speaks(model: str, speaker: str) -> bool:
    """Whether the model has this speaker; names are case-sensitive."""
    if model == "bulbul:v4-flash":
        return _V4_SPEAKER.fullmatch(speaker) is not None
    return speaker in _V3_SPEAKERS


def is_speakable(text: str) -> bool:
    """Whether the text has a letter or a digit of a language that Sarvam speaks."""
    return _SPEAKABLE.search(text) is not None


def content_type(codec: str) -> str:
    """The content type of audio messages (`mp3`, `wav`, `pcm` reported; the others inferred)."""
    return "audio/pcm" if codec == "linear16" else f"audio/{codec}"

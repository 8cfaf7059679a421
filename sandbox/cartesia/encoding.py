"""Encodes 16-bit PCM in Cartesia's formats. Pure."""

from __future__ import annotations

import numpy as np

from sandbox.voice import Encoder, make_encoder, wav_header
from sandbox.voice.encoders import SampleEncoder

from .requests import Encoding, Format, Mp3Format, WavFormat

# Encoding -> WAV format tag, bits for each sample.
_WAV_FORMATS: dict[Encoding, tuple[int, int]] = {
    "pcm_s16le": (1, 16),
    "pcm_f32le": (3, 32),
    "pcm_alaw": (6, 8),
    "pcm_mulaw": (7, 8),
}
_CODECS = {"pcm_s16le": "linear16", "pcm_mulaw": "mulaw", "pcm_alaw": "alaw"}


def encoder_for(output: Format) -> Encoder:
    """A new encoder for one request."""
    if isinstance(output, Mp3Format):
        return make_encoder("mp3", sample_rate=output.sample_rate, bitrate=output.bit_rate)
    if output.encoding == "pcm_f32le":
        return SampleEncoder(_to_floats)
    return make_encoder(_CODECS[output.encoding], sample_rate=output.sample_rate)


def header_for(output: Format) -> bytes:
    """The bytes before the audio: a WAV header, else nothing."""
    if not isinstance(output, WavFormat):
        return b""
    tag, bits = _WAV_FORMATS[output.encoding]
    return wav_header(output.sample_rate, format_tag=tag, bits=bits)


def content_type(output: Format) -> str:
    """The MIME type of the response."""
    return {"wav": "audio/wav", "mp3": "audio/mpeg", "raw": "audio/pcm"}[output.container]


def _to_floats(pcm: bytes) -> bytes:
    floats: bytes = (np.frombuffer(pcm, "<i2") / np.float32(32768)).astype("<f4").tobytes()
    return floats

"""Synthesises a text into a WAV file, without a room.

pip install livekit-plugins-sarvam-pooled
SARVAM_API_KEY=... python synthesize.py "नमस्ते, मैं आपकी क्या मदद कर सकती हूँ?" hello.wav hi-IN
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from livekit import rtc
from livekit.plugins import sarvam_pooled

# Another server of the same protocol, such as a stand-in.
SARVAM = os.environ.get("SARVAM_WS_URL", "wss://api.sarvam.ai/text-to-speech/ws")


async def synthesize(text: str, language: str = "en-IN") -> rtc.AudioFrame:
    """`text` as speech."""
    tts = sarvam_pooled.TTS(target_language_code=language, ws_url=SARVAM)
    try:
        return await tts.synthesize(text).collect()
    finally:
        await tts.aclose()


if __name__ == "__main__":
    text, path, *language = sys.argv[1:]
    speech = asyncio.run(synthesize(text, *language))
    Path(path).write_bytes(speech.to_wav_bytes())
    print(f"{path}: {speech.duration:.1f} s of speech")  # noqa: T201

"""What a call used."""

from __future__ import annotations

from livekit.agents.metrics import AgentSessionUsage, LLMModelUsage, STTModelUsage, TTSModelUsage

from agent.latency.live.session_usage import billed_usage
from agent.latency.prices import estimate
from agent.latency.usage import Usage

USAGE = AgentSessionUsage(
    model_usage=[
        LLMModelUsage(
            provider="openai",
            model="gpt-4.1-mini",
            input_tokens=1000,
            input_cached_tokens=400,
            output_tokens=50,
        ),
        STTModelUsage(provider="Deepgram", model="nova-3", audio_duration=60.0),
        TTSModelUsage(provider="Sarvam", model="bulbul:v3", characters_count=900),
        TTSModelUsage(provider="Cartesia", model="sonic-3", characters_count=40),
    ]
)


def test_everything_billed_is_there_once() -> None:
    """The primary TTS by what was sent, not by LiveKit's count; all of it has a price."""
    found = billed_usage(USAGE, tts="bulbul:v3", characters=500, multilingual=True)
    assert found == [
        Usage(model="bulbul:v3", unit="characters", amount=500),
        Usage(model="gpt-4.1-mini", unit="input_tokens", amount=600),
        Usage(model="gpt-4.1-mini", unit="cached_tokens", amount=400),
        Usage(model="gpt-4.1-mini", unit="output_tokens", amount=50),
        Usage(model="nova-3:multi", unit="seconds", amount=60.0),
        Usage(model="sonic-3", unit="characters", amount=40),
    ]
    assert not estimate(found).unpriced


def test_what_was_not_used_is_left_out() -> None:
    """A call in which nobody spoke."""
    nothing = AgentSessionUsage(model_usage=[])
    assert billed_usage(nothing, tts="bulbul:v3", characters=0, multilingual=False) == []

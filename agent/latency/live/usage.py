"""What a call used of its providers, as they bill it."""

from __future__ import annotations

from livekit.agents.metrics import (
    AgentSessionUsage,
    LLMModelUsage,
    STTModelUsage,
    TTSModelUsage,
)

from ..prices import Used


def used(usage: AgentSessionUsage, *, tts: str, characters: int, multilingual: bool) -> list[Used]:
    """What went into a call.

    Args:
        usage: LiveKit's count, of all models.
        tts: Model of the primary TTS. LiveKit counts its text once; billed is what was sent,
            without phrases that were known as audio and with hedges and retries.
        characters: That.
        multilingual: Speech was recognised in several languages at once, at another price.
    """
    found = [Used(model=tts, unit="characters", amount=characters)]
    for one in usage.model_usage:
        match one:
            case LLMModelUsage():
                fresh = one.input_tokens - one.input_cached_tokens
                found += [
                    Used(model=one.model, unit="input_tokens", amount=fresh),
                    Used(model=one.model, unit="cached_tokens", amount=one.input_cached_tokens),
                    Used(model=one.model, unit="output_tokens", amount=one.output_tokens),
                ]
            case STTModelUsage():
                model = f"{one.model}:multi" if multilingual else one.model
                found.append(Used(model=model, unit="seconds", amount=one.audio_duration))
            case TTSModelUsage() if one.model != tts:
                found.append(Used(model=one.model, unit="characters", amount=one.characters_count))
    return [one for one in found if one.amount]

"""The usage of each provider in a call, as the provider bills it."""

from __future__ import annotations

from livekit.agents.metrics import (
    AgentSessionUsage,
    LLMModelUsage,
    STTModelUsage,
    TTSModelUsage,
)

from ..prices import Used


def used(usage: AgentSessionUsage, *, tts: str, characters: int, multilingual: bool) -> list[Used]:
    """List the billed amounts of a call.

    Args:
        usage: LiveKit's count, of all models.
        tts: Model of the primary TTS. LiveKit counts its text once, but Sarvam bills the text that
            was sent: hedges and retries included, cached phrases excluded.
        characters: Number of characters sent to `tts`.
        multilingual: Whether several languages were recognised at once, which costs more.
    """
    amounts = [Used(model=tts, unit="characters", amount=characters)]
    for model in usage.model_usage:
        name = model.model
        match model:
            case LLMModelUsage():
                fresh = model.input_tokens - model.input_cached_tokens
                amounts += [
                    Used(model=name, unit="input_tokens", amount=fresh),
                    Used(model=name, unit="cached_tokens", amount=model.input_cached_tokens),
                    Used(model=name, unit="output_tokens", amount=model.output_tokens),
                ]
            case STTModelUsage():
                priced = f"{name}:multi" if multilingual else name
                amounts.append(Used(model=priced, unit="seconds", amount=model.audio_duration))
            case TTSModelUsage() if name != tts:
                amounts.append(Used(model=name, unit="characters", amount=model.characters_count))
    return [amount for amount in amounts if amount.amount]

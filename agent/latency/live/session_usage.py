"""The usage of each provider in a call, as the provider bills it."""

from __future__ import annotations

from livekit.agents.metrics import (
    AgentSessionUsage,
    LLMModelUsage,
    STTModelUsage,
    TTSModelUsage,
)

from ..usage import Usage


def billed_usage(
    counted: AgentSessionUsage, *, tts: str, characters: int, multilingual: bool
) -> list[Usage]:
    """List the billed amounts of a call.

    Args:
        counted: LiveKit's count, of all models.
        tts: Model of the primary TTS. LiveKit counts its text once, but Sarvam bills the text that
            was sent: hedges and retries included, cached phrases excluded.
        characters: Number of characters sent to `tts`.
        multilingual: Whether several languages were recognised at once, which costs more.
    """
    amounts = [Usage(model=tts, unit="characters", amount=characters)]
    for model in counted.model_usage:
        name = model.model
        match model:
            case LLMModelUsage():
                fresh = model.input_tokens - model.input_cached_tokens
                amounts += [
                    Usage(model=name, unit="input_tokens", amount=fresh),
                    Usage(model=name, unit="cached_tokens", amount=model.input_cached_tokens),
                    Usage(model=name, unit="output_tokens", amount=model.output_tokens),
                ]
            case STTModelUsage():
                priced = f"{name}:multi" if multilingual else name
                amounts.append(Usage(model=priced, unit="seconds", amount=model.audio_duration))
            case TTSModelUsage() if name != tts:
                amounts.append(Usage(model=name, unit="characters", amount=model.characters_count))
    return [amount for amount in amounts if amount.amount]

"""What the Attempts of a `TTS` learn from each other."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import Synthesis
from .hedge import FirstAudioModel, HedgeBudget
from .speech_rate import SpeechRate
from .stall_timeout import MessageGaps


@dataclass(frozen=True, slots=True)
class AdaptiveStats:
    """The provider's and the voice's recent behaviour, and what hedging may still cost."""

    model: FirstAudioModel
    budget: HedgeBudget
    speech_rate: SpeechRate
    gaps: MessageGaps

    @classmethod
    def initial(cls, rules: Synthesis, *, pace: float = 1.0) -> AdaptiveStats:
        """Before the first Attempt of a voice at this pace."""
        return cls(
            FirstAudioModel(quantile=rules.hedge_quantile),
            HedgeBudget(share=rules.hedge_budget),
            SpeechRate(pace=pace),
            MessageGaps(),
        )

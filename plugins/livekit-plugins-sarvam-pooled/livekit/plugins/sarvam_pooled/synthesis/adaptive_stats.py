"""Statistics that all Attempts of a `TTS` share."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import Synthesis
from .hedge import FirstAudioModel, HedgeBudget
from .speech_rate import SpeechRate
from .stall_timeout import MessageGaps


@dataclass(frozen=True, slots=True)
class AdaptiveStats:
    """The recent behaviour of provider and voice, and the budget left for hedges."""

    model: FirstAudioModel
    budget: HedgeBudget
    speech_rate: SpeechRate
    gaps: MessageGaps

    @classmethod
    def initial(cls, rules: Synthesis, *, pace: float = 1.0) -> AdaptiveStats:
        """The statistics before the first Attempt of a voice at this pace."""
        return cls(
            FirstAudioModel(quantile=rules.hedge_quantile),
            HedgeBudget(share=rules.hedge_budget),
            SpeechRate(pace=pace),
            MessageGaps(),
        )

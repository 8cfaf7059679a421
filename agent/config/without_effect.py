"""Settings that were given but have no effect, because of another setting. Pure.

They stop no worker, as each is valid alone; a warning names them, as they were set for an effect.
Settings that contradict each other are errors in `load.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """The condition under which `names` have an effect."""

    names: tuple[str, ...]
    needs: str
    is_met: Callable[[Settings], bool]


def _is_v4(settings: Settings) -> bool:
    return settings.sarvam_model.startswith("bulbul:v4")


def _default_of(name: str) -> object:
    return Settings.model_fields[name].default


_NEEDS: Final = (
    _Need(
        names=("turn_words", "turn_asks_again", "turn_waits", "endpointing_max_delay"),
        needs="TURN_DETECTOR=true",
        is_met=lambda settings: settings.turn_detector,
    ),
    _Need(
        names=("turn_waits",),
        needs="PREEMPTIVE_LLM=true and PREEMPTIVE_TTS=true",
        is_met=lambda settings: settings.preemptive_llm and settings.preemptive_tts,
    ),
    _Need(
        names=("endpointing_doubt_delay",),
        needs="TURN_DETECTOR=true, and one of TURN_WORDS, TURN_ASKS_AGAIN, TURN_WAITS",
        is_met=lambda settings: settings.holds_turns,
    ),
    _Need(
        names=("preemptive_tts", "preemptive_attempts"),
        needs="PREEMPTIVE_LLM=true",
        is_met=lambda settings: settings.preemptive_llm,
    ),
    _Need(
        names=(
            "phrase_store_dir",
            "phrase_min_calls",
            "phrase_redis_url",
            "phrase_signing_key",
            "fillers",
        ),
        needs="PHRASE_CACHE=true",
        is_met=lambda settings: settings.phrase_cache,
    ),
    _Need(
        names=("filler_after",),
        needs="FILLERS=true and PHRASE_CACHE=true",
        is_met=lambda settings: settings.fillers and settings.phrase_cache,
    ),
    _Need(
        names=("sarvam_pitch", "sarvam_loudness"),
        needs="SARVAM_MODEL=bulbul:v4-flash",
        is_met=_is_v4,
    ),
    _Need(
        names=("sarvam_temperature",),
        needs="SARVAM_MODEL=bulbul:v3",
        is_met=lambda settings: not _is_v4(settings),
    ),
    _Need(
        names=("sarvam_base_url",),
        needs="SARVAM_WS_URL, over which all synthesis goes and which is still Sarvam's own",
        is_met=lambda settings: (
            settings.sarvam_base_url == _default_of("sarvam_base_url")
            or settings.sarvam_ws_url != _default_of("sarvam_ws_url")
        ),
    ),
)


def without_effect(settings: Settings) -> list[str]:
    """A line for each setting that was given without what it needs. A switch that is set to false
    needs nothing."""
    return [
        f"{name.upper()} has no effect: it needs {need.needs}"
        for need in _NEEDS
        for name in need.names
        if name in settings.model_fields_set
        and getattr(settings, name) is not False
        and not need.is_met(settings)
    ]

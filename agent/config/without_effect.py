"""Finds settings that were given but have no effect, because of another setting. Pure.

The worker starts all the same, as each setting is valid alone, and a warning names them. Settings
that contradict each other are errors in `load.py`.
"""

from __future__ import annotations

from .settings import Settings


def without_effect(settings: Settings) -> list[str]:
    """A line for each setting that was given without what it needs. A switch that is set to false
    needs nothing."""
    is_v4 = settings.sarvam_model.startswith("bulbul:v4")
    has_own_base_url = settings.sarvam_base_url != _default("sarvam_base_url")
    has_own_ws_url = settings.sarvam_ws_url != _default("sarvam_ws_url")
    needs: tuple[tuple[bool, str, tuple[str, ...]], ...] = (
        (
            settings.turn_detector,
            "TURN_DETECTOR=true",
            ("turn_words", "turn_asks_again", "turn_waits", "endpointing_max_delay"),
        ),
        (
            settings.preemptive_llm and settings.preemptive_tts,
            "PREEMPTIVE_LLM=true and PREEMPTIVE_TTS=true",
            ("turn_waits",),
        ),
        (
            settings.delays_turns,
            "TURN_DETECTOR=true, and one of TURN_WORDS, TURN_ASKS_AGAIN, TURN_WAITS",
            ("endpointing_doubt_delay",),
        ),
        (
            settings.turn_detector and settings.turn_words,
            "TURN_DETECTOR=true and TURN_WORDS=true",
            ("endpointing_dictation_delay",),
        ),
        (
            settings.preemptive_llm,
            "PREEMPTIVE_LLM=true",
            ("preemptive_tts", "preemptive_attempts"),
        ),
        (
            settings.phrase_cache,
            "PHRASE_CACHE=true",
            (
                "phrase_store_dir",
                "phrase_min_calls",
                "phrase_redis_url",
                "phrase_signing_key",
                "fillers",
            ),
        ),
        (
            settings.fillers and settings.phrase_cache,
            "FILLERS=true and PHRASE_CACHE=true",
            ("filler_after",),
        ),
        (
            settings.outcome_webhook_url is not None,
            "OUTCOME_WEBHOOK_URL",
            ("outcome_webhook_secret",),
        ),
        (is_v4, "SARVAM_MODEL=bulbul:v4-flash", ("sarvam_pitch", "sarvam_loudness")),
        (not is_v4, "SARVAM_MODEL=bulbul:v3", ("sarvam_temperature",)),
        (
            has_own_ws_url or not has_own_base_url,
            "SARVAM_WS_URL, over which all synthesis goes and which is still Sarvam's own",
            ("sarvam_base_url",),
        ),
    )
    return [
        f"{name.upper()} has no effect: it needs {need}"
        for is_met, need, names in needs
        for name in names
        if not is_met and name in settings.model_fields_set and getattr(settings, name) is not False
    ]


def _default(name: str) -> object:
    return Settings.model_fields[name].default

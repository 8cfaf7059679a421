"""An assistant's own values in the worker's settings. A variable that is set takes precedence over
`assistant.toml`, which takes precedence over a default. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livekit.plugins.sarvam_pooled.models import DEFAULT_MODEL, DEFAULT_SPEAKER, is_v4

from prewarm.stock_phrase_table import PhraseTable

from ..config.settings import Settings
from .files import AssistantFiles


def settings_of(assistant: AssistantFiles, settings: Settings) -> Settings:
    """The settings of a call that this assistant answers, from the worker's."""
    manifest = assistant.manifest
    voice = {f"sarvam_{name}": value for name, value in manifest.voice.given.items()}
    limits = {
        "call_limit": manifest.limits.call,
        "silence_limit": manifest.limits.silence,
        "tool_timeout": manifest.limits.tool_timeout,
    }
    first = manifest.languages[0]
    own = voice | {name: value for name, value in limits.items() if value is not None}
    changes = {k: v for k, v in own.items() if k not in settings.model_fields_set}
    if settings.agent_language not in manifest.languages or (
        "agent_language" not in settings.model_fields_set
    ):
        changes["agent_language"] = first
    return settings.model_copy(update=changes)


def table_of(assistant: AssistantFiles, settings: Settings) -> PhraseTable:
    """The assistant's phrases, and what its voice needs in each language.

    Args:
        settings: The worker's.
    """
    return PhraseTable(assistant.phrases, _voices(assistant, settings))


def _voices(assistant: AssistantFiles, settings: Settings) -> Mapping[str, Mapping[str, Any]]:
    """The voice in each language: what any language changes, in all of them, because a call that
    leaves a language must leave its voice, too."""
    manifest, own = assistant.manifest, settings_of(assistant, settings)
    changes = {code: options.given for code, options in manifest.voices.items()}
    names = {name for given in changes.values() for name in given} - _given(settings)
    if not names:
        return {}
    usual = {name: _usual(own, name) for name in names}
    return {
        code: usual | {k: v for k, v in changes.get(code, {}).items() if k in names}
        for code in manifest.languages
    }


def _given(settings: Settings) -> set[str]:
    return {name.removeprefix("sarvam_") for name in settings.model_fields_set}


def _usual(settings: Settings, name: str) -> Any:
    value = getattr(settings, f"sarvam_{name}")
    if name == "speaker" and not value:
        family = "bulbul:v4-flash" if is_v4(settings.sarvam_model) else DEFAULT_MODEL
        return DEFAULT_SPEAKER[family]
    return value

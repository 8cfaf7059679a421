"""What every command about stored phrases needs: settings, phrases of the assistant, store, TTS."""

from __future__ import annotations

import logging

from livekit.plugins import sarvam_pooled

from prewarm.stock_phrase_table import PhraseTable

from ..assistant.effective_settings import settings_of, table_of
from ..assistant.files import read_chosen
from ..assistant.toml_file import AssistantError
from ..call.phrase_cache import open_store
from ..config.load import ConfigError, load_settings
from ..config.settings import Settings


def load_settings_and_table(*needs_keys: str) -> tuple[Settings, PhraseTable]:
    """The settings and the phrases of ASSISTANT. Only a build needs a key.

    Raises:
        ConfigError: The settings or the assistant's files are not valid.
    """
    settings = load_settings(needs_room=False, needs_keys=needs_keys)
    try:
        files = read_chosen(settings.assistants_dir, settings.assistant)
    except AssistantError as error:
        raise ConfigError(error.problems) from None
    return settings_of(files, settings), table_of(files, settings)


def open_quiet_store(settings: Settings) -> sarvam_pooled.PhraseStore:
    """The store, without the plugin's warnings: the commands report invalid files themselves."""
    logging.getLogger("livekit.plugins.sarvam_pooled").setLevel(logging.ERROR)
    return open_store(settings)


def tts_for(settings: Settings, speaker: str | None) -> sarvam_pooled.TTS:
    """Sarvam's TTS as a call has it, with another speaker if one is given.

    Raises:
        ConfigError: An option of the voice is not valid.
    """
    # Here, as the other providers' clients take a second to import.
    from ..call.components import build_tts

    try:
        tts = build_tts(settings)
        tts.update_options(speaker=speaker)
    except sarvam_pooled.OptionError as error:
        raise ConfigError((f"the voice's settings: {error}",)) from None
    return tts

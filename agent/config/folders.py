"""Checks the folders that hold words of calls, once when the worker starts."""

from __future__ import annotations

from livekit.plugins.sarvam_pooled.phrases.files import warn_of_writers

from .settings import Settings


def look_at_folders(settings: Settings) -> None:
    """Warn of folders that other users can write. Blocks while it reads their permissions."""
    if settings.phrase_cache:
        warn_of_writers(settings.phrase_store_dir, what="phrases (PHRASE_STORE_DIR)")
    if settings.journal_dir is not None:
        warn_of_writers(settings.journal_dir, what="the journal (JOURNAL_DIR)")
    if settings.outcome_webhook_url is not None:
        warn_of_writers(
            settings.outcome_spool_dir, what="outcomes that wait to be posted (DATA_DIR)"
        )

"""The databases of the assistants, by the settings. Pure."""

from __future__ import annotations

from .settings import Settings


def database_url(settings: Settings, assistant: str) -> str:
    """Where an assistant keeps its records, as SQLAlchemy writes it; it may hold a password."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.data_dir / assistant}.sqlite3"

"""Where an assistant keeps its records."""

from __future__ import annotations

import pytest

from agent.config.databases import database_url
from agent.config.load import ConfigError
from tests.agent import made


def test_without_an_address_each_assistant_has_a_file() -> None:
    """In the folder of the settings."""
    assert database_url(made.settings(DATA_DIR="/data"), "shop") == "sqlite:////data/shop.sqlite3"


def test_an_address_is_used_as_it_is() -> None:
    """And never shown: it may hold a password."""
    settings = made.settings(DATABASE_URL="postgresql+asyncpg://u:hunter2@h/d")
    assert database_url(settings, "shop") == "postgresql+asyncpg://u:hunter2@h/d"
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    "address", ["clinic.sqlite3", "/data/clinic.sqlite3", "hunter2", "sqlite:/x"]
)
def test_what_is_no_address_is_refused_at_start_up(address: str) -> None:
    """And not shown."""
    with pytest.raises(ConfigError, match="DATABASE_URL must be a URL") as raised:
        made.settings(DATABASE_URL=address)
    assert address not in str(raised.value).replace("sqlite:////folder/file.sqlite3", "")

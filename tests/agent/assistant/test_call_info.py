"""What an assistant knows of its call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agent.assistant.call_info import india_now
from agent.config.languages import language
from tests.support.clinic import CLINIC


def test_the_time_is_indias() -> None:
    """Five and a half hours ahead of UTC, all year."""
    now = india_now()
    assert now.utcoffset() == timedelta(hours=5, minutes=30)
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)


def test_the_language_follows_the_call() -> None:
    """So do the instructions of every agent that is made from then on."""
    call = CLINIC.new_call("en-IN")
    assert "begins in English" in call.instructions("Be brief.")
    call.speech.switch_language(language("ta-IN"))
    assert call.language.code == "ta-IN"
    assert "begins in Tamil" in call.instructions("Be brief.")


def test_a_language_without_openers_asks_for_none() -> None:
    """An empty list would read as an instruction."""
    call = CLINIC.new_call()
    call.speech.phrases = type(call.speech.phrases)(greeting="Hello.")
    assert call.instructions("Be brief.").endswith("The call begins in English (en-IN).")


def test_a_call_shows_neither_the_databases_password_nor_what_its_dispatch_says() -> None:
    """Its `repr` may reach a log."""
    call = CLINIC.new_call(
        database_url="postgresql://clinic:hunter2@db/clinic", variables={"name": "Asha Patil"}
    )
    assert "hunter2" not in repr(call)
    assert "Asha" not in repr(call).replace("Asha Clinic", "")

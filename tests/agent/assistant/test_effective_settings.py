"""A variable that is set precedes `assistant.toml`, which precedes a default."""

from __future__ import annotations

from pathlib import Path

from agent.assistant.effective_settings import settings_of, table_of
from agent.assistant.files import AssistantFiles, read_assistant
from tests.agent import made

from .folder import MANIFEST, write

VOICE = """
[voice]
speaker = "ritu"
pace = 1.1

[voices.en-IN]
speaker = "amit"

[limits]
call = 60
tool_timeout = 20
"""


def shop(folder: Path) -> AssistantFiles:
    """An assistant with a voice and a limit of its own."""
    return read_assistant(write(folder, manifest=MANIFEST + VOICE))


def test_the_assistants_values_replace_defaults(tmp_path: Path) -> None:
    """Its first language, too; what it leaves out stays."""
    settings = settings_of(shop(tmp_path), made.settings())
    assert (settings.sarvam_speaker, settings.sarvam_pace) == ("ritu", 1.1)
    assert (settings.call_limit, settings.silence_limit) == (60, 300)
    assert settings.tool_timeout == 20
    assert settings.agent_language == "hi-IN"


def test_a_variable_that_is_set_wins(tmp_path: Path) -> None:
    """The operator decides; a speaker that is set is that of all languages."""
    given = made.settings(SARVAM_SPEAKER="shubh", CALL_LIMIT="5", AGENT_LANGUAGE="en-IN")
    assistant = shop(tmp_path)
    settings = settings_of(assistant, given)
    assert (settings.sarvam_speaker, settings.sarvam_pace, settings.call_limit) == ("shubh", 1.1, 5)
    assert settings.agent_language == "en-IN"
    assert table_of(assistant, given).voice("en-IN") == {}


def test_a_language_that_the_assistant_lacks_is_its_first_one(tmp_path: Path) -> None:
    """AGENT_LANGUAGE is for all assistants of a worker, and not all have it."""
    settings = settings_of(shop(tmp_path), made.settings(AGENT_LANGUAGE="ta-IN"))
    assert settings.agent_language == "hi-IN"


def test_a_language_has_its_own_voice_and_the_others_the_usual_one(tmp_path: Path) -> None:
    """A call that leaves English must leave its speaker, too."""
    assistant = shop(tmp_path)
    table = table_of(assistant, made.settings())
    assert table.voice("en-IN") == {"speaker": "amit"}
    assert table.voice("hi-IN") == {"speaker": "ritu"}


def test_the_usual_speaker_may_be_the_models_default(tmp_path: Path) -> None:
    """Sarvam's config needs a name."""
    manifest = MANIFEST + '\n[voices.en-IN]\nspeaker = "amit"\n'
    assistant = read_assistant(write(tmp_path, manifest=manifest))
    table = table_of(assistant, made.settings())
    assert table.voice("hi-IN") == {"speaker": "shubh"}

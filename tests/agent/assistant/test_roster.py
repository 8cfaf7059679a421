"""The assistants of a worker: checked at its start, chosen at a call's."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.assistant.files import read_chosen
from agent.assistant.roster import load_roster, spoken_by
from agent.config.languages import language
from agent.config.load import ConfigError
from tests.agent import made
from tests.support.clinic import CLINIC

from .folder import MANIFEST, write


def two(folder: Path, **variables: str) -> dict[str, str]:
    """The variables of a worker with two assistants."""
    root = write(folder).parent
    write(folder, "stall", manifest=MANIFEST.replace("Corner Shop", "Stall"))
    return {"ASSISTANTS_DIR": str(root), "ASSISTANT": "shop"} | variables


def test_a_call_has_the_assistant_that_it_names(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without one, or with an unknown one, the default answers: a call must be answered."""
    roster = load_roster(made.settings(**two(tmp_path)))
    assert roster.choose(None) is roster.default
    assert roster.choose("stall").name == "stall"
    assert not caplog.records
    assert roster.choose("../etc").name == "shop"
    [record] = caplog.records
    assert "names an assistant that this worker does not have" in record.message
    assert "etc" not in str(vars(record))


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"ASSISTANT": "kiosk"}, "ASSISTANT=kiosk: there is no such assistant, only shop, stall"),
        ({"ASSISTANT": ""}, "which assistant answers a call that names none?"),
        ({"AGENT_LANGUAGE": "ta"}, "AGENT_LANGUAGE=ta-IN: the assistant shop has hi-IN en-IN"),
        ({"ASSISTANTS_DIR": "/nonexistent"}, "/nonexistent: has no assistant"),
    ],
)
def test_a_worker_does_not_start_without_its_assistant(
    tmp_path: Path, variables: dict[str, str], message: str
) -> None:
    """The message names the setting and what there is."""
    with pytest.raises(ConfigError) as raised:
        load_roster(made.settings(**two(tmp_path, **variables)))
    assert raised.value.problems[0].startswith(message)


def test_without_a_name_the_assistant_that_is_marked_answers(tmp_path: Path) -> None:
    """Or the only one there is."""
    root = write(tmp_path).parent
    settings = made.settings(ASSISTANTS_DIR=str(root))
    assert load_roster(settings).default.name == "shop"
    marked = "default = true\n" + MANIFEST.replace("Corner Shop", "Stall")
    write(tmp_path, "stall", manifest=marked)
    assert load_roster(settings).default.name == "stall"
    assert read_chosen(root, None).name == "stall"
    assert read_chosen(root, "shop").name == "shop"


def test_a_language_that_the_assistant_lacks_is_not_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The call begins in the assistant's own, and the log says so."""
    shop = load_roster(made.settings(**two(tmp_path))).default
    assert spoken_by(shop, None) is None
    assert spoken_by(shop, language("en")) == language("en-IN")
    assert spoken_by(CLINIC, language("ta")) == language("ta-IN")
    assert not caplog.records
    assert spoken_by(shop, language("ta")) is None
    assert "does not have the language" in caplog.text

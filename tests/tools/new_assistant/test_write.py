"""`make assistant` writes a folder that works at once, or says why it does not."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from agent.assistant.load import load_assistant
from evals.callers.load import load
from evals.conversation import conversation
from tools.new_assistant.__main__ import main
from tools.new_assistant.write import Refused, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of assistants, under a name of its own: it is a package."""
    folder = tmp_path / f"of_{tmp_path.name}"
    folder.mkdir()
    return folder


async def test_the_new_assistant_answers_with_its_tool(root: Path) -> None:
    """A caller is answered from what the tool has found; every file is checked on the way."""
    folder = write("corner_shop", root)
    loaded = load_assistant(folder)
    assert (loaded.manifest.name, loaded.entry.__name__) == ("Corner shop", "CornerShop")
    assert "Corner shop" in loaded.phrases["hi-IN"].greeting
    async with conversation(folder) as session:
        result = await session.run(user_input="What is the price of a notebook?")
        result.expect.next_event().is_function_call(name="price")
        result.expect.next_event().is_function_call_output(output="A notebook is Rs. 60.")
        result.expect.next_event().is_message(role="assistant")


async def test_its_own_test_passes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a team would run it, but for where the folder is."""
    folder = write("kiosk", root)
    load_assistant(folder)
    test = importlib.import_module(f"{root.name}.kiosk.tests.test_conversation")
    monkeypatch.setattr(test, "conversation", lambda _: conversation(folder))
    await test.test_a_price_is_looked_up()


def test_its_simulated_callers_are_valid(root: Path) -> None:
    """`make eval` has somebody to call it."""
    folder = write("kiosk", root)
    load_assistant(folder)
    assert [caller.id for caller in load(folder).callers] == [
        "en-asks-a-price",
        "en-asks-two-prices",
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "which assistant"),
        ("Shop", "must be lower case"),
        ("corner-shop", "must be lower case"),
        ("../shop", "must be lower case"),
        ("class", "must be lower case"),
        ("a" * 41, "must be lower case"),
        ("there", "exists already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(
    root: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, and the message says what to do."""
    (root / "there").mkdir()
    with pytest.raises(Refused, match=message):
        write(name, root)
    assert main([name, "--in", str(root)]) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in root.iterdir()] == ["there"]


def test_the_command_says_what_to_do_next(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the name in it."""
    assert main(["shop", "--in", str(root)]) == 0
    assert "make run ASSISTANT=shop" in capsys.readouterr().out
    file = root / "shop" / "prompt.md"
    assert main(["shop", "--in", str(file)]) == 1
    assert f"{file} cannot be written" in capsys.readouterr().err

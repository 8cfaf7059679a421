"""Assistants are loaded whole from their folders, or every problem is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.assistant import Assistant
from agent.assistant.load import load_assistant, load_assistants
from agent.assistant.toml_file import AssistantError

from .folder import CODE, MANIFEST, PHRASES, write

ROOT = Path(__file__).parents[3]
UNTYPED = """
    @__import__("livekit.agents").agents.function_tool
    async def sell(self, item):
        '''Sell it.'''
"""
UNFIT = """
    outcome = __import__("pydantic").create_model("Sold", item=(type, ...))
"""
MCP = """
[[mcp]]
url = "https://crm.example.in/mcp"
headers = {Authorization = "env:NOT_SECRET"}
tools = ["find"]
"""


def problems(folder: Path) -> tuple[str, ...]:
    """The problems of an assistant, without the folder of all of them."""
    with pytest.raises(AssistantError) as raised:
        load_assistant(folder, {})
    prefix = f"{folder.parent.name}/"
    return tuple(problem.removeprefix(prefix) for problem in raised.value.problems)


def test_every_assistant_of_the_repository_is_loaded() -> None:
    """Under the names of their folders."""
    loaded = load_assistants(ROOT / "assistants")
    assert "clinic" in loaded
    for name, assistant in loaded.items():
        assert assistant.name == name
        agent = assistant.answer(assistant.new_call())
        assert isinstance(agent, Assistant)
        assert assistant.prompt.strip() in str(agent.instructions)


def test_a_folder_makes_an_assistant(tmp_path: Path) -> None:
    """Its prompt, its phrases, its class; the first language is the default."""
    loaded = load_assistant(write(tmp_path))
    assert (loaded.name, loaded.manifest.name) == ("shop", "Corner Shop")
    call = loaded.new_call()
    assert call.language.code == "hi-IN"
    assert call.speech.phrases.greeting == "नमस्ते।"
    agent = loaded.answer(call)
    assert type(agent).__name__ == "Shop"
    assert str(agent.instructions).startswith("You sell.\n\n")
    assert "begins in Hindi (hi-IN)" in str(agent.instructions)


def test_relative_imports_work_beside_the_assistant(tmp_path: Path) -> None:
    """A team divides its code as it likes."""
    code = "from agent.assistant import Assistant\nfrom .shelf import PRICE\n\n"
    folder = write(tmp_path, code=code + "class Shop(Assistant):\n    price = PRICE\n")
    (folder / "shelf.py").write_text("PRICE = 7\n")
    assert load_assistant(folder).entry.price == 7  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"prompt": None}, "shop/prompt.md: is missing"),
        ({"prompt": " \n"}, "shop/prompt.md: is empty"),
        ({"phrases": None}, "shop/phrases.toml: is missing"),
        ({"code": None}, "shop/assistant.py: is missing"),
        ({"manifest": "name = \n"}, "shop/assistant.toml:1: Invalid value"),
        (
            {"manifest": MANIFEST + "colour = 1\n"},
            "shop/assistant.toml:4: colour is not known here",
        ),
        (
            {"manifest": 'languages = ["hi-IN", "en-IN"]\n'},
            "shop/assistant.toml:1: name is missing",
        ),
        (
            {"manifest": MANIFEST + "\n[voice]\npace = 'quick'\n"},
            "shop/assistant.toml:6: voice.pace Input should be a valid number",
        ),
        (
            {"manifest": MANIFEST + "\n[voices.ta-IN]\npace = 1.1\n"},
            "shop/assistant.toml:5: voices.ta-IN is for a language that `languages` does not have",
        ),
        (
            {"phrases": PHRASES + "\n[ta-IN]\ngreeting = 'x'\n"},
            "shop/phrases.toml:8: [ta-IN] is a language that `languages` of assistant.toml does",
        ),
        (
            {"phrases": "[hi-IN]\ngreeting = 'x'\n"},
            "shop/phrases.toml: has no [en-IN], which assistant.toml lists in `languages`",
        ),
        (
            {"phrases": PHRASES + "farewell = 'bye'\n"},
            "shop/phrases.toml:7: en-IN.farewell is not known here",
        ),
        ({"code": "x = 1\n"}, "shop/assistant.py: has no class that derives from Assistant"),
        ({"code": "x = 1\ny = x +\n"}, "shop/assistant.py:2: SyntaxError"),
        ({"code": "\n\nraise ValueError('no')\n"}, "shop/assistant.py:3: ValueError: no"),
        ({"code": "import sys\n\nsys.exit(2)\n"}, "shop/assistant.py:3: SystemExit: 2"),
        (
            {"code": CODE + "\n\nclass Other(Shop):\n    pass\n"},
            "shop/assistant.py: has several assistants (Shop, Other): name the one",
        ),
        (
            {"code": CODE + UNTYPED},
            "shop/assistant.py:8: the tool sell needs a type for its parameter 'item'",
        ),
        (
            {"code": CODE + UNFIT},
            "shop/assistant.py: the outcome Sold has a bad schema",
        ),
        (
            {"code": CODE + "    def __init__(self, call, stock):\n        ...\n"},
            "shop/assistant.py: Shop cannot be made with `call` alone (missing a required",
        ),
        (
            {"manifest": MANIFEST + "\n[[mcp]]\nurl = 'http://crm.in/mcp'\ntools = ['find']\n"},
            "shop/assistant.toml:6: mcp.0.url must begin with https://",
        ),
        (
            {"manifest": MANIFEST + MCP.replace("NOT_SECRET", "NO_SUCH_VARIABLE")},
            "shop/assistant.toml: [[mcp]] 1: NO_SUCH_VARIABLE is missing",
        ),
        (
            {"manifest": MANIFEST + "\n[limits]\ntool_timeout = 0\n"},
            "shop/assistant.toml:6: limits.tool_timeout Input should be greater than 0",
        ),
        (
            {"manifest": 'entry = "Clerk"\n' + MANIFEST},
            "shop/assistant.py: has no class Clerk that derives from Assistant",
        ),
    ],
)
def test_a_problem_is_named_with_its_file_and_line(
    tmp_path: Path, files: dict[str, str | None], expected: str
) -> None:
    """So that a team can fix it before a call needs it."""
    [problem] = problems(write(tmp_path, **files))
    assert problem.startswith(expected)


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    """Nobody starts a worker four times to find four."""
    folder = write(tmp_path, prompt=None, phrases="[x\n", code="1 /0\n")
    assert [problem.split(":")[0] for problem in problems(folder)] == [
        "shop/prompt.md",
        "shop/phrases.toml",
        "shop/assistant.py",
    ]


def test_one_of_several_classes_is_the_entry(tmp_path: Path) -> None:
    """The others answer after a hand-off."""
    folder = write(
        tmp_path,
        manifest='entry = "Shop"\n' + MANIFEST,
        code=CODE + "\n\nclass Other(Shop):\n    pass\n",
    )
    assert load_assistant(folder).entry.__name__ == "Shop"


def test_two_assistants_need_two_names(tmp_path: Path) -> None:
    """Logs and lists show the name."""
    root = write(tmp_path).parent
    write(tmp_path, "stall")
    with pytest.raises(AssistantError, match="shop and stall: both assistants have the name"):
        load_assistants(root)


def test_a_folder_without_assistants_is_a_problem(tmp_path: Path) -> None:
    """It is a setting that is wrong."""
    with pytest.raises(AssistantError, match="has no assistant"):
        load_assistants(tmp_path)


def test_the_folders_name_is_an_identifier(tmp_path: Path) -> None:
    """It is a package, and it comes in dispatch metadata."""
    [problem] = problems(write(tmp_path, "My-Shop"))
    assert problem.startswith("My-Shop: the folder's name must be")


def test_the_tools_of_mcp_servers_are_made_for_each_call(tmp_path: Path) -> None:
    """With the keys that the assistant names, and no others; nothing shows them."""
    folder = write(tmp_path, manifest=MANIFEST + MCP)
    loaded = load_assistant(folder, {"NOT_SECRET": "Bearer abc", "OTHER": "key"})
    assert loaded.environ == {"NOT_SECRET": "Bearer abc"}
    assert "abc" not in repr(loaded)
    [one], [other] = loaded.toolsets(), loaded.toolsets()
    assert one is not other
    assert one.id == "mcp_crm.example.in"


def test_a_tool_of_an_mcp_server_may_not_take_the_name_of_the_assistants(tmp_path: Path) -> None:
    """LiveKit would refuse both, in each turn."""
    code = CODE + UNTYPED.replace("item)", "item: str)").replace("sell", "find")
    folder = write(tmp_path, manifest=MANIFEST + MCP, code=code)
    missing, taken = problems(folder)
    assert "NOT_SECRET is missing" in missing
    assert taken == "shop/assistant.toml: [[mcp]] 1: another tool has the name find"


def test_conversations_by_text_need_no_keys_of_mcp_servers(tmp_path: Path) -> None:
    """They ask no server, and a machine that only tests has no keys."""
    loaded = load_assistant(write(tmp_path, manifest=MANIFEST + MCP))
    assert len(loaded.manifest.mcp) == 1

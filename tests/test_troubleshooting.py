"""`docs/troubleshooting.md` quotes the messages that the code has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("agent", "prewarm", "plugins", "playground", "sandbox", "tools", "voice_agent_env")
ROW = re.compile(r"^\| (?P<message>`.*?) \| ", re.MULTILINE)
# What the code fills in, or what stands for it in the document.
GAP = re.compile(r"\.\.\.|\bN\b|[A-Z]+_[A-Z_]+|'[^']*'|\d+")
LONGEST_TRIVIAL = 12
"""Characters: a shorter piece between two gaps may be anywhere in the code."""


def quoted() -> Iterator[str]:
    """The messages in the first column of the tables."""
    page = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    for row in ROW.finditer(page):
        yield from re.findall(r"`([^`]+)`", row["message"])


def texts() -> str:
    """Every string of the code, one to a line, with a gap where a value is filled in."""
    found = []
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = [v.value if isinstance(v, ast.Constant) else "..." for v in node.values]
                    found.append("".join(map(str, parts)))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(node.value)
    return "\n".join(re.sub(r"\s+", " ", text) for text in found)


CODE = texts()


@pytest.mark.parametrize("message", sorted(set(quoted())))
def test_a_quoted_message_is_one_that_the_code_has(message: str) -> None:
    """Piece by piece, between the places where a value stands."""
    pieces = [piece.strip(" `:.,") for piece in GAP.split(message)]
    for piece in pieces:
        if len(piece) > LONGEST_TRIVIAL:
            assert piece in CODE, piece

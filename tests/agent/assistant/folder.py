"""Writes folders of assistants for these tests."""

from __future__ import annotations

from pathlib import Path

MANIFEST = """
name = "Corner Shop"
languages = ["hi-IN", "en-IN"]
"""
PHRASES = """
[hi-IN]
greeting = "नमस्ते।"

[en-IN]
greeting = "Hello."
"""
CODE = '''
from agent.assistant import Assistant


class Shop(Assistant):
    """Sells."""
'''


def write(root: Path, name: str = "shop", **files: str | None) -> Path:
    """An assistant's folder in `root`, a package of its own name for each test.

    Args:
        files: Content by name (`manifest`, `prompt`, `phrases`, `code`); None leaves it out.
    """
    folder = root / f"of_{root.name}" / name
    folder.mkdir(parents=True)
    usual: dict[str, str | None] = {
        "manifest": MANIFEST,
        "prompt": "You sell.",
        "phrases": PHRASES,
        "code": CODE,
    }
    paths = {
        "manifest": "assistant.toml",
        "prompt": "prompt.md",
        "phrases": "phrases.toml",
        "code": "assistant.py",
    }
    for key, content in (usual | files).items():
        if content is not None:
            (folder / paths[key]).write_text(content, encoding="utf-8")
    return folder

"""compose.yaml: the key pair of its LiveKit server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
# Compose does not start without a value and prints what comes behind the question mark.
KEY, SECRET = (rf"\$\{{LIVEKIT_API_{name}:\?[^}}]*make keys[^}}]*\}}" for name in ("KEY", "SECRET"))


def test_compose_does_not_start_without_a_pair() -> None:
    """The server takes the pair and no other, the worker and the page sign with it."""
    assert re.fullmatch(f"{KEY}: {SECRET}", SERVICES["livekit"]["environment"]["LIVEKIT_KEYS"])
    for name in ("worker", "playground"):
        environment = SERVICES[name]["environment"]
        assert re.fullmatch(KEY, environment["LIVEKIT_API_KEY"])
        assert re.fullmatch(SECRET, environment["LIVEKIT_API_SECRET"])


def test_no_published_pair_is_offered_anywhere() -> None:
    """What is in git is known to everybody: only the code that refuses it has it."""
    folders = (
        "agent",
        "docs",
        "monitoring",
        "playground",
        "plugins",
        "prewarm",
        "sandbox",
        "tools",
        "voice_agent_env",
    )
    files = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".env"]
    for folder in folders:
        files += [path for path in (ROOT / folder).rglob("*") if "node_modules" not in path.parts]
    texts = {".py", ".md", ".yaml", ".yml", ".toml", ".env", ".example", ".js", ".html", ""}
    naming = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.is_file()
        and path.suffix in texts
        and "a-secret-for-this-machine-only" in path.read_text("utf-8", errors="ignore")
    }
    assert naming == {"voice_agent_env/livekit_keys.py"}

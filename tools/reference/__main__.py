"""Writes docs/configuration.md and `.env.example`."""

from __future__ import annotations

from pathlib import Path

from .pages import configuration, env_example

ROOT = Path(__file__).resolve().parents[2]
FILES = {"docs/configuration.md": configuration, ".env.example": env_example}

if __name__ == "__main__":
    for name, text in FILES.items():
        (ROOT / name).write_text(text(), encoding="utf-8")

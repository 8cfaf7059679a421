"""`make keys`: a key pair in `.env` for the LiveKit server of compose.yaml, unless it has one.

Standard library only, as Docker and Python are all that compose needs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from voice_agent_env.livekit_keys import new_pair

ENV_FILE = Path(__file__).resolve().parents[1] / ".env"
NAMES = ("LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")


def main(env_file: Path = ENV_FILE) -> int:
    """Make sure that the file has a pair. Returns the exit code: 1 if the user has to change it."""
    try:
        text = env_file.read_text(encoding="utf-8") if env_file.exists() else ""
        has = [name for name in NAMES if re.search(_line(name, r"[^\s#'\"]"), text)]
        if len(has) == 1:
            return _end(
                1, f"{env_file} has {has[0]} alone: delete it, or add the other key of the pair"
            )
        if has:
            return _end(0, f"{env_file} has a pair already")
        _write(env_file, filled(text, dict(zip(NAMES, new_pair(), strict=True))))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return _end(1, f"{env_file} cannot be changed: {reason}")
    return _end(0, f"{' and '.join(NAMES)} are new in {env_file}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text of an env file with these values, in place of empty ones or at the end."""
    for name, value in values.items():
        written = f"{name}={value}"
        text, times = re.subn(_line(name, r"(''|\"\")?[ \t]*$"), written, text, count=1)
        if not times:
            text += ("" if not text or text.endswith("\n") else "\n") + f"{written}\n"
    return text


def _line(name: str, value: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*=[ \t]*['\"]?{value}", re.MULTILINE)


def _write(path: Path, text: str) -> None:
    """Write the file, readable by its owner alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        # First, as it may be refused; the file also has the keys of providers.
        os.fchmod(descriptor, 0o600)
        file.truncate(0)
        file.write(text)


def _end(code: int, message: str) -> int:
    (sys.stderr if code else sys.stdout).write(f"{message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())

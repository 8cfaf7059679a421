"""Writes an assistant's folder from the template beside this file."""

from __future__ import annotations

import keyword
import re
import shutil
from pathlib import Path
from string import Template

ASSISTANTS = Path(__file__).resolve().parents[2] / "assistants"
TEMPLATE = Path(__file__).with_name("template")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Refused(Exception):
    """The folder cannot be made; the message says what to do."""


def write(name: str, root: Path) -> Path:
    """Write the folder `root/name`, whole or not at all. Returns its path.

    Raises:
        Refused: The name is no name for a folder, or is taken.
        OSError: The folder cannot be written.
    """
    if not name:
        raise Refused("which assistant? `make assistant NAME=shop`")
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Refused(
            f"NAME={name}: must be lower case letters, digits and _, with a letter first, "
            "because it is the name of a Python package, such as corner_shop"
        )
    folder, partial = root / name, root / f".{name}.partial"
    if folder.exists():
        raise Refused(f"{folder} exists already: choose another NAME, or change that one")
    words = name.split("_")
    values = {
        "name": name,
        "title": " ".join(words).capitalize(),
        "Class": "".join(word.capitalize() for word in words),
    }
    shutil.rmtree(partial, ignore_errors=True)
    try:
        for source in sorted(TEMPLATE.rglob("*.txt")):
            target = partial / source.relative_to(TEMPLATE).with_suffix("")
            target.parent.mkdir(parents=True, exist_ok=True)
            text = Template(source.read_text(encoding="utf-8")).substitute(values)
            target.write_text(text, encoding="utf-8")
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder

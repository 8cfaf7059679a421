"""Reads the files of an assistant that are data: `assistant.toml`, `prompt.md`, `phrases.toml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from prewarm.stock_phrase_table import Phrases

from .manifest import Manifest
from .toml_file import AssistantError, line_of, read_text, read_toml

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MANIFEST = TypeAdapter(Manifest)
_PHRASES = TypeAdapter(dict[str, Phrases])

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantFiles:
    """An assistant as its files describe it.

    Attributes:
        name: The name of its folder, which a dispatch gives as `assistant`.
        prompt: Its `prompt.md`.
        phrases: Its stock phrases by Sarvam's code of the language; it has them in each of its
            languages.
    """

    name: str
    folder: Path
    manifest: Manifest
    prompt: str
    phrases: Mapping[str, Phrases]


def read_assistant(folder: Path) -> AssistantFiles:
    """Read and check the files of an assistant.

    Raises:
        AssistantError: Lists their problems.
    """
    shown = shown_as(folder)
    if not _NAME.fullmatch(folder.name):
        raise AssistantError(f"{shown}: the folder's name must be lower case letters, digits and _")
    problems: list[str] = []
    manifest = collect(problems, lambda: _manifest(folder, shown))
    prompt = collect(problems, lambda: _prompt(folder, shown))
    phrases = collect(problems, lambda: _phrases(folder, shown, manifest))
    if manifest is None or prompt is None or phrases is None:
        raise AssistantError(*problems)
    return AssistantFiles(
        name=folder.name, folder=folder, manifest=manifest, prompt=prompt, phrases=phrases
    )


def read_chosen(root: Path, name: str | None) -> AssistantFiles:
    """Read the assistant of this name in a folder of assistants, or the default one.

    Raises:
        AssistantError: Lists the problems of its files; without a name, of every `assistant.toml`.
    """
    if name is not None:
        return read_assistant(root / name)
    problems: list[str] = []
    manifests: dict[str, Manifest] = {}
    for folder in sorted(path.parent for path in root.glob("*/assistant.toml")):
        manifest = collect(problems, partial(_manifest, folder, shown_as(folder)))
        if manifest is not None:
            manifests[folder.name] = manifest
    if problems:
        raise AssistantError(*problems)
    return read_assistant(root / default_of(manifests))


def default_of(manifests: Mapping[str, Manifest]) -> str:
    """The name of the assistant that answers calls that name none. Pure.

    Raises:
        AssistantError: None is the default, or several are.
    """
    if len(manifests) == 1:
        return next(iter(manifests))
    marked = [name for name, manifest in manifests.items() if manifest.default]
    if len(marked) != 1:
        which = "none" if not marked else " and ".join(marked)
        raise AssistantError(
            "which assistant answers a call that names none? `default = true` is in the "
            f"assistant.toml of {which}: mark one of {', '.join(manifests)}, or set ASSISTANT"
        )
    return marked[0]


def shown_as(folder: Path) -> str:
    """An assistant's folder in messages."""
    return f"{folder.parent.name}/{folder.name}"


def collect(problems: list[str], read: Callable[[], T]) -> T | None:
    """What `read` returns; None if it has problems, which are added to the others."""
    try:
        return read()
    except AssistantError as error:
        problems += error.problems
        return None


def _prompt(folder: Path, shown: str) -> str:
    prompt = read_text(folder / "prompt.md", shown=f"{shown}/prompt.md")
    if not prompt.strip():
        raise AssistantError(f"{shown}/prompt.md: is empty")
    return prompt


def _manifest(folder: Path, shown: str) -> Manifest:
    path = folder / "assistant.toml"
    manifest = read_toml(path, _MANIFEST, shown=f"{shown}/assistant.toml")
    text = read_text(path, shown=shown)
    if unknown := [code for code in manifest.voices if code not in manifest.languages]:
        raise AssistantError(
            *(
                f"{shown}/assistant.toml:{line_of(text, ('voices', code))}: voices.{code} is for a "
                "language that `languages` does not have"
                for code in unknown
            )
        )
    return manifest


def _phrases(folder: Path, shown: str, manifest: Manifest | None) -> Mapping[str, Phrases]:
    path, shown = folder / "phrases.toml", f"{shown}/phrases.toml"
    phrases = read_toml(path, _PHRASES, shown=shown)
    languages = phrases if manifest is None else manifest.languages
    text = read_text(path, shown=shown)
    problems = [
        f"{shown}:{line_of(text, (code,))}: [{code}] is a language that `languages` of "
        "assistant.toml does not have"
        for code in phrases
        if code not in languages
    ]
    problems += [
        f"{shown}: has no [{code}], which assistant.toml lists in `languages`"
        for code in languages
        if code not in phrases
    ]
    if problems:
        raise AssistantError(*problems)
    return phrases

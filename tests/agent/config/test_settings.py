"""Every setting acts, and every option of the TTS plugin is a setting or says why it is none."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from livekit.plugins import sarvam_pooled
from livekit.plugins.sarvam_pooled import (
    PoolLimits,
    Segmenting,
    Socket,
    Synthesis,
    Timeouts,
    models,
)
from livekit.plugins.sarvam_pooled.voice import VoiceArguments

from agent.config.settings import Settings

ROOT = Path(__file__).parents[3]
# They read settings to judge them; nothing acts by that.
JUDGES = ("agent/config/load.py", "agent/config/without_effect.py")
ACCEPTED = {"sarvam_base_url"}
"""Read because the official plugin has it; `without_effect.py` says when that may mislead."""
GROUPS = {
    "segmenting": Segmenting,
    "synthesis": Synthesis,
    "pool": PoolLimits,
    "timeouts": Timeouts,
    "socket": Socket,
}


def reads(path: Path) -> Iterator[str]:
    """Attributes of anything called `settings`, and in the class itself of `self`."""
    owner = "self" if path.name == "settings.py" else "settings"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            holder = node.value
            name = holder.id if isinstance(holder, ast.Name) else getattr(holder, "attr", "")
            if str(name).lstrip("_") == owner:
                yield node.attr


def test_every_setting_is_read_where_something_acts_on_it() -> None:
    """One that is only declared, documented and checked does nothing."""
    found: set[str] = set()
    for folder in ("agent", "prewarm"):
        for path in (ROOT / folder).rglob("*.py"):
            if str(path.relative_to(ROOT)) not in JUDGES:
                found |= set(reads(path))
    assert set(Settings.model_fields) - found == ACCEPTED


def test_every_property_of_the_settings_is_read() -> None:
    """Else the fields in it would only seem to be."""
    found: set[str] = set()
    for folder in ("agent", "prewarm"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "settings.py":
                found |= set(reads(path))
    derived = {name for name, item in vars(Settings).items() if isinstance(item, property)}
    assert {name for name in derived if not name.startswith("__")} <= found


def test_every_option_of_the_plugin_is_a_setting_or_documented_as_none() -> None:
    """In one place only: `build_tts`, or the table of docs/design.md."""
    constructor = inspect.signature(sarvam_pooled.TTS.__init__).parameters
    options = {name for name in constructor if name not in ("self", "voice", *GROUPS)}
    options |= VoiceArguments.__annotations__.keys()
    options |= {
        f"{group.__name__}.{item.name}" for group in GROUPS.values() for item in fields(group)
    }
    set_here, documented = options_from_settings(), documented_options()
    assert set_here | documented == options
    assert not set_here & documented


def test_sarvams_addresses_are_the_plugins() -> None:
    """Written twice: settings are read before the plugin is loaded, which takes 2 s."""
    fields = Settings.model_fields
    assert fields["sarvam_ws_url"].default == models.WS_URL
    assert fields["sarvam_base_url"].default == models.BASE_URL


def options_from_settings() -> set[str]:
    """What `build_tts` gives the plugin from the settings."""
    tree = ast.parse((ROOT / "agent/call/components.py").read_text(encoding="utf-8"))
    [build] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "build_tts"
    ]
    found: set[str] = set()
    for call in (node for node in ast.walk(build) if isinstance(node, ast.Call)):
        callee = getattr(call.func, "attr", "")
        prefix = "" if callee == "TTS" else f"{callee}."
        for keyword in call.keywords:
            if keyword.arg and not isinstance(keyword.value, ast.Call | ast.Name | ast.Constant):
                found.add(prefix + keyword.arg)
            elif keyword.arg and isinstance(keyword.value, ast.Call) and keyword.arg not in GROUPS:
                # A key: `settings.sarvam_api_key.get_secret_value()`.
                found.add(prefix + keyword.arg)
    return found


def documented_options() -> set[str]:
    """What docs/design.md says is not a setting."""
    text = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    table = text.split("## Options of the TTS plugin that are not settings")[1].split("\n## ")[0]
    found: set[str] = set()
    for line in table.splitlines():
        if not (match := re.match(r"\| (?:`([A-Z]\w+)`: )?(`[^|]+) \|", line)):
            continue
        prefix = f"{match[1]}." if match[1] else ""
        found |= {prefix + name for name in re.findall(r"`(\w+)`", match[2])}
    return found


@pytest.mark.parametrize("name", ["pace", "temperature", "pitch", "loudness"])
@pytest.mark.parametrize("model", ["bulbul:v3", "bulbul:v4-flash"])
def test_the_bounds_of_the_voice_are_those_of_the_plugin(name: str, model: str) -> None:
    """What the settings let through Sarvam takes, whatever the model."""
    bounds = {
        kind: getattr(item, kind)
        for item in Settings.model_fields[f"sarvam_{name}"].metadata
        for kind in ("ge", "le")
        if hasattr(item, kind)
    }
    for value in bounds.values():
        sarvam_pooled.TTS(api_key="key", model=model, **{name: value})
    if model == "bulbul:v4-flash":
        for value in (bounds["ge"] - 0.01, bounds["le"] + 0.01):
            with pytest.raises(sarvam_pooled.OptionError, match=name):
                sarvam_pooled.TTS(api_key="key", model=model, **{name: value})

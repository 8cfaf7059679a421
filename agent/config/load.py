"""Loads the settings from the environment and `.env`, checked whole before anything starts."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from voice_agent_env.env_file import PROVIDERS, is_missing, read_environment
from voice_agent_env.livekit_keys import weakness

from .settings import Settings

ENV_FILE = Path(__file__).resolve().parents[2] / ".env"

ROOM = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")

# Stands in for a key that is not needed. A provider refuses it.
_NO_KEY = "not-needed"

# pydantic's kinds of error -> what to write instead. No message shows the value.
_ADVICE = {
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
}


class ConfigError(Exception):
    """The settings are wrong. `problems` has a line for each problem and shows no secret."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"The worker cannot start:\n{lines}")
        self.problems = problems


def load_settings(
    *,
    env_file: Path = ENV_FILE,
    environ: Mapping[str, str] | None = None,
    needs_room: bool = True,
    needs_keys: Collection[str] = PROVIDERS,
) -> Settings:
    """Read and check all settings. The environment takes precedence over the file.

    Args:
        needs_room: LiveKit's address and keys are required (`console` has no room).
        needs_keys: The providers whose keys are required.

    Raises:
        ConfigError: Lists every problem.
    """
    values, problems = read_environment(env_file, os.environ if environ is None else environ)
    given = {name: value for name, value in values.items() if not is_missing(value)}
    settings: Settings | None = None
    if needs_room:
        problems += [_missing(name) for name in ROOM if name not in given]
    placeholders = {f"{name}_api_key": _NO_KEY for name in PROVIDERS if name not in needs_keys}
    found = {name.lower(): value for name, value in given.items()}
    try:
        settings = Settings.model_validate(placeholders | found)
    except ValidationError as error:
        # The error itself holds the input, which may be a secret: keep only what does not.
        problems += [_explain(detail) for detail in error.errors(include_input=False)]
    problems += _misspelt(given) if problems else []
    if settings is not None:
        problems += _contradictions(settings)
    if problems or settings is None:
        raise ConfigError(tuple(problems))
    return settings


def read_values() -> dict[str, str]:
    """The variables of `.env` and of the environment, which takes precedence, as they stand."""
    values, _ = read_environment(ENV_FILE, os.environ)
    return values


def _missing(name: str) -> str:
    if name in ROOM:
        return f"{name} is missing: set it to your LiveKit server's, or use `make run` without one"
    provider = name.removesuffix("_API_KEY").title().replace("Openai", "OpenAI")
    return f"{name} is missing: set it to your {provider} key, or try `make run` without keys"


def _explain(detail: Any) -> str:
    """One of pydantic's errors in words that name the variable."""
    name = str(detail["loc"][0]).upper()
    if detail["type"] == "missing":
        return _missing(name)
    if advice := _ADVICE.get(detail["type"]):
        return f"{name} {advice.format(**detail.get('ctx', {}))}"
    return f"{name} {detail['msg'].removeprefix('Value error, ')}"


def _misspelt(given: Mapping[str, str]) -> list[str]:
    """Problems with variables whose names are close to a setting that is not set."""
    known = {name.upper() for name in Settings.model_fields}
    problems = []
    for name in sorted(given.keys() - known):
        meant = get_close_matches(name, sorted(known - given.keys()), n=1, cutoff=0.9)
        problems += [f"{name} is not a setting: did you mean {nearest}?" for nearest in meant]
    return problems


def _contradictions(settings: Settings) -> list[str]:
    """Problems with pairs of settings that are valid alone and not together."""
    problems = []
    if settings.turn_detector and settings.vad_min_silence < 0.25:
        problems.append("VAD_MIN_SILENCE must be at least 0.25, or TURN_DETECTOR must be false")
    if settings.endpointing_max_delay < settings.endpointing_min_delay:
        problems.append("ENDPOINTING_MAX_DELAY must not be less than ENDPOINTING_MIN_DELAY")
    if settings.delays_turns and settings.endpointing_max_delay < settings.endpointing_doubt_delay:
        problems.append("ENDPOINTING_MAX_DELAY must not be less than ENDPOINTING_DOUBT_DELAY")
    for name in ("tts_parallel", "tts_pool_idle"):
        if settings.tts_max_connections < getattr(settings, name):
            problems.append(f"TTS_MAX_CONNECTIONS must not be less than {name.upper()}")
    if "hedge" in settings.latency_relief and settings.tts_hedge:
        problems.append(
            "LATENCY_RELIEF=hedge does nothing unless TTS_HEDGE is false: late syntheses are "
            "requested twice already"
        )
    limit, warn = settings.worker_memory_limit_mb, settings.worker_memory_warn_mb
    if 0 < limit < warn:
        problems.append(
            f"WORKER_MEMORY_LIMIT_MB ({limit:g}) must not be less than WORKER_MEMORY_WARN_MB"
            f" ({warn:g}): raise it, or set it to 0 for no limit"
        )
    if settings.outcome_webhook_url and not settings.outcome_webhook_secret:
        problems.append(
            "OUTCOME_WEBHOOK_SECRET is missing: OUTCOME_WEBHOOK_URL needs it; "
            '`echo "whsec_$(openssl rand -base64 32)"` makes one'
        )
    if settings.livekit_url and settings.livekit_api_secret:
        secret = settings.livekit_api_secret.get_secret_value()
        if weak := weakness(settings.livekit_url, secret):
            problems.append(f"LIVEKIT_API_SECRET {weak}")
    return problems

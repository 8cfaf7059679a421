"""The worker's settings, from the environment and `.env`, checked whole before anything starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"

PROVIDERS = ("sarvam", "deepgram", "openai", "cartesia")

# Values that `.env.example` and guides put where a key belongs.
_PLACEHOLDER = re.compile(
    r"^(your[-_ ].*|<.*>|\.\.\.|change[-_]?me|xxx+|sk-\.\.\.)$", re.IGNORECASE
)


class ConfigError(Exception):
    """The settings do not fit. `problems` has one line for each, without any value of a secret."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"The worker cannot start. In the environment or .env:\n{lines}")
        self.problems = problems


class Settings(BaseSettings):
    """Everything that can be set. The variable is the field's name in capitals."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    # LiveKit: the room server, in the cloud or one's own.
    livekit_url: str = ""
    livekit_api_key: str = ""
    livekit_api_secret: SecretStr = SecretStr("")

    # Providers. A base URL sends its client to another server of the same protocol.
    sarvam_api_key: SecretStr
    sarvam_ws_url: str = "wss://api.sarvam.ai/text-to-speech/ws"
    sarvam_base_url: str = "https://api.sarvam.ai/text-to-speech"
    sarvam_model: str = "bulbul:v3"
    sarvam_speaker: str | None = None
    deepgram_api_key: SecretStr
    deepgram_base_url: str = "https://api.deepgram.com/v1/listen"
    deepgram_model: str = "nova-3"
    deepgram_language: str | None = None
    """None: that of the agent."""
    openai_api_key: SecretStr
    openai_base_url: str = "https://api.openai.com/v1"
    openai_model: str = "gpt-4.1-mini"
    cartesia_api_key: SecretStr
    cartesia_base_url: str = "https://api.cartesia.ai"
    cartesia_model: str = "sonic-3"

    agent_name: str = ""
    """Empty: the worker takes every room. With a name, rooms have to ask for it."""
    agent_language: str = "en-IN"
    """Language of the greeting and the voice, as Sarvam spells it."""

    # The worker.
    metrics_port: int = Field(8081, ge=0, le=65535)
    """Port of health (`/`), `/worker` and, where it is on, `/metrics`; 0 is a free one."""
    worker_idle_processes: int | None = Field(None, ge=0, le=64)
    """Warm processes kept ready for the next calls; None is one for each CPU."""
    worker_load_threshold: float = Field(0.7, gt=0)
    """Share of the CPUs in use above which no call is taken; above 1 none is ever refused."""
    worker_memory_warn_mb: float = Field(500, ge=0)
    worker_memory_limit_mb: float = Field(0, ge=0)
    """A job above it is ended; 0 is without limit."""
    worker_drain_timeout: int = Field(3600, ge=0)
    """Seconds that calls in progress may take to finish after SIGTERM."""
    log_level: Literal["DEBUG", "INFO", "WARN", "ERROR"] = "INFO"

    # Switches: each on by default, and off it gives LiveKit's plain behaviour.
    turn_detector: bool = True
    """The bundled end-of-turn model; off, silence alone ends a turn."""
    vad: Literal["bundled", "plugin"] = "bundled"
    """Which copy of Silero: LiveKit's own runtime, or livekit-plugins-silero."""
    vad_min_silence: float = Field(0.25, ge=0.05, le=2)
    """Seconds of silence that end speech; the turn detector needs at least 0.25."""
    endpointing_min_delay: float = Field(0.0, ge=0, le=5)
    endpointing_max_delay: float = Field(1.5, ge=0, le=10)
    preemptive_llm: bool = True
    preemptive_tts: bool = True
    tts_first_clause: bool = True
    tts_parallel: int = Field(3, ge=1, le=8)
    tts_hedge: bool = True
    tts_pool_idle: int = Field(2, ge=0, le=10)
    tts_codec: Literal["linear16", "mp3"] = "linear16"
    """mp3 takes a third of the bytes on a poor line."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # `load_settings` has merged the environment and the file already.
        return (init_settings,)

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value

    @field_validator("livekit_url", "sarvam_ws_url")
    @classmethod
    def _websocket_url(cls, value: str) -> str:
        return _checked_url(value, ("ws", "wss", "http", "https")) if value else value

    @field_validator("sarvam_base_url", "deepgram_base_url", "openai_base_url", "cartesia_base_url")
    @classmethod
    def _http_url(cls, value: str) -> str:
        return _checked_url(value, ("http", "https", "ws", "wss"))

    @property
    def speech_language(self) -> str:
        """The language Deepgram listens for."""
        if self.deepgram_language:
            return self.deepgram_language
        return self.agent_language if self.agent_language == "en-IN" else self.agent_language[:2]


def load_settings(
    *,
    env_file: Path = ENV_FILE,
    environ: Mapping[str, str] | None = None,
    needs_room: bool = True,
) -> Settings:
    """Read and check everything. The environment wins over the file.

    Args:
        needs_room: LiveKit's address and keys are required (`console` has no room).

    Raises:
        ConfigError: With every problem there is.
    """
    values, problems = read_environment(env_file, os.environ if environ is None else environ)
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(
            {name.lower(): value for name, value in values.items() if not _is_missing(value)}
        )
    except ValidationError as error:
        problems += [_explain(detail) for detail in error.errors(include_input=False)]
    if needs_room:
        problems += [
            f"{name} is missing: set it to your LiveKit server's, or use `make run` without one"
            for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
            if _is_missing(values.get(name, ""))
        ]
    if problems or settings is None:
        raise ConfigError(tuple(problems))
    return settings


def read_environment(
    env_file: Path, environ: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The variables of `env_file` under those of `environ`, and what is wrong with the file."""
    try:
        text = env_file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return dict(environ), []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return dict(environ), [f"{env_file} cannot be read: {reason}"]
    problems = [
        f"{env_file}, line {line.original.line}: write NAME=value, with quotes around a value that"
        " has spaces or #"
        for line in parse_stream(StringIO(text))
        if line.error
    ]
    values = dotenv_values(stream=StringIO(text))
    return {k: v for k, v in values.items() if v is not None} | dict(environ), problems


def missing_providers(values: Mapping[str, str]) -> tuple[str, ...]:
    """The providers that have no key among these variables."""
    return tuple(
        name for name in PROVIDERS if _is_missing(values.get(f"{name.upper()}_API_KEY", ""))
    )


def _is_missing(value: str) -> bool:
    return not value.strip() or _PLACEHOLDER.fullmatch(value.strip()) is not None


def _checked_url(value: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"must be an address such as {schemes[-1]}://host/path")
    return value


def _explain(detail: Any) -> str:
    """One problem as a person would say it; pydantic's own text has no values here."""
    name = str(detail["loc"][0]).upper() if detail["loc"] else "settings"
    if detail["type"] == "missing":
        provider = name.removesuffix("_API_KEY").title()
        return f"{name} is missing: set it to your {provider} key, or try `make run` without keys"
    return f"{name} {detail['msg'].removeprefix('Value error, ').removeprefix('Input should be ')}"

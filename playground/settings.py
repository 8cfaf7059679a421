"""The playground's settings, from the environment and `.env`; problems are reported together."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from voice_agent_env.addresses import exposure, is_loopback
from voice_agent_env.env_file import read_environment
from voice_agent_env.livekit_keys import weakness

_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_SHORTEST_PASSWORD = 12

Names = tuple[str, ...]
"""Words with commas between them in the environment."""
Addresses = dict[str, str]
"""Provider -> host:port; in the environment `provider=host:port` with commas between them."""


class SettingsError(Exception):
    """The settings do not fit; `problems` has one line for each, without any value."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("The playground cannot start:\n" + "\n".join(f"  {p}" for p in problems))
        self.problems = problems


class Settings(BaseModel):
    """Where the LiveKit server is, how to sign for it, and where the page is served."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    # LiveKit. The same variables as the worker's.
    livekit_url: str
    """Address as the caller's browser reaches it: `ws://host:port` or `wss://host`."""
    livekit_api_key: str = Field(min_length=1)
    """API key of that server."""
    livekit_api_secret: SecretStr = Field(min_length=1)
    """API secret of that key."""
    agent_name: str = ""
    """Worker to dispatch by name. Empty: a worker that takes every room."""

    # The playground. The page and who may open it; for one machine unless a password is set.
    playground_host: str = "127.0.0.1"
    """Address that the page is served at. Beyond loopback PLAYGROUND_PASSWORD is needed."""
    playground_port: int = Field(7900, ge=0, le=65535)
    """Port of the page; 0: any free one."""
    playground_allowed_hosts: Names = ()
    """Host names, besides loopback's, under which the page may be opened, such as a proxy's, with
    commas between them. They need PLAYGROUND_PASSWORD."""
    playground_password: SecretStr | None = None
    """Password that the page asks for, 12 characters or more. Serve it behind TLS."""
    playground_visits_per_minute: int = Field(30, ge=1, le=10_000)
    """Calls that may begin in a minute."""

    # Stand-ins. Set by the sandbox, for the playground that it starts.
    sandbox_providers: Names = ()
    """Providers that are stand-ins; the page names them."""
    sandbox_stand_ins: Addresses = {}
    """Where stand-ins listen, on loopback: provider=127.0.0.1:port, with commas between them. The
    page can then change their delays and faults."""

    @field_validator("playground_allowed_hosts", "sandbox_providers", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("sandbox_stand_ins", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        if isinstance(value, str):
            pairs = (pair.partition("=") for pair in value.split(",") if pair.strip())
            return {name.strip(): address.strip() for name, _, address in pairs}
        return value

    @field_validator("sandbox_stand_ins")
    @classmethod
    def _on_loopback(cls, value: dict[str, str]) -> dict[str, str]:
        if not all(name and _is_loopback(address) for name, address in value.items()):
            raise ValueError("write provider=127.0.0.1:port, with commas between them")
        return value

    @field_validator("livekit_url")
    @classmethod
    def _as_websocket(cls, value: str) -> str:
        try:
            url = urlsplit(value)
            known = url.scheme in _SCHEMES and url.hostname and (url.port or True)
        except ValueError:
            known = False
        if not known:
            raise ValueError("write it as ws://host:port or wss://host")
        if exposed := exposure(value):
            raise ValueError(exposed)
        return url._replace(scheme=_SCHEMES[url.scheme], path=url.path.rstrip("/")).geturl()

    @field_validator("livekit_api_secret")
    @classmethod
    def _strong(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        # Without an address there is a problem already.
        url = info.data.get("livekit_url")
        if url and (weak := weakness(url, value.get_secret_value())):
            raise ValueError(weak)
        return value

    @field_validator("playground_password")
    @classmethod
    def _asked_for(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().strip()) < _SHORTEST_PASSWORD:
            raise ValueError(f"must have {_SHORTEST_PASSWORD} characters or more")
        opened = [
            name
            for name, hosts in (
                ("PLAYGROUND_HOST", (info.data.get("playground_host", ""),)),
                ("PLAYGROUND_ALLOWED_HOSTS", info.data.get("playground_allowed_hosts", ())),
            )
            if not all(is_loopback(host) for host in hosts)
        ]
        if value is None and opened:
            raise ValueError(
                f"set one of {_SHORTEST_PASSWORD} characters or more, as {opened[0]} lets others "
                "than this machine open the page and make calls"
            )
        return value


def _is_loopback(address: str) -> bool:
    """Whether it is `host:port` and nothing else, the host a loopback address."""
    try:
        url = urlsplit(f"//{address}")
        port = url.port
        loopback = ip_address(url.hostname or "").is_loopback
    except ValueError:
        return False
    return loopback and bool(port) and url.netloc == address


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """Read the environment, and `env_file` for what the environment leaves out.

    Raises:
        SettingsError: With every problem there is.
    """
    written, problems = read_environment(env_file, {})
    values = written | {name: text for name, text in os.environ.items() if text}
    try:
        settings = Settings.model_validate({name.lower(): text for name, text in values.items()})
    except ValidationError as error:
        problems += [_problem(detail) for detail in error.errors()]
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def _problem(detail: Any) -> str:
    name = str(detail["loc"][0]).upper()
    if detail["type"] == "missing":
        return f"{name} is not set: put it into the environment or into .env."
    return f"{name}: {detail['msg'].removeprefix('Value error, ')}."

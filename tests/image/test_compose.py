"""compose.yaml: no service may do more than it needs, and the worker is not kept from calls."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agent.config.settings import Settings

from .conftest import named_volumes

Services = dict[str, dict[str, Any]]
NAMES = ("livekit", "worker", "phrases", "sandbox", "playground", "prometheus", "grafana")


def test_all_services_are_tested(services: Services) -> None:
    """A new service is held to the same rules."""
    assert set(services) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_has_no_more_rights_than_it_needs(services: Services, name: str) -> None:
    """No capability, no way to one, a root that cannot be written, and bounded memory and pids."""
    service = services[name]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert not service.get("privileged")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert re.fullmatch(r"/tmp:size=\d+m,mode=1777", service["tmpfs"][0])
    assert re.fullmatch(r"(\$\{\w+:-)?\d+[mg]\}?", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 4096


@pytest.mark.parametrize("name", NAMES)
def test_an_image_is_pinned_or_built_here(services: Services, name: str) -> None:
    """By tag for people and by digest for Docker."""
    service = services[name]
    if "build" not in service:
        assert re.fullmatch(r"[a-z/-]+:v?[\d.]+@sha256:[0-9a-f]{64}", service["image"])


def test_the_worker_may_drain(services: Services) -> None:
    """It is not killed before its own time for calls in progress is over."""
    grace = re.fullmatch(r"(\d+)m", services["worker"]["stop_grace_period"])
    assert grace
    assert int(grace[1]) * 60 >= Settings.model_fields["worker_drain_timeout"].default + 30


def test_phrases_are_made_before_the_worker_starts_and_never_stop_it(services: Services) -> None:
    """Into the same store; `--within` bounds the time and makes 0 of every exit code."""
    worker, phrases = services["worker"], services["phrases"]
    assert worker["depends_on"]["phrases"]["condition"] == "service_completed_successfully"
    assert phrases["command"][:3] == ["phrases", "build", "--within"]
    assert float(phrases["command"][3]) <= 120
    assert phrases["restart"] == "no"
    assert phrases["build"] == worker["build"]
    assert named_volumes(phrases) == named_volumes(worker) != {}
    assert phrases["environment"] == worker["environment"]


def test_the_store_is_the_images_own_whatever_env_says(services: Services) -> None:
    """A folder of a developer's machine in .env would be on the read-only root."""
    (volume,) = named_volumes(services["worker"]).values()
    assert services["worker"]["environment"]["PHRASE_STORE_DIR"].startswith(f"{volume}/")


def test_nobody_can_log_in_to_grafana(services: Services) -> None:
    """No first admin, whose password would be known to all, and nothing that takes a password."""
    settings = services["grafana"]["environment"]
    assert settings["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
    assert settings["GF_AUTH_DISABLE_LOGIN_FORM"] == "true"
    assert settings["GF_AUTH_BASIC_ENABLED"] == "false"
    assert settings["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
    assert settings["GF_SERVER_HTTP_ADDR"] == "127.0.0.1"

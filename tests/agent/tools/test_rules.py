"""A tool's own rules, and where it is written."""

from __future__ import annotations

import inspect

import pytest
from livekit.agents import Agent, function_tool

from agent.tools.rules import Rules, place_of, rules_of, tool_rules


class Shop(Agent):
    """Has a tool with rules, and one without."""

    @function_tool
    @tool_rules(timeout=60, repeatable=True)
    async def stock(self) -> str:
        """What there is."""
        return ""

    @function_tool
    async def order(self) -> str:
        """Order it."""
        return ""


def test_a_tool_has_its_rules_or_the_defaults() -> None:
    """Bound to an agent, too."""
    shop = Shop(instructions="")
    assert rules_of(Shop.stock) == rules_of(shop.stock) == Rules(timeout=60, repeatable=True)
    assert rules_of(shop.order) == Rules()


def test_a_limit_of_no_time_is_refused() -> None:
    """No tool could run."""
    with pytest.raises(ValueError, match="more than 0"):
        tool_rules(timeout=0)


def test_a_place_is_the_file_in_the_project_and_the_line() -> None:
    """An editor opens it."""
    _, line = inspect.getsourcelines(inspect.unwrap(Shop.order))
    assert str(place_of(Shop.order)) == f"tests/agent/tools/test_rules.py:{line}"

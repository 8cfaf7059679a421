"""What the worker wrote of a call: its prompts, and its history with the tools that ran. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from evals.transcript import ToolCall


@dataclass(frozen=True, slots=True)
class Record:
    """One call, as the worker saw it."""

    instructions: str
    items: tuple[Mapping[str, Any], ...]
    """The history's items, as LiveKit writes them, with `created_at` in seconds of Unix time."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `worker` wrote."""
        data = json.loads(text)
        return cls(data["instructions"], tuple(data["history"]["items"]))

    def tools(self, after: float, until: float) -> tuple[ToolCall, ...]:
        """The tools that were called between two instants of Unix time."""
        outputs = {
            item["call_id"]: item for item in self.items if item["type"] == "function_call_output"
        }
        return tuple(
            ToolCall(
                item["name"],
                item["arguments"],
                output=outputs[item["call_id"]]["output"] if item["call_id"] in outputs else "",
                failed=bool(outputs.get(item["call_id"], {"is_error": True})["is_error"]),
            )
            for item in self.items
            if item["type"] == "function_call" and after <= item["created_at"] < until
        )

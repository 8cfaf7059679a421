"""What assistants are written on. `from agent.assistant import Assistant, AssistantTask, CallInfo`.

An assistant is a folder of `assistants/`; docs/your-own-assistant.md shows how to write one.
"""

from ..tools import tool_rules
from .assistant import Assistant, AssistantTask
from .call_info import CallInfo

__all__ = ["Assistant", "AssistantTask", "CallInfo", "tool_rules"]

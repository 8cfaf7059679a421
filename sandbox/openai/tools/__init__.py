"""Calls of the tools that a request offers: which, and with what arguments."""

from .arguments import Facts, fill
from .choice import call, choose_calls

__all__ = ["Facts", "call", "choose_calls", "fill"]

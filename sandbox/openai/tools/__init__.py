"""Calls of a request's tools: which ones, and with what arguments."""

from .arguments import Facts, fill, kinds
from .choice import call, choose_calls

__all__ = ["Facts", "call", "choose_calls", "fill", "kinds"]

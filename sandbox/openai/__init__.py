"""A stand-in for OpenAI: chat completions and embeddings by rules, on OpenAI's wire."""

from .account import OpenAIOptions
from .server import OpenAIStandIn

__all__ = ["OpenAIOptions", "OpenAIStandIn"]

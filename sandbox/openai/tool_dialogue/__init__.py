"""Dialogues that call tools: by the prompt, the tools' schemas and their results; no model."""

from .dialogue import respond

__all__ = ["respond"]

"""Dialogues that call tools: by the prompt, the tools' schemas and their results; no model."""

from .conversation import Ran, events_of
from .dialogue import respond
from .outcome import events_in, outcome

__all__ = ["Ran", "events_in", "events_of", "outcome", "respond"]

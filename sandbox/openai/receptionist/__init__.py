"""A rule-based receptionist of an Indian clinic: English, Hindi and Tamil; no model, no network."""

from .conversation import Answer, Message, answer

__all__ = ["Answer", "Message", "answer"]

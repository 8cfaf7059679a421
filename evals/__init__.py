"""Conversations with assistants, for development: no part of a call."""

"""Segments to audio in order: pure decisions, and one asyncio shell (`reply.py`)."""

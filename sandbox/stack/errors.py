"""The one failure that bring-up raises for what a user can put right."""

from __future__ import annotations


class BringUpError(Exception):
    """Its text says what is wrong and what to do, and is all that the user sees."""

"""What can go wrong at the desk. Each text is written for the model: what is so, and what to do.

A tool passes `str(error)` on as its result. None of these texts holds a path, an address or a key.
"""

from __future__ import annotations

from datetime import datetime


class DeskError(Exception):
    """The desk did not do it, and wrote nothing unless a subclass says otherwise."""


class BadArgument(DeskError):
    """An argument has the wrong form: the model should correct it, or ask the caller."""


class NoSuchAppointment(DeskError):
    """No appointment has this reference, or it is cancelled or over."""


class NotOffered(DeskError):
    """Nobody can have this time: closed, past, too far ahead, or not the start of a slot."""

    def __init__(self, text: str, alternatives: tuple[datetime, ...]) -> None:
        super().__init__(text)
        self.alternatives = alternatives
        """The nearest free starts with the same doctor, earliest first; may be empty."""


class SlotTaken(DeskError):
    """Somebody else has this slot."""

    def __init__(self, text: str, alternatives: tuple[datetime, ...]) -> None:
        super().__init__(text)
        self.alternatives = alternatives
        """As those of `NotOffered`."""


class DeskUnavailable(DeskError):
    """The book of appointments could not be read or written in time.

    Whether a booking, move or cancellation was written is unknown: the same request again, with
    the same key, finds out.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            "The book of appointments cannot be reached just now. Do not say that anything was "
            "booked, moved or cancelled. Apologise; try once more, or ask the caller to call again "
            "later."
        )
        self.reason = reason
        """For the operator, and in the log: what is wrong with the database, and what to do."""

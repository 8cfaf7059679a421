"""What the records refuse. The texts are for the model, and hold nothing secret."""

from __future__ import annotations


class ParcelError(Exception):
    """A wish that cannot be met as it is; the text says what would be possible."""


class RecordsUnavailable(ParcelError):
    """The database did not answer."""

    def __init__(self) -> None:
        super().__init__(
            "The records failed, and nothing is certain to be written. Apologise, say that the "
            "office will call again, and end the call."
        )

"""The lengths of `..length` by their old name, for the Attempts."""

from ..length import MARGIN, SHORTEST, longest, usual_length

__all__ = ["MARGIN", "SHORTEST", "longest", "usual_length"]

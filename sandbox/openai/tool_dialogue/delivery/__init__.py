"""A call about a delivery: an agenda instead of a caller's wishes."""

from .agenda import is_delivery
from .report import fold_in
from .turn import after_turn, decide

__all__ = ["after_turn", "decide", "fold_in", "is_delivery"]

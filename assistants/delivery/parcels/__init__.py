"""The courier's records: the parcel that a call is about, and what came of the call.

Nothing here knows of calls, models or LiveKit. What goes wrong is a `ParcelError`, whose text the
model reads.
"""

from .addresses import read_address, same_district
from .errors import ParcelError, RecordsUnavailable
from .order import Order, order_from
from .outcome import CallOutcome, Outcome, Reported
from .persons import is_same_person
from .records import Records
from .slots import Slot, callback_time, read_slot

__all__ = [
    "CallOutcome",
    "Order",
    "Outcome",
    "ParcelError",
    "Records",
    "RecordsUnavailable",
    "Reported",
    "Slot",
    "callback_time",
    "is_same_person",
    "order_from",
    "read_address",
    "read_slot",
    "same_district",
]

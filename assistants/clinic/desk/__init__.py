"""The clinic's desk: opening hours, free slots, and the book of appointments.

It knows nothing of calls, models or LiveKit. A tool of the assistant is one method of `Desk`; what
goes wrong is a `DeskError`, whose text is written for the model.
"""

from .appointment import Appointment
from .clinic import INDIA, Clinic, Doctor, load_clinic
from .desk import Desk, FreeSlots
from .errors import (
    BadArgument,
    DeskError,
    DeskUnavailable,
    NoSuchAppointment,
    NotOffered,
    SlotTaken,
)
from .schedule import Hours

__all__ = [
    "INDIA",
    "Appointment",
    "BadArgument",
    "Clinic",
    "Desk",
    "DeskError",
    "DeskUnavailable",
    "Doctor",
    "FreeSlots",
    "Hours",
    "NoSuchAppointment",
    "NotOffered",
    "SlotTaken",
    "load_clinic",
]

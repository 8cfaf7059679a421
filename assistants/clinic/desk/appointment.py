"""An appointment as it is in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """One row of the record, read after the write that it confirms."""

    reference: str
    """Six digits. It names the appointment whatever is moved."""
    doctor: str
    """The doctor's id in `clinic.toml`."""
    start: datetime
    """With India's time zone."""
    name: str
    """Of the patient, in Latin letters."""
    phone: str
    """E.164, such as +919876543210."""
    cancelled: bool = False

"""The tables of the book of appointments. Other assistants may share the database: these are named
for the clinic.

Times are in India's time, without a zone: a person who looks into the database reads what callers
heard, and India has one zone without summer time.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, String, Table, UniqueConstraint

VERSION: Final = 1
"""Of these tables. Who changes them adds one, and the statements that lead there."""

metadata = MetaData()

schema = Table(
    "clinic_schema",
    metadata,
    # One row: the key admits no second.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)

appointments = Table(
    "clinic_appointments",
    metadata,
    Column("reference", String(6), primary_key=True),
    Column("doctor", String(20), nullable=False),
    Column("start", DateTime, nullable=False),
    Column("name", String(60), nullable=False),
    Column("phone", String(16), nullable=False),
    # True, or NULL once it is cancelled. NULLs are distinct to a unique constraint, in SQLite,
    # PostgreSQL, MySQL and MariaDB: cancelled appointments leave their slot free.
    Column("active", Boolean),
    Column("made", DateTime, nullable=False),
    Column("changed", DateTime, nullable=False),
    # No slot is given twice, whoever asks at the same time.
    UniqueConstraint("doctor", "start", "active"),
    # An index to find appointments by phone that CREATE TABLE can make; the second is unique alone.
    UniqueConstraint("phone", "reference"),
)

requests = Table(
    "clinic_requests",
    metadata,
    # SHA-256, in hexadecimal, of a caller's key and what was asked for.
    Column("digest", String(64), primary_key=True),
    Column("reference", String(6), nullable=False),
    Column("made", DateTime, nullable=False),
)
"""Bookings and moves that were done: the same request again changes nothing."""

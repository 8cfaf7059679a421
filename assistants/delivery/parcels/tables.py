"""The tables: parcels, and calls about them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, DateTime, MetaData, String, Table, Text

from .addresses import LONGEST

METADATA: Final = MetaData()

PARCELS: Final = Table(
    "delivery_parcels",
    METADATA,
    Column("order_id", String(30), primary_key=True),
    Column("customer_name", String(60), nullable=False),
    Column("sender", String(LONGEST)),
    Column("address", String(LONGEST), nullable=False),
    Column("pincode", String(6), nullable=False),
    Column("day", Date, nullable=False),
    Column("part", String(10), nullable=False),
    # planned, confirmed or refused.
    Column("state", String(10), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
)
"""One row an order. A dispatcher may write it before the call; otherwise the call does, once the
customer has settled something."""

CALLS: Final = Table(
    "delivery_calls",
    METADATA,
    Column("call", String(255), primary_key=True),
    Column("order_id", String(30)),
    Column("outcome", String(20), nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    # What a person of the office is to call back about; NULL if nobody is.
    Column("callback", Text),
    Column("updated", DateTime(timezone=True), nullable=False),
)
"""One row a call, by the name of its room."""

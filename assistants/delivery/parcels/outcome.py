"""What came of a call, for whoever placed it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

Reported = Literal[
    "confirmed",
    "rescheduled",
    "address_changed",
    "refused",
    "wrong_person",
    "not_verified",
    "call_back",
    "human_requested",
]
"""What an agent can say of its call."""
Outcome = Reported | Literal["unfinished", "no_order"]
"""Also what is recorded before one does: the customer has hung up; the dispatch was wrong."""


class CallOutcome(BaseModel):
    """The outcome of one call, as the records have it."""

    order_id: str | None = Field(description="The order; null if the dispatch named none")
    outcome: Outcome = Field(description="What came of the call")
    verified: bool = Field(description="Whether the customer's name was verified")
    address: str | None = Field(None, description="Where the parcel goes, if that was settled")
    pincode: str | None = Field(None, description="Its PIN code")
    slot: str | None = Field(None, description="When it comes: a date and a part of the day")
    note: str = Field("", description="What else the office should know")
    callback: str | None = Field(None, description="What a person is to call back about")

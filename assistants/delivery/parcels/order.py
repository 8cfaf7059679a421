"""The order that a call is about, from the variables of its dispatch.

```json
{"assistant": "delivery", "language": "ta-IN", "variables": {
  "order_id": "TC-48210", "customer_name": "Priya Raman", "sender": "Nila Books",
  "address": "14 Gandhi Road, Adyar, Chennai", "pincode": "600020", "slot": "2026-12-01 evening"}}
```

With `order_id` alone the order is looked up in the records. All of it comes from outside, and none
of it is an instruction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from .addresses import Line, PinCode
from .slots import Part, Slot


def _slot(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    day, _, named = value.strip().partition(" ")
    part: Part | None = next((one for one in get_args(Part) if one == named), None)
    if part is None:
        raise ValueError('must be a date and a part of the day, such as "2026-12-01 evening"')
    return Slot(date.fromisoformat(day), part)


OrderId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{2,29}$")]
PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z][A-Za-z .'-]{1,59}$")
]
"""In Latin letters, as it is on the label."""


class Order(BaseModel):
    """One parcel that is on its way."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    order_id: OrderId
    customer_name: PersonName
    address: Line
    pincode: PinCode
    slot: Annotated[Slot, BeforeValidator(_slot)]
    sender: Line | None = None

    def as_data(self) -> str:
        """What the model may know of it, a line for each field. The values are JSON: whatever
        stands in one cannot leave its quotation marks or its line."""
        known = {
            "order": self.order_id,
            "sender": self.sender,
            "planned": self.slot.spoken(),
            "pincode": self.pincode,
            "address": self.address,
        }
        shown = {name: json.dumps(value) for name, value in known.items() if value}
        return "\n".join(f"{name}: {value}" for name, value in shown.items())


class _Named(BaseModel):
    """The least that a dispatch must say."""

    order_id: OrderId


Known = TypeVar("Known", Order, _Named)


def order_from(variables: Mapping[str, str]) -> Order | str:
    """The order, or its id if the variables name it without the rest.

    Raises:
        ValueError: They name no order; or some of the rest is missing or wrong. The message has
            the names of the variables, and no values.
    """
    if set(variables) & (Order.model_fields.keys() - {"order_id"}):
        return _checked(Order, variables)
    return _checked(_Named, variables).order_id


def _checked(model: type[Known], variables: Mapping[str, str]) -> Known:
    try:
        return model.model_validate(dict(variables))
    except ValidationError as error:
        raise ValueError(
            "; ".join(
                f"{each['loc'][0]}: {each['msg']}" for each in error.errors(include_input=False)
            )
        ) from None

"""The schema of `callers.toml`: who calls, what they want and say, and what must come of it.

```toml
now = 2026-12-01T09:10:00+05:30        # the clock of every call

[database]
tables = ["appointments"]              # those whose rows are judged
read_back = { appointments = ["start"] }

[rows.at-ten]                          # in the database of callers whose `before` names it
table = "appointments"
row = { name = "Ravi", start = 2026-12-02T10:00:00 }

[[callers]]
id = "hurried"
language = "en-IN"
persona = "hurried"                    # see personas.toml
goal = "An appointment with Dr. Rao tomorrow at ten"
opens = "I need doctor Rao tomorrow at ten, quickly please."
also = ["How much is it?"]             # said when nothing is asked any more
says.name = ["Anita Desai", "Anita. A for Agra."]    # one for each time that she is asked
says.phone = "98200 12345"
changes = [{ at = "confirm", says = "No, wait, on Thursday.", then = { day = "Thursday" } }]
[callers.expect]
calls = ["book_appointment"]
says = [["Rs. 500", "500 rupees"]]     # one of each group must be said
never_says = ["Rs. 700"]
rows = [{ table = "appointments", where = { patient = "Anita Desai" } }]
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from evals.speech.asks import AskWords, ask_file
from evals.speech.folding import words

from .personas import persona_file

Value = str | int | float | bool | datetime | date | time


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _any_of(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _has_words(text: str) -> str:
    if not words(text):
        raise ValueError("needs at least one word")
    return text.strip()


Saying = Annotated[str, Field(max_length=500), AfterValidator(_has_words)]
Sayings = Annotated[tuple[Saying, ...], BeforeValidator(_listed)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Data):
    """A row that is in the database before the call."""

    table: str
    row: Mapping[str, Value] = Field(min_length=1)


class ExpectedRow(_Data):
    """Rows that must be in the database after the call."""

    table: str
    where: Mapping[
        str, Annotated[tuple[Value | None, ...], BeforeValidator(_any_of), Field(min_length=1)]
    ]
    """Column -> its value, or several of which one must be there."""
    count: int = Field(1, ge=0, le=1000)


class Expectation(_Data):
    """What must come of a call."""

    calls: tuple[str, ...] = ()
    """Tools that must have succeeded."""
    never_calls: tuple[str, ...] = ()
    never_fails: tuple[str, ...] = ()
    """Tools that may run, and must not fail: the agent could know better."""
    says: tuple[Annotated[tuple[str, ...], BeforeValidator(_listed)], ...] = ()
    """Groups of phrases; the agent must say one of each. Notation of `evals/speech/asks.toml`."""
    never_says: tuple[str, ...] = ()
    outcome: Mapping[str, Value] = Field(default_factory=dict)
    """Fields of the outcome that the assistant declares (by text)."""
    rows: tuple[ExpectedRow, ...] = ()
    """Every change of a judged table must be to one of these rows."""


class Change(_Data):
    """What she says in place of an answer, once: a change of mind, or another question."""

    at: str
    """The ask at which she says it."""
    says: Saying
    then: Mapping[str, Sayings] = Field(default_factory=dict)
    """What she answers from then on."""
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}-[A-Z]{2}$")
    """The language that she speaks from then on, this included; None: as before."""


class Caller(_Data):
    """One simulated caller."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    language: str = Field(pattern=r"^[a-z]{2,3}-[A-Z]{2}$")
    """The language she speaks."""
    call_language: str | None = Field(None, pattern=r"^[a-z]{2,3}-[A-Z]{2}$")
    """The language in which the call begins; None: hers."""
    persona: str
    goal: str = Field(min_length=8)
    """For readers, and for a model that plays her."""
    variables: Mapping[str, str] = Field(default_factory=dict)
    """Of the call's dispatch."""
    opens: Sayings = ()
    """What she wants, in several words; empty if the agent called her."""
    says: Mapping[str, Annotated[Sayings, Field(min_length=1)]] = Field(default_factory=dict)
    """Ask -> what she says when asked for it the first time, the second time, and so on."""
    also: Sayings = ()
    changes: tuple[Change, ...] = ()
    picks: str | None = Field(None, pattern=r"^(first|last|1?\d:[0-5]\d)$")
    """Which of the offered times she takes if hers is not among them; None: she insists on hers."""
    before: tuple[str, ...] = ()
    """Names of `rows` that are in the database when she calls."""
    expect: Expectation = Expectation()
    sound: bool = False
    """Whether she is one of those who call by sound too."""

    @field_validator("persona")
    @classmethod
    def _is_known(cls, persona: str) -> str:
        known = persona_file().personas
        if persona not in known:
            raise ValueError(f"{persona!r} is not one of {', '.join(known)}")
        return persona


class Judged(_Data):
    """What is judged of the database."""

    make: str | None = Field(None, pattern=r"^\w+(\.\w+)*:\w+$")
    """Module of the assistant's folder, and what in it makes the tables of a database, given its
    URL (`desk.database:Database`), for rows that are there before a call; closed if it can be."""
    tables: tuple[str, ...] = ()
    """Tables whose rows are judged; empty: all."""
    read_back: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Table -> columns that the agent must say when it has written a row: a time, a date, or words
    (in English replies)."""


class CallerFile(_Data):
    """All simulated callers of an assistant."""

    now: AwareDatetime
    """When every call is made."""
    turns: int = Field(16, ge=2, le=60)
    """Most turns of a caller."""
    variables: Mapping[str, str] = Field(default_factory=dict)
    """Of every call's dispatch; a caller's own come on top."""
    database: Judged = Judged()
    rows: Mapping[str, Row] = Field(default_factory=dict)
    """Rows that callers name in `before`."""
    names: tuple[str, ...] = ()
    """Regular expressions; what their first group finds in a reply must have a source, too."""
    asks: Mapping[str, AskWords] = Field(default_factory=dict)
    """Further asks, and other words for those of `evals/speech/asks.toml`."""
    callers: tuple[Caller, ...] = Field(min_length=1)

    @field_validator("names")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                groups = re.compile(pattern).groups
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
            if groups < 1:
                raise ValueError(f"{pattern!r} needs a group")
        return patterns

    @field_validator("callers")
    @classmethod
    def _have_ids_of_their_own(cls, callers: tuple[Caller, ...]) -> tuple[Caller, ...]:
        ids = [caller.id for caller in callers]
        for double in sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"two callers have the id {double!r}")
        return callers

    @model_validator(mode="after")
    def _name_what_is_there(self) -> Self:
        known = {*ask_file().asks, *self.asks}
        for caller in self.callers:
            said = {*caller.says, *(c.at for c in caller.changes)}
            said |= {ask for change in caller.changes for ask in change.then}
            if unknown := sorted(said - known):
                raise ValueError(
                    f"caller {caller.id!r} answers {unknown[0]!r}, which no ask is named; "
                    f"there are: {', '.join(sorted(known))}"
                )
            if missing := sorted(set(caller.before) - set(self.rows)):
                raise ValueError(
                    f"caller {caller.id!r} names {missing[0]!r}, which is not in `rows`"
                )
            judged = set(self.database.tables)
            tables = {row.table for row in caller.expect.rows}
            if judged and (unknown := sorted(tables - judged)):
                raise ValueError(
                    f"caller {caller.id!r} expects rows of {unknown[0]!r}, which is not in "
                    "`database.tables`"
                )
        return self

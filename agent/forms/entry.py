"""What all forms have in common: words come in over several turns, and a value comes out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ..turns.expected import Progress

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Judged(Generic[T_co]):
    """What words are, as a form."""

    progress: Progress
    candidates: tuple[T_co, ...] = ()
    """What they can mean. Of two, the caller must choose: कल is tomorrow and yesterday."""
    problem: str | None = None
    """Why they cannot become a value, such as "too_many"; None if more words may still help."""

    @property
    def value(self) -> T_co | None:
        """What they mean, if that is certain."""
        return self.candidates[0] if len(self.candidates) == 1 else None


class Entry(Protocol[T_co]):
    """A form as far as it has been said. Immutable."""

    @property
    def heard(self) -> str:
        """The words that count so far."""

    @property
    def judged(self) -> Judged[T_co]:
        """What they are."""

    def feed(self, text: str) -> Entry[T_co]:
        """The entry after the caller has said `text`: a part of the value, all of it, or nothing
        that concerns it."""

    def progress_with(self, text: str) -> Progress:
        """How far the value comes with `text`, the transcript of a turn that may go on."""

    def is_all_of(self, text: str) -> bool:
        """Whether `text` has nothing but words of this form, so that no model need judge them."""

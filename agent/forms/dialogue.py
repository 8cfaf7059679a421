"""The conversation about one form: what the caller's words are, and what is said next. Pure.

A value is read back before it counts. The caller has a few tries: an impossible value, a denied one
and words that could not be used are one each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from ..turns.expected import Progress
from .answers import is_refusal, ordinal, yes_or_no
from .entry import Entry
from .phrases import FormPhrases

T = TypeVar("T")

Move = Literal["record_answer", "confirm_answer", "reject_answer", "decline_answer"]
"""What words do. The names are those of the task's tools."""


@dataclass(frozen=True, slots=True)
class FormDialogue(Generic[T]):
    """Where a conversation is."""

    empty: Entry[T]
    """The form before anything was said."""
    entry: Entry[T]
    failures: int = 0
    problem: str | None = None
    """Why the last value was not taken; "not_understood" and "denied", too."""

    @property
    def offered(self) -> T | None:
        """The value that is read back and waits for a yes; None if there is none."""
        return self.entry.judged.value

    @property
    def choices(self) -> tuple[T, ...]:
        """The values between which the caller must choose."""
        candidates = self.entry.judged.candidates
        return candidates if len(candidates) > 1 else ()

    def move_of(self, text: str) -> Move | None:
        """What the caller's words do; None if that is for the model to say."""
        if is_refusal(text):
            return "decline_answer"
        if self.offered is not None and (answer := yes_or_no(text)) is not None:
            return "confirm_answer" if answer else "reject_answer"
        if self.offered is not None and self._repeats(text):
            return "confirm_answer"
        if self.entry.is_all_of(text) or (self.choices and ordinal(text) is not None):
            return "record_answer"
        return None

    def progress_with(self, text: str) -> Progress:
        """How far the answer to the last question is with `text`, which may go on."""
        if self.offered is not None and yes_or_no(text) is not None:
            return Progress.COMPLETE
        return self.entry.progress_with(text)

    def record(self, text: str) -> FormDialogue[T]:
        """The conversation after these words of the value."""
        chosen = ordinal(text) if self.choices else None
        if chosen is None:
            entry = self.entry.feed(text)
        else:
            entry = self.empty.feed(str(self.choices[chosen - 1]))
        judged = entry.judged
        if judged.problem is not None:
            return self._failed(judged.problem)
        if not judged.candidates and entry.heard == self.entry.heard:
            return replace(self, failures=self.failures + 1, problem="not_understood")
        if self.choices and judged.candidates == self.choices:
            return replace(self, failures=self.failures + 1, problem=None)
        return replace(self, entry=entry, problem=None)

    def reject(self) -> FormDialogue[T]:
        """The conversation after the caller has denied the value."""
        return self._failed("denied")

    def _repeats(self, text: str) -> bool:
        """Whether the caller says the offered value once more."""
        return self.entry.is_all_of(text) and self.empty.feed(text).judged.value == self.offered

    def _failed(self, problem: str) -> FormDialogue[T]:
        return FormDialogue(self.empty, self.empty, self.failures + 1, problem)


@dataclass(frozen=True, slots=True)
class FormSpeech(Generic[T]):
    """How a form is talked about, in one language."""

    question: str
    say: Callable[[T], str]
    """A value as it is read back."""
    say_part: Callable[[str], str]
    """The words so far, if they are a part of a value, as they are read back."""
    limits: tuple[T, T] | None = None
    help: str | None = None
    """Asked instead of the question from the second try on."""

    def next(self, dialogue: FormDialogue[T], phrases: FormPhrases) -> str:
        """What is said next."""
        if (offered := dialogue.offered) is not None:
            return phrases.confirm.format(value=self.say(offered))
        if dialogue.choices:
            one, other, *_ = map(self.say, dialogue.choices)
            return phrases.choose.format(one=one, other=other)
        if dialogue.problem is None and (part := self.say_part(dialogue.entry.heard)):
            return phrases.go_on.format(value=part)
        question = self.help if self.help and dialogue.failures else self.question
        return " ".join([*self._about(dialogue.problem, phrases), question])

    def _about(self, problem: str | None, phrases: FormPhrases) -> list[str]:
        if problem == "not_understood":
            return [phrases.again]
        if problem is None or problem == "denied":
            return []
        if problem == "out_of_range" and self.limits is not None:
            one, other = map(self.say, self.limits)
            return [phrases.range.format(one=one, other=other)]
        return [phrases.invalid]

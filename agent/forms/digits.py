"""Numbers that are dictated digit by digit or in groups, perhaps over several turns. Pure.

Indian forms: a mobile number has ten digits and begins with 6 to 9 (National Numbering Plan), with
+91, 91 or 0 in front of it or not; a PIN code has six digits and does not begin with 0 (India
Post); a one-time password has four to eight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ..turns.expected import Progress
from .entry import Judged
from .number_words import number_word
from .spoken_numbers import spoken_numbers
from .tokens import Token, tokens
from .word_lists import corrected, has_correction, is_filler

_PLUS: Final = frozenset({"+", "plus", "प्लस", "பிளஸ்"})


@dataclass(frozen=True, slots=True)
class DigitForm:
    """A form of number."""

    key: str
    """Its question in data/phrases.toml."""
    judge: Callable[[str, bool], Judged[str]]
    """Judges digits; the flag says whether "+" or "plus" came before them."""
    groups: tuple[int, ...]
    """Lengths of the groups in which it is read back; the last one repeats."""


@dataclass(frozen=True, slots=True)
class DigitReading:
    """The digits of a transcript."""

    digits: str
    has_plus: bool
    has_other_words: bool
    """Whether it has words beside the number and what usually goes with one ("my number is")."""
    ends_with_number: bool


@dataclass(frozen=True, slots=True)
class DigitEntry:
    """A number as far as it has been dictated. `feed` returns the next state."""

    form: DigitForm
    heard: str = ""
    """The words of all turns that had a part of it."""

    def feed(self, text: str) -> DigitEntry:
        """The entry after the caller has said `text`: a part of the number, or all of it, which
        replaces what was heard before."""
        reading = read_digits(text)
        if not reading.digits and not _belongs(tokens(text)) and not has_correction(tokens(text)):
            return self
        if not self.heard or self._is_whole(reading):
            return replace(self, heard=text)
        return replace(self, heard=f"{self.heard} {text}")

    def progress_with(self, text: str) -> Progress:
        """How far the number comes with `text`, the transcript of a turn that may go on."""
        reading = read_digits(text)
        if not reading.ends_with_number:
            return Progress.UNRELATED
        return self.feed(text).judged.progress

    @property
    def judged(self) -> Judged[str]:
        """What has been heard so far. The problem is "too_many" digits, an impossible
        "first_digit", or another "country"."""
        reading = read_digits(self.heard)
        return self.form.judge(reading.digits, reading.has_plus)

    @property
    def digits(self) -> str:
        """The digits so far, with a prefix."""
        return read_digits(self.heard).digits

    def is_all_of(self, text: str) -> bool:
        """Whether `text` has nothing but a number and the words that usually go with one."""
        reading = read_digits(text)
        return not reading.has_other_words and (bool(reading.digits) or _belongs(tokens(text)))

    def _is_whole(self, reading: DigitReading) -> bool:
        judged = self.form.judge(reading.digits, reading.has_plus)
        return judged.value is not None


def read_digits(text: str) -> DigitReading:
    """The digits of a transcript, said or written. After a word of correction ("sorry", "नहीं") only
    what follows counts."""
    found = corrected(tokens(text))
    numbers = spoken_numbers(found)
    of_numbers = {at for number in numbers for at in range(number.start, number.end)}
    others = [
        token
        for at, token in enumerate(found)
        if at not in of_numbers and _weighs(token) and number_word(token.text) is None
    ]
    last = next((at for at in reversed(range(len(found))) if _weighs(found[at])), -1)
    return DigitReading(
        digits="".join(number.digits for number in numbers),
        has_plus=bool(numbers) and _has_plus(found[: numbers[0].start]),
        has_other_words=bool(others),
        ends_with_number=last in of_numbers
        or _belongs(found)
        or (bool(numbers) and last >= 0 and _leads(found[last])),
    )


def spoken_groups(digits: str, groups: tuple[int, ...]) -> str:
    """The digits one by one, in groups, as a TTS reads them: "9 8 7 6 5, 4 3 2 1 0"."""
    parts: list[str] = []
    start, index = 0, 0
    while start < len(digits):
        end = start + groups[min(index, len(groups) - 1)]
        parts.append(" ".join(digits[start:end]))
        start, index = end, index + 1
    return ", ".join(parts)


def _judge_mobile(digits: str, has_plus: bool) -> Judged[str]:
    national = digits
    if has_plus or digits.startswith("00"):
        international = digits.removeprefix("00")
        if not "91".startswith(international[:2]):
            return Judged(Progress.POSSIBLE, problem="country")
        national = international[2:]
    elif digits.startswith("0"):
        national = digits[1:]
        if national.startswith("91") and len(national) > 10:
            national = national[2:]
    elif digits.startswith("91") and len(digits) > 10:
        national = digits[2:]
    judged = _judge_length(national, 10)
    if national and national[0] not in "6789":
        return Judged(Progress.POSSIBLE, problem="first_digit")
    if judged.progress is Progress.COMPLETE and national == digits and digits.startswith("91"):
        # 91 may be the country's, and two digits missing.
        return replace(judged, progress=Progress.POSSIBLE)
    return judged


def _judge_pin_code(digits: str, has_plus: bool) -> Judged[str]:
    if digits.startswith("0"):
        return Judged(Progress.POSSIBLE, problem="first_digit")
    return _judge_length(digits, 6)


def _judge_length(digits: str, shortest: int, longest: int | None = None) -> Judged[str]:
    longest = shortest if longest is None else longest
    if len(digits) > longest:
        return Judged(Progress.POSSIBLE, problem="too_many")
    if len(digits) < shortest:
        return Judged(Progress.PARTIAL)
    is_longest = len(digits) == longest
    return Judged(Progress.COMPLETE if is_longest else Progress.POSSIBLE, candidates=(digits,))


MOBILE_NUMBER: Final = DigitForm("phone_number", _judge_mobile, (5,))
PIN_CODE: Final = DigitForm("pin_code", _judge_pin_code, (3,))


def otp(length: int | None = None) -> DigitForm:
    """A one-time password of `length` digits; None for any from 4 to 8.

    Raises:
        ValueError: No password is as long.
    """
    if length is not None and not 4 <= length <= 8:
        raise ValueError(f"a one-time password has 4 to 8 digits, not {length}")
    shortest, longest = (4, 8) if length is None else (length, length)
    return DigitForm("otp", lambda digits, _: _judge_length(digits, shortest, longest), (2,))


def _has_plus(before: list[Token]) -> bool:
    return bool(before) and before[-1].text in _PLUS


def _belongs(found: list[Token]) -> bool:
    """Whether words without a number may still be a part of one: "plus", "double", "do"."""
    heavy = [token for token in found if _weighs(token)]
    return bool(heavy) and all(
        token.text in _PLUS or number_word(token.text) is not None for token in heavy
    )


def _leads(token: Token) -> bool:
    """Whether a word announces a digit: "double", "plus"."""
    word = number_word(token.text)
    return token.text in _PLUS or (word is not None and word.kind == "repeat")


def _weighs(token: Token) -> bool:
    return token.kind != "mark" and (token.text in _PLUS or not is_filler(token.text))

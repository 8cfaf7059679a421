"""Finds the numbers in a transcript, said or written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .number_words import NumberWord, number_word
from .tokens import Token


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number as one says it in a breath: "9", "98765", "ninety eight", "seven hundred sixty"."""

    digits: str
    """As it is dictated: "00" stays "00"."""
    start: int
    end: int
    """The tokens that it is made of, `tokens[start:end]`."""

    @property
    def value(self) -> int:
        """The number."""
        return int(self.digits)


def spoken_numbers(tokens: Sequence[Token]) -> list[SpokenNumber]:
    """The numbers in `tokens`. Words that are also words of conversation ("do", "one") count only
    if they touch another number."""
    return [number for run in _runs(tokens) if _counts(run) for number in _numbers(run)]


def numbers_at_all(tokens: Sequence[Token]) -> list[SpokenNumber]:
    """The numbers in `tokens`, "do" and "one" included wherever they are."""
    return [number for run in _runs(tokens) for number in _numbers(run)]


@dataclass(frozen=True, slots=True)
class _Piece:
    at: int
    digits: str
    word: NumberWord | None
    """None for digits that are written."""


def _runs(tokens: Sequence[Token]) -> Iterator[list[_Piece]]:
    """The stretches of `tokens` that are nothing but numbers."""
    run: list[_Piece] = []
    for at, token in enumerate(tokens):
        word = number_word(token.text) if token.kind == "word" else None
        if token.kind == "digits":
            run.append(_Piece(at, token.text, None))
        elif word is not None:
            run.append(_Piece(at, str(word.value), word))
        elif token.kind == "word" and run:
            yield run
            run = []
    if run:
        yield run


def _counts(run: list[_Piece]) -> bool:
    return any(piece.word is None or not piece.word.is_ambiguous for piece in run)


def _numbers(run: list[_Piece]) -> Iterator[SpokenNumber]:
    at = 0
    while at < len(run):
        piece = run[at]
        if piece.word is not None and piece.word.kind == "repeat":
            if at + 1 == len(run):
                return
            repeated = run[at + 1]
            # "double 98765", as an STT writes the first five digits of "double nine eight ...".
            first = repeated.digits if repeated.word is not None else repeated.digits[0]
            digits = first * (piece.word.value - 1) + repeated.digits
            yield SpokenNumber(digits, piece.at, repeated.at + 1)
            at += 2
        elif piece.word is None:
            yield SpokenNumber(piece.digits, piece.at, piece.at + 1)
            at += 1
        else:
            value, last = _cardinal(run, at)
            yield SpokenNumber(str(value), piece.at, run[last].at + 1)
            at = last + 1


def _cardinal(run: list[_Piece], at: int) -> tuple[int, int]:
    """The value of the words from `at` on that make one number below 100,000, and the last of them.
    At most: so many thousand, so many hundred, a number below a hundred."""
    thousands = hundreds = 0
    small: int | None = None
    joins_unit = False
    last = at
    for index in range(at, len(run)):
        word = run[index].word
        if word is None or word.kind == "repeat":
            break
        if word.kind == "scale":
            is_first = not (hundreds or (thousands and word.value == 1000))
            if not is_first or small == 0 or (word.value == 100 and (small or 1) > 9):
                break
            if word.value == 100:
                hundreds = 100 * (small or 1)
            else:
                thousands = 1000 * (small or 1)
            small, joins_unit = None, False
        elif small is None and (index == at or word.value):
            if hundreds and _is_scale(run, index + 1):
                # "two hundred three hundred"
                break
            small, joins_unit = word.value, word.joins_unit
        elif joins_unit and 0 < word.value < 10:
            small, joins_unit = (small or 0) + word.value, False
        else:
            break
        last = index
    return thousands + hundreds + (small or 0), last


def _is_scale(run: list[_Piece], at: int) -> bool:
    word = run[at].word if at < len(run) else None
    return word is not None and word.kind == "scale"

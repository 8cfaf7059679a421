"""Reads the arguments of the model's tool calls. Each error says what the model should write."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

from .clinic import INDIA, Clinic, Doctor
from .errors import BadArgument

_LONGEST_NAME = 60
_NAME_MARKS = " .'’-"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_START = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:00)?(\+05:30)?", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)
_TITLES = frozenset({"dr", "doctor"})


def name(text: str) -> str:
    """A person's name in Latin letters, its spaces in order.

    A native script is refused instead of transliterated: no library knows that `आशा` is "Asha" and
    not "aashaa", and the model does.

    Raises:
        BadArgument: It is empty, too long, or has anything but Latin letters.
    """
    found = " ".join(unicodedata.normalize("NFC", text).split())
    letters = [char for char in found if char not in _NAME_MARKS]
    if any(not unicodedata.name(char, "").startswith("LATIN ") for char in letters):
        raise BadArgument(
            "Write the name in Latin letters alone, as on an English form (Asha Patil), and call "
            "the tool again. Do not ask the caller for that."
        )
    if len(letters) < 2 or len(found) > _LONGEST_NAME:
        raise BadArgument(
            f"A name has 2 to {_LONGEST_NAME} letters. Ask the caller for the patient's name."
        )
    return found


def phone(text: str) -> str:
    """An Indian mobile number in E.164 (+919876543210), from 10 digits with or without +91 or 0.

    Digits of any script count. Source: the numbering plan of the Department of
    Telecommunications, by which mobile numbers have 10 digits and begin with 6 to 9.

    Raises:
        BadArgument: It is something else.
    """
    digits = ""
    for char in text.strip().removeprefix("+"):
        if char.isdecimal():
            digits += str(unicodedata.decimal(char))
        elif char not in " -().":
            raise BadArgument("Write the phone number in digits, and call the tool again.")
    given = len(digits)
    digits = digits.lstrip("0")
    if len(digits) == 12:
        digits = digits.removeprefix("91")
    if len(digits) != 10:
        raise BadArgument(
            f"An Indian mobile number has 10 digits; this has {given}. Ask the caller for it "
            "again, digit by digit."
        )
    if digits[0] not in "6789":
        raise BadArgument(
            f"An Indian mobile number begins with 6, 7, 8 or 9; this begins with {digits[0]}. Ask "
            "the caller for a mobile number."
        )
    return f"+91{digits}"


def day(text: str) -> date:
    """A date as YYYY-MM-DD.

    Raises:
        BadArgument: It is something else, or there is no such day.
    """
    try:
        if _DATE.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise BadArgument(f"{_shown(text)} is no date. Write YYYY-MM-DD, and call the tool again.")


def start(text: str) -> datetime:
    """The start of an appointment as YYYY-MM-DDTHH:MM, in India's time, with its zone.

    Raises:
        BadArgument: It is something else, or there is no such time.
    """
    found = _START.fullmatch(text.strip())
    try:
        if found:
            return datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=INDIA)
    except ValueError:
        pass
    raise BadArgument(
        f"{_shown(text)} is no time of an appointment. Write YYYY-MM-DDTHH:MM in India's time, 24 "
        "hours, and call the tool again."
    )


def clock_time(text: str) -> time:
    """A time of day as HH:MM, 24 hours.

    Raises:
        BadArgument: It is something else.
    """
    try:
        if _TIME.fullmatch(text.strip()):
            return time.fromisoformat(text.strip())
    except ValueError:
        pass
    raise BadArgument(
        f"{_shown(text)} is no time of day. Write HH:MM, 24 hours, and call the tool again."
    )


def doctor(text: str, clinic: Clinic) -> Doctor:
    """The doctor with this id, or with all these words in name and field, titles aside.

    Raises:
        BadArgument: There is none, or more than one.
    """
    words = _words(text) - _TITLES
    found = [
        each
        for each in clinic.doctors
        if words and words <= _words(f"{each.id} {each.name} {each.treats}")
    ]
    if len(found) != 1:
        known = "; ".join(f"{each.name} ({each.treats})" for each in clinic.doctors)
        raise BadArgument(f"{_shown(text)} is no doctor here. There are: {known}.")
    return found[0]


def reference(text: str) -> str:
    """The reference of an appointment: six digits, perhaps in groups.

    Raises:
        BadArgument: It is something else.
    """
    digits = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"\d{6}", digits, re.ASCII):
        return digits
    raise BadArgument(
        f"{_shown(text)} is no reference: it has six digits. Find the appointment by the caller's "
        "phone number."
    )


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _shown(text: str) -> str:
    """Enough of it for the model to see what it wrote."""
    return repr(text if len(text) <= 40 else text[:40] + "...")

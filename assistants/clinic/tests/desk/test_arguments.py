"""What the model writes as arguments is read strictly, and each error says what to write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

import pytest

from assistants.clinic.desk import INDIA, BadArgument, arguments, load_clinic


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Asha Patil", "Asha Patil"),
        ("  Asha   Patil ", "Asha Patil"),
        ("D'Souza", "D'Souza"),
        ("Anne-Marie O’Neill", "Anne-Marie O’Neill"),
        ("A. P. J. Kalam", "A. P. J. Kalam"),
        ("José", "José"),
        ("Om", "Om"),
    ],
)
def test_a_name_in_latin_letters_is_kept(text: str, found: str) -> None:
    """With its spaces in order."""
    assert arguments.name(text) == found


@pytest.mark.parametrize(
    "text", ["आशा पाटील", "Asha पाटील", "ஆஷா", "اشا", "Аsha", "Asha 2", "Asha\x00"]
)
def test_a_name_in_any_other_script_goes_back_to_the_model(text: str) -> None:
    """It can spell it; nobody has to ask the caller. A Cyrillic A is no Latin one."""
    with pytest.raises(BadArgument, match="in Latin letters alone"):
        arguments.name(text)


@pytest.mark.parametrize("text", ["", " ", "A", ".", "--", "a" * 61])
def test_a_name_has_a_length(text: str) -> None:
    with pytest.raises(BadArgument, match="Ask the caller for the patient's name"):
        arguments.name(text)


@pytest.mark.parametrize(
    "text",
    [
        "9876543210",
        "98765 43210",
        "98765-43210",
        "+91 98765 43210",
        "919876543210",
        "+91-(98765)-43210",
        "09876543210",
        "0091 98765 43210",
        "९८७६५४३२१०",
    ],
)
def test_a_mobile_number_becomes_e164(text: str) -> None:
    """However it is grouped, with or without the prefix, in digits of any script."""
    assert arguments.phone(text) == "+919876543210"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("987654321", "this has 9"),
        ("98765432100", "this has 11"),
        ("", "this has 0"),
        ("5876543210", "begins with 5"),
        ("020 2567 8901", "begins with 2"),
        ("double nine 876543", "in digits"),
        ("9876543210; drop", "in digits"),
        ("9" * 5000, "this has 5000"),
    ],
)
def test_what_is_no_mobile_number_says_why(text: str, says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        arguments.phone(text)


def test_dates_and_times_are_iso() -> None:
    """The model translates "tomorrow at ten"; a start may carry India's offset."""
    assert arguments.day("2026-12-01") == date(2026, 12, 1)
    assert arguments.clock_time("17:05") == time(17, 5)
    ten = datetime(2026, 12, 1, 10, 0, tzinfo=INDIA)
    for text in ("2026-12-01T10:00", "2026-12-01 10:00:00", "2026-12-01T10:00+05:30"):
        assert arguments.start(text) == ten


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (arguments.day, "tomorrow"),
        (arguments.day, "01-12-2026"),
        (arguments.day, "2026-02-30"),
        (arguments.day, "20261201"),
        (arguments.day, "२०२६-१२-०१"),
        (arguments.start, "2026-12-01"),
        (arguments.start, "2026-12-01T25:00"),
        (arguments.start, "2026-12-01T10:00Z"),
        (arguments.start, "10:00"),
        (arguments.clock_time, "5 pm"),
        (arguments.clock_time, "24:30"),
        (arguments.reference, "12345"),
        (arguments.reference, "unknown"),
        (arguments.reference, "१२३४५६"),
    ],
)
def test_other_forms_are_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(BadArgument):
        read(text)


def test_an_error_quotes_no_more_than_a_line() -> None:
    """A model that repeats itself must not fill its own context."""
    with pytest.raises(BadArgument) as raised:
        arguments.day("2026" * 10_000)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rao", "rao"),
        ("Dr. Rao", "rao"),
        ("Doctor Meera Iyer", "iyer"),
        ("meera", "iyer"),
        ("KULKARNI", "kulkarni"),
        ("children", "iyer"),
        ("general physician", "rao"),
    ],
)
def test_a_doctor_is_known_by_id_name_or_field(text: str, found: str) -> None:
    assert arguments.doctor(text, load_clinic()).id == found


@pytest.mark.parametrize("text", ["", "Dr.", "Dr. Deshmukh", "Meera Rao", "राव"])
def test_an_unknown_doctor_brings_the_list(text: str) -> None:
    with pytest.raises(BadArgument, match=r"Dr\. Rao \(general physician\); Dr\. Meera Iyer"):
        arguments.doctor(text, load_clinic())


def test_a_reference_may_be_grouped() -> None:
    assert arguments.reference(" 482 107") == arguments.reference("482-107") == "482107"

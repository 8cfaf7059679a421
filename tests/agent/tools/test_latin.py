"""Arguments in Latin letters: what is one, what is written so, what is refused."""

from __future__ import annotations

import pytest

from agent.tools.latin import is_latin, names_in_other_scripts, with_latin_digits, written_in_latin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Asha Rao",
        "José Ñandú",
        "Jose\u0301",
        "12/3, M.G. Road – 560001",
        "₹ 500",
        "10:30 ☎",
        "a²",
        "50 µg",
        "2ª, 1º",
        "OK \u2714\ufe0f",
        "Oʼneill",
        "Ａｓｈａ",
    ],
)
def test_latin_letters_with_signs_are_latin(text: str) -> None:
    """Signs, digits and emoji have no script."""
    assert is_latin(text)


@pytest.mark.parametrize("text", ["आशा", "Asha राव", "ஆஷா", "ా", "Аня", "ഷ 12"])
def test_one_letter_of_another_script_is_not_latin(text: str) -> None:
    """Nor is a vowel sign alone."""
    assert not is_latin(text)


def test_digits_of_all_scripts_become_those_of_telephones() -> None:
    """Devanagari, Tamil, Bengali; what is no decimal digit stays."""
    assert with_latin_digits("९८७ ௬௫ ৪ ½ a²") == "987 65 4 ½ a²"


def test_texts_are_written_in_latin_wherever_they_stand() -> None:
    """In lists and tables too; what `to_latin` cannot write is named by its argument."""
    written = written_in_latin(
        {"name": "आशा", "days": ["१२", {"who": "आशा"}], "count": 3, "other": "ஆ"},
        {"आशा": "Asha", "ஆ": "ஆ"}.__getitem__,
    )
    assert written == {"name": "Asha", "days": ["12", {"who": "Asha"}], "count": 3, "other": "ஆ"}
    assert names_in_other_scripts(written) == ["other"]
    assert names_in_other_scripts({"a": [{"b": ["x", "आ"]}], "c": "x"}) == ["b"]


def test_keys_of_tables_are_texts_too() -> None:
    """A model may write "doses by medicine" so; the argument of the table names them."""
    written = written_in_latin({"आशा": "१", "ஆ": 2}, {"आशा": "Asha", "ஆ": "ஆ"}.__getitem__)
    assert written == {"Asha": "1", "ஆ": 2}
    assert names_in_other_scripts({"by_name": written}) == ["by_name"]

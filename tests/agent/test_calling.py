"""The language of a call, from what is known before anybody has spoken."""

from __future__ import annotations

import pytest

from agent.calling import CALLED_NUMBER, from_attributes, from_metadata, parse_numbers


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        (("", ""), None),
        (('{"language": "hi-IN"}', '{"language": "ta-IN"}'), "hi-IN"),
        (("", '{"language": " ta "}'), "ta"),
        (("not json", '{"language": "ta"}'), "ta"),
        (('["language"]', "3", '{"language": 5}'), None),
        (('{"customer": "x"}',), None),
        (('{"language": ""}',), None),
    ],
)
def test_metadata_that_names_a_language_is_believed(
    metadata: tuple[str, ...], language: str | None
) -> None:
    """The dispatch's before the room's; all other metadata is left to others."""
    assert from_metadata(*metadata) == language


@pytest.mark.parametrize(
    ("callers", "language"),
    [
        ([], None),
        ([{}], None),
        ([{"language": "bn-IN"}], "bn-IN"),
        ([{CALLED_NUMBER: "+91 80-1234 5678"}], "kn-IN"),
        ([{CALLED_NUMBER: "+911111111111"}], None),
        ([{}, {CALLED_NUMBER: "918012345678", "language": "te-IN"}], "te-IN"),
    ],
)
def test_the_caller_or_the_number_tells_the_language(
    callers: list[dict[str, str]], language: str | None
) -> None:
    """However the number is written; what the caller's side says wins."""
    assert from_attributes(callers, parse_numbers("+91-80 1234 5678 = kn-IN")) == language


def test_numbers_are_read_from_pairs() -> None:
    """Empty text has none."""
    assert parse_numbers("+1 = a , 2=b,") == {"1": "a", "2": "b"}
    assert parse_numbers(" ") == {}


@pytest.mark.parametrize("text", ["12", "=hi-IN", "12=", "+=hi"])
def test_a_broken_pair_is_told(text: str) -> None:
    """With an example of what to write."""
    with pytest.raises(ValueError, match=r"pairs such as"):
        parse_numbers(text)

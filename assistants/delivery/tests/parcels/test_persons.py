"""Names that are one person's, and names that are not."""

from __future__ import annotations

import pytest

from assistants.delivery.parcels.persons import is_same_person


@pytest.mark.parametrize(
    ("said", "on_parcel"),
    [
        ("Priya Sharma", "Priya Sharma"),
        ("priya", "Priya Sharma"),
        ("Preeya Sarma", "Priya Sharma"),
        ("Mrs. Priya Sharma ji", "Priya Sharma"),
        ("Laxmi", "Lakshmi Narayanan"),
        ("Muhammed Rafeeq", "Mohammad Rafiq"),
        ("Bhavesh Choudhary", "Bhavesh Chaudhari"),
        ("Subramaniam", "S. Subramanian"),
        ("Venkatesh Raman", "Venkatesh R."),
        ("R Venkatesh", "Venkatesh Raman"),
        ("Sharma Priya", "Priya Sharma"),
        ("Zoë D'Souza", "Zoe Dsouza"),
        ("Om", "Om Prakash"),
    ],
)
def test_spellings_that_sound_alike_are_one_name(said: str, on_parcel: str) -> None:
    assert is_same_person(said, on_parcel)


@pytest.mark.parametrize(
    ("said", "on_parcel"),
    [
        ("Ravi Sharma", "Priya Sharma"),
        ("Sharma", "Priya Sharma"),
        ("P", "Priya Sharma"),
        ("P S", "Priya Sharma"),
        ("Priya Verma", "Priya Sharma"),
        ("Preeti", "Priya Sharma"),
        ("Mrs.", "Priya Sharma"),
        ("", "Priya Sharma"),
        ("Kavita", "Savita Rao"),
        ("Ramesh", "Rakesh Kumar"),
        ("Deepika", "Deepak Kumar"),
        ("Nandini", "Nandan Kumar"),
        ("yes", "Priya Sharma"),
        ("Priya", "Mr."),
    ],
)
def test_another_name_is_another_person(said: str, on_parcel: str) -> None:
    """A family name or initials alone are anybody's."""
    assert not is_same_person(said, on_parcel)

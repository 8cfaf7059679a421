"""Words of the caller's that no kept phrase may hold."""

from __future__ import annotations

from agent.privacy import PrivateWords


def test_what_the_caller_brings_is_private_and_the_clinics_words_are_not() -> None:
    """In any script and case, and for the rest of the call."""
    private = PrivateWords(["The doctor is in.", "डॉक्टर से अपॉइंटमेंट"])
    assert private.hear("My name is Ravi, doctor") == {"my", "name", "ravi"}
    assert "सुनीता" in private.hear("मैं सुनीता, डॉक्टर से मिलना है")
    assert "ravi" in private.hear("the doctor")
    assert "डॉक्टर" not in private.hear("डॉक्टर")
    assert "doctor" not in private.hear("DOCTOR")

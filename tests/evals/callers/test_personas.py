"""The manners of callers."""

from __future__ import annotations

from evals.callers.personas import persona_file, usual


def test_personas_speak_the_three_languages() -> None:
    """Whoever says something in English says it in Hindi and Tamil, too; code-mixing is Hindi."""
    for name, persona in persona_file().personas.items():
        for texts in (persona.before, persona.instead, persona.closes):
            if "en" in texts:
                assert set(texts) == {"en", "hi", "ta"}, name


def test_an_unknown_language_is_english() -> None:
    """So that a caller always has something to say."""
    assert usual("fr-FR") == usual("en-IN")
    assert usual("hi-IN").confirm[0].startswith("हाँ")

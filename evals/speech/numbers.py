"""Numbers that are words: those of clock times, in English, Hindi and Tamil. Pure."""

from __future__ import annotations

from .folding import fold

_HOURS = {
    1: "one ek एक ஒன்று ஒரு",
    2: "two do दो இரண்டு",
    3: "three teen तीन மூன்று",
    4: "four chaar char चार நான்கு நாலு",
    5: "five paanch panch पांच पाँच ஐந்து அஞ்சு",
    6: "six chhe che छह छः छे ஆறு",
    7: "seven saat सात ஏழு",
    8: "eight aath आठ எட்டு",
    9: "nine nau नौ ஒன்பது",
    10: "ten das दस பத்து",
    11: "eleven gyarah ग्यारह பதினொன்று பதினோரு",
    12: "twelve barah बारह பன்னிரண்டு",
}
_MINUTES = {
    0: "hundred",
    15: "fifteen pandrah पंद्रह பதினைந்து",
    30: "thirty tees तीस முப்பது",
    45: "forty-five paintalis पैंतालीस நாற்பத்தைந்து",
}

HOURS: dict[str, int] = {fold(w): n for n, ws in _HOURS.items() for w in ws.split()}
"""Folded word -> hour, 1 to 12."""
MINUTES: dict[str, int] = {fold(w): n for n, ws in _MINUTES.items() for w in ws.split()}
"""Folded word -> minutes after the hour."""

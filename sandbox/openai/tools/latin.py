"""Names in Latin letters, as a model writes them into the arguments of tools. Pure.

Devanagari and Tamil are written as their speakers write names: short and long vowels alike, the
inherent vowel dropped where Hindi does not speak it, Tamil stops voiced after a nasal or between
vowels.
"""

from __future__ import annotations

import re
import unicodedata

_DEVANAGARI = {
    **dict(zip("अआइईउऊऋएऐओऔऑ", "a a i i u u ri e ai o au o".split(), strict=True)),
    **dict(zip("कखगघङचछजझञ", "k kh g gh n ch chh j jh n".split(), strict=True)),
    **dict(zip("टठडढणतथदधन", "t th d dh n t th d dh n".split(), strict=True)),
    **dict(zip("पफबभमयरलळवशषसह", "p ph b bh m y r l l v sh sh s h".split(), strict=True)),
}
_SIGNS = dict(zip("ािीुूृेैोौॉ", "a i i u u ri e ai o au o".split(), strict=True))
_NUKTA = {"ज": "z", "फ": "f", "ड": "r", "ढ": "rh"}
_TAMIL = {
    **dict(zip("அஆஇஈஉஊஎஏஐஒஓஔ", "a a i i u u e e ai o o au".split(), strict=True)),
    **dict(zip("கஙசஞடணதநபமயரலவழளறன", "k n s n d n th n p m y r l v zh l r n".split(), strict=True)),
    **dict(zip("ஜஷஸஹ", "j sh s h".split(), strict=True)),
}
_TAMIL_SIGNS = dict(zip("ாிீுூெேைொோௌ", "a i i u u e e ai o o au".split(), strict=True))
_TAMIL_VOICED = {"க": "g", "ட": "d", "த": "th", "ப": "b", "ச": "s"}
_TAMIL_HARD = {"க": "k", "ட": "t", "த": "th", "ப": "p", "ச": "ch"}
_NASALS = frozenset("ஙஞணநமன")
_VIRAMA, _PULLI, _NUKTA_SIGN = "्", "்", "़"
_NASAL_SIGNS = "ंँ"
_INDIAN = re.compile("[\u0900-\u0963\u0970-\u097f]+|[\u0b80-\u0be5]+")
# Tamil writes "Priya" and "Krishnan" with a vowel in their first cluster.
_CLUSTER = re.compile(r"^([pk])ir[iu]")
_LOANS = {
    "रोड": "Road", "स्ट्रीट": "Street", "लेक": "Lake", "व्यू": "View", "मेन": "Main", "क्रॉस": "Cross",
    "कॉलोनी": "Colony", "फ्लैट": "Flat", "सेक्टर": "Sector", "ब्लॉक": "Block", "मार्केट": "Market",
    "ரோடு": "Road", "ஸ்ட்ரீட்": "Street", "தெரு": "Street", "லேக்": "Lake", "வியூ": "View",
    "மெயின்": "Main", "கிராஸ்": "Cross", "காலனி": "Colony", "நகர்": "Nagar", "பிளாட்": "Flat",
}  # fmt: skip
"""English and other words of addresses, as they are written on them."""
# A consonant, its schwa, and one more consonant before a vowel: Hindi does not speak that schwa.
_SILENT = re.compile(
    r"(?<=[aeiou])((?:[kgcjtdpb]h?|sh|[nmyrlvszf]))A(?=(?:[kgcjtdpb]h?|sh|[nmyrlvszhf])[aeiou])"
)


def latin(text: str) -> str:
    """`text` with its Devanagari and Tamil words in Latin letters, each with a capital."""
    return _INDIAN.sub(lambda word: _word(word[0]), unicodedata.normalize("NFC", text))


def _word(word: str) -> str:
    if word in _LOANS:
        return _LOANS[word]
    if word[0] >= "\u0b80":
        return _CLUSTER.sub(r"\1ri", _tamil(word)).capitalize()
    return _devanagari(unicodedata.normalize("NFD", word)).capitalize()


def _devanagari(word: str) -> str:
    """The inherent vowel is `A` until it is decided whether it is spoken."""
    spelled = ""
    for at, letter in enumerate(word):
        after = word[at + 1 : at + 2]
        if letter in _SIGNS:
            spelled += _SIGNS[letter]
        elif letter in _NASAL_SIGNS:
            spelled += "m" if after and after in "पफबभम" else "n"
        elif letter == "ः":
            spelled += "h"
        elif letter in _DEVANAGARI:
            sound = _DEVANAGARI[letter]
            if after == _NUKTA_SIGN:
                sound, after = _NUKTA.get(letter, sound), word[at + 2 : at + 3]
            consonant = letter >= "क"
            bare = after in _SIGNS or after == _VIRAMA
            spelled += sound + ("A" if consonant and not bare else "")
    if len(spelled) > 2 and spelled.endswith("A"):
        spelled = spelled[:-1]
    return _SILENT.sub(r"\1", spelled).replace("A", "a")


def _tamil(word: str) -> str:
    spelled = ""
    for at, letter in enumerate(word):
        before, after = word[at - 1 : at] if at else "", word[at + 1 : at + 2]
        if letter in _TAMIL_SIGNS:
            spelled += _TAMIL_SIGNS[letter]
        elif letter in _TAMIL:
            consonant = letter >= "க"
            bare = after in _TAMIL_SIGNS or after == _PULLI
            spelled += _tamil_sound(word, at, before, after)
            spelled += "a" if consonant and not bare else ""
    return spelled


def _tamil_sound(word: str, at: int, before: str, after: str) -> str:
    letter = word[at]
    if letter not in _TAMIL_HARD:
        return _TAMIL[letter]
    doubled = before == _PULLI and word[at - 2 : at - 1] == letter
    if doubled and letter == "த":
        return "h"  # "kartt" and this one are "karth"
    if after == _PULLI:
        return "t" if letter == "த" and word[at + 2 : at + 3] == letter else _TAMIL_HARD[letter]
    if doubled or not before:
        return "s" if letter == "ச" and not doubled else _TAMIL_HARD[letter]
    nasal = before == _PULLI and word[at - 2 : at - 1] in _NASALS
    if nasal or before != _PULLI:
        return "j" if letter == "ச" and nasal else _TAMIL_VOICED[letter]
    return _TAMIL_HARD[letter]

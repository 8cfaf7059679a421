"""A short first Segment, longer ones while it plays, whole sentences where there is time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from livekit.plugins.sarvam_pooled.options import Segmenting
from livekit.plugins.sarvam_pooled.text.segmenter import Segmenter

from .marked import BY_LANGUAGE, unmarked

RULES = Segmenting()


def cut(text: str, rules: Segmenting = RULES) -> list[str]:
    """The Segments of a whole reply."""
    segmenter = Segmenter(rules)
    return [segment.text for segment in segmenter.push(text) + segmenter.flush()]


OPENERS = [
    "Sure,",
    "Hello!",
    "Okay;",
    "Well...",
    "One moment —",
    "जी।",
    "हाँ,",
    "ठीक है,",
    "नमस्ते!",
    "हो,",
    "জি।",
    "হ্যাঁ,",
    "ਹਾਂ ਜੀ,",
    "હા,",
    "નમસ્તે.",
    "ହଁ।",
    "ஆமாம்,",
    "நன்றி.",
    "అవును,",
    "తప్పకుండా.",
    "ಹೌದು,",
    "ಖಂಡಿತ.",
    "അതെ,",
    "തീർച്ചയായും.",
    "جی۔",
    "جی ہاں،",
    "Haan ji,",
    "Sure sir।",
]


@pytest.mark.parametrize("opener", OPENERS)
def test_a_short_opener_leaves_with_the_character_that_ends_it(opener: str) -> None:
    """In every language, with nothing of the next token."""
    segmenter = Segmenter(RULES)
    assert segmenter.push(opener[:-1]) == []
    assert [segment.text for segment in segmenter.push(opener[-1])] == [opener]


@pytest.mark.parametrize("opener", ["Sure.", "சரி.", "જી.", "ശരി."])
def test_a_stop_that_may_be_a_point_leaves_with_the_next_blank(opener: str) -> None:
    """After a short word a full stop may be an abbreviation's: one more character decides."""
    segmenter = Segmenter(RULES)
    assert segmenter.push(opener) == []
    assert [segment.text for segment in segmenter.push(" ")] == [opener]


# A reply, and the length of text that the first Segment needs to be certain.
FIRST: list[tuple[str, str, int]] = [
    # A clause.
    ("Sure, the clinic is open.", "Sure,", 5),
    # A phrase, from 14 characters: "from" starts the next one, and is known with its blank.
    ("The clinic is open from nine to six.", "The clinic is open ", 24),
    # An Indic word that does not lean on the next: its first letter decides, unless it may trail.
    ("हमारा क्लिनिक एमजी रोड पर डाकघर के सामने है।", "हमारा क्लिनिक एमजी रोड पर ", 27),
    ("மருத்துவமனை காலை ஒன்பது மணிக்கு திறக்கும்.", "மருத்துவமனை காலை ஒன்பது மணிக்கு ", 34),
    # Any two words, from 26 characters, that do not lean on each other: not "us", then.
    ("Nurses always clean cuts quickly using soap.", "Nurses always clean cuts quickly ", 36),
    # In every language: an appointment for tomorrow at ten, and a fee.
    ("तुमची भेट उद्या सकाळी दहा वाजता डॉ. जोशी यांच्याकडे ठरली आहे.", "तुमची भेट उद्या ", 19),
    ("আপনার অ্যাপয়েন্টমেন্ট কাল সকাল দশটায় ডাঃ সেনের সাথে ঠিক হয়েছে।", "আপনার অ্যাপয়েন্টমেন্ট ", 26),
    ("ਤੁਹਾਡੀ ਮੁਲਾਕਾਤ ਕੱਲ੍ਹ ਸਵੇਰੇ ਦਸ ਵਜੇ ਡਾ. ਸਿੰਘ ਨਾਲ ਤੈਅ ਹੋ ਗਈ ਹੈ।", "ਤੁਹਾਡੀ ਮੁਲਾਕਾਤ ", 17),
    ("તમારી મુલાકાત કાલે સવારે દસ વાગ્યે ડૉ. પટેલ સાથે નક્કી થઈ છે.", "તમારી મુલાકાત કાલે ", 21),
    ("ଆପଣଙ୍କ ସାକ୍ଷାତ କାଲି ସକାଳ ଦଶଟାରେ ଡା. ଦାସଙ୍କ ସହ ସ୍ଥିର ହୋଇଛି।", "ଆପଣଙ୍କ ସାକ୍ଷାତ ", 17),
    ("உங்கள் சந்திப்பு நாளை காலை பத்து மணிக்கு டாக்டர் ராவுடன் உறுதி செய்யப்பட்டுள்ளது.", "உங்கள் சந்திப்பு ", 19),
    ("మీ అపాయింట్‌మెంట్ రేపు ఉదయం పది గంటలకు డా. రావు గారితో ఖరారైంది.", "మీ అపాయింట్‌మెంట్ ", 20),
    ("ನಿಮ್ಮ ಭೇಟಿ ನಾಳೆ ಬೆಳಿಗ್ಗೆ ಹತ್ತು ಗಂಟೆಗೆ ಡಾ. ರಾವ್ ಅವರೊಂದಿಗೆ ನಿಗದಿಯಾಗಿದೆ.", "ನಿಮ್ಮ ಭೇಟಿ ನಾಳೆ ", 18),
    ("നിങ്ങളുടെ അപ്പോയിന്റ്മെന്റ് നാളെ രാവിലെ പത്ത് മണിക്ക് ഡോ. നായരുമായി ഉറപ്പിച്ചു.", "നിങ്ങളുടെ അപ്പോയിന്റ്മെന്റ് ", 30),
    ("آپ کی ملاقات کل صبح دس بجے ڈاکٹر خان کے ساتھ طے ہو گئی ہے۔", "آپ کی ملاقات کل ", 18),
    ("आपका appointment कल सुबह 10 बजे Dr. Rao के साथ confirm हो गया है।", "आपका appointment कल ", 22),
    (
        "Aapka appointment kal subah das baje Dr. Rao ke saath confirm ho gaya hai.",
        "Aapka appointment kal subah das baje ",
        39,
    ),
    ("Your appointment is confirmed for tomorrow at ten with Dr. Rao.", "Your appointment ", 20),
    ("The fee is Rs. 1,200.50 and you can pay it by UPI.", "The fee is Rs. 1,200.50 ", 29),
    ("आपकी फीस रु. 1,200.50 है और आप यूपीआई से दे सकते हैं।", "आपकी फीस रु. 1,200.50 है ", 26),
    # What leans holds together longer, but not for ever: not "hours" of a hospital.
    (
        "The Sri Sai Ram New City Multi Super Speciality Heart Hospital Centre is open.",
        "The Sri Sai Ram New City Multi Super Speciality Heart ",
        57,
    ),
]


@pytest.mark.parametrize(("text", "first", "known"), FIRST)
def test_the_first_segment_ends_as_early_as_it_can(text: str, first: str, known: int) -> None:
    """At a clause, at a phrase from 14 characters, at a word from 26, at the latest by about 60."""
    segmenter = Segmenter(replace(RULES, first_soft=14, first_hard=26))
    assert segmenter.push(text[: known - 1]) == []
    assert [segment.text for segment in segmenter.push(text[known - 1])] == [first]


def test_every_reply_of_the_tables_starts_within_60_characters() -> None:
    """In all languages, whatever stands in it."""
    for texts in BY_LANGUAGE.values():
        for text in map(unmarked, texts):
            assert len(cut(text)[0]) <= 60


def test_a_first_segment_of_numbers_ends_as_the_others_do() -> None:
    """Digits do not end a first Segment, but it does not wait for the end of a list of them."""
    pieces = cut("1, 2, 3, " * 60)
    assert 40 < len(pieces[0]) <= RULES.max_length


def test_a_later_short_sentence_takes_the_next_one_with_it() -> None:
    """Whole sentences sound better; the second one has too little in front of it to wait."""
    text = "Of course, sir, please wait. Come in. We are open. You may sit here. I will call her."
    pieces = cut(text)
    assert pieces[:2] == ["Of course,", " sir, please wait."]
    assert all(len(piece) >= RULES.min_length for piece in pieces[2:-1])


def test_no_later_segment_outgrows_what_was_said_before() -> None:
    """Text ahead buys the time: at most four times as long as all before it, or 24 characters."""
    text = "Yes, " + "we have two doctors and a nurse who looks after all of the patients here " * 9
    pieces = cut(text)
    sent = len(pieces[0])
    for piece in pieces[1:]:
        # Twice that when there is no good place in the second half.
        assert len(piece) <= min(2 * max(24, RULES.growth * sent), RULES.max_length)
        sent += len(piece)


def test_a_long_sentence_is_cut_at_its_best_place() -> None:
    """A clause in the second half, not the last word that fits."""
    clause = "the doctor will look at the wound and clean it and then she will dress it"
    text = f"Please come to us at once today. {clause}, {clause}, {clause}, {clause}."
    assert all(piece.rstrip().endswith((",", ".")) for piece in cut(text)[1:])


def test_first_clause_off_waits_for_the_sentence() -> None:
    """The switch: the first Segment is a sentence, as the others."""
    text = "Sure, the clinic is open today. Come in."
    assert cut(text, Segmenting(first_clause=False)) == [
        "Sure, the clinic is open today.",
        " Come in.",
    ]


NOTHING_TO_SAY = ["", " ", "\n\n", "...", "।", "**", "👍", '"" — !', "***\n---\n", "?!" * 200]


@pytest.mark.parametrize("text", NOTHING_TO_SAY)
def test_a_reply_with_nothing_to_say_has_no_segment(text: str) -> None:
    """Sarvam answers 422 to text without a letter or digit."""
    assert cut(text) == []


def test_punctuation_alone_stays_with_its_neighbour() -> None:
    """Marks before the first word and between sentences are in a Segment with words."""
    assert cut('... "!" Yes. ... — ! No.') == ['... "!" Yes.', " ... — ! No."]


def test_no_segment_is_longer_than_a_message() -> None:
    """Sarvam takes 2,500 characters: the longest rules allowed, and the worst of texts."""
    rules = Segmenting(max_length=2500, first_clause=False, growth=1e9)
    for text in ("क्" * 6000, "word " * 2000, "a" * 6000, "1,234" * 2000, "a.b" * 2000):
        pieces = cut(text, rules)
        assert max(map(len, pieces)) <= 2500
        assert "".join(pieces) == text


def test_long_rules_do_not_cut_words() -> None:
    """Segments of more than 400 characters end between words as the short ones do."""
    rules = Segmenting(max_length=1000, first_clause=False)
    text = "there are of the in to be " * 100
    pieces = cut(text, rules)
    assert max(map(len, pieces)) > 500
    assert all(piece.endswith(" ") for piece in pieces)


CLUSTERS = [
    "क्ष",
    "क्‍ष",
    "र्‌य",
    "कि",
    "क़",
    "ন্ত্র",
    "শ্রী",
    "ਸ੍ਰ",
    "ક્ષ",
    "ଷ୍ଟ୍ର",
    "கு",
    "ஸ்ரீ",
    "క్ష్మి",
    "ಕ್ಷ್ಮಿ",
    "ശ്രീ",
    "ന്റെ",
    "لَ",
    "é",
]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_an_endless_word_is_not_cut_within_a_cluster(cluster: str) -> None:
    """Conjuncts, vowel signs, nuktas and joiners stay with their letter."""
    for offset in range(len(cluster) + 1):
        pieces = cut("x" * offset + cluster * 700)
        assert len(pieces) > 1
        assert all(piece.startswith(cluster) for piece in pieces[1:])


def test_pending_is_what_is_in_no_segment() -> None:
    """Text held for a better cut can be seen."""
    segmenter = Segmenter(RULES)
    segmenter.push("Sure, the")
    assert segmenter.pending == " the"
    segmenter.flush()
    assert segmenter.pending == ""


RELEASES = [
    # Pending text, what goes when the voice falls short, what goes when the LLM has stopped too.
    (" We open. You may", [" We open."], [" We open."]),
    (" We open at nine, and", [" We open at nine,"], [" We open at nine,"]),
    (" We open.", [], [" We open."]),
    (" at the desk you can pay and", [], [" at the desk you can pay "]),
    (" quickl", [], []),
    (" 3", [], []),
    (" ... ", [], []),
]


@pytest.mark.parametrize(("pending", "short", "stopped"), RELEASES)
def test_release_gives_up_what_has_an_end(
    pending: str, short: list[str], stopped: list[str]
) -> None:
    """Never half a word; a last stop counts only when no text comes."""
    for anywhere, expected in ((False, short), (True, stopped)):
        segmenter = Segmenter(RULES)
        segmenter.push("Of course you can. Please do. " + pending)
        before = segmenter.pending
        released = [segment.text.strip() for segment in segmenter.release(anywhere=anywhere)]
        assert released == [text.strip() for text in expected]
        assert before.endswith(segmenter.pending)


def test_release_can_be_asked_again_without_more_text() -> None:
    """The rest after a release is scanned at once: its clauses can be released next."""
    segmenter = Segmenter(RULES)
    segmenter.push("Sure. Come in. We open at. nine, and")
    assert [segment.text for segment in segmenter.release()] == [" We open at."]
    assert [segment.text for segment in segmenter.release()] == [" nine,"]
    assert segmenter.release() == []
    assert segmenter.pending == " and"


def test_indices_count_on_over_flush_and_release() -> None:
    """A reply's Segments are numbered in order, however they came about."""
    segmenter = Segmenter(RULES)
    segments = segmenter.push("Sure, we")
    segments += segmenter.flush()
    segments += segmenter.push(" are open. Yes")
    segments += segmenter.release(anywhere=True)
    segments += segmenter.flush()
    assert [segment.index for segment in segments] == list(range(len(segments)))

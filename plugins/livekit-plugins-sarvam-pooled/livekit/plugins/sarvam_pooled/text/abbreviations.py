"""Full stops that end no sentence: abbreviations and initials, by language.

Words are compared without their last stop, in lower case, with inner stops kept ("e.g", "कि.मी").
"""

from __future__ import annotations

import unicodedata
from typing import Final

from .char_classes import is_indic, word_before, words

NEVER_END: Final = words(
    # Titles, and words that always stand before another.
    "dr mr mrs ms mx prof st smt shri sri sr jr gen col capt lt maj sgt rev hon er adv pvt approx "
    "opp nr mt ph mob tel e.g i.e eg ie viz vs cf",
    "डॉ डा रु रू श्री श्रीमती सुश्री प्रो प्रा पं मि मो सं क्र नं स्व कु सौ चि पृ ता",
    "कि.मी से.मी मि.मी कि.ग्रा मि.ग्रा मि.ली ई.पू",
    "ডা ডাঃ ড মি প্রো শ্রী নং রু কি.মি সে.মি মি.লি কি.গ্রা",
    "ਡਾ ਰੁ ਸ੍ਰੀ ਸ੍ਰ ਪ੍ਰੋ ਸ ਨੰ ਕਿ.ਮੀ",
    "ડૉ ડો રૂ શ્રી શ્રીમતી પ્રો નં કિ.મી કિ.ગ્રા",
    "ଡା ଡଃ ଟ ଶ୍ରୀ ପ୍ରୋ ନଂ କି.ମି",
    "டாக் டாக்டர் திரு திருமதி ரூ எண் பேரா கி.மீ செ.மீ கி.கி மி.லி",
    "డా రూ శ్రీ శ్రీమతి ప్రొ నం కి.మీ కి.గ్రా",
    "ಡಾ ರೂ ಶ್ರೀ ಶ್ರೀಮತಿ ಪ್ರೊ ನಂ ಕಿ.ಮೀ",
    "ഡോ രൂ ശ്രീ ശ്രീമതി പ്രൊഫ നം കി.മീ കി.ഗ്രാം",
)

BEFORE_NUMBERS: Final = words("no nos rs re inr fig vol ch pp ext extn sec blk")
"""Abbreviations before a number ("No. 5"), otherwise words that end a sentence ("No. We are")."""

MAY_END: Final = words(
    "a.m p.m am pm etc ad bc a.d b.c ph.d b.sc m.sc b.com m.com b.tech m.tech",
    "km kg cm mm ft min mins max hr hrs dept appt govt univ dist tal bldg rd ave ltd co corp inc",
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun",
)
"""Abbreviations that may end a sentence; then the next word has a capital."""

LETTERS: Final = words(
    # The names of Latin letters: initials in a name ("एस. राव", "எம். ஜி. ஆர்.").
    "ए बी सी डी ई एफ जी एच आई आय जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई वाय ज़ेड झेड",
    "এ বি সি ডি ই এফ জি এইচ আই জে কে এল এম এন ও পি কিউ আর এস টি ইউ ভি ডব্লিউ এক্স ওয়াই জেড",
    "ਏ ਬੀ ਸੀ ਡੀ ਈ ਐੱਫ ਐਫ ਜੀ ਐੱਚ ਐਚ ਆਈ ਜੇ ਕੇ ਐੱਲ ਐਲ ਐੱਮ ਐਮ ਐੱਨ ਐਨ ਓ ਪੀ ਆਰ ਐੱਸ ਐਸ ਟੀ ਯੂ ਵੀ ਡਬਲਿਊ",
    "એ બી સી ડી ઈ એફ જી એચ આઈ જે કે એલ એમ એન ઓ પી ક્યૂ ક્યુ આર એસ ટી યુ વી ડબલ્યુ એક્સ વાય ઝેડ",
    "ଏ ବି ସି ଡି ଇ ଏଫ ଏଫ୍ ଜି ଏଚ ଏଚ୍ ଆଇ ଜେ କେ ଏଲ ଏଲ୍ ଏମ ଏମ୍ ଏନ ଏନ୍ ଓ ପି ଆର ଆର୍ ଏସ ଏସ୍ ଟି ୟୁ ଭି",
    "ஏ பி சி டி ஈ எஃப் எப் ஜி ஹெச் எச் ஐ ஜே கே எல் எம் என் ஓ க்யூ ஆர் எஸ் யு யூ வி டபிள்யூ எக்ஸ் ஒய்",
    "ఎ ఏ బి సి డి ఇ ఎఫ్ జి హెచ్ ఎచ్ ఐ జె జే కె కే ఎల్ ఎం ఎమ్ ఎన్ ఓ పి క్యూ ఆర్ ఎస్ టి యు వి డబ్ల్యూ ఎక్స్ వై",
    "ಎ ಏ ಬಿ ಸಿ ಡಿ ಇ ಎಫ್ ಜಿ ಹೆಚ್ ಎಚ್ ಐ ಜೆ ಕೆ ಎಲ್ ಎಂ ಎಮ್ ಎನ್ ಓ ಒ ಪಿ ಕ್ಯೂ ಆರ್ ಎಸ್ ಟಿ ಯು ವಿ ಡಬ್ಲ್ಯೂ ಎಕ್ಸ್ ವೈ",
    "എ ബി സി ഡി ഇ എഫ് ജി എച്ച് ഐ ജെ കെ എൽ എം എൻ ഒ പി ക്യു ആർ എസ് ടി യു വി ഡബ്ല്യു എക്സ് വൈ",
    "اے بی سی ڈی ای ایف ایچ جے کے ایل ایم این پی کیو آر ایس ٹی یو وی ڈبلیو ایکس وائی زیڈ",
)

SHORT_WORDS: Final = words(
    # One syllable, but words that end a sentence, not initials ("આ સારું છે.").
    "है हैं हूँ हूं हो था थे थी थीं जी हाँ हां ना न लो लें ले दो दें दे दूँ दूं लूँ लूं ली दी सो नौ छः छ",
    "भी ही तो तू मैं या जा घे ये का मी ती ते ता ले पी खा गा दी",
    "না কি দে নে জি হা কে যে সে মা যা খা",
    "ਹੈ ਹਾਂ ਜੀ ਹੋ ਨੇ ਸੀ ਲੋ ਦੇ ਨਾ ਜਾ ਕੀ",
    "છે છો છું હા ના જી હો લો દો જ ને તો શું હું તું મેં બે છ નો ની જા આ",
    "ହଁ ନା ତ କି ମୁଁ ସେ ଯା",
    "வா போ நீ தா டீ கை பை பூ தீ மை",
    "రా పో లే నీ నా మీ మా టీ",
    "ಬಾ ಹೂ ನೀ ಟೀ ಕೈ",
    "വാ പോ നീ ടീ കൈ തീ",
)

VISARGA: Final = words("अत छ प्राय पुन प्रात संभवत मूलत सामान्यत विशेषत मुख्यत स्वत दु नि")
"""Words that end in a visarga, which is often typed as a colon ("अत: आप", "छ: बजे")."""


def is_initials(word: str) -> bool:
    """Whether `word` before a stop is one initial or several.

    "A" in "A. P. J. Abdul Kalam", "एस" in "एस. राव", "पु" in "पु. ल. देशपांडे", "S.R" in "S.R. Rao".
    """
    parts = word.split(".")
    if len(parts) == 1 and word in SHORT_WORDS:
        return False
    return all(part in LETTERS or _is_one_letter(part) for part in parts)


def ends_in_initials(text: str, i: int) -> bool:
    """Whether one or more initials stand before `text[i]`. A letter's name that is also a word
    ("जी", "কে") is an initial after another initial: "ए. जी. नूरानी".
    """
    word = word_before(text, i)
    if is_initials(word):
        return True
    if word not in LETTERS:
        return False
    before = word_before(text, i - len(word) - 1)
    return before.endswith(".") and before[:-1] in LETTERS


def _is_one_letter(part: str) -> bool:
    bases = [char for char in part if not unicodedata.category(char).startswith("M")]
    return len(bases) == 1 and bases[0].isalpha() and (bases[0].isupper() or is_indic(bases[0]))

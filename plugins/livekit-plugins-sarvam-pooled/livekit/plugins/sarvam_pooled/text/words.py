"""Words that matter to cutting, by language. Data.

ABBREVIATIONS: a full stop after one of these ends no sentence. Compared without the stop, in lower
case, with inner stops kept ("e.g", "कि.मी").
OPENERS_OF_PHRASES: English words that belong to what follows; a Segment does not end after one.
"""

from __future__ import annotations

from typing import Final

ABBREVIATIONS: Final = frozenset(
    # English
    "dr mr mrs ms prof st sr jr rs re inr no nos vs e.g i.e eg ie viz cf fig vol dept approx appt "
    "capt col gen lt maj sgt rev hon pvt ltd co corp inc bros smt shri sri km kg cm mm ft ext tel "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun "
    "ph.d m.d b.a m.a b.sc m.sc b.com u.s u.k p.o "
    # Hindi, Marathi
    "डॉ डा रु रू श्री श्रीमती सुश्री प्रो पं मि कि.मी कि मी सं क्र मो स्व कु सौ चि ई.पू "
    # Bengali
    "ডা ডাঃ ড মি প্রো শ্রী টা নং "
    # Punjabi
    "ਡਾ ਰੁ ਸ੍ਰੀ ਪ੍ਰੋ ਸ "
    # Gujarati
    "ડૉ ડો રૂ શ્રી પ્રો નં "
    # Odia
    "ଡା ଡଃ ଟ ଶ୍ରୀ ପ୍ରୋ "
    # Tamil
    "டாக் திரு ரூ எண் பேரா கி.மீ "
    # Telugu
    "డా రూ శ్రీ ప్రొ నం "
    # Kannada
    "ಡಾ ರೂ ಶ್ರೀ ಪ್ರೊ ನಂ "
    # Malayalam
    "ഡോ രൂ ശ്രീ പ്രൊഫ നം".split()
)

ENDS_OR_ABBREVIATES: Final = frozenset("a.m p.m am pm etc ad bc a.d b.c आदि इत्यादि".split())
"""Before a full stop these may also end the sentence: the next word tells, by its capital."""

OPENERS_OF_PHRASES: Final = frozenset(
    "a an the of to in on at by for from with and or but so if as is are was were be been am will "
    "would can could shall should may might must do does did has have had not no this that these "
    "those my your our his her its their i you we he she it they who which what when where how "
    "than then between into about per very more most some any every all each please let i'll "
    "you'll we'll it's i'm don't can't dr mr mrs ms prof rs number extension "
    # Prefixed connectives of other languages: they open what follows.
    "और या लेकिन मगर परंतु किंतु क्योंकि कि अगर यदि जो जब तो "
    "आणि किंवा पण परंतु कारण जर "
    "এবং আর কিন্তু বা যদি কারণ যে "
    "ਅਤੇ ਜਾਂ ਪਰ ਕਿਉਂਕਿ ਜੇ ਕਿ "
    "અને અથવા પણ પરંતુ કારણ જો કે "
    "ଏବଂ ଓ କିନ୍ତୁ କିମ୍ବା ଯଦି "
    "மற்றும் அல்லது ஆனால் ஏனெனில் "
    "మరియు లేదా కానీ ఎందుకంటే "
    "ಮತ್ತು ಅಥವಾ ಆದರೆ ಏಕೆಂದರೆ "
    "കൂടാതെ അല്ലെങ്കിൽ പക്ഷേ കാരണം "
    "اور یا لیکن مگر کیونکہ کہ اگر جو جب تو "
    # Titles and currency: never apart from what they name.
    "डॉ डॉक्टर श्री श्रीमती रु रुपये डा ডা ডাঃ ডাক্তার ਡਾ ડૉ ડો ଡା டாக்டர் திரு ரூ డా డాక్టర్ రూ "
    "ಡಾ ಡಾಕ್ಟರ್ ರೂ ഡോ രൂ ڈاکٹر".split()
)

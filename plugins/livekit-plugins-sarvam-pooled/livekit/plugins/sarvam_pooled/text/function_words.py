"""Lists of words that are said without a pause before or after them, by language.

BOUND_TO_NEXT and ENDINGS_BOUND_TO_NEXT are said with the next word: articles, prepositions,
possessives and genitives, numbers, titles, conjunctions. Those of them in OPEN end no sentence
either; the agent waits for a caller who stops after one. BOUND_TO_PREVIOUS are said with the word
before: postpositions, particles, light and auxiliary verbs, units. PHRASE_STARTS are the English
words before which a phrase ends.

The lists hold frequent words only: they make cuts sound better, and need not be complete.
"""

from __future__ import annotations

from typing import Final

from .char_classes import words

OPEN: Final = words(
    # English
    "a an the of to at for from with and or but so if as than is are am i we when my your our "
    "his her its their between into about per until without each every dr mr mrs ms",
    # Hindi in Latin letters
    "aur lekin magar kyunki kyonki ki ka ke agar jab toh mera mere meri aapka aapki hamara hamari",
    # Hindi, Marathi
    "और या लेकिन मगर परंतु किंतु क्योंकि कि अगर यदि जो जब तो का के की मेरा मेरे मेरी आपका "
    "आपके आपकी हमारा हमारे हमारी अपना अपने अपनी इस उस एक डॉ डॉक्टर नंबर आणि किंवा पण कारण जर "
    "म्हणून तुमचा तुमची आमचा आमची माझा माझी माझे माझ्या",
    # Bengali
    "এবং আর ও কিন্তু বা যদি কারণ যে অথবা আপনার আমার আমাদের একটা একটি ডাক্তার",
    # Punjabi
    "ਅਤੇ ਜਾਂ ਪਰ ਕਿਉਂਕਿ ਜੇ ਕਿ ਦਾ ਦੇ ਦੀ ਸਾਡਾ ਮੇਰਾ ਮੇਰੇ ਮੇਰੀ ਇੱਕ ਡਾਕਟਰ",
    # Gujarati
    "અને અથવા પણ કારણ જો કે તમારું અમારું મારો મારી મારું મારા એક ડૉક્ટર",
    # Odia
    "ଏବଂ ଓ କିନ୍ତୁ କିମ୍ବା ଯଦି ଯେ କାରଣ ମୋ ମୋର ଗୋଟିଏ ଡାକ୍ତର",
    # Tamil
    "மற்றும் அல்லது ஆனால் என் எங்கள் உங்கள் இந்த அந்த ஒரு டாக்டர்",
    # Telugu
    "మరియు లేదా కానీ ఎందుకంటే మీ మా నా ఈ ఆ ఒక డాక్టర్",
    # Kannada
    "ಮತ್ತು ಅಥವಾ ಆದರೆ ಏಕೆಂದರೆ ನಿಮ್ಮ ನಮ್ಮ ನನ್ನ ಈ ಆ ಒಂದು ಡಾಕ್ಟರ್",
    # Malayalam
    "അല്ലെങ്കിൽ പക്ഷേ കാരണം നിങ്ങളുടെ ഞങ്ങളുടെ എന്റെ ഈ ആ ഒരു ഡോക്ടർ",
)

BOUND_TO_NEXT: Final = OPEN | words(
    # English
    "in on by then that this these those was were be been being will would can could shall "
    "should may might must do does did has have had not no you he she they it who whom which "
    "what where why how whose near during till before after over under through within very "
    "more most some any all both many few please let kindly also just only next last first "
    "second third new another other same one two three four five six seven eight nine ten "
    "eleven twelve fifteen twenty thirty forty fifty hundred thousand lakh lakhs crore crores "
    "half quarter prof rs inr number no extension room gate flight platform token code there "
    "here's cannot",
    # Hindi in Latin letters
    "ya jo aapke hamare apna apne apni unka unke unki uska uske uski iska yeh ye woh wo koi "
    "kuch har sabhi bahut ek teen char chaar paanch panch chhe saat aath nau das kya nahi "
    "nahin mat sirf kripya subah shaam sham dopahar raat",
    # Tamil in Latin letters
    "unga enga oru intha indha antha andha",
    # Hindi, Marathi
    "ताकि उनका उनके उनकी उसका उसके उसकी इनका इनके इनकी इसका इसके इसकी तुम्हारा यह ये वह वे इन "
    "उन कोई किसी कुछ हर सभी सब कई बहुत सबसे थोड़ा थोड़ी कौन किस क्या कितना कितने कितनी न नहीं "
    "मत सिर्फ़ सिर्फ केवल लगभग करीब क़रीब कृपया बिना नया नए नई पुराना पुराने पुरानी अगला अगले "
    "अगली पहला पहली दूसरा दूसरे दूसरी सही साफ साफ़ बड़ा बड़े बड़ी छोटा छोटे छोटी पूरा पूरे "
    "पूरी दो तीन चार पाँच पांच छह छः सात आठ नौ दस ग्यारह बारह पंद्रह बीस तीस चालीस पचास सौ "
    "हज़ार हजार लाख करोड़ साढ़े सवा पौने डेढ़ ढाई सुबह शाम दोपहर रात श्री श्रीमती तुमचे "
    "तुमच्या आमचे आमच्या आपला आपली आपले आपल्या हा ही हे ते त्या काय कोणता कोणती कोणते फक्त "
    "सर्व खूप पाच सहा नऊ दहा सकाळी दुपारी संध्याकाळी रात्री",
    # Bengali
    "তার তাদের এই সেই ওই কোন কী কি সব খুব শুধু দয়া নতুন এক দুই তিন চার পাঁচ ছয় সাত আট নয় "
    "দশ সকাল বিকেল সন্ধ্যা রাত ডা ডাঃ",
    # Punjabi
    "ਦੀਆਂ ਤੁਹਾਡਾ ਤੁਹਾਡੇ ਤੁਹਾਡੀ ਸਾਡੇ ਸਾਡੀ ਆਪਣਾ ਆਪਣੇ ਆਪਣੀ ਇਹ ਉਹ ਇਸ ਉਸ ਕੀ ਕਿਹੜਾ ਕਿਹੜੇ ਕਿਹੜੀ "
    "ਕਿਰਪਾ ਸਾਰੇ ਬਹੁਤ ਨਹੀਂ ਦੋ ਤਿੰਨ ਚਾਰ ਪੰਜ ਛੇ ਸੱਤ ਅੱਠ ਨੌਂ ਦਸ ਸਵੇਰੇ ਸ਼ਾਮ ਦੁਪਹਿਰ ਰਾਤ ਡਾ",
    # Gujarati
    "પરંતુ તમારો તમારી તમારા અમારો અમારી અમારા આ તે શું કઈ કયો કયા કૃપા બધા ખૂબ ફક્ત બે ત્રણ "
    "ચાર પાંચ છ સાત આઠ નવ દસ સવારે સાંજે બપોરે રાત્રે ડૉ ડો",
    # Odia
    "ବା ଆପଣଙ୍କ ଆପଣଙ୍କର ଆମ ଆମର ଏହି ସେହି କଣ କେଉଁ ସବୁ ବହୁତ କେବଳ ଦୟାକରି ଏକ ଦୁଇ ତିନି ଚାରି ପାଞ୍ଚ ଛଅ "
    "ସାତ ଆଠ ନଅ ଦଶ ସକାଳ ସନ୍ଧ୍ୟା ଡା",
    # Tamil
    "ஏனெனில் எங்க உங்க நம் நமது எந்த எல்லா சில பல மிக மிகவும் தயவு தயவுசெய்து புதிய பழைய "
    "அருகிலுள்ள ஒன்று இரண்டு மூன்று நான்கு ஐந்து ஆறு ஏழு எட்டு ஒன்பது பத்து காலை மாலை மதியம் "
    "இரவு டாக் திரு திருமதி ரூ எண்",
    # Telugu
    "మన ఏ అన్ని చాలా దయచేసి కొత్త పాత రెండు మూడు నాలుగు ఐదు ఆరు ఏడు ఎనిమిది తొమ్మిది పది ఉదయం "
    "సాయంత్రం మధ్యాహ్నం రాత్రి డా శ్రీ రూ",
    # Kannada
    "ಯಾವ ಎಲ್ಲಾ ಎಲ್ಲ ತುಂಬಾ ದಯವಿಟ್ಟು ಹೊಸ ಹಳೆಯ ಎರಡು ಮೂರು ನಾಲ್ಕು ಐದು ಆರು ಏಳು ಎಂಟು ಒಂಬತ್ತು ಹತ್ತು "
    "ಬೆಳಿಗ್ಗೆ ಸಂಜೆ ಮಧ್ಯಾಹ್ನ ರಾತ್ರಿ ಡಾ ಶ್ರೀ ರೂ",
    # Malayalam
    "കൂടാതെ ഏത് എല്ലാ വളരെ ദയവായി പുതിയ പഴയ രണ്ട് മൂന്ന് നാല് അഞ്ച് ആറ് ഏഴ് എട്ട് ഒമ്പത് "
    "പത്ത് രാവിലെ വൈകുന്നേരം ഉച്ചയ്ക്ക് രാത്രി ഡോ ശ്രീ രൂ",
    # Urdu
    "اور یا لیکن مگر کیونکہ کہ اگر جو جب تو کا کے کی میرا میرے میری ہمارا ہمارے ہماری اپنا "
    "اپنے اپنی ان اس یہ وہ ہر کوئی کچھ کیا کون نہیں صرف براہ ایک دو تین چار پانچ چھ سات آٹھ "
    "نو دس سو ہزار لاکھ صبح شام دوپہر رات ڈاکٹر جناب",
)

ENDINGS_BOUND_TO_NEXT: Final = (
    # Contractions and possessives: "I'll go", "the doctor's name".
    *("'s", "'ll", "'re", "'ve", "'d", "'m", "n't"),
    # Genitives and adjectives.
    *("चा", "ची", "चे", "च्या", "ের", "નો", "ની", "નું", "નાં", "ଙ୍କର"),
    *("ின்", "ான", "ுள்ள", "ப்பட்ட", "கின்ற", "ైన", "యొక్క", "ಾದ", "ിനുടെ", "ുടെ", "ന്റെ", "ായ"),
)

BOUND_TO_PREVIOUS: Final = words(
    # English
    "of me us him them back up down off "
    "out away too either else ago o'clock rupees rupee percent "
    "lakh lakhs crore crores hundred thousand minutes hours days ji sir madam ma'am",
    # Hindi in Latin letters
    "ne ko se mein tak ka ke ki liye saath baad "
    "pehle paas hi bhi toh na hai hain hoon hun ho tha "
    "thi gaya gayi gaye kar karke karein karen kijiye karna karne karta karti karte kiya raha "
    "rahi rahe chuka chuki chuke sakta sakti sakte "
    "diya di dijiye deta deti dena leta leti lijiye "
    "jaye jayega jayegi hoga hogi hota hoti baje rupaye wala wali wale nahi nahin",
    # Tamil in Latin letters
    "aagidum aachu irukku illa venum venuma mudiyum pannunga panren",
    # Hindi, Marathi
    "ने को से में मे पर तक का के की लिए लिये "
    "साथ बाद पहले पास बारे बीच अंदर बाहर सामने पीछे ऊपर नीचे "
    "द्वारा तरफ तरफ़ वाला वाली वाले ही भी तो न "
    "ना सा सी जी साहब नंबर रोड अस्पताल हॉस्पिटल क्लिनिक बैंक "
    "है हैं हूँ हूं हो था थी थे थीं नहीं गया गई "
    "गए गयी गये कर करके करें करूँ करूं करो कीजिए करना करने करनी "
    "करता करती करते किया की किए करेंगे करेगा करूँगा "
    "करूँगी रहा रही रहे रहेगा रहेगी रहें चुका चुकी चुके "
    "सकता सकती सकते सकूँ सकें दिया दी दिए दूँ दूं "
    "दें दीजिए देना देने देता देती देते दूँगा दूँगी देंगे "
    "लिया ली लूँ लें लीजिए लेना लेता लेती लेते "
    "लूँगा लूँगी लेंगे जाए जाएगा जाएगी जाएँगे जाएंगे जाता जाती "
    "जाते जाना होगा होगी होंगे होता होती होते होना "
    "हुआ हुई हुए पड़ेगा पड़ेगी चाहिए चाहेंगे बजे रुपये रुपए "
    "रूपये मिनट घंटे",
    "आहे आहेत आहोत होतो होते होता होती झाले झाली झाला "
    "केले केली केला करा करू शकतो शकते शकता येईल जाईल होईल "
    "पाहिजे वाजता साठी मध्ये पर्यंत पासून नाही ना च",
    # Bengali
    "করে করতে করা করব করবেন করেছি করুন হয়েছে হবে হয় "
    "হল আছে আছেন ছিল সঙ্গে সাথে জন্য কাছে থেকে পর্যন্ত "
    "মধ্যে পরে আগে দিয়ে নিয়ে টাকা মিনিটে না নেই তো ও পারি পারেন পারব পারবেন চান নম্বর নম্বরটা",
    # Punjabi
    "ਨੇ ਨੂੰ ਤੋਂ ਵਿੱਚ ਵਿਚ ਤੇ ਤੱਕ ਲਈ ਨਾਲ ਬਾਅਦ ਪਹਿਲਾਂ ਕੋਲ ਬਾਰੇ "
    "ਦਾ ਦੇ ਦੀ ਹੈ ਹਨ ਹਾਂ ਹੋ ਸੀ ਸਨ ਗਿਆ ਗਈ ਗਏ ਕਰ ਕਰਕੇ "
    "ਕਰੋ ਕਰਨਾ ਕੀਤਾ ਕੀਤੀ ਰਿਹਾ ਰਹੀ ਰਹੇ ਸਕਦਾ ਸਕਦੀ ਸਕਦੇ "
    "ਦਿੱਤਾ ਦਿੱਤੀ ਵਜੇ ਰੁਪਏ ਜੀ ਵੀ ਹੀ ਤਾਂ ਚਾਹੀਦਾ ਨੰਬਰ",
    # Gujarati
    "છે છો છું છીએ હતું હતી હતો હશે થઈ થયું થયો ગઈ "
    "ગયું ગયો કરી કરીને કરો કરશો કરું શકું શકો શકે માટે સાથે "
    "સુધી પછી પહેલાં પાસે વિશે વાગ્યે રૂપિયા નથી જ નંબર",
    # Odia
    "ଅଛି ଅଛନ୍ତି ହୋଇଛି ହେବ ହେଲା ଥିଲା କରନ୍ତୁ କରି ପାଇଁ ସହ ସହିତ ପରେ ପୂର୍ବରୁ ପର୍ଯ୍ୟନ୍ତ ମଧ୍ୟରେ ଟଙ୍କା ରେ କି ମଧ୍ୟ ତ ନାହିଁ ନମ୍ବର",
    # Tamil
    "அவர்கள் அவர்களுடன் அவர்களை பிறகு முன் முன்பு பின் பின்னர் "
    "வரை முதல் உடன் மூலம் பற்றி போது ஆகும் உள்ளது "
    "இருக்கிறது இருக்கும் இல்லை வேண்டும் வேண்டாம் "
    "முடியும் முடியாது முடியுமா செய்கிறேன் செய்தேன் செய்து "
    "செய்துவிட்டேன் செய்யப்பட்டது செய்யப்பட்டுள்ளது செய்யப்பட்ட செய்ய "
    "செய்யவா செய்யுங்கள் மணி மணிக்கு ரூபாய் "
    "நிமிடம் நிமிடங்கள் சார் மேடம் தான் மட்டும் கூட மீது பக்கத்தில் எதிரில் உட்பட",
    # Telugu
    "గారు గారి గారితో గారికి గంటలకు గంటల నిమిషాలు "
    "రూపాయలు ఉంది ఉన్నాయి ఉన్నారు ఉన్నాను ఉంటుంది అయింది అవుతుంది "
    "చేయండి చేస్తాను చేశాను చేసి చేయాలి లేదు కాదు వరకు "
    "నుండి నుంచి కోసం తర్వాత ముందు ద్వారా గురించి వద్ద కూడా "
    "మాత్రమే యొక్క నంబర్",
    # Kannada
    "ಅವರು ಅವರ ಅವರೊಂದಿಗೆ ಗಂಟೆ ಗಂಟೆಗೆ ಗಂಟೆಯಿಂದ ರೂಪಾಯಿ "
    "ನಿಮಿಷ ಇದೆ ಇವೆ ಆಗಿದೆ ಆಗುತ್ತದೆ ಮಾಡಿ ಮಾಡಲಾಗಿದೆ ಮಾಡುತ್ತೇನೆ "
    "ಮಾಡಲಿ ಮಾಡಬಹುದು ಇಲ್ಲ ಬೇಕು ಬೇಕಾ ವರೆಗೆ ನಂತರ ಮೊದಲು ಮೂಲಕ ಬಗ್ಗೆ ಬಳಿ ಕೂಡ ಮಾತ್ರ ಕ್ಕೆ",
    # Malayalam
    "ആണ് ഉണ്ട് ഇല്ല അല്ല മണി മണിക്ക് രൂപ മിനിറ്റ് വരെ "
    "മുതൽ ശേഷം മുമ്പ് വഴി കുറിച്ച് അടുത്ത് വേണം വേണ്ട ചെയ്തു ചെയ്യാം "
    "ചെയ്യുക ചെയ്യുന്നു ചെയ്തിട്ടുണ്ട് കഴിയും കഴിയുമോ സാർ മാത്രം കൂടി തന്നെ ന് നമ്പർ",
    # Urdu
    "نے کو سے میں پر تک کا کے کی لیے ساتھ بعد پہلے پاس "
    "بارے ہی بھی تو جی صاحب ہے ہیں ہوں ہو تھا تھی تھے گیا گئی "
    "گئے کر کرکے کریں کرنا کرتا رہا رہی رہے چکا چکی چکے سکتا "
    "سکتی سکتے دیا دی دیں لیا لیں جائے گا گی گے ہوگا ہوا "
    "ہوئی چاہیے بجے روپے منٹ کرم نمبر نہیں",
)

PHRASE_STARTS: Final = words(
    "a an the to in on at by for from with "
    "and or but so if as than that because while when where "
    "which who whom whose is are was were will would can could shall should may might must has "
    "have had does did isn't aren't wasn't won't can't couldn't hasn't haven't doesn't didn't "
    "my your our his her its their these those i i'll i'm i've i'd we we'll we're we've he he's "
    "she she's they they'll they're there between into about near next during until till before "
    "after over under through without within since unless behind opposite due instead",
    # Hindi in Latin letters
    "aur ya lekin magar kyunki kyonki agar jab aap main mujhe aapka aapke aapki hamara hamare",
)

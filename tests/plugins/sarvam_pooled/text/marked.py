"""Texts with their ends marked, by language: `‖` behind a sentence's end, `¦` behind a clause's.

Every place without a mark is no end. So each text says what must be cut and what must not.
"""

from __future__ import annotations

from livekit.plugins.sarvam_pooled.text.segment import Boundary

SENTENCE = "‖"
CLAUSE = "¦"

ENGLISH = [
    "Sure,¦ the clinic is open.‖ Come in!‖ Can you?‖ Yes;¦ note:¦ one —¦ two.‖",
    "The fee is Rs. 1,200.50 in all.‖ That is Rs.500 or Rs 500 less.‖",
    "Pay ₹1,20,000 now,¦ ₹3,45,67,890.75 later.‖ It was 1,500,000 in 2024,¦ not 2023.‖",
    "Come at 9:30 a.m. or 10.15 p.m. on Monday.‖ We close at 6 p.m.‖ The doctor leaves.‖",
    "He comes at 5 p.m. IST today.‖ That is 17:00:00.‖",
    "Dr. Rao,¦ Mr. Das and Smt. Devi are in.‖ Prof. A. P. J. Abdul Kalam spoke.‖",
    "Call S.R. Rao or K.S. Nair from the U.S. office.‖ Ask Dr.Rao.‖",
    "Take something light,¦ e.g. fruit.‖",
    "Some food,¦ i.e., fruit and milk.‖",
    "Visit https://www.sarvam.ai/tts?x=1,2&y=a.b!c;d:e now.‖ Or www.irctc.co.in/pnr.‖",
    "Write to help.desk@apollo-hospital.co.in.‖ Or to ravi@gmail.com?‖ Or ask.‖",
    "Is it irctc.co.in?‖ See irctc.co.in?pnr=5&x=1 first.‖",
    "Well...¦ I think so.‖ Wait…¦ let me see.‖ Hmm..¦ fine.‖ Oh...¦.¦ yes.‖",
    "Version 2.5.1 of section 4.3.‖ About 98.6 degrees.‖ Take 0.5 ml.‖",
    "1. Take rest.‖\n‖2. Drink water.‖\n‖10. Sleep.‖",
    "No. 5 is here.‖ No.‖ We are closed.‖ Flat No. 12 is free.‖ See fig. 3 and vol. 2.‖",
    'He said "Go home.‖" She said,¦ "Wait!‖"',
    "It takes 5 to 10 min. or so.‖ It takes 10 min.‖ Then rest.‖ On 5 Jan. 2025 we open.‖",
    "We work Monday–Friday,¦ 9–5.‖ Nine –¦ not ten.‖ Well - ¦maybe.‖ Well -- ¦maybe.‖",
    "Sunrise Pvt. Ltd. in Pune.‖ It is opp. City Mall,¦ nr. St. Mary.‖",
    "Rs. 500/- only.‖ Pay Rs. 2,00,000/-.‖ It is 5% off!‖",
    "Really?‖!‖ Yes!‖!‖ No?‖",
    "First line\n‖Second line\n‖",
    "Ratio 3:2,¦ date 12/05/2025,¦ 12-05-2025,¦ 12.05.2025.‖",
    "Node.js and B.Tech. students,¦ a Ph.D. too.‖ Vitamin B12.‖",
    "Call +91 98765 43210 or 1800-123-456.‖",
]
HINDI = [
    "जी।‖ क्लिनिक खुला है।‖ आइए!‖ ठीक है?‖ हाँ,¦ ज़रूर;¦ सुनिए:¦ कल —¦ शाम।‖",
    "डॉ. राव और डा. सिंह,¦ श्री. वर्मा तथा पं. शर्मा आए हैं।‖",
    "फीस रु. 500 है।‖ कुल रु.1,200.50 या ₹1,20,000 हुए।‖ करीब १,२०,००० रुपये।‖",
    "तापमान 98.6 है।‖ वजन ६५.५ कि.ग्रा. है।‖ दूरी 5 कि.मी. है।‖",
    "समय 9:30 बजे या ९:३० बजे।‖ सुबह 10.15 बजे।‖",
    "अत: आप आइए।‖ छ: बजे आइए।‖ दु:ख है।‖ प्राय: खुला रहता है।‖ नोट:¦ कल छुट्टी है।‖",
    "एस. राव और ए. पी. जे. अब्दुल कलाम।‖ एम.ए. पास।‖",
    "हरि ॐ॥‖ रुको.‖..¦ देखता हूँ।‖ रुको…¦ ठीक।‖",
    "अपॉइंटमेंट पक्का है.‖ कल आइए.‖",
    "मुझे ravi@gmail.com पर लिखिए।‖ या www.apollo.in/hi देखिए।‖",
    "पहला\n‖दूसरा\n‖",
    "क्या आप आएँगे?‖ नहीं।‖",
    "डॉ॰ राव आ गए।‖",
]
MARATHI = [
    "हो,¦ डॉ. जोशी आहेत.‖ तुमची वेळ ठरली आहे.‖ उद्या या!‖ चालेल का?‖",
    "फी रु. 500 आहे.‖ पु. ल. देशपांडे आणि सौ. कुलकर्णी.‖ क्र. 5 वर या.‖",
    "वेळ 9.30 वाजता.‖ एकूण ₹1,20,000.50 झाले.‖ अंदाजे ५.५ कि.मी. दूर.‖",
]
BENGALI = [
    "জি।‖ ডাঃ সেন আছেন।‖ হ্যাঁ,¦ অবশ্যই।‖ আসুন!‖ ঠিক আছে?‖ শুনুন:¦ কাল —¦ বিকেলে।‖",
    "ফি ৫০০.৫০ টাকা।‖ মোট ₹১,২০,০০০ টাকা।‖ সময় ৯:৩০।‖ ডা. রায় নেই।‖",
    "দূরত্ব ৫ কি.মি. হবে।‖ একটু দাঁড়ান.‖..¦ দেখছি।‖ এস. কে. দাস এসেছেন।‖",
]
PUNJABI = [
    "ਜੀ।‖ ਡਾ. ਸਿੰਘ ਆਏ ਹਨ।‖ ਹਾਂ,¦ ਜ਼ਰੂਰ।‖ ਆਓ!‖ ਠੀਕ ਹੈ?‖ ਸੁਣੋ;¦ ਕੱਲ੍ਹ —¦ ਸ਼ਾਮ।‖",
    "ਫੀਸ ਰੁ. 500 ਹੈ।‖ ਕੁੱਲ ₹1,20,000.50 ਹੋਏ।‖ ਸਮਾਂ 9:30 ਵਜੇ।‖ ਐੱਸ. ਕੇ. ਸਿੰਘ।‖",
]
GUJARATI = [
    "જી.‖ ડૉ. પટેલ અહીં છે.‖ હા,¦ ચોક્કસ.‖ આવો!‖ બરાબર છે?‖ સાંભળો:¦ કાલે —¦ સાંજે.‖",
    "ફી રૂ. 500 છે.‖ કુલ ₹1,20,000.50 થયા.‖ સમય 9.30 વાગ્યે.‖ એસ. કે. પટેલ.‖",
    "અંતર 5 કિ.મી. છે.‖ તમે કેમ છો.‖ આ સારું શું.‖",
]
ODIA = [
    "ହଁ।‖ ଡା. ଦାସ ଅଛନ୍ତି।‖ ହଁ,¦ ନିଶ୍ଚୟ।‖ ଆସନ୍ତୁ!‖ ଠିକ୍ ଅଛି?‖ ଶୁଣନ୍ତୁ;¦ କାଲି —¦ ସନ୍ଧ୍ୟାରେ।‖",
    "ଫି ₹1,20,000.50 ଟଙ୍କା।‖ ସମୟ 9:30।‖ ଦୂରତା 5 କି.ମି. ହେବ।‖ ଏସ. କେ. ଦାସ।‖",
]
TAMIL = [
    "சரி.‖ டாக்டர். ராவ் இருக்கிறார்.‖ ஆமாம்,¦ நிச்சயம்.‖ வாருங்கள்!‖ சரியா?‖ நாளை —¦ மாலை.‖",
    "கட்டணம் ரூ. 500 ஆகும்.‖ மொத்தம் ரூ.1,200.50 அல்லது ₹1,20,000.‖ மணி 9:30.‖",
    "எம். ஜி. ஆர். மற்றும் மு. க. ஸ்டாலின் வந்தனர்.‖ தூரம் 5 கி.மீ. இருக்கும்.‖",
    "குறிப்பு:¦ நாளை விடுமுறை.‖ நீ வா.‖ எ.கா. பழம்.‖ திரு. குமார் வந்தார்.‖",
]
TELUGU = [
    "సరే.‖ డా. రావు ఉన్నారు.‖ అవును,¦ తప్పకుండా.‖ రండి!‖ సరేనా?‖ వినండి:¦ రేపు —¦ సాయంత్రం.‖",
    "ఫీజు రూ. 500.‖ మొత్తం ₹1,20,000.50 అయింది.‖ సమయం 9:30.‖ ఎస్. కె. రావు వచ్చారు.‖",
    "దూరం 5 కి.మీ. ఉంటుంది.‖ నువ్వు రా.‖ శ్రీ. శర్మ గారు.‖",
]
KANNADA = [
    "ಸರಿ.‖ ಡಾ. ರಾವ್ ಇದ್ದಾರೆ.‖ ಹೌದು,¦ ಖಂಡಿತ.‖ ಬನ್ನಿ!‖ ಸರಿನಾ?‖ ಕೇಳಿ:¦ ನಾಳೆ —¦ ಸಂಜೆ.‖",
    "ಶುಲ್ಕ ರೂ. 500.‖ ಒಟ್ಟು ₹1,20,000.50 ಆಯಿತು.‖ ಸಮಯ 9:30.‖ ಎಸ್. ಕೆ. ರಾವ್ ಬಂದರು.‖",
    "ದೂರ 5 ಕಿ.ಮೀ. ಇದೆ.‖ ನೀನು ಬಾ.‖",
]
MALAYALAM = [
    "ശരി.‖ ഡോ. നായർ ഉണ്ട്.‖ അതെ,¦ തീർച്ചയായും.‖ വരൂ!‖ ശരിയാണോ?‖ കേൾക്കൂ:¦ നാളെ —¦ വൈകുന്നേരം.‖",
    "ഫീസ് രൂ. 500.‖ ആകെ ₹1,20,000.50 ആയി.‖ സമയം 9:30.‖ എസ്. കെ. നായർ വന്നു.‖",
    "ദൂരം 5 കി.മീ. ആണ്.‖ നീ വാ.‖ പ്രൊഫ. മേനോൻ വന്നു.‖",
]
URDU = [
    "جی۔‖ ڈاکٹر خان موجود ہیں۔‖ ہاں،¦ ضرور۔‖ آئیے!‖ ٹھیک ہے؟‖ سنیے؛¦ کل —¦ شام۔‖",
    "فیس 1,200.50 روپے ہے۔‖ کل ₹1,20,000 ہوئے۔‖ وقت 9:30 بجے۔‖ تقریباً 3۔5 کلومیٹر۔‖",
    "ایم۔ اے۔ خان آئے۔‖ ذرا رکیے...¦ دیکھتا ہوں۔‖",
]
MIXED = [
    "ठीक है,¦ आपका appointment 5 p.m. पर Dr. Rao के साथ confirm है।‖ Please आइए।‖",
    "Haan ji,¦ aapka OTP 4,821 hai.‖ Kya yeh sahi hai?‖ Rs. 1,20,000 pay karein.‖",
    "Clinic எம்ஜி ரோட்டில்,¦ Dr. Iyer இருக்கிறார்.‖ Fees ₹500.‖ Ok?‖",
    "আপনার booking confirm হয়েছে।‖ Email:¦ a.b@c.co.in.‖ ধন্যবাদ!‖",
    "మీ EMI రూ. 5,500.75.‖ Due date 12.05.2025.‖ Okay?‖",
    "آپ کا OTP 4821 ہے۔‖ App پر Dr. Khan،¦ ٹھیک؟‖",
]

BY_LANGUAGE: dict[str, list[str]] = {
    "en": ENGLISH,
    "hi": HINDI,
    "mr": MARATHI,
    "bn": BENGALI,
    "pa": PUNJABI,
    "gu": GUJARATI,
    "od": ODIA,
    "ta": TAMIL,
    "te": TELUGU,
    "kn": KANNADA,
    "ml": MALAYALAM,
    "ur": URDU,
    "mixed": MIXED,
}


def unmarked(text: str) -> str:
    """The text itself."""
    return text.replace(SENTENCE, "").replace(CLAUSE, "")


def ends(text: str) -> dict[int, Boundary]:
    """Which ends are marked, by the index of the character that they stand behind."""
    found: dict[int, Boundary] = {}
    at = -1
    for char in text:
        if char == SENTENCE:
            found[at] = Boundary.SENTENCE
        elif char == CLAUSE:
            found[at] = Boundary.CLAUSE
        else:
            at += 1
    return found

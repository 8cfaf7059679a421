"""A sentence in each of several languages, by its code."""

from __future__ import annotations

SPOKEN = {
    "en-IN": "Your appointment with Doctor Rao is on Monday at five in the evening.",
    "hi-IN": "आपका अपॉइंटमेंट डॉक्टर राव के साथ सोमवार शाम को पक्का हो गया है।",
    "ta-IN": "உங்கள் சந்திப்பு திங்கட்கிழமை மாலை உறுதி செய்யப்பட்டுள்ளது.",
    "te-IN": "మీ అపాయింట్‌మెంట్ సోమవారం సాయంత్రం ఖరారు చేయబడింది.",
    "ur-IN": "آپ کی ملاقات پیر کی شام کو طے ہو گئی ہے۔",
    "gu-IN": "તમારી એપોઇન્ટમેન્ટ સોમવારે સાંજે નક્કી થઈ ગઈ છે.",
}

"""Texts of many kinds, to count their tokens: made from a seed, or written here. True counts stand in `counts.json`.

node tests/context/count_tokens.js < lines of JSON strings
"""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Iterator

WRITTEN = {
    "English": "The dentist moved the appointment to Tuesday at 3:45 p.m., so please bring the X-ray and the invoice.",
    "colloquial": "gonna grab a coffee w/ Jo, brb!! lol that's soooo unbelievably good, isn't it???",
    "rare words": "Sesquipedalian antidisestablishmentarianism perplexes floccinaucinihilipilificators' onomatopoeias.",
    "German": "Die Donaudampfschifffahrtsgesellschaft hat für größere Übergewichtszuschläge keine Rückerstattung.",
    "French": "L'été dernier, où étiez-vous ? Nous avons mangé des crêpes à l'hôtel près de la forêt.",
    "Spanish": "¿Dónde está el número de teléfono? Mañana volveré con más información sobre el envío.",
    "Polish": "Zażółć gęślą jaźń; w Szczebrzeszynie chrząszcz brzmi w trzcinie.",
    "Finnish": "Epäjärjestelmällistyttämättömyydelläänsäkäänköhän hän yllättyi järjestelmällisyydestä?",
    "Turkish": "Çekoslovakyalılaştıramadıklarımızdan mısınız? Yarın öğleden sonra görüşürüz.",
    "Vietnamese": "Hôm nay trời đẹp quá, chúng ta đi dạo quanh hồ Hoàn Kiếm nhé?",
    "Icelandic": "Vaðlaheiðarvegavinnuverkfærageymsluskúrslyklakippuhringurinn er týndur.",
    "Russian": "Встреча перенесена на среду; достопримечательности осмотрим в другой раз.",
    "Ukrainian": "Чи не могли б ви надіслати рахунок-фактуру до п'ятниці?",
    "Greek": "Η ηλεκτρεγκεφαλογράφος ανέβαλε τη συνάντηση για την Τετάρτη το πρωί.",
    "Hebrew": "הפגישה נדחתה ליום רביעי בשעה שלוש אחר הצהריים.",
    "Arabic": "تم تأجيل الاجتماع إلى يوم الأربعاء الساعة الثالثة بعد الظهر، فلا تنسَ الفاتورة.",
    "Persian": "لطفاً صورت‌حساب را تا پایان هفته برای من بفرستید.",
    "Hindi": "बैठक बुधवार दोपहर तीन बजे तक के लिए स्थगित कर दी गई है।",
    "Bengali": "সভাটি বুধবার বিকেল তিনটায় অনুষ্ঠিত হবে।",
    "Tamil": "கூட்டம் புதன்கிழமை மாலை மூன்று மணிக்கு மாற்றப்பட்டது.",
    "Thai": "การประชุมเลื่อนไปเป็นวันพุธเวลาบ่ายสามโมง กรุณานำใบแจ้งหนี้มาด้วย",
    "Georgian": "შეხვედრა ოთხშაბათს, დღის სამ საათზე გადაიდო.",
    "Armenian": "Հանդիպումը տեղափոխվել է չորեքշաբթի՝ ժամը երեքին։",
    "Amharic": "ስብሰባው ወደ ረቡዕ ተላልፏል።",
    "Chinese": "会议改到星期三下午三点，请带上发票和合同。龘靐齉齾爨癵籱饢驫。",
    "Japanese": "会議は水曜日の午後三時に変更されました。請求書をお持ちください。ｶﾀｶﾅ",
    "Korean": "회의가 수요일 오후 세 시로 연기되었습니다. 청구서를 가져오세요. 뷁꿹",
    "Python": "def f(xs: list[int]) -> int:\n    return sum(x**2 for x in xs if x % 3 == 0)  # squares\n\n@property\n",
    "C": '#include <stdio.h>\nint main(void){for(int i=0;i<10;++i){printf("%d\\n",i);}return 0;}',
    "minified": "!function(e,t){'object'==typeof exports?module.exports=t():e.Xq=t()}(this,function(){return 0x1fZ});",
    "JSON": '{"id":"a1b2c3","items":[{"x":-1.5e-7,"ok":true},{"x":null}],"url":"https://example.org/a?b=c&d=%20"}',
    "HTML": '<div class="row"><a href="/x/y.html?id=42&amp;z=1">Übersicht&nbsp;»</a></div>\n\t<br/>',
    "regex": r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$",
    "shell": 'for f in *.tar.gz; do tar -xzf "$f" -C /tmp/$(basename "${f%.tar.gz}") 2>&1 | tee -a log; done',
    "path": "C:\\Users\\Elif\\AppData\\Local\\Temp\\~DF3A91.tmp /usr/lib/x86_64-linux-gnu/libQt6Core.so.6.8.1",
    "hash": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9",
    "phone": "+49 (0)30 901820, 555-0199; IBAN DE89 3704 0044 0532 0130 00; 4111 1111 1111 1111",
    "numbers": "3.14159265358979323846264338327950288419716939937510 1,234,567.89 0x7FFF_FFFF 10^-23",
    "table": "| a  |  b | c   |\n|----|:--:|----:|\n| 1  | 22 | 333 |\n+----+----+-----+\n",
    "box": "┌──────┬──────┐\n│ Name │ Wert │\n└──────┴──────┘ ▲▼◆★☆✓✗",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳🇪🇺 👍🏽 🤷🏾‍♂️ ❤️ 1️⃣ 🫠🪿🩷",
    "mathematics": "∀ε>0 ∃δ>0: |x−a|<δ ⇒ |f(x)−L|<ε; ∑ₙ₌₁^∞ 1/n² = π²/6, 𝔸𝓑𝕮 ½ ℵ₀",
    "styled": "𝓣𝓱𝓲𝓼 𝕚𝕤 ｆｕｌｌｗｉｄｔｈ ⓒⓘⓡⓒⓛⓔ ᵗⁱⁿʸ",
    "zalgo": "Z̷̢̛̫a̸̝͌l̶̰̆g̵͓̈́o̷̪͂ t̴e̵x̶t̷",
    "white": "a\n\n\n\nb\t\tc      d\r\n\r\n        e \n \n \u00a0\u2003\u3000 f",
    "repeated": "a" * 300 + "=" * 120 + " " * 90 + "\n" * 40 + "ha" * 80,
    "markers": "<|endoftext|> <|im_start|>system<|im_sep|> [INST] <<SYS>> </s> <start_of_turn>",
    "OCR": "lnvoice N0. 4O17 — T0taI: l,2O8.5O € | Fiie Edit Vlew He1p | ©2O26 Ac me Gm bH ~_. ' ,;: .-=",
    "screen": "File Edit View Go Run Terminal Help\nmain.py ● settings.yaml ×\n1  import os\n2  \n3  def main():\n",
}


def made() -> Iterator[tuple[str, str]]:
    """Texts at random, the same ones in every run: encodings, letters, digits, marks, scripts."""
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    for number in range(12):
        size = chance.randrange(8, 240)
        raw = chance.randbytes(size)
        yield f"base64 {number}", base64.b64encode(raw).decode()
        yield f"base32 {number}", base64.b32encode(raw).decode()
        yield f"base85 {number}", base64.b85encode(raw).decode()
        yield f"hex {number}", raw.hex()
        yield f"uuid {number}", str(uuid.UUID(bytes=chance.randbytes(16)))
        yield f"letters {number}", "".join(chance.choices(letters, k=size))
        yield f"capitals {number}", " ".join("".join(chance.choices(letters.upper(), k=6)) for _ in range(size // 8))
        yield f"digits {number}", " ".join(str(chance.randrange(10**9)) for _ in range(size // 8 + 1))
        yield f"marks {number}", "".join(chance.choices("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ", k=size))
        yield f"emoji {number}", "".join(chr(chance.randrange(0x1F300, 0x1FAFF)) for _ in range(size // 6 + 1))
        yield f"anything {number}", "".join(chr(chance.randrange(0x20, 0xD800)) for _ in range(size // 4 + 1))


def corpus() -> dict[str, str]:
    """Every text by its name."""
    return {**WRITTEN, **dict(made())}

"""Numbers that stand for a person in their country, with their sums where they have one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sovereign_desktop.context.privacy.checksums import iso7064_mod11_10, luhn, verhoeff, weighted
from sovereign_desktop.context.privacy.numbers import beside
from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.context.privacy.spelling import DIGIT as D
from sovereign_desktop.context.privacy.spelling import as_read, digits_of, mostly_digits
from sovereign_desktop.context.privacy.words import stretches

_S = r"\s?[-–—. ]\s?"
"""What stands between the groups of a number."""
_O = r"\s?[-–—./ ]?\s?"
_LABEL = re.compile(
    "|".join(
        (
            as_read("social security"), r"\bSSN\b", r"\bS5N\b", as_read("national insurance"), r"\bNIN[O0]?\b",
            as_read("tax id"), r"steuer-?\s?(?:id|nummer|identifikation)", r"\bIdNr", r"\bTIN\b", r"\bITIN\b",
            as_read("national id"), as_read("identity"), r"\bID\b",
            r"\b(?:NIR|DNI|NIE|NIF|BSN|PESEL|CPF|SIN|TFN|AHV|AVS|HETU|CPR|CNP)\b",
            r"num[eé]ro de s[eé]curit[eé]", r"codice fiscale", r"burgerservice", r"personnummer", r"aadhaar",
            as_read("passport"), r"reisepass", r"personalausweis", as_read("driver"), r"licen[cs]e n",
            r"sozialversicherung", r"f[oø]dselsnummer", r"rijksregister", r"registre national", r"\bNHS\b",
            r"medicare", r"henkil[oö]tunnus",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip
_NAMED = re.compile(
    rf"(?:{as_read('passport')}|reisepass|personalausweis|{as_read('driver')}['’]?s?\s{as_read('licen')}[cs]e|"
    rf"(?:{as_read('national')}\s)?{as_read('identity')}\s{as_read('card')}|ausweis|id card|tax id|"
    rf"{as_read('social security')}|{as_read('national insurance')}|\bSSN\b|\bNINO\b|national id|\bDNI\b|\bNI[EFR]\b|"
    rf"\bPESEL\b|\bCPF\b|\bBSN\b|\bAHV(?:-Nr)?\b|{as_read('aadhaar')}|{as_read('personnummer')}|steuer-?id|ni number)"
    rf"[ \t]*(?:{as_read('number')}|no\.?|nr\.?|n°|nummer|#)?[ \t]*[:=#.]?[ \t]*"
    rf"(?P<id>(?-i:[A-Z]{{0,3}}[ ]?{D}(?:[ .-]?[A-Z0-9|]){{4,14}}))",
    re.IGNORECASE,
)
_IBANS_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"


@dataclass(frozen=True, slots=True)
class _Form:
    """A number's form, its sum, and whether a word beside it has to say what it is."""

    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    needs_label: bool = False
    enough_with_label: bool = True
    """The form alone will do beside a label: a digit may have been misread."""


def _form(
    pattern: str, holds: Callable[[str], bool], *, needs_label: bool = False, enough_with_label: bool = True
) -> _Form:
    return _Form(
        re.compile(rf"(?<![\w.,/+-])(?<!\d[ ]){pattern}(?![\w/]|[.,-]\w|[ ]\d{{3}})"),
        holds,
        needs_label,
        enough_with_label,
    )


def _digits(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: check(digits_of(text))


def _ssn(digits: str) -> bool:
    area, group, serial = int(digits[:3]), int(digits[3:5]), int(digits[5:])
    return len(digits) == 9 and area not in (0, 666) and area < 900 and group > 0 and serial > 0


def _itin(digits: str) -> bool:
    return len(digits) == 9 and digits[0] == "9" and 50 <= int(digits[3:5]) <= 99


def _nino(text: str) -> bool:
    letters = [c for c in text.upper() if c.isalnum()]
    return letters[0] in "ABCEGHJKLMNOPRSTWXYZ" and letters[1] in "ABCEGHJKLMNPRSTWXYZ" and letters[-1] in "ABCD8"


def _steuer_id(digits: str) -> bool:
    return len(digits) == 11 and digits[0] != "0" and iso7064_mod11_10(digits)


def _nir(text: str) -> bool:
    digits = digits_of(text.upper().replace("2A", "19").replace("2B", "18"))
    return len(digits) == 15 and digits[0] in "1278" and 97 - int(digits[:13]) % 97 == int(digits[13:])


def _dni(text: str) -> bool:
    plain = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    number = digits_of(str("XYZ".find(plain[0])) + plain[1:-1] if plain[0] in "XYZ" else plain[:-1])
    return bool(number) and _IBANS_LETTERS[int(number) % 23] == plain[-1]


def _codice_fiscale(text: str) -> bool:
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    total = 0
    for place, letter in enumerate(text[:15].upper()):
        value = int(letter, 36)
        value = value if value < 10 else value - 10
        total += value if place % 2 else odd[value]
    return chr(65 + total % 26) == text[15].upper()


def _bsn(digits: str) -> bool:
    return len(digits) == 9 and weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def _pesel(digits: str) -> bool:
    month = int(digits[2:4]) % 20
    dated = 1 <= month <= 12 and 1 <= int(digits[4:6]) <= 31
    return len(digits) == 11 and dated and weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _personnummer(digits: str) -> bool:
    ten = digits[-10:]
    return len(digits) in (10, 12) and _is_date(ten[2:4], ten[4:6]) and luhn(ten)


def _hetu(text: str) -> bool:
    plain = text.upper()
    number = digits_of(plain[:6]) + digits_of(plain[7:10])
    return len(number) == 9 and _is_date(number[2:4], number[:2]) and _HETU[int(number) % 31] == plain[-1]


def _cpr(digits: str) -> bool:
    return len(digits) == 10 and _is_date(digits[2:4], digits[:2])


def _fodselsnummer(digits: str) -> bool:
    first = weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
    return len(digits) == 11 and first and weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _rijksregister(digits: str) -> bool:
    check = int(digits[9:]) if len(digits) == 11 else 0
    return check in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97)


def _cpf(digits: str) -> bool:
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    return all(
        sum(int(d) * w for d, w in zip(digits, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10 == int(digits[n])
        for n in (9, 10)
    )


def _ahv(digits: str) -> bool:
    return len(digits) == 13 and digits.startswith("756") and weighted(digits, (1, 3) * 6 + (1,)) % 10 == 0


def _tfn(digits: str) -> bool:
    return len(digits) == 9 and weighted(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def _nhs(digits: str) -> bool:
    return len(digits) == 10 and weighted(digits, range(10, 0, -1)) % 11 == 0


def _chinese(text: str) -> bool:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    plain = digits_of(text[:17])
    return len(plain) == 17 and "10X98765432"[weighted(plain, weights) % 11] == text[17].upper()


def _cnp(digits: str) -> bool:
    sum_ = weighted(digits[:12], (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 if len(digits) == 13 else -1
    return len(digits) == 13 and _is_date(digits[3:5], digits[5:7]) and (1 if sum_ == 10 else sum_) == int(digits[12])


def _is_date(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) % 60 <= 31


_FORMS = (
    _form(rf"{D}{{3}}{_S}{D}{{2}}{_S}{D}{{4}}", _digits(_ssn)),
    _form(rf"9{D}{{2}}{_S}{D}{{2}}{_S}{D}{{4}}", _digits(_itin)),
    _form(rf"{D}{{9}}", _digits(_ssn), needs_label=True),
    _form(rf"[A-Za-z]{{2}}{_O}(?:{D}{{2}}{_O}){{3}}(?:[A-Da-d8]|Aa|Cc)", _nino),
    _form(rf"{D}{{2}}{_O}{D}{{3}}{_O}{D}{{3}}{_O}{D}{{3}}", _digits(_steuer_id)),
    _form(rf"[12378lI]{_O}{D}{{2}}{_O}{D}{{2}}{_O}(?:2[AB]|{D}{{2}}){_O}{D}{{3}}{_O}{D}{{3}}{_O}{D}{{2}}", _nir),
    _form(rf"(?:{D}{{8}}|[XYZ]{_O}{D}{{7}}){_O}[A-Z]", _dni),
    _form(r"[A-Za-z]{6}[0-9OlISB]{2}[A-Za-z][0-9OlISB]{2}[A-Za-z][0-9OlISB]{3}[A-Za-z]", _codice_fiscale),
    _form(rf"{D}{{4}}[. ]?{D}{{2}}[. ]?{D}{{3}}", _digits(_bsn), needs_label=True),
    _form(rf"{D}{{11}}", _digits(_pesel)),
    _form(rf"(?:19|20)?{D}{{6}}\s?[-+–]\s?{D}{{4}}", _digits(_personnummer)),
    _form(rf"{D}{{6}}\s?[-–]\s?{D}{{4}}", _digits(_cpr), needs_label=True),
    _form(rf"{D}{{6}}[-+A–]{D}{{3}}[0-9A-Y]", _hetu),
    _form(rf"{D}{{6}}\s?{D}{{5}}", _digits(_fodselsnummer)),
    _form(rf"{D}{{2}}{_O}{D}{{2}}{_O}{D}{{2}}{_S}{D}{{3}}{_S}{D}{{2}}", _digits(_rijksregister)),
    _form(rf"{D}{{3}}(?:\s?[.,]\s?|[ ]){D}{{3}}(?:\s?[.,]\s?|[ ]){D}{{3}}\s?[-–—.]\s?{D}{{2}}", _digits(_cpf)),
    _form(rf"{D}{{11}}", _digits(_cpf), needs_label=True),
    _form(rf"{D}{{4}}\s?{D}{{4}}\s?{D}{{4}}", _digits(verhoeff)),
    _form(rf"{D}{{3}}{_S}{D}{{3}}{_S}{D}{{3}}", _digits(luhn), needs_label=True),
    _form(rf"{D}{{3}}{_S}{D}{{3}}{_S}{D}{{3}}", _digits(_tfn), needs_label=True),
    _form(rf"{D}{{3}}{_S}{D}{{3}}{_S}{D}{{4}}", _digits(_nhs), needs_label=True),
    _form(rf"7[5S]6{_O}{D}{{4}}{_O}{D}{{4}}{_O}{D}{{2}}", _digits(_ahv)),
    _form(rf"{D}{{17}}[0-9Xx]", _chinese, enough_with_label=False),
    _form(rf"[1-8]{D}{{12}}", _digits(_cnp)),
)
_LOOSE = re.compile(rf"(?<![\w.-]){D}(?:[ .–-]?{D}){{8,14}}(?![\w]|[.,-]\w)")
_SUMS = (_ahv, _nir, _cpf, _steuer_id, _pesel, _personnummer, _fodselsnummer, _cnp)
"""Of numbers long enough to be told by their sum, however they are grouped."""


_DIGITS = re.compile(r"\d")


def national_ids(text: str) -> Iterator[Span]:
    """Numbers of the forms above whose sum is right, or that a word beside them names."""
    parts = list(stretches(text, _DIGITS))
    for form in _FORMS:
        for match in (match for part in parts for match in form.pattern.finditer(text, *part)):
            if not mostly_digits(match[0], 0.45):
                continue
            named = _is_named(text, match.start())
            holds = _holds(form.holds, match[0])
            if (holds and (named or not form.needs_label)) or (named and form.enough_with_label):
                yield Span(match.start(), match.end(), Kind.NATIONAL_ID)
    for match in _LOOSE.finditer(text):
        holds = mostly_digits(match[0]) and any(_holds(check, digits_of(match[0])) for check in _SUMS)
        if holds and _is_named(text, match.start()):
            yield Span(match.start(), match.end(), Kind.NATIONAL_ID)
    for match in _NAMED.finditer(text):
        if sum(c.isdigit() for c in match["id"]) >= 4:
            yield Span(match.start("id"), match.end("id"), Kind.NATIONAL_ID)


def _holds(check: Callable[[str], bool], found: str) -> bool:
    try:
        return check(found)
    except (ValueError, IndexError):  # fewer digits than the form has: some were no digits
        return False


def _is_named(text: str, start: int) -> bool:
    """Whether a label stands before it: on its line, or on the line above."""
    return _LABEL.search(beside(text, start, start)) is not None

"""Numbers that pay: cards and bank accounts, by their sums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from sovereign_desktop.context.privacy.checksums import luhn, mod97
from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.context.privacy.spelling import DIGIT, as_read, digits_of, mostly_digits

_GROUP = re.compile(rf"(?<![A-Za-z0-9]){DIGIT}{{2,19}}(?![A-Za-z0-9])|(?<![A-Za-z0-9])\d(?![A-Za-z0-9])")
_JOINT = re.compile(r"[ \u00a0]{0,2}[-–—.~]?[ \u00a0]{0,2}|[ ]*\n[ ]*")
_CARD_WORDS = re.compile(
    rf"{as_read('card')}|{as_read('visa')}|{as_read('mastercard')}|amex|american express|maestro|discover|kreditkarte|"
    rf"carte|tarjeta|\bcvv|\bcvc|\bexp(?:iry|ires|\.)?\b|valid thru|\bpan\b",
    re.IGNORECASE,
)
_GROUPINGS = ([4, 4, 4, 4], [4, 6, 5], [4, 4, 4, 4, 3], [4, 6, 4], [6, 13], [8, 8])
_IBAN_LENGTH = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SD": 18,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip
_IBAN = re.compile(
    rf"(?<![A-Za-z0-9])(?=([A-Za-z016|!€£]{{2}})[ ]?({DIGIT}[ ]?{DIGIT})((?:[ \n]{{0,2}}[A-Za-z0-9|!©$§]){{11,34}}))"
)
"""Ahead of where it looks, so that a word before an account number is not taken for its country."""
_IBAN_WORDS = re.compile(rf"{as_read('IBAN')}|account|konto|compte|cuenta|\bBIC\b|swift|bank", re.IGNORECASE)
_READINGS = {
    "O": "O0", "Q": "Q0", "D": "D0", "I": "I1", "l": "1I", "|": "1I", "!": "1I", "i": "1I", "S": "S5", "s": "5S",
    "B": "B8", "Z": "Z2", "z": "2Z", "G": "G6", "b": "6", "g": "9", "q": "9", "o": "0O", "©": "0", "$": "5S", "§": "5S",
    "0": "0O", "1": "1I", "5": "5S", "8": "8B", "2": "2Z", "6": "6G",
}  # fmt: skip
"""What a character may be in an account number, the likeliest first."""
_MOST_READINGS = 16
"""Each reading is right by chance once in 97 times."""
_DIGITS_ONLY = frozenset("AT BE CH CZ DE DK EE ES FI HR HU LT NO PL PT SE SI SK IS LI RS".split())  # noqa: SIM905
"""Countries whose account numbers have no letters, or hardly any: what looks like one is a digit."""


def cards(text: str) -> Iterator[Span]:
    """Card numbers by Luhn; one that was misread, by its grouping and the words around it."""
    for groups in _runs(text):
        yield from _cards_in(text, groups)


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Groups of digits that stand close enough to be one number."""
    run: list[re.Match[str]] = []
    for group in _GROUP.finditer(text):
        if not mostly_digits(group[0], 0.5) and not (run and len(group[0]) == 4):  # llll between 4111 and 1111
            continue
        if run and not _JOINT.fullmatch(text, run[-1].end(), group.start()):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _cards_in(text: str, groups: list[re.Match[str]]) -> Iterator[Span]:
    first = 0
    while first < len(groups):
        found = None
        for last in range(min(len(groups), first + 8), first, -1):
            part = groups[first:last]
            digits = "".join(digits_of(group[0]) for group in part)
            if 12 <= len(digits) <= 19 and _is_card(text, part, digits):
                found = last
                yield Span(part[0].start(), part[-1].end(), Kind.CARD)
                break
        first = found if found is not None else first + 1


def _is_card(text: str, part: list[re.Match[str]], digits: str) -> bool:
    sizes = _sizes(text, part)
    as_printed = sizes in _GROUPINGS or len(part) == 1
    if len(digits) in _lengths(digits) and luhn(digits):
        between = {text[a.end() : b.start()] for a, b in pairwise(part)}
        return as_printed or (min(sizes) >= 2 and between == {" "}) or _is_named_card(text, part)
    # The sum is wrong: a misread digit, a lost one, or another kind of number.
    doubtful = not all(group[0].isdigit() for group in part)
    named = _is_named_card(text, part)
    plausible = digits[0] in "23456" and (sizes in _GROUPINGS or (len(part) == 1 and len(digits) in (15, 16)))
    lost_one = sorted(sizes) == [3, 4, 4, 4] and "-" in text[part[0].end() : part[-1].start()]
    return (plausible and (doubtful or named)) or (named and 13 <= len(digits) <= 17) or lost_one


def _sizes(text: str, part: list[re.Match[str]]) -> list[int]:
    """How many digits its groups have; a number with hyphens has no spaces that anybody wrote."""
    sizes: list[int] = []
    hyphens = ["-" in text[a.end() : b.start()] for a, b in pairwise(part)]
    for group, begins in zip(part, (True, *(hyphen or not any(hyphens) for hyphen in hyphens)), strict=True):
        if begins:
            sizes.append(0)
        sizes[-1] += len(group[0])
    return sizes


def _is_named_card(text: str, part: list[re.Match[str]]) -> bool:
    return _CARD_WORDS.search(beside(text, part[0].start(), part[-1].end())) is not None


def _lengths(digits: str) -> tuple[int, ...]:
    """How many digits a card has that begins so."""
    two, four = int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return (13, 16, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return (16,)
    if two in (34, 37):
        return (15,)
    if two in (36, 38, 39) or 300 <= int(digits[:3]) <= 305:
        return (14, 16)
    if two in (50, 56, 57, 58) or 60 <= two <= 69:
        return (13, 14, 15, 16, 17, 18, 19)
    return (16,) if 3528 <= four <= 3589 or two in (22, 81, 97) else ()


def ibans(text: str) -> Iterator[Span]:
    """Account numbers of the countries that have IBANs; one that was misread, by its form and the words around it."""
    for match in _IBAN.finditer(text):
        if (end := _iban_end(text, match)) is not None:
            yield Span(match.start(), end, Kind.IBAN)


def _iban_end(text: str, match: re.Match[str]) -> int | None:
    if not match[1].isupper() and not re.search(r"[A-Z]", match[1]):
        return None
    country = match[1].upper().translate(str.maketrans("016|!€£", "OIGIIEE"))
    length = _IBAN_LENGTH.get(country)
    if length is None:
        return None
    letters = [place for place in range(match.start(2), match.end(3)) if not text[place].isspace()]
    if len(letters) < length - 3:
        return None
    end = letters[min(len(letters), length - 2) - 1] + 1
    whole = len(letters) >= length - 2
    if whole and any(mod97(reading) for reading in _readings(country, text, letters[: length - 2])):
        return end
    found = text[match.start() : end]
    in_fours = bool(re.match(r"\w{4}(?: \S{4}){3}", found))
    body = digits_of(found[4:])
    if sum(c.islower() for c in found) > 2:
        return None
    in_one = found.isalnum() and found.isupper() and found[2:4].isdigit()
    if in_one and len(letters) == length - 2 and sum(c.isdigit() for c in found) >= 0.55 * length:
        return end  # one digit was misread; nothing else looks like this
    named = _IBAN_WORDS.search(beside(text, match.start(), end)) is not None
    if (named and len(body) >= 0.6 * length) or (in_fours and whole and len(body) >= 0.4 * length):
        return end
    return None


def _readings(country: str, text: str, places: list[int]) -> Iterator[str]:
    """What an account number may have been in which hardly more than one character was misread."""
    if country in _DIGITS_ONLY:
        yield country + digits_of("".join(text[place] for place in places))
        return
    options = [_READINGS.get(text[place], text[place].upper()) for place in places[2:]]
    head = country + digits_of(text[places[0]] + text[places[1]])
    likeliest = "".join(option[0] for option in options)
    yield head + likeliest
    others = ((place, other) for place, option in enumerate(options) for other in option[1:])
    for place, other in islice(others, _MOST_READINGS):
        yield head + likeliest[:place] + other + likeliest[place + 1 :]


def beside(text: str, start: int, end: int) -> str:
    """What stands on the line of a number; where that begins with it, also the line above, if no number is in it."""
    line, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    around = text[max(line, start - 80) : start] + text[end : min(len(text) if line_end < 0 else line_end, end + 60)]
    if text[line:start].strip(" |\"'“‘-•*+$>#0123456789.:"):
        return around
    above = text[text.rfind("\n", 0, max(0, line - 1)) + 1 : max(0, line - 1)]
    return around if sum(c.isdigit() for c in above) > 5 else above + " " + around

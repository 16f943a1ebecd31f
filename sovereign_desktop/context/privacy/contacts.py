"""How to reach a person or a machine: e-mail addresses, phone numbers, IP addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.context.privacy.spelling import DIGIT as D
from sovereign_desktop.context.privacy.spelling import as_read, digits_of, mostly_digits
from sovereign_desktop.context.privacy.words import stretches

_DOT = r"[.,·]"
_TOP = "com|org|net|edu|gov|info|io|dev|app|de|at|ch|uk|fr|es|it|nl|be|pl|se|no|dk|fi|eu|us|ca|au|in|jp|br|co|me|biz"
_EMAIL = re.compile(
    rf"(?:[A-Za-z0-9_+%'’|!-]{{1,64}}(?:\s?{_DOT}[ ]?(?=[A-Za-z0-9])|[ ](?=[_+.-]))){{0,4}}[A-Za-z0-9_+%'’|!.-]{{1,64}}"
    rf"(?:[ ]?\n?[@©®¢](?![@©®¢])[ ]?\n?|[ ]?[(\[]\s?(?:at|@)\s?[)\]][ ]?)"
    rf"(?P<domain>[A-Za-z0-9-]+(?:{_DOT}[A-Za-z0-9-]+"
    rf"|(?:[ ]{_DOT}[ \n]?|{_DOT}[ \n])(?:{_TOP}|[a-z0-9-]+[.,](?:{_TOP}))\b"
    rf"|[ ]?[(\[]\s?dot\s?[)\]][ ]?[A-Za-z0-9-]+)*)"
)
_AT = re.compile(r"[@©®¢]|[(\[]\s?at\s?[)\]]")
_PROVIDER = re.compile(r"gmail|yahoo|outlook|hotmail|icloud|proton|gmx|web|aol|example|mail")
_MISREAD_AT = re.compile(
    r"(?<![\w.@])[A-Za-z][A-Za-z0-9_]*(?:[ ]?[._+-][ ]?[A-Za-z0-9_]+?)+[ ]?[(]?[@©®¢aQ&€g9]?[)]?[ ]?"
    r"(?:gmail|yahoo|outlook|hotmail|icloud|proton(?:mail)?|gmx|web|aol|example|mail)\s?[.,]\s?"
    r"[a-z]{2,4}(?:[.,][a-z]{2})?\b"
)
_MAIL_LABEL = re.compile(
    rf"(?<![^\W_])(?:e-?\s?{as_read('mail')}(?:\s{as_read('address')})?|mailto)[ \t]*[:=][ \t]*"
    r"(?P<mail>[^\s,;]{5,}\s?[.,]\s?[a-z]{2,6})\b",
    re.IGNORECASE,
)
_SEP = r"[ \u00a0]?[-–—./)(~ \u00a0]{0,2}[ \u00a0]?"
_INTERNATIONAL = re.compile(
    rf"(?<![\w.])(?<!\d[ ])(?:\+|00(?=[ ]?[1-9]))[ ]?[(]?[1-9lI|SBZ](?:{_SEP}\n?{_SEP}{D}){{7,14}}(?![\w]|[.,]\d)"
)
_NORTH_AMERICAN = re.compile(
    r"(?<![\w.,/+$€£#-])(?<!\d[ ])(?:1[ .-]{1,2})?"
    rf"(?:[(\[{{]\s?{D}{{3}}\s?[)\]}}]\s?[-.]?\s?|{D}{{3}}\s?[-–—.~ ]\s?)"
    rf"{D}{{3}}\s?[-–—.~ ]\s?{D}{{4}}(?![\w]|[-.,/]\d|[ ]\d{{3}})"
)
_TRUNK = re.compile(
    rf"(?<![\w.,/+$€£#:-])(?<!\d[ ])[(]?[0O]{D}{{1,5}}[)]?"
    rf"(?:[ ]?[-–—/ ][ ]?{D}{{2,8}}){{1,5}}(?![\w]|[-.,:/]\d)"
)
_PHONE_LABEL = re.compile(
    rf"(?<![^\W_])(?:{as_read('phone')}|{as_read('telephone')}|{as_read('telefon')}|{as_read('mobile')}|tel|"
    rf"t[eé]l[eé]phone|cell|mobil|handy|fax|{as_read('whatsapp')}|sms|call(?:\sus)?(?:\sat|\son)?|ring|hotline|text|"
    r"dial|reach (?:me|us|him|her) (?:at|on)|contact)"
    rf"[ \t]*(?:{as_read('number')}|no\.?|nr\.?|nummer)?[ \t]*[.:=#|-]*\s{{0,2}}"
    rf"(?P<number>[+(]?{D}(?:{_SEP}{D}){{6,14}})(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_IPV4 = re.compile(rf"(?<![\w.,-])(?:{D}{{1,3}}\s?{_DOT}[ \n]?){{3}}{D}{{1,3}}(?![\w]|[.,]\d)(?:/\d{{1,2}})?")
_HEX = r"[0-9a-fA-FOlIiQSsto£¢€]"
"""A hexadecimal digit, or what one is taken for."""
_IPV6 = re.compile(
    rf"(?<![\w:.]){_HEX}{{1,6}}(?:(?:\s?[:;.]\s?|[ ]){_HEX}{{1,6}}){{5,10}}(?![\w:])"
    r"|(?<![\w:.])(?=[0-9a-fA-FOlI:]*\s?:[ \n]?[0-9a-fA-FOlI:]*:)"
    r"(?:[0-9a-fA-FOlI]{1,4}\s?:[ \n]?:?){2,7}(?:[0-9a-fA-FOlI]{1,4})?(?:/\d{1,3})?(?![\w:])"
    r"|(?<![\w:.])::[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})+(?![\w:])"
)
_HEXADECIMAL = str.maketrans("OoQlIitSs£¢€", "000111155fce")
_VERSION_BEFORE = re.compile(
    r"(?:\bv|\bver\.?|\bversion|\brelease|\bbuild|\bfirmware|\bdriver|\brev\.?|\bsection|§|\bchapter|==|>=|<="
    r"|~=|\^)\s?[:=]?\s?$",
    re.IGNORECASE,
)


def email_addresses(text: str) -> Iterator[Span]:
    """E-mail addresses, also with a © for their @ and a comma for a dot."""
    for part in stretches(text, _AT):
        for match in _EMAIL.finditer(text, *part):
            if _is_address(match):
                yield Span(match.start(), match.end(), Kind.EMAIL)
    for part in stretches(text, _PROVIDER):
        for match in _MISREAD_AT.finditer(text, *part):
            yield Span(match.start(), match.end(), Kind.EMAIL)
    for match in _MAIL_LABEL.finditer(text):
        yield Span(match.start("mail"), match.end("mail"), Kind.EMAIL)


def _is_address(match: re.Match[str]) -> bool:
    """Without a dot it has to be in one piece: `look at @name` is none. What is no @ needs a known end."""
    if "@" not in match[0] and not re.search(rf"[.,·]\s?(?:{_TOP})$", match["domain"]):
        return bool(re.search(r"[(\[]\s?at", match[0]))
    return bool(re.search(rf"{_DOT}|dot", match["domain"]) or re.search(r"\S@\n?\S", match[0]))


def phone_numbers(text: str) -> Iterator[Span]:
    """Numbers with a country's or an area's beginning in a phone's grouping, and what a word calls a phone."""
    for match in _INTERNATIONAL.finditer(text):
        if mostly_digits(match[0]) and ("+" in match[0] or len(re.split(r"[ ./()-]+", match[0])) > 2):
            yield Span(match.start(), match.end(), Kind.PHONE)
    for match in _NORTH_AMERICAN.finditer(text):
        digits = digits_of(match[0])[-10:]
        if mostly_digits(match[0]) and digits[0] in "23456789" and digits[3] in "23456789":
            yield Span(match.start(), match.end(), Kind.PHONE)
    for match in _TRUNK.finditer(text):
        if mostly_digits(match[0], 0.75) and 9 <= len(digits_of(match[0])) <= 12 and not _is_date(match[0]):
            yield Span(match.start(), match.end(), Kind.PHONE)
    for match in _PHONE_LABEL.finditer(text):
        if mostly_digits(match["number"], 0.7) and not _is_date(match["number"]):
            yield Span(match.start("number"), match.end("number"), Kind.PHONE)


def _is_date(text: str) -> bool:
    return bool(
        re.fullmatch(r"\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}(?:[ ]\d{1,2})?|\d{4}[-./]\d{2}[-./]\d{2}.*", text.strip())
    )


def ip_addresses(text: str) -> Iterator[Span]:
    """IP addresses of both kinds, loopback and versions aside."""
    for match in _IPV4.finditer(text):
        plain = re.sub(r"[ \n]", "", match[0].split("/")[0])
        octets = [digits_of(part) for part in re.split(_DOT, plain)]
        if not mostly_digits(plain) or not all(octet and int(octet) <= 255 for octet in octets):
            continue
        if octets[0] in ("127", "0", "00") or _VERSION_BEFORE.search(text, max(0, match.start() - 20), match.start()):
            continue
        if any(len(octet) > 1 and octet[0] == "0" for octet in octets) or match[0].count(",") > 1:
            continue
        yield Span(match.start(), match.end(), Kind.IP_ADDRESS)
    for match in _IPV6.finditer(text):
        if _is_ipv6(match[0].split("/")[0]):
            yield Span(match.start(), match.end(), Kind.IP_ADDRESS)


def _is_ipv6(found: str) -> bool:
    joined = re.sub(r"[\s.]", "", found).replace(";", ":")
    if joined.count(":") < 2:
        return False
    plain = joined.translate(_HEXADECIMAL).rstrip(":") + ("::" if joined.endswith("::") else "")
    groups = [group for group in plain.split(":") if group]
    if "::" in plain:
        return len(groups) >= 2 and any(len(group) > 2 for group in groups) and any(c.isdigit() for c in plain)
    if len(groups) == 8 and all(len(group) <= 4 for group in groups):
        return not ipaddress.IPv6Address(plain).is_loopback
    # A colon was misread somewhere, or a digit. Hardware addresses and times of day have short groups.
    return len(groups) >= 5 and plain.count(":") >= 4 and 20 <= len("".join(groups)) <= 36

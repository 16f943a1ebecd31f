"""One-time codes: short numbers that open something once, by what is said around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.context.privacy.spelling import DIGIT, as_read, digits_of, mostly_digits
from sovereign_desktop.context.privacy.words import HARMLESS_SHAPE, end_of_line

_OTP_WORDS = "|".join(
    as_read(word)
    for word in (
        "verification code", "security code", "login code", "log-in code", "sign-in code", "one-time code",
        "one time code", "one-time password", "one-time passcode", "one-time pin", "confirmation code",
        "authentication code", "auth code", "authenticator code", "access code", "passcode", "pass code", "pin code",
        "sms code", "2fa code", "mfa code", "otp code", "backup code", "recovery code", "verify code", "sms-tan",
        "bestätigungscode", "sicherheitscode", "code de vérification", "código de verificación", "activation code",
        "device code", "unlock code", "signin code", "login otp", "2fa", "otp", "totp", "mfa", "tan",
    )
)  # fmt: skip
_CODE = rf"(?:{as_read('G')}-)?{DIGIT}(?:[ -]{{0,3}}{DIGIT}){{3,7}}(?![^\W_])"
_SHORTEST_CODE = _CODE.replace("{3,7}", "{3,7}?")
"""What follows may begin with letters that digits are taken for: the `is` of "G-123456 is your code"."""
_OTP_AFTER = re.compile(
    rf"(?<![^\W_])(?:{_OTP_WORDS})s?(?![^\W_])(?:[^\S\n]*[-—:=#>|.]{{1,2}}|[^\S\n]+(?:is|for|was|are|to|ist|lautet)\b)?"
    rf"(?P<between>"
    rf"(?:[^\n0-9]{{0,60}}?[:=\s]|\s{{1,3}}|\n{{1,2}}[^\n0-9]{{0,40}}\n{{1,2}})[\"'“”‘’(|]{{0,2}})(?P<code>{_CODE})",
    re.IGNORECASE,
)
_OTP_BEFORE = re.compile(
    rf"(?<![\w.,/-])(?P<code>{_SHORTEST_CODE})[^\S\n]*(?:is|as|ist|—|-|:)?[^\S\n]*(?:your|the|a|ihr|dein|our)?[^\S\n]*"
    rf"(?:\w+[^\S\n]+){{0,2}}"
    rf"(?:{_OTP_WORDS}|{as_read('code')}[^\S\n]+(?:to|for)\b)",
    re.IGNORECASE,
)
_BARE_CODE = re.compile(
    rf"(?<![^\W_])(?P<before>(?:[a-z]+[^\S\n]+)?)(?:{as_read('code')}|kod|código)[^\S\n]*(?:is|:|=|ist|-)?[^\S\n]*"
    rf"(?P<code>(?:G-)?{DIGIT}{{3}}[ -]?{DIGIT}{{3}})(?![^\W_])",
    re.IGNORECASE,
)
_USE_CODE = re.compile(
    rf"(?<![^\W_])(?:use|enter|type|verwende)[^\S\n]+(?P<code>{DIGIT}{{3}}[ -]?{DIGIT}{{3}})(?![^\W_])[^\S\n]+"
    r"(?:to|fo|as|for|when)[^\S\n]+(?:\w+[^\S\n]+){0,3}(?:sign|log|verify|confirm|authenticate|continue"
    r"|complete|finish|account)",
    re.IGNORECASE,
)
_OTHERS = """
    error exit status zip postal area country product promo order source http response return reason bar dress dial
    result state colour color discount coupon voucher room building station flight airline currency item article
    stock tax tracking batch lot part model
"""
_OTHER_CODES = frozenset(_OTHERS.split())
"""What is before `code` where it opens nothing."""
_CODE_LIST = re.compile(
    rf"(?:{as_read('recovery')}|{as_read('backup')}|{as_read('scratch')}|{as_read('emergency')})\s?"
    rf"{as_read('code')}(?P<many>{as_read('s')})?(?![^\W_])",
    re.IGNORECASE,
)
_LISTED_CODE = re.compile(r"(?<![\w-])[A-Za-z0-9]{4,8}(?:[- ][A-Za-z0-9]{3,8}){0,3}(?![\w-])")


def one_time_codes(text: str) -> Iterator[Span]:
    """Short numbers that open something once, by what is said around them."""
    for pattern in (_OTP_AFTER, _OTP_BEFORE, _BARE_CODE, _USE_CODE):
        for match in pattern.finditer(text):
            code = match["code"]
            if not mostly_digits(code) or not 4 <= len(digits_of(code)) <= 8:
                continue
            if pattern is _BARE_CODE and match["before"].strip().lower() in _OTHER_CODES:
                continue
            end = match.start("code") + len(code.rstrip())
            yield Span(match.start("code"), end, Kind.ONE_TIME_CODE)
    yield from _listed_codes(text)


def _listed_codes(text: str) -> Iterator[Span]:
    """Recovery codes: one behind its name, or a list below it."""
    for head in _CODE_LIST.finditer(text):
        start = head.end()
        for _ in range(12 if head["many"] else 1):
            end = end_of_line(text, start)
            for word in _LISTED_CODE.finditer(text, start, end):
                if sum(c.isdigit() for c in word[0]) >= 2 and not HARMLESS_SHAPE.fullmatch(word[0]):
                    yield Span(word.start(), word.end(), Kind.ONE_TIME_CODE)
            start = end + 1
            if start >= len(text):
                return

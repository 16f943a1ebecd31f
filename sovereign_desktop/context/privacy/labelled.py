"""What is secret because of the word beside it: passwords, and tokens without a form of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.context.privacy.spelling import DIGIT, as_read, mostly_digits
from sovereign_desktop.context.privacy.words import (
    HARMLESS_SHAPE,
    PROSE,
    WORD,
    end_of_line,
    first_sentence,
    is_sentence,
    looks_secret,
)

_STRONG = (
    "password", "passwort", "passwd", "passphrase", "passcode", "kennwort", "wachtwoord", "contraseña", "mot de passe",
    "senha", "parola d'ordine", "salasana", "lösenord", "adgangskode", "heslo", "wpa key", "wifi key", "master key",
    "recovery key", "seed phrase", "recovery phrase", "security answer",
)  # fmt: skip
"""Whatever follows one of these is secret, unless it is plainly a sentence about it."""
_WEAK = (
    "secret", "client secret", "api key", "apikey", "api token", "access key", "secret key", "auth token", "token",
    "access token", "refresh token", "bearer", "session token", "session id", "private key", "encryption key",
    "signing key", "webhook secret", "credential", "credentials", "authorization", "basic", "pwd", "pass", "pw",
    "app key", "account key", "license key", "licence key", "product key", "connection string", "passkey", "auth key",
    "service key", "deploy key", "consumer secret", "consumer key", "secret access key", "access key id", "api_secret",
)  # fmt: skip
"""What follows one of these is secret when it looks like it."""
_HEADS = frozenset("user service set type created updated value last expires settings field page used".split())  # noqa: SIM905
"""Words of prose that also head columns."""
_BEFORE_A_LABEL = frozenset(("new", "current", "old", "confirm", "your", "the", "my", ""))
_LABEL = re.compile(
    r"(?<![^\W_])(?:(?P<strong>"
    + "|".join(as_read(word, broken=len(word) > 6) for word in sorted(_STRONG, key=len, reverse=True))
    + ")|(?P<weak>"
    + "|".join(as_read(word) for word in sorted(_WEAK, key=len, reverse=True))
    + r")|(?P<pin>PIN|P\.I\.N\.|CVV2?|CVC2?))(?![^\W_])(?P<more>(?:[_-][A-Za-z0-9]{1,12}){0,2})",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"(?P<mark>[\"'”’\])>]*[ \t]*(?:\([^()\n]{1,24}\)[ \t]*)?(?:[:=]+>?|[-—–=]>|→|»|\||(?<=[ \t])[-–—](?=[ \t])"
    r"|[ \t]{2,}|\t))?[ \t]*"
    r"(?P<is>(?:is|was|ist|lautet|est|es|to)\b[:]?[ \t]*)?(?P<quote>[\"'“‘`«]{1,2})?",
    re.IGNORECASE,
)
_OF_A_KEY = re.compile(r"(?:BEGIN|END|8EGIN|BEG1N)\b[ A-Z]*$")
"""What stands before the words that frame a private key, which are no label."""
_ELEMENT = re.compile(r"[^<\n]{1,120}(?=</)")
_ANOTHER_LABEL = re.compile(r"[A-Za-z][\w .-]{0,24}[:=]$|[|•·,;—–]|[A-Za-z_]{2,}=\S")
_LONGEST_VALUE = 240
_HYPHENATED = re.compile(r"[a-z]{3,}(?:-[a-z]{3,}){2,}")
_URL_SECRET = re.compile(r"(?<=://)[^\s/@:]{1,64}:\s?([^\s@]{3,}?)\s?(?=[@©®][\w.-])")
_OPTION = re.compile(
    r"(?:--?(?:password|passwd|pass|token|secret|api-?key|key|pw)[ =]|-u\s+\w{1,40}:"
    r"|\b[A-Z]{2,12}(?:PASSWORD|PASSWD|_PWD)=[\"']?|\bsshpass\s+-p\s?|\bredis-cli\s[^\n]{0,60}?-a\s+"
    r"|\bmysql(?:dump|admin)?\s(?:[^\n]{0,60}?\s)?-p(?=\S))(\S{4,})",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"phrase[\"']?[ \t]*[:=][ \t]*[\"']?(?P<words>[a-z]{3,12}(?:[ -][a-z]{3,12}){3,23})[\"']?,?$", re.MULTILINE
)
"""Words after the end of a label whose beginning was not read."""
_STRONG_FORM = re.compile(r"(?<![^\s\"'“‘])[A-Za-z0-9!#%&*+?$^~@_]{10,32}(?![^\s\"'”’.,;])")


def passwords(text: str) -> Iterator[Span]:
    """What stands beside, or below, a word for a password, a secret or a token."""
    for label in _LABEL.finditer(text):
        if not _OF_A_KEY.search(text, max(0, label.start() - 30), label.start()):
            yield from _beside(text, label)
    for match in _STRONG_FORM.finditer(text):
        if _has_every_kind(match[0]):
            yield Span(match.start(), match.end(), Kind.PASSWORD)
    for match in _PHRASE.finditer(text):
        if not PROSE & set(match["words"].split()):
            yield Span(match.start("words"), match.end("words"), Kind.PASSWORD)
    for pattern in (_URL_SECRET, _OPTION):
        for match in pattern.finditer(text):
            if match[1].lower() not in PROSE:
                yield Span(match.start(1), match.end(1), Kind.PASSWORD)


def _has_every_kind(word: str) -> bool:
    """Capitals, small letters, digits and signs in no order: a password, even where no word says so."""
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else "s" for c in word]
    changes = sum(a != b for a, b in pairwise(kinds))
    return set(kinds) == {"d", "u", "l", "s"} and changes >= 0.5 * len(word)


def _beside(text: str, label: re.Match[str]) -> Iterator[Span]:
    separator = _SEPARATOR.match(text, label.end())
    assert separator is not None
    start = separator.end()
    line_end = min(end_of_line(text, start), start + _LONGEST_VALUE)
    if separator["quote"]:
        closing = re.compile("[\"'”’`»]").search(text, start, line_end)
        if closing is not None and closing.start() - start >= 3 and (separator["mark"] or separator["is"]):
            if not is_sentence(text[start : closing.start()]):
                yield Span(start, closing.start(), Kind.PASSWORD)
            return
    if text[label.end() : label.end() + 1] == ">" and (element := _ELEMENT.match(text, label.end() + 1)):
        yield Span(element.start(), element.end(), Kind.PASSWORD)
        return
    rest = text[start:line_end]
    if rest.strip():
        end = _value_end(text, start, line_end, label, marked=bool(separator["mark"] or separator["is"]))
        if end > start:
            yield Span(start, end, Kind.PASSWORD)
            return
    if label["pin"] is None:
        yield from _below(text, label, line_end)


def _value_end(text: str, start: int, line_end: int, label: re.Match[str], *, marked: bool) -> int:
    """Where the value that begins here ends; `start` when there is none."""
    words = list(WORD.finditer(text, start, line_end))
    first = words[0][0]
    bare = first.strip(".,;:!?()\"'").lower()
    if label["pin"] is not None:
        code = re.compile(rf"{DIGIT}{{3,8}}(?![^\W_])").match(text, words[0].start())
        return code.end() if code and mostly_digits(code[0]) else start
    if bare in PROSE or (len(bare) < 3 and not (marked and label["strong"] and len(words) > 1)):
        return start
    if not (marked and label["strong"]) and not looks_secret(first, least=6 if marked else 8):
        return words[0].end() if label["strong"] and _HYPHENATED.fullmatch(first.strip(".,;")) else start
    if marked and not label["strong"] and re.fullmatch(r"[\d.,]{1,8}", first):
        return start
    words = first_sentence(words)
    if marked and label["strong"] and not looks_secret(first, least=6) and is_sentence(text[start : words[-1].end()]):
        return start
    end = words[0].end()
    for word in words[1:7]:
        gap = text[end : word.start()]
        plain = word[0].strip(".,;:!?()\"'").lower()
        if len(gap) > 2 or plain in PROSE or _ANOTHER_LABEL.match(word[0]) or word[0].startswith("("):
            break
        if not (marked and label["strong"]) and not looks_secret(word[0], least=3):
            break
        end = word.end()
    return end


def _below(text: str, label: re.Match[str], line_end: int) -> Iterator[Span]:
    """The value under a label that has a line to itself, or those under one that heads a column."""
    line_start = text.rfind("\n", 0, label.start()) + 1
    if line_end - line_start > _LONGEST_VALUE:
        return  # no line for a label
    # What is written in one word with the label belongs to it: DB_PASSWORD.
    before = re.sub(r"\S+$", "", text[line_start : label.start()]).split()
    after = re.sub(r"^[^\s:=]+", "", text[label.end() : line_end]).split()
    others = [word.strip(" .,:;=|\"'*-").lower() for word in (*before, *after)]
    if len(others) > 6 or any(other in PROSE - _BEFORE_A_LABEL - _HEADS for other in others):
        return
    if not any(other for other in others if other not in _BEFORE_A_LABEL):
        yield from _alone_below(text, label, line_end + 1)
    elif not any(sign in text[line_start:line_end] for sign in ":=-") and len(before) + len(after) >= 1:
        yield from _column_below(text, line_end + 1, len(before), len(after))


def _alone_below(text: str, label: re.Match[str], start: int) -> Iterator[Span]:
    while start < len(text):
        end = end_of_line(text, start)
        words = list(WORD.finditer(text, start, end))
        start = end + 1
        if not words:
            continue
        strong = bool(label["strong"])
        if strong and 3 <= len(words) <= 6 and all(re.fullmatch(r"[a-z]{3,10}", word[0]) for word in words):
            if not any(word[0] in PROSE for word in words):
                yield Span(words[0].start(), words[-1].end(), Kind.PASSWORD)
            return
        for word in words[: 3 if strong else 1]:
            plain = word[0].strip(".,;:!?()\"'").lower()
            is_whole_line = strong and len(words) == 1 and len(plain) >= 6 and plain not in PROSE
            if looks_secret(word[0], least=4 if strong else 6) or (
                is_whole_line and not HARMLESS_SHAPE.fullmatch(word[0])
            ):
                yield Span(word.start(), word.end(), Kind.PASSWORD)
        return


def _column_below(text: str, start: int, before: int, after: int) -> Iterator[Span]:
    """Values in the column that has so many words before and after its head."""
    for _ in range(12):
        if start >= len(text):
            return
        end = end_of_line(text, start)
        words = list(WORD.finditer(text, start, end))
        start = end + 1
        if not words:
            continue
        if len(words) < min(2, before + after) or len(words) > before + after + 4:
            return
        places = {before, len(words) - 1 - after} & set(range(len(words)))
        for place in places:
            if looks_secret(words[place][0], least=6):
                yield Span(words[place].start(), words[place].end(), Kind.PASSWORD)

"""What is secret because of the word beside it: passwords, tokens without a form of their own, one-time codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.context.privacy.spelling import DIGIT, as_read, digits_of, mostly_digits

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
_PROSE = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "against",
        "ago",
        "all",
        "already",
        "also",
        "always",
        "an",
        "and",
        "any",
        "anyone",
        "are",
        "as",
        "ask",
        "asked",
        "at",
        "authentication",
        "available",
        "based",
        "be",
        "because",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "but",
        "by",
        "can",
        "cannot",
        "change",
        "changed",
        "changes",
        "character",
        "characters",
        "check",
        "choose",
        "click",
        "common",
        "complexity",
        "confirm",
        "confirmation",
        "contain",
        "contains",
        "copy",
        "could",
        "count",
        "created",
        "current",
        "currently",
        "day",
        "days",
        "default",
        "did",
        "different",
        "disabled",
        "do",
        "does",
        "doesn't",
        "don't",
        "each",
        "empty",
        "enabled",
        "enter",
        "entered",
        "error",
        "every",
        "expire",
        "expired",
        "expires",
        "expiry",
        "fail",
        "failed",
        "false",
        "field",
        "fields",
        "first",
        "for",
        "forget",
        "forgot",
        "forgotten",
        "from",
        "generated",
        "generator",
        "go",
        "good",
        "has",
        "have",
        "he",
        "her",
        "here",
        "hidden",
        "his",
        "hint",
        "history",
        "how",
        "i",
        "if",
        "in",
        "incorrect",
        "input",
        "into",
        "invalid",
        "is",
        "it",
        "its",
        "keep",
        "last",
        "least",
        "leave",
        "length",
        "less",
        "limit",
        "login",
        "long",
        "longer",
        "manager",
        "managers",
        "match",
        "matches",
        "may",
        "maximum",
        "me",
        "medium",
        "minimum",
        "missing",
        "more",
        "most",
        "must",
        "my",
        "need",
        "needed",
        "needs",
        "never",
        "new",
        "next",
        "no",
        "none",
        "not",
        "nothing",
        "now",
        "null",
        "of",
        "off",
        "ok",
        "old",
        "on",
        "once",
        "one",
        "only",
        "optional",
        "or",
        "our",
        "out",
        "over",
        "page",
        "per",
        "please",
        "policies",
        "policy",
        "prompt",
        "protected",
        "protection",
        "provide",
        "provided",
        "recovery",
        "rejected",
        "remember",
        "repeat",
        "required",
        "requirements",
        "requires",
        "reset",
        "resets",
        "reused",
        "rotation",
        "rule",
        "rules",
        "saved",
        "santa",
        "screen",
        "see",
        "send",
        "sent",
        "service",
        "set",
        "sets",
        "settings",
        "share",
        "shared",
        "she",
        "should",
        "show",
        "since",
        "so",
        "some",
        "store",
        "stored",
        "strength",
        "strong",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "too",
        "true",
        "try",
        "type",
        "unchanged",
        "under",
        "unknown",
        "unset",
        "until",
        "up",
        "updated",
        "use",
        "used",
        "user",
        "usage",
        "uses",
        "using",
        "valid",
        "validation",
        "value",
        "via",
        "wait",
        "want",
        "was",
        "we",
        "weak",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "will",
        "with",
        "without",
        "word",
        "words",
        "wrong",
        "yes",
        "yet",
        "you",
        "your",
    ]
)
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
_WORD = re.compile(r"[^\s]+")
_ELEMENT = re.compile(r"[^<\n]{1,120}(?=</)")
_ANOTHER_LABEL = re.compile(r"[A-Za-z][\w .-]{0,24}[:=]$|[|•·,;—–]|[A-Za-z_]{2,}=\S")
_LONGEST_VALUE = 240
_HYPHENATED = re.compile(r"[a-z]{3,}(?:-[a-z]{3,}){2,}")
_URL_SECRET = re.compile(r"(?<=://)[^\s/@:]{1,64}:\s?([^\s@]{3,}?)\s?(?=[@©®][\w.-])")
_OPTION = re.compile(
    r"(?:--?(?:password|passwd|pass|token|secret|api-?key|key|pw)[ =]|-u\s+\w{1,40}:)(\S{4,})", re.IGNORECASE
)
_HARMLESS_SHAPE = re.compile(
    r"\d[\d-]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d{2}(?::\d{2})?|[vV]?\d+(?:\.\d+){1,4}[a-z]?\d*|[$€£]\d.*|\d+"
    r"(?:[.,]\d+)?%?"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-.*|https?://.*|[\w.-]+@[\w.-]+|\d+(?:st|nd|rd|th|px|ms|MB|GB|KB|kB|s|h|m|d|k)"
    r"|[(\[]?[A-Z][a-z]+[)\]]?[.,:;!?]*|[*•●·.…xX-]{3,}"
)
_STRONG_FORM = re.compile(r"(?<![^\s\"'“‘])[A-Za-z0-9!#%&*+?$^~@_]{10,32}(?![^\s\"'”’.,;])")
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
_OTP_AFTER = re.compile(
    rf"(?<![^\W_])(?:{_OTP_WORDS})s?(?![^\W_])(?:[^\S\n]*[-—:=#>|.]{{1,2}}|[^\S\n]+(?:is|for|was|are|to|ist|lautet)\b)?"
    rf"(?P<between>"
    rf"(?:[^\n0-9]{{0,60}}?[:=\s]|\s{{1,3}}|\n{{1,2}}[^\n0-9]{{0,40}}\n{{1,2}})[\"'“”‘’(|]{{0,2}})(?P<code>{_CODE})",
    re.IGNORECASE,
)
_OTP_BEFORE = re.compile(
    rf"(?<![\w.,/-])(?P<code>{_CODE})[^\S\n]*(?:is|as|ist|—|-|:)?[^\S\n]*(?:your|the|a|ihr|dein|our)?[^\S\n]*"
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
_OTHER_CODES = frozenset(
    [
        "error",
        "exit",
        "status",
        "zip",
        "postal",
        "area",
        "country",
        "product",
        "promo",
        "order",
        "source",
        "http",
        "response",
        "return",
        "reason",
        "bar",
        "dress",
        "dial",
        "result",
        "state",
        "colour",
        "color",
        "discount",
        "coupon",
        "voucher",
        "room",
        "building",
        "station",
        "flight",
        "airline",
        "currency",
        "item",
        "article",
        "stock",
        "tax",
        "tracking",
        "batch",
        "lot",
        "part",
        "model",
    ]
)
_CODE_LIST = re.compile(
    rf"(?:{as_read('recovery')}|{as_read('backup')}|{as_read('scratch')}|{as_read('emergency')})\s?{as_read('codes')}",
    re.IGNORECASE,
)
_LISTED_CODE = re.compile(r"(?<![\w-])[A-Za-z0-9]{4,8}(?:[- ][A-Za-z0-9]{3,8}){0,3}(?![\w-])")


def passwords(text: str) -> Iterator[Span]:
    """What stands beside, or below, a word for a password, a secret or a token."""
    for label in _LABEL.finditer(text):
        if not _OF_A_KEY.search(text, max(0, label.start() - 30), label.start()):
            yield from _beside(text, label)
    for match in _STRONG_FORM.finditer(text):
        if _has_every_kind(match[0]):
            yield Span(match.start(), match.end(), Kind.PASSWORD)
    for pattern in (_URL_SECRET, _OPTION):
        for match in pattern.finditer(text):
            if match[1].lower() not in _PROSE:
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
    line_end = min(_line_end(text, start), start + _LONGEST_VALUE)
    if separator["quote"]:
        closing = re.compile("[\"'”’`»]").search(text, start, line_end)
        if closing is not None and closing.start() - start >= 3 and (separator["mark"] or separator["is"]):
            if not _is_sentence(text[start : closing.start()]):
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
    words = list(_WORD.finditer(text, start, line_end))
    first = words[0][0]
    bare = first.strip(".,;:!?()\"'").lower()
    if label["pin"] is not None:
        code = re.compile(rf"{DIGIT}{{3,8}}(?![^\W_])").match(text, words[0].start())
        return code.end() if code and mostly_digits(code[0]) else start
    if bare in _PROSE or (len(bare) < 3 and not (marked and label["strong"] and len(words) > 1)):
        return start
    if not (marked and label["strong"]) and not looks_secret(first, least=6 if marked else 8):
        return words[0].end() if label["strong"] and _HYPHENATED.fullmatch(first.strip(".,;")) else start
    if marked and not label["strong"] and re.fullmatch(r"[\d.,]{1,8}", first):
        return start
    words = _first_sentence(words)
    if marked and label["strong"] and not looks_secret(first, least=6) and _is_sentence(text[start : words[-1].end()]):
        return start
    end = words[0].end()
    for word in words[1:7]:
        gap = text[end : word.start()]
        plain = word[0].strip(".,;:!?()\"'").lower()
        if len(gap) > 2 or plain in _PROSE or _ANOTHER_LABEL.match(word[0]) or word[0].startswith("("):
            break
        if not (marked and label["strong"]) and not looks_secret(word[0], least=3):
            break
        end = word.end()
    return end


def _first_sentence(words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The words up to a full stop that a capital follows."""
    for number, (word, following) in enumerate(pairwise(words), start=1):
        if word[0].endswith((".", "!", "?")) and following[0][:1].isupper():
            return words[:number]
    return words


def _is_sentence(value: str) -> bool:
    """Whether what follows a label speaks about passwords instead of being one."""
    words = [word.strip(".,;:!?()\"'").lower() for word in value.split()]
    if not words or words[0] in _PROSE:
        return True
    prose = sum(word in _PROSE for word in words)
    return len(words) >= 4 and prose >= 2 and prose >= 0.3 * len(words)


def _below(text: str, label: re.Match[str], line_end: int) -> Iterator[Span]:
    """The value under a label that has a line to itself, or those under one that heads a column."""
    line_start = text.rfind("\n", 0, label.start()) + 1
    if line_end - line_start > _LONGEST_VALUE:
        return  # no line for a label
    # What is written in one word with the label belongs to it: DB_PASSWORD.
    before = re.sub(r"\S+$", "", text[line_start : label.start()]).split()
    after = re.sub(r"^[^\s:=]+", "", text[label.end() : line_end]).split()
    others = [word.strip(" .,:;=|\"'*-").lower() for word in (*before, *after)]
    if len(others) > 6 or any(other in _PROSE - _BEFORE_A_LABEL - _HEADS for other in others):
        return
    if not any(other for other in others if other not in _BEFORE_A_LABEL):
        yield from _alone_below(text, label, line_end + 1)
    elif not any(sign in text[line_start:line_end] for sign in ":=-") and len(before) + len(after) >= 1:
        yield from _column_below(text, line_end + 1, len(before), len(after))


def _alone_below(text: str, label: re.Match[str], start: int) -> Iterator[Span]:
    while start < len(text):
        end = _line_end(text, start)
        words = list(_WORD.finditer(text, start, end))
        start = end + 1
        if not words:
            continue
        strong = bool(label["strong"])
        if strong and 3 <= len(words) <= 6 and all(re.fullmatch(r"[a-z]{3,10}", word[0]) for word in words):
            if not any(word[0] in _PROSE for word in words):
                yield Span(words[0].start(), words[-1].end(), Kind.PASSWORD)
            return
        for word in words[: 3 if strong else 1]:
            plain = word[0].strip(".,;:!?()\"'").lower()
            is_whole_line = strong and len(words) == 1 and len(plain) >= 6 and plain not in _PROSE
            if looks_secret(word[0], least=4 if strong else 6) or (
                is_whole_line and not _HARMLESS_SHAPE.fullmatch(word[0])
            ):
                yield Span(word.start(), word.end(), Kind.PASSWORD)
        return


def _column_below(text: str, start: int, before: int, after: int) -> Iterator[Span]:
    """Values in the column that has so many words before and after its head."""
    for _ in range(12):
        if start >= len(text):
            return
        end = _line_end(text, start)
        words = list(_WORD.finditer(text, start, end))
        start = end + 1
        if not words:
            continue
        if len(words) < min(2, before + after) or len(words) > before + after + 4:
            return
        places = {before, len(words) - 1 - after} & set(range(len(words)))
        for place in places:
            if looks_secret(words[place][0], least=6):
                yield Span(words[place].start(), words[place].end(), Kind.PASSWORD)


def looks_secret(word: str, *, least: int) -> bool:
    """Whether a word has the mixture of a password: letters with digits or signs inside, and no harmless shape."""
    word = word.strip("\"'“”‘’`.,;:()<>|")
    if len(word) < least or _HARMLESS_SHAPE.fullmatch(word):
        return False
    letters, digits = any(c.isalpha() for c in word), any(c.isdigit() for c in word)
    signs = any(not c.isalnum() and c not in "-'’_./" for c in word)
    inner = bool(re.search(r"[a-z][A-Z]", word)) and len(word) >= 8
    return (letters and digits) or (signs and (letters or digits)) or inner or (digits and len(word) >= 6 and least > 3)


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
    """Recovery codes, which come in lists below their name."""
    for head in _CODE_LIST.finditer(text):
        start = head.end()
        for _ in range(12):
            end = _line_end(text, start)
            for word in _LISTED_CODE.finditer(text, start, end):
                if sum(c.isdigit() for c in word[0]) >= 2 and not _HARMLESS_SHAPE.fullmatch(word[0]):
                    yield Span(word.start(), word.end(), Kind.ONE_TIME_CODE)
            start = end + 1
            if start >= len(text):
                return


def _line_end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found

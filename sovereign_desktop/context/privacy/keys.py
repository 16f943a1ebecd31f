"""Keys and tokens: by their well-known beginnings, by their form, and by being too random to be anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sovereign_desktop.context.privacy.spans import Kind, Span
from sovereign_desktop.context.privacy.spelling import as_read
from sovereign_desktop.context.privacy.words import end_of_line

_BEGINNINGS = {
    # as they are written: how many characters follow at least
    "sk-": 16, "sk-proj-": 12, "sk-ant-": 12, "sk-or-": 12, "sess-": 20, "pk-": 20,
    "sk_live_": 8, "sk_test_": 8, "rk_live_": 8, "rk_test_": 8, "pk_live_": 8, "pk_test_": 8, "whsec_": 12,
    "ghp_": 16, "gho_": 16, "ghu_": 16, "ghs_": 16, "ghr_": 16, "github_pat_": 10, "glpat-": 10, "gldt-": 10,
    "glrt-": 10, "xoxb-": 8, "xoxp-": 8, "xoxa-": 8, "xoxr-": 8, "xoxs-": 8, "xapp-": 8, "xoxe.": 8,
    "hf_": 16, "npm_": 16, "pypi-": 16, "dop_v1_": 16, "doo_v1_": 16, "shpat_": 12, "shpss_": 12, "shpca_": 12,
    "sq0atp-": 10, "sq0csp-": 10, "EAAA": 30, "ya29.": 16, "GOCSPX-": 10, "AIza": 20, "SG.": 16, "key-": 28,
    "dapi": 24, "sbp_": 16, "NRAK-": 12, "ATATT3": 12, "ATCTT3": 12, "figd_": 12, "lin_api_": 12, "ntn_": 16,
    "dp.pt.": 12, "dp.st.": 12, "PMAK-": 12, "pul-": 20, "glc_": 16, "glsa_": 12, "gsk_": 16, "xai-": 16, "r8_": 16,
    "pplx-": 16, "hvs.": 12, "hvb.": 12, "AGE-SECRET-KEY-": 10, "tskey-": 10, "nvapi-": 12, "fw_": 20, "sntrys_": 12,
    "sntryu_": 12, "phc_": 20, "phx_": 20, "rubygems_": 12, "dckr_pat_": 10, "CFPAT-": 12, "secret_": 20,
    "patat": 30, "AKIA": 10, "ASIA": 10, "ABIA": 10, "ACCA": 10, "LTAI": 12, "rzp_live_": 8, "rzp_test_": 8,
    "live_": 20, "test_": 20, "vercel_": 16, "nfp_": 16, "mongodb+srv://": 10, "bearer ": 20, "v1.0-": 20,
}  # fmt: skip
_BODY = r"(?:[A-Za-z0-9_\-+/=.~|!@$&—–]|[\])}\[({](?=[A-Za-z0-9]))"
_PIECE = re.compile(r"[ ]?(?:[ ]|\n[ \t]*)([A-Za-z0-9_\-+/=.~|]{3,})(?=[\s\"',;)]|$)")
_PRIVATE_KEY = re.compile(
    rf"[-—–=_~ ]*{as_read('BEGIN')}[ A-Z0-9]{{0,24}}?{as_read('PRIVATE')}\s?{as_read('KEY')}", re.IGNORECASE
)
_END_OF_KEY = re.compile(rf"{as_read('END')}[ A-Z0-9]{{0,24}}?{as_read('KEY')}[A-Z ]{{0,6}}[-—–=_~ ]*", re.IGNORECASE)
_KEY_LINE = re.compile(r"[ \t>|]*[A-Za-z0-9+/=|!\-_.,: ]{1,120}$")
_JWT = re.compile(rf"(?<![A-Za-z0-9])[e€c]y[Jj)\]lI1;]\s?{_BODY}{{12,}}")
_OTHER_THING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[A-Za-z_]{2,}=|\d{4}-\d{2}-\d{2}|[vV]?\d+\.\d+\.\d")
_CAMEL_CASE = re.compile(r"[A-Z]?[a-z]+(?:[A-Z]+[a-z]+)*[A-Z]?")
_SENTENCE = re.compile(r"(?:[A-Za-z]+[ ,.]+){4}")
_TOKEN = re.compile(r"[A-Za-z0-9_\-+/=.~|!]{12,}")
_HEX_FOR = str.maketrans("OoQlISsZzGqgB", "000115522" + "6998")
_HARMLESS_BEFORE = re.compile(r"(?:sha-?(?:1|224|256|384|512)|md5|integrity)[\s\"'=:(-]*$", re.IGNORECASE)


_STARTS = {f"k{number}": start for number, start in enumerate(sorted(_BEGINNINGS, key=len, reverse=True))}
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:" + "|".join(f"(?P<{name}>{as_read(start)})" for name, start in _STARTS.items()) + ")",
    re.IGNORECASE,
)
_AMAZONS = ("AKIA", "ASIA", "ABIA", "ACCA")
_AMAZONS_BODY = re.compile(r"[A-Z0-9]{15,17}")
"""16 capitals and digits, of which one may have been read as two, or two as one. Some have no digit at all."""
_REST = re.compile(rf"{_BODY}+")


def private_keys(text: str) -> Iterator[Span]:
    """From the line that begins a private key to the one that ends it, or as far as it looks like one."""
    for begin in _PRIVATE_KEY.finditer(text):
        end = begin.end()
        closing = _END_OF_KEY.search(text, end, end + 6000)
        if closing is not None:
            yield Span(begin.start(), closing.end(), Kind.PRIVATE_KEY)
            continue
        line_end = end_of_line(text, end)
        while line_end < len(text):
            following = end_of_line(text, line_end + 1)
            line = text[line_end + 1 : following]
            if line.strip() and (not _KEY_LINE.match(line) or _SENTENCE.match(line.strip())):
                break
            line_end = following
        yield Span(begin.start(), line_end, Kind.PRIVATE_KEY)


def known_keys(text: str) -> Iterator[Span]:
    """Keys whose beginning says whose they are."""
    for match in _KNOWN.finditer(text):
        end = _grown(text, _rest(text, match.end()))
        body = re.sub(r"\s", "", text[match.end() : end])
        assert match.lastgroup is not None
        start = _STARTS[match.lastgroup]
        is_amazons = start in _AMAZONS and _AMAZONS_BODY.fullmatch(body)
        if is_amazons or (len(body) >= _BEGINNINGS[start] and _is_unlike_words(body)):
            yield Span(match.start(), end, Kind.KEY)


def _rest(text: str, start: int) -> int:
    found = _REST.match(text, start)
    return found.end() if found else start


def json_web_tokens(text: str) -> Iterator[Span]:
    """A JWT: base64 that begins with `{"`."""
    for match in _JWT.finditer(text):
        yield Span(match.start(), _grown(text, match.end()), Kind.TOKEN)


def random_tokens(text: str) -> Iterator[Span]:
    """What nobody would type: long, of capitals, small letters and digits without order."""
    for match in _TOKEN.finditer(text):
        if looks_random(match[0]) and not _HARMLESS_BEFORE.search(text, max(0, match.start() - 24), match.start()):
            yield Span(match.start(), _grown(text, match.end()), Kind.TOKEN)


def _grown(text: str, end: int) -> int:
    """How far a key goes on behind a space or a line's end that broke it."""
    while found := _PIECE.match(text, end):
        piece = found[1].rstrip(".")
        broken_by_line = "\n" in found[0]
        if not is_piece(piece) or (broken_by_line and (len(piece) < 5 or _is_hexadecimal(piece))):
            break
        end = found.start(1) + len(piece)
    return end


def is_piece(word: str) -> bool:
    """Whether a word may be a part of a key: no word, no plain number, no date."""
    letters = sum(c.isalpha() for c in word)
    digits = sum(c.isdigit() for c in word)
    if letters == 0 or (len(word) < 4 and digits == 0) or _OTHER_THING.match(word):
        return False
    inner_capitals = bool(re.search(r"[a-z][A-Z]|[A-Z][a-z]+[A-Z]", word))
    return (digits > 0 and not re.fullmatch(r"[A-Za-z]+\d{1,2}|\d+(?:st|nd|rd|th|px|ms|MB|GB|KB|kB|s|h|m)", word)) or (
        inner_capitals and _changes(word) >= len(word) * 0.3
    )


def looks_random(token: str) -> bool:
    """Whether a token of letters and digits is too random for a name, a number, a hash or a path."""
    if token.startswith(("AAAAB3", "AAAAC3", "AAAAE2", "http", "www.")):
        return False
    if token.count("/") > 1 and re.search(r"/[a-z]{3,}(?:/|\.|$)|^/", token):
        return False
    return any(_segment_is_random(segment) for segment in re.split(r"[-_./=~]+", token))


def _segment_is_random(segment: str) -> bool:
    if len(segment) < 14 or _is_hexadecimal(segment):
        return False
    digits = sum(c.isdigit() for c in segment)
    lower = sum(c.islower() for c in segment)
    upper = sum(c.isupper() for c in segment)
    changes = _changes(segment)
    if lower >= 2 and upper >= 2 and digits >= 1:
        return changes >= 0.28 * len(segment)
    if lower == 0 and upper >= 0.6 * len(segment) and len(segment) >= 19 and digits >= 1:
        return True
    if lower >= 4 and upper >= 4 and len(segment) >= 20:
        in_words = digits == 0 and _CAMEL_CASE.fullmatch(segment) and lower >= 3 * upper
        return not in_words and changes >= 0.35 * len(segment)
    return len(segment) >= 20 and digits >= 3 and lower + upper >= 6 and changes >= 0.28 * len(segment)


def _is_hexadecimal(segment: str) -> bool:
    """A hash, also one with letters read for its digits."""
    folded = segment.translate(_HEX_FOR).lower()
    hexadecimal = sum(c in "0123456789abcdef" for c in folded)
    foreign = sum(c not in "0123456789abcdefABCDEF" for c in segment)
    return hexadecimal >= 0.95 * len(segment) and foreign <= max(2, 0.1 * len(segment))


def _changes(word: str) -> int:
    """How often the kind of character changes from one to the next, a capital before small letters aside."""
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else "s" for c in word]
    return sum(a != b for a, b in pairwise(kinds))


def _is_unlike_words(body: str) -> bool:
    """Whether what follows a beginning is more than words joined by hyphens (`sk-learn-based-pipelines`)."""
    return any(c.isdigit() for c in body) or _changes(body.replace("-", "").replace("_", "")) >= 4

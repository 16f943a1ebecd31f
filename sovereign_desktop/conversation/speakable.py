"""Written text as a voice should get it: without markup and pictures, with every word still there."""

from __future__ import annotations

import re

_LINE_MARKS = re.compile(r"^\s*(?:(?:#{1,6}|>|[-*+•])[ \t]+)+")
_RULE = re.compile(r"^\s*(?:[-*_=][ \t]*){3,}$")
_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^)\s]*\)")
_TAG = re.compile(r"</?(?:br|b|i|u|em|strong|p|sub|sup|code|ul|ol|li)\s*/?>", re.IGNORECASE)
_DOUBLE_MARKS = re.compile(r"(?<!\d)\*{2,}|\*{2,}(?!\d)|(?<![^\W_])_{2,}|_{2,}(?![^\W_])|~~|`+")
_STAR = re.compile(r"((?<=\w)\*+(?=\w)|(?<=\s)\*(?=\s))|\*")  # 2*3 and 2 * 3 keep theirs
_UNDERSCORE = re.compile(r"(?<![^\W_])_(?=[^\W_])|(?<=[^\W_])_(?![^\W_])")
_PICTURES = re.compile(  # without the circled digits that stand among them
    "[\U0001f000-\U0001f0ff\U0001f110-\U0001faff\u2600-\u2775\u2794-\u27bf\u2b00-\u2bff"
    "\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f]+"
)
_CELLS = re.compile(r"\s*\|\s*")
_SPACE = re.compile(r"\s+")


def speakable(text: str, *, begins_line: bool = True) -> str:
    """One line or sentence of Markdown as plain words. `begins_line`: a mark at its front may be a bullet."""
    if begins_line:
        text = _line_without_marks(text)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    text = _DOUBLE_MARKS.sub("", text)
    text = _STAR.sub(lambda star: star[1] or "", text)
    text = _UNDERSCORE.sub("", text)
    text = _PICTURES.sub(" ", text)
    return _SPACE.sub(" ", text).strip()


def is_silent(text: str) -> bool:
    """Whether a voice would find nothing to say in it."""
    return not any(character.isalnum() or character in "€$£¥%∞" for character in text)


def _line_without_marks(line: str) -> str:
    if _RULE.match(line.strip()):
        return ""
    if line.lstrip().startswith("|"):
        return _CELLS.sub(", ", line.strip().strip("|")).strip()
    return _LINE_MARKS.sub("", line)

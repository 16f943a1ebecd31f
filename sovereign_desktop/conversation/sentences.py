"""A reply that is being written, cut into sentences to speak, each as early as is safe.

Where to cut depends only on the text, never on how it arrives: a letter at a time gives what one piece gives.
"""

from __future__ import annotations

import re

from sovereign_desktop.conversation.speakable import is_silent, speakable

FIRST_CLAUSE_WORDS = 6
"""The first sentence may be spoken up to a comma once it has this many words: the user waits for it."""
LONGEST_CHARS = 280
"""What has no end by then is cut at its last clause or space."""
CODE_IS_SHOWN = "The code is in the caption."

_ENDS = ".!?…"
_CJK_ENDS = "。！？｡"
_CLOSERS = "\"'”’)]}*_»」』）】"
_CLAUSE_MARKS = ",;:–—"
_CJK_CLAUSE_MARKS = "，、；："
_FENCE = "```"
_NEVER_LAST = frozenset({
    "dr", "mr", "mrs", "ms", "mx", "prof", "st", "vs", "e.g", "i.e", "cf", "fig", "approx", "gen", "col", "sgt", "lt",
    "rev", "hon", "mt", "nr", "vol",
})  # fmt: skip
_SELDOM_LAST = frozenset({
    "etc", "inc", "ltd", "co", "corp", "jr", "sr", "a.m", "p.m", "u.s", "u.k", "est", "min", "max", "sec", "hr", "ft",
    "jan", "feb", "aug", "sept", "oct", "nov", "dec", "no",
})  # fmt: skip
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘*_]+\Z")
_LIST_NUMBER = re.compile(r"\s*\d{1,3}\Z")
_UNKNOWN = -1


class SentenceSplitter:
    """Push pieces of text, get the sentences that they complete, in words that can be spoken."""

    def __init__(self) -> None:
        self._pending = ""
        self._position = 0
        self._in_code = False
        self._said_something = False
        self._at_line_start = True

    def push(self, piece: str) -> list[str]:
        """The sentences that `piece` completes."""
        self._pending += piece
        return self._cut(is_last=False)

    def finish(self) -> list[str]:
        """What is left when the text is complete."""
        sentences = self._cut(is_last=True)
        return sentences + self._take(len(self._pending)) if self._pending else sentences

    def _cut(self, *, is_last: bool) -> list[str]:
        sentences: list[str] = []
        while (end := self._end(is_last=is_last)) is not None:
            sentences += self._take(end)
        return sentences

    def _take(self, end: int) -> list[str]:
        """Cut the pending text at `end` and give what there is to say before it."""
        raw, self._pending = self._pending[:end], self._pending[end:]
        self._position = 0
        begins_line, self._at_line_start = self._at_line_start, raw.endswith("\n")
        sentence = self._code(raw) if self._in_code or _opens_code(raw) else speakable(raw, begins_line=begins_line)
        if is_silent(sentence):
            return []
        self._said_something = True
        return [sentence]

    def _code(self, raw: str) -> str:
        """Code is seen, not heard: one sentence stands for the block."""
        if _FENCE in raw:
            self._in_code = not self._in_code
            return CODE_IS_SHOWN if self._in_code else ""
        return ""

    def _end(self, *, is_last: bool) -> int | None:
        """Where the first sentence of the pending text ends, or None while that can't be known."""
        if self._in_code or _opens_code(self._pending):
            newline = self._pending.find("\n")
            return newline + 1 or None
        while self._position < len(self._pending):
            end = self._end_at(self._position, is_last=is_last)
            if end == _UNKNOWN:
                return None
            if end:
                return end
            self._position += 1
            if self._position >= LONGEST_CHARS:
                return self._forced_end()
        return None

    def _end_at(self, at: int, *, is_last: bool) -> int:
        """The end if the mark at `at` makes one, 0 if it doesn't, `_UNKNOWN` before what follows is there."""
        mark = self._pending[at]
        if mark == "\n":
            return at + 1
        if mark not in _ENDS and mark not in _CJK_ENDS and mark not in _CLAUSE_MARKS:
            return 0
        after = at + 1
        if mark not in _CLAUSE_MARKS:
            while after < len(self._pending) and self._pending[after] in _CLOSERS:
                after += 1
        if after == len(self._pending):
            return 0 if is_last else _UNKNOWN
        return self._judge(mark, at, after, is_last=is_last)

    def _judge(self, mark: str, at: int, after: int, *, is_last: bool) -> int:
        before = self._pending[:at]
        if before.count("[") > before.count("]"):
            return 0  # the text of a link stays with its address
        if mark in _CJK_ENDS:
            return after
        if not self._pending[after].isspace():
            return 0  # 3.14, example.com, "wait...": no end
        if mark in _CLAUSE_MARKS:
            return after if not self._said_something and len(before.split()) >= FIRST_CLAUSE_WORDS else 0
        return after if mark in "!?" else self._judge_dot(mark, before, after, is_last=is_last)

    def _judge_dot(self, mark: str, before: str, after: int, *, is_last: bool) -> int:
        """A dot may belong to an abbreviation, a list's number or an ellipsis."""
        match = _LAST_WORD.search(before)
        word = match.group().casefold() if match else ""
        if word in _NEVER_LAST or (len(word) == 1 and word.isalpha()) or self._numbers_item(before):
            return 0
        if word not in _SELDOM_LAST and mark != "…" and not before.endswith(".."):
            return after
        following = self._pending[after:].lstrip(" \t\"'“‘(*_")
        if not following:
            return after if is_last else _UNKNOWN
        return after if following[0].isupper() or following[0] == "\n" else 0

    def _numbers_item(self, before: str) -> bool:
        return self._at_line_start and _LIST_NUMBER.fullmatch(before) is not None

    def _forced_end(self) -> int:
        window = self._pending[:LONGEST_CHARS]
        marks = (*(f"{mark} " for mark in _CLAUSE_MARKS), *_CJK_CLAUSE_MARKS)
        clause = max(window.rfind(mark) for mark in marks) + 1
        space = max(window.rfind(" "), window.rfind("\t")) + 1
        return clause if clause > LONGEST_CHARS // 4 else space or LONGEST_CHARS


def _opens_code(text: str) -> bool:
    """Whether a block of code begins here; code that opens and closes in one line is part of its sentence."""
    line = text.lstrip(" ").partition("\n")[0]
    return line.startswith(_FENCE) and _FENCE not in line[len(_FENCE) :]

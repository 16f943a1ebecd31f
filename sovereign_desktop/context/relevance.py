"""How much a text has to do with a question, by its words: 0 to 1, without a model and without numpy.

A text counts for the share of the question's weight that it holds. Rare words weigh more (as in BM25's inverse
document frequency), words that say nothing weigh nothing, and those that no text holds weigh half: they can't tell
texts apart, but they do tell that something is missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"\w+")
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Scripts that put no spaces between words: pairs of characters stand for them."""
_ENDINGS = ("ings", "ing", "ies", "edly", "ed", "es", "ly", "s", "e")
_SHORTEST_STEM = 4
_ABSENT = 0.5

_EMPTY_WORDS = """
    a aber about actually all als also am an and any are as at au auch auf aus aux avec be been before bei being
    bin bist but by can ce cette como con could cual da dans das dass de del dem den der des did die do does
    doing don donde du ein eine einem einen einer el ella elle en er es est esta este et for from für get give
    had has hat hatte have he her here hers him his how i ich if ihr il ils im in into is ist it its ja je just
    kann kannst know la las le les let leur like lo look los ma mais make me mein meine mes mi mich mir mis mit
    moi mon more my nach ne need nicht no noch not nous now nur oder of off on one only or other ou our out over
    où par para pas pero please por pour qu que quel quelle qui really sa sag said say se see ses she should
    show sich sie sin sind so some something son su sur sus ta te tell tes than that the their them then there
    these they thing things think this those to toi ton too tu um un una und une uns unser up us use very von
    vous want war was we well wer were what when where which who why wie will wir with wo would y yes yo you
    your zu zum zur über
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def terms(text: str) -> frozenset[str]:
    """The words that say what the text is about, in one form each."""
    return frozenset().union(*map(_forms, set(_WORD.findall(text.casefold()))))


def scores(question: frozenset[str], texts: Sequence[frozenset[str]]) -> list[float] | None:
    """How relevant each text is; None when the question has no word to go by."""
    if not question:
        return None
    held = {term: sum(term in text for text in texts) for term in question}
    weights = {term: _weight(count, len(texts)) for term, count in held.items()}
    whole = sum(weights.values())
    return [sum(weights[term] for term in question & text) / whole for text in texts]


def _weight(count: int, total: int) -> float:
    rarity = math.log(1 + (total - max(1, count) + 0.5) / (max(1, count) + 0.5))
    return rarity if count else _ABSENT * rarity


@lru_cache(maxsize=20_000)
def _forms(word: str) -> frozenset[str]:
    """The forms that stand for a word; none when it says nothing."""
    if not word.isascii() and _DENSE.search(word):
        return frozenset(word[at : at + 2] for at in range(max(1, len(word) - 1)))
    if word in _EMPTY or (len(word) == 1 and not word.isdigit()):
        return frozenset()
    return frozenset((_stem(word),))


def _stem(word: str) -> str:
    """The word without an English ending, roughly: `appointments` and `appointment` are one."""
    if word.isascii() and not word[-1].isdigit():
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                return word[: -len(ending)]
    return word

"""What a question is about, guessed from its words alone: the cheapest first answer, before anything is looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sovereign_desktop.context.base import Tier

_LIKELY = {
    Tier.SCREEN: (
        r"screens?|see|seeing|display(?:s|ed)?|windows?|shows?|shown|visible|pages?|tabs?|dialog|error|desktop|image|"
        r"bildschirm|fenster|siehst|seite|écran|fenêtre|pantalla|ventana"
    ),
    Tier.MEMORY: (
        r"remember(?:ed)?|earlier|before|previous(?:ly)?|mentioned|told|said|last\s+(?:time|week|month)|yesterday|ago|"
        r"erinner\w*|vorhin|früher|gestern|souviens|avant|recuerd\w*|antes"
    ),
}
_ASKED = {
    Tier.SCREEN: (
        r"on\s+(?:my|the|this)\s+(?:screen|display|monitor|desktop)|(?:my|the)\s+screen\b|"
        r"(?:can|do)\s+you\s+see|what\s+am\s+i\s+(?:looking\s+at|reading)|"
        r"(?:this|that|the\s+current|the\s+open)\s+(?:window|page|dialog|error|message|document|e-?mail|article|text|code)|"
        r"auf\s+(?:meinem|dem)\s+bildschirm|à\s+l['’]écran|en\s+(?:mi|la)\s+pantalla"
    ),
    Tier.MEMORY: (
        r"(?:do|can)\s+you\s+remember|what\s+did\s+(?:i|we|you)\s+(?:say|tell|talk|mention)|"
        r"(?:i|we)\s+(?:told|mentioned)\b|last\s+time\s+we|erinnerst\s+du|te\s+souviens|te\s+acuerdas"
    ),
}
_likely = {tier: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for tier, words in _LIKELY.items()}
_asked = {tier: re.compile(rf"\b(?:{words})", re.IGNORECASE) for tier, words in _ASKED.items()}


@dataclass(frozen=True, slots=True)
class Needs:
    """Tiers that the words are plainly about, and those that they may be about."""

    asked: frozenset[Tier] = frozenset()
    likely: frozenset[Tier] = frozenset()


def needs_of(text: str) -> Needs:
    """What the words are about. Without words nothing is known."""
    asked = frozenset(tier for tier, words in _asked.items() if words.search(text))
    return Needs(asked, asked | {tier for tier, words in _likely.items() if words.search(text)})

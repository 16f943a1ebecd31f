"""The skill that calculates."""

from __future__ import annotations

from fractions import Fraction

from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.calculator import LARGEST, Sum, Uncountable, read_sum
from sovereign_desktop.conversation.skills.numbers import read_number, say_number
from sovereign_desktop.conversation.skills.phrases import Phrases, Words

_ASKED = Phrases(
    "(what is | how much is | how much are | calculate | compute | work out) [the result of] <sum>",
    "what does <sum> (make | equal | give)",
    "<sum> (is | equals | =) [what]",
    "<sum>",
    sum=read_sum,
)
_TURNED_ROUND = {
    "+": Phrases("[what is] (add | the sum of) <number1> (and | to | plus) <number2>", number=read_number),
    "*": Phrases("[what is] (multiply | the product of) <number1> (by | with | and) <number2>", number=read_number),
    "/": Phrases("[what is] divide <number1> by <number2>", number=read_number),
    "-": Phrases("[what is] subtract <number2> from <number1>", number=read_number),
}


class Arithmetic:
    """Exact results, said with the expression as it was understood."""

    name = "arithmetic"
    local_always = True
    phrases = (
        "(what is | how much is) <number> (plus | minus | times | divided by) <number>",
        "(what is | how much is) <number> percent of <number>",
        "what is the square root of <number>",
        "what is <number> (squared | cubed | to the power of <number>)",
    )

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:  # noqa: ARG002 - the Protocol's
        asked = _understood(said)
        if asked is None:
            return None
        try:
            return SkillReply(f"{_capital(asked.spoken)} is {_said(asked.result())}.")
        except Uncountable as reason:
            return SkillReply(str(reason))


def _understood(said: Words) -> Sum | None:
    found = _ASKED.match(said)
    if found is not None:
        asked: Sum = found["sum"]
        return asked
    for sign, phrases in _TURNED_ROUND.items():
        found = phrases.match(said)
        if found is not None:
            return Sum((found["number1"], sign, found["number2"]))
    return None


def _said(result: Fraction) -> str:
    if abs(result) <= LARGEST:
        return say_number(result)
    digits, _, exponent = f"{float(abs(result)):.2e}".partition("e+")
    return f"about {'minus ' if result < 0 else ''}{float(digits):g} times 10 to the power of {int(exponent)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""An exact calculator for spoken and typed expressions: precedence, percent, powers, roots; fractions all through."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt

from sovereign_desktop.conversation.skills.numbers import NUMBER_WORDS, is_digits, read_positive, say_number
from sovereign_desktop.conversation.skills.phrases import Words

LARGEST = 10**15
_LARGEST_ON_THE_WAY = 10**120
_PRECISE = Context(prec=40)

# Longest first: what is said, and the sign that it means.
_SIGNS: tuple[tuple[Words, str], ...] = tuple(
    sorted(
        (
            (tuple(said.split()), sign)
            for sign, spoken in {
                "+": "+|plus|added to",
                "-": "-|−|minus|less|take away",
                "*": "*|×|x|times|time|multiplied by",
                "/": "/|÷|over|divided by|divide by",
                "%of": "percent of|per cent of|% of",
                "%": "percent|per cent|%",
                "^": "^|to the power of|raised to the power of|to the power|raised to",
                "²": "squared|square",
                "³": "cubed",
                "√": "√|square root of|the square root of|square root|root of|the root of",
                "∛": "cube root of|the cube root of",
                "½of": "half of|a half of",
                "⅓of": "a third of|one third of",
                "¼of": "a quarter of|one quarter of",
                "(": "(|open bracket",
                ")": ")|close bracket",
            }.items()
            for said in spoken.split("|")
        ),
        key=lambda pair: -len(pair[0]),
    )
)
_SPOKEN = {
    "+": "plus", "-": "minus", "*": "times", "/": "divided by", "%of": "percent of", "%": "percent",
    "^": "to the power of", "²": "squared", "³": "cubed", "√": "the square root of", "∛": "the cube root of",
    "½of": "half of", "⅓of": "a third of", "¼of": "a quarter of", "(": "(", ")": ")",
}  # fmt: skip
_PARTS_OF = {"½of": Fraction(1, 2), "⅓of": Fraction(1, 3), "¼of": Fraction(1, 4)}

Token = Fraction | str


class Uncountable(ArithmeticError):  # noqa: N818 - the sum is at fault, not the program
    """The expression is understood and has no result; the message is a sentence for the user."""


class _NoExpression(ValueError):  # noqa: N818
    """The words are no expression."""


@dataclass(frozen=True, slots=True)
class Sum:
    """An expression that was understood."""

    tokens: tuple[Token, ...]

    @property
    def spoken(self) -> str:
        """The expression the way it was understood, so that a misheard number can be noticed."""
        spoken = " ".join(_SPOKEN[part] if isinstance(part, str) else _operand(part) for part in self.tokens)
        return spoken.replace("( ", "(").replace(" )", ")")

    @property
    def calculates(self) -> bool:
        """Whether there is anything to do; a number with a sign is no question."""
        values = ("", *self.tokens)
        return any(
            sign not in ("(", ")", "-") or (sign == "-" and (isinstance(before, Fraction) or before == ")"))
            for before, sign in itertools.pairwise(values)
            if isinstance(sign, str)
        )

    @property
    def is_well_formed(self) -> bool:
        """Whether it can be read as an expression, be there a result or not."""
        try:
            self.result()
        except _NoExpression:
            return False
        except Uncountable:
            return True
        return True

    def result(self) -> Fraction:
        """Its value; roots and broken powers to 28 digits. Raises Uncountable."""
        return _Evaluation(self.tokens).value()


def _operand(value: Fraction) -> str:
    """Exactly what was given: a third has no digits to say it with."""
    return say_number(value, 10) if round(value, 10) == value else f"{value.numerator} over {value.denominator}"


def read_sum(words: Words) -> Sum | None:
    """The expression that these words are, all of them, or None. A number alone is none."""
    try:
        asked = Sum(tuple(_tokens(words)))
    except _NoExpression:
        return None
    return asked if asked.calculates and asked.is_well_formed else None


def _tokens(words: Words) -> list[Token]:
    tokens: list[Token] = []
    while words:
        token, used = _sign(words) or _number(words)
        tokens.append(token)
        words = words[used:]
    return tokens


def _sign(words: Words) -> tuple[Token, int] | None:
    return next(((sign, len(said)) for said, sign in _SIGNS if words[: len(said)] == said), None)


def _number(words: Words) -> tuple[Token, int]:
    """The longest run of words from the beginning that is a number."""
    for end in range(min(len(words), 24), 0, -1):
        # What is only a number by likeness ("to" for "two") must stand alone between signs.
        if end == 1 or all(word in NUMBER_WORDS or is_digits(word) for word in words[:end]):
            value = read_positive(words[:end])
            if value is not None:
                return value, end
    raise _NoExpression


class _Evaluation:
    """Recursive descent: sum > product > sign > power > root or part > number."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = list(tokens)

    def value(self) -> Fraction:
        value = self._sum()
        if self._tokens:
            raise _NoExpression
        return value

    def _next_is(self, *signs: str) -> str:
        """Take one of these signs if it comes next."""
        if self._tokens and self._tokens[0] in signs:
            return str(self._tokens.pop(0))
        return ""

    def _sum(self) -> Fraction:
        value = self._product()
        while sign := self._next_is("+", "-"):
            other = self._product()
            if self._next_is("%"):
                other = value * other / 100  # 80 plus 10 percent is 88, as on every pocket calculator
            value = _sized(value + other if sign == "+" else value - other)
        return value

    def _product(self) -> Fraction:
        value = self._signed()
        while sign := self._next_is("*", "/", "%of"):
            other = self._signed()
            value = _sized(_OPERATIONS[sign](value, other))
        return value

    def _signed(self) -> Fraction:
        return -self._signed() if self._next_is("-") else self._power()

    def _power(self) -> Fraction:
        base = self._prefixed()
        while sign := self._next_is("²", "³"):
            base = _sized(base ** (2 if sign == "²" else 3))
        return _power(base, self._signed()) if self._next_is("^") else base

    def _prefixed(self) -> Fraction:
        sign = self._next_is("√", "∛", *_PARTS_OF)
        if not sign:
            return self._atom()
        value = self._signed()
        return value * _PARTS_OF[sign] if sign in _PARTS_OF else _root(value, 2 if sign == "√" else 3)

    def _atom(self) -> Fraction:
        if self._next_is("("):
            value = self._sum()
            if not self._next_is(")"):
                raise _NoExpression
            return value
        if not self._tokens or isinstance(self._tokens[0], str):
            raise _NoExpression
        number = self._tokens.pop(0)
        assert isinstance(number, Fraction)
        return number


def _sized(value: Fraction) -> Fraction:
    if abs(value) > _LARGEST_ON_THE_WAY or value.denominator > _LARGEST_ON_THE_WAY:
        raise Uncountable("That is beyond what I can count to.")
    return value


def _divided(value: Fraction, by: Fraction) -> Fraction:
    if not by:
        raise Uncountable("Nothing can be divided by zero.")
    return value / by


_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "*": lambda value, other: value * other,
    "/": _divided,
    "%of": lambda value, other: value / 100 * other,
}


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if base == 0 and exponent < 0:
        raise Uncountable("Nothing can be divided by zero.")
    if abs(exponent) > 400:
        if abs(base) in (0, 1) and exponent.denominator == 1:
            return base if exponent.numerator % 2 else abs(base)
        raise Uncountable("That is beyond what I can count to.")
    if exponent.denominator == 1:
        return _sized(base**exponent.numerator)
    if base < 0:
        raise Uncountable("A negative number has no such power that is real.")
    return _sized(Fraction(_PRECISE.power(_decimal(base), _decimal(exponent)))) if base else Fraction(0)


def _root(value: Fraction, degree: int) -> Fraction:
    """Exact where the root is exact."""
    if value < 0 and degree == 2:
        raise Uncountable("A negative number has no real square root.")
    sign, value = (-1, -value) if value < 0 else (1, value)
    exact = Fraction(_whole_root(value.numerator, degree), _whole_root(value.denominator, degree))
    return sign * (exact if exact**degree == value else _power(value, Fraction(1, degree)))


def _whole_root(value: int, degree: int) -> int:
    """The largest whole number whose power is not above `value`."""
    if degree == 2:
        return isqrt(value)
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= value else (low, middle - 1)
    return low


def _decimal(value: Fraction) -> Decimal:
    return _PRECISE.divide(Decimal(value.numerator), Decimal(value.denominator))

"""Sums are exact, say what was understood, and never guess."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.conversation.skills.calculator import read_sum
from sovereign_desktop.conversation.skills.numbers import read_number, say_number
from sovereign_desktop.conversation.skills.phrases import words_of
from tests.conversation.skill_support import ask

ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """English for a number from 1 to below a billion."""
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = number % scale
            link = " and " if rest and rest < 100 else " "
            return f"{in_words(number // scale)} {name}{link}{in_words(rest)}".strip()
    return ONES[number] if number < 20 else f"{TENS[number // 10]} {ONES[number % 10]}".strip()


@given(st.integers(1, 10**9 - 1))
def test_every_number_in_words_is_read(number: int) -> None:
    assert read_number(tuple(in_words(number).split())) == number


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_number_that_is_said_is_read_back(digits: int, places: int) -> None:
    value = Fraction(digits, 10**places)
    assert read_number(words_of(say_number(value))) == value


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("zero", 0),
        ("two point five", Fraction(5, 2)),
        ("minus three", -3),
        ("one and a half", Fraction(3, 2)),
        ("three quarters", Fraction(3, 4)),
        ("1.5 million", 1_500_000),
        ("twelve hundred", 1200),
        ("1,234.5", Fraction(2469, 2)),
        ("a dozen", 12),
    ],
)
def test_other_ways_to_say_a_number(words: str, value: Fraction) -> None:
    assert read_number(words_of(words)) == value


@pytest.mark.parametrize(
    "words", ["five twenty", "hundred hundred", "one two", "and", "point", "twenty eleven", "a", "1,23"]
)
def test_words_that_are_no_number_are_none(words: str) -> None:
    assert read_number(words_of(words)) is None


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("what is twelve times seven", "12 times 7 is 84."),
        ("what's 12 x 7", "12 times 7 is 84."),
        ("2 + 3 * 4", "2 plus 3 times 4 is 14."),
        ("(2 + 3) * 4", "(2 plus 3) times 4 is 20."),
        ("what is ten divided by four", "10 divided by 4 is 2.5."),
        ("10 / 3", "10 divided by 3 is about 3.3333."),
        ("what is 0.1 plus 0.2", "0.1 plus 0.2 is 0.3."),
        ("what is fifteen percent of eighty", "15 percent of 80 is 12."),
        ("80 plus 10 percent", "80 plus 10 percent is 88."),
        ("what is the square root of sixteen", "The square root of 16 is 4."),
        ("√(1/9) * 3", "The square root of (1 divided by 9) times 3 is 1."),
        ("square root of two", "The square root of 2 is about 1.4142."),
        ("the cube root of 27", "The cube root of 27 is 3."),
        ("what is two to the power of ten", "2 to the power of 10 is 1,024."),
        ("five squared", "5 squared is 25."),
        ("2 ^ 3 ^ 2", "2 to the power of 3 to the power of 2 is 512."),
        ("minus two times minus three", "Minus 2 times minus 3 is 6."),
        ("three minus five", "3 minus 5 is minus 2."),
        ("half of seven", "Half of 7 is 3.5."),
        ("one third times three", "1 over 3 times 3 is 1."),
        ("add three and four", "3 plus 4 is 7."),
        ("subtract three from ten", "10 minus 3 is 7."),
        ("divide ten by zero", "Nothing can be divided by zero."),
        ("what is five divided by zero", "Nothing can be divided by zero."),
        ("square root of minus four", "A negative number has no real square root."),
        ("9 ^ 9 ^ 9 ^ 9", "That is beyond what I can count to."),
        ("10 ^ 100 + 1", "10 to the power of 100 plus 1 is about 1 times 10 to the power of 100."),
    ],
)
def test_sums_are_answered_exactly_with_what_was_understood(said: str, answer: str) -> None:
    assert ask(said).text == answer


NUMBERS = st.integers(-999, 999).map(str)
SIGNS = st.sampled_from("+-*")


@given(NUMBERS, st.lists(st.tuples(SIGNS, NUMBERS), min_size=1, max_size=6))
def test_precedence_is_that_of_python(first: str, rest: list[tuple[str, str]]) -> None:
    expression = " ".join([first, *(f"{sign} {number}" for sign, number in rest)])
    asked = read_sum(words_of(expression))
    assert asked is not None
    assert asked.result() == eval(expression)


@given(st.text(alphabet="0123456789+-*/^%()√. ", max_size=60))
def test_no_expression_hangs_or_breaks_the_skill(expression: str) -> None:
    assert ask(expression).text

"""The sums by which numbers of cards, accounts and persons know themselves. All take digits (or capitals) only."""

from __future__ import annotations

from collections.abc import Sequence


def luhn(digits: str) -> bool:
    """ISO/IEC 7812: cards, and several national ids."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and any(digit != "0" for digit in digits)


def mod97(text: str) -> bool:
    """ISO 13616: an IBAN, without spaces, in capitals."""
    turned = text[4:] + text[:4]
    return turned.isalnum() and turned.isascii() and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of the digits times their weights."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def iso7064_mod11_10(digits: str) -> bool:
    """The German tax id's."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


_VERHOEFF_PRODUCT = [[(a + b) % 5 if a < 5 and b < 5 else 0 for b in range(10)] for a in range(10)]
for _a in range(10):
    for _b in range(10):
        # The dihedral group of the pentagon: rotations 0 to 4, reflections 5 to 9.
        _VERHOEFF_PRODUCT[_a][_b] = (
            (_a + _b) % 5
            if _a < 5 and _b < 5
            else 5 + (_a + _b) % 5
            if _a < 5
            else 5 + (_a - 5 - _b) % 5
            if _b < 5
            else (_a - _b) % 5
        )
_VERHOEFF_STEP = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def verhoeff(digits: str) -> bool:
    """The Indian Aadhaar number's."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _VERHOEFF_STEP[value]
        check = _VERHOEFF_PRODUCT[check][value]
    return check == 0

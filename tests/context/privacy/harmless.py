"""What looks like a secret and is none."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

from tests.context.privacy.entries import Entry
from tests.context.privacy.secrets import CAPITALS, HEX, LAST, WORDS, digits, luhn_digit, some


def order_number(rng: random.Random) -> Entry:
    value = rng.choice(
        (
            lambda: f"{digits(rng, 3)}-{digits(rng, 7)}-{digits(rng, 7)}",
            lambda: f"ORD-{rng.randint(2019, 2026)}-{digits(rng, 6)}",
            lambda: f"INV{digits(rng, 8)}",
            lambda: f"#{digits(rng, 6)}",
            lambda: f"PO {digits(rng, 10)}",
            lambda: f"1Z{some(rng, '0123456789ABCDEFGH', 6)}{digits(rng, 10)}",
        )
    )()
    return _entry(
        "order number", value, rng.choice(("Order", "Invoice", "Tracking", "Reference")), "order {} has shipped"
    )


def version(rng: random.Random) -> Entry:
    value = rng.choice(
        (
            lambda: f"v{rng.randint(0, 12)}.{rng.randint(0, 40)}.{rng.randint(0, 300)}",
            lambda: f"{rng.randint(80, 140)}.0.{rng.randint(1000, 7000)}.{rng.randint(10, 250)}",
            lambda: f"{rng.randint(1, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}-rc.{rng.randint(1, 4)}",
            lambda: f"10.0.{rng.randint(17000, 26000)}",
        )
    )()
    return _entry("version", value, rng.choice(("Version", "Build", "Release")), "updated to {} without trouble")


def date(rng: random.Random) -> Entry:
    year, month, day = rng.randint(1990, 2030), rng.randint(1, 12), rng.randint(1, 28)
    clock = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    value = rng.choice(
        (
            f"{year}-{month:02d}-{day:02d}",
            f"{day:02d}.{month:02d}.{year}",
            f"{year}-{month:02d}-{day:02d} {clock}",
            clock,
        )
    )
    return _entry("date", value, rng.choice(("Date", "Due", "Created", "Modified")), "the meeting moved to {}")


def commit_hash(rng: random.Random) -> Entry:
    value = some(rng, HEX, rng.choice((7, 10, 40, 40, 32, 64)))
    return _entry("hash", value, rng.choice(("Commit", "SHA-1", "Digest", "Checksum")), "fixed in commit {} last week")


def price(rng: random.Random) -> Entry:
    value = rng.choice((f"${rng.randint(1, 9999)}.{digits(rng, 2)}", f"{rng.randint(1, 99)},{digits(rng, 3)}.00 EUR"))
    return _entry("price", value, rng.choice(("Total", "Price", "Amount")), "it came to {} with tax")


def uuid_like(rng: random.Random) -> Entry:
    value = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    return _entry("uuid", value, rng.choice(("Request", "Device", "Run", "id")), "request {} took a second")


def maths(rng: random.Random) -> Entry:
    a, b = rng.randint(10, 9999), rng.randint(10, 9999)
    value = rng.choice((f"{a} + {b} = {a + b}", f"{a} x {b} = {a * b}", f"{a * b} / {b} = {a}", f"3.14159265 * {a}"))
    return _entry("maths", value, rng.choice(("Sum", "Check", "Result")), "we know that {} holds")


def not_a_card(rng: random.Random) -> Entry:
    body = digits(rng, 15)
    wrong = str((int(luhn_digit(body)) + rng.randint(1, 9)) % 10)
    number = body + wrong
    value = number if rng.random() < 0.5 else " ".join(number[i : i + 4] for i in range(0, 16, 4))
    return _entry("long number", value, rng.choice(("Serial", "Parcel", "Meter")), "parcel {} is on its way")


def measurement(rng: random.Random) -> Entry:
    value = rng.choice(
        (
            f"{rng.randint(640, 3840)}x{rng.randint(480, 2160)}",
            f"{rng.randint(1, 900)}.{digits(rng, 3)} km",
            f"{rng.randint(100, 99999)} kB in {rng.randint(1, 90)}.{digits(rng, 2)} s",
            f"{digits(rng, 2)}.{digits(rng, 4)}, {digits(rng, 2)}.{digits(rng, 4)}",
        )
    )
    return _entry("measurement", value, rng.choice(("Size", "Distance", "Position", "Speed")), "about {} in all")


def about_passwords(rng: random.Random) -> Entry:
    value = rng.choice(
        (
            "Forgot your password?", "Password must have at least 12 characters", "Your password was changed yesterday",
            "password strength: strong", "Reset password", "error code 404", "exit code 137", "max tokens: 4096",
            "The key to success is patience", "Enter the verification code we sent you", "zip code 90210",
            "token limit reached", "secret santa is on Friday", "The password is incorrect", "postal code 10115",
            "Press any key to continue", "key findings of 2024", "no password required", "PIN the tab to the bar",
        )
    )  # fmt: skip
    return _entry("about passwords", value, rng.choice(("Note", "Help", "Status")), "{}")


def code(rng: random.Random) -> Entry:
    value = rng.choice(
        (
            f"std::vector<int> {rng.choice(WORDS)}({rng.randint(1, 99)})",
            f"/usr/lib/python3.{rng.randint(8, 13)}/site-packages/{rng.choice(WORDS)}",
            f"get{rng.choice(WORDS).title()}By{rng.choice(WORDS).title()}Id()",
            f"https://docs.example.org/{rng.choice(WORDS)}/{rng.randint(1, 99)}",
            f"127.0.0.1:{rng.randint(3000, 9000)}",
            f"#{some(rng, HEX, 6)}",
            f"@{rng.choice(LAST)}{rng.randint(1, 99)}",
            f"{rng.choice(WORDS)}_{rng.choice(WORDS)}_{rng.randint(1, 9)}.tar.gz",
        )
    )
    return _entry("code", value, rng.choice(("File", "Call", "See", "Line")), "look at {} again")


def licence_plate(rng: random.Random) -> Entry:
    value = rng.choice(
        (
            f"ISBN 978-{digits(rng, 1)}-{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 1)}",
            f"RFC {rng.randint(100, 9999)}",
            f"gate {some(rng, 'ABCD', 1)}{rng.randint(1, 40)}, flight {some(rng, CAPITALS, 2)}{digits(rng, 4)}",
            f"model {some(rng, 'KLMNPRST', 2)}-{digits(rng, 4)}X",
        )
    )
    return _entry("product", value, rng.choice(("Item", "Book", "Model")), "{} is what we ordered")


def _entry(kind: str, value: str, label: str, sentence: str) -> Entry:
    return Entry(kind, value, label, sentence, is_secret=False)


MAKERS: tuple[Callable[[random.Random], Entry], ...] = (
    order_number, version, date, commit_hash, price, uuid_like, maths, not_a_card, measurement, about_passwords, code,
    licence_plate,
)  # fmt: skip

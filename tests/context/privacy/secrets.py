"""Secrets of every kind that the filter promises to find, none of them anybody's. Sums are made here, not asked for."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable

from tests.context.privacy.entries import Entry

CAPITALS = string.ascii_uppercase
ALNUM = string.ascii_letters + string.digits
B64 = ALNUM + "+/"
URL64 = ALNUM + "-_"
HEX = "0123456789abcdef"
FIRST = [
    "anna",
    "ben",
    "carla",
    "david",
    "elena",
    "frank",
    "greta",
    "hugo",
    "ines",
    "jonas",
    "karla",
    "liam",
    "mona",
    "nils",
    "olga",
    "paul",
    "rosa",
    "sven",
    "tina",
    "uwe",
]
LAST = [
    "albrecht",
    "brandt",
    "castro",
    "dumont",
    "eriksen",
    "fischer",
    "garcia",
    "hansen",
    "ivanov",
    "jensen",
    "keller",
    "larsen",
    "moreau",
    "novak",
]
WORDS = [
    "copper",
    "lantern",
    "river",
    "marble",
    "thunder",
    "velvet",
    "orchard",
    "pepper",
    "sailor",
    "window",
    "monkey",
    "purple",
    "dragon",
    "silver",
    "winter",
    "coffee",
    "garden",
    "falcon",
    "rocket",
    "banana",
    "castle",
    "planet",
    "guitar",
    "tunnel",
    "bridge",
]


def some(rng: random.Random, alphabet: str, count: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(count))


def digits(rng: random.Random, count: int) -> str:
    return some(rng, string.digits, count)


def luhn_digit(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit)
        if place % 2 == 0:
            value = value * 2 - (9 if value > 4 else 0)
        total += value
    return str(-total % 10)


def grouped(text: str, *sizes: int, joint: str = " ") -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return joint.join(part for part in (*parts, text[at:]) if part)


def api_key(rng: random.Random) -> Entry:
    made = rng.choice(
        (
            lambda: "sk-" + some(rng, ALNUM, 48),
            lambda: "sk-proj-" + some(rng, URL64, 64),
            lambda: "sk-ant-api03-" + some(rng, URL64, 80) + "AA",
            lambda: "ghp_" + some(rng, ALNUM, 36),
            lambda: "github_pat_" + some(rng, ALNUM, 22) + "_" + some(rng, ALNUM, 40),
            lambda: "glpat-" + some(rng, URL64, 20),
            lambda: "AKIA" + some(rng, string.ascii_uppercase + "234567", 16),
            lambda: "AIza" + some(rng, URL64, 35),
            lambda: "xoxb-" + digits(rng, 12) + "-" + digits(rng, 12) + "-" + some(rng, ALNUM, 24),
            lambda: "hf_" + some(rng, string.ascii_letters, 34),
            lambda: "npm_" + some(rng, ALNUM, 36),
            lambda: "sk_live_" + some(rng, ALNUM, 24),
            lambda: "SG." + some(rng, URL64, 22) + "." + some(rng, URL64, 43),
            lambda: "dop_v1_" + some(rng, HEX, 64),
            lambda: "whsec_" + some(rng, ALNUM, 32),
            lambda: "ya29." + some(rng, URL64, 60),
        )
    )()
    label = rng.choice(("API key", "OPENAI_API_KEY", "Access key", "Key", "API_TOKEN", "Credential", "Publish token"))
    return Entry("api key", made, label, rng.choice(("Use {} for the import job", "the new key {} works", "{}")))


def jwt(rng: random.Random) -> Entry:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")

    claims = {"sub": digits(rng, 10), "name": rng.choice(FIRST), "iat": rng.randrange(1_600_000_000, 1_900_000_000)}
    token = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{some(rng, URL64, 43)}"
    return Entry("jwt", token, rng.choice(("Authorization", "token", "id_token", "Bearer")), "Bearer {}")


def private_key(rng: random.Random) -> Entry:
    name = rng.choice(("RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"))
    body = "\n".join(some(rng, B64, 64) for _ in range(rng.randint(3, 6)))
    return Entry("private key", f"-----BEGIN {name}-----\n{body}\n-----END {name}-----", "id_key", "{}")


def password(rng: random.Random) -> Entry:
    made = rng.choice(
        (
            lambda: some(rng, ALNUM + "!#%&*+?", rng.randint(10, 18)),
            lambda: rng.choice(WORDS).capitalize() + digits(rng, rng.randint(2, 4)) + rng.choice("!?#%"),
            lambda: "-".join(rng.sample(WORDS, 4)),
            lambda: " ".join(rng.sample(WORDS, 4)),
            lambda: rng.choice(WORDS) + digits(rng, 4),
            lambda: some(rng, string.ascii_lowercase + string.digits, 12),
        )
    )()
    label = rng.choice(("Password", "password", "Passphrase", "Passwort", "WiFi password", "DB_PASSWORD", "Passcode"))
    return Entry("password", made, label, rng.choice(("the password is {}", "Password: {}", "New password: {}")))


def card(rng: random.Random) -> Entry:
    start, length = rng.choice((("4", 16), ("5" + rng.choice("12345"), 16), ("37", 15), ("6011", 16), ("2720", 16)))
    body = start + digits(rng, length - len(start) - 1)
    number = body + luhn_digit(body)
    joint = rng.choice((" ", " ", " ", "-", ""))
    shown = grouped(number, 4, 6, 5, joint=joint) if length == 15 else grouped(number, 4, 4, 4, 4, joint=joint)
    label = rng.choice(("Card number", "Visa", "Card", "Credit card", "Payment", "PAN"))
    return Entry("card", shown, label, rng.choice(("charge {} for both nights", "my card is {}", "{}")))


def iban(rng: random.Random) -> Entry:
    country, body = rng.choice(
        (
            ("DE", digits(rng, 18)), ("GB", some(rng, string.ascii_uppercase, 4) + digits(rng, 14)),
            ("FR", digits(rng, 10) + some(rng, string.ascii_uppercase + string.digits, 11) + digits(rng, 2)),
            ("NL", some(rng, string.ascii_uppercase, 4) + digits(rng, 10)), ("ES", digits(rng, 20)),
            ("AT", digits(rng, 16)), ("CH", digits(rng, 17)), ("BE", digits(rng, 12)), ("PL", digits(rng, 24)),
        )
    )  # fmt: skip
    value = int("".join(str(int(c, 36)) for c in body + country + "00"))
    text = f"{country}{98 - value % 97:02d}{body}"
    shown = text if rng.random() < 0.25 else grouped(text, *[4] * 8)
    return Entry("iban", shown, rng.choice(("IBAN", "Account", "Bank account", "Konto")), "please transfer it to {}")


def national_id(rng: random.Random) -> Entry:
    return rng.choice((_ssn, _nino, _steuer, _nir, _dni, _pesel, _cpf, _aadhaar, _personnummer, _ahv))(rng)


def _ssn(rng: random.Random) -> Entry:
    area = rng.choice([n for n in range(1, 900) if n != 666])
    value = f"{area:03d}-{rng.randint(1, 99):02d}-{rng.randint(1, 9999):04d}"
    return Entry("ssn", value, rng.choice(("SSN", "Social Security")), "her SSN {} is on file")


def _nino(rng: random.Random) -> Entry:
    letters = rng.choice("ABCEGHJKLMNPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")
    value = grouped(f"{letters}{digits(rng, 6)}{rng.choice('ABCD')}", 2, 2, 2, 2, 1, joint=rng.choice(("", " ")))
    return Entry("nino", value, rng.choice(("NI number", "National Insurance")), "National Insurance {}")


def _steuer(rng: random.Random) -> Entry:
    body = rng.choice("123456789") + digits(rng, 9)
    product = 10
    for digit in body:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    value = grouped(body + str((11 - product) % 10), 2, 3, 3, 3)
    return Entry("steuer-id", value, rng.choice(("Steuer-ID", "Tax ID")), "Steuer-ID {}")


def _nir(rng: random.Random) -> Entry:
    body = f"{rng.choice('12')}{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(10, 95)}{digits(rng, 6)}"
    value = grouped(f"{body}{97 - int(body) % 97:02d}", 1, 2, 2, 2, 3, 3, 2)
    return Entry("nir", value, "NIR", "numéro de sécurité sociale {}")


def _dni(rng: random.Random) -> Entry:
    number = digits(rng, 8)
    return Entry("dni", number + "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23], rng.choice(("DNI", "ID")), "con DNI {}")


def _pesel(rng: random.Random) -> Entry:
    body = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 4)}"
    total = sum(int(d) * w for d, w in zip(body, (1, 3, 7, 9) * 3, strict=False))
    return Entry("pesel", f"{body}{-total % 10}", "PESEL", "PESEL {} w aktach")


def _cpf(rng: random.Random) -> Entry:
    body = digits(rng, 9)
    for count in (10, 11):
        total = sum(int(d) * w for d, w in zip(body, range(count, 1, -1), strict=True))
        body += str(total * 10 % 11 % 10)
    return Entry("cpf", f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}", "CPF", "o CPF {} foi aceito")


def _aadhaar(rng: random.Random) -> Entry:
    def times(a: int, b: int) -> int:
        turned, mirrored = (a % 5, a > 4), (b % 5, b > 4)
        shift = (turned[0] - mirrored[0] if turned[1] else turned[0] + mirrored[0]) % 5
        return shift + 5 * (turned[1] != mirrored[1])

    step, inverse = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)
    body = rng.choice("23456789") + digits(rng, 10)
    check = 0
    for place, digit in enumerate(reversed(body), start=1):
        value = int(digit)
        for _ in range(place % 8):
            value = step[value]
        check = times(check, value)
    return Entry("aadhaar", grouped(body + str(inverse[check]), 4, 4, 4), "Aadhaar", "Aadhaar {} verified")


def _personnummer(rng: random.Random) -> Entry:
    body = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 3)}"
    return Entry("personnummer", f"{body[:6]}-{body[6:]}{luhn_digit(body)}", "Personnummer", "personnummer {}")


def _ahv(rng: random.Random) -> Entry:
    body = "756" + digits(rng, 9)
    total = sum(int(d) * w for d, w in zip(body, (1, 3) * 6, strict=True))
    return Entry("ahv", grouped(f"{body}{-total % 10}", 3, 4, 4, 2, joint="."), "AHV-Nr.", "AHV {}")


def email(rng: random.Random) -> Entry:
    domain = rng.choice(("example.com", "mail.example.org", "gmail.com", "example.co.uk", "web.de", "acme-corp.io"))
    name = rng.choice(("{0}.{1}", "{0}{2}", "{0}_{1}", "{0}.{1}{2}", "{0}+news"))
    value = name.format(rng.choice(FIRST), rng.choice(LAST), rng.randint(1, 99)) + "@" + domain
    return Entry("e-mail", value, rng.choice(("E-mail", "From", "Contact", "Login")), "write to {} by Friday")


def phone(rng: random.Random) -> Entry:
    value = rng.choice(
        (
            lambda: f"+1 {rng.randint(201, 989)}-{rng.randint(200, 999)}-{digits(rng, 4)}",
            lambda: f"({rng.randint(201, 989)}) {rng.randint(200, 999)}-{digits(rng, 4)}",
            lambda: f"{rng.randint(201, 989)}-{rng.randint(200, 999)}-{digits(rng, 4)}",
            lambda: f"+49 {rng.randint(30, 899)} {digits(rng, 7)}",
            lambda: f"+44 20 {digits(rng, 4)} {digits(rng, 4)}",
            lambda: f"0{rng.randint(151, 179)} {digits(rng, 7)}",
            lambda: f"+33 6 {grouped(digits(rng, 8), 2, 2, 2, 2)}",
            lambda: f"+{rng.choice((31, 39, 46, 48, 351))}{digits(rng, 9)}",
        )
    )()
    return Entry("phone", value, rng.choice(("Phone", "Mobile", "Tel", "Call")), "call me at {} after six")


def ip_address(rng: random.Random) -> Entry:
    if rng.random() < 0.75:
        value = (
            f"{rng.choice((10, 172, 192, 203, 84))}.{rng.randint(1, 254)}.{rng.randint(0, 254)}.{rng.randint(1, 254)}"
        )
    else:
        value = ":".join(f"{rng.randrange(4096, 65536):x}" for _ in range(8))
    return Entry("ip", value, rng.choice(("IP", "Host", "Server", "Address")), "connected from {} just now")


def one_time_code(rng: random.Random) -> Entry:
    code = digits(rng, 6)
    value = code if rng.random() < 0.6 else f"{code[:3]} {code[3:]}"
    label = rng.choice(("Verification code", "One-time code", "Security code", "Your login code", "2FA code"))
    sentence = rng.choice(("Your verification code is {}", "{} is your login code", "Use {} to sign in", "OTP: {}"))
    return Entry("one-time code", value, label, sentence)


MAKERS: tuple[Callable[[random.Random], Entry], ...] = (
    api_key, api_key, jwt, private_key, password, password, card, card, iban, national_id, national_id, email, phone,
    ip_address, one_time_code,
)  # fmt: skip

"""The privacy filter on text as a recogniser writes it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from sovereign_desktop.context.privacy.filter import PrivacyFilter
from sovereign_desktop.context.privacy.spans import Kind, Span

FILTER = PrivacyFilter()

SECRETS = [
    (Kind.KEY, "key: {}", "sk-proj-Ab3dEf6hIj9kLm2nOp5q"),
    (Kind.KEY, "export X {} done", "AKIAJ4XK7Q2MZ5TN3WPB"),
    (Kind.KEY, "see {} again", "AKIAZ6]3XFQFWP7HYAAU"),
    (Kind.TOKEN, "see {} again", "AKAIAEHF3WDJF5CEJBSKV"),
    (Kind.KEY, "| API key {}   )", "AKIANNLPIHPGDCVVBVMP"),
    (Kind.KEY, "12:44:12 INFO api_token={}", "AKIALQUYSLJUOBIYDMUH"),
    (Kind.KEY, "Credential: {}", "AKIANKISZVHWRMJENQZC"),
    (Kind.KEY, "see {}", "ghp_1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX"),
    (Kind.TOKEN, "id {}", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
    (Kind.PASSWORD, "Password: {}", "hunter2"),
    (Kind.PASSWORD, "Passwort = {}", "sonnenblume"),
    (Kind.PASSWORD, "Passw0rd: {}", "Gr8&pear"),
    (Kind.PASSWORD, "the password is {}.", "swordfish"),
    (Kind.PASSWORD, "Password: {}. Please keep it.", "copper9911"),
    (Kind.PASSWORD, "Passphrase: {}", "correct horse battery staple"),
    (Kind.PASSWORD, "phrase: {}", "lantern banana orchard purple"),
    (Kind.PASSWORD, "Password\n{}", "falcon-guitar-dragon"),
    (Kind.PASSWORD, "Site User Password\nmail anna {}", "pT7#kkw2"),
    (Kind.PASSWORD, '"client_secret": "{}",', "0f9a8b7c6d5e4f"),
    (Kind.CARD, "card {} 12/27", "4111 1111 1111 1111"),
    (Kind.CARD, "card {} 12/27", "4l11 1l11 l111 11l1"),
    (Kind.CARD, "card {}", "5500 0000\n0000 0004"),
    (Kind.CARD, "to {} tonight", "601 1-0762-0965-6192"),
    (Kind.CARD, "to {} tonight", "611-7888-6736-6456"),
    (Kind.IBAN, "to {} please", "FR86 4619 5655 48EE BN4R ZK1J W84"),
    (Kind.IBAN, "to {} please", "DE89 3704 0044 0532 0130 00"),
    (Kind.IBAN, "to {} please", "DE89 37O4 0044 O532 0l30 00"),
    (Kind.NATIONAL_ID, "SSN {}", "123-45-6789"),
    (Kind.NATIONAL_ID, "no. {}", "529.982.247-25"),
    (Kind.NATIONAL_ID, "no. {}", "529.982 247-25"),
    (Kind.NATIONAL_ID, "AHV-NO\n{}", "756.1234.567 8.97"),
    (Kind.NATIONAL_ID, "SSN {}", "@55-94-3574"),
    (Kind.NATIONAL_ID, "National Insurance {}", "SJ 79 74 35 Cc"),
    (Kind.EMAIL, "write to {} now", "anna.keller@example.com"),
    (Kind.EMAIL, "write to {} now", "anna.keller © example . com"),
    (Kind.PHONE, "call {}", "+49 30 1234567"),
    (Kind.PHONE, "or {} today", "(415) 555-0132"),
    (Kind.IP_ADDRESS, "from {} again", "192.168.17.44"),
    (Kind.IP_ADDRESS, "from {} again", "l92.168.17.44"),
    (Kind.IP_ADDRESS, "from {} again", "49ff :3bb9:bfat :248b 2e8e:4196:a770:965d"),
    (Kind.IP_ADDRESS, "from {} again", "£837 : 2617 : 5£58 : 5921: 2476: Sbbl:d21b: 9d4d"),
    (Kind.IP_ADDRESS, "from {} again", "6cf8:98d1:d3ac:7193:8796:dcebd:24cb:97 16"),
    (Kind.IP_ADDRESS, "from {} again", "2001:db8:85a3::8a2e:370:7334"),
    (Kind.ONE_TIME_CODE, "Your verification code is {}", "482 913"),
    (Kind.ONE_TIME_CODE, "{} is your login code", "482913"),
    (Kind.ONE_TIME_CODE, "{} is your Google verification code.", "G-771204"),
    (Kind.ONE_TIME_CODE, "Backup code: {}", "8f3k-22qm"),
    (Kind.ONE_TIME_CODE, "Recovery code   {}", "XK7P-22QM-91LD"),
    (Kind.PASSWORD, "PGPASSWORD={} psql -h db", "hunter2sunshine"),
    (Kind.PASSWORD, "$ sshpass -p {} ssh box", "correcthorse9"),
    (Kind.PASSWORD, "mysql -u root -p{} shop", "Grasshopper77"),
    (Kind.PASSWORD, "redis-cli -h cache -a {}", "Grasshopper77"),
]


@pytest.mark.parametrize(("kind", "around", "secret"), SECRETS)
def test_a_secret_gives_way_to_the_placeholder_of_its_kind(kind: Kind, around: str, secret: str) -> None:
    redacted = FILTER.redact(around.format(secret))
    assert kind.value in redacted.text
    assert not any(part in redacted.text for part in secret.split() if len(part) > 3)
    assert list(redacted.kinds) == [kind]


@pytest.mark.parametrize(
    "harmless",
    [
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b fixed it",
        "request 550e8400-e29b-41d4-a716-446655440000 took 12 ms",
        "order 112-7654321-1234567 has shipped on 2026-11-21 at 12:34:56",
        "Chrome 126.0.6478.127 and Windows 10.0.19045",
        "parcel 4111 1111 1111 1112 is on its way",
        "1234 + 5678 = 6912, 3.14159265 * 6595",
        "Forgot your password? Password must have 12 characters.",
        "Your password was changed yesterday. No password required.",
        "error code 404123, exit code 137, zip code 90210",
        "std::vector<int> planet(72) and look at @brandt31 again",
        "it came to $3,491.76 with tax, 1920x1080",
        "listening on 127.0.0.1:8080",
        "from 10:15:30 to 11:45:59, 00:1a:2b:3c:4d:5e is the card's address",
        "a phrase: words that we use when we talk",
        "mysql -p shop, mkdir -p some/folder/name, redis-cli -a",
        "a recovery code\nopens room 1a2b and 3c4d",
        "offices in ASIA PACIFIC NORTHEAST, in ASIAPACIFICREGION and in ASIA",
    ],
)
def test_what_only_looks_like_a_secret_stays(harmless: str) -> None:
    assert FILTER.redact(harmless).text == harmless


def test_a_private_key_is_taken_out_from_its_first_line_to_its_last() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nq2b3c4d5\n-----END RSA PRIVATE KEY-----"
    assert FILTER.redact(f"before\n{key}\nafter").text == "before\n[PRIVATE KEY]\nafter"


def test_the_users_own_words_are_found_in_any_case_and_broken() -> None:
    privacy = PrivacyFilter(["Falkenberg", "Project Nightjar"])
    shown = privacy.redact("Mr FALKENBERG and fa1ken berg on project\nnightjar").text
    assert shown.count(Kind.OWN_WORD.value) == 3
    assert "berg" not in shown.lower()
    assert "night" not in shown.lower()


def test_the_kind_of_each_placeholder_is_told_in_order() -> None:
    redacted = FILTER.redact("mail a.b@example.com or call +49 30 1234567")
    assert redacted.text == f"mail {Kind.EMAIL.value} or call {Kind.PHONE.value}"
    assert redacted.kinds == (Kind.EMAIL, Kind.PHONE)


def test_a_filter_that_breaks_lets_nothing_pass() -> None:
    def breaks(text: str) -> Iterator[Span]:
        raise RuntimeError(text)

    redacted = PrivacyFilter(detectors=[breaks]).redact("Password: hunter2")
    assert redacted.failed
    assert redacted.text == ""


def test_a_log_line_about_a_broken_filter_has_no_content(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(text: str) -> Iterator[Span]:
        raise RuntimeError(text)

    PrivacyFilter(detectors=[breaks]).redact("hunter2")
    assert "hunter2" not in caplog.text
    assert caplog.records


@pytest.mark.parametrize("piece", ["a", "1 ", "1.", "x@", "ab:", "password ", "e y J", "A1b2"])
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        FILTER.find(text)
        return time.process_time() - started

    short, long = min(seconds(500) for _ in range(3)), seconds(4_000)
    assert long < 30 * max(short, 0.004)

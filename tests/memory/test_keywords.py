"""Keyword search: how much of a question each memory covers, and what is not worth the ranking."""

from __future__ import annotations

import sqlite3

import pytest

from sovereign_desktop.memory import keywords

TEXTS = (
    "Parcel KR4821 went to Porto.",
    "Parcel KR4822 went to Graz.",
    "Parcel KB1007 went to Ghent.",
    "The garden has tomatoes.",
    *(f"note {number} about nothing" for number in range(20)),
)


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE memories (id INTEGER PRIMARY KEY, text TEXT)")
    connection.executescript(keywords.SCHEMA)
    connection.executemany("INSERT INTO memories (text) VALUES (?)", [(text,) for text in TEXTS])
    return connection


def test_what_has_all_the_words_covers_the_question_and_what_has_a_usual_one_little_of_it(
    connection: sqlite3.Connection,
) -> None:
    found = keywords.search(connection, "What of the parcel KR4822?", 10)
    assert next(iter(found)) == 2
    assert 0.75 < found[2] < 1.3
    assert max(found[1], found[3]) < 0.5


def test_words_that_are_in_no_memory_are_not_covered(connection: sqlite3.Connection) -> None:
    alone = keywords.search(connection, "tomatoes", 10)[4]
    among_unknown = keywords.search(connection, "tomatoes on Saturn's moon", 10)[4]
    assert alone > 2 * among_unknown


def test_the_rarest_words_are_ranked_and_those_that_nearly_all_have_are_not(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "MOST_RANKED", 4)
    assert list(keywords.search(connection, "note about a parcel KR4822", 10)) == [2, 1, 3]


def test_of_words_that_all_have_the_latest_memories_are_given(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "MOST_RANKED", 4)
    assert keywords.search(connection, "a note about nothing", 3) == {24: 1.0, 23: 1.0, 22: 1.0}


def test_a_word_that_no_memory_has_hides_none_that_all_have(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "MOST_RANKED", 4)
    found = keywords.search(connection, "a note about Saturn", 3)
    assert list(found) == [24, 23, 22]
    assert max(found.values()) < 0.5
    assert keywords.search(connection, "Saturn", 3) == {}


def test_a_question_without_words_finds_nothing(connection: sqlite3.Connection) -> None:
    assert keywords.search(connection, "?! …", 3) == {}


@pytest.mark.parametrize(
    ("kept", "question"),
    [
        ("我喜欢喝绿茶，茶叶在蓝色的罐子里", "绿茶"),
        ("我喜欢喝绿茶，茶叶在蓝色的罐子里", "茶叶在哪里？"),
        ("鍵は玄関のマットの下にあります", "鍵はどこ"),
        ("กุญแจอยู่ใต้พรม", "กุญแจ"),
        ("party 🎂🎉 on Friday", "🎉"),
        ("KR4821 是绿茶", "KR4821的绿茶"),
    ],
)
def test_what_has_no_spaces_between_its_words_is_found_by_a_part_of_it(
    connection: sqlite3.Connection, kept: str, question: str
) -> None:
    made = connection.execute("INSERT INTO memories (text) VALUES (?)", (kept,)).lastrowid
    connection.execute("INSERT INTO memories (text) VALUES ('今天下雨')")
    assert next(iter(keywords.search(connection, question, 10))) == made


def test_all_of_a_chinese_word_is_mentioned_or_it_is_not(connection: sqlite3.Connection) -> None:
    made = connection.execute("INSERT INTO memories (text) VALUES ('我喜欢喝绿茶')").lastrowid
    connection.execute("INSERT INTO memories (text) VALUES ('绿色的茶杯')")
    assert keywords.mentioning(connection, "绿茶", 10) == [made]
    assert keywords.mentioning(connection, "红茶", 10) == []
    assert keywords.mentioning(connection, "tomatoes 绿茶", 10) == []


def test_a_picture_beside_words_changes_nothing(connection: sqlite3.Connection) -> None:
    assert keywords.search(connection, "parcels KR4822 🎁", 10) == keywords.search(connection, "parcels KR4822", 10)

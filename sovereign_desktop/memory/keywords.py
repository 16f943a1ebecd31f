"""Keyword search: FTS5 with BM25. What was asked is taken as words, never as a query language."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence

SCHEMA = """
    CREATE VIRTUAL TABLE memory_words USING fts5(
        text, content='memories', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER memory_words_added AFTER INSERT ON memories BEGIN
        INSERT INTO memory_words(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER memory_words_gone AFTER DELETE ON memories BEGIN
        INSERT INTO memory_words(memory_words, rowid, text) VALUES ('delete', old.id, old.text);
    END;
"""
MOST_WORDS = 16
COMMON = 2_000
"""A word that is in more memories than this tells little; ranking all of them is what makes a search slow."""
_WORD = re.compile(r"[^\W_]+")
_FILLER_WORDS = """
    a about am an and any are as at be been but by can could did do does for from had has have he her him his how i if
    in is it its me my of on or our said say she so tell that the their them there they this to us was we were what
    when where which who why will with would you your
"""
_FILLERS = frozenset(_FILLER_WORDS.split())


def words_to_search(text: str) -> tuple[str, ...]:
    """The words of a question that can tell memories apart; all of them when it has no others."""
    plain = unicodedata.normalize("NFC", text[:4_000]).casefold().replace("'s ", " ").replace("’s ", " ")
    words = list(dict.fromkeys(_WORD.findall(plain)))
    telling = [word for word in words if word not in _FILLERS]
    return tuple((telling or words)[:MOST_WORDS])


def search(connection: sqlite3.Connection, text: str, limit: int) -> dict[int, float]:
    """Ids of the memories that have a word of it, best first, with how well they fit (BM25)."""
    words = words_to_search(text)
    rare = [word for word in words if not _is_common(connection, word)]
    if rare:
        query = "SELECT rowid, -rank FROM memory_words WHERE memory_words MATCH ? ORDER BY rank LIMIT ?"
        return dict(connection.execute(query, (_any_of(rare), limit)))
    if words:  # nothing tells them apart but their time
        query = "SELECT rowid FROM memory_words WHERE memory_words MATCH ? ORDER BY rowid DESC LIMIT ?"
        return dict.fromkeys(_ids(connection, query, " ".join(map(_quoted, words)), limit), 0.0)
    return {}


def mentioning(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Ids of the memories that have all of its words, the newest first."""
    words = words_to_search(text)
    if not words:
        return []
    query = "SELECT rowid FROM memory_words WHERE memory_words MATCH ? ORDER BY rowid DESC LIMIT ?"
    return _ids(connection, query, " ".join(map(_quoted, words)), limit)


def purge(connection: sqlite3.Connection) -> None:
    """Write the index anew without what was deleted: until then it keeps the words, marked as gone."""
    connection.execute("INSERT INTO memory_words(memory_words) VALUES ('optimize')")


def _is_common(connection: sqlite3.Connection, word: str) -> bool:
    query = "SELECT count(*) FROM (SELECT 1 FROM memory_words WHERE memory_words MATCH ? LIMIT ?)"
    count: int = connection.execute(query, (_quoted(word), COMMON + 1)).fetchone()[0]
    return count > COMMON


def _ids(connection: sqlite3.Connection, query: str, match: str, limit: int) -> list[int]:
    return [row[0] for row in connection.execute(query, (match, limit))]


def _any_of(words: Sequence[str]) -> str:
    return " OR ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    return f'"{word}"'  # a word has letters and digits only

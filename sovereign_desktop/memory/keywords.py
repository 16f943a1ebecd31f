"""Keyword search: FTS5 with BM25. What was asked is taken as words, never as a query language."""

from __future__ import annotations

import math
import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence

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
MOST_RANKED = 700
"""So many memories are ranked for the words of a question: the rarest words first, which tell most. It is the ranking
that takes time, and a word that is in more memories than this tells little."""
LEAST_WEIGHT = 1e-6
"""As in FTS5: a word that half of all memories have."""
MOST_READ = 10_000
"""So many memories, the latest, are read for what FTS5 can't find in them, and of each so many characters."""
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
"""Scripts without spaces between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese. FTS5 takes a clause for one."""
_PICTURES = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]+")
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
    """Ids of the memories that have a word of it, best first, with how much of the question they cover.

    That is BM25, of what it comes to for a memory with every word of the question once: about 1 where all words are
    there, little where only one is that many have, whatever else the other memories say.
    """
    found = _ranked(connection, text, limit)
    if not (pieces := _pieces(text)):
        return found
    read = _by_reading(connection, pieces)
    fits = {one: max(found.get(one, 0.0), read.get(one, 0.0)) for one in found | read}
    return dict(sorted(fits.items(), key=lambda item: (-item[1], -item[0]))[:limit])


def _ranked(connection: sqlite3.Connection, text: str, limit: int) -> dict[int, float]:
    words = words_to_search(text)
    if not words:
        return {}
    counts = {word: _count(connection, word) for word in words}
    if telling := _telling(counts):
        whole = sum(_weight(connection, counts[word]) for word in words if counts[word] <= MOST_RANKED)
        query = "SELECT rowid, -rank FROM memory_words WHERE memory_words MATCH ? ORDER BY rank LIMIT ?"
        return {one: fit / whole for one, fit in connection.execute(query, (_any_of(telling), limit))}
    query = "SELECT rowid FROM memory_words WHERE memory_words MATCH ? ORDER BY rowid DESC LIMIT ?"
    # Nothing tells them apart but their time.
    there = [word for word in words if counts[word]]
    if not there:
        return {}
    weights = {word: _weight(connection, count) for word, count in counts.items()}
    covered = sum(weights[word] for word in there) / sum(weights.values())
    return dict.fromkeys(_ids(connection, query, " ".join(map(_quoted, there)), limit), covered)


def mentioning(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Ids of the memories that have all of its words, the newest first."""
    if pieces := _pieces(text):
        read = sorted((one for one, fit in _by_reading(connection, pieces).items() if fit == 1.0), reverse=True)
        rest = _UNSPACED.sub(" ", text)
        others = set(mentioning(connection, rest, -1)) if words_to_search(rest) else None
        return [one for one in read if others is None or one in others][:limit]
    words = words_to_search(text)
    if not words:
        return []
    query = "SELECT rowid FROM memory_words WHERE memory_words MATCH ? ORDER BY rowid DESC LIMIT ?"
    return _ids(connection, query, " ".join(map(_quoted, words)), limit)


def purge(connection: sqlite3.Connection) -> None:
    """Write the index anew without what was deleted: until then it keeps the words, marked as gone."""
    connection.execute("INSERT INTO memory_words(memory_words) VALUES ('optimize')")


def _pieces(text: str) -> tuple[str, ...]:
    """What to look for where a script does not part its words: each two signs that stand together, or one alone.

    Of a text without any words its pictures.
    """
    plain = unicodedata.normalize("NFC", text[:4_000])
    runs = (_UNSPACED if _WORD.search(plain) else _PICTURES).findall(plain)
    pairs = (run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1)))
    return tuple(dict.fromkeys(pairs))[:MOST_WORDS]


def _by_reading(connection: sqlite3.Connection, pieces: Sequence[str]) -> dict[int, float]:
    """Ids of the memories that hold any of the pieces, with the part of them that they hold."""
    query = "SELECT id, substr(text, 1, ?) FROM memories ORDER BY id DESC LIMIT ?"
    held = ((one, sum(piece in text for piece in pieces)) for one, text in connection.execute(query, (MOST_READ,) * 2))
    return {one: count / len(pieces) for one, count in held if count}


def _count(connection: sqlite3.Connection, word: str) -> int:
    """How many memories have it, but no more than need to be known."""
    query = "SELECT count(*) FROM (SELECT 1 FROM memory_words WHERE memory_words MATCH ? LIMIT ?)"
    return int(connection.execute(query, (_quoted(word), MOST_RANKED + 1)).fetchone()[0])


def _telling(counts: Mapping[str, int]) -> list[str]:
    """The rarest of the words, as many as can be ranked; none that is in no memory."""
    chosen, left = [], MOST_RANKED
    for word in sorted(filter(counts.get, counts), key=counts.__getitem__):
        left -= counts[word]
        if left < 0:
            break
        chosen.append(word)
    return chosen


def _weight(connection: sqlite3.Connection, count: int) -> float:
    """What BM25 makes of a word that so many memories have, once in a text of the usual length."""
    kept = connection.execute("SELECT coalesce(max(id), 0) FROM memories").fetchone()[0]
    return max(LEAST_WEIGHT, math.log((kept - count + 0.5) / (count + 0.5)))


def _ids(connection: sqlite3.Connection, query: str, match: str, limit: int) -> list[int]:
    return [row[0] for row in connection.execute(query, (match, limit))]


def _any_of(words: Sequence[str]) -> str:
    return " OR ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    return f'"{word}"'  # a word has letters and digits only

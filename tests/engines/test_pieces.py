"""Text is cut where a speaker would breathe."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.engines.tts.pieces import speakable_pieces


def test_sentences_are_pieces() -> None:
    assert list(speakable_pieces("One. Two! Three? Four… and\nfive: 3.5 m.")) == [
        "One.",
        "Two!",
        "Three?",
        "Four…",
        "and",
        "five: 3.5 m.",
    ]


def test_long_sentences_are_cut_at_clauses_then_at_words_then_anywhere() -> None:
    assert list(speakable_pieces("first, second, third", 14)) == ["first, second,", "third"]
    assert list(speakable_pieces("one two three four", 9)) == ["one two", "three", "four"]
    assert list(speakable_pieces("a" * 25, 10)) == ["a" * 10, "a" * 10, "a" * 5]


@given(st.text(), st.integers(1, 40))
def test_no_letter_is_lost_and_no_piece_too_long(text: str, longest: int) -> None:
    pieces = list(speakable_pieces(text, longest))
    assert all(len(piece) <= longest for piece in pieces)
    letters = "".join(character for character in text if character.isalnum())
    assert "".join(character for character in "".join(pieces) if character.isalnum()) == letters


def test_a_zero_byte_does_not_end_the_text() -> None:
    assert list(speakable_pieces("before\0after")) == ["before after"]

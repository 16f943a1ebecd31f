"""A reply in the making becomes sentences: early, whole, and without anything lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.conversation.sentences import CODE_IS_SHOWN, LONGEST_CHARS, SentenceSplitter
from sovereign_desktop.conversation.speakable import speakable

PIECES = (
    'Hello yes no. I it, Dr. Smith e.g. 3.14 U.S. p.m. Then end! what? so: (and) "quoted." **bold** _soft_ *one* 2*3'
    " a_b `code` ``` ```x``` - # 1. • > 😀 ... … — www.x.org/a.b? [link. two](http://x.y) | 今日は。 そう！"
)
ENGLISH = st.lists(st.sampled_from([*PIECES.split(" "), "\n", "\n\n"]), max_size=40).map(" ".join)
PLAIN = st.text(alphabet=st.characters(categories=("L", "N", "P", "Z"), exclude_characters="`[]()<>|"), max_size=900)


def whole(text: str) -> list[str]:
    splitter = SentenceSplitter()
    return splitter.push(text) + splitter.finish()


def letter_by_letter(text: str) -> list[str]:
    splitter = SentenceSplitter()
    return [sentence for letter in text for sentence in splitter.push(letter)] + splitter.finish()


@given(st.one_of(ENGLISH, PLAIN, st.text(max_size=600)))
def test_how_the_text_arrives_makes_no_difference(text: str) -> None:
    assert letter_by_letter(text) == whole(text)


@given(PLAIN)
def test_no_letter_or_digit_is_lost_or_moved(text: str) -> None:
    spoken = "".join(whole(text))
    assert [c for c in spoken if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.one_of(ENGLISH, st.text(max_size=1500)))
def test_no_sentence_is_empty_or_endless(text: str) -> None:
    assert all(sentence.strip() and len(sentence) <= LONGEST_CHARS + 1 for sentence in whole(text))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("No. I can't do that.", ["No.", "I can't do that."]),
        ("Dr. Smith paid $3.50 at 3 p.m. today.", ["Dr. Smith paid $3.50 at 3 p.m. today."]),
        ("It was 3 p.m. Then we left.", ["It was 3 p.m.", "Then we left."]),
        ("Rule No. 5 holds, e.g. here.", ["Rule No. 5 holds, e.g. here."]),
        ("See https://example.com/a.b?c=d. It helps!", ["See https://example.com/a.b?c=d.", "It helps!"]),
        ('Well... maybe so. Yes?! "Good." he said.', ["Well... maybe so.", "Yes?!", '"Good."', "he said."]),
        ("1. Salt\n2. Pepper\n- *Sage*", ["1. Salt", "2. Pepper", "Sage"]),
        ("It was 1984. 12. was next", ["It was 1984.", "12.", "was next"]),
        ("# Title\n\n**Bold. Too.** _so_ `x` ~~y~~", ["Title", "Bold.", "Too.", "so x y"]),
        ("今日は。元気ですか？はい", ["今日は。", "元気ですか？", "はい"]),
        ("[A link. With a dot](http://x.y/z) is here.", ["A link. With a dot is here."]),
        ("2*3 and 2 * 3 and 2**3 are a_b", ["2*3 and 2 * 3 and 2**3 are a_b"]),
        ("❶ and 🄀 are digits", ["❶ and 🄀 are digits"]),
        ("Done 😀👍🏽! 🎉", ["Done !"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", ["a, b", "1, 2"]),
        ("---\n***\n\n", []),
    ],
)
def test_where_sentences_end_and_what_is_said_of_markup(text: str, sentences: list[str]) -> None:
    assert whole(text) == sentences


def test_the_first_sentence_comes_before_the_second_is_begun() -> None:
    splitter = SentenceSplitter()
    assert splitter.push("Yes, it does.") == []
    assert splitter.push(" ") == ["Yes, it does."]


def test_a_long_first_sentence_is_begun_at_its_comma_and_later_ones_are_not() -> None:
    splitter = SentenceSplitter()
    assert splitter.push("In the beginning there was nothing, ") == ["In the beginning there was nothing,"]
    assert splitter.push("and then there was light. In the end there was nothing again, ") == [
        "and then there was light."
    ]
    assert splitter.finish() == ["In the end there was nothing again,"]


def test_a_short_clause_is_not_torn_off() -> None:
    assert whole("Well, of course, yes.") == ["Well, of course, yes."]


def test_a_block_of_code_is_announced_and_not_read() -> None:
    text = "Try this:\n```python\nprint('1. 2. 3.')\n\nx = 2\n```\nThat is all. ```\nmore"
    assert whole(text) == ["Try this:", CODE_IS_SHOWN, "That is all.", CODE_IS_SHOWN]


def test_code_within_a_line_is_read() -> None:
    assert whole("```ls``` lists files.") == ["ls lists files."]


def test_a_sentence_without_end_is_cut_at_a_clause() -> None:
    yes, first, second = whole("Yes. " + "word " * 40 + "clause, " + "word " * 40)
    assert yes == "Yes."
    assert first.endswith("clause,")
    assert second.startswith("word")


@pytest.mark.parametrize("text", ["word " * 500, "x" * 2000, "好" * 2000])
def test_even_a_sentence_without_clauses_or_spaces_is_cut(text: str) -> None:
    sentences = whole(text)
    assert max(map(len, sentences)) <= LONGEST_CHARS
    assert "".join(sentences).replace(" ", "") == text.replace(" ", "")


def test_a_number_with_its_minus_is_no_bullet() -> None:
    assert speakable("-5 is less") == "-5 is less"
    assert speakable("- 5 is less", begins_line=False) == "- 5 is less"

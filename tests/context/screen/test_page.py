"""A page's secrets, across the spaces that a recogniser finds where there are none, and across columns."""

from __future__ import annotations

from sovereign_desktop.context.privacy.filter import PrivacyFilter
from sovereign_desktop.context.screen.page import redact_page
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.engines.base import ReadWord

CHARACTER, SPACE, HEIGHT = 8, 8, 14


def line(*words: str | int, number: int = 0, confidence: float = 90.0) -> list[ReadWord]:
    """A line of a page; a number between two words is the space between them, in pixels."""
    found, x, gap = list[ReadWord](), 10, 0
    for word in words:
        if isinstance(word, int):
            gap = word
            continue
        x += gap if found else 0
        right = x + CHARACTER * len(word)
        found.append(ReadWord(word, Rect(x, 20 * number, right, 20 * number + HEIGHT), confidence, number))
        x, gap = right, SPACE
    return found


def shown(*lines: list[ReadWord], confidence: float = 60.0) -> str:
    return redact_page([word for line in lines for word in line], PrivacyFilter(), confidence).text


def test_a_secret_that_a_recogniser_has_parted_is_seen_where_its_parts_stand_too_close_for_words() -> None:
    parted = line("Key", "glpat-I69H", 3, "1", 2, "Xuhngesp1", 3, "AJ7Uob", "is", "new")
    assert shown(parted) == "Key [KEY] is new"
    assert shown(line("Personnummer", "4308", 3, "10-5040")) == "Personnummer [NATIONAL ID]"


def test_words_of_a_sentence_are_not_joined_to_what_stands_close_to_them() -> None:
    commit = "b225eda512c5c9d18273c2a663c0ccd43b8d8f86"
    assert shown(line("fixed", "in", "commit", 3, commit, "last", "week")) == f"fixed in commit {commit} last week"


def test_a_label_and_its_value_belong_together_across_columns() -> None:
    left = [word for at, text in enumerate(("Name", "Password")) for word in line(text, number=at)]
    right = [
        ReadWord(word.text, word.box.moved(300, 0), 90.0, at + 2)
        for at, text in enumerate(("Anna", "copper9911"))
        for word in line(text, number=at)
    ]
    assert shown([*left, *right]) == "Name\nPassword\nAnna\n[PASSWORD]"


def test_what_is_read_with_doubt_is_left_out_and_covered_in_a_picture() -> None:
    sure, doubtful = line("Hello"), line("wor1d", number=1, confidence=20.0)
    page = redact_page([*sure, *doubtful], PrivacyFilter(), 60.0)
    assert page.text == "Hello"
    assert page.covered == (doubtful[0].box,)


def test_a_page_without_letters_as_wide_as_nothing_does_not_break_the_filter() -> None:
    flat = [ReadWord("a", Rect(5, 5, 5, 9), 90.0, 0), ReadWord("b", Rect(5, 5, 5, 9), 90.0, 0)]
    assert not redact_page(flat, PrivacyFilter(), 60.0).failed

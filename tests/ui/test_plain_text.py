from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFont

from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.ui.plain_text import PlainText, reads_leftwards
from sovereign_desktop.ui.turn_text import stages_line, turn_as_text
from sovereign_desktop.ui.windows.growing_text import LONGEST_SHOWN, tail
from tests.ui.stage import turn


@pytest.mark.parametrize(
    ("text", "leftwards"),
    [("", False), ("123 …", False), ("It is nine.", False), ("الساعة nine", True), ("(שלום)", True), ("é مساء", False)],
)
def test_the_first_letter_decides_the_direction(text: str, leftwards: bool) -> None:
    assert reads_leftwards(text) is leftwards


@pytest.mark.usefixtures("application")
def test_lines_end_where_the_text_says_or_the_width_does() -> None:
    font = QFont()
    assert PlainText("one", font, 400).lines == 1
    assert PlainText("one\ntwo\r\nthree", font, 400).lines == 3
    assert PlainText("w" * 500, font, 400).lines > 5


@pytest.mark.usefixtures("application")
def test_the_height_of_the_last_lines_is_a_part_of_the_whole() -> None:
    text = PlainText("\n".join("abcdef"), QFont(), 400)
    assert text.height_of_last(3) == pytest.approx(text.height / 2, rel=0.01)
    assert text.height_of_last(99) == text.height


def test_of_a_long_text_the_end_is_kept() -> None:
    assert tail("short") == "short"
    shortened = tail("a" * 10_000 + "the end")
    assert shortened.endswith("the end")
    assert len(shortened) == LONGEST_SHOWN + 1


def test_a_turn_in_words_leaves_out_what_was_not_said() -> None:
    words = turn_as_text(turn(1, "", "", Outcome.NOTHING_HEARD)).splitlines()
    assert len(words) == 1
    assert words[0].endswith("nothing heard")


def test_a_failed_turn_says_why() -> None:
    words = turn_as_text(turn(1, "why", "", Outcome.FAILED, "No connection."))
    assert words.splitlines()[1:] == ["You: why", "Assistant: No connection."]


def test_a_turn_says_what_it_cost_and_what_happened_meanwhile() -> None:
    paid = replace(turn(1), cost_usd=0.0251, note="The connection was lost and is back.")
    words = turn_as_text(paid).splitlines()
    assert "$0.025" in words[0]
    assert words[-1] == "The connection was lost and is back."
    assert "under $0.001" in turn_as_text(replace(turn(1), cost_usd=0.0002))
    assert "$" not in turn_as_text(turn(1))


def test_the_stages_add_up_to_the_latency() -> None:
    total, _, parts = stages_line(turn()).partition(": ")
    assert total == "Voice to voice 640 ms"
    assert sum(int(part.split()[-1]) for part in parts.split(" + ")) == 640

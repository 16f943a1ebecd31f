"""Thoughts of reasoning models, however they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.engines.llm.thinking import WithoutThoughts


def heard(pieces: list[str]) -> str:
    thoughts = WithoutThoughts()
    return "".join(map(thoughts.push, pieces)) + thoughts.end()


@given(st.lists(st.integers(1, 5), min_size=40, max_size=60))
def test_thoughts_are_left_out_wherever_the_pieces_are_cut(lengths: list[int]) -> None:
    text, pieces = "\n<think>Hm. A < b?</think>\n\nIt is <noon>.", []
    for length in lengths:
        pieces.append(text[:length])
        text = text[length:]
    assert heard([*pieces, text]) == "It is <noon>."


@given(st.lists(st.text(alphabet="<think>/ ab")))
def test_text_that_does_not_begin_with_a_thought_is_untouched(pieces: list[str]) -> None:
    text = "".join(pieces)
    if not text.lstrip().startswith("<think>"):
        assert heard(pieces) == text


@pytest.mark.parametrize("text", ["<think>for ever", "<think>done</think>", "<think></think>  "])
def test_a_reply_of_nothing_but_thoughts_is_empty(text: str) -> None:
    assert heard([text]) == ""

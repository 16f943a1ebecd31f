"""One order out of words and meaning."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.memory.fusion import HALF_LIFE_S, fused

IDS = st.integers(1, 20)


def test_what_has_all_the_words_comes_before_what_is_a_little_nearer_in_meaning() -> None:
    scores = fused({1: 1.0, 2: 0.2}, {2: 0.45, 3: 0.44, 1: 0.40}, dict.fromkeys((1, 2, 3), 0.0), 0.0)
    assert next(iter(scores)) == 1


def test_what_means_the_same_comes_before_what_has_a_word_by_chance() -> None:
    scores = fused({1: 0.3, 2: 0.35}, {1: 0.8, 2: 0.4}, {1: 0.0, 2: 0.0}, 0.0)
    assert list(scores) == [1, 2]


def test_words_that_cover_little_of_the_question_move_nothing_that_is_clear() -> None:
    scores = fused({3: 0.2}, {1: 0.6, 2: 0.55, 3: 0.45}, dict.fromkeys((1, 2, 3), 0.0), 0.0)
    assert list(scores) == [1, 2, 3]


def test_of_equals_the_recent_one_comes_first_and_a_better_one_is_not_turned_round() -> None:
    now = 10 * HALF_LIFE_S
    assert list(fused({1: 0.5, 2: 0.5}, {}, {1: 0.0, 2: now}, now)) == [2, 1]
    assert list(fused({1: 0.6, 2: 0.5}, {}, {1: 0.0, 2: now}, now)) == [1, 2]


@given(
    st.dictionaries(IDS, st.floats(0, 50)),
    st.dictionaries(IDS, st.floats(-1, 1)),
    st.dictionaries(IDS, st.floats(-1e10, 1e10)),
    st.floats(-1e10, 1e10),
)
def test_scores_are_from_nought_to_one_in_order_and_only_of_what_is_there(
    words: dict[int, float], meaning: dict[int, float], times: dict[int, float], now: float
) -> None:
    scores = fused(words, meaning, times, now)
    assert set(scores) == set(times)
    assert all(0 <= score <= 1 + 1e-9 for score in scores.values())
    assert list(scores.values()) == sorted(scores.values(), reverse=True)

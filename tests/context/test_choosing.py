"""What is worth telling, how it is made shorter, and who may use how many tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_desktop.context.base import Tier
from sovereign_desktop.context.budget import allocate
from sovereign_desktop.context.cache import ContextCache
from sovereign_desktop.context.compression import GAP, compress
from sovereign_desktop.context.conversation_window import ConversationWindow
from sovereign_desktop.context.needs import needs_of
from sovereign_desktop.context.recent import Recent
from sovereign_desktop.context.relevance import scores, terms
from sovereign_desktop.context.tokens import Estimate
from sovereign_desktop.core.dialogue import Message, Role

# Relevance


def relevance(question: str, *texts: str) -> list[float]:
    found = scores(terms(question), [terms(text) for text in texts])
    assert found is not None
    return found


def test_a_text_about_the_question_is_relevant_and_another_is_not() -> None:
    about, other = relevance(
        "when is my appointment with the dentist?", "The dentist sees me on Tuesday.", "Ada likes gardens."
    )
    assert about >= 0.6
    assert other == 0


def test_a_rare_word_tells_more_than_a_frequent_one() -> None:
    frequent, rare, *_ = relevance(
        "invoice for the bicycle", "an invoice", "a bicycle", "another invoice", "one more invoice", "invoice four"
    )
    assert rare > frequent


def test_one_word_of_three_is_not_enough() -> None:
    assert max(relevance("train to Harare tomorrow", "a train set", "gardens")) < 0.6


def test_forms_of_a_word_are_one_word() -> None:
    assert terms("appointments") == terms("appointment")
    assert terms("booking bookings booked") == terms("booked")


def test_scripts_without_spaces_are_compared_in_pairs() -> None:
    assert (
        max(relevance("会議はいつですか", "会議は三時です", "猫が好きです"))
        == relevance("会議はいつですか", "会議は三時です", "猫が好きです")[0]
    )


def test_a_question_of_empty_words_tells_nothing() -> None:
    assert scores(terms("what about that?"), [terms("anything")]) is None


# Needs


@pytest.mark.parametrize(
    "text", ["what is on my screen", "Can you see this?", "summarise this page", "was ist auf meinem Bildschirm"]
)
def test_a_question_about_the_screen_asks_for_it(text: str) -> None:
    assert needs_of(text).asked == {Tier.SCREEN}


@pytest.mark.parametrize("text", ["do you remember my dentist", "what did I tell you about Ada"])
def test_a_question_about_the_past_asks_for_memory(text: str) -> None:
    assert needs_of(text).asked == {Tier.MEMORY}


def test_words_that_may_mean_it_make_it_likely_only() -> None:
    needs = needs_of("show me the previous one")
    assert (needs.asked, needs.likely) == (frozenset(), {Tier.SCREEN, Tier.MEMORY})


@pytest.mark.parametrize("text", ["", "who wrote Faust", "what time is it in Lima"])
def test_other_questions_need_neither(text: str) -> None:
    assert needs_of(text).likely == frozenset()


# Compression

TEXT = (
    "It was a nice day. Ada paid 310 euros in Lima. Then nothing much went on. The weather stayed as it was."
    " The dentist is Goran, room 12. People came and went. It got late."
)


def words(text: str) -> int:
    return len(text.split())


def test_what_fits_stays_as_it_is() -> None:
    assert compress(TEXT, frozenset(), 500, words) == TEXT


def test_names_and_numbers_stay_longest() -> None:
    short = compress(TEXT, frozenset(), 22, words)
    assert words(short) <= 22
    assert "Ada paid 310 euros in Lima." in short
    assert "Goran, room 12." in short
    assert "nothing much" not in short
    assert GAP in short


def test_what_the_question_is_about_stays_longest_of_all() -> None:
    assert "weather" in compress(TEXT, terms("how was the weather"), 12, words)


def test_the_sentences_keep_their_order() -> None:
    short = compress(TEXT, frozenset(), 24, words)
    assert short.index("Ada") < short.index("Goran")


def test_a_sentence_that_is_too_long_keeps_its_names_and_numbers() -> None:
    long = "and then there was " + "really quite a lot of talk about it " * 30 + "until Elif said 4711 to Otto"
    short = compress(long, frozenset(), 25, words)
    assert words(short) <= 25
    assert {"Elif", "4711", "Otto"} <= set(short.split())


@given(st.text(max_size=400), st.integers(0, 60))
def test_a_compressed_text_is_never_too_long(text: str, most: int) -> None:
    count = Estimate().count
    assert count(compress(text, frozenset(), most, count)) <= max(most, 0)


# Budget

TOKENS = st.dictionaries(st.sampled_from(Tier), st.integers(0, 40_000))


@given(TOKENS, TOKENS, st.integers(-10, 40_000))
def test_nobody_gets_more_than_it_wants_and_all_never_more_than_there_is(
    wanted: dict[Tier, int], shares: dict[Tier, int], total: int
) -> None:
    granted = allocate(wanted, shares, total)
    assert all(0 <= granted[tier] <= wanted.get(tier, 0) for tier in Tier)
    assert sum(granted.values()) == min(max(0, total), sum(wanted.get(tier, 0) for tier in Tier))


def test_what_one_does_not_use_goes_to_the_next_in_order() -> None:
    shares = {Tier.SYSTEM: 10, Tier.MEMORY: 20, Tier.SCREEN: 10, Tier.CONVERSATION: 60}
    granted = allocate({Tier.SYSTEM: 10, Tier.MEMORY: 50, Tier.CONVERSATION: 90}, shares, 100)
    assert granted == {Tier.SYSTEM: 10, Tier.MEMORY: 30, Tier.SCREEN: 0, Tier.CONVERSATION: 60}


# The conversation


def talk(*lengths: int) -> list[Message]:
    return [Message((Role.USER, Role.ASSISTANT)[at % 2], "x" * length) for at, length in enumerate(lengths)]


def fit(window: ConversationWindow, said: list[Message], room: int) -> int:
    return window.fit(said, room, [len(message.text) for message in said])


def test_all_of_it_is_told_while_it_fits() -> None:
    assert fit(ConversationWindow(), talk(1, 2, 3), 6) == 0


def test_it_is_cut_where_a_turn_begins() -> None:
    assert fit(ConversationWindow(), talk(5, 5, 5, 5), 14) == 2


def test_after_a_cut_it_is_not_cut_again_with_every_turn() -> None:
    window, said = ConversationWindow(), talk(*[5] * 20)
    begins = [fit(window, said[:upto], 50) for upto in range(2, 20, 2)]
    assert len(set(begins)) <= 3
    assert begins == sorted(begins)


def test_a_message_that_is_longer_than_the_room_is_not_told() -> None:
    assert fit(ConversationWindow(), talk(100), 10) == 1


# What is used again


def test_an_answer_is_used_again_until_it_is_too_old() -> None:
    now = [0.0]
    cache: ContextCache[str] = ContextCache(300, 100, lambda: now[0])
    cache.put("screen", 1, "text")
    now[0] = 299.9
    assert cache.get("screen", 1) == "text"
    assert cache.get("screen", 2) is None
    now[0] = 300.0
    assert cache.get("screen", 1) is None
    cache.put("memory", 1, "x")
    assert len(cache) == 1


def test_the_one_that_was_not_wanted_for_longest_goes_first() -> None:
    cache: ContextCache[int] = ContextCache(300, 2, lambda: 0.0)
    cache.put("a", 1, 1)
    cache.put("a", 2, 2)
    cache.get("a", 1)
    cache.put("a", 3, 3)
    assert (cache.get("a", 1), cache.get("a", 2), cache.get("a", 3)) == (1, None, 3)


def test_an_owner_can_be_forgotten() -> None:
    cache: ContextCache[int] = ContextCache(300, 9, lambda: 0.0)
    cache.put("a", 1, 1)
    cache.put("b", 1, 2)
    cache.forget("a")
    assert (cache.get("a", 1), cache.get("b", 1)) == (None, 2)


def test_a_text_is_worked_out_once_and_forgotten_when_nobody_asks() -> None:
    worked: list[str] = []
    recent = Recent(lambda text: worked.append(text) or len(text))  # type: ignore[func-returns-value]
    assert (recent("abc"), recent("abc")) == (3, 3)
    recent.next_round()
    recent("abc")
    assert worked == ["abc"]
    recent.next_round()
    recent.next_round()
    recent("abc")
    assert worked == ["abc", "abc"]

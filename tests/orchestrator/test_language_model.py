"""Several models as one in the voice pipeline: who is asked, who answers, what is counted."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path

import pytest

from sovereign_desktop.config.sections.orchestrator import FeatureFlags, Role, Router
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import ToolCall
from sovereign_desktop.core.errors import BrokenReply, EngineUnavailable
from sovereign_desktop.engines.base import LanguageModel, ReplyOptions, Tool, Usage
from sovereign_desktop.metrics.purse import Purse
from sovereign_desktop.metrics.spend import Period
from sovereign_desktop.orchestrator.history import History
from sovereign_desktop.orchestrator.routing import route
from tests.fakes.openai_server import words_of
from tests.fakes.virtual_time import in_virtual_time
from tests.orchestrator.models import Writer, asking, loaded, member, together

BROKEN = BrokenReply("It broke off.")


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("what is the time in Rome", Role.FAST),
        ("Explain how a fridge works", Role.DEEP),
        ("What is a quick way to EXPLAIN this?", Role.DEEP),
        ("how is the complexion of an apple", Role.FAST),
        ("word " * 100, Role.DEEP),
        ("", Role.FAST),
    ],
)
def test_the_question_says_whether_it_is_for_a_fast_model_or_a_deep_one(question: str, role: Role) -> None:
    assert route(question, Router()) is role


async def test_it_is_a_language_model_and_passes_one_models_words_on() -> None:
    fast, deep = Writer("small", "It is noon."), Writer("large", "Heat goes out.")
    model = together(member(fast), member(deep, Role.DEEP))
    assert isinstance(model, LanguageModel)
    assert await words_of(model.reply(asking("what is the time"))) == "It is noon. "
    assert (model.name, model.model) == ("orchestrator", "fast, small")
    assert await words_of(model.reply(asking("explain a fridge"))) == "Heat goes out. "
    assert model.model == "deep, large"
    assert (fast.asked, deep.asked) == (1, 1)
    await model.close()
    assert fast.closed
    assert deep.closed


async def test_words_come_as_they_are_written() -> None:
    gate = asyncio.Event()

    class Slow(Writer):
        async def reply(self, messages, options=None):  # type: ignore[no-untyped-def, override]
            yield "One "
            await gate.wait()
            yield "two."

    model = together(member(Slow("small")))
    async with aclosing(model.reply(asking("hello"))) as pieces:
        assert await anext(pieces) == "One "
        gate.set()
        assert await anext(pieces) == "two."


async def test_a_model_that_fails_before_it_said_anything_is_replaced() -> None:
    broken, good = Writer("small", fails_with=BROKEN), Writer("large", "Here I am.")
    model = together(member(broken), member(good, Role.DEEP))
    assert await words_of(model.reply(asking("hello"))) == "Here I am. "
    assert broken.asked == 1


async def test_a_model_that_fails_in_the_middle_is_not_and_what_it_said_was_given() -> None:
    broken, good = Writer("small", fails_with=BROKEN, fails_at=2), Writer("large")
    model = together(member(broken), member(good, Role.DEEP))
    reply = model.reply(asking("hello"))
    assert [await anext(reply), await anext(reply)] == ["One ", "two "]
    with pytest.raises(BrokenReply):
        await anext(reply)
    assert good.asked == 0


async def test_a_model_that_keeps_failing_is_left_alone_for_a_while() -> None:
    broken, good = Writer("small", fails_with=BROKEN), Writer("large")
    model = together(member(broken), member(good, Role.DEEP))
    for _ in range(4):
        await words_of(model.reply(asking("hello")))
    assert (broken.asked, good.asked) == (2, 4)


async def test_when_none_can_answer_the_last_failure_is_told() -> None:
    model = together(member(Writer("small", fails_with=BROKEN)), member(Writer("large", fails_with=BROKEN)))
    with pytest.raises(BrokenReply):
        await words_of(model.reply(asking("hello")))
    gone = Writer("gone")
    gone.state = Availability(False, "there is no key", "Store one.")
    with pytest.raises(EngineUnavailable, match="there is no key"):
        await words_of(together(member(gone)).reply(asking("hello")))
    with pytest.raises(EngineUnavailable, match="no model is named"):
        await words_of(together().reply(asking("hello")))
    with pytest.raises(Exception, match="answered nothing"):
        await words_of(together(member(Writer("mute", "  "))).reply(asking("hello")))


def test_the_quickest_good_enough_of_several_answers_and_the_others_are_cancelled() -> None:
    slow, quick, poor = Writer("slow", begins_s=9), Writer("quick", begins_s=2, word_s=1), Writer("poor", begins_s=1)
    members = (member(slow, quality=0.9), member(quick, quality=0.9), member(poor, quality=0.1))
    model = together(*members, ask_at_once=3, default_quality_threshold=0.6)

    async def main() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with aclosing(model.reply(asking("hello"))) as pieces:
            first = [await anext(pieces) for _ in range(4)]
            took = loop.time() - began
            assert "".join(map(str, first)) == "One two three. Four "
            rest = [piece async for piece in pieces]
        counted = [piece.model for piece in rest if isinstance(piece, Usage)]
        assert (counted[0], set(counted)) == ("quick", {"quick", "poor", "slow"})
        return took

    assert in_virtual_time(main()) == pytest.approx(5, abs=0.01)  # two seconds, and a second for each of three words
    assert "quick" in model.model
    assert "first of 3" in model.model
    assert slow.cancelled == 1
    assert slow.running == quick.running == poor.running == 0


def test_a_poor_answer_is_taken_when_no_better_one_comes() -> None:
    poor, broken = Writer("poor", "Well."), Writer("good", begins_s=3, fails_with=BROKEN)
    model = together(member(poor, quality=0.05), member(broken, quality=0.9), ask_at_once=2)
    assert in_virtual_time(words_of(model.reply(asking("hello")))) == "Well. "


def test_a_late_model_gets_company() -> None:
    late, other = Writer("late", begins_s=60), Writer("other", "Here.")
    flags = FeatureFlags(model_selection=False)
    model = together(member(late), member(other), hedge_after_s=2.5, feature_flags=flags)

    async def main() -> float:
        began = asyncio.get_running_loop().time()
        assert await words_of(model.reply(asking("hello"))) == "Here. "
        return asyncio.get_running_loop().time() - began

    assert in_virtual_time(main()) == pytest.approx(2.5, abs=0.01)
    assert model.model == "fast, hedged, other"
    assert late.cancelled == 1


def test_without_parallel_execution_a_late_model_is_waited_for() -> None:
    late, other = Writer("late", "Sorry.", begins_s=60), Writer("other")
    flags = FeatureFlags(model_selection=False, parallel_execution=False)
    model = together(member(late), member(other), feature_flags=flags, ask_at_once=2)
    assert in_virtual_time(words_of(model.reply(asking("hello")))) == "Sorry. "
    assert other.asked == 0


async def test_whoever_brings_tools_gets_one_model() -> None:
    class Caller(Writer):
        async def reply(self, messages, options=None):  # type: ignore[no-untyped-def, override]
            yield ToolCall("1", "look", "{}")

    model = together(member(Caller("one")), member(Writer("two"), Role.DEEP), ask_at_once=2)
    pieces = [piece async for piece in model.reply(asking("hello"), ReplyOptions(tools=(Tool("look"),)))]
    assert pieces[0] == ToolCall("1", "look", "{}")


async def test_real_usage_is_counted_at_each_models_price() -> None:
    model = together(member(Writer("small"), cost_per_1m_tokens=30.0, input_cost_per_1m_tokens=10.0))
    pieces = [piece async for piece in model.reply(asking("hello"))]
    assert pieces[-1] == Usage(10, 6, "small", Decimal("0.00028"))
    assert model.history.spent_usd(Period.DAY, model.today) == pytest.approx(0.00028)


def test_what_a_cancelled_model_wrote_is_counted_too() -> None:
    quick, cut = Writer("quick", begins_s=2), Writer("cut", "a long story " * 50, word_s=0.1)
    model = together(member(quick, quality=0.9), member(cut, quality=0.01, cost_per_1m_tokens=100.0), ask_at_once=2)

    async def main() -> list[object]:
        return [piece async for piece in model.reply(asking("hello"))]

    usages = [piece for piece in in_virtual_time(main()) if isinstance(piece, Usage)]
    assert usages[1].model == "cut"
    assert usages[1].output_tokens > 10
    assert usages[1].cost_usd


async def test_the_answer_of_an_interrupted_turn_is_counted() -> None:
    model = together(member(Writer("small"), cost_per_1m_tokens=50.0))
    async with aclosing(model.reply(asking("hello"))) as pieces:
        await anext(pieces)
    assert model.history.spent_usd(Period.DAY, model.today) > 0


async def test_a_limit_that_is_reached_is_told_before_money_is_spent() -> None:
    dear = Writer("dear")
    model = together(member(dear, cost_per_1m_tokens=1000.0), daily_cost_limit=0.1, default_cost_limit=1.0)
    with pytest.raises(EngineUnavailable, match="cost limit"):
        await words_of(model.reply(asking("hello")))
    assert dear.asked == 0


@pytest.mark.parametrize("on_disk", [False, True])
async def test_the_limit_of_the_day_holds_for_a_thousand_questions_at_once(on_disk: bool, tmp_path: Path) -> None:
    """An answer may cost 51.2 cents and costs half a cent; the limit is two dollars."""
    history = loaded(tmp_path / "h.sqlite") if on_disk else History()
    writer = Writer("small")
    costs = {"cost_per_1m_tokens": 1000.0, "input_cost_per_1m_tokens": 0.0}
    model = together(member(writer, **costs), history=history, daily_cost_limit=2.0, default_cost_limit=1.0)

    async def ask(number: int) -> bool:
        try:
            return bool(await words_of(model.reply(asking("hello", f"turn-{number}"))))
        except EngineUnavailable:
            return False

    answered = await asyncio.gather(*(ask(number) for number in range(1000)))
    assert 3 <= sum(answered) == writer.asked
    spent = history.spent_usd(Period.DAY, model.today)
    assert spent == pytest.approx(0.006 * writer.asked)
    assert spent <= 2.0
    await model.close()


async def test_thumbs_teach_which_model_to_ask(tmp_path: Path) -> None:
    liked, disliked = Writer("liked"), Writer("disliked")
    history = loaded(tmp_path / "h.sqlite")
    model = together(member(liked), member(disliked), history=history)
    for number in range(40):
        turn = f"turn-{number}"
        await words_of(model.reply(asking("hello", turn)))
        assert model.feedback(turn, was_good=model.model.endswith(" liked"))
    before = liked.asked
    for number in range(20):
        await words_of(model.reply(asking("hello", f"later-{number}")))
    assert liked.asked - before >= 17
    assert not model.feedback("somebody else's", was_good=True)
    await model.close()

    again = together(member(liked), member(disliked), history=loaded(tmp_path / "h.sqlite"))
    trust = again.confidence()
    assert trust["liked"]["simple_query"] > 0.8 > trust["disliked"]["simple_query"]
    assert again.feedback("turn-39", was_good=True)
    await again.close()


async def test_without_tracking_nothing_is_learned() -> None:
    model = together(member(Writer("small")), feature_flags=FeatureFlags(performance_tracking=False))
    before = model.confidence()
    await words_of(model.reply(asking("hello")))
    model.feedback("turn-1", was_good=False)
    assert model.confidence() == before
    assert not model.history.calls


def test_a_late_model_gets_no_company_that_costs_money_once_the_purse_is_closed() -> None:
    late, dear = Writer("late", begins_s=9), Writer("dear", "I am dear.")
    purse = Purse()
    in_order = FeatureFlags(model_selection=False)
    members = (member(late), member(dear, cost_per_1m_tokens=1.0))
    model = together(*members, purse=purse, hedge_after_s=2, feature_flags=in_order)

    async def main() -> str:
        words = asyncio.ensure_future(words_of(model.reply(asking("hello"))))
        await asyncio.sleep(1)
        purse.closed = "today's limit is reached"
        return await words

    assert in_virtual_time(main()).startswith("One two")
    assert (late.asked, dear.asked) == (1, 0)
    assert model.model == "fast, late; without paid models: today's limit is reached"


async def test_what_costs_money_has_a_price_or_is_somebody_else_s() -> None:
    here, priced = member(Writer("here")), member(Writer("priced"), input_cost_per_1m_tokens=0.1)
    own, other = member(Writer("own", hosts=("nas.local",))), member(Writer("other", hosts=("llm.example",)))
    assert [one.costs_money for one in (here, priced, own, other)] == [False, True, False, True]
    model = together(here, priced, own, other, purse=Purse("today's limit is reached"))
    assert model.hosts == ("nas.local",)
    assert await model.availability()
    without = together(priced, other, purse=Purse("today's limit is reached"))
    state = await without.availability()
    assert (bool(state), state.reason) == (False, "every model costs money, and today's limit is reached")
    with pytest.raises(EngineUnavailable, match="every model costs money"):
        await words_of(without.reply(asking("hello")))


async def test_a_reply_that_fails_or_is_closed_tells_what_it_cost() -> None:
    late: list[Usage] = []
    options = ReplyOptions(late=late.append)
    broken = together(member(Writer("small", fails_with=BROKEN, fails_at=2), cost_per_1m_tokens=1.0))
    with pytest.raises(BrokenReply):
        await words_of(broken.reply(asking("hello"), options))
    assert [(one.model, (one.cost_usd or 0) > 0) for one in late] == [("small", True)]
    async with aclosing(together(member(Writer("left"), cost_per_1m_tokens=1.0)).reply(asking("hello"), options)) as it:
        await anext(it)
    assert [one.model for one in late] == ["small", "left"]
    await words_of(together(member(Writer("whole"), cost_per_1m_tokens=1.0)).reply(asking("hello"), options))
    assert len(late) == 2, "a whole reply says so itself"

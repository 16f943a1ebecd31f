"""In and out again at once, the single model standing by, and both side by side."""

from __future__ import annotations

import pytest

from sovereign_desktop.config.sections.orchestrator import FeatureFlags, Role
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.errors import BrokenReply, EngineUnavailable
from sovereign_desktop.engines.base import LanguageModel
from sovereign_desktop.orchestrator.report import report
from sovereign_desktop.orchestrator.switch import OrchestratorSwitch
from tests.conversation.stage import settle
from tests.fakes.openai_server import words_of
from tests.orchestrator.models import Writer, asking, member, together

BROKEN = BrokenReply("It broke off.")
QUESTION = asking("hello")


def switch(old: Writer | None, *new: Writer, on: bool = True, **settings: object) -> OrchestratorSwitch:
    return OrchestratorSwitch(old, together(*(member(one) for one in new), **settings), on=on)


async def test_it_is_switched_while_it_runs() -> None:
    both = switch(Writer("old", "Old."), Writer("new", "New."), on=False)
    assert isinstance(both, LanguageModel)
    assert await words_of(both.reply(QUESTION)) == "Old. "
    both.change(both.new.settings, on=True)
    assert await words_of(both.reply(QUESTION)) == "New. "
    assert (both.name, both.model) == ("orchestrator", "fast, new")
    both.change(both.new.settings, on=False)
    assert await words_of(both.reply(QUESTION)) == "Old. "
    assert both.name == "writer"
    await both.close()


async def test_settings_are_exchanged_while_it_runs() -> None:
    first, second = Writer("first"), Writer("second")
    both = OrchestratorSwitch(None, together(member(first), member(second, Role.DEEP)), on=True)
    settings = both.new.settings
    kept = tuple(one for one in settings.models if one.model == "second")
    both.change(settings.model_copy(update={"models": kept}), on=True)
    await words_of(both.reply(QUESTION))
    assert (first.asked, second.asked) == (0, 1)
    flags = FeatureFlags(performance_tracking=False)
    both.change(settings.model_copy(update={"feature_flags": flags}), on=True)
    known = len(both.new.history.calls)
    await words_of(both.reply(QUESTION))
    assert len(both.new.history.calls) == known


async def test_the_single_model_stands_by() -> None:
    old = Writer("old", "Old.")
    both = switch(old, Writer("new", fails_with=BROKEN))
    assert await words_of(both.reply(QUESTION)) == "Old. "
    assert (both.name, both.model) == ("writer", "old")
    in_the_middle = switch(old, Writer("new", fails_with=BROKEN, fails_at=1))
    with pytest.raises(BrokenReply):
        await words_of(in_the_middle.reply(QUESTION))


async def test_a_question_may_go_wherever_a_model_is_that_is_switched_on_or_stands_by() -> None:
    cloud, other = Writer("cloud", hosts=("one.example",)), Writer("other", hosts=("two.example",))
    both = switch(Writer("old"), cloud, other, Writer("here"))
    assert both.hosts == ("one.example", "two.example")
    both.change(both.new.settings, on=False)
    assert both.hosts == ()
    without_one = tuple(one for one in both.new.settings.models if one.model != "cloud")
    both.change(both.new.settings.model_copy(update={"models": without_one}), on=True)
    assert both.hosts == ("two.example",)
    assert switch(Writer("old", hosts=("old.example",)), Writer("here")).hosts == ("old.example",)


async def test_off_without_a_single_model_is_told() -> None:
    alone = switch(None, Writer("new"), on=False)
    with pytest.raises(EngineUnavailable, match="switched off"):
        await words_of(alone.reply(QUESTION))
    assert not await alone.availability()
    gone = Writer("new")
    gone.state = Availability(False, "there is no key")
    assert not await switch(None, gone).availability()
    assert await switch(Writer("old"), gone).availability()


async def test_in_a_parallel_run_the_old_one_answers_and_both_are_noted() -> None:
    new = Writer("new", "The train leaves at six in the morning.")
    both = switch(Writer("old", "At six in the morning the train leaves."), new, parallel_run=True)
    assert await words_of(both.reply(QUESTION)) == "At six in the morning the train leaves. "
    await settle()
    assert (both.name, new.asked) == ("writer", 1)
    [noted] = both.new.history.comparisons
    assert (noted.old_ok, noted.new_ok, noted.agreement) == (True, True, 1.0)
    both.new.members[0].engine.fails_with = BROKEN  # type: ignore[attr-defined]
    assert await words_of(both.reply(QUESTION))
    await settle()
    figures = report((), {}, hours=1, comparisons=both.new.history.comparisons)["parallel_run"]
    assert figures["requests"] == 2
    assert figures["agreement"] == 0.5
    assert figures["new"]["success_rate"] == 0.5
    await both.close()


async def test_a_parallel_run_that_still_watches_ends_with_the_program() -> None:
    slow = Writer("new", begins_s=3600)
    both = switch(Writer("old", "Old."), slow, parallel_run=True)
    assert await words_of(both.reply(QUESTION)) == "Old. "
    await both.close()
    assert (slow.asked, slow.running) == (1, 0)

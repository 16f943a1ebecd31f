"""At a hard limit nothing that costs money is asked any more, what costs nothing answers, and why is said.

The models are the real engines over HTTP, at servers on loopback that keep every request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from sovereign_desktop.app.ask import Question, ask
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.engines import openai_server
from sovereign_desktop.metrics.spend import Period
from tests.app.talk import talking
from tests.fakes.openai_server import FakeOpenAIServer

pytestmark = pytest.mark.usefixtures("home")

PAID_USD = Decimal("0.0013")
"""Eleven tokens of a question and two of an answer, at 100 dollars a million."""
LONG = "word " * 400


@pytest.fixture
async def servers() -> AsyncIterator[tuple[FakeOpenAIServer, FakeOpenAIServer]]:
    """One that costs money, and one that does not."""
    async with FakeOpenAIServer(reply="Paid for.") as paid, FakeOpenAIServer(reply="For nothing.") as free:
        yield paid, free


def models(*named: dict[str, Any], cap_usd: float | None, **more: Any) -> dict[str, Any]:
    # A busy machine may need seconds to load the SDK; company for a late model has tests of its own.
    orchestrator = {"enabled": True, "models": named, "hedge_after_s": 60, **more.pop("orchestrator", {})}
    spend = {"warn_month_usd": None, "cap_day_usd": cap_usd}
    return {"app": {"mode": "traditional"}, "orchestrator": orchestrator, "spend": spend, **more}


def costing(server: FakeOpenAIServer) -> dict[str, Any]:
    return {"model": "dear", "base_url": server.base_url, "cost_per_1m_tokens": 100.0}


def free_of_charge(server: FakeOpenAIServer) -> dict[str, Any]:
    return {"model": "cheap", "base_url": server.base_url, "role": "local"}


def questions_to(server: FakeOpenAIServer) -> int:
    return sum(request.path.endswith("/chat/completions") for request in server.requests)


async def test_at_the_limit_models_that_cost_nothing_answer_until_the_user_decides(
    servers: tuple[FakeOpenAIServer, FakeOpenAIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, free = servers
    settings = models(costing(paid), free_of_charge(free), cap_usd=float(PAID_USD))
    async with talking(monkeypatch, settings) as talk:
        first = await talk.ask("tell me something")
        assert (first.reply, first.engines["llm"]) == ("Paid for.", "orchestrator:fast, dear")
        second = await talk.ask("tell me more")
        assert (second.backend, second.reply, second.cost_usd) == ("pipeline", "For nothing.", 0.0)
        why = "without paid models: today's limit of under 1 cent is reached"
        assert second.engines["llm"] == f"orchestrator:local, cheap; {why}"
        assert (questions_to(paid), questions_to(free)) == (1, 1)
        assert talk.assistant.orchestrator is not None
        assert talk.assistant.orchestrator.new.left_out.startswith("Models that cost money are left out: today's")
        assert [notice.text for notice in talk.notices if notice.key == "spend"] == [
            "Today's limit of under 1 cent is reached."
        ]
        assert talk.assistant._voice.told[-1] == talk.assistant.purse.closed != ""  # type: ignore[attr-defined]
        await talk.spending.lift(Period.DAY)
        assert (await talk.ask("and now")).reply == "Paid for."
        assert talk.assistant._voice.told[-1] == ""  # type: ignore[attr-defined]


async def test_what_the_models_cost_counts_in_the_turn_the_day_and_the_month(
    servers: tuple[FakeOpenAIServer, FakeOpenAIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(monkeypatch, models(costing(servers[0]), cap_usd=None)) as talk:
        turns = [await talk.ask("tell me something"), await talk.ask("tell me more")]
        assert [turn.cost_usd for turn in turns] == [float(PAID_USD)] * 2
        assert (talk.spending.usd(Period.DAY), talk.spending.usd(Period.MONTH)) == (2 * PAID_USD, 2 * PAID_USD)


async def test_an_answer_that_is_broken_off_costs_what_was_written_of_it(
    servers: tuple[FakeOpenAIServer, FakeOpenAIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, _ = servers
    paid.reply, paid.tokens_per_s = LONG, 100
    member = costing(paid) | {"input_cost_per_1m_tokens": 0.0}
    async with talking(monkeypatch, models(member, cap_usd=0.0001)) as talk:
        talk.turns.ask("tell me something")
        await talk.until(lambda: talk.turns.turn is not None and talk.turns.turn.answer.text)
        talk.turns.cancel()
        await talk.until(lambda: talk.amended)
        record = talk.amended[-1].turn
        assert record.outcome is Outcome.CANCELLED
        assert 0.0001 <= record.cost_usd < 0.02, "a word or some"
        assert talk.today_usd == Decimal(str(record.cost_usd))
        assert talk.assistant.purse.closed
        await asyncio.wait_for(paid.hung_up.wait(), 10)


async def test_a_model_that_is_only_compared_costs_its_money_too(
    servers: tuple[FakeOpenAIServer, FakeOpenAIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, free = servers
    settings = models(
        costing(paid),
        cap_usd=float(PAID_USD),
        llm={"base_url": free.base_url, "model": "old"},
        orchestrator={"parallel_run": True},
    )
    async with talking(monkeypatch, settings) as talk:
        assert (await talk.ask("tell me something")).reply == "For nothing."
        await talk.until(lambda: talk.reported and talk.today_usd)
        await talk.until(lambda: talk.ended and talk.assistant.purse.closed)
        assert talk.today_usd == PAID_USD
        assert (await talk.ask("tell me more")).reply == "For nothing."
    assert (questions_to(paid), questions_to(free)) == (1, 2)


async def test_when_every_model_costs_money_the_skills_answer_and_say_why(
    servers: tuple[FakeOpenAIServer, FakeOpenAIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, _ = servers
    async with talking(monkeypatch, models(costing(paid), cap_usd=float(PAID_USD))) as talk:
        await talk.ask("tell me something")
        told = await talk.ask("who wrote faust")
        assert (told.backend, told.can_be_retried) == ("skills", True)
        assert told.reply == (
            "I can't answer that now. Every model costs money, and today's limit of under 1 cent is reached."
            " Lift it in the menu, or change it in the settings under spend."
        )
        assert (await talk.ask("two plus three")).reply == "2 plus 3 is 5."
    assert questions_to(paid) == 1


async def test_the_single_model_of_somebody_else_is_not_asked_either(
    servers: tuple[FakeOpenAIServer, FakeOpenAIServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    paid, free = servers
    monkeypatch.setattr(openai_server, "is_own", lambda _host: False)
    settings = models(
        costing(free),
        cap_usd=float(PAID_USD),
        llm={"base_url": paid.base_url, "model": "single", "key": "none"},
        orchestrator={"enabled": False},
    )
    async with talking(monkeypatch, settings) as talk:
        assert (await talk.ask("tell me something")).reply == "Paid for."
        talk.assistant.orchestrator.change(talk.assistant.settings.orchestrator, on=True)  # type: ignore[union-attr]
        assert (await talk.ask("tell me something")).reply == "For nothing."
        talk.assistant.orchestrator.change(talk.assistant.settings.orchestrator, on=False)  # type: ignore[union-attr]
        told = await talk.ask("who wrote faust")
        assert told.backend == "skills"
        assert "It costs money, and today's limit of under 1 cent is reached." in told.reply
    assert (questions_to(paid), questions_to(free)) == (1, 1)


async def test_who_starts_at_the_limit_asks_nobody_who_costs_money(
    servers: tuple[FakeOpenAIServer, FakeOpenAIServer],
) -> None:
    paid, free = servers
    find_paths().settings_file.parent.mkdir(parents=True, exist_ok=True)
    find_paths().settings_file.write_text(
        f"app: {{mode: traditional}}\nspend: {{cap_day_usd: {PAID_USD}}}\norchestrator:\n  enabled: true\n"
        f"  hedge_after_s: 60\n  models:\n"
        f"    - {{model: dear, base_url: '{paid.base_url}', cost_per_1m_tokens: 100}}\n"
        f"    - {{model: cheap, base_url: '{free.base_url}', role: local}}\n"
    )
    assert (await ask(Question(text="tell me something"))).reply == "Paid for."
    local = await ask(Question(text="tell me something"))
    assert (local.reply, local.turn.cost_usd) == ("For nothing.", 0.0)
    assert "Today's limit of under 1 cent is reached." in local.note
    assert (questions_to(paid), questions_to(free)) == (1, 1)

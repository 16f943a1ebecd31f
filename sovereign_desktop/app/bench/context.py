"""`bench context`: how long it takes to put together what a model is told, and whether the budget holds.

The material is made up from a seed: 1,000 messages, 200 memories and a full screen, which together come to more than
the budget. Each question is another one, so that nothing but counts is known from before; then the same one again.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.assembler import Assembler, Material
from sovereign_desktop.context.base import ContextPiece, Tier
from sovereign_desktop.context.prompt import Prompt
from sovereign_desktop.context.tokens import TokenCounter, best_counter
from sovereign_desktop.core.dialogue import Message, Role

MESSAGES, MEMORIES, SCREEN_LINES = 1_000, 200, 400
ROUNDS = 200
CASES = 10_000
_NAMED = "Ada Brno Carla Dresden Elif Goran Harare Ines Juba Kari Lima Mona Nairobi Otto Porto Qadir Riga"
_WORDED = (
    "meeting invoice garden bicycle dentist holiday flight recipe budget contract kitchen weather concert lesson repair"
    " letter package train doctor school report keyboard window printer server ticket ladder market bridge harbour the"
    " a in on at with for about before after because when which that is was will be need want bring send ask find open"
)
NAMES = tuple(_NAMED.split())
WORDS = tuple(_WORDED.split())
_ODD = (
    "día größer żółw",
    "会議は三時です。",
    "Встреча в среду",
    "\U0001f389\U0001f469\u200d\U0001f4bb",
    "if (x[i] != '\\0') { y += 0x1F; }",
    "aGVsbG8gd29ybGQhIQ==",
)


@dataclass(frozen=True, slots=True)
class ContextBench:
    """Milliseconds of one assembly at the 95th percentile, and what the prompts counted against the budget."""

    rounds: int
    changed_p95_ms: float
    changed_median_ms: float
    unchanged_p95_ms: float
    processor_p95_ms: float
    """The same assemblies by the processor's time: what they take on a machine that does nothing else."""
    tokens: int
    budget: int
    cases: int
    over_budget: int
    counted_by: str

    def as_json(self) -> dict[str, Any]:
        return {
            "rounds": self.rounds,
            "assembly_ms": {"p95": round(self.changed_p95_ms, 2), "median": round(self.changed_median_ms, 2)},
            "assembly_processor_ms": {"p95": round(self.processor_p95_ms, 2)},
            "unchanged_ms": {"p95": round(self.unchanged_p95_ms, 3)},
            "tokens": self.tokens,
            "budget": self.budget,
            "cases": self.cases,
            "over_budget": self.over_budget,
            "counted_by": self.counted_by,
        }

    def as_text(self) -> str:
        return (
            f"{MESSAGES} messages, {MEMORIES} memories and a full screen into {self.tokens} of {self.budget} tokens"
            f" ({self.counted_by}):\n"
            f"another question {self.changed_median_ms:.1f} ms, p95 {self.changed_p95_ms:.1f} ms"
            f" ({self.processor_p95_ms:.1f} of the processor's);"
            f" nothing changed p95 {self.unchanged_p95_ms:.2f} ms ({self.rounds} rounds).\n"
            f"Of {self.cases} made-up cases {self.over_budget} count more than their budget."
        )


async def bench_context(rounds: int = ROUNDS, cases: int = CASES, *, debug: bool = False) -> ContextBench:
    """Measure. Takes about half a minute."""
    del debug
    counter = await best_counter()
    material = full_material(random.Random(1))  # noqa: S311 - material, not a secret
    assembler = Assembler(SmartContext(), counter)
    prompt = assembler.assemble(material)
    changed, processor, unchanged = [], [], []
    for number in range(rounds):
        another = replace(material, question=question(random.Random(number)))  # noqa: S311
        began = time.process_time()
        changed.append(_ms(lambda another=another: assembler.assemble(another)))  # type: ignore[misc]
        processor.append(1000 * (time.process_time() - began))
        unchanged.append(_ms(lambda another=another: assembler.assemble(another)))  # type: ignore[misc]
    over = sum(counted(made, counter) > settings.token_budget for settings, made in generated(range(cases), counter))
    return ContextBench(
        rounds,
        _p95(changed),
        statistics.median(changed),
        _p95(unchanged),
        _p95(processor),
        prompt.manifest.tokens,
        prompt.manifest.budget,
        cases,
        over,
        counter.name,
    )


def full_material(chance: random.Random) -> Material:
    """More than fits of everything."""
    history = tuple(
        Message(
            Role.USER if number % 2 == 0 else Role.ASSISTANT, _sentences(chance, 1 + number % 4), f"turn-{number // 2}"
        )
        for number in range(MESSAGES)
    )
    memories = tuple(
        ContextPiece(_sentences(chance, 2), f"memory of day {number}", at=float(number)) for number in range(MEMORIES)
    )
    screen = "\n".join(_sentences(chance, 1) for _ in range(SCREEN_LINES))
    window = ContextPiece(screen, "screen: editor", is_optional=False)
    provided = ((Tier.MEMORY, memories), (Tier.SCREEN, (window,)))
    return Material("You are a voice assistant.", question(chance), history, provided)


def question(chance: random.Random) -> str:
    """Something to ask."""
    return f"when is the {chance.choice(WORDS)} with {chance.choice(NAMES)}, and what do you remember of it?"


def generated(cases: Iterable[int], counter: TokenCounter) -> Iterator[tuple[SmartContext, Prompt]]:
    """Prompts of all kinds of material, in several scripts, with budgets small for it, by the case's number."""
    for number in cases:
        chance = random.Random(number)  # noqa: S311
        settings = _settings(chance)
        yield settings, Assembler(settings, counter).assemble(_material(chance))


def counted(prompt: Prompt, counter: TokenCounter, per_message: int = 4) -> int:
    """What all that is sent counts, message by message."""
    return sum(counter.count(message.text) + per_message for message in prompt.messages())


def _settings(chance: random.Random) -> SmartContext:
    budget = chance.choice((1_000, 1_200, 2_000, 4_000, 8_000))
    shares = {tier.value: chance.randrange(0, budget) for tier in Tier}
    return SmartContext.model_validate({"token_budget": budget, "priorities": shares})


def _material(chance: random.Random) -> Material:
    history = tuple(
        Message(chance.choice((Role.USER, Role.ASSISTANT)), _text(chance), f"turn-{number}")
        for number in range(chance.randrange(0, 40))
    )
    provided = tuple(
        (tier, tuple(_piece(chance, tier) for _ in range(chance.randrange(0, 8))))
        for tier in (Tier.SYSTEM, Tier.MEMORY, Tier.SCREEN)
    )
    asked = chance.choice(("", question(chance), _text(chance)))
    return Material(_text(chance), asked, history, provided)


def _piece(chance: random.Random, tier: Tier) -> ContextPiece:
    is_trusted = tier is Tier.SYSTEM
    return ContextPiece(
        _text(chance),
        chance.choice(("screen: mail", _text(chance)[:200])),
        is_trusted=is_trusted,
        is_optional=not is_trusted and chance.random() < 0.5,
        relevance=chance.choice((None, chance.random())),
    )


def _text(chance: random.Random) -> str:
    if chance.random() < 0.25:
        return (chance.choice(_ODD) + chance.choice(("", " ", "\n"))) * chance.randrange(0, 60)
    return _sentences(chance, chance.randrange(0, 12))


def _sentences(chance: random.Random, count: int) -> str:
    return " ".join(
        f"{chance.choice(NAMES)} {' '.join(chance.choices(WORDS, k=chance.randrange(5, 16)))}"
        f" {chance.randrange(1, 3000)}."
        for _ in range(count)
    )


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _p95(figures: list[float]) -> float:
    return sorted(figures)[int(0.95 * (len(figures) - 1))]

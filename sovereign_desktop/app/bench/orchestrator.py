"""`bench orchestrator`: what several models as one cost in time, how well they are chosen, when they begin to speak.

- Added time: a request through the orchestrator with three models beside the bare call, and beside LiteLLM's Router
  where that is installed (`bootstrap.py test` brings it), all to one HTTP server on loopback, in turns.
- Learning: `orchestrator/simulation.py`, beside round-robin, the cheapest and the best on paper.
- First sentence: models that write at a set pace, asked alone and through the orchestrator.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sovereign_desktop.config.sections.orchestrator import MemberModel, Orchestrator, Role
from sovereign_desktop.conversation.sentences import SentenceSplitter
from sovereign_desktop.core.availability import AVAILABLE, Availability
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.dialogue import Role as Speaker
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.engines.base import NO_OPTIONS, LanguageModel, Piece, ReplyOptions, Usage
from sovereign_desktop.orchestrator import AIModel, AIOrchestrator, OrchestratorConfig, Response, simulation
from sovereign_desktop.orchestrator.history import History
from sovereign_desktop.orchestrator.language_model import OrchestratedModel
from sovereign_desktop.orchestrator.members import Member

QUESTION = "When does the first train leave?"
WARM_UP = 20
SEEDS = range(7000, 7040)
"""None of those that the constants of `beliefs.py` and `selection.py` were set with."""
WANTED = 0.9
POLICIES = ("learning", "round_robin", "cheapest", "best_on_paper")
ANSWER = "The first train leaves at a quarter past six. It is usually quite empty, so no seat has to be reserved. "
FAST_S, SLOW_S = 0.15, 0.6
WORD_S = 0.01


@dataclass(frozen=True, slots=True)
class Added:
    """Milliseconds of bare calls and of those through something, at the median."""

    bare_ms: float
    through_ms: float

    @property
    def ms(self) -> float:
        return self.through_ms - self.bare_ms

    @classmethod
    def of(cls, bare: Sequence[float], through: Sequence[float]) -> Added:
        """From single calls that went in turns: the median of the differences, as `through - bare`."""
        middle = statistics.median(bare)
        return cls(middle, middle + statistics.median(b - a for a, b in zip(bare, through, strict=True)))


@dataclass(frozen=True, slots=True)
class Learning:
    """Shares of the best possible utility in hindsight by policy and window, means of the seeds; `missed` are the
    single seeds for which the learning one is below `WANTED`."""

    seeds: int
    shares: dict[str, dict[str, float]]
    missed: dict[str, int]


@dataclass(frozen=True, slots=True)
class OrchestratorBench:
    """Where `litellm` is None, `litellm_version` says why."""

    calls: int
    one_of_three: Added
    three_at_once: Added
    litellm: Added | None
    litellm_version: str
    learning: Learning
    fast_alone_ms: float
    fast_chosen_ms: float
    quickest_alone_ms: float
    several_asked_ms: float
    handed_over_ms: float

    @property
    def ratio(self) -> float | None:
        """Our added time over the Router's."""
        return None if self.litellm is None else self.one_of_three.ms / self.litellm.ms

    def as_json(self) -> dict[str, Any]:
        beside = None
        if self.litellm is not None:
            beside = {
                "version": self.litellm_version,
                "bare_ms": round(self.litellm.bare_ms, 3),
                "added_ms": round(self.litellm.ms, 3),
            }
        return {
            "calls": self.calls,
            "bare_ms": round(self.one_of_three.bare_ms, 3),
            "added_ms": round(self.one_of_three.ms, 3),
            "added_three_at_once_ms": round(self.three_at_once.ms, 3),
            "litellm": beside,
            "litellm_missing": "" if beside else self.litellm_version,
            "ratio_to_litellm": None if self.ratio is None else round(self.ratio, 3),
            "learning": {
                "seeds": self.learning.seeds,
                "single_seeds_below_wanted": {"wanted": WANTED, **self.learning.missed},
                "quality_per_usd": simulation.WORTH.quality_per_usd,
                "quality_per_second": simulation.WORTH.quality_per_second,
                "cost_limit_usd": simulation.COST_LIMIT,
                "share_of_best": {
                    name: {k: round(v, 3) for k, v in one.items()} for name, one in self.learning.shares.items()
                },
            },
            "first_sentence_ms": {
                "fast_alone": round(self.fast_alone_ms, 1),
                "fast_chosen": round(self.fast_chosen_ms, 1),
                "later_by": round(self.fast_chosen_ms - self.fast_alone_ms, 1),
                "quickest_alone": round(self.quickest_alone_ms, 1),
                "several_asked": round(self.several_asked_ms, 1),
                "several_later_by": round(self.several_asked_ms - self.quickest_alone_ms, 1),
                "several_handed_over_in": round(self.handed_over_ms, 3),
            },
        }

    def as_text(self) -> str:
        lines = [
            f"Added to a bare call of {self.one_of_three.bare_ms:.2f} ms, median of {self.calls}:",
            f"  one of three models    {self.one_of_three.ms:8.3f} ms",
            f"  three models at once   {self.three_at_once.ms:8.3f} ms (beside three bare calls at once)",
        ]
        if self.litellm is None:
            lines.append(f"  {self.litellm_version}")
        else:
            lines.append(f"  LiteLLM's Router       {self.litellm.ms:8.3f} ms ({self.litellm_version})")
        lines.append(
            f"Share of the best possible utility, mean of {self.learning.seeds} seeds; all changes at request 500:"
        )
        lines += [
            f"  {name:<16}" + "  ".join(f"{window} {share:.3f}" for window, share in one.items())
            for name, one in self.learning.shares.items()
        ]
        lines += [
            f"First sentence: fast model alone {self.fast_alone_ms:.0f} ms, chosen {self.fast_chosen_ms:.0f} ms;",
            f"  quickest of three alone {self.quickest_alone_ms:.0f} ms, three asked {self.several_asked_ms:.0f} ms,"
            f" {self.handed_over_ms:.2f} ms after the quickest had written it",
        ]
        return "\n".join(lines)


async def bench_orchestrator(
    times: int = 100, *, seeds: Sequence[int] = SEEDS, debug: bool = False
) -> OrchestratorBench:
    """Measure. Takes about half a minute. Raises SovereignError."""
    del debug
    with _server() as url:
        one, three = await _added(url, times)
        litellm, version = await asyncio.to_thread(_litellm, url, times)
    learning = await asyncio.to_thread(_learning, seeds)
    return OrchestratorBench(
        times, one, three, litellm, version, learning, *await _fast_chosen(), *await _several_asked()
    )


# Added time


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "sovereign_desktop.app.bench.chat_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            if not (url := process.stdout.readline().strip()):
                raise SovereignError("The server of the measurement did not start.", remedy="Run `doctor`.")
            yield url
        finally:
            process.terminate()


async def _added(url: str, times: int) -> tuple[Added, Added]:
    import openai

    messages: list[Any] = [{"role": "user", "content": QUESTION}]
    names = [f"model-{number}" for number in range(3)]
    async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:

        async def bare(name: str) -> Any:
            return await client.chat.completions.create(model=name, messages=messages, max_tokens=64)

        async def call(model: AIModel, request: Any) -> Response:
            del request
            answer = await bare(model.name)
            return Response(model.name, answer.choices[0].message.content, token_count=answer.usage.total_tokens)

        # Enough is never there: with three asked, all three answers are waited for and merged.
        config = OrchestratorConfig(enable_early_result_processing=False, simple_query_model_count=1)
        orchestrator = AIOrchestrator(config, call)
        for name in names:
            orchestrator.register_model(AIModel(name, "bench", 1.0, 0.5))
        one = await _in_turns(times, lambda at: bare(names[at % 3]), lambda _: orchestrator.process_request(QUESTION))
        config.simple_query_model_count = 3
        three = await _in_turns(
            times,
            lambda _: asyncio.gather(*(bare(name) for name in names)),
            lambda _: orchestrator.process_request(QUESTION),
        )
    return one, three


async def _in_turns(times: int, bare: Any, through: Any) -> Added:
    bare_ms, through_ms = [], []
    for number in range(times + WARM_UP):
        began = time.perf_counter()
        await bare(number)
        between = time.perf_counter()
        await through(number)
        ended = time.perf_counter()
        if number >= WARM_UP:
            bare_ms.append(1000 * (between - began))
            through_ms.append(1000 * (ended - between))
    return Added.of(bare_ms, through_ms)


def _litellm(url: str, times: int) -> tuple[Added | None, str]:
    root = Path(__file__).resolve().parents[3]
    python = root / ".venv-litellm" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        return None, "LiteLLM's Router is not installed; `installers/bootstrap.py test` brings it."
    script = Path(__file__).with_name("litellm_router.py")
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "HOME") if name in os.environ}
    done = subprocess.run(  # noqa: S603 - no key of the user's is in that environment
        [str(python), "-I", str(script), url, str(times)], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:]
        return None, f"LiteLLM's Router could not be measured: {''.join(why)[:200]}"
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return Added.of(told["bare_ms"], told["routed_ms"]), told["version"]


# Learning


def _learning(seeds: Sequence[int]) -> Learning:
    windows = {"400-500": (400, 500), "700-800": (700, 800), "all": (0, simulation.REQUESTS)}
    shares: dict[str, dict[str, float]] = {}
    missed: dict[str, int] = {}
    for policy in POLICIES:
        runs = [simulation.simulate(seed, policy) for seed in seeds]
        each = {name: [run.share(*window) for run in runs] for name, window in windows.items()}
        shares[policy] = {name: statistics.mean(values) for name, values in each.items()}
        if policy == "learning":
            missed = {name: sum(value < WANTED for value in values) for name, values in each.items()}
    return Learning(len(seeds), shares, missed)


# First sentence


class PacedMember:
    """A language model that thinks for a while and then writes word by word."""

    name = "paced"
    hosts: tuple[str, ...] = ()

    def __init__(self, model: str, begins_after_s: float) -> None:
        self.model = model
        self._begins_after_s = begins_after_s
        self.wrote_at = 0.0

    async def availability(self) -> Availability:
        return AVAILABLE

    async def prepare(self) -> None:
        """Nothing to load."""

    async def close(self) -> None:
        """Nothing to let go."""

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        """`ANSWER`, at its pace; `wrote_at` is when the first sentence of it was there."""
        del messages, options
        splitter, self.wrote_at = SentenceSplitter(), 0.0
        await asyncio.sleep(self._begins_after_s)
        for word in ANSWER.split():
            await asyncio.sleep(WORD_S)
            if splitter.push(word + " ") and not self.wrote_at:
                self.wrote_at = time.perf_counter()
            yield word + " "
        yield Usage(12, 20)


def _orchestrated(members: Sequence[tuple[PacedMember, Role]], **settings: Any) -> OrchestratedModel:
    made = [Member(MemberModel(model=one.model, role=role, quality=0.9), one) for one, role in members]
    return OrchestratedModel(Orchestrator(models=tuple(one.settings for one in made), **settings), made, History())


async def _fast_chosen(rounds: int = 9) -> tuple[float, float]:
    """Milliseconds until the first sentence: of the fast model alone, and where the orchestrator chose it."""
    fast = PacedMember("fast", FAST_S)
    chosen = _orchestrated(((fast, Role.FAST), (PacedMember("deep", SLOW_S), Role.DEEP)))
    alone_ms, chosen_ms, _ = await _medians(fast, chosen, rounds)
    return alone_ms, chosen_ms


async def _several_asked(rounds: int = 9) -> tuple[float, float, float]:
    """The same of the quickest of three and of all three asked, and how long after the quickest wrote it it came."""
    quick = PacedMember("quick", FAST_S)
    three = (PacedMember("slow", SLOW_S), quick, PacedMember("slower", 2 * SLOW_S))
    return await _medians(quick, _orchestrated([(one, Role.FAST) for one in three], ask_at_once=3), rounds)


async def _medians(member: PacedMember, orchestrated: LanguageModel, rounds: int) -> tuple[float, float, float]:
    alone, through, handing = [], [], []
    for _ in range(rounds):
        began = time.perf_counter()
        alone.append(1000 * (await _first_sentence_at(member) - began))
        began = time.perf_counter()
        found = await _first_sentence_at(orchestrated)
        through.append(1000 * (found - began))
        handing.append(1000 * (found - member.wrote_at))
    return statistics.median(alone), statistics.median(through), statistics.median(handing)


async def _first_sentence_at(model: LanguageModel) -> float:
    """When the pipeline has its first sentence to speak."""
    splitter, found = SentenceSplitter(), 0.0
    async for piece in model.reply((Message(Speaker.USER, QUESTION),)):
        if isinstance(piece, str) and splitter.push(piece) and not found:
            found = time.perf_counter()
    return found

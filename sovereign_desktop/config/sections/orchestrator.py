"""Several language models that answer as one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import Amount, AmountOrNone, Section


class Role(StrEnum):
    """When a model is asked."""

    FAST = "fast"
    DEEP = "deep"
    LOCAL = "local"


class MemberModel(Section):
    model: str
    """The model's name as its server knows it."""
    role: Role = Role.FAST
    """`fast` answers, `deep` answers what asks for thought, `local` answers when no other can."""
    provider: str = "openai_compatible"
    """`openai`, `anthropic`, `perplexity`, `openrouter`, `moonshot`, `ollama`, `lm_studio`, `llama_cpp`, or
    `openai_compatible` with a `base_url` of your own."""
    base_url: str = ""
    """The server's address; empty: the provider's."""
    key: str = ""
    """The name of the key in the system's keyring; empty: the provider's name."""
    cost_per_1m_tokens: Amount = 0.0
    """Dollars for a million tokens of an answer, and of the question where `input_cost_per_1m_tokens` is none."""
    input_cost_per_1m_tokens: AmountOrNone = None
    avg_response_time: Amount = 2.0
    """Seconds until an answer begins, until it is known better."""
    quality: AmountOrNone = None
    """The part of its answers that are good, from 0 to 1, until it is known better."""
    max_tokens: Annotated[int, Field(ge=16, le=32768)] = 512
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Longest wait for its first word."""
    stall_s: Annotated[float, Field(gt=0, le=600)] = 6.0
    enabled: bool = True


class Router(Section):
    fast_triggers: tuple[str, ...] = ("quick", "quickly", "simple", "what is", "how do")
    """A question with one of these words is for a fast model."""
    deep_triggers: tuple[str, ...] = (
        "explain",
        "analyze",
        "analyse",
        "research",
        "complex",
        "in detail",
        "step by step",
    )
    """A question with one of these is for a deep one, and they win."""
    long_question_words: Annotated[int, Field(ge=10, le=10000)] = 80
    """So is one of so many words."""


class FeatureFlags(Section):
    """Each can be changed while the program runs. A spoken answer is one model's, so nothing is merged or validated."""

    model_selection: bool = True
    """Ask first whom experience speaks for; without it, the first in the list."""
    parallel_execution: bool = True
    """Ask one more when a model is late, and the quickest that is good enough wins."""
    performance_tracking: bool = True
    """Learn from what happens and from your thumbs."""


class Orchestrator(Section):
    enabled: bool = False
    """Ask these models instead of the one of `llm`; that one stands by. `llm.provider: orchestrator` says the same."""
    models: tuple[MemberModel, ...] = ()
    """The models, each with its provider, its price and when it is asked."""
    router: Router = Router()
    feature_flags: FeatureFlags = FeatureFlags()
    parallel_run: bool = False
    """Ask the old model and these at once, answer with the old one, and note how the two compare. Costs both."""
    ask_at_once: Annotated[int, Field(ge=1, le=5)] = 1
    """So many models are asked at the same time; the first good enough answers."""
    hedge_after_s: Annotated[float, Field(gt=0, le=60)] = 2.5
    """A model that has not begun by then gets company."""
    default_quality_threshold: Annotated[float, Field(ge=0, le=1)] = 0.6
    """Good enough; a model that was right less often answers only when no other does."""
    default_cost_limit: Amount = 0.25
    """Dollars for one question."""
    daily_cost_limit: AmountOrNone = 2.0
    monthly_cost_limit: AmountOrNone = 20.0
    quality_per_usd: Amount = 5.0
    """What a dollar is worth: 5 means that 20 cents outweigh the difference between a wrong answer and a right one."""
    quality_per_second: Amount = 0.05
    """The same for a second of waiting."""

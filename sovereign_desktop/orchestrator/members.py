"""The models of the voice pipeline that answer as one: what the settings say of each, and what asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sovereign_desktop.config.sections.orchestrator import MemberModel, Orchestrator
from sovereign_desktop.core.breaker import CircuitBreaker
from sovereign_desktop.engines.base import LanguageModel
from sovereign_desktop.engines.openai_server import is_own
from sovereign_desktop.orchestrator.providers import engine_of, key_name
from sovereign_desktop.orchestrator.values import TOKENS_PRICED, AIModel


@dataclass(slots=True)
class Member:
    """A model with what asks it."""

    settings: MemberModel
    engine: LanguageModel
    breaker: CircuitBreaker = field(default_factory=lambda: CircuitBreaker(failures_to_open=2, cool_down_s=60.0))

    @property
    def name(self) -> str:
        return self.settings.model

    @property
    def costs_money(self) -> bool:
        """Whether asking it may: it has a price, or is somebody else's, whose price nobody has named."""
        one = self.settings
        has_price = one.cost_per_1m_tokens > 0 or (one.input_cost_per_1m_tokens or 0) > 0
        return has_price or not all(map(is_own, self.engine.hosts))

    @property
    def figures(self) -> AIModel:
        """What is said of it."""
        one = self.settings
        return AIModel(one.model, one.provider, one.cost_per_1m_tokens, one.avg_response_time, one.enabled, one.quality)

    def usd(self, input_tokens: float, output_tokens: float) -> float:
        """What so many tokens cost."""
        one = self.settings
        into = one.cost_per_1m_tokens if one.input_cost_per_1m_tokens is None else one.input_cost_per_1m_tokens
        return (input_tokens * into + output_tokens * one.cost_per_1m_tokens) / TOKENS_PRICED


def members_of(settings: Orchestrator, keys: Mapping[str, str]) -> list[Member]:
    """The models of the settings, each once, with what asks them."""
    named = {one.model: one for one in settings.models}
    return [Member(one, engine_of(one, keys.get(key_name(one), ""))) for one in named.values()]

"""Who offers models, where, and by which protocol; and the engine that asks one of them."""

from __future__ import annotations

from dataclasses import dataclass

from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.config.sections.orchestrator import MemberModel
from sovereign_desktop.engines.base import LanguageModel
from sovereign_desktop.engines.llm import anthropic

SECTION = "orchestrator.models"


@dataclass(frozen=True, slots=True)
class Provider:
    """`key` is the usual name of its key in the keyring, empty where none is needed."""

    base_url: str
    key: str = ""
    speaks_anthropic: bool = False


PROVIDERS = {
    "openai": Provider("https://api.openai.com/v1", "openai"),
    "anthropic": Provider(anthropic.BASE_URL, "anthropic", speaks_anthropic=True),
    "perplexity": Provider("https://api.perplexity.ai", "perplexity"),
    "openrouter": Provider("https://openrouter.ai/api/v1", "openrouter"),
    "moonshot": Provider("https://api.moonshot.ai/v1", "moonshot"),
    "ollama": Provider("http://127.0.0.1:11434/v1"),
    "lm_studio": Provider("http://127.0.0.1:1234/v1"),
    "llama_cpp": Provider("http://127.0.0.1:8080/v1"),
    "openai_compatible": Provider(""),
}
OTHER_NAMES = {"kimi": "moonshot", "claude": "anthropic", "lmstudio": "lm_studio", "llama-cpp": "llama_cpp"}


def provider_of(name: str) -> Provider:
    """The provider of that name; one that nobody knows needs an address of its own."""
    plain = name.strip().lower()
    return PROVIDERS.get(OTHER_NAMES.get(plain, plain), PROVIDERS["openai_compatible"])


def key_name(member: MemberModel) -> str:
    """The name of the key that a model needs; empty when it needs none."""
    return member.key or provider_of(member.provider).key


def engine_of(member: MemberModel, key: str = "") -> LanguageModel:
    """What asks the model. Nothing is connected yet."""
    provider = provider_of(member.provider)
    settings = LanguageModelSettings(
        base_url=member.base_url or provider.base_url,
        model=member.model,
        key=key_name(member) or "openai",
        timeout_s=member.timeout_s,
        stall_s=member.stall_s,
        max_tokens=member.max_tokens,
        temperature=member.temperature,
    )
    if provider.speaks_anthropic:
        return anthropic.AnthropicLanguageModel(settings, key, section=SECTION)
    from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel

    return OpenAICompatibleLanguageModel(settings, key, section=SECTION)

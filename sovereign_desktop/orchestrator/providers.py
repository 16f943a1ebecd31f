"""Who offers models, where, and by which protocol; and the engine that asks one of them."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.config.sections.orchestrator import MemberModel
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.dialogue import Role as Speaker
from sovereign_desktop.engines.base import LanguageModel, Piece, Usage
from sovereign_desktop.engines.llm import anthropic
from sovereign_desktop.host.secrets import Secrets
from sovereign_desktop.orchestrator.values import AIModel, Request, Response

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

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


def is_reachable(model: AIModel) -> bool:
    """Whether it says where it is: by an address, or by a provider that is known."""
    return bool(model.metadata.get("base_url") or provider_of(model.provider).base_url)


async def ask_provider(model: AIModel, request: Request) -> Response:
    """Ask a model at its provider, with the key from the keyring. Raises SovereignError."""
    described = {"model": model.metadata.get("model") or model.name, "provider": model.provider}
    described |= {name: model.metadata[name] for name in ("base_url", "key") if name in model.metadata}
    member = MemberModel.model_validate(
        {
            **described,
            "max_tokens": min(max(request.max_tokens, 16), 32768),
            "timeout_s": min(max(request.timeout, 0.1), 600.0),
        }
    )
    secret = await asyncio.to_thread(Secrets().get, name) if (name := key_name(member)) else None
    engine = engine_of(member, secret.reveal() if secret is not None else "")
    text, usage = "", Usage()
    try:
        stream = engine.reply((Message(Speaker.USER, request.prompt),))
        async with aclosing(cast("AsyncGenerator[Piece]", stream)) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    text += piece
                elif isinstance(piece, Usage):
                    usage = piece
    finally:
        await engine.close()
    return Response(model.name, text, token_count=usage.input_tokens + usage.output_tokens)

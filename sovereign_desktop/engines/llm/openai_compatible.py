"""Any OpenAI-compatible server as the language model: OpenAI, Ollama, LM Studio, llama.cpp by address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

from sovereign_desktop.config.schema import LanguageModelSettings
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.engines.openai_client import OpenAIClient


class OpenAICompatibleLanguageModel:
    """Chat completions, streamed."""

    name = "openai_compatible"

    def __init__(self, settings: LanguageModelSettings, key: str) -> None:
        self._settings = settings
        self._server = OpenAIClient(settings, key, "language model")
        self._reports_usage = True

    @property
    def model(self) -> str:
        return self._settings.model

    async def availability(self) -> Availability:
        return self._server.availability()

    async def prepare(self) -> None:
        """Import the SDK, in a thread: the import alone would stall a loop for half a second."""
        await asyncio.to_thread(_import_sdk)

    async def close(self) -> None:
        await self._server.close()

    async def reply(self, messages: Sequence[Message]) -> AsyncIterator[str | Usage]:
        """Pieces as they come. A stream that stops without a finish reason has broken off."""
        await self.prepare()
        with self._server.explained():
            stream = await self._ask(messages)
            try:
                finished = False
                async for chunk in stream:
                    if chunk.usage is not None:
                        yield Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
                    for choice in chunk.choices or ():
                        finished = finished or choice.finish_reason is not None
                        if choice.delta.content:
                            yield choice.delta.content
            finally:
                await stream.close()
        if not finished:
            raise BrokenReply(f"The language model at {self._server.host} stopped in the middle of its answer.")

    async def _ask(self, messages: Sequence[Message]) -> Any:
        import openai

        try:
            return await self._create(messages)
        except openai.BadRequestError:
            if not self._reports_usage:
                raise
            self._reports_usage = False  # older servers refuse `stream_options`
            return await self._create(messages)

    async def _create(self, messages: Sequence[Message]) -> Any:
        options: dict[str, Any] = {"stream_options": {"include_usage": True}} if self._reports_usage else {}
        return await self._server.get().chat.completions.create(
            model=self._settings.model,
            messages=cast(Any, [{"role": message.role.value, "content": message.text} for message in messages]),
            max_tokens=self._settings.max_tokens,
            temperature=self._settings.temperature,
            stream=True,
            **options,
        )


def _import_sdk() -> None:
    import httpx2  # noqa: F401
    import openai.resources.chat.completions  # noqa: F401

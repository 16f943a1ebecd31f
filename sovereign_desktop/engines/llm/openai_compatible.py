"""Any language model behind an OpenAI-compatible server: OpenAI, Ollama, LM Studio, llama.cpp."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.engines.llm.thinking import WithoutThoughts
from sovereign_desktop.engines.openai_server import OpenAIServer, paced, refused_option

if TYPE_CHECKING:
    from sovereign_desktop.config.schema import LanguageModelSettings

_OTHER_NAMES = {"max_tokens": "max_completion_tokens"}
"""OpenAI's newer models know the second only; most other servers the first."""


class OpenAICompatibleLanguageModel:
    """Streams chat completions. What a server refuses of the options is left out from then on."""

    name = "openai_compatible"

    def __init__(self, settings: LanguageModelSettings, key: str = "") -> None:
        self._server = OpenAIServer(settings, key, section="llm")
        self._options: dict[str, Any] = {
            "max_tokens": settings.max_tokens,
            "temperature": settings.temperature,
            "stream_options": {"include_usage": True},
        }

    @property
    def model(self) -> str:
        return self._server.settings.model

    async def availability(self) -> Availability:
        """Whether a server and a model are set; the server itself is not asked."""
        state = self._server.availability()
        if state and not self.model:
            return Availability(False, "no model is set", "Set `llm.model` to one that the server has.")
        return state

    async def prepare(self) -> None:
        """Import the SDK, in a thread: it takes a third of a second."""
        await asyncio.to_thread(self._import)

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def reply(self, messages: Sequence[Message]) -> AsyncIterator[str | Usage]:
        """Pieces of the reply, then the usage; thoughts of a reasoning model are left out."""
        await self.prepare()
        said, finished = False, False
        thoughts = WithoutThoughts()
        with self._server.explained():
            async with (
                await self._open(messages) as stream,
                aclosing(paced(stream, self._server.settings.timeout_s)) as chunks,
            ):
                async for chunk in chunks:
                    text, is_last, usage = self._read(chunk)
                    finished |= is_last
                    if spoken := thoughts.push(text) + (thoughts.end() if is_last else ""):
                        said |= bool(spoken.strip())
                        yield spoken
                    if usage is not None:
                        yield usage
            if not finished:
                raise self._server.broken("broke off in the middle of its answer")
            if not said:
                raise self._server.broken("gave an empty answer")

    def _import(self) -> None:
        _ = self._server.client.chat.completions  # the SDK imports even this when it is asked for first

    async def _open(self, messages: Sequence[Message]) -> Any:
        import openai

        wire: list[Any] = [{"role": message.role.value, "content": message.text} for message in messages]
        while True:
            try:
                return await self._server.client.chat.completions.create(
                    model=self.model,
                    messages=wire,
                    stream=True,
                    **self._options,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._do_without(refused_option(error, self._options)):
                    raise

    def _do_without(self, option: str) -> bool:
        """Rename or drop an option; whether that changes anything."""
        if option not in self._options:
            return False
        value = self._options.pop(option)
        if option in _OTHER_NAMES:
            self._options[_OTHER_NAMES[option]] = value
        return True

    def _read(self, chunk: Any) -> tuple[str, bool, Usage | None]:
        """Text, whether the reply is complete, and usage. The SDK does not check what it parsed, so this does."""
        try:
            text, is_last = "", False
            for choice in chunk.choices or ():
                text += (choice.delta.content or "") if choice.delta else ""
                is_last |= bool(choice.finish_reason)
            counted = chunk.usage
            usage = Usage(int(counted.prompt_tokens), int(counted.completion_tokens)) if counted else None
        except (AttributeError, TypeError, ValueError) as error:
            raise self._server.broken() from error
        return text, is_last, usage

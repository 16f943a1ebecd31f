"""Any language model behind an OpenAI-compatible server: OpenAI, Ollama, LM Studio, llama.cpp."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message, ToolCall
from sovereign_desktop.engines.base import NO_OPTIONS, CutOff, Piece, ReplyOptions, Usage
from sovereign_desktop.engines.llm.thinking import WithoutThoughts
from sovereign_desktop.engines.llm.tool_calls import GrowingCalls, message_as_sent, options_as_sent
from sovereign_desktop.engines.openai_server import OpenAIServer, paced, refused_option
from sovereign_desktop.metrics.purse import LIFT

if TYPE_CHECKING:
    from sovereign_desktop.config.sections.engines import LanguageModelSettings
    from sovereign_desktop.metrics.purse import Purse

_OTHER_NAMES = {"max_tokens": "max_completion_tokens"}
"""OpenAI's newer models know the second only; most other servers the first."""
_BLIND = (400, 404, 415, 422, 500, 501)
"""How servers refuse pictures for a model that does not see: each in its own way. If it helps to leave them out, that
was it."""


class OpenAICompatibleLanguageModel:
    """Streams chat completions. What a server refuses of the options is left out from then on."""

    name = "openai_compatible"

    def __init__(
        self, settings: LanguageModelSettings, key: str = "", *, section: str = "llm", purse: Purse | None = None
    ) -> None:
        self._server = OpenAIServer(settings, key, section=section, purse=purse)
        self._first_s = settings.timeout_s
        self._next_s = min(settings.stall_s, settings.timeout_s)
        self._options: dict[str, Any] = {
            "max_tokens": settings.max_tokens,
            "temperature": settings.temperature,
            "stream_options": {"include_usage": True},
        }
        self._refused: set[str] = set()
        self._sees = True

    @property
    def model(self) -> str:
        return self._server.settings.model

    @property
    def hosts(self) -> tuple[str, ...]:
        return () if self._server.unaffordable else self._server.hosts

    async def availability(self) -> Availability:
        """Whether a server and a model are set, and it may be paid; the server itself is not asked."""
        state = self._server.availability()
        if state and not self.model:
            return Availability(
                False, "no model is set", f"Set `{self._server.section}.model` to one that the server has."
            )
        if state and (why := self._server.unaffordable):
            return Availability(False, why, LIFT)
        return state

    async def prepare(self) -> None:
        """Import the SDK, in a thread: it takes a third of a second; and have a connection open."""
        await self._load()
        await self._server.connect()

    async def _load(self) -> None:
        await asyncio.to_thread(self._import)

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        """Pieces of the reply, its calls, then the usage; thoughts of a reasoning model are left out."""
        await self._load()
        said, finished = False, False
        thoughts, calls = WithoutThoughts(), GrowingCalls()
        with self._server.explained():
            async with (
                await self._open(messages, options) as stream,
                aclosing(self._paced(stream, lambda: said)) as chunks,
            ):
                async for chunk in chunks:
                    text, reason, usage = self._read(chunk, calls)
                    finished |= bool(reason)
                    if spoken := thoughts.push(text) + (thoughts.end() if reason else ""):
                        said |= bool(spoken.strip())
                        yield spoken
                    for piece in _at_the_end(reason, calls):
                        said |= isinstance(piece, ToolCall)
                        yield piece
                    if usage is not None:
                        yield usage
            if not finished:
                raise self._server.broken("broke off in the middle of its answer")
            if not said:
                raise self._server.broken("gave an empty answer")

    def _import(self) -> None:
        _ = self._server.client.chat.completions  # the SDK imports even this when it is asked for first

    async def _open(self, messages: Sequence[Message], options: ReplyOptions) -> Any:
        import openai

        with_images = any(message.images for message in messages)
        sees = self._sees
        while True:
            wanted = self._wanted(options)
            wire: list[Any] = [message_as_sent(message, sees=sees) for message in messages]
            # As they are: given as an argument, the SDK would look at each of them for types that it has to change, and
            # hold the loop for half a millisecond a message.
            body = {"messages": wire}
            try:
                stream = await self._server.client.chat.completions.create(
                    model=self.model, messages=[], stream=True, extra_body=body, **wanted
                )
            except openai.APIStatusError as error:
                refuses = isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError)
                if refuses and (refused := refused_option(error, wanted)):
                    self._refused.add(refused)
                elif with_images and sees and error.status_code in _BLIND:
                    sees = False
                else:
                    raise
            else:
                self._sees = self._sees and (sees or not with_images)
                return stream

    def _wanted(self, options: ReplyOptions) -> dict[str, Any]:
        """The options of one request, renamed or left out where the server has refused them."""
        wanted = self._options | options_as_sent(options)
        for option in self._refused.intersection(wanted):
            value, other = wanted.pop(option), _OTHER_NAMES.get(option, "")
            if other and other not in self._refused:
                wanted[other] = value
        return wanted

    async def _paced(self, stream: AsyncIterator[Any], said: Callable[[], bool]) -> AsyncGenerator[Any, None]:
        """The stream. A model may think long before its first words; once it speaks, the user hears it pause."""
        try:
            async with aclosing(paced(stream, lambda: self._next_s if said() else self._first_s)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except TimeoutError as error:
            if not said():
                raise
            raise self._server.stalled(self._next_s) from error

    def _read(self, chunk: Any, calls: GrowingCalls) -> tuple[str, str, Usage | None]:
        """Text, why the reply ends if it does, and usage. The SDK does not check what it parsed, so this does."""
        try:
            text, reason = "", ""
            for choice in chunk.choices or ():
                if choice.delta:
                    text += choice.delta.content or ""
                    calls.push(choice.delta.tool_calls)
                reason = choice.finish_reason or reason
            counted = chunk.usage
            usage = Usage(int(counted.prompt_tokens), int(counted.completion_tokens)) if counted else None
        except (AttributeError, TypeError, ValueError) as error:
            raise self._server.broken() from error
        return text, reason, usage


def _at_the_end(reason: str, calls: GrowingCalls) -> Sequence[Piece]:
    """What comes behind the text of a reply that ends for this reason. Calls that were cut off are none."""
    if not reason:
        return ()
    return (CutOff(),) if reason == "length" else calls.finish()

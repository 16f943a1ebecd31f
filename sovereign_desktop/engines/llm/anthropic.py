"""Claude, through Anthropic's Messages API: https://platform.claude.com/docs/en/api/messages (version 2026-10-21).

That version knows no `temperature`. Its stream is server-sent events, each with its type in its data: message_start
(with the tokens of the question), blocks of text and of calls, message_delta (why it ends, and all tokens so far),
message_stop. Events of other types are to be passed over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Message, Role, ToolCall
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    SovereignError,
)
from sovereign_desktop.core.retry_after import retry_after_s
from sovereign_desktop.engines.base import NO_OPTIONS, CutOff, Piece, ReplyOptions, ToolChoice, Usage
from sovereign_desktop.engines.openai_server import CONNECT_S, elsewhere, host_of, paced, refusal

if TYPE_CHECKING:
    import httpx2

    from sovereign_desktop.config.sections.engines import LanguageModelSettings

BASE_URL = "https://api.anthropic.com/v1"
API_VERSION = "2026-10-21"
LONGEST_LINE = 1_000_000


class AnthropicLanguageModel:
    """Streams messages. `section` is where its settings stand; sentences name it."""

    name = "anthropic"

    def __init__(self, settings: LanguageModelSettings, key: str = "", *, section: str = "llm") -> None:
        self._settings = settings
        self._key = key
        self._section = section
        self._url = (settings.base_url or BASE_URL).rstrip("/")
        self._client: httpx2.AsyncClient | None = None

    @property
    def model(self) -> str:
        return self._settings.model

    @property
    def host(self) -> str:
        return host_of(self._url)

    @property
    def hosts(self) -> tuple[str, ...]:
        return elsewhere(self.host)

    async def availability(self) -> Availability:
        """Whether there is an address, a model and a key; the server itself is not asked."""
        if not self.host:
            return Availability(False, f"`{self._section}.base_url` is no web address", f"Set it to {BASE_URL}.")
        if not self.model:
            return Availability(False, "no model is set", f"Set `{self._section}.model`.")
        if self._url == BASE_URL and not self._key:
            return Availability(
                False, "there is no key for Anthropic", f"Run `sovereign-desktop keys set {self._settings.key}`."
            )
        return Availability(True, f"a server is set: {self.host}")

    async def prepare(self) -> None:
        """Import the HTTP library, in a thread."""
        await asyncio.to_thread(__import__, "httpx2")

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def reply(self, messages: Sequence[Message], options: ReplyOptions = NO_OPTIONS) -> AsyncIterator[Piece]:
        """Pieces of the reply, its calls, then the usage; what the model thinks before it is left out."""
        if not (state := await self.availability()):
            raise EngineUnavailable(f"This can't be asked: {state.reason}.", remedy=state.remedy)
        await self.prepare()
        reading = _Reading()
        with self._explained():
            async with aclosing(self._events(self._request(messages, options), reading)) as events:
                async for event in events:
                    for piece in self._pieces(event, reading):
                        yield piece
            if not reading.has_ended:
                raise self._broken("broke off in the middle of its answer")
            if reading.reason == "refusal" and not reading.said:
                raise EngineError(f"The model at {self.host} declines to answer this.")
            if not reading.said:
                raise self._broken("gave an empty answer")

    def _pieces(self, event: Mapping[str, Any], reading: _Reading) -> list[Piece]:
        try:
            return reading.push(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._broken() from error

    async def _events(self, body: Mapping[str, Any], reading: _Reading) -> AsyncGenerator[dict[str, Any], None]:
        import httpx2

        headers = {"x-api-key": self._key, "anthropic-version": API_VERSION, "accept": "text/event-stream"}
        if self._client is None:
            wait_s = self._settings.timeout_s
            self._client = httpx2.AsyncClient(timeout=httpx2.Timeout(wait_s, connect=min(CONNECT_S, wait_s)))
        async with (
            asyncio.timeout(self._settings.timeout_s) as patience,
            self._client.stream("POST", f"{self._url}/messages", json=dict(body), headers=headers) as response,
        ):
            patience.reschedule(None)  # that was for its first word
            if response.status_code != 200:
                raise self._refusal(response.status_code, dict(response.headers))
            lines = paced(
                response.aiter_lines(),
                lambda: self._settings.stall_s if reading.said else self._settings.timeout_s,
            )
            async with aclosing(lines):
                async for line in lines:
                    if len(line) > LONGEST_LINE:
                        raise self._broken()
                    if (event := self._event(line)) is not None:
                        yield event

    def _event(self, line: str) -> dict[str, Any] | None:
        name, _, value = line.partition(":")
        if name != "data":
            return None
        event = json.loads(value)
        if not isinstance(event, dict):
            raise self._broken()
        if event.get("type") == "error":
            kind = str((event.get("error") or {}).get("type"))
            if kind == "rate_limit_error":
                raise RateLimited(f"The server at {self.host} gets too many requests.")
            raise self._broken("is overloaded" if kind == "overloaded_error" else "failed in the middle of its answer")
        return event

    def _request(self, messages: Sequence[Message], options: ReplyOptions) -> dict[str, Any]:
        system, spoken = as_sent(messages)
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": options.max_tokens or self._settings.max_tokens,
            "messages": spoken,
            "stream": True,
        }
        if system:
            body["system"] = system
        if options.tools:
            body["tools"] = [
                {
                    "name": tool.name,
                    "description": tool.description,
                    "input_schema": dict(tool.parameters) or {"type": "object", "properties": {}},
                }
                for tool in options.tools
            ]
            body["tool_choice"] = _choice(options)
        return body

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn whatever goes wrong inside into an EngineError that holds neither content nor key."""
        import httpx2

        try:
            yield
        except SovereignError:
            raise
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise EngineTimeout(f"The server at {self.host} takes too long to answer.") from error
        except (httpx2.ConnectError, httpx2.UnsupportedProtocol) as error:
            unavailable = EngineUnavailable(
                f"The server at {self.host} can't be reached.", remedy="Check the network, and whether it runs."
            )
            unavailable.retryable = True
            raise unavailable from error
        except (httpx2.HTTPError, httpx2.InvalidURL, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise self._broken() from error

    def _refusal(self, status: int, headers: Mapping[str, str]) -> SovereignError:
        if status == 429:
            wait_s = retry_after_s(headers.get("retry-after", ""), datetime.now(UTC))
            return RateLimited(f"The server at {self.host} gets too many requests.", retry_after_s=wait_s)
        return refusal(status, self.host, self._settings.key, self._section)

    def _broken(self, what: str = "sent something that is no answer") -> BrokenReply:
        return BrokenReply(f"The server at {self.host} {what}.")


class _Reading:
    """A stream as far as it was read."""

    def __init__(self) -> None:
        self.said = False
        self.has_ended = False
        self.reason = ""
        self._input_tokens = 0
        self._output_tokens = 0
        self._calls: dict[int, ToolCall] = {}

    def push(self, event: Mapping[str, Any]) -> list[Piece]:
        """What the event adds to the reply. Raises AttributeError, KeyError, TypeError or ValueError for nonsense."""
        match event.get("type"):
            case "message_start":
                self._count(event["message"]["usage"])
            case "content_block_start" if event["content_block"]["type"] == "tool_use":
                block = event["content_block"]
                self._calls[int(event["index"])] = ToolCall(str(block["id"]), str(block["name"]), "")
            case "content_block_delta":
                return self._delta(int(event["index"]), event["delta"])
            case "message_delta":
                self.reason = str(event["delta"].get("stop_reason") or self.reason)
                self._count(event.get("usage") or {})
            case "message_stop":
                return self._end()
            case _:
                pass
        return []

    def _delta(self, index: int, delta: Mapping[str, Any]) -> list[Piece]:
        if delta["type"] == "text_delta":
            text = str(delta["text"])
            self.said = self.said or bool(text.strip())
            return [text] if text else []
        if delta["type"] == "input_json_delta" and (call := self._calls.get(index)) is not None:
            self._calls[index] = ToolCall(call.call_id, call.name, call.arguments + str(delta["partial_json"]))
        return []

    def _count(self, usage: Mapping[str, Any]) -> None:
        """Counts are of all so far. What was cached is part of the question."""
        into = [usage.get(f"{kind}input_tokens") for kind in ("", "cache_creation_", "cache_read_")]
        if into[0] is not None:
            self._input_tokens = sum(int(count or 0) for count in into)
        self._output_tokens = max(self._output_tokens, int(usage.get("output_tokens") or 0))

    def _end(self) -> list[Piece]:
        self.has_ended = True
        pieces: list[Piece] = []
        if self.reason == "max_tokens":
            pieces.append(CutOff())
            self.said = True
        else:
            pieces += [ToolCall(one.call_id, one.name, one.arguments or "{}") for one in self._calls.values()]
            self.said = self.said or bool(self._calls)
        return [*pieces, Usage(self._input_tokens, self._output_tokens)]


def as_sent(messages: Sequence[Message]) -> tuple[str, list[dict[str, Any]]]:
    """The system's words, and the conversation in turns, the user's first. What the system says later is the user's."""
    system: list[str] = []
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role is Role.SYSTEM and not turns:
            system.append(message.text)
            continue
        role = "assistant" if message.role is Role.ASSISTANT else "user"
        blocks = _blocks(message)
        if not blocks:
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        elif role == "assistant" and not turns:
            turns += [{"role": "user", "content": [_text("Hello.")]}, {"role": role, "content": blocks}]
        else:
            turns.append({"role": role, "content": blocks})
    if turns and turns[-1]["role"] == "assistant":  # the present models refuse to go on from their own words
        turns.append({"role": "user", "content": [_text("Go on.")]})
    return "\n\n".join(system), turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    if message.role is Role.TOOL:
        return [{"type": "tool_result", "tool_use_id": message.call_id, "content": message.text}]
    blocks = [_text(message.text)] if message.text.strip() else []
    for call in message.calls:
        try:
            arguments = json.loads(call.arguments or "{}")
        except ValueError:
            arguments = {}
        wanted = arguments if isinstance(arguments, dict) else {}
        blocks.append({"type": "tool_use", "id": call.call_id, "name": call.name, "input": wanted})
    return blocks


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _choice(options: ReplyOptions) -> dict[str, Any]:
    if options.must_call:
        choice: dict[str, Any] = {"type": "tool", "name": options.must_call}
    else:
        kinds = {ToolChoice.AUTO: "auto", ToolChoice.NONE: "none", ToolChoice.REQUIRED: "any"}
        choice = {"type": kinds[options.tool_choice]}
    if not options.parallel_calls and choice["type"] != "none":
        choice["disable_parallel_tool_use"] = True
    return choice

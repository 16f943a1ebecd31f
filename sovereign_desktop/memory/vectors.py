"""Vectors as bytes: 32-bit floats in the machine's order. What an embedder gives is checked here, once."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Protocol

from sovereign_desktop.core.errors import BrokenReply

Vector = Sequence[float]


class Embeds(Protocol):
    """What makes vectors of texts (`engines.base.Embedder`)."""

    @property
    def model(self) -> str:
        """The model's name; vectors of another one can't be compared."""

    @property
    def dimensions(self) -> int: ...

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector each. Raises SovereignError."""

    async def close(self) -> None:
        """Let go of what it holds open. Idempotent."""


def checked(vectors: Sequence[Vector], count: int, dimensions: int) -> tuple[bytes, ...]:
    """The vectors as bytes. Raises BrokenReply when there are too few, or one is none."""
    if len(vectors) != count:
        raise BrokenReply(f"The embedding model gave {len(vectors)} vectors for {count} texts.")
    return tuple(_bytes(vector, dimensions) for vector in vectors)


def _bytes(vector: Vector, dimensions: int) -> bytes:
    if len(vector) != dimensions:
        raise BrokenReply(
            f"The embedding model gives vectors of {len(vector)} numbers, and {dimensions} were expected.",
            remedy="Set `memory_context.embeddings.dimensions` to what the model gives.",
        )
    try:
        packed = array("f", vector)
    except (TypeError, OverflowError) as error:
        raise BrokenReply("The embedding model gave something that is no vector.") from error
    length = math.hypot(*packed)
    if not math.isfinite(length) or length == 0:
        raise BrokenReply("The embedding model gave a vector without a direction.")
    return packed.tobytes()

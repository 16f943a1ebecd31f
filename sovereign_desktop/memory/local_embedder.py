"""A local model that runs in the child process, as an embedder of this one."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

from sovereign_desktop.core.errors import BrokenReply
from sovereign_desktop.memory.client import IndexProcess
from sovereign_desktop.memory.vectors import Vector


class LocalEmbedder:
    """Vectors from the model in a folder. Text stays on this computer."""

    def __init__(self, index: IndexProcess, folder: Path, model: str, dimensions: int) -> None:
        self._index = index
        self._folder = folder
        self.model = model
        self.dimensions = dimensions

    async def close(self) -> None:
        """Nothing: the child belongs to who made it."""

    async def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector each. Raises SovereignError."""
        numbers = array("f")
        try:
            numbers.frombytes(await self._index.embed(self._folder, texts))
        except ValueError as error:
            raise BrokenReply("The embedding model gave half a number.") from error
        size, rest = divmod(len(numbers), len(texts))
        if rest:
            raise BrokenReply("The embedding model gave vectors of different lengths.")
        return [numbers[at * size : (at + 1) * size] for at in range(len(texts))]

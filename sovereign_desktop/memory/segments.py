"""Where Chroma keeps vectors: in a folder of ours, or at a server. Only in the child process: chromadb is heavy.

A segment is made once and thrown away whole, because Chroma does not erase what was deleted from it (chroma #7659).
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sovereign_desktop.core.errors import SovereignError

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)

HNSW: dict[str, Any] = {
    "space": "cosine",
    "ef_construction": 100,
    "ef_search": 100,
    "max_neighbors": 16,
    "batch_size": 1_000,
    "sync_threshold": 10_000,
}
OPENING = "opening"
MOST_OPENINGS = 2
"""The first that did not end may have been ended from outside."""


class Segment:
    """One collection: ids and vectors, nothing else."""

    def __init__(self, client: Any, collection: Any) -> None:
        self._client = client
        self._collection = collection
        self._most = int(client.get_max_batch_size())

    def put(self, ids: Sequence[int], vectors: np.ndarray[Any, Any]) -> None:
        """Add these, in place of those of the same ids."""
        for start in range(0, len(ids), self._most):
            some = ids[start : start + self._most]
            self._collection.upsert(ids=[str(one) for one in some], embeddings=vectors[start : start + self._most])

    def remove(self, ids: Sequence[int]) -> None:
        """Find these no more. Their vectors stay on disk until the segment goes."""
        for start in range(0, len(ids), self._most):
            self._collection.delete(ids=[str(one) for one in ids[start : start + self._most]])

    def query(self, vector: np.ndarray[Any, Any], limit: int) -> list[tuple[int, float]]:
        """The nearest ids with their cosine distance, from 0 to 2, nearest first."""
        found = self._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return [(int(one), float(far)) for one, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def ids(self) -> set[int]:
        return {int(one) for one in self._collection.get(include=[])["ids"]}

    def count(self) -> int:
        return int(self._collection.count())

    def close(self) -> None:
        """Let go of its files."""
        self._client.close()


class Segments(Protocol):
    """Makes and throws away segments by number."""

    def open(self, number: int) -> Segment:
        """The segment of that number, made if it is not there. Raises whatever Chroma raises."""

    def opened(self, number: int) -> None:
        """It answers as it should."""

    def set_aside(self, number: int) -> None:
        """It is broken: out of the way with it."""

    def drop_others(self, number: int) -> None:
        """Throw away all but this one, what was set aside too."""


class LocalSegments:
    """Folders of Chroma below ours.

    A segment that took the process with it when it was opened has left a mark, and is not opened a third time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, number: int) -> Segment:
        import chromadb
        from chromadb.config import Settings

        path = self._path(number)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        mark = path / OPENING
        if mark.exists() and mark.stat().st_size >= MOST_OPENINGS:
            raise BrokenSegment("the last openings of it did not end well")
        with mark.open("ab") as marks:
            marks.write(b".")
        client = chromadb.PersistentClient(str(path), Settings(anonymized_telemetry=False))
        collection = client.get_or_create_collection(
            "memories",
            embedding_function=None,
            configuration=_configuration({**HNSW, "num_threads": os.cpu_count() or 1}),
        )
        return Segment(client, collection)

    def opened(self, number: int) -> None:
        (self._path(number) / OPENING).unlink(missing_ok=True)

    def set_aside(self, number: int) -> None:
        for old in self._folder.glob("broken-*"):
            shutil.rmtree(old, ignore_errors=True)
        with suppress(FileNotFoundError):
            self._path(number).rename(self._folder / f"broken-{number}")

    def drop_others(self, number: int) -> None:
        for path in self._others(number):
            shutil.rmtree(path)

    def _others(self, number: int) -> Iterator[Path]:
        for pattern in ("segment-*", "broken-*"):
            yield from (path for path in self._folder.glob(pattern) if path != self._path(number))

    def _path(self, number: int) -> Path:
        return self._folder / f"segment-{number}"


class ServerSegments:
    """Collections at a Chroma server that somebody else runs. What it keeps on its disk is its own business."""

    def __init__(self, host: str, port: int, name: str, *, tls: bool = False, token: str = "") -> None:
        self._host = host
        self._port = port
        self._name = name
        self._tls = tls
        self._token = token

    def open(self, number: int) -> Segment:
        client = self._client()
        return Segment(
            client,
            client.get_or_create_collection(
                self._called(number),
                embedding_function=None,
                configuration=_configuration({key: HNSW[key] for key in ("space", "ef_construction", "ef_search")}),
            ),
        )

    def opened(self, number: int) -> None:
        """Nothing of ours to mark."""

    def set_aside(self, number: int) -> None:
        client = self._client()
        with suppress(Exception):  # broken things may refuse even that; another number is used from now on
            client.delete_collection(self._called(number))

    def drop_others(self, number: int) -> None:
        client = self._client()
        ours = [one.name for one in client.list_collections() if one.name.startswith(f"{self._name}-")]
        for name in ours:
            if name != self._called(number):
                client.delete_collection(name)

    def _client(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            return chromadb.HttpClient(
                self._host, self._port, ssl=self._tls, headers=headers, settings=Settings(anonymized_telemetry=False)
            )
        except Exception as error:  # its client raises ValueError, and what its HTTP library raises
            raise SovereignError(
                f"The Chroma server at {self._host}:{self._port} does not answer.",
                remedy="Start it, or set `memory_context.vector_db.mode` to local.",
            ) from error

    def _called(self, number: int) -> str:
        return f"{self._name}-{number}"


def _configuration(hnsw: dict[str, Any]) -> Any:
    return {"hnsw": hnsw}


class BrokenSegment(Exception):  # noqa: N818 - says what it is
    """A segment that must not be used."""

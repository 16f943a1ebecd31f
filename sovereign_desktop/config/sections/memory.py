"""What is remembered, and how it is found again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from sovereign_desktop.config.sections.section import Section


class VectorMode(StrEnum):
    """Where vectors are searched: in a process of the program, or at a Chroma server that you run."""

    LOCAL = "local"
    SERVER = "server"


class VectorDatabase(Section):
    type: str = "chromadb"
    """The only one there is."""
    mode: VectorMode = VectorMode.LOCAL
    persist_directory: str = ""
    """The folder of the memory; empty: in the program's data folder."""
    collection_name: str = "conversations"
    """For a server: what its collections begin with."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    ssl: bool = False
    """Speak TLS with the server."""
    key: str = "chroma"
    """The name of the server's token in the system's keyring, if it wants one."""


class EmbeddingProvider(StrEnum):
    """What makes vectors of texts. `auto`: the server at `base_url` if one is set, else the local model."""

    AUTO = "auto"
    OPENAI_COMPATIBLE = "openai_compatible"
    LOCAL = "local"
    NONE = "none"


class Embeddings(Section):
    provider: EmbeddingProvider = EmbeddingProvider.AUTO
    base_url: str = ""
    """An OpenAI-compatible server up to and including `/v1`. Every memory is sent there. Empty: none."""
    model: str = "text-embedding-3-small"
    """The server's model."""
    dimensions: Annotated[int, Field(ge=8, le=8192)] = 1536
    """How many numbers its vectors have."""
    key: str = "openai"
    """The name of the key in the system's keyring; servers on this computer usually need none."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    local_model: str = "all-MiniLM-L6-v2"
    """A downloaded model's name, or the folder of one (model.onnx and tokenizer.json)."""


class RolloutSettings(Section):
    step_minutes: Annotated[float, Field(ge=0, le=10080)] = 60.0
    """How long each step holds after the search by meaning was enabled again: 10 %, then 50 %, then all."""
    window_seconds: Annotated[float, Field(gt=0)] = 60.0
    """Which queries are the latest ones."""
    failures_in_a_row: Annotated[int, Field(ge=1, le=100)] = 3
    """So many, and it is given up at once."""
    error_rate: Annotated[float, Field(gt=0, le=1)] = 0.1
    """Such a part of the latest queries failed, and it is given up at once."""
    slow: Annotated[float, Field(gt=1)] = 2.0
    """So many times slower than usual for a whole window, and it is given up."""


class MemoryContext(Section):
    enabled: bool = True
    """Recall what was said before. Off: nothing is kept, and nothing is told to a model."""
    keep_exchanges: bool = True
    """Keep each question with its answer. Off: only what you ask to be remembered is."""
    profile: str = "default"
    """Whose memories these are. Profiles never see each other's."""
    vector_retrieval: str = "on"
    """Search by meaning too: on, off, or for a percentage of the questions. USE_REAL_VECTOR_RETRIEVAL wins over it."""
    limit: Annotated[int, Field(ge=1, le=50)] = 5
    """At most so many memories are recalled at once."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.25
    """The least likeness in meaning (cosine) that counts."""
    deadline_ms: Annotated[float, Field(gt=0, le=10_000)] = 250.0
    """Longest wait for the search by meaning; then keywords answer alone."""
    vector_db: VectorDatabase = VectorDatabase()
    embeddings: Embeddings = Embeddings()
    rollout: RolloutSettings = RolloutSettings()

"""The memory of the running program: made from the settings, fed with what was said, and its troubles told."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from sovereign_desktop.config.paths import Paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.engines import OpenAICompatible
from sovereign_desktop.config.sections.memory import EmbeddingProvider, MemoryContext, VectorMode
from sovereign_desktop.config.store import load
from sovereign_desktop.context.meaning import Meaning
from sovereign_desktop.conversation.skills.phrases import words_of
from sovereign_desktop.conversation.skills.remembering import is_about_memory
from sovereign_desktop.core.availability import Availability
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity, TurnEnded
from sovereign_desktop.engines.embed.openai_compatible import OpenAICompatibleEmbedder
from sovereign_desktop.engines.models import SENTENCE_MODEL, SENTENCE_MODEL_DIMENSIONS, installed_model
from sovereign_desktop.memory.client import ChromaServer, IndexPlace, IndexProcess
from sovereign_desktop.memory.guarded import Guard, GuardedVectors
from sovereign_desktop.memory.judge import Limits
from sovereign_desktop.memory.local_embedder import LocalEmbedder
from sovereign_desktop.memory.memories import Memories, Vectors, with_vectors
from sovereign_desktop.memory.records import NewMemory, Source
from sovereign_desktop.memory.rollout import Rollout, flag_percent
from sovereign_desktop.memory.store import MemoryStore, profile_folder
from sovereign_desktop.memory.vectors import Embeds
from sovereign_desktop.metrics.purse import Purse
from sovereign_desktop.metrics.turns import TurnRecord

logger = logging.getLogger(__name__)

ARGS = (sys.executable, "-m", "sovereign_desktop.app.memory_process")
"""The memory's child process. Named, not imported: only the child loads its index and models."""

FEWEST_WORDS = 3
"""Of a shorter sentence nobody knows later what it was about."""
MATTER, FILE_MATTER = "memory", "memory-file"
ENABLE = "`memory vectors enable` tries it again, step by step."


class LiveFlag:
    """The flag as the variable and the settings file say it at the moment it is asked for."""

    def __init__(self, file: Path, setting: str) -> None:
        self._file = file
        self._setting = setting
        self._seen = _stamp(file)

    def __call__(self) -> int:
        """In percent of the queries."""
        if (stamp := _stamp(self._file)) != self._seen:
            self._seen = stamp
            self._setting = load(self._file).settings.memory_context.vector_retrieval
        return flag_percent(self._setting, os.environ)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def memory_root(settings: MemoryContext, paths: Paths) -> Path:
    """The folder of all profiles."""
    named = settings.vector_db.persist_directory
    return Path(named).expanduser().absolute() if named else paths.memory


def make_memories(
    settings: MemoryContext,
    paths: Paths,
    keys: Mapping[str, str],
    bus: EventBus | None = None,
    purse: Purse | None = None,
) -> Memories:
    """The memory of the profile in the settings; the search by meaning with it when something can embed."""
    store = MemoryStore(profile_folder(memory_root(settings, paths), settings.profile))
    chosen = _Embedding(settings, paths, keys, purse)
    standing = chosen.standing()
    vectors = _vectors(settings, paths, keys, store, chosen, bus) if standing else None
    why = f"{standing.reason}. {standing.remedy}".strip()
    return Memories(store, vectors, why_no_vectors=why, threshold=settings.threshold, limit=settings.limit)


def meaning_of(settings: Settings, memories: Memories | None) -> Meaning | None:
    """What tells how near texts are to a question: the memory's model, if it runs here. What is on the screen stays."""
    embedder = memories.vectors.embedder if memories is not None and memories.vectors is not None else None
    if not isinstance(embedder, LocalEmbedder):
        return None
    threshold = settings.smart_context.relevance.threshold
    return Meaning(embedder, near=settings.memory_context.threshold, threshold=threshold)


def keys_needed(settings: MemoryContext) -> set[str]:
    """The names of the keys that the memory uses."""
    names = {settings.embeddings.key} if settings.enabled and settings.embeddings.base_url else set()
    return names | ({settings.vector_db.key} if settings.vector_db.mode is VectorMode.SERVER else set())


class _Embedding:
    """Which embedding model is used: a server's, one of this computer, or none."""

    def __init__(self, settings: MemoryContext, paths: Paths, keys: Mapping[str, str], purse: Purse | None) -> None:
        wanted = settings.embeddings
        self._purse = purse
        self._settings = wanted
        self._key = keys.get(wanted.key, "")
        by_server = wanted.provider is EmbeddingProvider.OPENAI_COMPATIBLE
        self._is_server = by_server or (wanted.provider is EmbeddingProvider.AUTO and bool(wanted.base_url))
        self._folder = installed_model(wanted.local_model, paths.models, SENTENCE_MODEL)

    @property
    def dimensions(self) -> int:
        return self._settings.dimensions if self._is_server else SENTENCE_MODEL_DIMENSIONS

    @property
    def identity(self) -> str:
        """Vectors of the same identity can be compared."""
        model = self._settings.model if self._is_server else self._settings.local_model
        return f"{'server' if self._is_server else 'local'}:{model}:{self.dimensions}"

    def standing(self) -> Availability:
        """Whether there is one, and what would change that."""
        if self._settings.provider is EmbeddingProvider.NONE:
            return Availability(False, "the settings want no embedding model")
        if self._is_server:
            return self._server().standing
        if self._folder is None:
            name = self._settings.local_model
            return Availability(
                False, f"there is no embedding model {name} here", f"`models download {name}` fetches it."
            )
        return Availability(True, self._settings.local_model)

    def make(self, index: IndexProcess) -> Embeds:
        """The embedder. A local model runs in the child."""
        if self._is_server:
            return self._server()
        assert self._folder is not None
        return LocalEmbedder(index, self._folder, self._settings.local_model, self.dimensions)

    def _server(self) -> OpenAICompatibleEmbedder:
        wanted = self._settings
        server = OpenAICompatible(
            base_url=wanted.base_url, model=wanted.model, key=wanted.key, timeout_s=wanted.timeout_s
        )
        return OpenAICompatibleEmbedder(server, self._key, wanted.dimensions, purse=self._purse)


def _vectors(
    settings: MemoryContext,
    paths: Paths,
    keys: Mapping[str, str],
    store: MemoryStore,
    chosen: _Embedding,
    bus: EventBus | None,
) -> Vectors:
    mark = hashlib.sha256(chosen.identity.encode()).hexdigest()[:12]
    database = settings.vector_db
    server = None
    if database.mode is VectorMode.SERVER:
        server = ChromaServer(database.host, database.port, database.ssl, keys.get(database.key, ""))
        mark += "-server"
    place = IndexPlace(
        store.folder / f"vectors-{mark}",
        chosen.dimensions,
        f"{database.collection_name}-{store.folder.name}-{mark}",
        server,
    )
    flag = LiveFlag(paths.settings_file, settings.vector_retrieval)
    tell = RolloutNotices(bus).tell if bus is not None else _untold
    index = IndexProcess(ARGS)
    embedder = chosen.make(index)
    guarded = GuardedVectors(store, index, embedder, flag, guard_of(settings), on_change=tell)
    return with_vectors(store, index, embedder, place, guarded)


def guard_of(settings: MemoryContext) -> Guard:
    """What the settings say of when it is too bad."""
    rollout = settings.rollout
    limits = Limits(
        failures_in_a_row=rollout.failures_in_a_row,
        error_rate=rollout.error_rate,
        window_s=rollout.window_seconds,
        slow=rollout.slow,
    )
    return Guard(settings.deadline_ms / 1000, 60 * rollout.step_minutes, limits)


def _untold(_rollout: Rollout) -> None:
    """A command tells it itself."""


class RolloutNotices:
    """Tells the user when the search by meaning was given up, and when it comes back."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus

    def tell(self, rollout: Rollout) -> None:
        """The rollout has changed."""
        if rollout.is_rolled_back:
            text = (
                f"The search by meaning in the memory was given up; keywords do the work. {as_sentence(rollout.reason)}"
            )
            self._bus.publish(Notice(MATTER, text, Severity.WARNING, ENABLE))
        elif rollout.percent == 100:
            self._bus.publish(NoticeCleared(MATTER))
        else:
            text = f"The search by meaning in the memory answers {rollout.percent} % of the questions now."
            self._bus.publish(Notice(MATTER, text))


def as_sentence(clause: str) -> str:
    """Half a sentence as a whole one."""
    return f"{clause[:1].upper()}{clause[1:].rstrip('.')}." if clause else ""


class Keeper:
    """Keeps every answered exchange. An async context; leaving waits until all is kept."""

    def __init__(self, memories: Memories, bus: EventBus, session: str, is_command: Callable[[str], bool]) -> None:
        self._memories = memories
        self._bus = bus
        self._session = session
        self._is_command = is_command
        self._keeping: set[asyncio.Task[None]] = set()
        self._unsubscribe: Callable[[], None] = lambda: None

    async def __aenter__(self) -> Self:
        self._unsubscribe = self._bus.subscribe(TurnEnded, self._turn_ended)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._unsubscribe()
        await asyncio.gather(*self._keeping)

    def _turn_ended(self, event: TurnEnded) -> None:
        turn: TurnRecord = event.turn
        if self._is_worth_it(turn):
            task = asyncio.get_running_loop().create_task(self._keep(turn))
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)

    def _is_worth_it(self, turn: TurnRecord) -> bool:
        """A request to remember or forget is none: it would keep what was just forgotten."""
        words = words_of(turn.transcript)
        if turn.outcome is not Outcome.ANSWERED or len(words) < FEWEST_WORDS:
            return False
        if self._memories.changed_at >= turn.started_at:
            return False
        return not is_about_memory(words) and not self._is_command(turn.transcript)

    async def _keep(self, turn: TurnRecord) -> None:
        # Without a model the reply says only that there is none.
        answer = turn.reply if turn.backend != "skills" else ""
        text = "\n\n".join(filter(None, (turn.transcript.strip(), answer.strip())))
        try:
            await self._memories.remember(
                NewMemory(text, turn.started_at, self._session, Source.EXCHANGE, turn.turn_id)
            )
        except SovereignError as error:
            self._bus.publish(Notice(FILE_MATTER, error.user_text, Severity.WARNING, error.remedy))

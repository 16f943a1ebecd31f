"""Model files: which ones a speech model consists of, where they are looked for, and what the hub says of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from sovereign_desktop.core.errors import BrokenReply

WHISPER_REPOSITORIES: Mapping[str, str] = {
    **{
        size: f"Systran/faster-whisper-{size}"
        for size in ("tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium", "large-v3")
    },
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Converted Whisper models by the sizes that the settings name."""


@dataclass(frozen=True, slots=True)
class ModelKind:
    """What a model of a kind consists of.

    All of `needed` is there before a model counts as installed; without its tokenizer a library would ask the network.
    `subfolder` is where the hub may keep them; here they stand in the model's own folder.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    subfolder: str = ""

    def wants(self, name: str) -> bool:
        """Whether the hub's file of this name belongs to it. Raises ValueError for one that is no name."""
        if ".." in name.split("/"):
            raise ValueError("a way out of the model's folder")
        folder, _, plain = name.rpartition("/")
        return folder in ("", self.subfolder) and any(fnmatch(plain, one) for one in (*self.needed, *self.optional))


SPEECH_MODEL = ModelKind(("config.json", "model.bin", "tokenizer.json", "vocabulary.*"), ("preprocessor_config.json",))
SENTENCE_MODEL = ModelKind(("model.onnx", "tokenizer.json"), ("config.json",), "onnx")
SENTENCE_MODEL_DIMENSIONS = 384
SENTENCE_REPOSITORIES: Mapping[str, str] = {"all-MiniLM-L6-v2": "sentence-transformers/all-MiniLM-L6-v2"}
"""Sentence-transformers as ONNX, by the names that the settings use; their vectors have 384 numbers."""


def kind_of(name: str) -> ModelKind:
    """What kind of model a name stands for."""
    return SENTENCE_MODEL if name in SENTENCE_REPOSITORIES else SPEECH_MODEL


def repository_of(name: str) -> str:
    """Where the hub has the model of this name."""
    return SENTENCE_REPOSITORIES.get(name) or WHISPER_REPOSITORIES.get(name, name)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file's content must come to: `sha256`, or `git`, the hub's name for small files."""

    kind: str
    hex: str

    def start(self, size_bytes: int) -> Any:
        """A hash object to feed with the content."""
        if self.kind == "sha256":
            return hashlib.sha256()
        return hashlib.sha1(f"blob {size_bytes}\0".encode(), usedforsecurity=False)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, as the hub describes it; `path` is its name there."""

    name: str
    size_bytes: int
    digest: Digest
    path: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model consists of, at one revision that will not change."""

    repository: str
    revision: str
    files: tuple[ModelFile, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    @classmethod
    def parse(cls, repository: str, answer: Any, kind: ModelKind = SPEECH_MODEL) -> Manifest:
        """From the hub's description of a model with `blobs=true`. Raises BrokenReply."""
        try:
            listed = [one for one in answer["siblings"] if kind.wants(one["rfilename"])]
            manifest = cls(repository, str(answer["sha"]), tuple(map(_file, listed)))
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenReply("The model server describes the model in a way that makes no sense.") from error
        if not _is_complete((file.name for file in manifest.files), kind):
            raise BrokenReply("The model server lacks a part of the model.")
        return manifest


def installed_model(name: str, models_folder: Path, kind: ModelKind = SPEECH_MODEL) -> Path | None:
    """The folder of a model that is on this computer: a path, a downloaded one, or one in the hub's own cache."""
    cached = _cached(repository_of(name))
    candidates = [Path(name).expanduser(), model_folder(name, models_folder)]
    if cached is not None:
        candidates.append(cached / kind.subfolder)
    return next((path for path in candidates if is_model(path, kind)), None)


def model_folder(name: str, models_folder: Path) -> Path:
    """Where a model of this name is downloaded to."""
    return models_folder / name.replace("/", "--")


def partial_folder(target: Path) -> Path:
    """Where the files of a model wait until all have come; `target` is its `model_folder`."""
    return target.with_name(f".{target.name}.partial")


def is_model(folder: Path, kind: ModelKind = SPEECH_MODEL) -> bool:
    """Whether the folder holds a whole model."""
    try:
        return folder.is_dir() and _is_complete((path.name for path in folder.iterdir()), kind)
    except OSError:
        return False


def _is_complete(names: Iterable[str], kind: ModelKind) -> bool:
    there = tuple(names)
    return all(any(fnmatch(name, needed) for name in there) for needed in kind.needed)


def _file(one: Mapping[str, Any]) -> ModelFile:
    path, size = str(one["rfilename"]), int(one["size"])
    name = path.rpartition("/")[2]
    if Path(name).name != name or size < 0:
        raise ValueError("not a plain file")
    large = one.get("lfs")
    digest = Digest("sha256", str(large["sha256"])) if large else Digest("git", str(one["blobId"]))
    return ModelFile(name, size, digest, path)


def _cached(repository: str) -> Path | None:
    """The snapshot of `main` in the cache that other programs share, without importing the hub's library."""
    home = Path(os.environ.get("HF_HOME", "~/.cache/huggingface")).expanduser()
    cache = Path(os.environ.get("HF_HUB_CACHE", home / "hub")).expanduser()
    folder = cache / f"models--{repository.replace('/', '--')}"
    try:
        return folder / "snapshots" / (folder / "refs" / "main").read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None

"""A YAML file written by people: read without trusting it, changed without disturbing it, replaced in one step."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from sovereign_desktop.config import dotted
from sovereign_desktop.core.errors import SettingsError

MOST_BYTES = 256 * 1024
DEEPEST = 32
MOST_ALIASES = 100


@dataclass(slots=True)
class YamlFile:
    """What a file held when it was read. `problem` is why it can't be used, in half a sentence."""

    path: Path
    tree: MutableMapping[str, Any] = field(default_factory=dict)
    text: str = ""
    problem: str = ""


def read(path: Path) -> YamlFile:
    """The file's content. Never raises: a file that is not there is empty, any other trouble is its `problem`."""
    try:
        text = _text(path)
        return YamlFile(path, _tree(text), text)
    except FileNotFoundError:
        return YamlFile(path, problem="is a link to a file that is not there" if path.is_symlink() else "")
    except _UnusableError as error:
        return YamlFile(path, problem=str(error))
    except OSError as error:
        return YamlFile(path, problem=f"can't be read ({os.strerror(error.errno or 0)})")


def render(file: YamlFile) -> str:
    """The file's text with its tree as it is now; comments, order, quotes and line ends as they were."""
    newline = "\r\n" if "\r\n" in file.text else "\n"
    if not file.tree:
        return file.text
    out = StringIO()
    _yaml(file.text).dump(file.tree, out)
    text = out.getvalue()
    if file.text and not hasattr(file.tree, "ca"):  # it was nothing but comments, which the parser does not keep
        text = file.text.rstrip() + "\n" + text
    return text.replace("\r\n", "\n").replace("\n", newline)


def take_out(tree: MutableMapping[str, Any], key: str) -> bool:
    """Remove the dotted key; False, and nothing done, when a comment hangs on it that would go with it."""
    section, _, leaf = key.rpartition(".")
    holder = dotted.get(tree, section) if section else tree
    comments = getattr(holder, "ca", None)
    if comments is not None and leaf in comments.items:
        return False
    del holder[leaf]
    return True


def replace(path: Path, text: str) -> None:
    """Put `text` in the file's place in one step: whoever reads finds the old or the new. Raises SettingsError.

    Links are followed, permissions kept; a new file is for this user alone.
    """
    real = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else 0o600
        descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(real)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        _sync_folder(real.parent)
    except OSError as error:
        raise SettingsError(
            f"{path.name} can't be written ({os.strerror(error.errno or 0)}).", remedy=f"Check {real.parent}."
        ) from error


class _UnusableError(Exception):
    """Why a file can't be used."""


def _text(path: Path) -> str:
    # Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _UnusableError("is no file")
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise _UnusableError(f"is larger than {MOST_BYTES // 1024} KiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnusableError("is no text in UTF-8") from error


def _tree(text: str) -> MutableMapping[str, Any]:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        _refuse_bombs(text)
        tree = _yaml(text).load(text)
    except MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise _UnusableError(f"is not valid YAML{line}") from error
    except RecursionError as error:
        raise _UnusableError("is nested too deeply") from error
    except (YAMLError, ValueError, TypeError, AttributeError, KeyError, AssertionError, NotImplementedError) as error:
        # What ruamel.yaml raises for odd tags, control characters and impossible numbers and dates.
        raise _UnusableError("is not valid YAML") from error
    if tree is None:
        return {}
    if not isinstance(tree, MutableMapping):
        raise _UnusableError("holds no settings")
    return tree


def _refuse_bombs(text: str) -> None:
    """A few lines of aliases to aliases unfold to gigabytes, and deep brackets to a deep stack."""
    if not ("*" in text or text.count("[") + text.count("{") > DEEPEST or " " * DEEPEST in text or "- " * 8 in text):
        return  # spares the ordinary file a second pass
    depth = aliases = 0
    anchored: list[bool] = []
    for event in _yaml(text).parse(text):
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            anchored.append(event.anchor is not None)
            depth = len(anchored)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            anchored.pop()
        elif kind == "AliasEvent":
            aliases += 1
        if depth > DEEPEST:
            raise _UnusableError("is nested too deeply")
        if aliases > MOST_ALIASES or (kind == "AliasEvent" and any(anchored)):
            raise _UnusableError("uses aliases of aliases, which settings don't need")


def _yaml(text: str) -> Any:
    """A round-trip parser and writer that indents lists as `text` does."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = MOST_BYTES
    if any(before.endswith(":") and after.startswith("  -") for before, after in pairwise(text.splitlines())):
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder can't be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

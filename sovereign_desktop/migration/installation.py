"""An old installation: which of its files are settings, variables, memories, additions. Only looks, never writes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sovereign_desktop.core.errors import SettingsError, SovereignError
from sovereign_desktop.migration import dialects
from sovereign_desktop.migration.dotenv import EnvFile, read_env
from sovereign_desktop.migration.looking import Found, open_untouched, walk
from sovereign_desktop.migration.memories import DATABASE
from sovereign_desktop.migration.old_file import OldFile, read_old_file
from sovereign_desktop.migration.planning import Material

USUAL_PLACES = ("sovereign", "sovereign-v3", "sovereign-4.0", "Sovereign", "jarvis", "jarvis-pipecat", ".sovereign")
"""Below the home folder and below its usual folders for projects."""
_PROJECTS = ("", "projects", "src", "code", "dev", "git", "Documents", "opt")

_FOLDERS = ("", "config", "configs", "conf")
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_BESIDE = re.compile(
    r"(?:^|[._-])(?:dev|development|prod|production|test|testing|staging|example|sample|template|default|backup|bak"
    r"|old|orig|copy)(?:[._-]|$)|\.(?:bak|old|orig|backup)$",
    re.IGNORECASE,
)
_MAIN = ("sovereign", "config", "settings", "jarvis", "jarvis-config", "configuration", "app")
_OTHER_TOOLS = re.compile(r"docker|compose|^\.|package|tsconfig|mkdocs|deployment|pre-commit|prometheus", re.IGNORECASE)
_CUSTOM = re.compile(r"custom|local|override|plugin", re.IGNORECASE)
_VERSION = re.compile(rb"""^__version__\s*=\s*["']([0-9A-Za-z.+-]{1,32})["']""", re.MULTILINE)
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([=<>~!][^;#]*)?")


@dataclass(frozen=True, slots=True)
class Installation:
    """What stands in the folder. `unread` has files that could not be used, each with a sentence."""

    root: Path
    material: Material
    settings_files: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    """Folders with memories in them."""
    custom: tuple[str, ...] = ()
    requirements: dict[str, str] = field(default_factory=dict)
    version: str = ""
    files: int = 0
    size: int = 0
    links_out: tuple[str, ...] = ()
    """Links that lead out of the folder, which are not followed."""
    unread: tuple[str, ...] = ()


def usual_places(home: Path) -> tuple[Path, ...]:
    """Folders of this user that hold an old installation, by their names and by a look inside."""
    found = []
    for project in _PROJECTS:
        for name in USUAL_PLACES:
            folder = home / project / name
            if folder.is_dir() and _may_be_one(folder):
                found.append(folder)
    return tuple(dict.fromkeys(found))


def look(place: Path) -> Installation:
    """The installation in the folder; a file stands for itself. Raises SovereignError when there is none."""
    try:
        place = place.expanduser().absolute()
        is_there = place.exists()
    except (OSError, RuntimeError):  # a name that is too long, a user or a folder that may not be looked up
        is_there = False
    if not is_there:
        raise SovereignError(f"There is no {place}.", remedy="Give the folder that the old version ran in.")
    root = place.parent if place.is_file() else place
    try:
        found = list(walk(root))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SovereignError(f"{root} can't be read ({why}).", remedy="Check its permissions.") from error
    outside = {one.relative: None for one in found if one.is_link and not _leads_inside(one.path, root)}
    inside = [one for one in found if one.relative not in outside]
    env = () if place.is_file() else tuple(_env_files(inside))
    reading = _Reading()
    env_read = tuple(filter(None, (reading.env(one) for one in env)))
    if place.is_file():
        candidates = [one for one in inside if one.path == place]
        if not candidates:
            raise SovereignError(f"{place} leads out of its folder.", remedy="Give the file itself.")
    else:
        candidates = _candidates(inside, _told_path(env_read, root))
    main = [one for one in candidates if place.is_file() or not _BESIDE.search(one.path.name)]
    material = Material(
        files=tuple(filter(None, (reading.settings(one, must=len(main) == 1) for one in main))),
        env=env_read,
        beside=tuple(filter(None, (reading.settings(one) for one in candidates if one not in main))),
    )
    if reading.refused is not None and not material.files:
        raise reading.refused
    if not material.files and not material.env:
        raise SovereignError(
            f"There are no settings of an old version in {root}.", remedy="Give the folder that the old version ran in."
        )
    files = [one for one in inside if one.is_file]
    return Installation(
        root=root,
        material=material,
        settings_files=tuple(file.name for file in material.files),
        env_files=tuple(file.name for file in material.env),
        stores=tuple(one.path.parent.relative_to(root).as_posix() for one in files if one.path.name == DATABASE),
        custom=tuple(one.relative for one in files if one.path.suffix == ".py" and _CUSTOM.search(one.path.stem)),
        requirements=_requirements(files),
        version=_version(files),
        files=len(files),
        size=sum(one.size for one in files),
        links_out=tuple(outside),
        unread=tuple(reading.unread),
    )


class _Reading:
    """Reads files and remembers which could not be used."""

    def __init__(self) -> None:
        self.unread: list[str] = []
        self.refused: SettingsError | None = None

    def settings(self, found: Found, *, must: bool = False) -> OldFile | None:
        try:
            file = read_old_file(found.path, found.relative)
        except SettingsError as error:
            if must or self.refused is None:
                self.refused = error
            self.unread.append(error.sentence)
            return None
        return file if _is_ours(file) else None

    def env(self, found: Found) -> EnvFile | None:
        try:
            return read_env(found.path, found.relative)
        except SettingsError as error:
            self.unread.append(error.sentence)
            return None


def _is_ours(file: OldFile) -> bool:
    named = Path(file.name).stem.lower().split(".")[0] in _MAIN
    return named or any(setting.parts[0] in dialects.SECTIONS for setting in file.settings)


def _candidates(found: Iterable[Found], told: str) -> list[Found]:
    """Files that may be settings, the one that was in use first."""
    files = [
        one
        for one in found
        if one.path.suffix.lower() in _SUFFIXES | {".bak", ".old", ".backup", ".orig"}
        and one.relative.rpartition("/")[0] in _FOLDERS
        and not _OTHER_TOOLS.search(one.path.name)
        and (one.path.suffix.lower() in _SUFFIXES or Path(one.path.stem).suffix.lower() in _SUFFIXES)
    ]
    return sorted(files, key=lambda one: (one.relative != told, _rank(one), one.relative))


def _rank(one: Found) -> int:
    stem = one.path.stem.lower()
    return _MAIN.index(stem) if stem in _MAIN else len(_MAIN)


def _env_files(found: Iterable[Found]) -> list[Found]:
    here = [one for one in found if (one.is_file or one.is_link) and one.relative.rpartition("/")[0] in _FOLDERS]
    real = [one for one in here if one.path.name in (".env", ".env.local") or one.path.suffix == ".env"]
    samples = [one for one in here if re.fullmatch(r"\.?env[._-].*", one.path.name) and one not in real]
    return real or samples[:1]


def _told_path(env: Iterable[EnvFile], root: Path) -> str:
    """The settings file that a variable names, as a relative name."""
    for variable in (variable for file in env for variable in file.variables if variable.name == "CONFIG_PATH"):
        path = Path(os.path.normpath(root / variable.value))
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return ""


def _leads_inside(link: Path, root: Path) -> bool:
    return Path(os.path.realpath(link)).is_relative_to(os.path.realpath(root))


def _may_be_one(folder: Path) -> bool:
    try:
        look(folder)
    except SovereignError:
        return False
    return True


def _requirements(files: Iterable[Found]) -> dict[str, str]:
    """The packages that it asked for, with their versions."""
    told: dict[str, str] = {}
    for one in files:
        if re.fullmatch(r"requirements[\w.-]*\.txt", one.path.name) and one.size < 1 << 18:
            for line in _text(one.path).splitlines():
                match = _REQUIREMENT.match(line)
                if match and not line.lstrip().startswith(("#", "-")):
                    told.setdefault(match[1].lower(), (match[2] or "").strip())
    return told


def _version(files: Iterable[Found]) -> str:
    for one in files:
        if one.path.name in ("__init__.py", "version.py", "_version.py") and one.size < 1 << 16:
            match = _VERSION.search(_text(one.path).encode())
            if match:
                return match[1].decode()
    return ""


def _text(path: Path) -> str:
    try:
        with open_untouched(path) as file:
            return file.read(1 << 18).decode("utf-8", errors="replace")
    except OSError:
        return ""

"""The plan: a pure function of what was read. Nothing here opens a file or looks at the machine.

    plan(Material(files=(main, dev), env=(env,)))

Order of judgement for each setting: is it a key; is it an engine's; does a row of `meanings.py` know it; does this
version have a setting of that name, or of that name with a unit; else it is unknown and kept under `legacy:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.migration import dialects, targets
from sovereign_desktop.migration.dotenv import EnvFile, Variable
from sovereign_desktop.migration.engine_slots import Judgement, judge_engines
from sovereign_desktop.migration.fates import Change, Entry, Fate, Plan
from sovereign_desktop.migration.meanings import Defaulted, Meaning, meaning_of
from sovereign_desktop.migration.old_file import OldFile, OldSetting
from sovereign_desktop.migration.providers import ONLY_SPEECH_VOICES, SERVERS, plain
from sovereign_desktop.migration.secret_words import (
    holds_a_key,
    is_for_a_secret,
    keyring_name,
    looks_like_a_key,
    names_a_secret,
)
from sovereign_desktop.migration.successors import successor
from sovereign_desktop.migration.team import member_of, team

LEGACY = "legacy"
"""The section for what this version does not know."""
_OF_KEYS = re.compile(r"(?:^|[_.\-])(?:api[_\-]?keys|secrets|passwords)$", re.IGNORECASE)
"""Sections in which every text is a key."""
AS_TODAY = "as this version writes it"
NOT_A_KEY = "it stands where a key belongs, but is none"


@dataclass(frozen=True, slots=True)
class Material:
    """What was read: the files, the most important first, and those that only stood beside them."""

    files: tuple[OldFile, ...] = ()
    env: tuple[EnvFile, ...] = ()
    beside: tuple[OldFile, ...] = ()
    """Settings for other environments, copies and samples: kept, not used."""


def plan(material: Material) -> Plan:
    """What becomes of every setting in the material, each exactly once."""
    variables = [(env.name, variable) for env in material.env for variable in env.variables]
    entries = [_variable(source, variable) for source, variable in variables]
    every = [setting for file in material.files for setting in file.settings]
    has_realtime = any(setting.parts[0] == "realtime_api" for setting in every)
    for file in material.files:
        entries += _of_file(file, is_hybrid=has_realtime)
    entries = list(_one_place_each(_alone_local(entries, every)))
    entries += [_beside(file.name, setting) for file in material.beside for setting in file.settings]
    notes = [note for file in material.files + material.beside for note in file.notes]
    notes += [note for env in material.env for note in env.notes]
    found = tuple(dict.fromkeys(name for file in material.files for name in dialects.of(file)))
    return Plan(tuple(_with_room(_distinct(list(_in_the_team(entries))))), found, tuple(notes))


def edited(planned: Plan, values: dict[str, Any], skipped: Iterable[str] = ()) -> Plan:
    """The plan with settings given by hand, and without what some old settings would change. Raises SettingsError."""
    leave = set(skipped)
    if unknown := leave - {entry.path for entry in planned.entries}:
        raise SettingsError(f"The old settings have no {min(unknown)[:100]}.")
    added = []
    for key, value in values.items():
        if not targets.exists(key):
            raise SettingsError(f"{key[:100]} is no setting.")
        new, problem = targets.fit(key, value)
        if problem:
            raise SettingsError(problem)
        added.append(Change(key, new))
    entries = tuple(
        replace(entry, fate=Fate.WITHOUT_EFFECT, changes=(), key_name="", why="you left it out")
        if entry.path in leave
        else entry
        for entry in planned.entries
    )
    return replace(planned, entries=tuple(_in_the_team(entries)), added=(*planned.added, *added))


def _of_file(file: OldFile, *, is_hybrid: bool) -> Iterator[Entry]:
    addresses = dict(_addresses(file.settings))
    judged = judge_engines(file.settings, addresses)
    for setting in file.settings:
        if setting.parts not in judged and not _addressed(setting):
            judged[setting.parts] = _asked_there(_judge(setting, is_hybrid=is_hybrid), addresses)
    used = {str(change.value) for judgement in judged.values() for change in judgement.changes}
    for setting in file.settings:
        if (secret := _secret(file.name, setting)) is not None:
            yield secret
        elif (judgement := judged.get(setting.parts)) is not None:
            yield _checked(file.name, setting, judgement)
        else:
            yield _checked(file.name, setting, _address(setting, _addressed(setting), used))


def _asked_there(judgement: Judgement, addresses: Mapping[str, str]) -> Judgement:
    """The judgement with the addresses of this file in place of the usual ones: a proxy is nothing to go round."""
    own = {SERVERS[name].base_url: address for name, address in addresses.items()}
    changes = (
        Change(one.key, own.get(str(one.value), one.value)) if one.key.endswith(".base_url") else one
        for one in judgement.changes
    )
    return replace(judgement, changes=tuple(changes))


def _secret(source: str, setting: OldSetting) -> Entry | None:
    name = setting.parts[-1]
    if len(setting.parts) > 1 and _OF_KEYS.search(setting.parts[-2]) and not names_a_secret(name):
        name = f"{name}_api_key"  # `api_keys: {elevenlabs: …}`
    if holds_a_key(name, setting.value):
        if isinstance(setting.value, str) and (names_a_secret(name) or setting.value.startswith("sk-")):
            return Entry(source, setting, Fate.SECRET, key_name=keyring_name(setting.path), is_hidden=True)
        why = "it has a key inside, which is not written anywhere; it stays in the old file and its backup"
        return Entry(source, setting, Fate.WITHOUT_EFFECT, why=why, is_hidden=True)
    if isinstance(setting.value, str) and is_for_a_secret(name, setting.value):
        return Entry(source, setting, Fate.WITHOUT_EFFECT, why=NOT_A_KEY, is_hidden=True)
    return None


def _variable(source: str, variable: Variable) -> Entry:
    setting = OldSetting((variable.name,), variable.value, variable.line)
    if holds_a_key(variable.name, variable.value):
        return Entry(source, setting, Fate.SECRET, key_name=keyring_name(variable.name), is_hidden=True)
    if names_a_secret(variable.name):
        return Entry(source, setting, Fate.WITHOUT_EFFECT, why=NOT_A_KEY, is_hidden=True)
    return _checked(source, setting, _judge(setting, is_hybrid=True))


def _judge(setting: OldSetting, *, is_hybrid: bool) -> Judgement:
    meaning = meaning_of(setting.path)
    if meaning is not None and meaning.to and (place := targets.first_of(meaning.to)):
        return _by_meaning(setting, meaning, place)
    if targets.exists(setting.path) and not (meaning is not None and meaning.is_final):
        return _by_name(setting, is_hybrid=is_hybrid)
    if meaning is not None and (not meaning.to or meaning.why):
        return Judgement(Fate.WITHOUT_EFFECT, why=meaning.why)
    if meaning is None and setting.parts[0] in dialects.SECTIONS_OF_TODAY:
        key, factor = targets.by_unit(setting.path)
        if key:
            return _with_unit(setting, key, factor)
    if meaning is not None or setting.parts[0] in dialects.SECTIONS:
        return Judgement(Fate.UNKNOWN, why="this version has no such setting")
    return Judgement(Fate.UNKNOWN, why="no version that is known had it")


def _by_meaning(setting: OldSetting, meaning: Meaning, place: str) -> Judgement:
    if setting.value is None or setting.value == "":
        return Judgement(Fate.DEFAULTED, why="it has no value")
    if meaning.convert is not None:
        try:
            converted = meaning.convert(setting.value)
        except (ValueError, TypeError, OverflowError):
            return Judgement(Fate.DEFAULTED, why=f"its value is of the wrong kind; {place} keeps its default")
        if converted is None:
            return Judgement(Fate.WITHOUT_EFFECT, why=meaning.why)
        if isinstance(converted, Defaulted):
            return Judgement(Fate.DEFAULTED, why=converted.why)
        if not _same(converted.value, setting.value):
            also = (Change(key, value) for key, value in converted.also if targets.exists(key))
            return Judgement(Fate.CONVERTED, (Change(place, converted.value), *also), converted.why or AS_TODAY)
    elif isinstance(setting.value, str) and (today := _successor(place, setting.value)) is not None:
        return today
    fate = Fate.KEPT if place == setting.path else Fate.RENAMED
    return Judgement(fate, (Change(place, setting.value),))


def _successor(place: str, value: str) -> Judgement | None:
    today = successor(value, live=place.endswith("transcription.model"))
    if today is None:
        return None
    return Judgement(Fate.CONVERTED, (Change(place, today.model),), today.why)


def _by_name(setting: OldSetting, *, is_hybrid: bool) -> Judgement:
    key, value = setting.path, setting.value
    if value is None:
        return Judgement(Fate.DEFAULTED, why="it has no value")
    if key.endswith(".model") and isinstance(value, str) and (today := _successor(key, value)) is not None:
        return today
    if key == "realtime_api.voice" and str(value).lower() in ONLY_SPEECH_VOICES:
        return Judgement(Fate.CONVERTED, (Change(key, "marin"),), "the Realtime API does not have this voice")
    if key == "app.mode" and value == "traditional" and not is_hybrid:
        why = "the old version had no other mode; this one does the same and asks the Realtime API first, with a key"
        return Judgement(Fate.CONVERTED, (Change(key, "hybrid"),), why)
    return Judgement(Fate.KEPT, (Change(key, value),))


def _with_unit(setting: OldSetting, key: str, factor: float) -> Judgement:
    if isinstance(setting.value, bool) or not isinstance(setting.value, int | float):
        return Judgement(Fate.DEFAULTED, why=f"its value is of the wrong kind; {key} keeps its default")
    if factor == 1:
        return Judgement(Fate.RENAMED, (Change(key, setting.value),))
    return Judgement(Fate.CONVERTED, (Change(key, setting.value * factor),), "the unit is another one")


def _checked(source: str, setting: OldSetting, judged: Judgement) -> Entry:
    """The judgement with values as the schema takes them; what it does not take is defaulted."""
    if judged.fate in (Fate.UNKNOWN, Fate.WITHOUT_EFFECT) and looks_like_a_key(setting.value):
        return Entry(source, setting, Fate.WITHOUT_EFFECT, why="it has a key inside", is_hidden=True)
    changes = []
    for change in judged.changes:
        value, problem = targets.fit(change.key, change.value)
        if problem:
            return Entry(source, setting, Fate.DEFAULTED, why=problem)
        changes.append(Change(change.key, value))
    fate, why = judged.fate, judged.why
    if changes and fate in (Fate.KEPT, Fate.RENAMED) and not _same(changes[0].value, setting.value):
        fate, why = Fate.CONVERTED, why or AS_TODAY
    return Entry(source, setting, fate, tuple(changes), why)


def _same(new: Any, old: Any) -> bool:
    return bool(new == old) and isinstance(new, bool) == isinstance(old, bool)


def _addressed(setting: OldSetting) -> str:
    """The provider whose address `api.<provider>_base_url` gives."""
    leaf = setting.parts[-1] if setting.parts[0] == "api" else ""
    for end in ("_base_url", "_api_url", "_url", "_endpoint"):
        if leaf.endswith(end) and (name := plain(leaf.removesuffix(end))) in SERVERS:
            return name
    return ""


def _addresses(settings: Iterable[OldSetting]) -> Iterator[tuple[str, str]]:
    for setting in settings:
        address = str(setting.value).strip().rstrip("/")
        if address.startswith(("http://", "https://")) and (provider := _addressed(setting)):
            yield provider, address


def _address(setting: OldSetting, provider: str, used: set[str]) -> Judgement:
    address = str(setting.value).strip().rstrip("/")
    if address not in used:
        return Judgement(Fate.WITHOUT_EFFECT, why=f"nothing that is brought over asks {provider}")
    if not address.startswith(("http://", "https://")):
        return Judgement(Fate.DEFAULTED, why="it is no address")
    return Judgement(Fate.CONVERTED, why=f"it is the address of the engines that ask {provider}")


def _alone_local(entries: list[Entry], every: list[OldSetting]) -> list[Entry]:
    """Who had nothing in the cloud before does not get there by migrating: the mode stays Local."""
    told = [one for one in every if one.parts[0] in ("stt", "tts", "llm") and one.parts[-1].endswith("provider")]
    providers = {plain(one.value) for one in told}
    if not providers or any(name in SERVERS and SERVERS[name].is_cloud for name in providers):
        return entries
    mode, why = (Change("app.mode", "traditional"),), "nothing was asked in the cloud"
    return [
        replace(entry, fate=Fate.KEPT, changes=mode, why=why)
        if entry.path == "app.mode" and entry.setting.value == "traditional"
        else entry
        for entry in entries
    ]


def _one_place_each(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Of several old settings for one place, the first counts; variables come first, as they won before."""
    taken: dict[str, tuple[Any, str]] = {}
    for entry in entries:
        free = tuple(one for one in entry.changes if taken.get(one.key, (one.value,))[0] == one.value)
        if entry.changes and entry.changes[0] not in free:
            key = entry.changes[0].key
            yield replace(entry, fate=Fate.WITHOUT_EFFECT, changes=(), why=f"{taken[key][1]} says what {key} is")
            continue
        for change in free:
            taken.setdefault(change.key, (change.value, f"{entry.path} ({entry.source})"))
        yield replace(entry, changes=free)


def _in_the_team(entries: Sequence[Entry]) -> Iterator[Entry]:
    """No setting of a model that does not answer with the others pretends to have an effect."""
    members = team((change.key, change.value) for entry in entries for change in entry.changes)
    for entry in entries:
        left = tuple(one for one in entry.changes if not (name := member_of(one.key)) or name in members)
        if entry.changes and not left:
            yield replace(entry, fate=Fate.WITHOUT_EFFECT, changes=(), why="the model that it belongs to is left out")
        else:
            yield replace(entry, changes=left)


def _beside(source: str, setting: OldSetting) -> Entry:
    if (secret := _secret(source, setting)) is not None:
        return replace(secret, fate=Fate.WITHOUT_EFFECT, why="the file was not in use", key_name="")
    return Entry(source, setting, Fate.UNKNOWN, why=f"{source} was not in use", kept_as=(source, *setting.parts))


def _with_room(entries: Iterable[Entry]) -> Iterator[Entry]:
    """A place below `legacy:` for each unknown setting; the file's name comes first where two want the same."""
    taken: dict[tuple[str, ...], bool] = {}
    for entry in entries:
        if entry.fate is not Fate.UNKNOWN:
            yield entry
            continue
        parts = entry.setting.parts
        place = entry.kept_as or (parts[1:] if parts[0] == LEGACY and len(parts) > 1 else parts)
        while not _is_free(place, taken):
            place = (entry.source, *place)
        taken.update({place[:length]: length == len(place) for length in range(1, len(place) + 1)})
        yield replace(entry, kept_as=place)


def _is_free(place: tuple[str, ...], taken: dict[tuple[str, ...], bool]) -> bool:
    """Nothing stands there, nor in the way to it; `taken` says of each place whether it is a value."""
    return place not in taken and not any(taken.get(place[:length]) for length in range(1, len(place)))


def _distinct(entries: list[Entry]) -> tuple[Entry, ...]:
    """Keys with the same name and another value get a number."""
    seen: dict[str, Any] = {}
    result = []
    for entry in entries:
        name = entry.key_name
        if name:
            number = 1
            while name in seen and seen[name] != entry.setting.value:
                number += 1
                name = f"{entry.key_name[:60]}-{number}"
            seen[name] = entry.setting.value
        result.append(replace(entry, key_name=name))
    return tuple(result)

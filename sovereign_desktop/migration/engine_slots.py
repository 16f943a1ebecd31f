"""Recogniser, language model and voice of the old versions: several of each, in three ways of writing.

    stt: {primary: {provider: openai}}     stt: {primary_provider: openai}     stt: {provider: openai}

A slot is one of them with its provider. The first usable slot becomes the engine of this version, whose `auto` asks
a server first and this computer when that fails: what primary and fallback meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sovereign_desktop.migration.fates import Change, Fate
from sovereign_desktop.migration.old_file import OldSetting
from sovereign_desktop.migration.providers import (
    MEMBERS,
    REALTIME_VOICES,
    SERVERS,
    SPEECH_SERVERS,
    SPHINXES,
    SYSTEM_VOICES,
    WHISPERS,
    Server,
    plain,
    whisper_model,
)
from sovereign_desktop.migration.successors import successor
from sovereign_desktop.migration.targets import exists
from sovereign_desktop.migration.team import FEWEST, ROLES, member_key


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of one setting; the plan checks the values against the schema."""

    fate: Fate
    changes: tuple[Change, ...] = ()
    why: str = ""


@dataclass(slots=True)
class Slot:
    """One engine of an old file: its provider, and its settings by their plain names."""

    name: str
    settings: dict[str, OldSetting] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        told = self.settings.get("provider")
        return "" if told is None or told.value is None else plain(told.value)


_ORDER = {
    "stt": ("primary", "", "fallback"),
    "tts": ("primary", "", "fallback"),
    "llm": ("primary", "", "fast", "deep", "fallback", "local"),
}
_ATTRIBUTES = {
    "stt": frozenset({"provider", "model", "language", "timeout", "base_url", "api_base"}),
    "tts": frozenset({"provider", "model", "voice", "speed", "timeout", "base_url", "api_base"}),
    "llm": frozenset({"provider", "model", "max_tokens", "temperature", "timeout", "base_url", "api_base",
                      "context_length", "context_window", "cost_per_1k_tokens", "max_requests_per_minute"}),
}  # fmt: skip
_TODAY = frozenset({"openai_compatible", "faster_whisper"})
"""Sections of this version that look like slots."""

_IDLE = {
    "context_length": "the server knows how much its model can read",
    "context_window": "the server knows how much its model can read",
    "max_requests_per_minute": "the server itself says when it has had enough",
}

_OWN_PRICES = "the program brings its own list of prices"
_PER_MILLION = "prices are for a million tokens now"


def judge_engines(settings: Sequence[OldSetting], servers: Mapping[str, str]) -> dict[tuple[str, ...], Judgement]:
    """What becomes of every setting of an engine, by its parts. `servers` has addresses given elsewhere."""
    judged: dict[tuple[str, ...], Judgement] = {}
    for section, say in (("stt", _say_stt), ("tts", _say_tts), ("llm", _say_llm)):
        if _is_of_today(section, settings):
            continue
        slots = _slots(section, settings)
        usable = SERVERS if section == "llm" else SPEECH_SERVERS
        chosen = next((slot for slot in slots.values() if slot.provider in usable), None)
        team = _team(slots, chosen) if section == "llm" else frozenset()
        for slot in slots.values():
            where = _Where(slot, chosen, servers, team)
            for attribute, setting in slot.settings.items():
                if setting.value in (None, ""):
                    judged[setting.parts] = Judgement(Fate.DEFAULTED, why="it has no value")
                else:
                    judged[setting.parts] = say(attribute, setting, where)
    return judged


@dataclass(frozen=True, slots=True)
class _Where:
    """The slot that a setting is in, and the one whose server was chosen."""

    slot: Slot
    chosen: Slot | None
    servers: Mapping[str, str]
    team: frozenset[str]
    """The names of the slots whose models answer as one."""

    @property
    def is_chosen(self) -> bool:
        return self.slot is self.chosen


def _slots(section: str, settings: Sequence[OldSetting]) -> dict[str, Slot]:
    found: dict[str, Slot] = {}
    for setting in settings:
        place = _place(section, setting.parts)
        if place is not None:
            name, attribute = place
            found.setdefault(name, Slot(name)).settings.setdefault(attribute, setting)
    return {name: found[name] for name in _ORDER[section] if name in found}


def _place(section: str, parts: tuple[str, ...]) -> tuple[str, str] | None:
    """The slot and attribute that the setting is about, if it is about one."""
    if parts[0] != section or parts[1:2] == ("",):
        return None
    known = _ATTRIBUTES[section]
    if len(parts) == 3 and parts[1] in _ORDER[section] and parts[2] in known:
        return parts[1], parts[2]
    if len(parts) != 2:
        return None
    name, _, attribute = parts[1].partition("_")
    if name in _ORDER[section] and name and attribute in known:
        return name, attribute
    return ("", parts[1]) if parts[1] in known else None


def _is_of_today(section: str, settings: Sequence[OldSetting]) -> bool:
    """Is the section written as this version has it? Then its settings are taken by their names."""
    mine = [setting for setting in settings if setting.parts[0] == section]
    if any(len(setting.parts) > 2 and setting.parts[1] in _TODAY for setting in mine):
        return True
    told = {setting.parts[1]: setting.value for setting in mine if len(setting.parts) == 2}
    if told.get("provider") in ("auto", "none", "openai_compatible", "faster_whisper"):
        return True
    return section == "llm" and "base_url" in told and "provider" not in told


def _address(slot: Slot, server: Server, servers: Mapping[str, str]) -> str:
    own = slot.settings.get("base_url") or slot.settings.get("api_base")
    if own is not None and isinstance(own.value, str) and own.value:
        return own.value.rstrip("/")
    return servers.get(slot.provider, server.base_url)


def _put(setting: OldSetting, *keys: str, value: Any = None, why: str = "") -> Judgement:
    """The old value, or another one, at this place."""
    changed = value is not None and value != setting.value
    new = setting.value if value is None else value
    places = tuple(Change(key, new) for key in keys if exists(key))
    if changed or why:
        return Judgement(Fate.CONVERTED, places, why)
    return Judgement(Fate.KEPT if keys[0] == setting.path else Fate.RENAMED, places)


def _idle(why: str) -> Judgement:
    return Judgement(Fate.WITHOUT_EFFECT, why=why)


def _model(setting: OldSetting, key: str) -> Judgement:
    if (today := successor(str(setting.value))) is not None:
        return _put(setting, key, value=today.model, why=today.why)
    return _put(setting, key)


def _server(setting: OldSetting, section: str, where: _Where) -> Judgement:
    """The provider as an address and the name of a key."""
    server = SERVERS[where.slot.provider]
    address = _address(where.slot, server, where.servers)
    changes = (Change(f"{section}.base_url", address), Change(f"{section}.key", where.slot.provider))
    return Judgement(Fate.CONVERTED, changes, f"{setting.value} is asked at its address, as every server is")


def _say_stt(attribute: str, setting: OldSetting, where: _Where) -> Judgement:
    place = "stt.openai_compatible"
    if attribute == "language":
        short = str(setting.value).strip().lower().replace("_", "-").partition("-")[0]
        why = "" if short == setting.value else "languages are written with their short code"
        return _put(setting, "stt.language", value=short, why=why)
    if attribute == "timeout":
        return _put(setting, f"{place}.timeout_s")
    if where.is_chosen:
        if attribute == "provider":
            return _server(setting, place, where)
        return _model(setting, f"{place}.model") if attribute == "model" else _put(setting, f"{place}.base_url")
    if where.slot.provider in WHISPERS:
        return _local_stt(attribute, setting)
    if where.slot.provider in SPHINXES and attribute == "provider":
        return _put(setting, "stt.provider", value="pocketsphinx")
    return _idle(_no_engine(where.slot, "recognisers"))


def _local_stt(attribute: str, setting: OldSetting) -> Judgement:
    if attribute == "provider":
        why = "faster_whisper takes its place, as soon as its model is here (`models download`)"
        return _put(setting, "stt.provider", value="auto", why=why)
    if attribute != "model":
        return _idle("Whisper runs inside the program")
    size = whisper_model(str(setting.value))
    if not size:
        return Judgement(Fate.DEFAULTED, why="models of other programs can't be read; the usual size is used")
    return _put(setting, "stt.faster_whisper.model", value=size, why="" if size == setting.value else "by its size")


def _say_tts(attribute: str, setting: OldSetting, where: _Where) -> Judgement:
    place = "tts.openai_compatible"
    if attribute == "timeout":
        return _put(setting, f"{place}.timeout_s")
    if attribute == "speed":
        return _put(setting, "tts.speed")
    if where.is_chosen:
        if attribute == "provider":
            return _server(setting, place, where)
        if attribute == "model":
            return _model(setting, f"{place}.model")
        return _voice(setting) if attribute == "voice" else _put(setting, f"{place}.base_url")
    if where.slot.provider in SYSTEM_VOICES:
        if attribute == "provider":
            return _put(setting, "tts.provider", value="auto", why="auto has the system's own voice, too")
        return _put(setting, "tts.voice") if attribute == "voice" else _idle("the system's voice has no model")
    return _idle(_no_engine(where.slot, "voices") + "; the system's own voice stands by")


def _voice(setting: OldSetting) -> Judgement:
    """The same voice for both ways to speak, where the Realtime API has it."""
    if str(setting.value).strip().lower() in REALTIME_VOICES:
        return _put(setting, "tts.voice", "realtime_api.voice")
    return _put(setting, "tts.voice")


def _say_llm(attribute: str, setting: OldSetting, where: _Where) -> Judgement:
    if attribute in _IDLE:
        return _idle(_IDLE[attribute])
    if where.is_chosen or not (where.slot.name or where.slot.provider):
        alone = _chosen_llm(attribute, setting, where)
        if where.slot.name not in where.team:
            return alone
        if attribute == "cost_per_1k_tokens":
            return _as_member(attribute, setting, where)
        return replace(alone, changes=(*alone.changes, *_as_member(attribute, setting, where).changes))
    if where.slot.name in where.team:
        return _as_member(attribute, setting, where)
    if attribute == "cost_per_1k_tokens":
        return _idle(_OWN_PRICES)
    if where.chosen is not None:
        return _idle(f"{_called(where.chosen)} answers; {_no_member(where.slot)}")
    return _idle(
        f"{_no_engine(where.slot, 'language models')}; a model on this computer needs a server such as llama-server"
        " or Ollama, whose address goes into llm.base_url"
    )


def _called(slot: Slot) -> str:
    return f"llm.{slot.name}" if slot.name else "the model of llm"


def _no_member(slot: Slot) -> str:
    return "this one has no model" if slot.provider in SERVERS else _no_engine(slot, "language models")


def _chosen_llm(attribute: str, setting: OldSetting, where: _Where) -> Judgement:
    if attribute == "provider":
        return _server(setting, "llm", where)
    if attribute == "model":
        return _model(setting, "llm.model")
    if attribute in ("base_url", "api_base"):
        return _put(setting, "llm.base_url")
    if attribute == "cost_per_1k_tokens":
        return _idle(_OWN_PRICES)
    return _put(setting, "llm.timeout_s" if attribute == "timeout" else f"llm.{attribute}")


def _team(slots: Mapping[str, Slot], chosen: Slot | None) -> frozenset[str]:
    """The places whose models answer as one: the chosen one's, and at least one more that can be asked."""
    able = {name for name, slot in slots.items() if slot.provider in SERVERS or slot.provider in MEMBERS}
    named = {name for name in able if (model := slots[name].settings.get("model")) is not None and model.value}
    return frozenset(named) if chosen is not None and chosen.name in named and len(named) >= FEWEST else frozenset()


def _as_member(attribute: str, setting: OldSetting, where: _Where) -> Judgement:
    """The setting of a model that is one of several."""
    slot = where.slot
    if attribute == "provider":
        provider = MEMBERS.get(slot.provider, "openai_compatible")
        told = [("provider", provider), ("role", ROLES[slot.name])]
        if slot.provider in SERVERS and provider != "anthropic":
            told += [("base_url", _address(slot, SERVERS[slot.provider], where.servers)), ("key", slot.provider)]
        why = f"several models answer as one now (orchestrator); it is the one in the role of {ROLES[slot.name]}"
        if slot.provider not in SERVERS:
            why += ", at a llama-server on this computer as soon as you start one"
        changes = tuple(Change(member_key(slot.name, name), value) for name, value in told)
        return Judgement(Fate.CONVERTED, changes, why)
    if attribute == "cost_per_1k_tokens":
        if isinstance(setting.value, bool) or not isinstance(setting.value, int | float):
            return Judgement(Fate.DEFAULTED, why="its value is of the wrong kind")
        price = round(setting.value * 1000, 9)
        return _put(setting, member_key(slot.name, "cost_per_1m_tokens"), value=price, why=_PER_MILLION)
    if attribute == "model":
        return _model(setting, member_key(slot.name, "model"))
    name = {"timeout": "timeout_s", "api_base": "base_url"}.get(attribute, attribute)
    return _put(setting, member_key(slot.name, name))


def _no_engine(slot: Slot, kind: str) -> str:
    return f"this version has no {kind} of {slot.settings['provider'].value}" if slot.provider else "it has no provider"

"""What the settings window shows, taken from the schema: pages of settings, each with its kind, bounds and words.

No Qt: what can be set, and how it is called, is decided here and drawn in `windows/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any
from unicodedata import category

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sovereign_desktop.config import dotted
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.section import Amount


class Kind(StrEnum):
    """How a setting is entered."""

    SWITCH = auto()
    CHOICE = auto()
    WHOLE = auto()
    NUMBER = auto()
    AMOUNT = auto()
    """A number, or none at all."""
    LINES = auto()
    """Several texts."""
    HOTKEY = auto()
    TEXT = auto()
    MICROPHONE = auto()
    LOUDSPEAKER = auto()
    PARTS = auto()
    """Several things with parts of their own (`config.parts`)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting. `key` is its dotted name in the file, `meaning` what the schema says of it."""

    key: str
    label: str
    meaning: str
    kind: Kind
    default: Any
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""

    def value_in(self, tree: Mapping[str, Any]) -> Any:
        """Its value in the settings in plain types, as it would stand in the file."""
        return dotted.get(tree, self.key)

    def matches(self, words: str) -> bool:
        """Whether all of the words that are looked for stand somewhere in its name or meaning."""
        text = f"{self.key} {self.label} {self.meaning}".lower()
        return all(word in text for word in words.lower().split())


@dataclass(frozen=True, slots=True)
class Group:
    """Settings under one heading; the heading of a page's own settings is empty."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A section of the file."""

    name: str
    title: str
    meaning: str
    groups: tuple[Group, ...]

    @property
    def entries(self) -> Iterator[Entry]:
        return (entry for group in self.groups for entry in group.entries)


_TITLES = {
    "app": "General",
    "ui": "Windows",
    "activation": "Hotkeys",
    "audio": "Sound",
    "stt": "Speech recognition",
    "llm": "Language model",
    "tts": "Voice",
    "realtime_api": "Realtime API",
    "performance": "Fallback",
    "mode_switching": "Coming back",
    "spend": "Spending",
    "logging": "Log",
    "orchestrator": "Several models",
    "memory_context": "Memory",
    "smart_context": "What models are told",
    "screen_context": "Screen",
}
"""Where the name of a section says too little."""
_UNITS = {"_ms": "ms", "_s": "s", "_seconds": "s", "_usd": "$"}
_WORDS = {
    "api": "API",
    "url": "address",
    "usd": "$",
    "ca": "certificate authority",
    "llm": "language model",
    "openai": "OpenAI",
    "ocr": "OCR",
    "db": "database",
    "ssl": "TLS",
    "max": "most",
    "min": "least",
}
_LABELS = {
    "app.autostart": ("Start with the session", ""),
    "audio.input_device": ("Microphone", ""),
    "audio.output_device": ("Loudspeaker", ""),
    "activation.hold_ms": ("Hold from", "ms"),
    "audio.max_utterance_s": ("Longest question", "s"),
    "audio.endpointing.min_speech_ms": ("Shortest speech", "ms"),
    "llm.stall_s": ("Longest silence in an answer", "s"),
    "spend.warn_day_usd": ("Warn above, a day", "$"),
    "spend.cap_day_usd": ("Limit, a day", "$"),
    "spend.warn_month_usd": ("Warn above, a month", "$"),
    "spend.cap_month_usd": ("Limit, a month", "$"),
    "orchestrator.quality_per_usd": ("Quality per $", ""),
    "smart_context.cache.ttl_seconds": ("Keep for", "s"),
    "smart_context.cache.max_size": ("Most answers", ""),
    "updates.check": ("Look for new versions", ""),
    "updates.url": ("Another address", ""),
}
"""Label and unit where the words of the name do not say it."""
_SPECIAL = {
    "activation.hotkey": Kind.HOTKEY,
    "activation.cancel_hotkey": Kind.HOTKEY,
    "screen_context.pause_hotkey": Kind.HOTKEY,
    "audio.input_device": Kind.MICROPHONE,
    "audio.output_device": Kind.LOUDSPEAKER,
}
"""What is entered in another way than its type says."""


def pages() -> tuple[Page, ...]:
    """Every setting of the schema, once, in its order."""
    defaults = Settings().model_dump(mode="json")
    made = []
    for name, field in Settings.model_fields.items():
        section = _section(field)
        if section is not None:
            groups = tuple(_groups(section, name, "", defaults))
            meaning = (section.__doc__ or "").split("\n\n")[0] if section.__doc__ != BaseModel.__doc__ else ""
            made.append(Page(name, _TITLES.get(name, _words(name)), _plain(meaning), groups))
    return tuple(made)


def typed(text: str) -> str:
    """What somebody typed or pasted, without the signs that nobody sees: control characters, marks of direction."""
    return "".join(sign for sign in text if category(sign) not in ("Cc", "Cf")).strip()


def _groups(section: type[BaseModel], prefix: str, title: str, defaults: dict[str, Any]) -> Iterator[Group]:
    inner = {name: kind for name, field in section.model_fields.items() if (kind := _section(field)) is not None}
    own = tuple(
        _entry(f"{prefix}.{name}", name, field, dotted.get(defaults, f"{prefix}.{name}"))
        for name, field in section.model_fields.items()
        if name not in inner
    )
    if own:
        yield Group(title, own)
    for name, kind in inner.items():
        yield from _groups(kind, f"{prefix}.{name}", f"{title} · {_words(name)}".strip(" ·"), defaults)


def _entry(key: str, name: str, field: FieldInfo, default: Any) -> Entry:
    kind = _kind(key, field)
    limits = {
        side: getattr(rule, side) for rule in field.metadata for side in ("ge", "gt", "le", "lt") if hasattr(rule, side)
    }
    stem, unit = next(
        ((name.removesuffix(end), unit) for end, unit in _UNITS.items() if name.endswith(end)), (name, "")
    )
    label, unit = _LABELS.get(key, (_words(stem), unit))
    choices = tuple(str(member.value) for member in field.annotation) if kind is Kind.CHOICE else ()  # type: ignore[union-attr]
    low = limits.get("ge", limits.get("gt"))
    return Entry(
        key,
        label,
        _plain(field.description or ""),
        kind,
        default,
        choices,
        0.0 if kind is Kind.AMOUNT else low,
        limits.get("le", limits.get("lt")),
        unit,
    )


def _kind(key: str, field: FieldInfo) -> Kind:
    kind = field.annotation
    if (special := _SPECIAL.get(key)) is not None:
        return special
    if kind == Amount | None:
        return Kind.AMOUNT
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Kind.CHOICE
    plain: dict[Any, Kind] = {
        bool: Kind.SWITCH,
        int: Kind.WHOLE,
        float: Kind.NUMBER,
        str: Kind.TEXT,
        tuple[str, ...]: Kind.LINES,
    }
    return plain.get(kind, Kind.PARTS)


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _words(name: str) -> str:
    text = " ".join(_WORDS.get(word, word) for word in name.split("_"))
    return text[:1].upper() + text[1:]


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").split())

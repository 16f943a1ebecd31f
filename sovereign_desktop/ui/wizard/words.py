"""What the engine's terms are called in the windows."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QCoreApplication

from sovereign_desktop.migration.catalogue import State
from sovereign_desktop.migration.checks import Verdict
from sovereign_desktop.migration.fates import Fate

MARKS = {Verdict.GOOD: "✓", Verdict.MISSING: "○", Verdict.WRONG: "✗"}
LONGEST = 200


def fate_word(fate: Fate) -> str:
    """What becomes of a setting, in a word."""
    return {
        Fate.KEPT: QCoreApplication.translate("Migration", "kept"),
        Fate.RENAMED: QCoreApplication.translate("Migration", "renamed"),
        Fate.CONVERTED: QCoreApplication.translate("Migration", "converted"),
        Fate.DEFAULTED: QCoreApplication.translate("Migration", "default"),
        Fate.WITHOUT_EFFECT: QCoreApplication.translate("Migration", "no effect"),
        Fate.UNKNOWN: QCoreApplication.translate("Migration", "set aside"),
        Fate.SECRET: QCoreApplication.translate("Migration", "to the keyring"),
    }[fate]


def fate_meaning(fate: Fate) -> str:
    """What that word means, in a sentence."""
    return {
        Fate.KEPT: QCoreApplication.translate("Migration", "The same name, the same value."),
        Fate.RENAMED: QCoreApplication.translate("Migration", "The same value under another name."),
        Fate.CONVERTED: QCoreApplication.translate("Migration", "Another value that means the same."),
        Fate.DEFAULTED: QCoreApplication.translate("Migration", "The default of this version is used."),
        Fate.WITHOUT_EFFECT: QCoreApplication.translate("Migration", "Nothing follows from it in this version."),
        Fate.UNKNOWN: QCoreApplication.translate("Migration", "Kept as it is under “legacy”, where it does nothing."),
        Fate.SECRET: QCoreApplication.translate("Migration", "A key: it moves to the system’s keyring."),
    }[fate]


def state_word(state: State) -> str:
    """How far a migration got."""
    return {
        State.PREPARING: QCoreApplication.translate("Migration", "backup unfinished"),
        State.BACKED_UP: QCoreApplication.translate("Migration", "backed up"),
        State.APPLYING: QCoreApplication.translate("Migration", "interrupted"),
        State.APPLIED: QCoreApplication.translate("Migration", "done"),
        State.ROLLING_BACK: QCoreApplication.translate("Migration", "interrupted while undoing"),
        State.ROLLED_BACK: QCoreApplication.translate("Migration", "undone"),
    }[state]


def verdict_word(verdict: Verdict) -> str:
    return {
        Verdict.GOOD: QCoreApplication.translate("Migration", "good"),
        Verdict.MISSING: QCoreApplication.translate("Migration", "missing"),
        Verdict.WRONG: QCoreApplication.translate("Migration", "to be mended"),
    }[verdict]


def preset_word(name: str) -> str:
    return {
        "balanced": QCoreApplication.translate("Migration", "&Balanced: the program as it comes"),
        "low_latency": QCoreApplication.translate("Migration", "&Quick answers: gives up on slow ones sooner"),
        "slow_network": QCoreApplication.translate("Migration", "S&low network: waits longer, tries more often"),
        "low_resources": QCoreApplication.translate("Migration", "Small &computer: smaller models, less context"),
    }[name]


def shown(value: Any) -> str:
    """A value as it is written in a file, short enough for a table."""
    if value is None:
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

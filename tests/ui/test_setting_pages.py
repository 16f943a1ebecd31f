"""The settings window's pages are the schema: nothing is missing, nothing stands there twice."""

from __future__ import annotations

import pytest

from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.validation import known_keys
from sovereign_desktop.ui.setting_pages import Entry, Kind, pages

ENTRIES = {entry.key: entry for page in pages() for entry in page.entries}


def test_every_setting_stands_on_one_page() -> None:
    keys = [entry.key for page in pages() for entry in page.entries]
    assert sorted(keys) == sorted(key for key, _ in known_keys())


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.key)
def test_a_setting_says_what_it_is_and_shows_its_default(entry: Entry) -> None:
    assert entry.label
    assert "_" not in entry.label
    assert entry.value_in(Settings().model_dump(mode="json")) == entry.default


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("app.caption", Kind.SWITCH),
        ("app.mode", Kind.CHOICE),
        ("audio.pre_roll_ms", Kind.WHOLE),
        ("audio.volume", Kind.NUMBER),
        ("spend.cap_day_usd", Kind.AMOUNT),
        ("activation.hotkey", Kind.HOTKEY),
        ("llm.base_url", Kind.TEXT),
        ("screen_context.privacy.own_words", Kind.LINES),
        ("screen_context.pause_hotkey", Kind.HOTKEY),
        ("orchestrator.models", Kind.PARTS),
        ("audio.input_device", Kind.MICROPHONE),
    ],
)
def test_each_kind_is_told_from_its_type(key: str, kind: Kind) -> None:
    assert ENTRIES[key].kind is kind


def test_bounds_units_and_choices_are_those_of_the_schema() -> None:
    pre_roll = ENTRIES["audio.pre_roll_ms"]
    assert (pre_roll.label, pre_roll.low, pre_roll.high, pre_roll.unit) == ("Pre roll", 0, 1000, "ms")
    assert ENTRIES["app.mode"].choices == ("hybrid", "realtime", "traditional")


@pytest.mark.parametrize(
    ("key", "label", "unit"),
    [
        ("spend.cap_day_usd", "Limit, a day", "$"),
        ("orchestrator.quality_per_usd", "Quality per $", ""),
        ("smart_context.cache.ttl_seconds", "Keep for", "s"),
        ("llm.max_tokens", "Most tokens", ""),
    ],
)
def test_labels_are_words_and_units_are_those_of_the_value(key: str, label: str, unit: str) -> None:
    assert (ENTRIES[key].label, ENTRIES[key].unit) == (label, unit)


def test_abbreviations_are_written_as_they_are() -> None:
    titles = {group.title for page in pages() for group in page.groups}
    assert {"OCR", "OpenAI compatible", "Vector database"} <= titles


def test_a_setting_is_found_by_its_name_and_by_what_it_means() -> None:
    silence = ENTRIES["audio.endpointing.silence_ms"]
    assert silence.matches("silence hands-free")
    assert silence.matches("ENDPOINTING")
    assert not silence.matches("silence price")

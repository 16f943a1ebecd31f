"""What the settings say about switching is what the line of backends does, and each switch is told once."""

from __future__ import annotations

from sovereign_desktop.app.switching import SwitchNotices, as_clause, limits_of
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.conversation.modes import Limits, Standing, Way
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, Severity, WayChanged
from tests.conversation.stage import events_of


def test_the_settings_come_with_the_limits_that_the_decision_comes_with() -> None:
    assert limits_of(Settings()) == Limits()


def test_each_number_of_the_settings_is_used() -> None:
    settings = Settings.model_validate(
        {
            "performance": {
                "targets": {"latency_ms": 1},
                "fallback": {
                    "latency_threshold_ms": 2,
                    "voice_to_voice_limit_ms": 3,
                    "error_rate_threshold": 0.4,
                    "connection_failures": 5,
                },
            },
            "mode_switching": {
                "evaluation": {"window_seconds": 6, "min_samples": 7},
                "conditions": {"latency_degradation": 0.8, "error_rate_increase": 0.9},
                "cool_down_seconds": 10,
                "trial_turns": 11,
            },
        }
    )
    assert limits_of(settings) == Limits(
        target_ms=1,
        latency_threshold_ms=2,
        voice_to_voice_limit_ms=3,
        error_rate_threshold=0.4,
        connection_failures=5,
        window_s=6,
        min_samples=7,
        latency_degradation=0.8,
        error_rate_increase=0.9,
        cool_down_s=10,
        trial_turns=11,
    )


def test_switching_can_be_switched_off() -> None:
    assert limits_of(Settings.model_validate({"mode_switching": {"enabled": False}})) is None


def test_leaving_and_coming_back_are_told_once_each() -> None:
    bus = EventBus()
    told = events_of(bus, Notice, NoticeCleared)
    notices = SwitchNotices(bus)
    notices.switched(Standing(Way.FALLBACK, 1.0, "it failed 3 times in a row"))
    notices.switched(Standing(Way.TRIAL, 31.0, "it is being tried again"))
    assert [event.text for event in told] == [
        "This computer answers, without the Realtime API: it failed 3 times in a row."
    ]
    notices.switched(Standing(Way.FALLBACK, 31.0, "it failed 3 times in a row"))
    assert len(told) == 1
    notices.switched(Standing(Way.PRIMARY, 70.0, "it works again"))
    assert told[1:] == [NoticeCleared("way"), Notice("way", "The Realtime API answers again.")]
    notices.switched(Standing(Way.PRIMARY, 71.0))
    assert len(told) == 3


def test_what_only_the_user_can_mend_comes_with_what_to_do() -> None:
    bus = EventBus()
    told = events_of(bus, Notice)
    SwitchNotices(bus, lambda: "Store another key.").switched(Standing(Way.FALLBACK, 1.0, "the key was refused"))
    assert [(notice.severity, notice.remedy) for notice in told] == [(Severity.WARNING, "Store another key.")]


def test_a_sentence_can_end_another() -> None:
    assert as_clause("The server refused the key.") == "the server refused the key"


def test_every_change_of_the_way_is_told_to_whoever_keeps_them_and_news_have_a_text() -> None:
    bus = EventBus()
    told = events_of(bus, WayChanged)
    notices = SwitchNotices(bus)
    notices.switched(Standing(Way.FALLBACK, 1.0, "it failed 3 times in a row"))
    notices.switched(Standing(Way.TRIAL, 31.0, "it is being tried again"))
    notices.switched(Standing(Way.PRIMARY, 41.0, "it works again"))
    assert [(change.way, change.reason, bool(change.text)) for change in told] == [
        ("fallback", "it failed 3 times in a row", True),
        ("trial", "it is being tried again", False),
        ("primary", "it works again", True),
    ]

"""The running program: its order, its intents, what skills make it do, timers, records and second starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sovereign_desktop.app.screen import screen_sentence
from sovereign_desktop.app.timers import TimerService
from sovereign_desktop.audio.port import Earcon, ListenStyle, MicrophoneLost
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.errors import ProcessError, SovereignError
from sovereign_desktop.core.events import (
    ModeChanged,
    MutedChanged,
    Notice,
    NoticeCleared,
    QuitRequested,
    RestartRequested,
    SpendLimitChanged,
    TurnStateChanged,
    WayChanged,
    Window,
    WindowRequested,
)
from sovereign_desktop.host.second_start import ask_running
from sovereign_desktop.host.single_instance import SingleInstance
from sovereign_desktop.host.verbs import Answer, Verb
from tests.app.stage import Keyboard, Stage, running
from tests.conversation.stage import events_of, settle


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard().plug_in(monkeypatch)


@pytest.fixture
async def stage(tmp_path: Path, keyboard: Keyboard) -> AsyncIterator[Stage]:
    async with running(Stage(tmp_path, keyboard)) as stage:
        yield stage


# From start to stop


async def test_keys_are_armed_last_and_everything_ends_in_the_opposite_order(
    tmp_path: Path, keyboard: Keyboard
) -> None:
    stage = Stage(tmp_path, keyboard)
    await stage.program.start()
    assert stage.order == ["engines started", "records opened", "audio started", "keys armed"]
    stage.order.clear()
    await stage.program.stop()
    assert stage.order == ["keys given back", "audio closed", "records closed", "engines ended"]


async def test_stopping_twice_stops_once_and_lets_another_start_be_the_one(tmp_path: Path, keyboard: Keyboard) -> None:
    stage = Stage(tmp_path, keyboard)
    await stage.program.start()
    assert not SingleInstance(tmp_path / "r").acquire()
    await stage.program.stop()
    await stage.program.stop()
    assert stage.order.count("audio closed") == 1
    successor = SingleInstance(tmp_path / "r")
    assert successor.acquire()
    successor.release()


async def test_a_start_that_fails_half_way_can_be_stopped_and_leaves_nothing(
    tmp_path: Path, keyboard: Keyboard
) -> None:
    stage = Stage(tmp_path, keyboard)
    stage.audio.refuses = ProcessError("No audio.")
    with pytest.raises(ProcessError):
        await stage.program.start()
    await stage.program.stop()
    assert "keys armed" not in stage.order
    assert stage.order[-2:] == ["records closed", "engines ended"]
    successor = SingleInstance(tmp_path / "r")
    assert successor.acquire()
    successor.release()


async def test_the_engines_are_warmed_without_being_waited_for(stage: Stage) -> None:
    await settle()
    assert stage.assistant.warmed == 1


async def test_volume_and_hands_free_are_those_of_the_settings(tmp_path: Path, keyboard: Keyboard) -> None:
    settings = Settings.model_validate({"audio": {"volume": 0.4}, "activation": {"hands_free": True}})
    async with running(Stage(tmp_path, keyboard, settings=settings)) as stage:
        assert stage.audio.volumes() == [0.4]
        assert ("arm_hands_free", True) in stage.audio.did


async def test_wishes_of_this_start_are_carried_out_when_it_is_ready(tmp_path: Path, keyboard: Keyboard) -> None:
    stage = Stage(tmp_path, keyboard, wishes=[("talk", ""), ("show", "transcript")])
    windows = events_of(stage.bus, WindowRequested)
    async with running(stage):
        assert stage.program.listening
        assert windows == [WindowRequested(Window.TRANSCRIPT)]


async def test_notices_from_before_the_start_and_of_damaged_records_reach_the_windows(
    tmp_path: Path, keyboard: Keyboard
) -> None:
    damaged = tmp_path / "data" / "transcripts.sqlite"
    damaged.parent.mkdir()
    damaged.write_bytes(b"this is no database " * 100)
    stage = Stage(tmp_path, keyboard, notices=[Notice("settings-0", "audio.volume must be a number.")])
    async with running(stage):
        assert [notice.key for notice in stage.notices] == ["settings-0", "transcripts"]
        assert "moved to" in stage.notices[1].text


# Intents


async def test_held_spoken_and_let_go_a_question_is_answered_and_its_record_kept(stage: Stage, tmp_path: Path) -> None:
    turn = await stage.say("two plus three")
    assert (turn.outcome, turn.reply, turn.mode) == (Outcome.ANSWERED, "2 plus 3 is 5.", "hybrid")
    await stage.program.stop()
    kept = TranscriptStore(tmp_path / "data" / "transcripts.sqlite")
    assert [one.reply for one in await kept.recent(5)] == [turn.reply]
    await kept.close()


async def test_a_turn_that_runs_at_the_end_of_the_program_is_recorded_too(stage: Stage, tmp_path: Path) -> None:
    stage.program.press()
    stage.audio.speak(stage.listen_id)
    await stage.program.stop()
    kept = TranscriptStore(tmp_path / "data" / "transcripts.sqlite")
    assert [one.outcome for one in await kept.recent(5)] == [Outcome.CANCELLED]
    await kept.close()


async def test_a_record_that_can_not_be_kept_is_told_and_costs_no_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_turn: object) -> None:
        raise SovereignError("The list can't be written.", remedy="Make room.")

    monkeypatch.setattr(stage.records, "add", full)
    turn = await stage.say("two plus three")
    assert turn.outcome is Outcome.ANSWERED
    assert [(notice.key, notice.remedy) for notice in stage.notices] == [("transcripts", "Make room.")]


async def test_toggling_begins_and_the_second_time_ends(stage: Stage) -> None:
    stage.program.toggle()
    assert stage.audio.did[-1] == ("listen", stage.listen_id, ListenStyle.TAP)
    stage.audio.speak(stage.listen_id)
    stage.program.toggle()
    assert stage.audio.did[-1] == ("stop_listening", stage.listen_id)
    stage.program.cancel()


async def test_cancelling_is_heard_when_there_was_something_to_cancel(stage: Stage) -> None:
    stage.program.cancel()
    assert ("earcon", Earcon.CANCELLED) not in stage.audio.did
    stage.program.press()
    stage.program.cancel()
    assert ("earcon", Earcon.CANCELLED) in stage.audio.did
    assert stage.ended[-1].outcome is Outcome.CANCELLED


async def test_who_is_muted_is_told_so_instead_of_recorded(stage: Stage) -> None:
    changes = events_of(stage.bus, MutedChanged)
    stage.program.set_muted(True)
    stage.program.toggle()
    assert stage.program.muted
    assert stage.listened() == []
    assert stage.notices[-1].key == "muted"
    stage.program.set_muted(False)
    assert NoticeCleared("muted") in stage.cleared
    assert [change.muted for change in changes] == [True, False]
    assert [did for did in stage.audio.did if did[0] == "mute"] == [("mute", True), ("mute", False)]


async def test_the_screen_is_looked_at_only_between_on_and_off(stage: Stage) -> None:
    screen = stage.assistant.screen
    assert not screen.is_on
    stage.program.pause_screen()  # nothing to pause
    await settle()
    assert not screen.is_on
    stage.program.set_screen_awareness(True)
    await settle()
    assert screen.is_looking
    stage.program.pause_screen()
    await settle()
    assert screen.is_on
    assert not screen.is_looking
    stage.program.set_screen_awareness(False)
    await settle()
    assert not screen.is_on


# What another start asks for


async def asked(stage: Stage, *verbs: Verb) -> tuple[Answer, ...]:
    return await asyncio.to_thread(ask_running, stage.folder / "r", verbs)


async def test_a_second_start_can_talk_release_and_cancel(stage: Stage) -> None:
    assert await asked(stage, Verb("talk")) == (Answer(True, ""),)
    assert stage.program.listening
    await asked(stage, Verb("release"))
    assert stage.audio.did[-1] == ("stop_listening", stage.listen_id)
    await asked(stage, Verb("cancel"))
    assert stage.ended[-1].outcome is Outcome.CANCELLED
    await asked(stage, Verb("toggle"))
    assert stage.audio.did[-1][2] is ListenStyle.TAP


async def test_a_second_start_can_show_windows_quit_and_ask_for_the_screen(stage: Stage) -> None:
    events = events_of(stage.bus, WindowRequested, QuitRequested)
    answers = await asked(stage, Verb("show"), Verb("show", "settings"), Verb("screen", "on"), Verb("quit"))
    assert [answer.text for answer in answers] == ["", "", screen_sentence(True), ""]
    assert events == [WindowRequested(Window.CONTROL), WindowRequested(Window.SETTINGS), QuitRequested()]


async def test_a_second_start_changes_the_mode_of_this_run(stage: Stage) -> None:
    changes = events_of(stage.bus, ModeChanged)
    (answer,) = await asked(stage, Verb("mode", "traditional"))
    assert answer == Answer(True, "The mode is Local until the program ends.")
    assert changes == [ModeChanged("traditional")]
    assert stage.program.settings.app.mode is Mode.HYBRID
    assert (await stage.say("what time is it")).mode == "traditional"


async def test_a_mode_that_can_not_be_had_is_told_with_what_to_do_and_not_any_more_when_it_is_left(
    stage: Stage,
) -> None:
    await asked(stage, Verb("mode", "realtime"))
    await settle()
    assert (stage.notices[-1].key, stage.notices[-1].remedy) == ("mode", "Store one.")
    await asked(stage, Verb("mode", "hybrid"))
    await settle()
    assert stage.cleared[-1].key == "mode"
    assert stage.assistant.warmed >= 2


# What skills make it do


async def test_louder_and_quieter_move_the_volume_in_steps_and_stop_at_the_ends(stage: Stage) -> None:
    await stage.say("quieter")
    await stage.say("louder")
    await stage.say("louder")
    assert stage.audio.volumes() == [1.0, 0.8, 1.0, 1.0]


async def test_the_volume_goes_where_it_is_told(stage: Stage) -> None:
    await stage.say("set the volume to thirty percent")
    await stage.say("quieter")
    await stage.say("quieter")
    assert stage.audio.volumes() == [1.0, 0.3, 0.1, 0.0]


async def test_mute_and_quit_can_be_said(stage: Stage) -> None:
    quits = events_of(stage.bus, QuitRequested)
    turn = await stage.say("mute yourself")
    assert stage.program.muted
    assert "tray menu" in turn.reply
    stage.program.set_muted(False)
    stage.program.press()
    await stage.finish_saying("quit the program")
    assert quits == []
    assert (await stage.hear_out()).reply == "Goodbye."
    assert len(quits) == 1


async def test_commands_without_a_deed_end_the_turn_in_silence(stage: Stage) -> None:
    for words in ("stop", "never mind"):
        turn = await stage.say(words)
        assert (turn.outcome, turn.reply) == (Outcome.ANSWERED, "")
    assert stage.audio.count("play") == 0


async def test_repeating_says_the_last_answer_again(stage: Stage) -> None:
    first = await stage.say("two plus three")
    assert (await stage.say("repeat that")).reply == first.reply


# Timers


async def test_a_timer_set_by_voice_survives_the_program(stage: Stage, tmp_path: Path) -> None:
    await stage.say("set a tea timer for five minutes")
    await stage.program.stop()
    assert [timer.name for timer in TimerService(tmp_path / "data" / "timers.json").book.running] == ["tea"]


async def test_a_timer_that_is_due_is_heard_shown_and_said(tmp_path: Path, keyboard: Keyboard) -> None:
    stage = Stage(tmp_path, keyboard)
    long_ago = datetime.now().astimezone() - timedelta(hours=1)
    stage.assistant.timers.book.set(timedelta(minutes=5), long_ago, "tea")
    async with running(stage):
        await settle()
        assert ("earcon", Earcon.TIMER) in stage.audio.did
        assert [notice.text for notice in stage.notices] == ["Time is up: tea."]
        turn = await stage.hear_out()
        assert (turn.reply, turn.backend) == ("Time is up: tea.", "announcement")


async def test_a_timer_waits_for_the_end_of_a_question(stage: Stage) -> None:
    stage.program.press()
    stage.audio.speak(stage.listen_id)
    stage.assistant.timers.book.set(timedelta(0), datetime.now().astimezone(), "egg")
    stage.program._carry_out("timers")
    await asyncio.wait_for(notice(stage, "timer-1"), 5)
    assert stage.audio.count("play") == 0
    await stage.finish_saying("two plus three")
    assert (await stage.hear_out()).reply == "2 plus 3 is 5."
    assert (await stage.hear_out()).reply == "Time is up: egg."


async def notice(stage: Stage, key: str) -> None:
    if any(told.key == key for told in stage.notices):
        return
    told = asyncio.Event()
    stage.bus.subscribe(Notice, lambda event: told.set() if event.key == key else None)
    await told.wait()


async def kept(stage: Stage) -> list[str]:
    await asyncio.gather(*stage.program._records)
    return [turn.outcome for turn in await stage.records.recent(10)]


async def test_a_turn_that_was_given_up_without_a_word_leaves_no_record(stage: Stage) -> None:
    stage.program.press()
    stage.audio.speak(stage.listen_id)
    stage.program.cancel()
    assert stage.ended[-1].outcome is Outcome.CANCELLED
    assert await kept(stage) == []
    await stage.say("two plus three")
    assert await kept(stage) == [Outcome.ANSWERED]


# Devices and the loop


async def test_a_lost_microphone_is_told(stage: Stage) -> None:
    stage.tell(MicrophoneLost("mic", "unplugged"))
    assert stage.notices[-1].key == "microphone"


async def test_the_loop_is_watched_during_a_turn_and_not_while_idle(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    watch = stage.program._watch
    stage.bus.publish(TurnStateChanged(TurnState.LISTENING, "1"))
    assert watch._task is not None
    stage.bus.publish(TurnStateChanged(TurnState.IDLE))
    assert watch._task is None
    assert [hasattr(record, "longest_stall_ms") for record in caplog.records if record.message == "turn over"] == [True]


# Keys and turns together


async def test_a_key_held_into_an_answer_stops_it_and_its_release_ends_the_new_question(stage: Stage) -> None:
    stage.program.press()
    await stage.finish_saying("two plus three")
    first = stage.playing()
    stage.keyboard.down(10.0)
    await settle()
    assert stage.ended[-1].outcome is Outcome.INTERRUPTED
    second = stage.listen_id
    assert second != first
    stage.audio.speak(second)
    stage.keyboard.up(12.0)
    assert stage.audio.did[-1] == ("stop_listening", second)


async def test_a_tap_into_an_answer_listens_until_the_next_tap(stage: Stage) -> None:
    stage.program.press()
    await stage.finish_saying("two plus three")
    stage.keyboard.down(10.0)
    stage.keyboard.up(10.1)
    assert stage.audio.did[-1] == ("listen", stage.listen_id, ListenStyle.TAP)
    stage.audio.speak(stage.listen_id)
    stage.keyboard.down(12.0)
    assert stage.audio.did[-1] == ("stop_listening", stage.listen_id)


async def test_a_tap_while_muted_does_not_cost_the_first_press_after_it(stage: Stage) -> None:
    stage.program.set_muted(True)
    stage.keyboard.down(10.0)
    stage.keyboard.up(10.1)
    stage.program.set_muted(False)
    stage.keyboard.down(12.0)
    assert stage.program.listening
    stage.keyboard.up(12.1)


async def test_a_key_pressed_into_an_utterance_that_runs_keeps_every_word_of_it(stage: Stage) -> None:
    stage.program.toggle()
    stage.audio.speak(stage.listen_id, 5)
    stage.keyboard.down(10.0)
    stage.audio.speak(stage.listen_id, 5)
    assert len(set(stage.listened())) == 1
    assert stage.audio.did[-1] == ("listen", stage.listen_id, ListenStyle.HOLD)
    stage.keyboard.up(12.0)
    assert stage.audio.did[-1] == ("stop_listening", stage.listen_id)
    stage.audio.end(stage.listen_id)
    await settle()
    assert len(stage.assistant.stt.heard) == 10


async def test_a_press_right_after_the_last_word_begins_an_utterance_of_its_own(stage: Stage) -> None:
    stage.program.press()
    stage.audio.speak(stage.listen_id)
    stage.program.release()  # the audio process has not confirmed the end yet
    stage.program.press()
    assert len(set(stage.listened())) == 2


# Who answers


async def test_switches_are_kept_with_their_reasons(stage: Stage) -> None:
    stage.bus.publish(WayChanged("fallback", "it failed 3 times in a row", "This computer answers."))
    await stage.program.records_kept()
    (kept,) = await stage.records.switches(10)
    assert (kept.way, kept.reason) == ("fallback", "it failed 3 times in a row")
    assert stage.audio.count("play") == 0, "nobody asked to hear of it"


async def test_who_wants_to_hear_of_switches_hears_of_them_once(tmp_path: Path, keyboard: Keyboard) -> None:
    settings = Settings.model_validate({"mode_switching": {"announce_aloud": True}})
    async with running(Stage(tmp_path, keyboard, settings=settings)) as stage:
        stage.bus.publish(WayChanged("fallback", "it failed", "This computer answers."))
        stage.bus.publish(WayChanged("trial", "it is being tried again"))
        await settle()
        said = await stage.hear_out()
        assert said.reply == "This computer answers."
        assert len(stage.ended) == 1


async def test_between_two_programs_of_one_process_no_other_start_becomes_the_one(stage: Stage) -> None:
    stage.bus.publish(RestartRequested())
    await stage.program.stop()
    assert not SingleInstance(stage.folder / "r").acquire()
    stage.instance.is_handed_on = False
    stage.instance.release()
    other = SingleInstance(stage.folder / "r")
    assert other.acquire()
    other.release()


async def test_who_forgets_from_outside_begins_the_conversation_anew(stage: Stage) -> None:
    await stage.say("what time is it")
    assert stage.program.history.messages
    (answer,) = await asked(stage, Verb("forget"))
    assert answer == Answer(True, "The conversation in the running program begins anew.")
    assert stage.program.history.messages == ()


async def test_what_is_said_while_it_is_forgotten_is_forgotten_when_it_is_over(stage: Stage) -> None:
    stage.program.press()
    stage.program.forget_conversation()
    await stage.finish_saying("what time is it")
    await stage.hear_out()
    await stage.program.records_kept()
    assert stage.ended[-1].outcome is Outcome.ANSWERED
    assert stage.program.history.messages == ()


async def test_a_limit_that_is_reached_is_known_before_anything_could_spend(tmp_path: Path, keyboard: Keyboard) -> None:
    settings = Settings.model_validate({"spend": {"cap_day_usd": 0.0}})
    stage = Stage(tmp_path, keyboard, settings=settings)
    stage.bus.subscribe(SpendLimitChanged, lambda event: stage.order.append(f"limit of the {event.period}"))
    async with running(stage):
        assert stage.order[:2] == ["limit of the day", "engines started"]

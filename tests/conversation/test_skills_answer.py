"""What each skill says and does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sovereign_desktop.conversation.skills import EngineFact, Missing, ProgramFacts
from sovereign_desktop.conversation.skills.clock import say_time
from sovereign_desktop.core.errors import RateLimited
from tests.conversation.skill_support import ask, command, context


@pytest.mark.parametrize(
    ("hour", "minute", "twelve", "full"),
    [
        (0, 0, "12 AM", "0:00"),
        (0, 5, "12:05 AM", "0:05"),
        (9, 0, "9 AM", "9:00"),
        (12, 0, "12 PM", "12:00"),
        (15, 7, "3:07 PM", "15:07"),
        (23, 59, "11:59 PM", "23:59"),
    ],
)
def test_the_time_is_said_with_twelve_or_twenty_four_hours(hour: int, minute: int, twelve: str, full: str) -> None:
    moment = datetime(2026, 1, 1, hour, minute)
    assert say_time(moment) == twelve
    assert say_time(moment, clock_24h=True) == full


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("what's the date", "Today is Saturday, November 21, 2026."),
        ("what day is it", "Today is Saturday, November 21, 2026."),
        ("what day is tomorrow", "Tomorrow is Sunday, November 22, 2026."),
        ("what date was yesterday", "Yesterday was Friday, November 20, 2026."),
        ("what day is the day after tomorrow", "The day after tomorrow is Monday, November 23, 2026."),
        ("what year is it", "It is 2026."),
        ("what month is it", "It is November 2026."),
    ],
)
def test_dates_are_said_in_words_that_do_not_depend_on_the_locale(said: str, answer: str) -> None:
    assert ask(said).text == answer


def test_the_day_after_the_last_of_the_year_is_in_the_next() -> None:
    eve = context(now=datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert ask("what day is tomorrow", eve).text == "Tomorrow is Friday, January 1, 2027."


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("stop", "stop"),
        ("Stop talking, please!", "stop"),
        ("be quiet", "stop"),
        ("cancel", "cancel"),
        ("never mind", "cancel"),
        ("louder", "louder"),
        ("turn it up", "louder"),
        ("speak softer", "quieter"),
        ("volume down", "quieter"),
        ("set the volume to forty percent", "volume:0.40"),
        ("volume 5%", "volume:0.05"),
        ("full volume", "volume:1.00"),
        ("set the volume to zero", "volume:0.00"),
        ("mute yourself", "mute"),
        ("say that again", "repeat"),
        ("quit the program", "quit"),
    ],
)
def test_commands_are_carried_out_even_where_a_model_answers(said: str, done: str) -> None:
    reply = command(said)
    assert reply is not None
    assert reply.command == done


def test_a_volume_over_the_top_changes_nothing() -> None:
    reply = ask("set the volume to one hundred and fifty percent")
    assert (reply.command, reply.text) == ("", "The volume goes from 0 to 100 percent.")


def test_where_sound_stops_no_words_follow() -> None:
    assert [ask(said).text for said in ("stop", "cancel", "repeat that")] == ["", "", ""]


FACTS = ProgramFacts(
    mode="Local",
    engines=(
        EngineFact("speech recognition", "pocketsphinx", "it needs no download"),
        EngineFact("the voice", "pyttsx3"),
    ),
    hotkey="Ctrl+Alt+Space",
    missing=(Missing("language model", "Add the address of a server in the settings."),),
)


def test_mode_engines_and_reasons_are_the_programs_own() -> None:
    engines = "I use pocketsphinx for speech recognition and pyttsx3 for the voice. pocketsphinx: it needs no download."
    moment = context(program=FACTS)
    assert ask("which mode are you in", moment).text == f"The mode is Local. {engines}"
    assert ask("what engines are you using", moment).text == engines
    assert ask("what engines are you using").text == "No engine is in use."


def test_what_it_can_do_names_the_key_to_hold_and_what_is_missing() -> None:
    answer = ask("what can you do", context(program=FACTS)).text
    assert "set timers" in answer
    assert "Hold Ctrl+Alt+Space and speak." in answer
    assert answer.endswith("There is no language model. Add the address of a server in the settings.")


def test_what_it_cannot_answer_gets_an_honest_sentence_that_says_what_to_add() -> None:
    assert ask("who wrote hamlet", context(program=FACTS)).text == (
        "I can't answer that yet. There is no language model. Add the address of a server in the settings."
    )
    assert "add an API key" in ask("who wrote hamlet").text


def test_when_the_model_failed_the_user_hears_why() -> None:
    failure = RateLimited("The server asks for a pause.", remedy="Try again in a minute.")
    assert ask("who wrote hamlet", context(program=FACTS, failure=failure)).text == (
        "I can't answer that now. The server asks for a pause. Try again in a minute."
    )


def test_when_the_model_broke_off_nobody_claims_that_it_said_nothing() -> None:
    failure = RateLimited("The server asks for a pause.")
    said = ask("who wrote hamlet", context(program=FACTS, failure=failure, already_said="Hamlet was written"))
    assert said.text == "The answer broke off there. The server asks for a pause."


def test_a_failed_model_does_not_keep_the_clock_from_answering() -> None:
    assert ask("what time is it", context(failure=RateLimited("Wait."))).text == "It is 8:42 PM."


def test_a_timer_is_set_named_asked_for_and_cancelled() -> None:
    moment = context()
    assert ask("set a timer for five minutes", moment) == ask("set a timer for 5 minutes", context())
    assert ask("set a tea timer for three minutes", moment).text == "Tea timer set for 3 minutes."
    assert ask("how much time is left on the tea timer", moment).text == "3 minutes left on the tea timer."
    assert ask("how long is left", moment).text == (
        "2 timers are running: 3 minutes on the tea timer and 5 minutes on the timer for 5 minutes."
    )
    assert ask("how many timers are running", moment).text.startswith("2 timers are running")
    assert ask("cancel the timer", moment).text.startswith("Which one?")
    assert len(moment.timers.running) == 2
    assert ask("cancel the five minute timer", moment).command == "timers"
    assert ask("cancel the pasta timer", moment).text == "There is no pasta timer. Running: the tea timer."
    assert ask("cancel all timers", moment).text == "Cancelled the timer."
    assert moment.timers.running == ()


@pytest.mark.parametrize(
    ("said", "seconds", "name"),
    [
        ("set a timer for an hour and a half", 5400, ""),
        ("set a timer for ninety seconds", 90, ""),
        ("set timer for half an hour", 1800, ""),
        ("start a timer for two and a half minutes", 150, ""),
        ("set a timer for one hour twenty minutes", 4800, ""),
        ("set a timer for 1 hour, 2 minutes and 3 seconds", 3723, ""),
        ("set a 5-minute timer", 300, ""),
        ("10 minute timer", 600, ""),
        ("timer for a quarter of an hour", 900, ""),
        ("set a timer for five minutes called green tea", 300, "green tea"),
        ("set a 12 minute timer for the pasta", 720, "pasta"),
        ("remind me in ten minutes to check the oven", 600, "check the oven"),
        ("remind me to call back in an hour", 3600, "call back"),
    ],
)
def test_lengths_and_names_of_timers(said: str, seconds: int, name: str) -> None:
    moment = context()
    assert ask(said, moment).command == "timers"
    (timer,) = moment.timers.running
    assert (timer.length, timer.name) == (timedelta(seconds=seconds), name)
    assert timer.due_at == moment.now + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "said", ["set a timer for zero minutes", "set a timer for a year", "set a timer for 900 hours"]
)
def test_a_timer_for_no_time_or_for_ever_is_not_set(said: str) -> None:
    moment = context()
    ask(said, moment)
    assert moment.timers.running == ()

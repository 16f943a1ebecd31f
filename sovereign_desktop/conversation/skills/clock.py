"""The skill that knows the time and the date."""

from __future__ import annotations

from datetime import datetime, timedelta

from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.phrases import Phrases, Words

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

_TIME = Phrases(
    "what [(is the | the)] time is it [(now | right now | at the moment | today)]",
    "what time it is [(now | right now)]",
    "what is the [current] time [(now | please | right now)]",
    "what is time",
    "(do you have | have you got | give me | say) the time",
    "the [current] time",
    "current time",
    "what time do we have",
    "how late is it",
    "time",
)
_DATE = Phrases(
    "what is [(the | today's)] [current] date [(today | now | of today)]",
    "what date (is it | is today | do we have | it is) [today]",
    "what (is the day | day is) [(today | it | it today)]",
    "what is today",
    "what is today's (day | date)",
    "(which | what) day (is it | is today | it is | of the week is it | do we have) [today]",
    "what day of the month is it",
    "[today's] date",
    "is it (monday | tuesday | wednesday | thursday | friday | saturday | sunday) [today]",
)
_OTHER_DAY = Phrases(
    "(what | which) (day | date) (is | is it | was) <day>",
    "what (is | was) [the] (date | day) <day>",
    "what is <day> date",
    day=lambda words: {
        "tomorrow": 1, "tomorrow's": 1, "the day after tomorrow": 2, "yesterday": -1, "yesterday's": -1,
        "the day before yesterday": -2,
    }.get(" ".join(words)),
)  # fmt: skip
_YEAR = Phrases("(what | which) year (is it | is this | it is | do we have) [now]", "what is the [current] year")
_MONTH = Phrases("(what | which) month (is it | is this | it is | do we have) [now]", "what is the [current] month")


class Clock:
    """Time and date, worded as a speaking engine reads them well: `It is 8:42 PM.`"""

    name = "clock"
    local_always = True
    phrases = (
        "what time is it [now]",
        "what is the time",
        "what's the time",
        "what is the date [today]",
        "what's the date [today]",
        "what day is it [today]",
        "what day is tomorrow",
        "what year is it",
        "what month is it",
    )

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:
        now = context.now
        if _TIME.fits(said):
            return SkillReply(f"It is {say_time(now, context.clock_24h)}.")
        if _DATE.fits(said):
            return SkillReply(f"Today is {say_date(now)}.")
        if _YEAR.fits(said):
            return SkillReply(f"It is {now.year}.")
        if _MONTH.fits(said):
            return SkillReply(f"It is {_MONTHS[now.month - 1]} {now.year}.")
        other = _OTHER_DAY.match(said)
        return None if other is None else SkillReply(_other_day(now, other["day"]))


def say_time(now: datetime, clock_24h: bool = False) -> str:
    """`8:42 PM`, `3 PM` on the hour, or `20:42`.

    Measured with espeak-ng's en-us voice and pocketsphinx, which did not make the sound: of 28 times, 24 written in
    digits were recognised, 24 in words, 11 in words set apart by commas. So one text serves the ear and the eye.
    """
    if clock_24h:
        return f"{now.hour}:{now.minute:02d}"
    minutes = f":{now.minute:02d}" if now.minute else ""
    return f"{now.hour % 12 or 12}{minutes} {'AM' if now.hour < 12 else 'PM'}"


def say_date(day: datetime) -> str:
    """`Saturday, November 21, 2026`, whatever the locale."""
    return f"{_WEEKDAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}, {day.year}"


def locale_has_24_hours() -> bool:
    """Whether the locale that the process has set shows no AM and PM."""
    return not datetime(2000, 1, 1, 15).strftime("%p")


def _other_day(now: datetime, days: int) -> str:
    words = {1: "Tomorrow is", 2: "The day after tomorrow is", -1: "Yesterday was"}
    return f"{words.get(days, 'The day before yesterday was')} {say_date(now + timedelta(days=days))}."

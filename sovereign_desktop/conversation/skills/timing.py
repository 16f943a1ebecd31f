"""The skill that sets timers, says how long they still run, and cancels them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.durations import and_joined, read_duration, say_duration
from sovereign_desktop.conversation.skills.phrases import Found, Phrases, Words, some_words
from sovereign_desktop.conversation.skills.timers import MOST_TIMERS, Timer, TooManyTimers

CHANGED = "timers"
_NOT_NAMES = frozenset(
    {"a", "the", "my", "me", "for", "to", "of", "and", "all", "every", "this", "that", "in", "on", "is"}
)


def _read_name(words: Words) -> str | None:
    """A name for a timer: a few words, not beginning with one that belongs to the sentence, and no duration."""
    if words[0] in _NOT_NAMES or words[-1] in _NOT_NAMES or len(words) > 4 or read_duration(words):
        return None
    return " ".join(words)


def _phrases(*texts: str) -> Phrases:
    return Phrases(*texts, duration=read_duration, name=_read_name, task=some_words)


_SET = _phrases(
    "(set [up] | start | make | create | add | begin | run) [(a | another | the | my | me a)] [<name>] (timer | alarm)"
    " [(for | of | to)] <duration>",
    "(set | start | make | create | add | run) (a | another | the | my) [new] (timer | alarm) (called | named | for)"
    " <name> (for | of) <duration>",
    "(set | start | make | create | add | run) [(a | another | the | my)] [new] (timer | alarm) (for | of) <duration>"
    " [(called | named | for)] <name>",
    "(set | start | make | create | add | run) [(a | an | another | the | my)] <duration> [<name>] timer"
    " [(for | called | named) [(the | my | a)] <name>]",
    "timer for <duration>",
    "timer <duration>",
    "<duration> timer",
    "remind me in <duration> [(to | about | of) <task>]",
    "remind me to <task> in <duration>",
)
_LEFT = _phrases(
    "how (much time | long | much | much longer | many minutes) (is | are | have i got | do i have) [left]",
    "how (much time | long | much | much longer) (is | are) [(left | there | remaining)]"
    " (on | for | in) [(the | my)] [<name>] (timer | timers)",
    "how (much time | long | much) (does | do | will) [(the | my)] [<name>] (timer | timers) (have left | have | run)",
    "how (much time | long | much longer) (is left | left | remains | remaining)",
    "how (much time | long) has [(the | my)] [<name>] timer [(got | left | got left)]",
    "(what | which) timers (are set | are running | are there | do i have | have i set | are on)",
    "(what is | how is | check | show | list) [(the | my | all)] [(the | my)] [<name>] (timer | timers)",
    "(when is | when does) [(the | my)] [<name>] timer (done | due | end | ready | finish | go off | up)",
    "are there [any] timers [running]",
    "how many timers (are | do i have | have i) [(set | running | there | on | left)]",
    "timer status",
)
_CANCEL_ALL = _phrases(
    "(cancel | stop | delete | clear | remove | end) (all | every | all of) [(the | my)] (timer | timers | alarms)",
    "(cancel | stop | delete | clear | remove | end) [(the | my)] (timers | alarms)",
)
_CANCEL = _phrases(
    "(cancel | stop | delete | clear | remove | end | kill) [(the | my | that)] [<name>] (timer | alarm)",
    "(cancel | stop | delete | clear | remove | end) [(the | my)] [<duration>] timer",
    "(cancel | stop | delete | clear | remove | end) [(the | my)] timer (for | called | named) (<duration> | <name>)",
    "(turn | switch) off [(the | my)] [<name>] timer",
)


class Timing:
    """Any number of timers at once, with or without names."""

    name = "timers"
    local_always = True
    phrases = (
        "set a timer for <number> (seconds | minutes | hours)",
        "set a timer for <number> minutes and <number> seconds",
        "set a timer for (one minute | an hour | half an hour | an hour and a half)",
        "set a timer for <number> and a half (minutes | hours)",
        "set a (tea | pasta | rice | egg | pizza | oven | laundry | coffee) timer for <number> minutes",
        "how (much time | long) is left [on the timer]",
        "what timers are set",
        "cancel (the | my) timer",
        "cancel all timers",
    )

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:
        tasks: tuple[tuple[Phrases, Callable[[Found, SkillContext], SkillReply]], ...] = (
            (_SET, _set),
            (_LEFT, _left),
            (_CANCEL_ALL, _cancel_all),
            (_CANCEL, _cancel),
        )
        for phrases, do in tasks:
            found = phrases.match(said)
            if found is not None:
                return do(found, context)
        return None


def _set(found: Found, context: SkillContext) -> SkillReply:
    length: timedelta = found["duration"]
    try:
        timer = context.timers.set(length, context.now, found.get("name") or found.get("task", ""))
    except TooManyTimers:
        return SkillReply(f"There are {MOST_TIMERS} timers already. Cancel one first.")
    if "task" in found:
        return SkillReply(f"Reminder set for {say_duration(length)}: {timer.name}.", CHANGED)
    return SkillReply(f"{_capital(f'{timer.name} timer'.strip())} set for {say_duration(length)}.", CHANGED)


def _left(found: Found, context: SkillContext) -> SkillReply:
    timers = context.timers.find(found.get("name", ""))
    if not timers:
        return _none_such(found, context)
    if len(timers) == 1:
        left = say_duration(timers[0].left(context.now))
        return SkillReply(f"{_capital(left)} left on the {timers[0].title}.")
    each = and_joined([f"{say_duration(timer.left(context.now))} on the {timer.title}" for timer in timers])
    return SkillReply(f"{len(timers)} timers are running: {each}.")


def _cancel_all(_found: Found, context: SkillContext) -> SkillReply:
    timers = context.timers.running
    if not timers:
        return SkillReply("No timer is running.")
    context.timers.cancel(timers)
    return SkillReply(f"Cancelled {'the timer' if len(timers) == 1 else f'all {len(timers)} timers'}.", CHANGED)


def _cancel(found: Found, context: SkillContext) -> SkillReply:
    timers = context.timers.find(found.get("name", ""), found.get("duration"))
    if not timers:
        return _none_such(found, context)
    if len(timers) > 1:
        return SkillReply(f"Which one? These are running: {_titles(timers)}. You can also say: cancel all timers.")
    context.timers.cancel(timers)
    return SkillReply(f"Cancelled the {timers[0].title}.", CHANGED)


def _none_such(found: Found, context: SkillContext) -> SkillReply:
    running = context.timers.running
    if not running:
        return SkillReply("No timer is running.")
    wanted = found.get("name") or say_duration(found["duration"])
    return SkillReply(f"There is no {wanted} timer. Running: {_titles(running)}.")


def _titles(timers: tuple[Timer, ...]) -> str:
    return and_joined([f"the {timer.title}" for timer in timers])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

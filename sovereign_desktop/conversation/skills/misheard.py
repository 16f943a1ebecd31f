"""What weak recognisers write when somebody says a command, and the command that was said.

Collected by letting pocketsphinx write down the commands in flite's voices kal, awb, rms and slt. Only sentences that
nobody says otherwise belong here; they are tried when neither the text nor an alternative is a command as it stands.
"""

from __future__ import annotations

from sovereign_desktop.conversation.skills.durations import read_duration
from sovereign_desktop.conversation.skills.phrases import Phrases, Words


def _heard(*texts: str) -> Phrases:
    return Phrases(*texts, rest=lambda words: words, length=lambda words: words if read_duration(words) else None)


_MEANT: tuple[tuple[Phrases, str], ...] = (
    (
        _heard(
            "(watt | what a | what is) time (is it | is a | is at | is he | is in) [(now | know | no)]",
            "what time (is it know | is it no | is a [(now | know)] | is at | is in [(now | know)] | as it | his it)",
        ),
        "what time is it now",
    ),
    (_heard("(watt | while) the time"), "what is the time"),
    (_heard("what is the (day | date) to day"), "what is the date today"),
    (
        _heard(
            "(seventy | seven to | shudder | shitty | said a | said the | sat a | should the | to the | but the | and)"
            " (timer | time or | time are) for <length>"
        ),
        "set a timer for",
    ),
    (_heard("one is <rest>"), "what is"),
    (_heard("how much as <rest>"), "how much is"),
    (_heard("how long his (left | life) on the timer"), "how long is left on the timer"),
    (_heard("(can sell | and so) the timer"), "cancel the timer"),
    (_heard("(can sell | cancel | and so) (all | old) timers"), "cancel all timers"),
    (_heard("can sell", "cancelled"), "cancel"),
    (_heard("(while | one) can you do"), "what can you do"),
    (_heard("(which | what | one) (mod | moat | mode) are you in"), "which mode are you in"),
    (_heard("(what [our] | one) (engines | tensions) are you using"), "what engines are you using"),
)


def meant_by(said: Words) -> Words | None:
    """The command that these words stand for, or None."""
    for heard, command in _MEANT:
        found = heard.match(said)
        if found is not None:
            return (*command.split(), *found.get("rest", ()), *found.get("length", ()))
    return None

"""The skill that carries out commands about the program itself: stop, volume, mute, repeat."""

from __future__ import annotations

from fractions import Fraction

from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.numbers import read_positive
from sovereign_desktop.conversation.skills.phrases import Phrases, Words

_COMMANDS: tuple[tuple[str, str, Phrases], ...] = (
    (
        "stop",
        "",
        Phrases(
            "stop [(it | that | now | talking | speaking | playing | stop)]",
            "(be quiet | quiet | silence | shut up | hush | enough | that is enough | stop it now)",
        ),
    ),
    (
        "cancel",
        "",
        Phrases("cancel [(it | that | this)]", "never mind", "nevermind", "forget it"),
    ),
    (
        "louder",
        "Louder.",
        Phrases(
            "[(speak | talk | a bit | a little | be)] louder",
            "(turn it up | turn up | turn the volume up | turn up the volume | volume up | raise the volume)",
            "(increase | raise) [the] volume",
            "speak (up | a bit louder | a little louder)",
        ),
    ),
    (
        "quieter",
        "Quieter.",
        Phrases(
            "[(speak | talk | a bit | a little | be)] (quieter | softer | more quietly)",
            "(turn it down | turn down | turn the volume down | turn down the volume | volume down | lower the volume)",
            "(decrease | reduce | lower) [the] volume",
            "not so loud",
        ),
    ),
    (
        "mute",
        "The microphone is muted. Unmute it from the tray menu.",
        Phrases("mute [(yourself | it | the microphone | my microphone | microphone)]", "stop listening"),
    ),
    (
        "repeat",
        "",
        Phrases(
            "(repeat | say) (that | it) [(again | once more)]",
            "(repeat | say again | once more | again | come again | pardon | say what)",
            "(what did you say | what was that | what did you just say)",
        ),
    ),
    (
        "quit",
        "Goodbye.",
        Phrases("(quit | exit | close) (the program | the app | the assistant | sovereign | yourself)"),
    ),
)
_LEVELS = {"half": Fraction(50), "maximum": Fraction(100), "full": Fraction(100), "max": Fraction(100)}
_VOLUME = Phrases(
    "(set | turn | put | change) [the] volume (to | at | up to | down to) <level> [(percent | per cent | %)]",
    "(set | turn | put) it [(up | down)] to <level> (percent | per cent | %)",
    "volume [(to | at)] <level> [(percent | per cent | %)]",
    "<level> (percent | per cent | %) volume",
    "(full | maximum) volume",
    level=lambda words: _LEVELS.get(" ".join(words)) or read_positive(words),
)


class Controls:
    """Commands for the program. Where sound ends or begins to change, no words are added."""

    name = "controls"
    local_always = True
    phrases = (
        "stop",
        "cancel",
        "louder",
        "quieter",
        "turn it (up | down)",
        "mute",
        "repeat that",
        "say that again",
        "set the volume to <number> percent",
    )

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:  # noqa: ARG002 - the Protocol's
        for command, text, phrases in _COMMANDS:
            if phrases.fits(said):
                return SkillReply(text, command)
        found = _VOLUME.match(said)
        return None if found is None else _volume(found.get("level", Fraction(100)))


def _volume(percent: Fraction) -> SkillReply:
    if percent > 100:
        return SkillReply("The volume goes from 0 to 100 percent.")
    return SkillReply(f"Volume {round(percent)} percent.", f"volume:{float(percent) / 100:.2f}")

"""The skill that speaks about the program: what it can do, which mode and engines it uses, what is missing."""

from __future__ import annotations

from sovereign_desktop.context.screen.glance import NotLooking
from sovereign_desktop.conversation.skills.base import EngineFact, Missing, ProgramFacts, SkillContext, SkillReply
from sovereign_desktop.conversation.skills.durations import and_joined
from sovereign_desktop.conversation.skills.phrases import Phrases, Words

_ABILITIES = Phrases(
    "what (can you do | can i ask [you] | can i say | do you do | are you able to do | can you help me with)",
    "what all can you do",
    "help [me]",
    "(what are | list) your (skills | abilities | commands)",
    "how (can you help [me] | do you work | do i use (you | this))",
)
_WHO = Phrases("who are you", "what is your name", "what are you called")
_MODE = Phrases(
    "(what | which) mode (are you in | is this | is on | is it | are you using | are you) [now]",
    "what is (the | your) [current] mode",
    "are you (online | offline | local | in the cloud | connected)",
)
_ENGINES = Phrases(
    "(what | which) [language] (engine | engines | model | models | voice)"
    " (are you using | do you use | is this | is that | are in use | is in use | are you running | you using)",
    "(what | which) (engine | engines | model | models) are you",
    "what are you running on",
)
_MISSING = Phrases(
    "what (is missing | do you need | is wrong | do you lack)",
    "how (do | can) i (get | have) (real | better | proper) answers",
    "why (can not | can't) you (answer | answer me | answer that)",
    "what should i (add | install)",
)


class About:
    """Answers from `ProgramFacts`, never from a guess."""

    name = "about"
    local_always = True
    phrases = (
        "what can you do",
        "help",
        "(what | which) mode are you in",
        "(what | which) engines are you using",
        "what is missing",
    )

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:
        program = context.program
        if _ABILITIES.fits(said):
            return SkillReply(_abilities(context))
        if _WHO.fits(said):
            return SkillReply("I am Sovereign Desktop, a voice assistant on your computer.")
        if _MODE.fits(said):
            return SkillReply(f"The mode is {program.mode}. {_engines(program)}")
        if _ENGINES.fits(said):
            return SkillReply(_engines(program))
        return SkillReply(say_missing(program) or "Nothing is missing.") if _MISSING.fits(said) else None


def say_missing(program: ProgramFacts) -> str:
    """What is not there and how to get it, or nothing."""
    return " ".join(_sentence(missing) for missing in program.missing)


def _sentence(missing: Missing) -> str:
    return f"There is no {missing.what}. {missing.remedy}".strip()


def _abilities(context: SkillContext) -> str:
    program = context.program
    can = [
        "I can tell the time and the date, set timers, calculate, change the volume, repeat what I said, and say which"
        " mode and engines are in use."
    ]
    if context.memories is not None:
        can.append("I remember what you tell me to, and forget it when you say so.")
    if not isinstance(context.screen, NotLooking):
        can.append("I can say what is on your screen.")
    if program.hotkey:
        can.append(f"Hold {program.hotkey} and speak.")
    return " ".join(filter(None, (*can, say_missing(program))))


def _engines(program: ProgramFacts) -> str:
    if not program.engines:
        return "No engine is in use."
    names = and_joined([f"{engine.name} for {engine.purpose}" for engine in program.engines])
    return f"I use {names}. {' '.join(_reason(engine) for engine in program.engines if engine.reason)}".strip()


def _reason(engine: EngineFact) -> str:
    return f"{engine.name}: {engine.reason.rstrip('.')}."

"""Answers that need no model: time, timers, arithmetic, the program itself. Text in, text and commands out.

Everything here is pure: the time and the facts come in with `SkillContext`. Open `book.py` first, then `phrases.py`
for the notation in which skills say what they understand.
"""

from sovereign_desktop.conversation.skills.base import (
    EngineFact,
    Missing,
    ProgramFacts,
    Skill,
    SkillContext,
    SkillReply,
)
from sovereign_desktop.conversation.skills.book import SkillBook, built_in_skills
from sovereign_desktop.conversation.skills.timers import Timer, TimerBook

__all__ = [
    "EngineFact",
    "Missing",
    "ProgramFacts",
    "Skill",
    "SkillBook",
    "SkillContext",
    "SkillReply",
    "Timer",
    "TimerBook",
    "built_in_skills",
]

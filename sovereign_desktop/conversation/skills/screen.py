"""The skill that says what is on the screen, from what may be read there, without a model."""

from __future__ import annotations

import re

from sovereign_desktop.context.screen.glance import NotLooking, Report, WindowText
from sovereign_desktop.context.screen.watch import OFF
from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.durations import and_joined
from sovereign_desktop.conversation.skills.phrases import Phrases, Words

LONGEST_LOOK_S = 6.0
"""So long the screen is looked at before what was seen last has to do; the first look takes the longest."""
MOST_WORDS = 60
"""More is tiring to listen to."""
_ASKED = Phrases(
    "what is [(shown | written)] on (my | the | this) (screen | display | monitor | desktop) [(now | right now)]",
    "what (do | can) you see [on (my | the) (screen | display | monitor)]",
    "what am i (looking at | reading)",
    "(read | describe) [(me | to me)] (my | the) (screen | display) [to me]",
    "read me what is on (my | the) screen",
    "(what | which) windows (are open | do you see | are on my screen)",
    "(can | do) you see my screen",
)
_PLACEHOLDER = re.compile(r"\[([A-Z][A-Z -]+)\]")


class OnScreen:
    """Reads aloud the beginning of the active window, and names the others."""

    name = "screen"
    local_always = False
    phrases = (
        "what is on (my | the) screen",
        "what do you see",
        "what am i looking at",
        "read my screen",
    )

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:
        if not _ASKED.fits(said):
            return None

        async def looked() -> SkillReply:
            return SkillReply(_told(await context.look(LONGEST_LOOK_S)))

        return SkillReply("", later=looked)


def _told(report: Report) -> str:
    if report is OFF:
        return "I don't look at your screen. Screen awareness is off; the tray's menu switches it on."
    if isinstance(report, NotLooking):
        return f"I can't look at your screen now. {report.reason} {report.remedy}".strip()
    if not report.windows:
        return "I find no words on your screen."
    first, *others = report.windows
    text = f"In {_name(first)} I read: {_beginning(first.text)}"
    if others:
        text += f" There is also {and_joined([_name(window) for window in others])}."
    return text


def _name(window: WindowText) -> str:
    return _spoken(window.title or window.program) or "a window without a title"


def _beginning(text: str) -> str:
    words = _spoken(text).split()
    shown = " ".join(words[:MOST_WORDS])
    more = " and more" if len(words) > MOST_WORDS else ""
    return f"{shown}{more}" + ("" if shown.endswith((".", "!", "?")) and not more else ".")


def _spoken(text: str) -> str:
    """The text with its placeholders in words: a hidden card number."""
    return " ".join(_PLACEHOLDER.sub(lambda found: f"a hidden {found[1].lower()}", text).split())

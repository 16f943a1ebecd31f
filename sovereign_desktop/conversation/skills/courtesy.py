"""The skill that returns a greeting and takes thanks."""

from __future__ import annotations

from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.phrases import Phrases, Words

_REPLIES: tuple[tuple[Phrases, str], ...] = (
    (
        Phrases(
            "(hello | hi | hey | hallo | hello there | hi there | good day | greetings | sovereign | hello sovereign)",
            "(are you there | can you hear me | you there)",
        ),
        "Hello. I am listening.",
    ),
    (Phrases("good (morning | afternoon | evening) [sovereign]"), "Hello. I am listening."),
    (
        Phrases(
            "(thank you | thanks | thank you very much | thanks a lot | many thanks | thank you so much)",
            "(good job | well done | great | perfect | very good)",
        ),
        "You are welcome.",
    ),
    (Phrases("(goodbye | good bye | bye | bye bye | see you | see you later | good night)"), "Goodbye."),
    (Phrases("how are you [(doing | today)]"), "I am running well, thank you."),
)


class Courtesy:
    """Short and polite. A language model does this with more wit, and goes first where there is one."""

    name = "courtesy"
    local_always = False
    phrases = ("hello", "thank you", "good (morning | evening)", "goodbye")

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:  # noqa: ARG002 - the Protocol's
        return next((SkillReply(text) for phrases, text in _REPLIES if phrases.fits(said)), None)

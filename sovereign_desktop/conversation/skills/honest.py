"""The skill for everything else: says that it can't answer, why, and what would change that. It invents nothing."""

from __future__ import annotations

from sovereign_desktop.conversation.skills.about import say_missing
from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.phrases import Words

_WHAT_TO_ADD = (
    "For real answers, add an API key, or the address of a local language model server such as Ollama, in the settings."
)


class Honest:
    """Always answers; therefore last."""

    name = "honest"
    local_always = False
    phrases: tuple[str, ...] = ()

    def answer(self, said: Words, context: SkillContext) -> SkillReply:  # noqa: ARG002 - the Protocol's
        if context.failure is not None:
            what = "The answer broke off there." if context.already_said else "I can't answer that now."
            return SkillReply(f"{what} {context.failure.sentence}", excuse=context.failure)
        reason = say_missing(context.program) or _WHAT_TO_ADD
        return SkillReply(f"I can't answer that yet. {reason}")

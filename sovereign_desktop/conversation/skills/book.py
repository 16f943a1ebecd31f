"""All skills together: the first that knows what was said answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from sovereign_desktop.conversation.skills.about import About
from sovereign_desktop.conversation.skills.arithmetic import Arithmetic
from sovereign_desktop.conversation.skills.base import Skill, SkillContext, SkillReply
from sovereign_desktop.conversation.skills.clock import Clock
from sovereign_desktop.conversation.skills.controls import Controls
from sovereign_desktop.conversation.skills.courtesy import Courtesy
from sovereign_desktop.conversation.skills.honest import Honest
from sovereign_desktop.conversation.skills.misheard import meant_by
from sovereign_desktop.conversation.skills.numbers import read_number
from sovereign_desktop.conversation.skills.phrases import Phrases, Words, words_of
from sovereign_desktop.conversation.skills.remembering import Remembering
from sovereign_desktop.conversation.skills.screen import OnScreen
from sovereign_desktop.conversation.skills.timing import Timing
from sovereign_desktop.core.dialogue import Transcript


def built_in_skills() -> tuple[Skill, ...]:
    """The skills that the program comes with, the honest one not among them."""
    return (Timing(), Controls(), Remembering(), Clock(), Arithmetic(), OnScreen(), About(), Courtesy())


class SkillBook:
    """Answers a transcript from `skills`, in their order; `last` takes what none of them knows."""

    def __init__(self, skills: Sequence[Skill] | None = None, last: Skill | None = None) -> None:
        self._skills = tuple(built_in_skills() if skills is None else skills)
        self._last: Skill = last or Honest()

    @property
    def phrases(self) -> tuple[str, ...]:
        """The commands that a recogniser may expect (`SpeechToText.transcribe(phrases=...)`)."""
        return tuple(phrase for skill in self._skills for phrase in skill.phrases)

    def expects(self, text: str) -> bool:
        """Whether the text is one of these commands, and nothing else."""
        return self._commands.fits(words_of(text))

    @cached_property
    def _commands(self) -> Phrases:
        return Phrases(*self.phrases, number=read_number, digit=read_number)

    def answer(self, transcript: Transcript, context: SkillContext, *, always_only: bool = False) -> SkillReply | None:
        """What the first skill that knows an answer says; an honest sentence when none does.

        `always_only` asks only the skills that go before any language model; then None means: ask the model.
        """
        skills = tuple(skill for skill in self._skills if skill.local_always or not always_only)
        context = replace(context, spoken=transcript.text)
        reply = _first(skills, transcript, context)
        if reply is None and not always_only:
            return self._last.answer(words_of(transcript.text), context)
        return reply


def _first(skills: Sequence[Skill], transcript: Transcript, context: SkillContext) -> SkillReply | None:
    written = words_of(transcript.text)
    for said in _readings(transcript):
        for skill in skills:
            if (reply := skill.answer(said, context)) is not None:
                return reply if said == written else replace(reply, heard=" ".join(said))
    return None


def _readings(transcript: Transcript) -> list[Words]:
    """What was written, then what the same sound may have been: as the recogniser found, as experience says."""
    written = words_of(transcript.text)
    readings = (written, *map(words_of, transcript.alternatives), meant_by(written))
    return [words for words in readings if words]

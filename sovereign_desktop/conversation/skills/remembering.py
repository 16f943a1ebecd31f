"""The skill that remembers, recalls and forgets on request.

Who asks to forget something has the whole conversation forgotten with it, before anything else is done: what is to be
forgotten may stand anywhere in it, in other words too, and the next question would tell a model all of it. That holds
whatever the memory then says: that it had nothing of the kind, that it is switched off, or that so much is meant that
it has to be said again. The request itself says once more what is to be forgotten ("forget that my PIN is 4711"): it
is answered, but is no part of the conversation that follows and becomes no memory. It stands in the list of past turns,
as all that was said does, until it is deleted there; the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from datetime import datetime
from typing import Protocol

from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply
from sovereign_desktop.conversation.skills.phrases import Phrases, Words
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.memory.memories import Forgotten, Memories
from sovereign_desktop.memory.records import Memory, NewMemory, Selection, Source

MOST_SAID = 3
MOST_FORGOTTEN = 5
"""More than these are forgotten only when all is said."""
LONGEST_SAID = 240
SWITCHED_OFF = "The memory is switched off in the settings."
ANEW = "This talk begins anew."
IN_THE_LIST = "What was said stands in the list of past turns until it is deleted there."


def _all(words: Words) -> Words:
    return words


_REMEMBER = Phrases("(remember | note | make a note | keep in mind) that <what>", what=_all)
_RECALL = Phrases(
    "what did (i | we) (say | tell you | talk | mention) [(about | on | of)] <what>",
    "what do you (remember | know) about <what>",
    "do you remember (what i said about | what i told you about) <what>",
    "what have i (said | told you) about <what>",
    what=_all,
)
_FORGET_ALL = Phrases(
    "forget (all | everything) [(you know | i said | i told you | that i said)] (about | on) <what>", what=_all
)
_FORGET = Phrases(
    "forget (that | what i said about | what i told you about | about) <what>",
    "do not remember that <what>",
    what=_all,
)
_FACT = re.compile(r"\b(?:remember|note|mind)\s+that\s*[,:]?\s+(?P<what>.+)", re.IGNORECASE | re.DOTALL)


class Listener(Protocol):
    """Does one thing with the words of a request."""

    def __call__(self, memories: Memories, words: str, context: SkillContext) -> Awaitable[SkillReply]: ...


class Remembering:
    """What is to be remembered is kept word for word, as it was said."""

    name = "memory"
    local_always = True
    phrases: tuple[str, ...] = ()
    """Free speech: a recogniser of commands can't expect it."""

    def answer(self, said: Words, context: SkillContext) -> SkillReply | None:
        requests: tuple[tuple[Phrases, Listener], ...] = (
            (_REMEMBER, _remember),
            (_RECALL, _recall),
            (_FORGET_ALL, _forget_all),
            (_FORGET, _forget),
        )
        for phrases, do in requests:
            if (found := phrases.match(said)) is not None:
                if phrases in (_FORGET_ALL, _FORGET):
                    context.forget_conversation()
                    return _begun(do, " ".join(found["what"]), context, f"{SWITCHED_OFF} {ANEW}")
                return _begun(do, " ".join(found["what"]), context)
        return None


def is_about_memory(said: Words) -> bool:
    """Whether the words are a request to remember, recall or forget: such a talk is not worth keeping itself."""
    return any(phrases.fits(said) for phrases in (_REMEMBER, _RECALL, _FORGET_ALL, _FORGET))


def _begun(do: Listener, words: str, context: SkillContext, switched_off: str = SWITCHED_OFF) -> SkillReply:
    memories = context.memories
    if memories is None:
        return SkillReply(switched_off)

    async def work() -> SkillReply:
        try:
            return await do(memories, words, context)
        except SovereignError as error:
            return SkillReply(error.sentence)

    return SkillReply("", later=work)


async def _remember(memories: Memories, words: str, context: SkillContext) -> SkillReply:
    verbatim = _FACT.search(context.spoken)
    text = verbatim["what"].strip() if verbatim else words
    text = text[:1].upper() + text[1:]
    await memories.remember_on_request(NewMemory(text, context.now.timestamp(), context.session, Source.REMEMBERED))
    # Said back, because a name that was misheard would be found by nobody.
    back = text[:LONGEST_SAID]
    return SkillReply(f"I will remember: {back}{'' if back.endswith(('.', '!', '?')) else '.'}")


async def _recall(memories: Memories, words: str, context: SkillContext) -> SkillReply:
    recall = await memories.recall(words, MOST_SAID)
    if not recall.found:
        return SkillReply(f"I remember nothing about {words}.")
    await memories.used(recall.found, "asked for")
    said = [_said(one.memory, context.now) for one in recall.found]
    return SkillReply(" ".join(said))


async def _forget(memories: Memories, words: str, context: SkillContext) -> SkillReply:
    return await _forgotten(memories, words, context, MOST_FORGOTTEN)


async def _forget_all(memories: Memories, words: str, context: SkillContext) -> SkillReply:
    return await _forgotten(memories, words, context, None)


async def _forgotten(memories: Memories, words: str, _context: SkillContext, most: int | None) -> SkillReply:
    memories.was_asked()
    meant = await memories.store.mentioning(words, 10_000)
    if not meant:
        return SkillReply(f"I remember nothing about {words}. {ANEW} {IN_THE_LIST}")
    if most is not None and len(meant) > most:
        return SkillReply(f"{len(meant)} memories mention that. To forget them, say: forget everything about {words}.")
    forgotten = await memories.forget(Selection(ids=tuple(one.id for one in meant)))
    return SkillReply(say_forgotten(forgotten))


def say_forgotten(forgotten: Forgotten) -> str:
    """What is gone now, and what is not yet."""
    count = len(forgotten.memories)
    said = f"Forgotten: {count} {'memory' if count == 1 else 'memories'}."
    later = "" if forgotten.vectors_gone else f" Their vectors are still on disk: {forgotten.reason}."
    return f"{said}{later} {ANEW} {IN_THE_LIST}"


def _said(memory: Memory, now: datetime) -> str:
    at = datetime.fromtimestamp(memory.time, tz=now.tzinfo)
    day = (
        "Today"
        if at.date() == now.date()
        else f"On {at:%A, %B} {at.day}" + (f", {at.year}" if at.year != now.year else "")
    )
    text = memory.text if len(memory.text) <= LONGEST_SAID else memory.text[:LONGEST_SAID].rsplit(" ", 1)[0] + " …"
    question, _, answer = text.partition("\n\n")
    if memory.source == Source.EXCHANGE and answer:
        return f"{day} you said: {_ended(question)} I answered: {_ended(answer)}"
    return f"{day} you said: {_ended(text)}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."

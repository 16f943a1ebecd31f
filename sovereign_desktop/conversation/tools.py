"""The skills as functions that a model may call: what it can't know or do itself, this computer does.

A call becomes the sentence that a user would say, and the skill book answers it: one place knows how.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sovereign_desktop.conversation.skills.base import SkillContext, SkillReply, settled
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.skills.durations import LONGEST
from sovereign_desktop.core.dialogue import Transcript
from sovereign_desktop.engines.base import Tool

Arguments = Mapping[str, Any]


class BadArguments(ValueError):  # noqa: N818 - the model's, not ours
    """Arguments that the tool can't be called with; the text is for the model."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the model is told, and what the program is to do (`SkillReply.command`)."""

    output: str
    command: str = ""
    later: SkillReply | None = field(default=None, compare=False)
    """The reply of a skill that has to wait for something; `settled` does."""

    async def settled(self) -> ToolResult:
        """The result, once all that it waits for is done."""
        if self.later is None:
            return self
        reply = await settled(self.later)
        return ToolResult(reply.text or "Done.", reply.command)

    @property
    def ends_the_turn(self) -> bool:
        """Whether there is nothing to add: who wants silence must not be told that there is silence now."""
        return self.command in ("stop", "cancel")


@dataclass(frozen=True, slots=True)
class SkillTool:
    """A function, and the sentence that a call of it stands for."""

    tool: Tool
    sentence: Callable[[Arguments], str]


class ToolBox:
    """Calls tools by name. Whatever the model sends, it gets an answer; nothing here raises."""

    def __init__(self, skills: SkillBook) -> None:
        self._skills = skills
        self._tools = {one.tool.name: one for one in SKILL_TOOLS}

    @property
    def tools(self) -> tuple[Tool, ...]:
        """What a model is told that it may call."""
        return tuple(one.tool for one in self._tools.values())

    def call(self, name: str, arguments: str, context: SkillContext) -> ToolResult:
        """Do it. What can't be done is an output that says why, so that the model can say it or try again."""
        one = self._tools.get(name)
        if one is None:
            return ToolResult(f"Error: there is no function {name[:60]!r}.")
        try:
            sentence = one.sentence(_read(arguments))
        except BadArguments as error:
            return ToolResult(f"Error: {error}")
        reply = self._skills.answer(Transcript(sentence, is_final=True), context, always_only=True)
        if reply is None:
            return ToolResult("Error: that can't be understood.")
        if reply.later is not None:
            return ToolResult("", later=reply)
        return ToolResult(reply.text or "Done.", reply.command)


def _read(arguments: str) -> Arguments:
    """Raises BadArguments."""
    try:
        read = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        raise BadArguments("the arguments are no JSON.") from None
    if not isinstance(read, dict):
        raise BadArguments("the arguments must be a JSON object.")
    return read


def _number(arguments: Arguments, name: str, low: float, high: float) -> float:
    value = arguments.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadArguments(f"{name} must be a number from {low:g} to {high:g}.")
    return value


def _text(arguments: Arguments, name: str, longest: int = 200) -> str:
    value = arguments.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise BadArguments(f"{name} must be a text of at most {longest} characters.")
    return value.strip()


def _set_timer(arguments: Arguments) -> str:
    length = f"{round(_number(arguments, 'seconds', 1, LONGEST.total_seconds()))} seconds"
    name = _text(arguments, "name", 60).removesuffix(" timer")
    return f"set a timer called {name} for {length}" if name else f"set a timer for {length}"


def _cancel_timer(arguments: Arguments) -> str:
    name = _text(arguments, "name", 60).removesuffix(" timer")
    return f"cancel the {name} timer" if name else "cancel the timer"


def _calculate(arguments: Arguments) -> str:
    expression = _text(arguments, "expression")
    if not expression:
        raise BadArguments("expression must not be empty.")
    return f"what is {expression}"


def _set_volume(arguments: Arguments) -> str:
    return f"set the volume to {round(_number(arguments, 'percent', 0, 100))} percent"


def _about(sentence: str, name: str) -> Callable[[Arguments], str]:
    """A sentence that ends with a text."""

    def said(arguments: Arguments) -> str:
        text = " ".join(_text(arguments, name).split())
        if not text:
            raise BadArguments(f"{name} must not be empty.")
        return f"{sentence} {text}"

    return said


def _made(
    name: str, description: str, sentence: str | Callable[[Arguments], str], /, **properties: dict[str, Any]
) -> SkillTool:
    """A tool whose arguments are `properties`; those with a default may be left out."""
    parameters = {
        "type": "object",
        "properties": properties,
        "required": [key for key, schema in properties.items() if "default" not in schema],
        "additionalProperties": False,
    }
    said = sentence if callable(sentence) else lambda _arguments: sentence
    return SkillTool(Tool(name, description, parameters), said)


_TIMER_NAME = {"type": "string", "description": "What it is for, one to four words, such as tea.", "default": ""}

SKILL_TOOLS = (
    _made("get_time", "The user's local time of day. Always call it; you have no clock.", "what time is it"),
    _made("get_date", "Today's date and day of the week, where the user is.", "what is the date"),
    _made(
        "set_timer",
        "Start a timer on this computer; it is announced aloud when it is up.",
        _set_timer,
        seconds={"type": "number", "description": "How long it runs."},
        name=_TIMER_NAME,
    ),
    _made("list_timers", "The timers that run, and how long each still does.", "what timers are set"),
    _made("cancel_timer", "Cancel one timer, by its name when it has one.", _cancel_timer, name=_TIMER_NAME),
    _made("cancel_all_timers", "Cancel every timer.", "cancel all timers"),
    _made(
        "calculate",
        "The exact result of an arithmetic expression.",
        _calculate,
        expression={"type": "string", "description": "Such as (3 + 4) * 12 / 7, 15 % of 80, 2 ^ 10, square root of 2."},
    ),
    _made(
        "set_volume",
        "Set how loud you speak.",
        _set_volume,
        percent={"type": "number", "description": "From 0 to 100."},
    ),
    _made("louder", "Speak one step louder.", "louder"),
    _made("quieter", "Speak one step quieter.", "quieter"),
    _made("stop", "The user wants you to stop or be quiet. Say nothing afterwards.", "stop"),
    _made(
        "remember",
        "Keep a fact for later talks, because the user asks for it.",
        _about("remember that", "fact"),
        fact={"type": "string", "description": "One sentence in the user's words, such as My sister lives in Oslo."},
    ),
    _made(
        "recall",
        "What the user said earlier, in this talk or weeks ago.",
        _about("what did I say about", "topic"),
        topic={"type": "string", "description": "What it is about, in a few words."},
    ),
    _made(
        "forget",
        "Erase what is remembered about something, because the user asks for it. It can't be undone.",
        _about("forget that", "topic"),
        topic={"type": "string", "description": "Words that all of it mentions, such as sister Oslo."},
    ),
    _made(
        "about",
        "Which mode, model and engines this program uses.",
        "which mode are you in",
    ),
)

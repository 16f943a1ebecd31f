"""What is asked, and what the right answer is: sums, capitals, and a greeting that skills return too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CAPITALS = {
    "france": "Paris",
    "italy": "Rome",
    "spain": "Madrid",
    "germany": "Berlin",
    "japan": "Tokyo",
    "russia": "Moscow",
}
SUMS = {
    ("twelve", "seven"): "nineteen",
    ("eleven", "three"): "fourteen",
    ("twenty", "ten"): "thirty",
    ("nine", "seven"): "sixteen",
}
WELL = "well"
LOOKED_UP = "I have looked that up in the great book of everything that I know."


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is the one word that makes an answer the right one; `topic` what it is about, in words."""

    text: str
    topic: str
    key: str

    def is_answered_by(self, reply: str) -> bool:
        """Whether the right answer is in it, once, and no other question's."""
        return re.findall(rf"\b(?:{'|'.join(_KEYS)})\b", reply.lower()) == [self.key.lower()]


def capitals() -> tuple[Question, ...]:
    """Questions for a language model."""
    return tuple(
        Question(f"what is the capital of {country}", f"the capital of {country}", capital)
        for country, capital in CAPITALS.items()
    )


def sums() -> tuple[Question, ...]:
    """Questions that everybody answers."""
    return tuple(
        Question(f"what is {one} plus {other}", f"{one} plus {other}", total) for (one, other), total in SUMS.items()
    )


def greetings() -> tuple[Question, ...]:
    """What a model is asked first, and the skills know as well."""
    return (Question("how are you", "my health", WELL),)


_ALL = (*capitals(), *sums(), *greetings())
_KEYS = tuple(one.key.lower() for one in _ALL)


def heard(words: str) -> Question | None:
    """The question that these words ask."""
    said = f" {' '.join(re.findall(r'[a-z]+', words.lower()))} "
    return next((one for one in _ALL if _is_asked(one, said)), None)


def _is_asked(question: Question, said: str) -> bool:
    return f" {question.topic} " in said or f" {question.text} " in said


def whole_answer(question: Question, who: str, *, at_length: bool = False) -> str:
    """The answer in sentences; who gives it is said in them, in words that nobody else uses."""
    looked_up = [LOOKED_UP] if at_length else []
    return " ".join([f"You asked about {question.topic}.", *looked_up, f"It is {question.key}, says {who}."])


def rest_of_answer(question: Question, who: str, already_said: str) -> str:
    """The answer from where it was cut off."""
    if question.is_answered_by(already_said):
        return f"So says {who}."
    return f"It is {question.key}, says {who}."


def conversation_words(messages: Sequence[tuple[str, str]]) -> tuple[Question | None, str]:
    """From messages (role, text): the question that is asked last, and what was already said to it."""
    for at in range(len(messages) - 1, -1, -1):
        role, text = messages[at]
        if role == "user":
            said = " ".join(text for role, text in messages[at + 1 :] if role == "assistant")
            return heard(text), said
    return None, ""

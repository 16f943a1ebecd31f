"""A corpus with known answers: facts about many made-up names, and questions with the same words or with others."""

from __future__ import annotations

import random
from dataclasses import dataclass

PLACES = ("Bergen", "Porto", "Graz", "Ghent", "Turku", "Lucca", "Nantes", "Seville", "Gdansk", "Aarhus")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
THINGS = ("blue", "green", "old", "heavy", "tiny", "wooden", "silver", "striped")

# What was said, a question with its words, a question with other words.
TOPICS = (
    ("{x} lives in a house in {place}.", "Where does {x} live, in which house?", "In what town is the home of {x}?"),
    ("{x} sees the dentist on {day}.", "When does {x} see the dentist?", "Which day are {x}'s teeth looked at?"),
    ("{x} drives a {thing} car.", "What car does {x} drive?", "Which automobile belongs to {x}?"),
    ("{x} is allergic to peanuts since {place}.", "What is {x} allergic to?", "Which food must {x} avoid for health?"),
    ("{x} plays the violin on {day}.", "When does {x} play the violin?", "Which string instrument does {x} practise?"),
    ("{x} has a {thing} dog.", "What dog does {x} have?", "What pet animal barks at {x}'s place?"),
    ("The wedding of {x} was in {place}.", "Where was the wedding of {x}?", "In which city did {x} get married?"),
    ("{x} studied medicine in {place}.", "Where did {x} study medicine?", "Where did {x} become a doctor?"),
    ("{x} keeps the spare key in a {thing} box.", "Where does {x} keep the spare key?", "How can I unlock {x}'s door?"),
    ("{x} bakes bread every {day}.", "When does {x} bake bread?", "What day does a fresh loaf come from {x}?"),
    ("{x} is afraid of flying to {place}.", "What is {x} afraid of?", "Why would {x} never board an aeroplane?"),
    ("{x} sold the {thing} boat.", "What boat did {x} sell?", "Which ship did {x} get rid of for money?"),
    ("{x} swims in the lake on {day}.", "When does {x} swim in the lake?", "What sport does {x} do in the water?"),
    ("{x} owes me for the {thing} lamp.", "What does {x} owe me for?", "What debt has {x} not paid back?"),
    ("{x} retired and moved to {place}.", "Where did {x} move when retired?", "Where has {x} gone since leaving work?"),
    ("{x} prefers tea from {place}.", "What tea does {x} prefer?", "Which hot drink should I offer {x}?"),
    ("{x} broke a leg in {place}.", "Where did {x} break a leg?", "What injury did {x} have on a trip?"),
    ("{x} collects {thing} stamps.", "What stamps does {x} collect?", "What hobby of {x} has to do with mail?"),
    ("{x} works night shifts until {day}.", "Until when does {x} work night shifts?", "When is {x} free at dusk?"),
    ("{x} repairs {thing} clocks.", "What clocks does {x} repair?", "Who is {x} to ask about a broken watch?"),
    ("The garden of {x} has {thing} tomatoes.", "What tomatoes are in the garden of {x}?", "What vegetables has {x}?"),
    ("{x} sings in a choir in {place}.", "Where does {x} sing in a choir?", "What music does {x} make?"),
    ("{x} lent me a {thing} umbrella.", "What umbrella did {x} lend me?", "What against rain must I return to {x}?"),
    ("{x} teaches chess on {day}.", "When does {x} teach chess?", "Which board game are lessons by {x} about?"),
    ("{x} votes by letter from {place}.", "From where does {x} vote by letter?", "How does {x} elect a mayor?"),
)  # fmt: skip

# The same of things that are known by a code, which means nothing: only its letters and digits tell them apart.
CODED = (
    ("Parcel {x} went to {place}.", "Where did parcel {x} go?", "To which town was {x} sent?"),
    ("Locker {x} holds the {thing} bag.", "What is in locker {x}?", "What shall I find behind door {x}?"),
    ("Flight {x} leaves on {day}.", "When does flight {x} leave?", "Which day is the take-off of {x}?"),
    ("Invoice {x} for the {thing} roof is paid.", "Is invoice {x} paid?", "Did I settle the bill {x}?"),
    ("Train {x} stops in {place}.", "Where does train {x} stop?", "At which station can I get on {x}?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the only text that answers it, and whether it has the same words."""

    text: str
    answer: str
    has_its_words: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is known, and what is asked of it."""

    texts: tuple[str, ...]
    questions: tuple[Question, ...]


def made(memories: int, questions: int, seed: int = 5_000) -> Corpus:
    """So many facts about people, in no order, and so many questions about them, half of them with other words."""
    chance = random.Random(seed)
    names = (_name(chance, number) for number in range(-(-memories // len(TOPICS))))
    facts = [_filled(chance, topic, name) for name in names for topic in TOPICS]
    return _asked(chance, facts[:memories], questions)


def coded(memories: int, questions: int, seed: int = 5_000) -> Corpus:
    """The same of things with a code each."""
    chance = random.Random(seed)
    codes = chance.sample(
        [f"{one}{two}{number}" for one in "KRX" for two in "BDT" for number in range(1_000, 9_999)], memories
    )
    return _asked(chance, [_filled(chance, chance.choice(CODED), code) for code in codes], questions)


def _filled(chance: random.Random, topic: tuple[str, str, str], name: str) -> tuple[str, str, str]:
    fill = {"x": name, "place": chance.choice(PLACES), "day": chance.choice(DAYS), "thing": chance.choice(THINGS)}
    said, same, other = (text.format(**fill) for text in topic)
    return said, same, other


def _asked(chance: random.Random, facts: list[tuple[str, str, str]], questions: int) -> Corpus:
    asked = chance.sample(facts, questions)
    texts = [said for said, _, _ in facts]
    chance.shuffle(texts)
    return Corpus(
        tuple(texts),
        tuple(
            Question(other if number % 2 else same, said, not number % 2)
            for number, (said, same, other) in enumerate(asked)
        ),
    )


def _name(chance: random.Random, number: int) -> str:
    syllables = ("ba", "lo", "mi", "ren", "ta", "vo", "sel", "du", "kir", "an")
    return "".join(chance.choices(syllables, k=2)).capitalize() + syllables[number // 10 % 10] + syllables[number % 10]

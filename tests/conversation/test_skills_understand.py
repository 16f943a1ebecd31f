"""What people say, and what weak recognisers write instead, reaches the right skill; nothing else does."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from sovereign_desktop.conversation.skills import built_in_skills
from sovereign_desktop.conversation.skills.phrases import Phrases, Words, words_of
from sovereign_desktop.core.dialogue import Transcript
from tests.conversation.skill_support import BOOK, ask, command, context, spoken_forms

TIME = "It is 8:42 PM."

NOT_COMMANDS = """
tell me a joke
what time is the meeting tomorrow
what time does the train to london leave
what is the time complexity of quicksort
what time is it in tokyo
how long is the great wall of china
how much time do i need to boil an egg
how much is a ticket to paris plus tax
how many times seven people have asked
what is the date of the moon landing
what day is christmas
which year did the war end
what year is the monkey
stop the presses
stop it from raining
how do i stop smoking
i said stop
don't stop
please do not stop talking about it
the bus stop
cancel my subscription
how do i cancel a flight
louder than words
why is it louder here
the quieter you become the more you can hear
mute swans are large birds
set the table for five people
set a goal for five minutes a day
set an example for an hour
the timer on my oven is broken
i bought a timer for five dollars
how do timers work
what is a timer
remind me who wrote hamlet
remind me of her name
what can you do about climate change
help me write a letter
which mode of transport is best
which engine does the ford use
what are you going to say about love
what is your opinion
hello world in python
thank you for the music
good morning vietnam
say something
repeat after me
repeat that joke about the dog
turn up the heat
turn it into a song
volume of a sphere
what is the volume of a cube
what is five
five
minus five
what is the square of opposition
what is the root of all evil
who invented the square root
times are hard
one hundred years of solitude
two to tango
what is half of the population
ten percent
give me fifty percent
catch twenty two
seven eleven
what is missing from this sentence
what do you need to make bread
who are you voting for
quit smoking
exit strategy
what is the current
while the time is right
what are you
one is enough
can you sell the timer
""".strip().splitlines()


@pytest.mark.parametrize(
    "said",
    [
        "What time is it now?",
        "what's the time",
        "WHAT’S THE TIME, please?",
        "um, what time is it",
        "hey Sovereign, could you tell me what time it is",
        "Do you have the time?",
        # written by pocketsphinx or common recognisers for the same question
        "what time is it know",
        "what time is a now",
        "watt time is it",
        "while the time",
    ],
)
def test_the_question_for_the_time_survives_politeness_and_mishearing(said: str) -> None:
    assert ask(said).text == TIME


@pytest.mark.parametrize(
    ("said", "means"),
    [
        # as pocketsphinx wrote them down from flite's voices awb, rms, slt and kal
        ("what is the day to day", "Today is Saturday, November 21, 2026."),
        ("seventy timer for three minutes", "Timer set for 3 minutes."),
        ("shudder timer for ninety seconds", "Timer set for 1 minute and 30 seconds."),
        ("to the timer for an hour and a half", "Timer set for 1 hour and 30 minutes."),
        ("and time are for five minutes", "Timer set for 5 minutes."),
        ("one is twelve times seven", "12 times 7 is 84."),
        ("how much as three plus four", "3 plus 4 is 7."),
        ("cancel old timers", "No timer is running."),
        ("how long his left on the timer", "No timer is running."),
    ],
)
def test_what_a_weak_recogniser_wrote_is_understood(said: str, means: str) -> None:
    assert ask(said).text == means


@pytest.mark.parametrize("said", NOT_COMMANDS)
def test_a_sentence_that_is_no_command_is_left_to_the_model(said: str) -> None:
    assert command(said) is None


def test_a_sentence_that_is_no_command_gets_no_invented_answer() -> None:
    assert all(ask(said).text.startswith("I can't answer that yet.") for said in NOT_COMMANDS)


def test_every_phrase_that_a_recogniser_is_taught_is_answered_by_its_skill() -> None:
    dice = random.Random(7)
    for skill in built_in_skills():
        for phrase in skill.phrases:
            for said in spoken_forms(phrase, dice):
                assert skill.answer(words_of(said), context()) is not None, said
                assert ask(said) == skill.answer(words_of(said), context()), said


def test_every_taught_word_is_in_the_recognisers_dictionary() -> None:
    pocketsphinx = pytest.importorskip("pocketsphinx")
    listed = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8")
    known = {line.partition(" ")[0] for line in listed.splitlines()}
    taught = set(re.findall(r"(?<![<\w'])[a-z']+(?![>\w'])", " ".join(BOOK.phrases)))
    assert taught
    assert taught <= known


def test_an_alternative_is_tried_when_the_text_is_none() -> None:
    heard = Transcript("what i made it out", is_final=True, alternatives=("what time is it now",))
    reply = BOOK.answer(heard, context(), always_only=True)
    assert reply is not None
    assert reply.text == TIME


def test_the_text_goes_before_its_alternatives() -> None:
    heard = Transcript("what is two plus two", is_final=True, alternatives=("what is two plus ten",))
    reply = BOOK.answer(heard, context())
    assert reply is not None
    assert reply.text == "2 plus 2 is 4."


def test_an_alternative_goes_before_what_experience_says() -> None:
    moment = context()
    heard = Transcript("seventy timer for three minutes", alternatives=("set a tea timer for three minutes",))
    reply = BOOK.answer(heard, moment)
    assert reply is not None
    assert reply.text == "Tea timer set for 3 minutes."


def test_greetings_are_left_to_a_language_model() -> None:
    assert command("hello") is None
    assert ask("hello").text == "Hello. I am listening."


def test_a_flood_of_words_is_not_even_looked_at() -> None:
    looks: list[Words] = []
    assert not Phrases("<all>", all=looks.append).fits(("five",) * 10_000)
    assert looks == []
    assert command("set a timer for " + "five " * 10_000) is None


def test_optional_parts_choices_and_slots_match_the_whole_sentence_only() -> None:
    phrases = Phrases("play [some] (jazz | rock music) <minutes>", minutes=lambda words: {"now": 1}.get(words[0]))
    assert phrases.match(("play", "rock", "music", "now")) == {"minutes": 1}
    assert phrases.match(("play", "some", "jazz", "now")) == {"minutes": 1}
    assert not phrases.fits(("play", "some", "jazz"))
    assert not phrases.fits(("please", "play", "jazz", "now"))
    assert not phrases.fits(("play", "rock", "now"))


@pytest.mark.parametrize("broken", ["(a | b", "[a", "a)", "a]"])
def test_a_phrase_with_a_lost_bracket_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"is missing|closes nothing"):
        Phrases(broken).fits(("a",))

"""What the assistant says of the screen without a model."""

from __future__ import annotations

from sovereign_desktop.context.screen.glance import Glance, NotLooking, WindowText
from tests.conversation.skill_support import ask, context

EDITOR = WindowText("notes.txt – Editor", "mousepad", "Buy milk.\nCard [CARD NUMBER]", is_active=True)


def test_while_it_does_not_look_it_says_so() -> None:
    said = ask("what is on my screen", context()).text
    assert "don't look at your screen" in said


def test_it_reads_the_active_window_and_names_the_others() -> None:
    glance = Glance((EDITOR, WindowText("Mail", "thunderbird", "Hello")), at=1.0)
    said = ask("what's on my screen?", context(screen=glance)).text
    assert said == "In notes.txt – Editor I read: Buy milk. Card a hidden card number. There is also Mail."


def test_a_long_text_is_cut_and_an_empty_screen_is_said() -> None:
    long = Glance((WindowText("book", "reader", "word " * 500, is_active=True),))
    assert len(ask("what do you see", context(screen=long)).text.split()) < 80
    assert "no words" in ask("what do you see", context(screen=Glance())).text


def test_why_nothing_is_looked_at_is_said() -> None:
    said = ask("what is on the screen", context(screen=NotLooking("The screen is locked."))).text
    assert said == "I can't look at your screen now. The screen is locked."

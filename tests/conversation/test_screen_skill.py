"""What the assistant says of the screen without a model."""

from __future__ import annotations

from sovereign_desktop.context.screen.glance import Glance, NotLooking, Report, WindowText
from sovereign_desktop.context.screen.watch import OFF
from sovereign_desktop.conversation.skills.base import settled
from tests.conversation.skill_support import ask, context

EDITOR = WindowText("notes.txt – Editor", "mousepad", "Buy milk.\nCard [CARD NUMBER]", is_active=True)


async def answer(said: str, seen: Report) -> str:
    """What is said when a look gives this."""

    async def look(longest_s: float) -> Report:
        assert longest_s > 0
        return seen

    return (await settled(ask(said, context(look=look)))).text


async def test_while_it_does_not_look_it_says_so() -> None:
    assert "don't look at your screen" in await answer("what is on my screen", OFF)
    assert "don't look at your screen" in (await settled(ask("what is on my screen"))).text


async def test_it_reads_the_active_window_and_names_the_others() -> None:
    glance = Glance((EDITOR, WindowText("Mail", "thunderbird", "Hello")), at=1.0)
    said = await answer("what's on my screen?", glance)
    assert said == "In notes.txt – Editor I read: Buy milk. Card a hidden card number. There is also Mail."


async def test_a_long_text_is_cut_and_an_empty_screen_is_said() -> None:
    long = Glance((WindowText("book", "reader", "word " * 500, is_active=True),))
    assert len((await answer("what do you see", long)).split()) < 80
    assert "no words" in await answer("what do you see", Glance())


async def test_why_nothing_is_looked_at_is_said() -> None:
    said = await answer("what is on the screen", NotLooking("The screen is locked."))
    assert said == "I can't look at your screen now. The screen is locked."

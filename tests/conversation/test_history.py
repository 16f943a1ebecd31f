"""The conversation keeps what was said, and only so much of it."""

from sovereign_desktop.conversation.history import History
from sovereign_desktop.core.dialogue import Message, Role


def test_the_oldest_messages_go_first() -> None:
    history = History(longest=3)
    for number in range(5):
        history.add(Role.USER, f"question {number}")
    assert [message.text for message in history.messages] == ["question 2", "question 3", "question 4"]


def test_nothing_said_is_nothing_kept() -> None:
    history = History()
    history.add(Role.ASSISTANT, "  \n")
    history.add(Role.ASSISTANT, " Yes. ")
    assert history.messages == (Message(Role.ASSISTANT, "Yes."),)
    history.clear()
    assert history.messages == ()

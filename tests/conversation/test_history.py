"""The conversation keeps what was said, and only so much of it."""

from sovereign_desktop.conversation.history import History
from sovereign_desktop.core.dialogue import Message, Role


def test_the_oldest_messages_go_first() -> None:
    history = History(longest=3)
    for number in range(5):
        history.add(Role.USER, f"question {number}")
    assert [message.text for message in history.messages] == ["question 2", "question 3", "question 4"]


def test_the_words_of_a_question_that_come_late_stand_before_its_answer() -> None:
    history = History()
    history.add(Role.ASSISTANT, "It is noon.", "t1")
    history.add(Role.USER, "thanks", "t2")
    history.put_question("what time", "t1")
    history.put_question("what time is it", "t1")
    history.put_question("never answered", "t0")
    assert [message.text for message in history.messages] == ["what time is it", "It is noon.", "thanks"]


def test_nothing_said_is_nothing_kept() -> None:
    history = History()
    history.add(Role.ASSISTANT, "  \n")
    history.add(Role.ASSISTANT, " Yes. ")
    assert history.messages == (Message(Role.ASSISTANT, "Yes."),)
    history.clear()
    assert history.messages == ()

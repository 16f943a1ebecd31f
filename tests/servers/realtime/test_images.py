"""Pictures in a conversation: which are taken, who is shown them, and how many are kept."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sovereign_desktop.core.dialogue import ImageAttachment, Role
from sovereign_desktop.servers.realtime import conversation
from tests.servers.realtime.stage import PUSH_TO_TALK, Stage, Talk
from tests.servers.realtime.test_our_client import decisions, open_client, text_of

PNG = "data:image/png;base64," + base64.b64encode(b"\x89PNG...").decode()
JPEG = "data:image/jpeg;base64,/9j/"


def shown(*urls: str, text: str = "") -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "input_image", "image_url": url} for url in urls]
    content += [{"type": "input_text", "text": text}] if text else []
    return {"type": "message", "role": "user", "content": content}


def asked(talk: Talk) -> Any:
    response_id = talk.respond()
    return talk.session.question(response_id)


def test_the_question_holds_the_pictures_of_its_item() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.send("conversation.item.create", item=shown(PNG, JPEG, text="what is this"))
    question = asked(talk)
    assert question.transcript.text == "what is this"
    assert [image.data_url for image in question.images] == [PNG, JPEG]


def test_a_picture_that_was_shown_before_the_question_stands_before_it() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.send("conversation.item.create", item=shown(PNG))
    talk.say("what is this")
    question = asked(talk)
    (message,) = question.history
    assert (message.role, message.text, message.images) == (Role.USER, "", (ImageAttachment(PNG),))
    assert question.transcript.text == "what is this"


def test_a_picture_alone_is_worth_an_answer() -> None:
    talk = Talk(PUSH_TO_TALK)
    talk.send("conversation.item.create", item=shown(PNG))
    assert asked(talk).is_worth_an_answer


@pytest.mark.parametrize(
    "url",
    ["https://example.org/a.png", "file:///etc/passwd", "data:text/html;base64,AAAA", "data:image/png;base64,A*", ""],
)
def test_nothing_is_fetched_for_a_client_and_what_is_no_picture_is_refused(url: str) -> None:
    error = Talk(PUSH_TO_TALK).error("conversation.item.create", item=shown(url))
    assert error["param"] == "item.content[0].image_url"


def test_old_pictures_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MOST_IMAGE_BYTES", 3 * len(PNG))
    talk = Talk(PUSH_TO_TALK)
    for _ in range(10):
        talk.send("conversation.item.create", item=shown(PNG, text="look"))
    entries = talk.session.conversation.entries
    assert [len(entry.images) for entry in entries] == [0] * 7 + [1] * 3
    assert "forgotten" in entries[0].words


async def test_a_model_that_sees_is_shown_what_the_client_shows(stage: Stage) -> None:
    picture = ImageAttachment.of(b"\x89PNG...", detail="low")
    async with open_client(stage) as client, client.turn("1") as turn:
        turn.show([picture])
        turn.say("what is this")
        turn.respond()
        assert text_of(await decisions(turn)) == "This is a reply."
    [(messages, _)] = stage.model.asked
    assert [message.images for message in messages if message.images] == [(picture,)]

"""What was done in a turn, kept so that it can be done again in another session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sovereign_desktop.core.dialogue import ImageAttachment
from sovereign_desktop.realtime.client_events import ClientEvent
from sovereign_desktop.realtime.protocol import Protocol

Step = Callable[[Protocol], Sequence[ClientEvent]]


class Tape:
    """The intents of one turn, in order. Each method keeps a step and returns it, to be done now.

    In a turn whose end the server finds, a second session must not look for it again once the first has found it:
    no more sound will come. There the utterance is committed and answered by request (`ended_by_server`).
    """

    def __init__(self) -> None:
        self._detection: Step | None = None
        self._sound: list[Step] = []
        self._steps: list[Step] = []
        self._server_listens = False
        self._ended_by_server = False
        self._asked = False

    def detect_turns(self, turn_detection: dict[str, Any] | None) -> Step:
        self._server_listens = turn_detection is not None
        self._detection = partial(Protocol.detect_turns, turn_detection=turn_detection)
        return self._detection

    def clear_input(self) -> Step:
        """Throws the sound away that was not committed; a new session has none to clear."""
        self._sound.clear()
        return Protocol.clear_input

    def hear(self, pcm: bytes) -> Step:
        self._sound.append(partial(Protocol.hear, pcm=pcm))
        return self._sound[-1]

    def commit(self) -> Step:
        self._close_utterance()
        return self._keep(Protocol.commit)

    def say(self, text: str) -> Step:
        return self._keep(partial(Protocol.say, text=text))

    def show(self, images: Sequence[ImageAttachment]) -> Step:
        return self._keep(partial(Protocol.show, images=images))

    def respond(self, response: dict[str, Any] | None) -> Step:
        self._asked = True
        return self._keep(partial(Protocol.respond, response=response))

    def ended_by_server(self) -> None:
        """The server has made an item of the sound, and answers it by itself if it was told to listen."""
        self._close_utterance()
        self._ended_by_server |= self._server_listens and not self._asked

    def play(self, protocol: Protocol) -> list[ClientEvent]:
        """All of it again, for a session that knows nothing of this turn."""
        steps = [*self._steps, *self._sound]
        if self._ended_by_server:
            steps = [partial(Protocol.detect_turns, turn_detection=None), *steps, Protocol.commit]
            if not self._asked:
                steps.append(Protocol.respond)
        elif self._detection is not None:
            steps.insert(0, self._detection)
        return [event for step in steps for event in step(protocol)]

    def _keep(self, step: Step) -> Step:
        self._steps.append(step)
        return step

    def _close_utterance(self) -> None:
        self._steps += self._sound
        self._sound.clear()

"""What the program says in a turn: words as they are written, sound as it is played, and how much of it was heard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sovereign_desktop.audio.port import AudioPort, Earcon
from sovereign_desktop.conversation.backends.base import Sound
from sovereign_desktop.conversation.spoken_reply import SpokenReply
from sovereign_desktop.core.errors import NoLoudspeaker
from sovereign_desktop.core.events import EventBus, ReplySpoken

SOUND_WITHIN_S = 20.0
"""How long an answer may stand still while it is played: longer than it takes to replace a hung audio process."""
RESTART = "Quit the program and start it again."


@dataclass(slots=True)
class Answer:
    """The program's side of a turn.

    The caption follows the sound. Once `show` was called it follows the text instead, because there is no sound
    to wait for.
    """

    turn_id: str
    audio: AudioPort
    bus: EventBus
    text: str = ""
    _spoken: SpokenReply = field(default_factory=SpokenReply)
    _played_ms: float = 0.0
    _is_over: asyncio.Event = field(default_factory=asyncio.Event)
    _is_shown: bool = False

    @property
    def has_sound(self) -> bool:
        return self._spoken.duration_ms > 0

    @property
    def spoken(self) -> str:
        """The text that has sound, heard or still to be played."""
        return self._spoken.text

    @property
    def heard(self) -> str:
        """The text that has left the loudspeaker."""
        return self._spoken.heard(self._played_ms)

    # As it is made

    def write(self, text: str) -> None:
        """Add a piece of text."""
        self.text += text
        self._spoken.write(text)
        if self._is_shown:
            self._caption(self.text)

    def say(self, sound: Sound) -> None:
        """Play a piece of sound after what plays already."""
        if sound.flows:
            self._spoken.flow(sound.frame.duration_ms)
        else:
            self._spoken.add(sound.frame.duration_ms, sound.begins)
        self.audio.play(self.turn_id, sound.frame)

    def show(self) -> None:
        """Let the caption say all of it: no sound will."""
        self._is_shown = True
        self._caption(self.text)

    def mark_seam(self) -> None:
        """It broke off here, and somebody else goes on."""
        if self.has_sound:
            self.audio.earcon(Earcon.SEAM)
        self._spoken.break_off()
        if not self._is_shown:
            self.text = self.spoken  # what was written beyond its sound was never said
        self.text += " " if self.text else ""

    # As it is heard

    def sounds(self, played_ms: float) -> None:
        """So much of it was heard."""
        self._played_ms = max(self._played_ms, played_ms)
        if not self._is_shown:
            self._caption(self._spoken.sounding(self._played_ms))

    def sounded(self, played_ms: float) -> None:
        """The sound is over, after so much of it was heard."""
        self._played_ms = played_ms
        self._is_over.set()

    async def play_out(self) -> None:
        """Wait until everything that was made has been heard. Raises NoLoudspeaker when the sound stands still."""
        self._spoken.settle()
        if self.has_sound:
            self.audio.finish(self.turn_id)
            while not await self._heard_more():
                pass
        elif self.text:
            self._caption(self.text)

    async def _heard_more(self) -> bool:
        """Wait for the end of the sound; False when there was only some more of it."""
        heard_ms = self._played_ms
        try:
            async with asyncio.timeout(SOUND_WITHIN_S):
                await self._is_over.wait()
        except TimeoutError:
            if self._played_ms > heard_ms:
                return False
            raise NoLoudspeaker("The answer can't be played.", remedy=RESTART) from None
        return True

    def stop(self) -> None:
        """Be silent now."""
        if self.has_sound and not self._is_over.is_set():
            self.audio.flush()

    def _caption(self, text: str) -> None:
        self.bus.publish(ReplySpoken(self.turn_id, text))

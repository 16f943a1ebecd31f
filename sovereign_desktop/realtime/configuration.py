"""What a session was told to be, and how much of it the server has confirmed."""

from __future__ import annotations

from collections import deque
from typing import Any

_NOT_TOLD = object()


class Configuration:
    """The updates of one session, in the order in which the server confirms them."""

    def __init__(self) -> None:
        self.is_confirmed = False
        self._updates: deque[tuple[str, bool]] = deque()
        self._turn_detection: Any = _NOT_TOLD

    @property
    def server_may_begin(self) -> bool:
        """Whether the server answers without being asked: its turn detection does, unless it was told not to."""
        detection = self._turn_detection
        return detection is _NOT_TOLD or (isinstance(detection, dict) and detection.get("create_response") is not False)

    def detects(self, turn_detection: dict[str, Any] | None) -> bool:
        """Whether that is the turn detection which the server was told last."""
        return bool(self._turn_detection == turn_detection)

    def tell(self, event_id: str, session: dict[str, Any], *, is_whole: bool) -> None:
        """An update goes out. After one of the whole the session counts as configured when that is confirmed."""
        audio_input = (session.get("audio") or {}).get("input") or {}
        self._turn_detection = audio_input.get("turn_detection", self._turn_detection)
        self._updates.append((event_id, is_whole))
        self.is_confirmed = self.is_confirmed and not is_whole

    def confirmed(self) -> bool:
        """Take a confirmation. True when with it the whole is confirmed."""
        _, is_whole = self._updates.popleft() if self._updates else ("", False)
        if not is_whole or any(is_another for _, is_another in self._updates):
            return False
        self.is_confirmed = True
        return True

    def refused(self, event_id: str) -> None:
        """Take the refusal of an update. What the server detects turns by now is anybody's guess."""
        self._updates = deque(update for update in self._updates if update[0] != event_id)
        self._turn_detection = _NOT_TOLD

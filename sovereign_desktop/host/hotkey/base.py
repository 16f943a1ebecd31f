"""What every hotkey listener is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.hotkey.parse import Hotkey

VERBS_REMEDY = (
    "Choose another hotkey in the settings, or bind keys in the system's keyboard settings to"
    " `sovereign-desktop --toggle`, or to `--talk` and `--release`."
)


class HotkeyError(SovereignError):
    """A hotkey, or any, can't be had. `names` are the bindings concerned; empty: all."""

    def __init__(self, user_text: str, *, names: tuple[str, ...] = (), remedy: str = VERBS_REMEDY) -> None:
        super().__init__(user_text, remedy=remedy)
        self.names = names


@dataclass(frozen=True, slots=True)
class HotkeyEvent:
    """The hotkey of the binding `name` went down or up; `at` is the monotonic second."""

    name: str
    is_down: bool
    at: float


class HotkeyListener(Protocol):
    """Hears hotkeys wherever the user works. Uses no CPU time while no key is pressed."""

    async def start(
        self, bindings: Mapping[str, Hotkey], on_event: Callable[[HotkeyEvent], None]
    ) -> tuple[HotkeyError, ...]:
        """Begin to hear the bindings; the result names those that can't be had, the others work.

        `on_event` is called on the loop that called this; auto-repeat is left out. Raises HotkeyError when nothing
        can be heard at all. To change bindings, stop and start.
        """

    async def stop(self) -> None:
        """Give all keys back. Idempotent."""


def taken(name: str, hotkey: Hotkey) -> HotkeyError:
    """The error for a hotkey that belongs to somebody else."""
    return HotkeyError(f"Another program holds {hotkey.label}.", names=(name,))

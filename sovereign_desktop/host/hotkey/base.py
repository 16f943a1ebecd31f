"""What every hotkey listener is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

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


Problems: TypeAlias = tuple[HotkeyError, ...]
"""What can't be had; the other bindings work."""


def nobody_asks(_problems: Problems) -> None:
    """Who does not want to know what becomes of the bindings."""


class HotkeyListener(Protocol):
    """Hears hotkeys wherever the user works. Uses no CPU time while no key is pressed and all can be had."""

    async def start(
        self,
        bindings: Mapping[str, Hotkey],
        on_event: Callable[[HotkeyEvent], None],
        on_change: Callable[[Problems], None] = nobody_asks,
    ) -> Problems:
        """Begin to hear the bindings; the result says what can't be had.

        `on_event` is called on the loop that called this; auto-repeat is left out. `on_change` is called there with
        all that can't be had, whenever something is taken away or given later. Raises HotkeyError when nothing can
        be heard at all and nothing will change that. To change bindings, stop and start.
        """

    async def stop(self) -> None:
        """Give all keys back. Idempotent."""


def taken(name: str, hotkey: Hotkey) -> HotkeyError:
    """The error for a hotkey that belongs to somebody else."""
    return HotkeyError(f"Another program holds {hotkey.label}.", names=(name,))

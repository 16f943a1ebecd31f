"""What a window does with the models that answer as one: take them in or out at once, and look at what was learned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sovereign_desktop.app.orchestration import PROVIDER
from sovereign_desktop.app.settings_desk import SettingsDesk
from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.metrics.spend import Period

if TYPE_CHECKING:
    from sovereign_desktop.orchestrator.learned import Learned
    from sovereign_desktop.orchestrator.switch import OrchestratorSwitch


class ModelsDesk:
    """`switch` gives what asks them now; None where no models are named."""

    def __init__(self, desk: SettingsDesk, switch: Callable[[], OrchestratorSwitch | None]) -> None:
        self._desk = desk
        self._switch = switch

    async def use(self, on: bool) -> None:
        """Ask them from the next question on, or the single model, and keep that. Raises SettingsError."""
        if (switch := self._switch()) is not None:
            switch.change(switch.new.settings, on=on)
        changes: dict[str, Any] = {"orchestrator.enabled": on}
        if not on and self._desk.settings.llm.provider == PROVIDER:  # the other way to say that they are asked
            changes["llm.provider"] = None
        try:
            await self._desk.change(changes)
        except SettingsError as error:
            if switch is None:
                raise
            text = f"{error.user_text} It counts all the same, until the program ends."
            raise SettingsError(text, remedy=error.remedy) from error

    async def look(self) -> Learned:
        """What was learned, with the latest answer."""
        from sovereign_desktop.orchestrator.learned import Learned, learned

        if (switch := self._switch()) is None:
            return Learned()
        model, history = switch.new, switch.new.history
        spent = (history.spent_usd(Period.DAY, model.today), history.spent_usd(Period.MONTH, model.today))
        calls, compared = list(history.calls), list(history.comparisons)
        work = partial(learned, calls, model.confidence(), spent_usd=spent, comparisons=compared)
        return await asyncio.to_thread(work, left_out=model.left_out, problem=history.problem)

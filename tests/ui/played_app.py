"""The real tray app around a played program: `python -m tests.ui.played_app SCENE`.

Writes a line for everything that the program was asked, as it comes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sovereign_desktop.ui.run import run

if TYPE_CHECKING:  # the program itself has its icon there before it loads this
    from sovereign_desktop.ui.bridge import Program

loads: list[Program] = []


async def load(failure: Exception | None) -> Program:
    import asyncio
    import logging

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from sovereign_desktop.app.logs import JsonLines
    from sovereign_desktop.core.dialogue import TurnState
    from sovereign_desktop.core.errors import SovereignError
    from sovereign_desktop.core.events import QuitRequested, RestartRequested
    from tests.ui.stage import ANSWER, PlayedProgram

    class Told(list[str]):
        def append(self, line: str) -> None:
            super().append(line)
            print(line, flush=True)

    class Played(PlayedProgram):
        async def start(self) -> None:
            await super().start()
            loop = asyncio.get_running_loop()
            if scene == "slow start":
                await asyncio.sleep(3600)
            elif scene == "explained failure":
                raise SovereignError("The voice service does not start.", remedy="Run the doctor.")
            elif scene == "fault":
                raise ZeroDivisionError("secret words")
            elif scene == "log-out":
                loop.call_later(0.2, QApplication.quit)
            elif scene == "quit":
                loop.call_later(0.2, self.bus.publish, QuitRequested())
            elif scene == "new settings":
                loads.append(self)
                follows = RestartRequested() if len(loads) < 3 else QuitRequested()
                loop.call_later(0.2, self.bus.publish, follows)
            elif scene == "bad settings":
                loads.append(self)
                if len(loads) == 2:
                    raise SovereignError("The voice service does not start.")
                loop.call_later(0.2, self.bus.publish, RestartRequested() if len(loads) == 1 else QuitRequested())
            elif scene == "stray faults":
                loop.call_soon(fail)
                QTimer.singleShot(0, fail)
                loop.call_later(0.2, self.bus.publish, QuitRequested())
            elif scene == "turn":
                loop.call_soon(self.goes, TurnState.SPEAKING)
                loop.call_soon(self.says, ANSWER)

        async def stop(self) -> None:
            await asyncio.sleep(0.05)
            await super().stop()

    def fail() -> None:
        raise ZeroDivisionError("secret words")

    log = logging.StreamHandler()
    log.setFormatter(JsonLines())
    logging.getLogger().addHandler(log)
    scene = sys.argv[1]
    program = Played()
    program.asked = Told()
    print("loaded" if failure is None else f"loaded after: {failure}", flush=True)
    if scene == "slow load":
        await asyncio.sleep(3600)
    return program


if __name__ == "__main__":
    sys.exit(run(load))

"""The first thing at a start: is there one already? Then it gets the wish, and this start ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sovereign_desktop.app.options import TrayOptions
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.single_instance import SingleInstance

if TYPE_CHECKING:
    from sovereign_desktop.host.verbs import Verb

NEEDS_A_RUNNING_ONE = frozenset({"release", "cancel", "quit", "screen"})


def claim(options: TrayOptions) -> SingleInstance | int:
    """The claim to be the running instance, or the exit status of a start that is none. Raises SovereignError.

    Imports little: a tray icon that has to wait for it would be late.
    """
    folder = find_paths().runtime
    instance = SingleInstance(folder)
    try:
        first = instance.acquire()
    except OSError as error:
        raise SovereignError(
            f"The folder {folder} can't be written: {error.strerror}.", remedy="Set SOVEREIGN_HOME to another one."
        ) from error
    if not first:
        return _ask(options)
    if pointless := [name for name, _ in options.verbs if name in NEEDS_A_RUNNING_ONE]:
        instance.release()
        raise SovereignError(f"Sovereign Desktop is not running, so there is nothing to {pointless[0]}.")
    return instance


def tell_running(verb: Verb) -> str:
    """What the running program answers to it; empty when none runs. Raises SovereignError when it does not answer."""
    from sovereign_desktop.host.single_instance import ask_running

    folder = find_paths().runtime
    if not folder.exists():
        return ""
    instance = SingleInstance(folder)
    if instance.acquire():
        instance.release()
        return ""
    (answer,) = ask_running(folder, [verb])
    return answer.text


def told_to_forget() -> str:
    """A sentence about the conversation of the program in the tray, which may hold what is forgotten; empty without
    one. Waits for it."""
    from sovereign_desktop.host.verbs import Verb

    try:
        return tell_running(Verb("forget"))
    except SovereignError as error:
        return f"The running program may still know it from the conversation: {error.user_text} Quit it to be sure."


def _ask(options: TrayOptions) -> int:
    from sovereign_desktop.host.single_instance import ask_running
    from sovereign_desktop.host.verbs import Verb

    verbs = [Verb("mode", options.mode)] if options.mode else []
    verbs += [Verb(name, value) for name, value in options.verbs]
    verbs = verbs or [Verb("show")]  # a plain second start wants to see the program
    answers = ask_running(find_paths().runtime, verbs)
    for answer in answers:
        if answer.text:
            (sys.stdout if answer.ok else sys.stderr).write(answer.text + "\n")
    return 0 if all(answer.ok for answer in answers) else 1

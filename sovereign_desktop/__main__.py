"""Start the program: without a verb the tray app, with one the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sovereign_desktop.app.options import TrayOptions
    from sovereign_desktop.core.errors import SovereignError
    from sovereign_desktop.host.single_instance import SingleInstance

NO_DISPLAY = "There is no display for the tray icon. Start it in a desktop session; `ask` works without one.\n"
_ABOUT = ("-h", "--help", "--version", "--debug")


def main() -> int:
    """Run what the arguments ask for; the exit status."""
    arguments = sys.argv[1:]
    if len(arguments) > 1 and arguments[0] == "-m":
        _become(arguments[1], arguments[2:])
    if arguments and (arguments[0] in _ABOUT or not arguments[0].startswith("-")):
        from sovereign_desktop.app.cli import run

        return run(arguments)
    from sovereign_desktop.app.options import parse_tray_options
    from sovereign_desktop.app.second_start import claim
    from sovereign_desktop.core.errors import SovereignError
    from sovereign_desktop.host.display import display_name

    options = parse_tray_options(arguments)
    try:
        instance = claim(options)
    except SovereignError as error:
        return _refuse(error, options)
    if isinstance(instance, int):
        return instance
    if not display_name():
        instance.release()
        sys.stderr.write(NO_DISPLAY)
        return 1
    return _run_tray(options, instance)


def _become(module: str, arguments: list[str]) -> NoReturn:
    """Run another module of ours in place of the program, as `python -m` does.

    The child processes are started that way. Of an installed program the only interpreter is its own start program,
    which knows no option of Python and brings all of them here.
    """
    import runpy

    if not module.startswith("sovereign_desktop."):
        sys.exit(f"{module} is no part of Sovereign Desktop.")
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


def _refuse(error: SovereignError, options: TrayOptions) -> int:
    """Say why this start comes to nothing: in the terminal, and in a window to who clicked on an icon."""
    from sovereign_desktop.host.display import display_name

    in_terminal = sys.stderr is not None and sys.stderr.isatty()
    if sys.stderr is not None:  # None without a console on Windows
        sys.stderr.write(error.sentence + "\n")
    # A key that the desktop binds to a verb must not open a window with every press.
    if display_name() and not in_terminal and not options.verbs:
        from sovereign_desktop.ui.run import tell_failure

        tell_failure(error)
    return 1


def _run_tray(options: TrayOptions, instance: SingleInstance) -> int:
    from sovereign_desktop.app.crash_reports import CrashReports
    from sovereign_desktop.app.loading import Loader
    from sovereign_desktop.config.paths import find_paths
    from sovereign_desktop.ui.run import run

    crashes = CrashReports(find_paths().logs / "crashes")
    crashes.begin()
    status = run(Loader(options, instance), minimized=options.minimized, crashes=crashes)
    crashes.end()
    return status


if __name__ == "__main__":
    sys.exit(main())

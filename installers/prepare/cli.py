"""The commands `run`, `test` and `setup`: say what is missing, bring it, then hand over."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from installers.prepare import pip, processes, system
from installers.prepare.environment import Environment, Step
from installers.prepare.errors import SetupError
from installers.prepare.others import Others
from installers.prepare.progress import Status, say
from installers.prepare.stages import run_stages, stages

ROOT = Path(__file__).resolve().parent.parent.parent
RUN_PINS = ROOT / "installers" / "requirements.txt"
TEST_PINS = ROOT / "installers" / "requirements-test.txt"
SAMPLE = ROOT / "resources" / "samples" / "what-time-is-it.wav"
INTERRUPTED = 130

DESCRIPTION = """\
Prepares this folder and starts Sovereign Desktop from it, or its tests. What is missing is named and then
installed: system libraries with the system's package manager, Python packages (pinned, with hashes) into .venv.
Nothing that is already there is touched, so the second time is quick."""

EPILOG = """\
examples:
  python3 installers/bootstrap.py run                    start the tray app
  python3 installers/bootstrap.py run -- doctor          hand words on to the program
  python3 installers/bootstrap.py test                   every check and every test
  python3 installers/bootstrap.py test -- tests/core -k breaker
  python3 installers/bootstrap.py test --dry-run         say what would happen"""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and return the exit status."""
    arguments, rest = _split(list(arguments))
    options = _parser().parse_args(arguments)
    tests = options.command == "test"
    environment = Environment(ROOT, [RUN_PINS, TEST_PINS] if tests else [RUN_PINS])
    try:
        set_up(environment, tests=tests, dry_run=options.dry_run)
        if tests:
            Others(ROOT).set_up(dry_run=options.dry_run)
        return hand_over(options.command, environment, rest, dry_run=options.dry_run)
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"The set-up can't go on: {error}. Check the disk and who owns {ROOT}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted. The next run starts again where this one can be trusted.")
        return INTERRUPTED


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those after `--`."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="run | test | setup")
    for name, does in (
        ("run", "prepare, then start the tray app; what stands after `--` goes to it"),
        ("test", "prepare, then run all checks and tests; what stands after `--` goes to pytest instead"),
        ("setup", "prepare, and start nothing"),
    ):
        command = commands.add_parser(name, help=does, description=does)
        command.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    return parser


def set_up(environment: Environment, *, tests: bool, dry_run: bool) -> None:
    """Bring what is missing, after saying what it is."""
    machine = system.Machine.here()
    packages = system.load()
    missing = system.missing(packages, machine, tests=tests, probe=system.system_probe())
    step = environment.step()
    for package in missing:
        say(f"To install, {package.what}: {package.names.get(machine.manager or '', package.wanted[0])}")
    if step is not Step.NOTHING:
        pins = TEST_PINS if tests else RUN_PINS
        count = pip.count_requirements(pins)
        say(f"To install into {environment.folder}: {step.value}, up to {count} Python packages (about 1 GB)")
    if missing:
        install_system_packages(missing, machine, environment, dry_run=dry_run)
    if step is not Step.NOTHING and not dry_run:
        environment.prepare()
    still = [] if dry_run else system.missing(missing, machine, tests=tests, probe=system.system_probe())
    if still:
        raise SetupError(f"Still missing after the installation: {', '.join(package.wanted[0] for package in still)}")


def install_system_packages(
    missing: Sequence[system.SystemPackage], machine: system.Machine, environment: Environment, *, dry_run: bool
) -> None:
    """Install them with the system's package manager, or raise the sentence that holds the line to run."""
    commands = system.install_commands(missing, machine)
    if not commands:
        known = ", ".join(system.MANAGERS.get(machine.platform, ("none for this system",)))
        raise SetupError(f"No package manager found that this script knows ({known}): install the above and try again")
    line = system.as_shell_line(commands)
    say(f"  {line}")
    if dry_run:
        return
    if not system.may_install(machine):
        raise SetupError(f"That needs an administrator. Run this line, then start again: {line}")
    environment.log.parent.mkdir(exist_ok=True)
    log = environment.log.with_name("system-packages.log")
    status, code = Status(), 0
    for command in commands:
        # Only the last word counts: lists may be good enough although one source didn't answer.
        code = processes.run_logged(command, log, on_line=status.show, on_tick=lambda: None)
    if code:
        status.drop()
        raise SetupError(f"The system packages could not be installed; what was said is in {log}. The line was: {line}")
    status.done("the system has what is needed")


def hand_over(command: str, environment: Environment, rest: Sequence[str], *, dry_run: bool) -> int:
    """Start what was asked for."""
    if command == "setup":
        say("Ready." if not dry_run else "Nothing was done.")
        return 0
    if command == "test":
        todo = stages(environment, rest)
        return _announce(*(stage.command for stage in todo)) if dry_run else run_stages(todo, ROOT)
    words = list(rest)
    if not words and not has_display(sys.platform, os.environ):
        say("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the tray app can't be shown.")
        say(f"Instead it answers a recorded question, {SAMPLE.name}:")
        words = ["ask", str(SAMPLE)]
    # -P: the program of this tree, even when started from a folder with another one in it.
    start = [str(environment.python), "-P", "-m", "sovereign_desktop", *words]
    return _announce(start) if dry_run else processes.become(start)


def _announce(*commands: Sequence[str]) -> int:
    for command in commands:
        say(f"Would start: {' '.join(command)}")
    return 0


def has_display(platform: str, variables: Mapping[str, str]) -> bool:
    """Whether windows can be shown. Only Linux can be without a display and say so."""
    return platform != "linux" or bool(variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))

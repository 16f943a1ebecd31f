"""The arguments of a start, and what a start does that is not the first."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sovereign_desktop import __main__, __version__
from sovereign_desktop.app import cli, second_start
from sovereign_desktop.app.options import TrayOptions, parse_tray_options
from sovereign_desktop.app.second_start import claim, tell_running
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.host.single_instance import SingleInstance
from sovereign_desktop.host.verbs import Verb

# Options


def test_without_arguments_the_program_just_starts() -> None:
    assert parse_tray_options([]) == TrayOptions()


def test_verbs_keep_their_order_and_values() -> None:
    options = parse_tray_options(["--screen", "off", "--talk", "--show", "settings", "--minimized", "--mode", "hybrid"])
    assert options.verbs == (("screen", "off"), ("talk", ""), ("show", "settings"))
    assert (options.minimized, options.mode) == (True, "hybrid")


@pytest.mark.parametrize("plain", ["--talk", "--release", "--toggle", "--cancel", "--quit"])
def test_every_verb_of_the_command_line_is_one_that_the_running_program_knows(plain: str) -> None:
    ((name, value),) = parse_tray_options([plain]).verbs
    assert Verb(name, value)


@pytest.mark.parametrize(
    "wrong", [["--tal"], ["--screen", "maybe"], ["--show", "nothing"], ["--mode", "cloud"], ["--talk", "now"]]
)
def test_what_is_no_option_ends_with_2_and_one_line(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_tray_options(wrong)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err.splitlines()[-1]


# Claiming


@pytest.fixture
def runtime(home: Path, tmp_path: Path) -> Path:
    return find_paths().runtime


async def test_the_first_start_is_the_one(runtime: Path) -> None:
    instance = claim(parse_tray_options(["--talk"]))
    assert isinstance(instance, SingleInstance)
    assert not SingleInstance(runtime).acquire()
    instance.release()


@pytest.mark.parametrize("verb", ["release", "cancel", "quit", "screen"])
def test_what_makes_no_sense_alone_is_refused_and_claims_nothing(runtime: Path, verb: str) -> None:
    with pytest.raises(SovereignError, match=f"not running, so there is nothing to {verb}."):
        claim(TrayOptions(verbs=((verb, "on" if verb == "screen" else ""),)))
    instance = SingleInstance(runtime)
    assert instance.acquire()
    instance.release()


async def claim_beside(heard: list[Verb], *arguments: str, answer: str = "") -> int:
    """What a start comes to while another one runs."""
    running = SingleInstance(find_paths().runtime)
    assert running.acquire()

    def on_verb(verb: Verb) -> str:
        heard.append(verb)
        if verb.name == "talk":
            raise SovereignError("The microphone is muted.", remedy="Unmute it.")
        return answer

    async with running.serving(on_verb):
        status = await asyncio.to_thread(claim, parse_tray_options(arguments))
    assert isinstance(status, int)
    return status


async def test_a_plain_second_start_shows_the_program(runtime: Path) -> None:
    heard: list[Verb] = []
    assert await claim_beside(heard, "--minimized") == 0
    assert heard == [Verb("show")]


async def test_a_second_start_passes_its_wishes_on_and_prints_the_answers(
    runtime: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[Verb] = []
    assert await claim_beside(heard, "--screen", "on", "--toggle", answer="Done.") == 0
    assert heard == [Verb("screen", "on"), Verb("toggle")]
    assert capsys.readouterr().out == "Done.\nDone.\n"


async def test_a_second_start_hands_its_mode_over_before_its_wishes(runtime: Path) -> None:
    heard: list[Verb] = []
    assert await claim_beside(heard, "--toggle", "--mode", "traditional") == 0
    assert heard == [Verb("mode", "traditional"), Verb("toggle")]


async def test_a_wish_that_is_refused_is_a_failure_with_its_reason(
    runtime: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await claim_beside([], "--talk") == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "The microphone is muted. Unmute it.\n")


def test_a_folder_that_can_not_be_written_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("SOVEREIGN_HOME", str(home / "file"))
    with pytest.raises(SovereignError) as refused:
        claim(TrayOptions())
    assert "SOVEREIGN_HOME" in refused.value.remedy


def test_a_running_program_that_does_not_answer_is_told(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object) -> None:
        raise SovereignError("The program is running but does not answer.")

    monkeypatch.setattr("sovereign_desktop.host.single_instance.ask_running", silent)
    held = SingleInstance(runtime)
    assert held.acquire()
    with pytest.raises(SovereignError, match="does not answer"):
        second_start.claim(TrayOptions())
    held.release()


# The way in


def started(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[str, ...]:
    """Where `main` sends these arguments."""
    went: list[str] = []
    monkeypatch.setattr(sys, "argv", ["sovereign-desktop", *arguments])
    monkeypatch.setattr(cli, "run", lambda given: went.extend(("cli", *given)) or 0)
    monkeypatch.setattr(__main__, "_run_tray", lambda options, _: went.extend(("tray", options.mode)) or 0)
    monkeypatch.setattr(second_start, "claim", lambda options: "claimed")
    __main__.main()
    return tuple(went)


def test_a_verb_goes_to_the_command_line_and_everything_else_to_the_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    assert started(monkeypatch) == ("tray", "")
    assert started(monkeypatch, "--mode", "realtime") == ("tray", "realtime")
    assert started(monkeypatch, "ask", "--text", "hi") == ("cli", "ask", "--text", "hi")
    assert started(monkeypatch, "--debug", "doctor") == ("cli", "--debug", "doctor")


def test_a_start_that_is_not_the_first_ends_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["sovereign-desktop", "--toggle"])
    monkeypatch.setattr(second_start, "claim", lambda options: 7)
    assert __main__.main() == 7


@pytest.mark.parametrize(
    ("display", "is_terminal", "verbs", "shown"),
    [
        (":7", False, (), True),
        ("", False, (), False),
        (":7", True, (), False),
        (":7", False, (("release", ""),), False),
    ],
    ids=["an icon was clicked", "no display", "in a terminal", "a bound key"],
)
def test_a_start_that_is_refused_says_so_where_it_is_seen(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    display: str,
    is_terminal: bool,
    verbs: tuple[tuple[str, str], ...],
    shown: bool,
) -> None:
    told: list[str] = []
    monkeypatch.setitem(
        sys.modules, "sovereign_desktop.ui.run", SimpleNamespace(tell_failure=lambda error: told.append(error.remedy))
    )
    monkeypatch.setattr("sovereign_desktop.host.display.display_name", lambda: display)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    error = SovereignError("It can't start.", remedy="Mend it.")
    assert __main__._refuse(error, TrayOptions(verbs=verbs)) == 1
    assert capsys.readouterr().err == "It can't start. Mend it.\n"
    assert told == (["Mend it."] if shown else [])


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sovereign_desktop", *arguments], capture_output=True, text=True, timeout=60
    )


def test_version_and_unknown_verbs_from_the_command_line(home: Path) -> None:
    assert run("--version").stdout == f"{__version__}\n"
    unknown = run("dance")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "invalid choice: 'dance'" in unknown.stderr


def test_an_error_is_one_line_unless_it_is_debugged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(error: BaseException) -> None:
        def fail(_options: object) -> int:
            raise error

        monkeypatch.setattr(cli, "_doctor", fail)

    fails(SovereignError("It is broken.", remedy="Mend it."))
    assert cli.run(["doctor"]) == 1
    assert capsys.readouterr().err == "It is broken. Mend it.\n"
    with pytest.raises(SovereignError):
        cli.run(["doctor", "--debug"])
    fails(ValueError("what was said"))
    assert cli.run(["doctor"]) == 1
    said = capsys.readouterr().err
    assert "ValueError in doctor" in said
    assert "what was said" not in said
    fails(KeyboardInterrupt())
    assert (cli.run(["doctor"]), capsys.readouterr().err) == (1, "Cancelled.\n")


# What a command tells the program that runs


async def test_without_a_running_program_nobody_is_told(runtime: Path) -> None:
    assert await asyncio.to_thread(tell_running, Verb("forget")) == ""
    assert await asyncio.to_thread(tell_running, Verb("forget")) == "", "it did not become the running one itself"


async def test_the_running_program_is_told_and_what_it_says_is_passed_on(runtime: Path) -> None:
    told: list[Verb] = []
    instance = SingleInstance(runtime)
    assert instance.acquire()

    def on_verb(verb: Verb) -> str:
        told.append(verb)
        return "It is forgotten."

    async with instance.serving(on_verb):
        assert await asyncio.to_thread(tell_running, Verb("forget")) == "It is forgotten."
    assert told == [Verb("forget")]

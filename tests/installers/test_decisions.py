"""What the set-up decides, without doing it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from installers.prepare import system
from installers.prepare.cli import has_display, install_system_packages
from installers.prepare.environment import Environment, Stamp, Step, next_step
from installers.prepare.errors import SetupError
from installers.prepare.pip import PipProgress, failure
from installers.prepare.progress import Status
from installers.prepare.stages import Stage, run_stages, stages
from installers.prepare.system import Machine, SystemPackage

PORTAUDIO = SystemPackage(
    "sound",
    "run",
    "library",
    ("libportaudio.so.2",),
    {"apt": "libportaudio2", "dnf": "portaudio", "pacman": "portaudio"},
)
FLITE = SystemPackage("a speaker", "test", "program", ("flite",), {"apt": "flite", "brew": "flite"})
RUNTIME = SystemPackage("windows", "run", "file", ("C:/x.dll",), {"winget": "Some.Runtime"})
ALL = [PORTAUDIO, FLITE, RUNTIME]


def machine(platform: str, manager: str | None, *, is_root: bool = False) -> Machine:
    return Machine(platform, manager, is_root, has_sudo=True)


def absent(_package: SystemPackage) -> bool:
    return False


@pytest.mark.parametrize(
    ("platform", "manager", "tests", "expected"),
    [
        ("linux", "apt", False, [PORTAUDIO]),
        ("linux", "apt", True, [PORTAUDIO, FLITE]),
        ("linux", "dnf", True, [PORTAUDIO]),
        ("linux", None, False, [PORTAUDIO]),
        ("darwin", "brew", True, [FLITE]),
        ("win32", "winget", True, [RUNTIME]),
    ],
)
def test_each_system_needs_what_its_manager_has(
    platform: str, manager: str | None, tests: bool, expected: list[SystemPackage]
) -> None:
    assert system.missing(ALL, machine(platform, manager), tests=tests, probe=absent) == expected


def test_what_is_there_is_not_missing() -> None:
    there = system.missing(ALL, machine("linux", "apt"), tests=True, probe=lambda package: package is PORTAUDIO)
    assert there == [FLITE]


@pytest.mark.parametrize(
    ("manager", "is_root", "line"),
    [
        (
            "apt",
            False,
            "sudo apt-get update && sudo env DEBIAN_FRONTEND=noninteractive apt-get install --yes"
            " --no-install-recommends a b",
        ),
        (
            "apt",
            True,
            "apt-get update && env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends a b",
        ),
        ("dnf", False, "sudo dnf install --assumeyes a b"),
        ("pacman", True, "pacman -S --needed --noconfirm a b"),
        ("brew", False, "brew install a b"),
        (
            "winget",
            False,
            "winget install --exact --accept-source-agreements --accept-package-agreements --id a"
            " && winget install --exact --accept-source-agreements --accept-package-agreements --id b",
        ),
    ],
)
def test_each_manager_gets_one_line_to_copy_and_names_nothing_twice(manager: str, is_root: bool, line: str) -> None:
    packages = [SystemPackage("", "run", "program", ("x",), {manager: name}) for name in ("a", "b", "a")]
    commands = system.install_commands(packages, machine("linux", manager, is_root=is_root))
    assert system.as_shell_line(commands) == line


def test_without_a_known_manager_there_is_no_line() -> None:
    assert system.install_commands([PORTAUDIO], machine("linux", None)) == []


def test_an_ordinary_user_without_sudo_may_not_install() -> None:
    assert not system.may_install(Machine("linux", "apt", is_root=False, has_sudo=False))
    assert system.may_install(Machine("linux", "apt", is_root=True, has_sudo=False))
    assert system.may_install(Machine("darwin", "brew", is_root=False, has_sudo=False))


def test_who_may_not_install_is_given_the_exact_line_to_run(tmp_path: Path) -> None:
    machine = Machine("linux", "dnf", is_root=False, has_sudo=False)
    with pytest.raises(SetupError, match=r"start again: sudo dnf install --assumeyes portaudio$"):
        install_system_packages([PORTAUDIO], machine, Environment(tmp_path, []), dry_run=False)


def test_the_table_names_this_pythons_own_package() -> None:
    (venv,) = (package for package in system.load(python=(3, 12)) if package.check == "module")
    assert venv.names["apt"] == "python3.12-venv"


def test_every_entry_of_the_table_is_for_some_manager_and_some_command() -> None:
    for package in system.load():
        assert package.names, package
        assert package.needed_by in {"run", "test"}, package


def test_the_probe_sees_what_is_on_this_machine_and_nothing_else(tmp_path: Path) -> None:
    probe = system.system_probe()
    (tmp_path / "there.so").touch()

    def seen(check: str, *wanted: str) -> bool:
        return probe(SystemPackage("", "run", check, wanted, {}))

    assert seen("file", str(tmp_path / "no*"), str(tmp_path / "th*.so"))
    assert not seen("file", str(tmp_path / "no*"))
    assert seen("module", "json")
    assert not seen("module", "no_such_module")
    assert not seen("program", "no-such-program")


@pytest.mark.skipif("sys.platform != 'linux'")
def test_the_loader_knows_the_c_library() -> None:
    probe = system.system_probe()
    assert probe(SystemPackage("", "run", "library", ("libc.so.6",), {}))
    assert not probe(SystemPackage("", "run", "library", ("libnothing.so.6",), {}))


RUN_ONLY = Stamp("CPython 3.11 x86_64", "/here/.venv", {"run": "1"})
BOTH = Stamp("CPython 3.11 x86_64", "/here/.venv", {"run": "1", "test": "1"})


@pytest.mark.parametrize(
    ("found", "wanted", "step"),
    [
        (None, RUN_ONLY, Step.EVERYTHING),
        (RUN_ONLY, RUN_ONLY, Step.NOTHING),
        (BOTH, RUN_ONLY, Step.NOTHING),
        (RUN_ONLY, BOTH, Step.MORE),
        (Stamp(RUN_ONLY.python, RUN_ONLY.place, {"run": "0"}), RUN_ONLY, Step.EVERYTHING),
        (Stamp(RUN_ONLY.python, RUN_ONLY.place, {"run": "0"}), BOTH, Step.EVERYTHING),
        (Stamp(BOTH.python, BOTH.place, {"run": "1", "test": "0"}), BOTH, Step.EVERYTHING),
        (Stamp("CPython 3.12 x86_64", RUN_ONLY.place, RUN_ONLY.pins), RUN_ONLY, Step.EVERYTHING),
        (Stamp(RUN_ONLY.python, "/elsewhere/.venv", RUN_ONLY.pins), RUN_ONLY, Step.EVERYTHING),
    ],
)
def test_only_what_the_stamp_proves_is_trusted(found: Stamp | None, wanted: Stamp, step: Step) -> None:
    assert next_step(found, wanted) is step


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"python": "x"}', "\x00\xff"])
def test_a_stamp_that_cannot_be_read_proves_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "stamp").write_text(text)
    assert Stamp.read(tmp_path / "stamp") is None


def test_an_environment_whose_python_has_gone_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("")
    environment = Environment(tmp_path, [tmp_path / "pins.txt"])
    environment.python.parent.mkdir(parents=True)
    environment.python.touch()
    environment.wanted().write(environment.folder / "complete.json")
    assert environment.step() is Step.NOTHING
    environment.python.unlink()
    assert environment.step() is Step.EVERYTHING


def test_progress_counts_what_this_machine_installs() -> None:
    progress = PipProgress(3)
    assert not progress.push("Ignoring colorama: markers 'sys_platform == \"win32\"' don't match your environment")
    shown = []
    for line in (
        "Collecting numpy==2.4.6 (from -r requirements.txt (line 1))",
        "  Downloading numpy-2.4.6-cp311-cp311-manylinux.whl (16.9 MB)",
        "Requirement already satisfied: six==1.17.0 in /x",
        "Installing collected packages: numpy",
    ):
        assert progress.push(line)
        shown.append(progress.text)
    assert shown == [
        "fetching 1 of 2: numpy",
        "fetching 1 of 2: numpy-2.4.6-cp311-cp311-manylinux.whl, 16.9 MB",
        "fetching 2 of 2: six",
        "installing 2 packages",
    ]
    assert progress.installing


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        (
            "Failed to establish a new connection: [Errno 111]\nERROR: No matching distribution found for six",
            "the package index can't be reached",
        ),
        ("ERROR: No matching distribution found for six==9", "no wheel for this Python"),
        ("something new", "pip failed"),
    ],
)
def test_a_failure_names_its_cause_and_shows_the_end_of_this_attempt(
    output: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    earlier = "No space left on device, said an earlier attempt\n"
    log.write_text(earlier + "first line\n" + "line\n" * 18 + output)
    assert reason in str(failure(log, len(earlier)))
    shown = capsys.readouterr().err
    assert output.splitlines()[-1] in shown
    assert "earlier attempt" not in shown
    assert len(shown.splitlines()) <= 20


def test_in_a_log_file_the_status_comes_seldom_but_its_end_always() -> None:
    file = io.StringIO()
    status = Status(file)
    for number in range(100):
        status.show(f"step {number}")
    status.done("through")
    assert [line.strip() for line in file.getvalue().splitlines()] == ["step 0 (0 s)", "through (0 s)"]


@pytest.mark.parametrize(
    ("platform", "variables", "shown"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_display_is_needed_on_linux_only(platform: str, variables: dict[str, str], shown: bool) -> None:
    assert has_display(platform, variables) is shown


def test_a_selection_replaces_all_stages_by_its_own(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [])
    (stage,) = stages(environment, ["tests/core", "-k", "breaker"])
    assert stage.command == (str(environment.python), "-m", "pytest", "tests/core", "-k", "breaker")
    assert stages(environment, [])[-1].command[-1] == "tests/end_to_end"


def test_only_the_rooms_are_tested_by_two_workers_and_what_failed_is_tried_alone(tmp_path: Path) -> None:
    todo = stages(Environment(tmp_path, []), [])
    shared = [stage for stage in todo if "--numprocesses=2" in stage.command]
    assert [stage.title for stage in shared] == ["rooms"]
    assert "--numprocesses=0" in shared[0].once_more


@pytest.mark.skipif("sys.platform == 'win32'", reason="uses sh")
def test_the_first_failing_stage_ends_the_run_with_its_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    todo = [Stage("one", ("sh", "-c", "exit 0")), Stage("two", ("sh", "-c", "exit 5"))]
    assert run_stages([*todo, Stage("three", ("sh", "-c", "touch three"))], tmp_path) == 5
    assert not (tmp_path / "three").exists()
    assert "two: failed, exit status 5" in capsys.readouterr().err
    assert run_stages(todo[:1], tmp_path) == 0
    assert "all stages passed" in capsys.readouterr().err


def test_what_failed_is_tried_once_more_and_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lucky = Stage("lucky", ("sh", "-c", "test -e tried || { touch tried; exit 1; }"), ("again",))
    unlucky = Stage("unlucky", ("sh", "-c", "exit 1"), ("again",))
    broken = Stage("broken", ("sh", "-c", "test ! -e once || touch twice; touch once; exit 3"), ("again",))
    assert run_stages([lucky], tmp_path) == 0
    assert "lucky FAILED AT FIRST" in "".join(capfd.readouterr())
    assert run_stages([unlucky], tmp_path) == 1
    assert run_stages([broken], tmp_path) == 3
    assert not (tmp_path / "twice").exists()

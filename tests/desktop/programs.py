"""Programs that run on the desktop: started in its environment, ended by their pid, never left behind."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.desktop import tools
from tests.desktop.facts import children

MARK = "TEST_DESKTOP_MARK"
"""Every program of a desktop carries this variable, and so do its children, however they detach."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs on the desktop, with everything it prints in `log`."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def output(self) -> str:
        """What it has printed so far, both streams."""
        return self.log.read_text("utf-8", "replace")

    def wait(self, timeout_s: float) -> int:
        """Its exit status."""
        return self.process.wait(timeout_s)

    def end(self, patience_s: float = 5.0) -> int:
        """Ask it to end, insist after `patience_s`, and return the exit status."""
        if self.running:
            self.process.terminate()
        try:
            return self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(5)


class Programs:
    """Starts programs that carry one mark, and ends them in the opposite order."""

    def __init__(self, folder: Path, env: dict[str, str], mark: str) -> None:
        self._folder = folder
        self._env = env
        self._mark = mark
        self._started: list[Program] = []

    def start(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: bytes = b"",
        pass_fds: Sequence[int] = (),
        dies_with_us: bool = False,
    ) -> Program:
        """Start a program with its output in a file.

        `dies_with_us` ends it even when the tests are killed. The kernel then watches the *thread* that started
        it, so only the main thread may ask for this.
        """
        name = Path(argv[0]).name
        log = self._folder / f"{len(self._started):03d}-{name}.log"
        argv = [tools.path_of("setpriv"), "--pdeathsig", "TERM", *argv] if dies_with_us else list(argv)
        with log.open("wb") as output:
            process = subprocess.Popen(
                argv,
                env={**self._env, **(env or {}), MARK: self._mark},
                cwd=cwd,
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
            )
        program = Program(name, process, log)
        self._started.append(program)
        if process.stdin:
            process.stdin.write(stdin)
            process.stdin.close()
        return program

    @property
    def running(self) -> list[Program]:
        """What was started here and still runs, the earliest first."""
        return [program for program in self._started if program.running]

    def end_all(self, keep: Collection[Program] = ()) -> None:
        """End every program that still runs, the latest first, but for those to keep."""
        for program in reversed(self.running):
            if program not in keep:
                program.end()

    def last_words(self) -> str:
        """The end of what each program printed, for the report of a failure."""
        return "\n".join(f"--- {p.name} {p.process.poll()}\n{p.output()[-1000:]}" for p in self._started)

    def end_strays(self) -> list[str]:
        """Kill, by pid, what ended programs have left behind, and say what it was."""
        family = {program.pid for program in self.running}
        family |= {child.pid for pid in tuple(family) for child in children(pid)}
        strays = [process for process in marked(self._mark) if process.pid not in family]
        lines = [describe(process) for process in strays]
        for process in strays:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return lines


def marked(mark: str) -> list[psutil.Process]:
    """The living processes that carry a mark."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark:
                found.append(process)
    return found


def describe(process: psutil.Process) -> str:
    """A process in one line, for a message."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return f"{process.pid} {' '.join(process.cmdline())[:120]}"
    return f"{process.pid} (gone)"

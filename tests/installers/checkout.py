"""A small checkout with the real installers, one tiny package to install, and a package index on loopback."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

INSTALLERS = Path(__file__).resolve().parents[2] / "installers"

PROGRAM = """\
import json, sys
import tiny
print(json.dumps({"arguments": sys.argv[1:], "tiny": tiny.__file__}))
sys.exit(7)
"""


def make_wheel(folder: Path, name: str) -> Path:
    """A wheel with one module in it."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    records = [f"{path},sha256={_record_digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*records, f"{info}/RECORD,,\n"])
    folder.mkdir(exist_ok=True)
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


def _record_digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _heed_interrupts() -> None:
    """A test run in the background has SIGINT ignored, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(slots=True)
class Checkout:
    """A source tree in which the bootstrap is run as a newcomer runs it."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, root: Path) -> Checkout:
        """A checkout whose program needs the package `tiny`, and whose tests also need `more`, as do the
        programs of others."""
        shutil.copytree(INSTALLERS, root / "installers", ignore=shutil.ignore_patterns("__pycache__"))
        (root / "installers" / "system_packages.toml").write_text("package = []\n")
        (root / "sovereign_desktop").mkdir()
        (root / "sovereign_desktop" / "__main__.py").write_text(PROGRAM)
        wheels = root.parent / "wheels"  # pip takes a space in this setting for the end of it
        tiny, more = pin(make_wheel(wheels, "tiny")), pin(make_wheel(wheels, "more"))
        checkout = cls(root, {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)})
        checkout.pin_run(tiny)
        (root / "installers" / "requirements-test.txt").write_text(tiny + more)
        (root / "installers" / "others.toml").write_text("wheels = ['more']\n")
        (root / "installers" / "requirements-others.txt").write_text(more)
        return checkout

    def pin_run(self, text: str) -> None:
        (self.root / "installers" / "requirements.txt").write_text(text)

    @property
    def wheels(self) -> Path:
        """Where pip finds packages."""
        return self.root.parent / "wheels"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def others(self) -> Path:
        """The environment of what others wrote."""
        return self.root / ".venv-others"

    @property
    def stamp(self) -> Path:
        return self.venv / "complete.json"

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start the bootstrap, in a process group of its own."""
        # DISPLAY is set, so that `run` starts the program; nothing opens a window.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "WAYLAND"))}
        return subprocess.Popen(
            [sys.executable, str(self.root / "installers" / "bootstrap.py"), *arguments],
            env={**inherited, "DISPLAY": ":none", **self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=None if os.name == "nt" else _heed_interrupts,
        )

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the bootstrap to its end."""
        with self.start(*arguments, **variables) as process:
            out, err = process.communicate(timeout=100)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def files(self) -> set[Path]:
        """Every path of the checkout that is not a cache."""
        return {path for path in self.root.rglob("*") if "__pycache__" not in path.parts}


def pin(wheel: Path) -> str:
    """The line of a requirement file that pins a wheel."""
    name, version = wheel.name.split("-")[:2]
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class SilentIndex:
    """A package index that takes a request and keeps the caller waiting until it is released."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.released = threading.Event()
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.set()
                index.released.wait()
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> SilentIndex:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def variables(self) -> dict[str, str]:
        """The settings that send pip here."""
        return {
            "PIP_NO_INDEX": "0",
            "PIP_FIND_LINKS": "",
            "PIP_RETRIES": "0",
            "PIP_INDEX_URL": f"http://127.0.0.1:{self._server.server_port}/",
        }

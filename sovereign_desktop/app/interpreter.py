"""Whether another Python can run the voice service."""

from __future__ import annotations

import asyncio
import json
import subprocess

from sovereign_desktop.core.errors import ProcessError
from sovereign_desktop.host.processes import isolated_env

REQUIRED = ("fastapi", "uvicorn", "websockets", "numpy", "soxr", "pydantic", "ruamel.yaml", "platformdirs")
"""What the service can't start without; engines that lack their own modules are passed over."""

_PROBE = """
import json, sys
missing = []
if sys.version_info >= (3, 11):
    from importlib.util import find_spec
    for name in sys.argv[1:]:
        try:
            found = find_spec(name)
        except ImportError:
            found = None
        if found is None:
            missing.append(name)
print(json.dumps({"version": list(sys.version_info[:3]), "missing": missing}))
"""
"""Runs under any Python 3, however old."""


async def check_interpreter(python: str) -> None:
    """Raise ProcessError, with what to do, when `python` can't run the voice service."""
    version, missing = await asyncio.to_thread(_probe, python)
    if version < (3, 11):
        spoken = ".".join(map(str, version))
        raise ProcessError(
            f"voice_service.python names a Python {spoken}; the voice service needs 3.11 or newer.",
            remedy="Name another one, or leave it empty.",
        )
    if missing:
        raise ProcessError(
            f"The Python that voice_service.python names lacks {', '.join(missing)}.",
            remedy=f"Run: {python} -m pip install -r installers/requirements-voice.txt",
        )


def _probe(python: str) -> tuple[tuple[int, ...], list[str]]:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own choice of a program
            [python, "-c", _PROBE, *REQUIRED],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=15,
            check=True,
            env=isolated_env(),
        )
        said = json.loads(done.stdout)
        return tuple(said["version"]), said["missing"]
    except (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError) as error:
        raise ProcessError(
            "What voice_service.python names is no Python that runs.",
            remedy="Give the path of a Python 3.11 or newer, or leave it empty.",
        ) from error

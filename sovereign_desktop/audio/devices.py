"""The sound devices by name, freshly listed by a process that lives for as long as that takes.

PortAudio freezes its list when it is initialised; the process that holds open streams can't look again.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sovereign_desktop.audio.port import AudioDevice
from sovereign_desktop.core.errors import AudioError
from sovereign_desktop.core.framing import PipeMessage
from sovereign_desktop.host.processes import ChildProcess

ARGS = (sys.executable, "-m", "sovereign_desktop.audio.devices")
DEADLINE_S = 10.0
LOOK_EVERY_S = 2.0
PLUGINS = frozenset(
    ("sysdefault", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "dmix", "dsnoop", "oss", "null")
)
"""Names that ALSA lists beside the devices: ways of converting sound, nothing that anyone plugged in."""


async def list_devices() -> tuple[AudioDevice, ...]:
    """All devices that record or play. Raises AudioError when the system's sound can't be asked."""
    answer: asyncio.Future[PipeMessage] = asyncio.get_running_loop().create_future()

    def answered(message: PipeMessage) -> None:
        if not answer.done():
            answer.set_result(message)

    def exited(_code: int) -> None:
        if not answer.done():
            answer.set_exception(AudioError("The sound devices can't be listed."))

    child = await ChildProcess.spawn(ARGS, name="device list", on_message=answered, on_exit=exited)
    try:
        async with asyncio.timeout(DEADLINE_S):
            said = (await answer).header
    except TimeoutError as error:
        raise AudioError("The sound system does not answer.", remedy="Restart it, or the computer.") from error
    finally:
        await child.stop()
    return _understood(said)


async def watch_devices(on_change: Callable[[tuple[AudioDevice, ...]], None]) -> None:
    """Call `on_change` with all devices, and again whenever one comes or goes. Ends only by being cancelled.

    Raises AudioError when the system's sound can't be asked.
    """
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    known: list[tuple[AudioDevice, ...]] = []

    def answered(message: PipeMessage) -> None:
        try:
            devices = _understood(message.header)
        except AudioError as error:
            if not ended.done():
                ended.set_exception(error)
            return
        if known != [devices]:
            known[:] = [devices]
            on_change(devices)

    def exited(_code: int) -> None:
        if not ended.done():
            ended.set_exception(AudioError("The sound devices can't be listed."))

    child = await ChildProcess.spawn(ARGS, name="device list", on_message=answered, on_exit=exited)
    try:
        while not (await asyncio.wait([ended], timeout=LOOK_EVERY_S))[0]:
            child.send(PipeMessage({"look": True}))
        await ended
    finally:
        ended.cancel()  # its end is no news any more
        await child.stop()


def _understood(said: Mapping[str, Any]) -> tuple[AudioDevice, ...]:
    if "error" in said:
        raise AudioError(said["error"], remedy=said["remedy"])
    return tuple(AudioDevice(**device) for device in said["devices"])


def as_devices(listed: Iterable[Mapping[str, Any]], defaults: tuple[int, int]) -> tuple[AudioDevice, ...]:
    """PortAudio's list without conversion plug-ins and without second mentions, defaults marked."""
    found: dict[str, AudioDevice] = {}
    for each in listed:
        name = str(each["name"])
        if name in PLUGINS or name in found or not (each["max_input_channels"] or each["max_output_channels"]):
            continue
        found[name] = AudioDevice(
            id=name,
            name=name,
            inputs=int(each["max_input_channels"]),
            outputs=int(each["max_output_channels"]),
            default_rate_hz=int(each["default_samplerate"]),
            is_default_input=each["index"] == defaults[0],
            is_default_output=each["index"] == defaults[1],
        )
    return tuple(found.values())


def _refresh() -> None:
    """Nothing when there is no sound at all: the list says so then."""
    from sovereign_desktop.audio.portaudio import refresh

    with contextlib.suppress(AudioError):
        refresh()


def _describe() -> dict[str, Any]:
    from sovereign_desktop.audio.portaudio import library

    try:
        portaudio = library()
    except AudioError as error:
        return {"error": error.user_text, "remedy": error.remedy}
    devices = as_devices(portaudio.query_devices(), tuple(portaudio.default.device))
    return {"devices": [asdict(device) for device in devices]}


def main() -> None:
    """Write the list to the pipe, and anew whenever the program asks; end when it closes the pipe."""
    from sovereign_desktop.core.parent_pipe import ParentPipe

    with ParentPipe.take_over() as parent:
        parent.send(PipeMessage(_describe()))
        for _ in parent:
            _refresh()
            parent.send(PipeMessage(_describe()))


if __name__ == "__main__":
    main()

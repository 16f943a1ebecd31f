"""What a screen reader finds in a program on the desktop: AT-SPI over its own bus, spoken without its libraries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from tests.desktop import tools
from tests.desktop.desktop import Desktop

SPOKEN = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_QPA_PLATFORM": "xcb"}
"""With these in its environment a Qt program tells all, as it does when a screen reader runs."""
_LAUNCHER = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = "/org/a11y/atspi/accessible/root"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_SHOWING, _FOCUSABLE = 25, 11
"""Bits of a state."""
LABELLED_BY = 2
"""The relation of a control to the text beside it."""
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Accessible:
    """One thing that a screen reader can speak of. `label` is what stands beside it and belongs to it."""

    role: str
    name: str
    label: str
    window: str
    is_showing: bool
    is_focusable: bool


@contextmanager
def accessibility_bus(desktop: Desktop) -> Iterator[None]:
    """The bus that screen readers listen on, inside the block."""
    launcher = desktop.start([tools.first_of(_LAUNCHER, "at-spi2-core"), "--launch-immediately"])
    try:
        yield
    finally:
        registries = list(_registries(desktop.env["DBUS_SESSION_BUS_ADDRESS"]))
        launcher.end()
        for registry in registries:
            with suppress(psutil.NoSuchProcess):
                registry.terminate()
        psutil.wait_procs(registries, 5)


def _registries(session_bus: str) -> Iterator[psutil.Process]:
    """The registry that the bus has started: it is nobody's child, and known by the desktop that it belongs to."""
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            is_one = process.name().startswith("at-spi2-regist")
            if is_one and process.environ().get("DBUS_SESSION_BUS_ADDRESS") == session_bus:
                yield process


async def everything(desktop: Desktop, program: str) -> list[Accessible]:
    """All that a program of this name shows, window by window."""
    async with _connected(desktop.env["DBUS_SESSION_BUS_ADDRESS"]) as session:
        address = await _eventually(session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
    async with _connected(str(address)) as bus:
        owner = await _owner(bus, program)
        return [one async for one in _walk(bus, owner, _ROOT, "")]


async def _owner(bus: MessageBus, program: str) -> str:
    """The connection of the program, once it has one."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for name in await _call(bus, *_BUS, "ListNames"):
                if name.startswith(":") and name != bus.unique_name and await _name(bus, name, _ROOT) == program:
                    return str(name)
            await asyncio.sleep(0.1)


async def _walk(bus: MessageBus, owner: str, path: str, window: str) -> AsyncIterator[Accessible]:
    name = await _name(bus, owner, path)
    state = (await _call(bus, owner, path, _ACCESSIBLE, "GetState"))[0]
    yield Accessible(
        str(await _call(bus, owner, path, _ACCESSIBLE, "GetRoleName")),
        name,
        await _label(bus, owner, path),
        window,
        bool(state >> _SHOWING & 1),
        bool(state >> _FOCUSABLE & 1),
    )
    for _owner_of_child, child in await _call(bus, owner, path, _ACCESSIBLE, "GetChildren"):
        async for one in _walk(bus, owner, child, window or (name if path != _ROOT else "")):
            yield one


async def _label(bus: MessageBus, owner: str, path: str) -> str:
    for kind, targets in await _call(bus, owner, path, _ACCESSIBLE, "GetRelationSet"):
        if kind == LABELLED_BY and targets:
            return await _name(bus, owner, targets[0][1])
    return ""


async def _name(bus: MessageBus, owner: str, path: str) -> str:
    try:
        variant = await _call(bus, owner, path, _PROPERTIES, "Get", "ss", [_ACCESSIBLE, "Name"])
    except DBusFastError:
        return ""
    return str(variant.value)


async def _eventually(bus: MessageBus, *what: str) -> Any:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await _call(bus, *what)
            except DBusFastError:
                await asyncio.sleep(0.1)


async def _call(
    bus: MessageBus,
    owner: str,
    path: str,
    interface: str,
    member: str,
    signature: str = "",
    body: list[Any] | None = None,
) -> Any:
    answer = await bus.call(
        Message(destination=owner, path=path, interface=interface, member=member, signature=signature, body=body or [])
    )
    if answer is None or answer.message_type is not MessageType.METHOD_RETURN:
        raise DBusFastError("error", str(answer and answer.body))  # type: ignore[arg-type]
    return answer.body[0]


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[MessageBus]:
    bus = await MessageBus(bus_address=address).connect()
    try:
        yield bus
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()

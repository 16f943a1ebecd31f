"""A desktop portal for global shortcuts on a real bus, which behaves as real ones do: well, and badly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

PATH = "/org/freedesktop/portal/desktop"
SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"


@dataclass
class Portal:
    """Answers CreateSession and BindShortcuts.

    `answers` are the codes of its responses by method (None: never answers); `wants_app_id` refuses callers that did
    not register; `knows_registry` is False for portals before 1.19; `unwanted` are shortcuts the user took out.
    """

    address: str
    answers: dict[str, int | None] = field(default_factory=dict)
    wants_app_id: bool = True
    knows_registry: bool = True
    unwanted: frozenset[str] = frozenset()
    app_ids: list[str] = field(default_factory=list)
    triggers: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    session: str = ""

    async def __aenter__(self) -> Portal:
        self._bus = await MessageBus(bus_address=self.address).connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name("org.freedesktop.portal.Desktop")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()

    def tell(self, member: str, name: str, session: str = "") -> None:
        """Signal that a shortcut was `Activated` or `Deactivated`."""
        body: list[Any] = [session or self.session, name, 0, {}]
        self._bus.send(Message.new_signal(PATH, SHORTCUTS, member, "osta{sv}", body))

    def change_shortcuts(self, *names: str) -> None:
        """The user lends these from now on, and no others."""
        body: list[Any] = [self.session, [[name, {}] for name in names]]
        self._bus.send(Message.new_signal(PATH, SHORTCUTS, "ShortcutsChanged", "oa(sa{sv})", body))

    def end_session(self) -> None:
        """The desktop takes all keys back."""
        self._bus.send(Message.new_signal(self.session, "org.freedesktop.portal.Session", "Closed", "a{sv}", [{}]))

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.interface == "org.freedesktop.DBus.Peer":
            return None
        if message.member == "Register":
            if not self.knows_registry:
                return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownInterface", "no such interface")
            self.app_ids.append(message.body[0])
            return Message.new_method_return(message)
        if message.member == "Close":
            self.closed.append(str(message.path))
            return Message.new_method_return(message)
        if self.wants_app_id and not self.app_ids:
            return Message.new_error(message, "org.freedesktop.portal.Error.NotAllowed", "An app id is required")
        return self._request(message)

    def _request(self, message: Message) -> Message:
        options = message.body[-1]
        sender = str(message.sender).removeprefix(":").replace(".", "_")
        handle = f"{PATH}/request/{sender}/{options['handle_token'].value}"
        results: dict[str, Variant] = {}
        if message.member == "CreateSession":
            self.session = f"{PATH}/session/{sender}/{options['session_handle_token'].value}"
            results = {"session_handle": Variant("s", self.session)}
        elif message.member == "BindShortcuts":
            wanted = {name: details for name, details in message.body[1] if name not in self.unwanted}
            self.triggers = {name: details["preferred_trigger"].value for name, details in wanted.items()}
            results = {"shortcuts": Variant("a(sa{sv})", [[name, details] for name, details in wanted.items()])}
        code = self.answers.get(str(message.member), 0)
        if code is not None:
            body: list[Any] = [code, results if code == 0 else {}]
            signal = Message.new_signal(handle, "org.freedesktop.portal.Request", "Response", "ua{sv}", body)
            self._bus.send(signal)
        return Message.new_method_return(message, "o", [handle])

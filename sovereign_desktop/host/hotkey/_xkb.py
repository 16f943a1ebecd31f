"""The requests of X's keyboard extension that python-xlib 0.33 does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from Xlib.protocol import rq

if TYPE_CHECKING:
    from Xlib.display import Display

_CORE_KEYBOARD = 0x100
_DETECTABLE_AUTO_REPEAT = 1
_NEW_KEYBOARD_OR_MAP = 0b11
_WHOLE_MAP = 0xFF


class _UseExtension(rq.ReplyRequest):  # type: ignore[misc]  # python-xlib is untyped
    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(0), rq.RequestLength(), rq.Card16("wanted_major"), rq.Card16("wanted_minor")
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Card8("supported"),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Card16("server_major"),
        rq.Card16("server_minor"),
        rq.Pad(20),
    )


class _PerClientFlags(rq.ReplyRequest):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(21),
        rq.RequestLength(),
        rq.Card16("device"),
        rq.Pad(2),
        rq.Card32("change"),
        rq.Card32("value"),
        rq.Pad(12),
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Card8("device"),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Card32("supported"),
        rq.Card32("value"),
        rq.Pad(16),
    )


class _SelectEvents(rq.Request):  # type: ignore[misc]
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(1),
        rq.RequestLength(),
        rq.Card16("device"),
        rq.Card16("affect_which"),
        rq.Card16("clear"),
        rq.Card16("select_all"),
        rq.Card16("affect_map"),
        rq.Card16("map"),
    )


def prepare(display: Display) -> int | None:
    """The type of the events that tell of a new keyboard mapping, or None when the server can't do what we need.

    From now on, auto-repeat of a held key sends presses only. The price is that this connection gets no core
    MappingNotify any more, so the extension's own events take its place.
    """
    extension = display.query_extension("XKEYBOARD")
    if extension is None:
        return None
    target = {"display": display.display, "opcode": extension.major_opcode}
    _UseExtension(**target, wanted_major=1, wanted_minor=0)
    flags = _PerClientFlags(
        **target, device=_CORE_KEYBOARD, change=_DETECTABLE_AUTO_REPEAT, value=_DETECTABLE_AUTO_REPEAT
    )
    _SelectEvents(
        **target,
        device=_CORE_KEYBOARD,
        affect_which=_NEW_KEYBOARD_OR_MAP,
        clear=0,
        select_all=_NEW_KEYBOARD_OR_MAP,
        affect_map=_WHOLE_MAP,
        map=_WHOLE_MAP,
    )
    return int(extension.first_event) if flags.value & _DETECTABLE_AUTO_REPEAT else None

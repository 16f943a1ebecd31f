"""What the server answers with an `error` event, in the protocol's words."""

from __future__ import annotations

from pydantic import ValidationError

from sovereign_desktop.realtime.codec import Malformed
from sovereign_desktop.realtime.objects import ErrorDetail


class Refusal(Exception):  # noqa: N818 - the field calls it by what it is
    """An event that can't be carried out. The session goes on."""

    def __init__(self, message: str, *, code: str | None = "invalid_value", param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param

    def detail(self, event_id: str | None) -> ErrorDetail:
        """The error about the client's event `event_id`."""
        return ErrorDetail(
            type="invalid_request_error", code=self.code, message=self.message, param=self.param, event_id=event_id
        )

    @classmethod
    def of(cls, error: ValidationError, within: str) -> Refusal:
        """The first fault of a JSON object that stands at `within` in the event."""
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        param = within + "".join(_step(part) for part in first["loc"])
        if first["type"] in ("missing", "union_tag_not_found"):
            param += "" if first["type"] == "missing" else ".type"
            return cls(f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param)
        return cls(f"Invalid value for '{param}': {first['msg']}.", param=param)


_VARIANTS = ("server_vad", "semantic_vad", "NamedTool", "enum", "str")


def _step(part: int | str) -> str:
    """One step on the way to a fault. Pydantic counts the names of alternatives to it, the protocol does not."""
    if isinstance(part, int):
        return f"[{part}]"
    return "" if part in _VARIANTS or not part.isidentifier() else f".{part}"


def malformed(error: Malformed) -> ErrorDetail:
    """The error about a message that is no event."""
    return ErrorDetail(
        type="invalid_request_error",
        code=error.code,
        message=str(error),
        param=error.param or None,
        event_id=error.event_id or None,
    )


def unknown_item(what: str, item_id: str, param: str = "item_id") -> Refusal:
    """For an event that is about an item which is not in the conversation; `what` is truncate, delete or retrieve."""
    doing = {"truncate": "truncating", "delete": "deleting", "retrieve": "retrieving", "create": "creating"}[what]
    return Refusal(
        f"Error {doing} item: the item with id '{item_id}' does not exist.",
        code=f"item_{what}_invalid_item_id",
        param=param,
    )

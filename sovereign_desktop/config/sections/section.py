"""What every section of the settings is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer


class Section(BaseModel):
    """A section of the settings. Frozen: a change makes a new object."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


def _none(value: object) -> object:
    """How a file says that there is no limit; an empty value there means the default."""
    return None if isinstance(value, str) and value.strip().lower() == "none" else value


Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


AmountOrNone = Annotated[
    Amount | None,
    BeforeValidator(_none),
    PlainSerializer(lambda value: "none" if value is None else value, when_used="json"),
]
"""An amount, or `none`."""

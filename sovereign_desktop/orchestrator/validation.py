"""Rules that records have to keep, those of the three known kinds and those of whoever adds some.

An error costs its record, a warning does not. Numbers that are written as text (`$2.50`) are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sovereign_desktop.orchestrator.content import as_number
from sovereign_desktop.orchestrator.merging import KEYS
from sovereign_desktop.orchestrator.values import TaskType, ValidationResult

Record = dict[str, Any]
MOST_RECORDS = 100_000
MOST_COMPLAINTS = 200
FUTURE_S = 24 * 3600
"""A measurement from further ahead than any time zone explains is none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a record: nothing, a warning, or an error."""

    error: str = ""
    warning: str = ""


Rule = Callable[[Record], Any]
"""Gives a `Verdict`; or False or a sentence for an error, True or None for none."""


class DataValidator:
    """Checks lists of records. `now` is for tests of timestamps."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._rules: dict[str, list[tuple[str, Rule]]] = {
            "gpu": [
                ("provider", _text("provider")),
                ("gpu", _text("gpu")),
                ("region", _text("region", needed=False)),
                ("price", _number("price", above=0.0, most=1000.0, usual=(0.05, 50.0))),
            ],
            "token": [
                ("provider", _text("provider")),
                ("model", _text("model")),
                ("input_price", _number("input_price", least=0.0, most=10_000.0, usual=(0.0, 200.0))),
                ("output_price", _number("output_price", least=0.0, most=10_000.0, usual=(0.0, 600.0))),
                ("prices", _output_is_dearer),
            ],
            "grid": [
                ("region", _text("region")),
                ("timestamp", self._timestamp),
                ("load_percentage", _number("load_percentage", least=0.0, most=100.0, usual=(1.0, 98.0))),
            ],
        }

    def add_rule(self, data_type: str, rule: Rule, name: str = "") -> None:
        """One more rule for a kind of records, which may be a new kind."""
        kind = kind_of(data_type) or data_type
        self._rules.setdefault(kind, []).append((name or getattr(rule, "__name__", "rule"), rule))

    def knows(self, data_type: str) -> bool:
        """Whether there is any rule for it."""
        return bool(data_type) and (kind_of(data_type) or data_type) in self._rules

    def validate_gpu_prices(self, data: Any) -> ValidationResult:
        """Records with provider, gpu, price (dollars an hour) and region."""
        return self.validate(data, "gpu")

    def validate_token_prices(self, data: Any) -> ValidationResult:
        """Records with provider, model, input_price and output_price (dollars for a million tokens)."""
        return self.validate(data, "token")

    def validate_grid_load(self, data: Any) -> ValidationResult:
        """Records with region, timestamp (ISO 8601 or Unix time) and load_percentage (0 to 100)."""
        return self.validate(data, "grid")

    def validate(self, data: Any, data_type: str, task_type: TaskType = TaskType.DATA_VALIDATION) -> ValidationResult:
        """The records that keep every rule of their kind. A kind without rules lets every record pass."""
        kind = kind_of(data_type) or data_type
        records, problem = _records(data)
        result = ValidationResult(not problem, [], [problem] if problem else [], [], task_type)
        met: set[tuple[str, ...]] = set()
        for number, record in enumerate(records, 1):
            where = f"record {number}"
            if not isinstance(record, Mapping):
                result.errors.append(f"{where} is no record")
                continue
            checked = {str(name): value for name, value in record.items()}
            errors, warnings = self._judge(kind, checked)
            if (key := tuple(str(checked.get(name, "")).lower() for name in KEYS.get(kind, ()))) and key in met:
                warnings.append("is there twice")
            met.add(key)
            result.errors += [f"{where}: {error}" for error in errors]
            result.warnings += [f"{where}: {warning}" for warning in warnings]
            if not errors:
                result.validated_data.append(checked)
        result.is_valid = not result.errors
        result.errors, result.warnings = result.errors[:MOST_COMPLAINTS], result.warnings[:MOST_COMPLAINTS]
        return result

    def _judge(self, kind: str, record: Record) -> tuple[list[str], list[str]]:
        errors, warnings = [], []
        for name, rule in self._rules.get(kind, ()):
            try:
                verdict = _verdict(rule(record), name)
            except Exception as error:  # noqa: BLE001 - a rule of somebody else's
                verdict = Verdict(error=f"the rule {name} failed ({type(error).__name__})")
            if verdict.error:
                errors.append(verdict.error)
            if verdict.warning:
                warnings.append(verdict.warning)
        return errors, warnings

    def _timestamp(self, record: Record) -> Verdict:
        at = _moment(record.get("timestamp"))
        if at is None:
            return Verdict(error="timestamp is no time (ISO 8601 or Unix time)")
        if (at - self._now()).total_seconds() > FUTURE_S:
            return Verdict(error="timestamp is in the future")
        if self._now() - at > timedelta(days=366):
            return Verdict(warning="timestamp is over a year old")
        return Verdict()


def kind_of(data_type: object) -> str:
    """`gpu`, `token` or `grid` for any of their names (`gpu_prices`, `GPU`); empty for another kind."""
    words = re.split(r"\W+|_", str(getattr(data_type, "value", data_type) or "").lower())
    for kind, signs in (
        ("gpu", ("gpu", "gpus")),
        ("token", ("token", "tokens")),
        ("grid", ("grid", "load")),
    ):
        if any(sign in words for sign in signs):
            return kind
    return ""


def _records(data: Any) -> tuple[Sequence[Any], str]:
    if isinstance(data, Mapping):
        data = next((data[name] for name in ("data", "records", "items", "prices") if name in data), [data])
    if not isinstance(data, Sequence) or isinstance(data, str | bytes):
        return (), "the data is no list of records"
    if not data:
        return (), "there are no records"
    if len(data) > MOST_RECORDS:
        return data[:MOST_RECORDS], f"there are more than {MOST_RECORDS} records"
    return data, ""


def _verdict(said: Any, name: str) -> Verdict:
    if isinstance(said, Verdict):
        return said
    if isinstance(said, str) and said:
        return Verdict(error=said)
    if isinstance(said, tuple) and said:
        return Verdict() if said[0] else Verdict(error=str(said[1]) if len(said) > 1 else f"breaks the rule {name}")
    return Verdict(error=f"breaks the rule {name}") if said is False else Verdict()


def _text(name: str, *, needed: bool = True) -> Rule:
    def rule(record: Record) -> Verdict:
        value = record.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            said = f"{name} is missing"
            return Verdict(error=said) if needed else Verdict(warning=said)
        return Verdict() if isinstance(value, str) else Verdict(error=f"{name} is no text")

    return rule


def _number(
    name: str,
    *,
    usual: tuple[float, float],
    most: float,
    least: float | None = None,
    above: float | None = None,
) -> Rule:
    def rule(record: Record) -> Verdict:
        if record.get(name) is None:
            return Verdict(error=f"{name} is missing")
        number = as_number(record[name])
        if number is None:
            return Verdict(error=f"{name} is no number")
        record[name] = number
        low = (above is not None and number <= above) or (least is not None and number < least)
        if low:
            return Verdict(error=f"{name} is too low ({number:g})")
        if number > most:
            return Verdict(error=f"{name} is too high ({number:g})")
        return Verdict() if usual[0] <= number <= usual[1] else Verdict(warning=f"{name} is unusual ({number:g})")

    return rule


def _output_is_dearer(record: Record) -> Verdict:
    into, out = as_number(record.get("input_price")), as_number(record.get("output_price"))
    if into is not None and out is not None and out < into:
        return Verdict(warning="output_price is below input_price")
    return Verdict()


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    number = as_number(value)
    try:
        if number is not None:
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC) if number > 1e8 else None
        at = datetime.fromisoformat(str(value).strip().replace("Z", "+00:00"))
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

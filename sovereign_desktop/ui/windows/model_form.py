"""The figures of one model that answers with others, to be entered: who it is, when it is asked, what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from sovereign_desktop.config.sections.orchestrator import MemberModel, Role

LONGEST = 400


class NotUsable(ValueError):  # noqa: N818 - its text is for the user
    """What was entered is none of what is wanted."""


class ModelForm(QWidget):
    """Fields in two columns. What it does not show (temperature, timeouts) stays as it was in the model."""

    def __init__(self, providers: Sequence[str]) -> None:
        super().__init__()
        self.model = _line(self.tr("Model"), self.tr("as its server calls it"))
        self.provider = QComboBox(editable=True)
        self.provider.addItems(list(providers))
        self.address = _line(self.tr("Address"), self.tr("that of the provider"))
        self.key = _line(self.tr("Name of its key"), self.tr("that of the provider"))
        self.role = QComboBox()
        for role in Role:
            self.role.addItem(role_name(role), role.value)
        self.price = _line(self.tr("Price"), "0")
        self.price_of_question = _line(self.tr("Price of the question"), self.tr("the same"))
        self.seconds = _line(self.tr("Seconds until it begins"), "2")
        self.quality = _line(self.tr("Part of good answers"), self.tr("unknown"))
        self._rest: dict[str, Any] = {}
        self._build()
        self.show_model({})

    @property
    def fields(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        return [widget for _label, widget in self._named()]

    def show_model(self, model: Mapping[str, Any]) -> None:
        """Show these figures; an empty mapping is a new model."""
        shown = MemberModel.model_construct(**{"model": "", **model}).model_dump(warnings=False)
        self._rest = {name: value for name, value in model.items() if name not in _SHOWN}
        self.model.setText(shown["model"])
        self.provider.setCurrentText(shown["provider"])
        self.address.setText(shown["base_url"])
        self.key.setText(shown["key"])
        self.role.setCurrentIndex(self.role.findData(Role(shown["role"]).value))
        for line, name in self._numbers():
            value = shown[name]
            line.setText("" if value is None else f"{value:g}")

    def entered(self) -> dict[str, Any]:
        """The model as it stands in the settings. Raises NotUsable."""
        if not self.model.text().strip():
            raise NotUsable(self.tr("The model needs a name: the one that its server knows it by."))
        found: dict[str, Any] = {
            "model": self.model.text().strip(),
            "provider": self.provider.currentText().strip(),
            "base_url": self.address.text().strip(),
            "key": self.key.text().strip(),
            "role": self.role.currentData(),
        }
        for line, name in self._numbers():
            if (number := self._number(line)) is not None:
                found[name] = number
        return self._rest | {name: value for name, value in found.items() if value != ""}

    def _number(self, line: QLineEdit) -> float | None:
        text = line.text().strip().replace(",", ".")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < 0 or (line is self.quality and number > 1):
            wanted = self.tr("a number from 0 to 1") if line is self.quality else self.tr("a number from 0")
            raise NotUsable(self.tr("{field} must be {wanted}.").format(field=line.accessibleName(), wanted=wanted))
        return number

    def _numbers(self) -> tuple[tuple[QLineEdit, str], ...]:
        return (
            (self.price, "cost_per_1m_tokens"),
            (self.price_of_question, "input_cost_per_1m_tokens"),
            (self.seconds, "avg_response_time"),
            (self.quality, "quality"),
        )

    def _named(self) -> tuple[tuple[str, QWidget], ...]:
        return (
            (self.tr("&Model"), self.model),
            (self.tr("&When it is asked"), self.role),
            (self.tr("Pro&vider"), self.provider),
            (self.tr("A&ddress"), self.address),
            (self.tr("&Name of its key"), self.key),
            (self.tr("&Price, $ for a million tokens"), self.price),
            (self.tr("… of the &question"), self.price_of_question),
            (self.tr("&Seconds until it begins"), self.seconds),
            (self.tr("Part of &good answers, 0 to 1"), self.quality),
        )

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.provider.setAccessibleName(self.tr("Provider"))
        self.role.setAccessibleName(self.tr("When it is asked"))
        for number, (text, widget) in enumerate(self._named()):
            label = QLabel(text)
            label.setBuddy(widget)
            grid.addWidget(label, number // 2, 2 * (number % 2))
            grid.addWidget(widget, number // 2, 2 * (number % 2) + 1)


_SHOWN = (
    "model",
    "provider",
    "base_url",
    "key",
    "role",
    "cost_per_1m_tokens",
    "input_cost_per_1m_tokens",
    "avg_response_time",
    "quality",
)


def role_name(role: Role | str) -> str:
    """When a model is asked, in a few words."""
    return {
        Role.FAST: QCoreApplication.translate("ModelForm", "usually"),
        Role.DEEP: QCoreApplication.translate("ModelForm", "for what asks for thought"),
        Role.LOCAL: QCoreApplication.translate("ModelForm", "when no other can answer"),
    }[Role(role)]


def _line(name: str, hint: str) -> QLineEdit:
    line = QLineEdit(maxLength=LONGEST)
    line.setAccessibleName(name)
    line.setPlaceholderText(hint)
    return line

"""Several models as one: the switch, the models with their prices, what was learned of them, and the settings below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sovereign_desktop.config.sections.orchestrator import MemberModel
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.layouts import column, row
from sovereign_desktop.ui.setting_pages import Page
from sovereign_desktop.ui.theme import set_text_color, theme
from sovereign_desktop.ui.windows.model_form import ModelForm, NotUsable, role_name
from sovereign_desktop.ui.windows.setting_form import SettingForm, heading, note

if TYPE_CHECKING:
    from sovereign_desktop.orchestrator.learned import Learned, Row

SECTION = "orchestrator"
MODELS = "orchestrator.models"
ENABLED = "orchestrator.enabled"
LINES_SHOWN = 6


class ModelsPage(SettingForm):
    """The settings of the section as on every page, below what is the models' own."""

    def __init__(self, bridge: Bridge, page: Page) -> None:
        super().__init__(bridge, page.title, page.meaning, page.groups)
        self.models = ModelsPanel(bridge)
        inside = self.widget()
        layout = inside.layout() if inside is not None else None
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(2 if page.meaning else 1, self.models)
        for key in (MODELS, ENABLED):  # the panel is their editor
            self.rows[key].hide()

    @property
    def tab_stops(self) -> list[QWidget]:
        return [*self.models.tab_stops, *super().tab_stops]


class ModelsPanel(QWidget):
    """Everything that is entered is kept at once; the switch also counts at once, for the very next question."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        from sovereign_desktop.orchestrator.providers import PROVIDERS  # only who opens the page pays for it

        self._bridge = bridge
        self._shown: list[dict[str, Any]] = []
        self._about: dict[str, Any] | None = {}
        """What the form shows; None: it has to be emptied."""
        self._kept = ""
        """The model that is being kept, to be selected once it is."""
        self.switch = QCheckBox(self.tr("&Several models answer as one"))
        self.switch.setAccessibleName(self.tr("Several models answer as one"))
        self.list = _table(
            self.tr("Models"),
            [
                self.tr("Model"),
                self.tr("Asked"),
                self.tr("Provider"),
                self.tr("$ a million tokens"),
            ],
        )
        self.none_named = note(
            self.tr("No model is named yet, so the single language model answers. Enter one here and keep it.")
        )
        self.form = ModelForm(list(PROVIDERS))
        self.new = QPushButton(self.tr("N&ew model"))
        self.keep = QPushButton(self.tr("&Keep"))
        self.remove = QPushButton(self.tr("Re&move"))
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.learned = _table(
            self.tr("What was learned"),
            [
                self.tr("Model"),
                self.tr("Kind of question"),
                self.tr("Asked"),
                self.tr("Failed"),
                self.tr("Right"),
                self.tr("Begins after"),
                self.tr("Cost"),
                self.tr("Trust"),
            ],
        )
        self.spent = note("")
        self._build()
        self._connect()
        self.follow()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the focus, in the order of reading."""
        return [self.switch, self.list, *self.form.fields, self.new, self.keep, self.remove, self.learned]

    def follow(self) -> None:
        """Show the models and the switch as they are kept now."""
        if (settings := self._bridge.settings) is None:
            return
        section = settings.orchestrator
        self.switch.setChecked(section.enabled or settings.llm.provider == SECTION)
        now = [_plain(one) for one in section.models]
        self.none_named.setVisible(not now)
        if now != self._shown:
            wanted = self._kept or ("" if self.selected is None else self._shown[self.selected]["model"])
            self._kept, self._shown = "", now
            self._list_models(wanted)

    @property
    def selected(self) -> int | None:
        """The place of the model that the form is about; None for a new one."""
        items = self.list.selectedItems()
        return self.list.indexOfTopLevelItem(items[0]) if items else None

    def showEvent(self, event: QShowEvent) -> None:
        """What was learned is asked for when somebody looks."""
        self._bridge.look_at_models()
        super().showEvent(event)

    def show_learned(self, learned: Learned) -> None:
        """Show what was learned by now."""
        self.learned.clear()
        for line in learned.rows:
            item = QTreeWidgetItem(self._cells(line))
            for cell in range(2, self.learned.columnCount()):
                item.setTextAlignment(cell, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.learned.addTopLevelItem(item)
        spent = self.tr("Spent on these models: ${day} today, ${month} this month.").format(
            day=f"{learned.spent_day_usd:.2f}", month=f"{learned.spent_month_usd:.2f}"
        )
        self.spent.setText("\n".join((spent, *learned.remarks)))

    def _build(self) -> None:
        layout = column(8, of=self, margins=(0, 4, 0, 4))
        layout.addWidget(self.switch)
        layout.addWidget(
            note(
                self.tr(
                    "Switched off, the very next question goes to the single language model again; what was learned "
                    "is kept."
                )
            )
        )
        layout.addWidget(heading(self.tr("Models"), 1.1))
        layout.addWidget(self.list)
        layout.addWidget(self.none_named)
        layout.addWidget(self.form)
        buttons = row(8)
        buttons.addWidget(self.said, 1)
        for button in (self.new, self.keep, self.remove):
            buttons.addWidget(button)
        layout.addLayout(buttons)
        layout.addWidget(heading(self.tr("What was learned"), 1.1))
        layout.addWidget(self.learned)
        layout.addWidget(self.spent)

    def _connect(self) -> None:
        self.switch.clicked.connect(self._bridge.use_models)
        self.list.itemSelectionChanged.connect(self._select)
        self.list.itemChanged.connect(self._ticked)
        self.new.clicked.connect(self._begin_new)
        self.keep.clicked.connect(self._keep)
        self.remove.clicked.connect(self._remove)
        self._bridge.settings_changed.connect(self.follow)
        self._bridge.setting_refused.connect(self._refused)
        self._bridge.models_learned.connect(self.show_learned)
        self._bridge.turn_ended.connect(self._turn_ended)

    def _list_models(self, selected: str) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for model in self._shown:
            full = MemberModel.model_validate(model)
            item = QTreeWidgetItem([full.model, role_name(full.role), full.provider, f"{full.cost_per_1m_tokens:g}"])
            item.setToolTip(0, self.tr("Ticked: it is asked"))
            self.list.addTopLevelItem(item)
            item.setSelected(full.model == selected)
        self._tick()
        self._select()

    def _tick(self) -> None:
        """Show who is asked."""
        self.list.blockSignals(True)
        for place, model in enumerate(self._shown):
            state = Qt.CheckState.Checked if model.get("enabled", True) else Qt.CheckState.Unchecked
            if (item := self.list.topLevelItem(place)) is not None:
                item.setCheckState(0, state)
        self.list.blockSignals(False)

    def _select(self) -> None:
        """Have the form be about what is selected; what is being entered about it stays."""
        self.remove.setEnabled(self.selected is not None)
        about = {} if self.selected is None else self._shown[self.selected]
        if about != self._about:
            self._about = about
            self.form.show_model(about)
            self.said.clear()

    def _begin_new(self) -> None:
        self.list.clearSelection()
        self._about = None
        self._select()
        self.form.model.setFocus()

    def _keep(self) -> None:
        try:
            entered = self.form.entered()
        except NotUsable as error:
            self._say(str(error))
            return
        others = [one["model"] for place, one in enumerate(self._shown) if place != self.selected]
        if entered["model"] in others:
            self._say(self.tr("{model} is in the list already.").format(model=entered["model"]))
            return
        models = list(self._shown)
        if self.selected is None:
            models.append(entered)
        else:
            models[self.selected] = entered
        self._kept = entered["model"]
        self._change(models)

    def _remove(self) -> None:
        if (place := self.selected) is not None:
            self._change([one for at, one in enumerate(self._shown) if at != place])

    def _ticked(self, item: QTreeWidgetItem) -> None:
        place, on = self.list.indexOfTopLevelItem(item), item.checkState(0) is Qt.CheckState.Checked
        models = [dict(one) for one in self._shown]
        if models[place].get("enabled", True) != on:
            models[place]["enabled"] = on
            self._change(models)

    def _change(self, models: list[dict[str, Any]]) -> None:
        self.said.clear()
        self._bridge.change_setting(MODELS, models)

    def _refused(self, key: str, why: str) -> None:
        if key in (MODELS, ENABLED):
            self._kept = ""
            self._say(why)
            self._tick()

    def _say(self, text: str) -> None:
        set_text_color(self.said, theme().listening)
        self.said.setText(text)

    def _turn_ended(self) -> None:
        if self.isVisible():
            self._bridge.look_at_models()

    def _cells(self, line: Row) -> list[str]:
        def share(value: float | None) -> str:
            return self.tr("unknown") if value is None else f"{value:.0%}"

        return [
            line.model,
            _kind(line.task),
            str(line.asked),
            str(line.failed),
            share(line.right),
            self.tr("unknown") if line.seconds is None else self.tr("{count} s").format(count=f"{line.seconds:.1f}"),
            f"${line.cost_usd:.3f}",
            share(line.trust),
        ]


def _kind(task: str) -> str:
    names = {
        "simple_query": QCoreApplication.translate("ModelsPanel", "simple"),
        "complex_reasoning": QCoreApplication.translate("ModelsPanel", "asks for thought"),
    }
    return names.get(task, task.replace("_", " "))


def _plain(model: MemberModel) -> dict[str, Any]:
    """As it stands in the file: its name, and what differs from the defaults."""
    return {"model": model.model} | model.model_dump(mode="json", exclude_defaults=True)


def _table(name: str, headers: list[str]) -> QTreeWidget:
    table = QTreeWidget()
    table.setHeaderLabels(headers)
    table.setRootIsDecorated(False)
    table.setAccessibleName(name)
    table.setTabKeyNavigation(False)
    table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    table.header().setStretchLastSection(False)
    table.setFixedHeight((LINES_SHOWN + 2) * (table.fontMetrics().lineSpacing() + 4))
    return table

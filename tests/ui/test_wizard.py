"""The wizard over the real engine: shown before it is done, editable, stopped half-way without a trace, and undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QSystemTrayIcon, QWidget

from sovereign_desktop.app.bench.migration import old_store
from sovereign_desktop.app.migration_desk import Choices, Draft, MigrationDesk
from sovereign_desktop.config.store import load
from sovereign_desktop.host.secrets import SERVICE
from sovereign_desktop.migration.backup import Progress
from sovereign_desktop.migration.catalogue import Migration
from sovereign_desktop.migration.checks import Check, Verdict
from sovereign_desktop.migration.fates import Fate
from sovereign_desktop.migration.transaction import Outcome, Wishes
from sovereign_desktop.ui.bridge import Bridge
from sovereign_desktop.ui.shell import Shell
from sovereign_desktop.ui.wizard.apply_page import ApplyPage
from sovereign_desktop.ui.wizard.check_page import CheckPage
from sovereign_desktop.ui.wizard.find_page import FindPage
from sovereign_desktop.ui.wizard.migrations_page import MigrationsPage
from sovereign_desktop.ui.wizard.plan_page import PlanPage
from sovereign_desktop.ui.wizard.plan_table import AFTER, FATE, OLD
from sovereign_desktop.ui.wizard.presets_page import PresetsPage
from sovereign_desktop.ui.wizard.window import WizardWindow
from tests.app.keyrings import MemoryKeyring, in_use
from tests.migration.stage import installation, state_of
from tests.ui.stage import PlayedProgram


@pytest.fixture
def keyring(home: Path) -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with in_use(backend):
        yield backend


class NearDesk(MigrationDesk):
    """Does in this process, with its keyring, what the program does in another one."""

    def apply_apart(self, draft: Draft, choices: Choices, wishes: Wishes, progress: Progress) -> Outcome:
        assert self.draft(draft.old, choices, draft.place).digest == draft.digest
        return self.apply(draft, wishes, progress)

    def step_apart(self, do: str, migration: Migration, progress: Progress) -> Outcome:
        del progress
        step: Callable[[Migration], Outcome] = getattr(self, do)
        return step(migration)


@pytest.fixture
def desk(keyring: MemoryKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MigrationDesk:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return NearDesk()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = installation(tmp_path).rename(tmp_path / "jarvis")
    old_store(root / "data" / "chroma", 30)
    return root


@pytest.fixture
async def window(
    application: QApplication, bridge: Bridge, desk: MigrationDesk, request: pytest.FixtureRequest
) -> WizardWindow:
    """The window, which looks into the usual places at once: what a test has there is there before."""
    if "root" in request.fixturenames:
        request.getfixturevalue("root")
    return WizardWindow(bridge, desk)


async def on(window: WizardWindow, kind: type[QWidget]) -> None:
    """Go on to the page of that kind."""
    while not isinstance(window.page, kind):
        await window.journey.work.done()
        assert window.next.isEnabled(), window.trouble.text()
        window.next.click()
    await window.journey.work.done()


async def applied(window: WizardWindow) -> None:
    await on(window, ApplyPage)
    window.next.click()
    await window.journey.work.done()


async def test_the_only_old_version_is_found_and_nothing_is_changed_by_looking(
    window: WizardWindow, root: Path, home: Path
) -> None:
    before = state_of(root), state_of(home)
    await window.journey.work.done()
    page = window.page
    assert isinstance(page, FindPage)
    assert page.folder.currentText() == str(root)
    assert {check.name for check in page.check_list.checks} == {"Python", "Tesseract", "disk", "keyring"}
    await on(window, ApplyPage)
    assert (state_of(root), state_of(home)) == before


async def test_without_an_old_version_it_says_so_and_does_not_go_on(window: WizardWindow, tmp_path: Path) -> None:
    await window.journey.work.done()
    page = window.page
    assert isinstance(page, FindPage)
    assert page.said.text() == "Nothing is in the usual places: choose the folder."
    assert not window.next.isEnabled()
    page.folder.setCurrentText(str(tmp_path / "nowhere"))
    page.look_now.click()
    await window.journey.work.done()
    assert window.trouble.text().startswith(f"There is no {tmp_path / 'nowhere'}.")


async def test_the_plan_is_a_table_that_can_be_filtered_and_changed(window: WizardWindow, root: Path) -> None:
    await on(window, PlanPage)
    page = window.page
    assert isinstance(page, PlanPage)
    paths = [row.entry.path for row in page.table.rows]
    assert len(paths) == len(set(paths)) == len(window.journey.assessment.planned.entries)  # type: ignore[union-attr]
    page.words.setText("whisper-1")
    assert page.filter.rowCount() == 1
    assert page.filter.index(0, OLD).data() == "stt.primary.model"
    assert "gpt-transcribe" in page.details.text()
    page.words.clear()
    page.fate.setCurrentIndex(page.fate.findData(Fate.SECRET))
    assert page.filter.rowCount() == 2
    page.fate.setCurrentIndex(0)
    at = {path: number for number, path in enumerate(paths)}
    page.table.setData(page.table.index(at["llm.fast.max_tokens"], AFTER), "99")
    page.table.setData(
        page.table.index(at["LOG_LEVEL"], OLD), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole
    )
    await window.journey.work.done()
    assert page.table.index(at["llm.fast.max_tokens"], AFTER).data() == "99"
    assert page.table.index(at["LOG_LEVEL"], FATE).data() == "no effect"
    assert "+  max_tokens: 99" in page.diff.toPlainText()
    page.table.setData(page.table.index(at["llm.fast.max_tokens"], AFTER), "many")
    await window.journey.work.done()
    assert "llm.max_tokens" in window.trouble.text()
    assert page.table.index(at["llm.fast.max_tokens"], AFTER).data() == "99"


async def test_from_start_to_end_and_back(
    window: WizardWindow, root: Path, home: Path, program: PlayedProgram, desk: MigrationDesk, tmp_path: Path
) -> None:
    before = state_of(root), state_of(home / "config")
    await applied(window)
    assert desk.chosen("").state.value == "applied"
    assert load(desk.paths.settings_file).settings.llm.model == "gpt-4o-mini"
    assert "begin anew" in program.asked
    assert not window.back.isEnabled()
    await on(window, PresetsPage)
    page = window.page
    assert isinstance(page, PresetsPage)
    page.choices["low_latency"].click()
    await window.journey.work.done()
    assert "performance.targets.latency_ms: 300.0 → 250" in page.effect.text()
    page.use.click()
    await window.journey.work.done()
    assert page.effect.text() == "It is in use."
    window.next.click()
    window.show()
    report = tmp_path / "report.txt"
    window.journey.save_report(report, lambda: None)
    await window.journey.work.done()
    assert "Presets that were used\nlow_latency" in report.read_text()
    window.journey.undo()
    await window.journey.work.done()
    assert (state_of(root), state_of(home / "config")) == before
    window.close()


@pytest.mark.parametrize("moment", ["Backing up", "Applying", "Bringing memories over"])
async def test_broken_off_half_way_everything_is_as_it_was(
    window: WizardWindow,
    root: Path,
    home: Path,
    keyring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    before = state_of(root), state_of(home / "config"), set(keyring.kept)
    await on(window, ApplyPage)
    page, work = window.page, window.journey.work
    assert isinstance(page, ApplyPage)
    as_it_is = work.progress

    def progress(what: str, done: int, total: int) -> None:
        if what == moment:
            work.stop()  # as the button does
        as_it_is(what, done, total)

    monkeypatch.setattr(work, "progress", progress)
    window.next.click()
    await work.done()
    assert window.trouble.text() == "It was broken off. Everything is as it was before."
    assert (state_of(root), state_of(home / "config")) == before[:2]
    assert set(keyring.kept) - before[2] <= {(SERVICE, "#names")}
    assert window.next.isEnabled()
    monkeypatch.setattr(work, "progress", as_it_is)
    window.next.click()
    await work.done()
    assert window.journey.outcome is not None


async def test_it_can_be_paused_and_goes_on(window: WizardWindow, root: Path) -> None:
    await on(window, ApplyPage)
    page, work = window.page, window.journey.work
    assert isinstance(page, ApplyPage)
    seen: list[str] = []
    work.progressed.connect(lambda what, _done, _total: seen.append(what))
    page.pause.setChecked(True)
    window.next.click()
    while not seen:
        await asyncio.sleep(0)
    assert work.is_paused
    assert set(seen) == {"Backing up"}
    assert page.pause.text() == "&Go on"
    assert window.journey.outcome is None
    page.pause.click()
    await work.done()
    assert window.journey.outcome is not None
    assert page.pause.text() == "&Pause"


async def test_what_the_checks_say_is_shown_with_what_mends_it(
    window: WizardWindow, root: Path, desk: MigrationDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await applied(window)
    found = [Check("microphone", Verdict.WRONG, "none", "Plug one in."), Check("settings", Verdict.GOOD, "they load")]
    monkeypatch.setattr(desk, "validate_apart", lambda _migration, _stopped: found)
    await on(window, CheckPage)
    page = window.page
    assert isinstance(page, CheckPage)
    assert window.next.text() == "Skip"
    page.start.click()
    await window.journey.work.done()
    assert page.result.text() == "To be mended: 1. Each says how."
    assert page.check_list.checks == tuple(found)
    assert window.next.text() == "Next"


async def test_everything_has_a_name_and_can_be_reached_by_keys(window: WizardWindow, root: Path) -> None:
    await on(window, PlanPage)
    for widget in window.findChildren(QWidget):
        is_control = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(window)
        if is_control and type(widget).__module__.startswith("PySide6") and not widget.objectName().startswith("qt_"):
            text = widget.text() if isinstance(widget, QPushButton) else ""
            assert widget.accessibleName() or text or hasattr(widget, "text") or hasattr(widget, "tabText"), widget


@pytest.mark.parametrize(("minimized", "opens"), [(False, True), (True, False)])
def test_the_wizard_opens_by_itself_once_and_then_the_welcome(
    application: QApplication, program: PlayedProgram, home: Path, minimized: bool, opens: bool
) -> None:
    program.newcomer.is_here = program.newcomer.has_old_version = True
    shell = Shell(QSystemTrayIcon(), minimized=minimized)
    shell.attach(program)
    shell.bridge.set_ready()
    opened: list[object] = []
    shell.open = opened.append  # type: ignore[method-assign,assignment]
    shell.welcome()
    assert opened == (["migration"] if opens else [])
    if opens:
        shell._wizard_closed()
        assert not program.newcomer.has_old_version
        assert opened == ["migration", "welcome"]


async def test_the_page_of_the_settings_lists_migrations_and_takes_them_back(
    application: QApplication, bridge: Bridge, program: PlayedProgram, desk: MigrationDesk, root: Path, home: Path
) -> None:
    page = MigrationsPage(bridge, desk)
    page.refresh()
    await page.work.done()
    assert page.said.text() == "Nothing was migrated yet."
    assert not page.undo.isEnabled()
    old = desk.assess(root, offline=True).old
    await asyncio.to_thread(desk.apply, desk.draft(old, Choices()), Wishes())
    page.refresh()
    await page.work.done()
    page.ease.click()
    await page.work.done()
    assert load(desk.paths.settings_file).settings.app.mode.value == "traditional"
    assert page.forward.isEnabled()
    page.forward.click()
    await page.work.done()
    page.undo.click()
    await page.work.done()
    assert not desk.paths.settings_file.exists()
    assert page.said.text() == "Everything is as it was before."
    assert program.asked.count("begin anew") == 3
    page.forward.click()
    await page.work.done()
    assert desk.paths.settings_file.exists()

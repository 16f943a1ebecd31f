"""What the wizard asks of the desk beside what the verbs do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sovereign_desktop.app.measuring import measure_computer, measure_network
from sovereign_desktop.app.migration_desk import Choices, MigrationDesk
from sovereign_desktop.app.migration_report import report
from sovereign_desktop.app.newcomer import Newcomer
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration.transaction import Wishes
from tests.app.keyrings import MemoryKeyring, in_use
from tests.migration.stage import OTHER_SECRET, SECRET, installation, state_of


@pytest.fixture
def keyring(home: Path) -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with in_use(backend):
        yield backend


@pytest.fixture
def desk(keyring: MemoryKeyring) -> MigrationDesk:
    return MigrationDesk()


def untold(_what: str, _done: int, _total: int) -> None:
    """No progress is shown."""


def test_the_report_has_everything_but_keys(desk: MigrationDesk, tmp_path: Path) -> None:
    found = desk.assess(installation(tmp_path), offline=True)
    draft = desk.draft(found.old, Choices(values={"audio.volume": "0.5"}))
    outcome = desk.apply(draft, Wishes())
    text = report(found, draft, outcome, found.checks, ("low_latency",))
    for part in (
        "stt.primary.model → stt.openai_compatible.model",
        "+  volume: 0.5",
        "This is migration-0001.",
        "Tesser",
    ):
        assert part in text
    assert SECRET not in text
    assert OTHER_SECRET not in text


def test_a_preset_can_be_used_later_and_goes_with_the_rest(desk: MigrationDesk, tmp_path: Path, home: Path) -> None:
    before = state_of(home / "config")
    old = desk.assess(installation(tmp_path), offline=True).old
    desk.apply(desk.draft(old, Choices()), Wishes())
    changes = desk.use_preset("slow_network")
    assert all(change.value == now for change, now in desk.preset_now("slow_network"))
    assert {change.key for change in changes} >= {"realtime_api.timeout_s"}
    desk.rollback(desk.chosen(""))
    assert state_of(home / "config") == before


def test_checks_that_are_broken_off_are_said_to_be(desk: MigrationDesk, tmp_path: Path) -> None:
    old = desk.assess(installation(tmp_path), offline=True).old
    desk.apply(desk.draft(old, Choices()), Wishes())
    with pytest.raises(SovereignError, match="broken off"):
        desk.validate_apart(desk.chosen(""), lambda: True)


@pytest.mark.parametrize("answer", ["offered", "welcomed", "migrated"])
def test_an_old_version_is_offered_at_the_first_start_once(
    desk: MigrationDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    newcomer = Newcomer(find_paths())
    newcomer.look_for_old_versions()
    assert newcomer.is_here
    assert not newcomer.has_old_version
    root = installation(tmp_path).rename(tmp_path / "sovereign-v3")
    newcomer.look_for_old_versions()
    assert newcomer.has_old_version
    if answer == "migrated":
        desk.apply(desk.draft(desk.assess(root, offline=True).old, Choices()), Wishes())
        desk.rollback(desk.chosen(""))
    else:
        getattr(newcomer, answer)()
    again = Newcomer(find_paths())
    again.look_for_old_versions()
    assert not again.has_old_version


def test_the_computer_is_measured_and_can_be_told_to_stop() -> None:
    class StopError(Exception):
        pass

    told: list[int] = []

    def progress(_what: str, done: int, total: int) -> None:
        told.append(done)
        if done * 10 > total:
            raise StopError

    with pytest.raises(StopError):
        measure_computer(progress)
    assert told[0] == 0


def test_the_network_is_measured_to_the_server_that_answers() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=20) as server:
        url = f"ws://127.0.0.1:{server.getsockname()[1]}/v1/realtime"
        text = measure_network(Settings.model_validate({"realtime_api": {"url": url}}), untold).text
        server.settimeout(1)
        for _ in range(10):
            server.accept()[0].close()
    assert text.startswith("A connection to 127.0.0.1 takes ")


def test_in_the_mode_local_nothing_is_connected_to() -> None:
    settings = Settings.model_validate({"app": {"mode": "traditional"}})
    with pytest.raises(SovereignError, match="nothing is asked elsewhere"):
        measure_network(settings, untold)

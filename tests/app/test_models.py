"""`models`: what is here, what is fetched because somebody asked, what is removed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sovereign_desktop.app import models
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.core.errors import EngineError, SovereignError
from sovereign_desktop.engines.model_download import Progress
from sovereign_desktop.engines.models import SPEECH_MODEL, model_folder, partial_folder

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(autouse=True)
def _no_shared_cache(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(home / "no-cache"))


def place(name: str) -> Path:
    folder = find_paths().models / name
    folder.mkdir(parents=True)
    for needed in SPEECH_MODEL.needed:
        (folder / needed.replace("*", "txt")).write_text("{}")
    return folder


def test_the_list_says_what_is_here_and_what_the_settings_want(capsys: pytest.CaptureFixture[str]) -> None:
    place("tiny.en")
    assert models.carry_out("list", "") == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split() == ["model", "state", "used"]
    rows = {row.split()[0]: row.split()[1:] for row in lines}
    assert next(line for line in lines if line.startswith("base.en")).index("-") == heading.index("state")
    assert rows["tiny.en"] == ["here"]
    assert rows["base.en"] == ["-", "in", "the", "settings"]
    assert rows["turbo"] == ["-"]


def test_a_model_is_removed_with_everything_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    folder = place("tiny.en")
    assert models.carry_out("remove", "tiny.en") == 0
    assert not folder.exists()


def begin(name: str, size_bytes: int) -> Path:
    """What an interrupted download leaves."""
    folder = partial_folder(model_folder(name, find_paths().models)) / "revision"
    folder.mkdir(parents=True)
    (folder / "model.bin.part").write_bytes(bytes(size_bytes))
    return folder.parent


def test_a_begun_download_is_listed_with_what_has_come(capsys: pytest.CaptureFixture[str]) -> None:
    begin("small", 3 * 2**19)
    models.carry_out("list", "")
    assert "small               begun, 1.5 MB" in capsys.readouterr().out.splitlines()


def test_a_begun_download_can_be_removed(capsys: pytest.CaptureFixture[str]) -> None:
    begun, whole = begin("small", 10), place("tiny.en")
    assert models.carry_out("remove", "small") == 0
    assert (begun.exists(), whole.exists()) == (False, True)
    assert capsys.readouterr().out == "The begun download of small is gone.\n"


def test_removing_a_model_takes_its_begun_download_along() -> None:
    begun, whole = begin("small", 10), place("small")
    models.carry_out("remove", "small")
    assert (begun.exists(), whole.exists()) == (False, False)


@pytest.mark.parametrize("name", ["tiny.en", "..", ".", "/", "../data"])
def test_only_models_can_be_removed(home: Path, name: str) -> None:
    keep = find_paths().data / "transcripts.sqlite"
    keep.parent.mkdir(parents=True, exist_ok=True)
    keep.write_text("kept")
    find_paths().models.mkdir()
    with pytest.raises(SovereignError, match="no downloaded model") as refused:
        models.carry_out("remove", name)
    assert "models list" in refused.value.remedy
    assert keep.exists()


def test_what_is_here_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    place("tiny.en")
    monkeypatch.setattr(models, "download_model", lambda *_: pytest.fail("it was fetched"))
    assert models.carry_out("download", "tiny.en") == 0
    assert capsys.readouterr().out == "The model tiny.en is here already.\n"


def test_a_download_counts_its_bytes_and_says_where_it_went(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def download(name: str, folder: Path, tell: object) -> Path:
        for done in (0, 50, 100):
            tell(Progress(done * 2**20, 100 * 2**20))  # type: ignore[operator]
        await asyncio.sleep(0)
        return folder / name

    monkeypatch.setattr(models, "download_model", download)
    assert models.carry_out("download", "tiny.en") == 0
    *counted, nothing, done = capsys.readouterr().out.splitlines()
    assert [line.split()[4] for line in counted] == ["0%", "50%", "100%"]
    assert (nothing, "next start" in done) == ("", True)


def test_the_speed_counts_from_what_was_there_already(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = iter((0.0, 1.0, 2.0))
    monkeypatch.setattr(models.time, "monotonic", lambda: next(moments))
    line = models._Line()
    line.show(Progress(90 * 2**20, 100 * 2**20))
    line.show(Progress(94 * 2**20, 100 * 2**20))
    assert [text.split()[-2] for text in capsys.readouterr().out.splitlines()] == ["0.0", "2.0"]


def test_a_download_that_fails_is_the_command_s_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> Path:
        raise EngineError("The model server does not answer.")

    monkeypatch.setattr(models, "download_model", fails)
    with pytest.raises(EngineError):
        models.carry_out("download", "tiny.en")

"""Downloads from a hub on loopback: counted, resumed, cancelled, and never trusted before they are checked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sovereign_desktop.core.errors import BrokenReply, EngineTimeout, EngineUnavailable
from sovereign_desktop.engines.model_download import Progress, download_model
from sovereign_desktop.engines.models import Manifest, installed_model
from tests.engines.hub import REPOSITORY, FakeHub

FILES = {
    "model.bin": random.Random(1).randbytes(700_000),
    "config.json": b"{}",
    "tokenizer.json": b'{"version": "1.0"}',
    "vocabulary.txt": b"a\nb\n",
    "README.md": b"not wanted",
}
TOTAL = sum(len(data) for name, data in FILES.items() if name != "README.md")


@pytest.fixture
async def hub() -> AsyncIterator[FakeHub]:
    async with FakeHub(FILES) as hub:
        yield hub


async def fetch(hub: FakeHub, folder: Path, seen: list[Progress] | None = None, stall_s: float = 5.0) -> Path:
    progress = seen if seen is not None else []
    return await download_model("tiny.en", folder, progress.append, hub=hub.url, stall_s=stall_s)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def wanted() -> dict[str, bytes]:
    return {name: data for name, data in FILES.items() if name != "README.md"}


async def test_a_model_arrives_whole_and_is_counted(hub: FakeHub, tmp_path: Path) -> None:
    seen: list[Progress] = []
    folder = await fetch(hub, tmp_path / "models", seen)
    await asyncio.sleep(0)
    assert content(folder) == wanted()
    assert seen[-1] == Progress(TOTAL, TOTAL)
    assert installed_model("tiny.en", tmp_path / "models") == folder
    assert [path.name for path in (tmp_path / "models").iterdir()] == [folder.name]


async def test_a_model_that_is_there_is_not_fetched_again(hub: FakeHub, tmp_path: Path) -> None:
    assert await fetch(hub, tmp_path) == await fetch(hub, tmp_path)
    assert len(hub.asked) == 1 + 2 * len(wanted())


async def test_what_has_come_before_a_break_is_kept_and_not_fetched_again(hub: FakeHub, tmp_path: Path) -> None:
    hub.break_after = 300_000
    with pytest.raises(BrokenReply) as caught:
        await fetch(hub, tmp_path)
    assert caught.value.retryable
    assert installed_model("tiny.en", tmp_path) is None
    hub.break_after = None
    seen: list[Progress] = []
    assert content(await fetch(hub, tmp_path, seen)) == wanted()
    assert hub.asked[-2 * (len(wanted()) - 1) - 1][1] == "300000"
    assert min(progress.done_bytes for progress in seen) >= 300_000


async def test_a_server_that_gives_no_parts_starts_over(hub: FakeHub, tmp_path: Path) -> None:
    hub.break_after = 300_000
    with pytest.raises(BrokenReply):
        await fetch(hub, tmp_path)
    hub.break_after, hub.ranges = None, False
    seen: list[Progress] = []
    assert content(await fetch(hub, tmp_path, seen)) == wanted()
    await asyncio.sleep(0)
    assert seen[-1].done_bytes == TOTAL


async def test_what_arrives_damaged_is_thrown_away(hub: FakeHub, tmp_path: Path) -> None:
    hub.corrupt = True
    with pytest.raises(BrokenReply, match="damaged"):
        await fetch(hub, tmp_path)
    assert installed_model("tiny.en", tmp_path) is None
    hub.corrupt = False
    assert content(await fetch(hub, tmp_path)) == wanted()
    assert all(start == "" for _, start in hub.asked)


async def test_cancelling_a_download_that_hangs_takes_no_time_and_loses_nothing(hub: FakeHub, tmp_path: Path) -> None:
    hub.break_after, hub.stall = 300_000, True
    fetching = asyncio.create_task(fetch(hub, tmp_path, stall_s=60))
    async with asyncio.timeout(2):
        while sum(part.stat().st_size for part in tmp_path.rglob("model.bin.part")) < 300_000:
            await asyncio.sleep(0)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
    hub.break_after, hub.stall = None, False
    assert content(await fetch(hub, tmp_path)) == wanted()
    assert "300000" in {start for _, start in hub.asked}


async def test_a_server_that_falls_silent_is_told(hub: FakeHub, tmp_path: Path) -> None:
    hub.break_after, hub.stall = 1000, True
    with pytest.raises(EngineTimeout):
        await fetch(hub, tmp_path, stall_s=0.2)


@pytest.mark.parametrize(("status", "kind"), [(404, EngineUnavailable), (401, EngineUnavailable), (500, BrokenReply)])
async def test_refusals_are_told(hub: FakeHub, tmp_path: Path, status: int, kind: type[Exception]) -> None:
    hub.status = status
    with pytest.raises(kind):
        await fetch(hub, tmp_path)


async def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with FakeHub(FILES) as gone:
        pass
    with pytest.raises(EngineUnavailable):
        await fetch(gone, tmp_path)


def _described(*names: str) -> dict[str, object]:
    return {"sha": "1", "siblings": [{"rfilename": name, "size": 3, "blobId": "0"} for name in names]}


def wanted_names() -> list[str]:
    return list(wanted())


def test_what_belongs_to_a_model_is_picked_out() -> None:
    manifest = Manifest.parse(REPOSITORY, _described(*wanted_names(), "README.md", "images/model.bin"))
    assert [file.name for file in manifest.files] == wanted_names()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"sha": "1", "siblings": [{"rfilename": "model.bin", "size": 3, "blobId": "0"}]},
        _described(*wanted_names(), "vocabulary./../../x"),
    ],
)
def test_descriptions_that_make_no_sense_are_refused(answer: object) -> None:
    with pytest.raises(BrokenReply):
        Manifest.parse(REPOSITORY, answer)


def test_a_model_in_the_cache_of_other_programs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    folder = tmp_path / "models--Systran--faster-whisper-tiny.en"
    snapshot = folder / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("abc")
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (snapshot / name).touch()
    assert installed_model("tiny.en", tmp_path / "models") is None
    (snapshot / "vocabulary.txt").touch()
    assert installed_model("tiny.en", tmp_path / "models") == snapshot

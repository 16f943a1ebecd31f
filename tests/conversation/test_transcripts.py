"""Past turns are kept privately, survive damage, and are gone when they are deleted."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sovereign_desktop.context.manifest import TAKEN_OUT, Disclosure, Manifest, Sent, packed, told_in
from sovereign_desktop.conversation import transcripts
from sovereign_desktop.conversation.transcripts import MIGRATIONS, Switch, TranscriptStore
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.metrics.turns import Stage, TurnRecord, TurnTimings

TURN = TurnRecord(
    "turn-1",
    1_800_000_000.5,
    Outcome.ANSWERED,
    "what time is it",
    "It is 8:42 PM.",
    "skills",
    "hybrid",
    TurnTimings({Stage.SPEECH_ENDED: 1.5, Stage.FIRST_SOUND: 1.75}),
    {"stt": "pocketsphinx"},
    input_tokens=7,
    output_tokens=9,
    cost_usd=0.25,
    error="",
    note="The connection was lost and is back.",
    context=packed(Manifest(32_000, 20, "estimate"), [Disclosure("a model", True, (Sent("user", "grüße 🎉"),))]),
)


def turn(number: int, **changes: object) -> TurnRecord:
    return replace(TURN, turn_id=f"turn-{number}", started_at=float(number), **changes)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "transcripts.sqlite"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[TranscriptStore]:
    store = TranscriptStore(path)
    yield store
    await store.close()


async def test_a_turn_comes_back_as_it_was(store: TranscriptStore) -> None:
    await store.add(TURN)
    assert await store.get("turn-1") == TURN
    assert await store.get("turn-2") is None


async def test_the_latest_turns_come_oldest_first(store: TranscriptStore) -> None:
    for number in (3, 1, 4, 2):
        await store.add(turn(number))
    assert [record.turn_id for record in await store.recent(3)] == ["turn-2", "turn-3", "turn-4"]


async def test_turns_kept_by_the_first_version_have_no_note(path: Path) -> None:
    first = TranscriptStore(path, MIGRATIONS[:1])
    await first.open()
    await first.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "INSERT INTO turns VALUES"
            " ('turn-1', 1, 'answered', 'hello', 'Hello.', 'skills', 'hybrid', '{}', '{}', 0, 0, 0, '')"
        )
        database.commit()
    store = TranscriptStore(path)
    assert [(turn.reply, turn.note) for turn in await store.recent(1)] == [("Hello.", "")]
    await store.close()


async def test_turns_outlive_the_program(store: TranscriptStore, path: Path) -> None:
    await store.add(TURN)
    await store.close()
    again = TranscriptStore(path)
    assert await again.recent(10) == (TURN,)
    await again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission bits")
async def test_only_the_owner_can_read_the_files(store: TranscriptStore, path: Path) -> None:
    await store.add(TURN)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert path.name in modes
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_deleted_words_are_on_no_disk(store: TranscriptStore, path: Path) -> None:
    secret = "xylophone-" * 400
    await store.add(turn(1, transcript=secret))
    await store.add(turn(2))
    assert b"xylophone" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert await store.delete("turn-1")
    assert not await store.delete("turn-1")
    assert b"xylophone" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert await store.clear() == 1
    assert await store.recent(9) == ()


@pytest.mark.parametrize(
    "content", [b"this is no database, and long enough to be looked at " * 40, b"SQLite format 3\0" + b"\xff" * 4080]
)
async def test_a_damaged_file_is_moved_aside_and_named(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    store = TranscriptStore(path)
    problem = await store.open()
    await store.add(TURN)
    assert await store.recent(1) == (TURN,)
    await store.close()
    (aside,) = path.parent.glob("*.broken-*")
    assert aside.read_bytes() == content
    assert str(aside) in problem


async def test_damage_in_the_middle_is_found_when_the_file_is_opened(store: TranscriptStore, path: Path) -> None:
    for number in range(200):
        await store.add(turn(number, reply="word " * 200))
    await store.close()
    broken = bytearray(path.read_bytes())
    broken[8192:-4096] = b"\x5a" * len(broken[8192:-4096])
    path.write_bytes(broken)
    again = TranscriptStore(path)
    assert "was damaged" in await again.open()
    await again.add(TURN)
    assert await again.recent(5) == (TURN,)
    await again.close()


async def test_a_sound_file_has_no_problem(store: TranscriptStore) -> None:
    assert await store.open() == ""


async def test_an_older_file_is_brought_up_to_date_and_a_newer_one_left_alone(
    store: TranscriptStore, path: Path
) -> None:
    await store.add(TURN)
    await store.close()
    newer = TranscriptStore(path, (*MIGRATIONS, "ALTER TABLE turns ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'"))
    assert await newer.recent(1) == (TURN,)
    await newer.close()
    kept = path.read_bytes()
    old_again = TranscriptStore(path)
    assert "later version" in await old_again.open()
    await old_again.add(turn(2))
    await old_again.close()
    assert path.read_bytes() == kept


async def test_a_migration_that_fails_changes_nothing(store: TranscriptStore, path: Path) -> None:
    await store.add(TURN)
    await store.close()
    broken = TranscriptStore(path, (*MIGRATIONS, "CREATE TABLE moods (mood TEXT); ALTER TABLE nowhere ADD COLUMN x"))
    assert await broken.open() == "The list of past turns can't be read or written."
    await broken.close()
    mended = TranscriptStore(path, (*MIGRATIONS, "CREATE TABLE moods (mood TEXT)"))
    assert await mended.open() == ""
    assert await mended.recent(1) == (TURN,)
    await mended.close()


async def test_a_folder_in_its_place_is_an_error_with_a_remedy(path: Path) -> None:
    path.mkdir(parents=True)
    store = TranscriptStore(path)
    with pytest.raises(SovereignError) as caught:
        await store.add(TURN)
    assert str(path) in caught.value.remedy
    await store.close()


async def test_a_cancelled_caller_does_not_lose_the_record(store: TranscriptStore) -> None:
    before = asyncio.gather(*(store.add(turn(number)) for number in range(100, 200)))
    adding = asyncio.ensure_future(store.add(TURN))
    await asyncio.sleep(0)
    adding.cancel()
    await before
    assert await store.get("turn-1") == TURN


async def test_the_loop_goes_on_while_a_thousand_turns_are_written(store: TranscriptStore) -> None:
    await store.open()
    writing = asyncio.gather(*(store.add(turn(number)) for number in range(1000)))
    longest_s = 0.0
    await asyncio.sleep(0)  # starting a thousand calls is the test's own doing
    began = last = time.perf_counter()
    while not writing.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest_s, last = max(longest_s, now - last), now
    await writing
    assert len(await store.recent(2000)) == 1000
    assert longest_s < (last - began) / 3


async def test_closing_ends_the_thread_and_later_calls_say_so(path: Path) -> None:
    store = TranscriptStore(path)
    await store.add(TURN)
    await store.close()
    await store.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("transcripts")]
    with pytest.raises(SovereignError, match="closed"):
        await store.recent(1)


async def test_switches_are_kept_with_their_reasons_the_latest_of_very_many(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcripts, "SWITCHES_KEPT", 3)
    store = TranscriptStore(path)
    for number in range(5):
        await store.add_switch(Switch(float(number), "fallback", f"it failed {number} times in a row"))
    await store.close()
    again = TranscriptStore(path)
    assert [switch.at for switch in await again.switches(10)] == [2.0, 3.0, 4.0]
    assert await again.switches(1) == (Switch(4.0, "fallback", "it failed 4 times in a row"),)
    await again.close()


async def test_what_a_full_disk_did_not_take_is_written_when_there_is_room(store: TranscriptStore) -> None:
    await store.add(turn(1))
    await store.database.run(full)
    with pytest.raises(SovereignError, match="can't be read or written"):
        await store.add(turn(2, reply="x" * 100_000))
    with pytest.raises(SovereignError, match="can't be read or written"):
        await store.add(turn(3, reply="x" * 100_000))
    await store.delete("turn-3")
    await store.database.run(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchall())
    await store.add(turn(4))
    assert [kept.turn_id for kept in await store.recent(9)] == ["turn-1", "turn-2", "turn-4"]


def full(connection: sqlite3.Connection) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


async def test_a_turn_is_found_by_what_was_said_and_by_what_a_model_was_told(store: TranscriptStore) -> None:
    told = packed(None, (Disclosure("model", True, (Sent("user", 'A memory:\n"Noor" lives in Oslo.'),)),))
    said, by_model, neither = turn(1, transcript="My sister is Noor."), turn(2, context=told), turn(3, context=b"")
    for one in (said, by_model, neither):
        await store.add(one)
    assert set(await store.containing(["Noor"])) == {said.turn_id, by_model.turn_id}
    assert await store.containing(['"Noor" lives in Oslo.']) == (by_model.turn_id,)
    assert await store.containing(["  "]) == ()


async def test_past_turns_are_found_by_all_of_the_words_whatever_their_case(store: TranscriptStore) -> None:
    await store.add(turn(1, transcript="Wo liegt ÜBERLINGEN?", reply="Am Bodensee."))
    await store.add(turn(2, transcript="今天天气怎么样", reply="晴天 100%"))
    await store.add(turn(3, transcript="what time is it", reply="late", note="bodensee"))

    async def found(words: str, limit: int = 10) -> list[str]:
        return [one.turn_id for one in await store.search(words, limit)]

    assert await found("überlingen bodensee") == ["turn-1"]
    assert await found("bodensee") == ["turn-1", "turn-3"]
    assert await found("bodensee", 1) == ["turn-3"]
    assert await found("天气") == ["turn-2"]
    assert await found("100%") == ["turn-2"]
    assert await found("_") == []
    assert await found("' OR 1 --") == []


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def test_a_forgotten_turn_is_in_no_byte_and_in_no_later_turn(store: TranscriptStore, path: Path) -> None:
    asked, said = "where did I hide “the zebra key”", "Under the blue \\flower pot\\. 在花盆下面"
    told = packed(
        Manifest(32_000, 20, "estimate"),
        [Disclosure("a model", True, (Sent("user", f"{asked}\n"), Sent("item", json.dumps({"text": said}))))],
    )
    first = turn(1, transcript=asked, reply=said)
    await store.add(first)
    await store.add(turn(2, context=told))
    await store.add(turn(3))
    assert b"zebra" in bytes_of(path)
    await store.forget([first])
    assert b"zebra" not in bytes_of(path)
    assert b"flower pot" not in bytes_of(path)
    second, third = await store.recent(10)
    assert told_in(second.context).count(TAKEN_OUT) == 2
    assert "zebra" not in told_in(second.context)
    assert "flower" not in told_in(second.context)
    assert third == turn(3)


async def test_words_that_are_anybodys_stay_in_later_turns(store: TranscriptStore) -> None:
    await store.add(turn(1, transcript="yes", reply=""))
    told = packed(None, [Disclosure("a model", True, (Sent("user", "yes, what did you say"),))])
    await store.add(turn(2, context=told))
    await store.forget([turn(1, transcript="yes", reply="")])
    (left,) = await store.recent(10)
    assert left.context == told

"""`memory` on the command line, what is kept after a turn, and the flag while the program runs."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from sovereign_desktop.app import second_start
from sovereign_desktop.app.cli import run
from sovereign_desktop.app.memory_desk import MemoryDesk
from sovereign_desktop.app.remembering import Keeper, LiveFlag, RolloutNotices, make_memories, meaning_of
from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.memory import Embeddings, MemoryContext
from sovereign_desktop.context.base import Tier
from sovereign_desktop.context.manifest import Disclosure, Entry, Fate, Manifest, Sent, packed
from sovereign_desktop.conversation.skills.book import SkillBook
from sovereign_desktop.conversation.transcripts import TranscriptStore
from sovereign_desktop.core.dialogue import Outcome
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.events import EventBus, Notice, NoticeCleared, TurnEnded
from sovereign_desktop.host.verbs import Verb
from sovereign_desktop.memory.memories import Memories
from sovereign_desktop.memory.records import Selection, Usage
from sovereign_desktop.memory.rollout import VARIABLE, Rollout
from sovereign_desktop.memory.store import MemoryStore
from sovereign_desktop.metrics.turns import TurnRecord, TurnTimings


def lines(printed: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in printed.splitlines()]


@pytest.fixture
def imported(home: Path, tmp_path: Path) -> Path:
    """A home with three memories of two sessions."""
    file = tmp_path / "in.jsonl"
    file.write_text(
        '{"text": "My sister lives in Oslo.", "time": "2026-11-01T10:00:00+00:00", "session": "one"}\n'
        '{"text": "The boiler was serviced.", "time": "2026-11-02T10:00:00+00:00", "session": "one"}\n\n'
        '{"text": "Der Zug fährt um neun.", "time": "2026-11-03T10:00:00+00:00", "session": "two"}\n',
        encoding="utf-8",
    )
    assert run(["memory", "import", str(file)]) == 0
    return home


def test_what_was_imported_is_found_and_says_which_search_found_it(
    imported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["memory", "search", "where does my sister live"]) == 0
    said = capsys.readouterr()
    (found,) = lines(said.out)
    assert (found["text"], found["session"], found["by_words"]) == ("My sister lives in Oslo.", "one", True)
    assert "keywords alone" in said.err
    assert "models download" in said.err


def test_what_is_exported_can_be_imported_elsewhere(
    imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    assert run(["memory", "export", str(out)]) == 0
    assert out.stat().st_mode & 0o077 == 0 or os.name == "nt"
    monkeypatch.setenv("SOVEREIGN_HOME", str(tmp_path / "elsewhere"))
    assert run(["memory", "import", str(out)]) == 0
    capsys.readouterr()
    assert run(["memory", "list"]) == 0
    told = [(one["text"], one["session"]) for one in lines(capsys.readouterr().out)]
    assert told[0] == ("My sister lives in Oslo.", "one")
    assert len(told) == 3


def test_an_edited_memory_has_the_new_words_only_and_says_where_the_old_ones_still_stand(
    imported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = find_paths().data / "backups" / "before.sqlite"
    backup.parent.mkdir(parents=True)
    backup.write_bytes(b"...My sister lives in Oslo....")
    capsys.readouterr()
    assert run(["memory", "edit", "1", "My sister lives in Bergen."]) == 0
    line, *traces = capsys.readouterr().out.splitlines()
    assert json.loads(line)["text"] == "My sister lives in Bergen."
    assert traces == [f"{backup} contains it; `memory edit … --scrub` deletes such files."]
    assert run(["memory", "search", "sister"]) == 0
    (found,) = lines(capsys.readouterr().out)
    assert (found["text"], found["session"]) == ("My sister lives in Bergen.", "one")
    assert str(found["time"]).startswith("2026-11-01")
    kept = [path for path in find_paths().memory.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if b"Oslo" in path.read_bytes()]


def test_a_memory_that_is_not_there_cannot_be_edited(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["memory", "edit", "77", "Something else."]) == 1
    assert "There is no memory 77 any more." in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"text": 5}',
        '{"text": ""}',
        '{"text": "a", "time": "yesterday"}',
        '{"time": "2026-01-01"}',
        '{"text": "a", "time": "9999-12-31T23:59:59-14:00"}',
    ],
)
def test_a_line_that_is_no_memory_is_named_and_nothing_is_imported(
    home: Path, tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(f'{{"text": "good"}}\n{line}\n')
    assert run(["memory", "import", str(file)]) == 1
    assert "Line 2" in capsys.readouterr().err
    assert run(["memory", "list"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        (["--session", "one"], ["Der Zug fährt um neun."]),
        (["--since", "2026-11-02", "--until", "2026-11-02"], ["My sister lives in Oslo.", "Der Zug fährt um neun."]),
        (["1", "3"], ["The boiler was serviced."]),
        (["1", "2", "3", "--session", "two"], ["My sister lives in Oslo.", "The boiler was serviced."]),
        (["1", "2", "3", "--since", "2026-11-02"], ["My sister lives in Oslo."]),
        (["--all"], []),
    ],
)
def test_what_is_chosen_is_forgotten(
    imported: Path, choice: Sequence[str], left: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["memory", "forget", *choice, "--yes"]) == 0
    capsys.readouterr()
    assert run(["memory", "list"]) == 0
    assert [one["text"] for one in lines(capsys.readouterr().out)] == left


def test_a_session_that_no_text_can_name_is_imported_with_what_can_be_kept_of_it(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"text": "good", "session": "a\\ud800", "source": "\\u0000b"}\n')
    assert run(["memory", "import", str(file)]) == 0
    assert run(["memory", "list"]) == 0
    (kept,) = lines(capsys.readouterr().out)
    assert (kept["session"], kept["source"]) == ("a\ufffd", "\ufffdb")


def test_a_file_that_begins_with_a_byte_order_mark_is_imported(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"text": "good"}\n', encoding="utf-8-sig")
    assert run(["memory", "import", str(file)]) == 0


@pytest.mark.parametrize(
    "choice", [["forget", str(2**63)], ["list", "--session", "\udcff"], ["list", "--since", "0001-01-01T00:00+14:00"]]
)
def test_a_choice_that_nothing_can_be_is_refused_as_any_other_wrong_option(
    imported: Path, choice: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["memory", *choice])
    assert ended.value.code == 2
    assert "error: argument" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["", "/", "in.jsonl/below", "a" * 300])
def test_a_place_that_no_file_can_have_is_named(
    imported: Path, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["memory", "export", place]) == 1
    assert "can't be written" in capsys.readouterr().err


def test_a_listed_memory_commands_no_terminal_and_is_the_same_memory(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, text = tmp_path / "in.jsonl", "red \x9b31m turned \u202e round"
    file.write_text(json.dumps({"text": text}))
    assert run(["memory", "import", str(file)]) == 0
    capsys.readouterr()
    assert run(["memory", "list"]) == 0
    printed = capsys.readouterr().out
    assert not {"\x9b", "\u202e"} & set(printed)
    assert lines(printed)[0]["text"] == text


@pytest.mark.parametrize(
    "action", [["import", "{file}"], ["export", "{file}"], ["edit", "1", "Other words."], ["forget", "--all", "--yes"]]
)
def test_what_a_later_version_keeps_is_not_said_to_be_changed_or_exported(
    imported: Path, tmp_path: Path, action: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (kept,) = find_paths().memory.rglob("memories.sqlite")
    with closing(sqlite3.connect(kept)) as later, later:
        later.execute("PRAGMA user_version = 99")
    file = tmp_path / "in.jsonl"
    before = file.read_bytes()
    capsys.readouterr()
    assert run(["memory", *(part.format(file=file) for part in action)]) == 1
    assert "made by a later version" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_nothing_is_forgotten_without_a_choice_or_a_yes(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["memory", "forget", "--yes"]) == 1
    assert "Say what to forget" in capsys.readouterr().err
    assert run(["memory", "forget", "--all"]) == 1
    assert "--yes" in capsys.readouterr().err


def turn(transcript: str, reply: str = "I see.", **changes: object) -> TurnRecord:
    record = {"turn_id": "t1", "started_at": 1e9, "outcome": Outcome.ANSWERED, "backend": "pipeline", "mode": "hybrid"}
    return TurnRecord(**(record | {"transcript": transcript, "reply": reply, "timings": TurnTimings()} | changes))  # type: ignore[arg-type]


async def test_past_turns_and_backups_that_hold_it_are_named_and_go_when_asked(
    imported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    paths = find_paths()
    transcripts = TranscriptStore(paths.transcripts_file)
    await transcripts.add(turn("My sister lives in Oslo."))
    await transcripts.close()
    backup = paths.data / "backups" / "one" / "memory.txt"
    backup.parent.mkdir(parents=True)
    backup.write_text("x My sister lives in Oslo. y")
    await asyncio.to_thread(run, ["memory", "forget", "1", "--yes"])
    said = capsys.readouterr().out
    assert "1 past turns contain it" in said
    assert f"{backup} contains it" in said
    await asyncio.to_thread(run, ["memory", "import", str(_again(imported))])
    await asyncio.to_thread(run, ["memory", "forget", "--all", "--yes", "--transcripts", "--scrub"])
    assert not backup.exists()
    transcripts = TranscriptStore(paths.transcripts_file)
    assert await transcripts.recent(5) == ()
    await transcripts.close()
    needle = b"sister lives"
    assert not [path for path in imported.rglob("*") if path.is_file() and needle in path.read_bytes()]


def told(text: str, fate: Fate = Fate.SHORTENED) -> bytes:
    """The record of what a model was told: one memory, in these words."""
    manifest = Manifest(1000, 100, "words", (Entry("memory of 1 November", Tier.MEMORY, fate, 9),))
    return packed(manifest, [Disclosure("model", leaves_computer=True, parts=(Sent("message", text),))])


async def test_turns_in_which_a_model_was_told_parts_or_words_of_it_go_too(imported: Path) -> None:
    import asyncio

    text = "The code <<<of the safe>>> is 4711.\nMy sister Ingrid knows it as well, I think. And so on."
    await asyncio.to_thread(run, ["memory", "import", str(_line(imported, text))])
    store = make_memories(MemoryContext(), find_paths(), {}).store
    (memory,) = await store.search("safe", 1)
    await store.used([Usage(memory.id, "words", 1e9), Usage(memory.id, "not told", 1e9), Usage(memory.id, "gone", 1e9)])
    await store.close()
    records = {
        "as data": told("<<<data 1: memory\nThe code ‹‹‹of the safe››› is 4711.\n1 end>>>"),
        "in part": told("[…]\nMy sister Ingrid knows it as well, I think.\n[…]"),
        "words": told("[…] Ingrid […]"),
        "not told": told("Nothing.", Fate.LEFT_OUT),
        "other": told("And so on."),
    }
    transcripts = TranscriptStore(find_paths().transcripts_file)
    for turn_id, context in records.items():
        await transcripts.add(turn("Tell me something.", turn_id=turn_id, context=context))
    await asyncio.to_thread(run, ["memory", "forget", str(memory.id), "--yes", "--transcripts"])
    assert {one.turn_id for one in await transcripts.recent(9)} == {"not told", "other"}
    await transcripts.close()


def _line(folder: Path, text: str) -> Path:
    file = folder / "one.jsonl"
    file.write_text(json.dumps({"text": text}), encoding="utf-8")
    return file


def _again(home: Path) -> Path:
    file = home.parent / "again.jsonl"
    file.write_text('{"text": "My sister lives in Oslo."}\n')
    return file


def test_the_program_that_runs_is_told_to_forget_too(
    imported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Verb] = []

    def tell(verb: Verb) -> str:
        told.append(verb)
        return "The conversation in the running program begins anew."

    monkeypatch.setattr(second_start, "tell_running", tell)
    assert run(["memory", "forget", "--session", "nobody's", "--yes"]) == 0
    assert told == [], "nothing was forgotten"
    assert run(["memory", "edit", "3", "Der Zug fährt um neun."]) == 0
    assert told == [], "it has the same words"
    assert run(["memory", "edit", "3", "Der Zug fährt um zehn."]) == 0
    assert told == [Verb("forget")]
    assert run(["memory", "forget", "--session", "one", "--yes"]) == 0
    assert told == [Verb("forget")] * 2
    assert "The conversation in the running program begins anew.\n" in capsys.readouterr().out


def test_a_running_program_that_can_t_be_told_is_named(
    imported: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(_verb: Verb) -> str:
        raise SovereignError("The program is running but does not answer.")

    monkeypatch.setattr(second_start, "tell_running", tell)
    assert run(["memory", "forget", "--all", "--yes"]) == 0
    assert "may still know it from the conversation" in capsys.readouterr().out


async def test_what_a_window_has_forgotten_or_said_in_other_words_leaves_the_conversation_too(imported: Path) -> None:
    did: list[str] = []
    paths = find_paths()
    transcripts = TranscriptStore(paths.transcripts_file)
    async with make_memories(MemoryContext(embeddings=Embeddings(provider="none")), paths, {}) as memories:  # type: ignore[arg-type]
        desk = MemoryDesk(memories, transcripts, paths, forget_conversation=lambda: did.append("forgotten"))
        await desk.look("sister", 5)
        await desk.edit(1, "My sister lives in Oslo.")
        assert did == [], "it has the same words"
        await desk.edit(1, "My sister lives in Bergen.")
        assert did == ["forgotten"]
        await desk.forget([2])
        assert did == ["forgotten"] * 2
    await transcripts.close()


# After a turn


async def kept_after(tmp_path: Path, *turns: TurnRecord) -> list[str]:
    bus = EventBus()
    async with Memories(MemoryStore(tmp_path)) as memories:
        async with Keeper(memories, bus, "session-1", SkillBook().expects):
            for one in turns:
                bus.publish(TurnEnded(one.turn_id, one.outcome, one))
        found = await memories.store.select(Selection(session="session-1"))
        return [memory.text for memory in found]


async def test_an_answered_exchange_is_kept_with_its_session(tmp_path: Path) -> None:
    assert await kept_after(tmp_path, turn("My sister lives in Oslo.")) == ["My sister lives in Oslo.\n\nI see."]


async def test_without_a_model_only_what_the_user_said_is_kept(tmp_path: Path) -> None:
    told = turn("My sister lives in Oslo.", "I can't answer that yet.", backend="skills")
    assert await kept_after(tmp_path, told) == ["My sister lives in Oslo."]


@pytest.mark.parametrize(
    "one",
    [
        turn("What time is it?"),
        turn("Set a timer for five minutes."),
        turn("Yes please."),
        turn("Remember that my sister lives in Oslo."),
        turn("Forget what I said about my sister."),
        turn("My sister lives in Oslo.", outcome=Outcome.CANCELLED),
    ],
)
async def test_what_is_not_worth_it_is_not_kept(tmp_path: Path, one: TurnRecord) -> None:
    assert await kept_after(tmp_path, one) == []


async def test_a_talk_in_which_something_was_forgotten_is_not_kept_itself(tmp_path: Path) -> None:
    bus = EventBus()
    async with Memories(MemoryStore(tmp_path), wall=lambda: 2e9) as memories:
        async with Keeper(memories, bus, "", SkillBook().expects):
            await memories.forget(Selection(everything=True))
            bus.publish(TurnEnded("t1", Outcome.ANSWERED, turn("Please lose what you know of my code 1234.")))
        assert await memories.store.count() == 0


# What is in use


def test_the_flag_is_read_anew_when_the_settings_change_and_the_variable_wins(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    file = find_paths().settings_file
    flag = LiveFlag(file, "on")
    assert flag() == 100
    file.parent.mkdir(parents=True)
    file.write_text("memory_context:\n  vector_retrieval: off\n")
    assert flag() == 0
    file.write_text("memory_context:\n  vector_retrieval: '50'\n")
    assert flag() == 50
    monkeypatch.setenv(VARIABLE, "false")
    assert flag() == 0


async def test_without_an_embedding_model_keywords_work_and_what_to_do_is_said(home: Path) -> None:
    async with make_memories(MemoryContext(), find_paths(), {}) as memories:
        assert "keywords only" in await memories.standing()
        assert "models download all-MiniLM-L6-v2" in await memories.standing()
    async with make_memories(MemoryContext(embeddings=Embeddings(provider="none")), find_paths(), {}) as memories:  # type: ignore[arg-type]
        assert "no embedding model" in await memories.standing()


def test_only_a_model_of_this_computer_is_asked_what_a_screen_means(home: Path, tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    here = Embeddings(local_model=str(tmp_path))
    elsewhere = Embeddings(base_url="http://127.0.0.1:9/v1")
    for embeddings, is_asked in ((here, True), (elsewhere, False), (Embeddings(), False)):
        settings = Settings(memory_context=MemoryContext(embeddings=embeddings))
        memories = make_memories(settings.memory_context, find_paths(), {})
        assert (meaning_of(settings, memories) is not None) == is_asked
    assert meaning_of(Settings(), None) is None


def test_a_rollback_is_told_once_and_its_end_too() -> None:
    bus, told = EventBus(), list[object]()
    bus.subscribe(Notice, told.append)
    bus.subscribe(NoticeCleared, told.append)
    notices = RolloutNotices(bus)
    notices.tell(Rollout().rolled_back("3 queries in a row failed", 1.0))
    notices.tell(Rollout().enabled(2.0))
    notices.tell(Rollout())
    first, second, third = told
    assert isinstance(first, Notice)
    assert "3 queries in a row failed" in first.text
    assert "memory vectors enable" in first.remedy
    assert isinstance(second, Notice)
    assert "10 %" in second.text
    assert isinstance(third, NoticeCleared)

"""The settings file: what people and accidents write into it, and what a save leaves alone."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sovereign_desktop.config.paths import find_paths
from sovereign_desktop.config.schema import Settings
from sovereign_desktop.config.sections.app import Mode
from sovereign_desktop.config.store import LoadedSettings, SettingsStore, load, save
from sovereign_desktop.config.validation import expectation, known_keys
from sovereign_desktop.core.errors import SettingsError

DEFAULTS = Settings()
WRITTEN_BY_HAND = """\
# my settings
app:
    mode: "traditional"   # I have no key

# the attic microphone
audio:
    volume: 0.50          # not too loud
    input_device: 'Attic: left'
    made_up: {by: "a plugin", keep: [1,  2]}
plugins:
- name: weather
  on: yes
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


def loaded(path: Path, content: str | bytes) -> LoadedSettings:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(path, {})


def test_without_a_file_there_are_the_defaults_and_no_complaints(path: Path) -> None:
    assert load(path, {}) == LoadedSettings(DEFAULTS)


@pytest.mark.parametrize(
    "content", ["", "# only a comment\n", "---\n", "audio:\n", "audio:\n  volume:\n", "\ufeffaudio: {}\n"]
)
def test_an_empty_file_or_value_means_the_default(path: Path, content: str) -> None:
    assert loaded(path, content) == LoadedSettings(DEFAULTS)


def test_what_is_written_counts(path: Path) -> None:
    result = loaded(path, WRITTEN_BY_HAND)
    assert result.problems == ()
    assert (result.settings.app.mode, result.settings.audio.volume) == (Mode.TRADITIONAL, 0.5)
    assert result.settings.audio.input_device == "Attic: left"


@pytest.mark.parametrize(
    ("content", "key", "words"),
    [
        ("audio: {volume: 3}", "audio.volume", "a number from 0 to 1"),
        ("audio: {volume: loud}", "audio.volume", "a number from 0 to 1"),
        ("audio: {volume: !!python/object/apply:os.system ['true']}", "audio.volume", "a number"),
        ("audio: {earcons: [1]}", "audio.earcons", "true or false"),
        ("activation: {hold_ms: 12.5}", "activation.hold_ms", "a whole number from 100 to 2000"),
        ("audio: {endpointing: {speech_threshold: 1}}", "audio.endpointing.speech_threshold", "above 0 and below 1"),
        ("app: {mode: realtme}", "app.mode", "Did you mean realtime?"),
        ("audio: 7", "audio", "a group of settings"),
        ("audio: {volme: 1}", "audio.volme", "Did you mean audio.volume?"),
        ("Audio: {volume: 1}", "Audio", "Did you mean audio?"),
    ],
)
def test_a_bad_value_costs_its_own_key_only_and_says_what_was_expected(
    path: Path, content: str, key: str, words: str
) -> None:
    result = loaded(path, content + "\ntts: {voice: amy}\n")
    (problem,) = result.problems
    assert problem.key == key
    assert words in problem.text
    assert result.settings == Settings.model_validate({"tts": {"voice": "amy"}})


def test_a_problem_never_repeats_the_value(path: Path) -> None:
    (problem,) = loaded(path, "audio: {volume: sk-very-secret}").problems
    assert "secret" not in repr(problem)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join('*' + a for _ in range(9))}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "a: &a {k: v}\n" + "".join(
    f"{b}: &{b}\n  <<: [{','.join('*' + a for _ in range(9))}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02\xff\xfe binary", "no text in UTF-8"),
        (b"audio: {volume: 1}\n\x00", "not valid YAML"),
        (b"audio:\n  volume: 1\n bad indent: [", "not valid YAML at line"),
        (b"audio: {volume: 1}\naudio: {volume: 0}\n", "not valid YAML at line 2"),
        (b"- a\n- list\n", "holds no settings"),
        (b"just words", "holds no settings"),
        (b"audio:\n  volume: 0.5\n  input_device: 'half a na", "not valid YAML"),
        (b"[" * 100_000, "nested too deeply"),
        (b"a: " + b"{b: " * 5_000, "nested too deeply"),
        ("".join(" " * n + "a:\n" for n in range(500)).encode(), "nested too deeply"),
        (b"- " * 5_000 + b"x", "nested too deeply"),
        (b"a: " + b"x" * 300_000, "larger than"),
        (BOMB.encode(), "aliases"),
        (MERGE_BOMB.encode(), "aliases"),
        (b"a: &a [*a]", "aliases"),
        (b"a: *nowhere", "not valid YAML"),
        (b"a: !!int xyz", "not valid YAML"),
        (b"a: !!timestamp 2026-99-99", "not valid YAML"),
        ("audio: {volume: 1}".encode("utf-16"), "no text in UTF-8"),
    ],
)
def test_a_file_that_can_not_be_understood_gives_the_defaults_and_one_sentence(
    path: Path, content: bytes, words: str
) -> None:
    result = loaded(path, content)
    (problem,) = result.problems
    assert words in problem.text
    assert result.settings == DEFAULTS
    assert path.read_bytes() == content


def test_a_folder_a_pipe_and_a_dangling_link_are_named_for_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    places = ["folder", "link"]
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        places.append("pipe")
    for name in places:
        result = load(tmp_path / name, {})
        assert len(result.problems) == 1
        assert result.settings == DEFAULTS
        with pytest.raises(SettingsError):
            save(tmp_path / name, {"audio.volume": 0.5})


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=300), st.text(alphabet="ab:{}[]-*&!|>?<%@` \n'\"#0,.", max_size=60).map(str.encode)
    )
)
def test_nothing_in_the_file_keeps_the_program_from_starting(path: Path, content: bytes) -> None:
    assert isinstance(loaded(path, content).settings, Settings)


def test_a_save_changes_one_line(path: Path) -> None:
    path.write_text(WRITTEN_BY_HAND)
    save(path, {"audio.volume": 0.25})
    before, after = WRITTEN_BY_HAND.splitlines(), path.read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old.split() != new.split()]
    assert [new.split()[:2] for _, new in changed] == [["volume:", "0.25"]]
    assert load(path, {}).settings.audio.volume == 0.25


def test_a_save_of_what_is_already_so_touches_nothing(path: Path) -> None:
    path.write_text(WRITTEN_BY_HAND)
    stamp = path.stat().st_mtime_ns, path.stat().st_ino
    save(path, {"audio.volume": 0.5, "app.mode": "traditional", "tts.speed": 1.0, "stt.language": None})
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == stamp


def test_windows_line_ends_stay(path: Path) -> None:
    path.write_bytes(b"# mine\r\naudio:\r\n  volume: 0.5\r\n")
    save(path, {"audio.volume": 0.25})
    assert path.read_bytes() == b"# mine\r\naudio:\r\n  volume: 0.25\r\n"


def test_a_file_of_comments_keeps_them(path: Path) -> None:
    path.write_text("# nothing set yet\n")
    save(path, {"audio.volume": 0.25})
    assert path.read_text() == "# nothing set yet\naudio:\n  volume: 0.25\n"


@pytest.mark.parametrize(
    "before", ["audio: {volume: 0.5}\n", "audio:\n  volume: 0.5\n\n# a word on the next\ntts: {}\n"]
)
def test_a_setting_goes_back_to_its_default_and_no_comment_goes_with_it(path: Path, before: str) -> None:
    path.write_text(before)
    save(path, {"audio.volume": None})
    assert load(path, {}).settings == DEFAULTS
    assert ("# a word" in path.read_text()) == ("# a word" in before)


def test_a_file_that_was_not_understood_is_kept_beside_the_new_one(path: Path) -> None:
    path.write_bytes(b"audio: [half")
    kept = save(path, {"audio.volume": 0.25})
    assert kept is not None
    assert kept.read_bytes() == b"audio: [half"
    assert load(path, {}).settings.audio.volume == 0.25


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"audio.volume": 2}, "from 0 to 1"),
        ({"audio.volum": 0.5}, "Did you mean audio.volume?"),
        ({"audio": {"volume": 0.5}}, "no setting"),
        ({"audio.volume": 0.5, "app.mode": "sideways"}, "one of hybrid"),
    ],
)
def test_an_invalid_change_is_refused_whole(path: Path, changes: dict[str, Any], words: str) -> None:
    path.write_text(WRITTEN_BY_HAND)
    with pytest.raises(SettingsError, match=words):
        save(path, changes)
    assert path.read_text() == WRITTEN_BY_HAND


@pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of POSIX")
def test_permissions_and_links_outlive_a_save(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.yaml", tmp_path / "settings.yaml"
    real.write_text("audio: {volume: 0.5}\n")
    real.chmod(0o640)
    link.symlink_to(real.name)
    save(link, {"audio.volume": 0.25})
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert load(real, {}).settings.audio.volume == 0.25


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.yaml"
    save(path, {"audio.volume": 0.25})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_save_that_fails_half_way_leaves_the_old_file_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no space")

    path.write_text(WRITTEN_BY_HAND)
    monkeypatch.setattr(*(("os.fsync", fail) if broken == "fsync" else (Path, "replace", fail)))
    with pytest.raises(SettingsError, match="can't be written"):
        save(path, {"audio.volume": 0.25})
    assert path.read_text() == WRITTEN_BY_HAND
    assert list(path.parent.iterdir()) == [path]


def test_variables_win_over_the_named_environment_and_that_over_the_file(path: Path) -> None:
    path.write_text("app: {mode: realtime}\naudio: {volume: 0.1}\n")
    env = {"SOVEREIGN_ENV": "offline", "SOVEREIGN_AUDIO__VOLUME": "0.7", "SOVEREIGN_AUDIO__EARCONS": "no"}
    result = load(path, env)
    assert result.problems == ()
    assert (result.settings.app.mode, result.settings.audio.volume, result.settings.audio.earcons) == (
        Mode.TRADITIONAL,
        0.7,
        False,
    )


def test_a_bad_variable_is_named_and_the_files_value_stands(path: Path) -> None:
    path.write_text("audio: {volume: 0.1}\n")
    env = {
        "SOVEREIGN_AUDIO__VOLUME": "7",
        "SOVEREIGN_AUDIO__EARCON": "1",
        "SOVEREIGN_ENV": "ofline",
        "SOVEREIGN_KEY_MY__NAME": "x",
        "SOVEREIGN_HOME": "/x",
    }
    result = load(path, env)
    assert {(p.source, p.nearest) for p in result.problems} == {
        ("SOVEREIGN_AUDIO__VOLUME", ""),
        ("SOVEREIGN_AUDIO__EARCON", "audio.earcons"),
        ("SOVEREIGN_ENV", "offline"),
    }
    assert result.settings.audio.volume == 0.1


@pytest.mark.parametrize("name", ["development", "production", "offline", "test"])
def test_every_named_environment_is_valid(path: Path, name: str) -> None:
    assert load(path, {"SOVEREIGN_ENV": name}).problems == ()


def test_subscribers_hear_of_what_they_asked_for_and_only_when_it_changed(path: Path) -> None:
    store = SettingsStore(path, {})
    heard: list[str] = []
    store.subscribe("audio", lambda _: heard.append("audio"))
    store.subscribe("", lambda _: heard.append("any"))
    end = store.subscribe("audio.volume", lambda new: heard.append(f"volume {new.audio.volume}"))
    store.save({"audio.volume": 0.25})
    assert heard == ["audio", "any", "volume 0.25"]
    heard.clear()
    store.load()
    store.save({"tts.voice": "amy"})
    assert heard == ["any"]
    end()
    end()
    store.save({"audio.volume": 0.5})
    assert heard == ["any", "audio", "any"]


async def test_a_change_in_the_background_is_in_force_when_it_returns(path: Path) -> None:
    store = SettingsStore(path, {})
    await store.change({"audio.volume": 0.25})
    assert store.settings.audio.volume == 0.25


def test_every_setting_can_say_what_it_expects() -> None:
    assert {key: expectation(field) for key, field in known_keys() if "another kind" in expectation(field)} == {}


def test_one_folder_holds_everything_when_asked(tmp_path: Path) -> None:
    paths = find_paths({"SOVEREIGN_HOME": str(tmp_path / "home")})
    paths.make()
    assert {folder.name for folder in (tmp_path / "home").iterdir()} == {"config", "data", "cache", "logs", "runtime"}
    if sys.platform != "win32":
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path / "home").iterdir()} == {0o700}
    assert paths.settings_file == tmp_path / "home" / "config" / "settings.yaml"


def test_without_that_wish_the_platforms_folders_are_used() -> None:
    assert "sovereign-desktop" in str(find_paths({}).config)
    assert "sovereign-desktop" in str(find_paths({}).runtime)


def test_sockets_live_in_the_sessions_folder_when_it_has_one(tmp_path: Path) -> None:
    assert find_paths({"XDG_RUNTIME_DIR": str(tmp_path)}).runtime == tmp_path / "sovereign-desktop"
    assert find_paths({"XDG_RUNTIME_DIR": str(tmp_path / "gone")}).runtime == find_paths({}).runtime

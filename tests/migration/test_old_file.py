"""Files as people have them on disk: each is read, or refused in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sovereign_desktop.core.errors import SettingsError
from sovereign_desktop.migration.dotenv import read_env, without
from sovereign_desktop.migration.old_file import parse, read_old_file

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
"""A few lines that unfold to gigabytes."""
MERGED_OFTEN = f"a: &a {{{', '.join(f'k{n}: 1' for n in range(300))}}}\nb: {{<<: [{','.join(['*a'] * 300)}]}}\n"
"""One section, merged again and again: minutes of work for a file that is small enough."""


def values(text: str) -> dict[str, object]:
    return {setting.path: setting.value for setting in parse(text, "old.yaml").settings}


def test_it_is_read_as_the_old_program_read_it() -> None:
    assert values("a: yes\nb: off\nc: 010\nd: 1_000\ne: 0x10\nf: y\ng: 1.5\nh: ~\n") == {
        "a": True, "b": False, "c": 8, "d": 1000, "e": 16, "f": "y", "g": 1.5, "h": None,
    }  # fmt: skip


def test_of_two_equal_names_the_last_counts_and_it_is_said() -> None:
    file = parse("audio:\n  volume: 1\n  volume: 0.5\naudio: {volume: 0.25}\n", "old.yaml")
    assert [(one.path, one.value) for one in file.settings] == [("audio.volume", 0.25)]
    assert file.notes == ("old.yaml has audio twice; the last one counts, as it did before.",)


def test_anchors_and_merged_sections_are_unfolded() -> None:
    assert values("base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\nlist: &l [1]\nsame: *l\n") == {
        "base.x": 1, "base.y": 2, "mine.x": 1, "mine.y": 3, "list": [1], "same": [1],
    }  # fmt: skip


def test_of_two_anchors_of_one_name_the_last_counts() -> None:
    assert values("a: &x 1\nb: &x 2\nc: *x\n") == {"a": 1, "b": 2, "c": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n\tb: 1\n", "indented with a tab at line 2"),
        ("a: [1, 2\nb: 3\n", "not valid YAML"),
        ("- a\n- b\n", "holds no settings"),
        ("just words\n", "holds no settings"),
        ("a: *missing\n", "not valid YAML"),
        ("? [a, b]\n: 1\n", "a name that is no text"),
        ("a: &a {b: *a}\n", "nested too deeply"),
        ("[" * 2000, "nested too deeply"),
        ("".join(f"{' ' * n}k{n}:\n" for n in range(100)), "nested too deeply"),
        ("".join(f"k{n}: 1\n" for n in range(5000)), "more than 4000 settings"),
        (LAUGHS, "unfolds to more"),
        (MERGED_OFTEN, "unfolds to more"),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        parse(text, "old.yaml")
    assert "\n" not in refused.value.sentence


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("\ufeffname: Müller\r\n".encode(), "Müller"),
        ("name: Müller\r\n".encode("cp1252"), "Müller"),
        ("name: Müller\n".encode("utf-16"), "Müller"),
    ],
)
def test_encodings_of_all_systems_are_read(raw: bytes, value: str, tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes(raw)
    assert [(one.path, one.value) for one in read_old_file(path).settings] == [("name", value)]


def test_files_that_are_none_are_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "huge.yaml").write_bytes(b"a: " + b"x" * (50 << 20))
    (tmp_path / "binary.yaml").write_bytes(b"\x80\0\1\2")
    os.mkfifo(tmp_path / "pipe.yaml")
    for name, said in (
        ("huge.yaml", "larger than 256 KiB"),
        ("binary.yaml", "no text"),
        ("pipe.yaml", "no file"),
        ("none.yaml", "No such file"),
    ):
        with pytest.raises(SettingsError, match=said):
            read_old_file(tmp_path / name)


def test_variables_are_read_as_shells_and_libraries_read_them(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# note\nexport A=1\nB='two words' # why\nC=\"x#y\"\nD=plain # note\nE=\nA=2\nnot a line\n")
    assert {one.name: one.value for one in read_env(path).variables} == {
        "A": "2", "B": "two words", "C": "x#y", "D": "plain", "E": "",
    }  # fmt: skip


def test_a_value_in_quotes_goes_on_until_they_close(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    text = 'A_KEY="one\ntwo\n"\nB=\'open\nC=3\n'
    path.write_text(text)
    assert {one.name: (one.value, one.line) for one in read_env(path).variables} == {
        "A_KEY": ("one\ntwo\n", 1), "B": ("open", 4), "C": ("3", 5),
    }  # fmt: skip
    gone = "# A_KEY is in the system's keyring now, as a.\n"
    assert without(text, {"A_KEY": "a"}) == f"{gone}B='open\nC=3\n"


def test_only_the_lines_of_moved_keys_change() -> None:
    text = "# mine\r\nOPENAI_API_KEY=abc\r\nLOG=1\r\nexport OPENAI_API_KEY = abc"
    gone = "# OPENAI_API_KEY is in the system's keyring now, as openai."
    assert without(text, {"OPENAI_API_KEY": "openai"}) == f"# mine\r\n{gone}\r\nLOG=1\r\n{gone}"

"""An old installation is found, with what is in it, and what leads out of it is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sovereign_desktop.app.bench.migration import old_store
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.migration import baseline
from sovereign_desktop.migration.fates import Fate
from sovereign_desktop.migration.installation import look, usual_places
from sovereign_desktop.migration.planning import plan
from tests.migration.stage import FILES, SECRET, installation


def test_everything_in_the_folder_is_told_by_its_kind(tmp_path: Path) -> None:
    root = installation(tmp_path)
    old_store(root / "data" / "chroma", 1)
    (root / "assistant" / "__init__.py").write_text('__version__ = "3.2.1"\n')
    (root / ".venv").mkdir()
    (root / ".venv" / "config.yaml").write_text("stt: {provider: openai}\n")
    (root / "docker-compose.yml").write_text("services: {}\n")
    found = look(root)
    assert found.settings_files == ("config/config.yaml",)
    assert found.env_files == (".env",)
    assert found.stores == ("data/chroma",)
    assert found.custom == ("assistant/custom_wake_word.py",)
    assert found.requirements == {"openai": "==1.12.0", "chromadb": ">=0.4.0"}
    assert found.version == "3.2.1"


def test_a_file_stands_for_itself(tmp_path: Path) -> None:
    root = installation(tmp_path)
    assert look(root / "config" / "config.yaml").settings_files == ("config.yaml",)


def test_files_for_other_occasions_are_kept_and_not_used(tmp_path: Path) -> None:
    root = installation(tmp_path, "guide")
    (root / "config" / "sovereign.dev.yaml").write_text("audio: {volume: 0.1}\napp: {debug: true}\n")
    (root / "config" / "config.yaml.bak").write_text("audio: {volume: 0.2}\n")
    made = plan(look(root).material)
    assert "audio.volume" not in made.changes
    beside = [entry for entry in made.entries if entry.path == "audio.volume"]
    assert {entry.fate for entry in beside} == {Fate.UNKNOWN}
    assert {entry.target for entry in beside} == {
        "legacy.config/config.yaml.bak.audio.volume",
        "legacy.config/sovereign.dev.yaml.audio.volume",
    }


def test_the_file_that_a_variable_names_comes_first(tmp_path: Path) -> None:
    root = installation(tmp_path, "guide", env="CONFIG_PATH=./config/zz.yaml\n")
    (root / "config" / "zz.yaml").write_text("llm: {provider: openai, model: the-one}\n")
    assert plan(look(root).material).changes["llm.model"] == "the-one"


def test_links_out_of_the_folder_are_told_and_not_followed(tmp_path: Path) -> None:
    root = installation(tmp_path)
    outside = tmp_path / "outside.yaml"
    outside.write_text("stt: {provider: openai}\n")
    (root / "config" / "settings.yaml").symlink_to(outside)
    (root / "data").symlink_to("/")
    (root / "config" / "inside.yaml").symlink_to("config.yaml")
    (root / "dangling").symlink_to("nowhere")
    found = look(root)
    assert set(found.links_out) == {"config/settings.yaml", "data"}
    assert "config/settings.yaml" not in found.settings_files


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    root = installation(tmp_path)
    (root / "config" / "sovereign.yaml").write_text("a: 1\n")
    (root / "config" / "sovereign.yaml").chmod(0)
    assert "sovereign.yaml can't be read" in " ".join(look(root).unread)


def test_a_broken_file_beside_a_good_one_is_named_and_alone_it_is_refused(tmp_path: Path) -> None:
    root = installation(tmp_path)
    (root / "config" / "settings.yaml").write_text("a: [\n")
    assert "not valid YAML" in " ".join(look(root).unread)
    (root / "config" / "config.yaml").unlink()
    with pytest.raises(SovereignError, match="not valid YAML"):
        look(root)


def test_what_is_no_installation_is_refused_in_one_line(tmp_path: Path) -> None:
    for place, said in ((tmp_path / "none", "There is no"), (tmp_path, "no settings of an old version")):
        with pytest.raises(SovereignError, match=said):
            look(place)


def test_the_folder_of_samples_is_an_installation_too(tmp_path: Path) -> None:
    for name in ("jarvis.yaml", "flat.yaml"):
        (tmp_path / name).write_text((FILES / name).read_text())
    (tmp_path / "env-example.txt").write_text((FILES / "env.txt").read_text())
    found = look(tmp_path)
    assert set(found.settings_files) == {"jarvis.yaml", "flat.yaml"}
    assert found.env_files == ("env-example.txt",)
    entries = [(entry.source, entry.path) for entry in plan(found.material).entries]
    assert len(entries) == len(set(entries)) == 85 + 150 + 33


def test_usual_places_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    root = installation(tmp_path)
    root.rename(tmp_path / "projects" / "sovereign-v3")
    (tmp_path / "jarvis").mkdir()
    assert usual_places(tmp_path) == (tmp_path / "projects" / "sovereign-v3",)


@pytest.mark.parametrize(
    ("text", "median"),
    [
        ("x latency: 912 ms\ny latency=1033ms\nz latency 874 ms\n", 912.0),
        ('{"avg_latency": 812.5}\n', 812.5),
        ("Response time: 1.25s\n", 1250.0),
        ("response_time_ms=640\n", 640.0),
        ("total_latency: 0.9\n", 900.0),
    ],
)
def test_the_old_version_s_logs_say_how_quick_it_was(text: str, median: float, tmp_path: Path) -> None:
    (tmp_path / "old.log").write_text(f"2024-01-15 INFO starting\n{text}")
    found = baseline.measured(tmp_path)
    assert found is not None
    assert found.median_ms == median


def test_without_figures_there_is_no_baseline(tmp_path: Path) -> None:
    (tmp_path / "old.log").write_text(f"nothing of the kind {SECRET}\n")
    assert baseline.measured(tmp_path) is None

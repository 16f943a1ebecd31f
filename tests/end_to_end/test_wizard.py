"""An old version brought over by somebody at the keyboard, from the first start to the report, and taken back.

With SOVEREIGN_KEEP_PICTURES the screenshots of the pages go into `resources/help`, for the help.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from sovereign_desktop.app.bench.migration import old_store
from sovereign_desktop.config.store import load
from sovereign_desktop.core.resources import resource
from sovereign_desktop.migration import catalogue
from tests.desktop import Desktop, wait_until
from tests.end_to_end.running import Running, running
from tests.migration.stage import OTHER_SECRET, SECRET, installation, state_of

pytestmark = pytest.mark.desktop

WIZARD = "– Migration – Sovereign Desktop"
COLOURS = 48
NOBODY = "http://127.0.0.1:9/v1"


class Wizard:
    """The wizard of a running program, driven by keys and seen as a user sees it."""

    def __init__(self, app: Running, pictures: Path) -> None:
        self.app = app
        self.desktop = app.desktop
        self._pictures = pictures
        self._turns = 0

    def comes_to(self, title: str) -> None:
        """Wait until that page is there and its button that leads on has the keyboard."""
        self._turns += 1
        self.app.wait_for_log("wizard ready", self._turns)
        wait_until(lambda: f"{title} {WIZARD}" in self.desktop.titles(), 5, title)

    def picture(self, name: str) -> None:
        """Keep what the window looks like now."""
        window = next(one for one in self.desktop.windows() if one.title.endswith(WIZARD))
        whole = self.desktop.screenshot(self._pictures / "whole.png")
        with Image.open(whole) as image:
            box = (window.x, window.y, window.x + window.width, window.y + window.height)
            cut = image.convert("RGB").crop(box)
        colours = cut.getcolors(1 << 20) or []
        assert len(colours) > 8, f"the page {name} is empty"
        cut.quantize(COLOURS).save(self._pictures / f"migration-{name}.png", optimize=True)


@pytest.fixture
def old(desktop: Desktop, tmp_path: Path) -> Iterator[Path]:
    """An old version with settings, keys and memories, in one of the usual places. Its servers are on this computer."""
    root = Path(desktop.env["HOME"]) / "jarvis"
    installation(tmp_path, env=f"KIMI_API_KEY={SECRET}\nELEVENLABS_API_KEY={OTHER_SECRET}\n").rename(root)
    config = root / "config" / "config.yaml"
    head, memory, rest = config.read_text().partition("\nmemory:")
    rest = rest.replace('provider: "openai"', 'provider: "sentence-transformers"', 1)
    config.write_text(f'{head}{memory}{rest}\napi:\n  openai_base_url: "{NOBODY}"\n')
    old_store(root / "data" / "chroma", 40)
    yield root
    shutil.rmtree(root)


def test_an_old_version_is_brought_over_by_keys_and_taken_back(desktop: Desktop, old: Path, tmp_path: Path) -> None:
    before = state_of(old)
    backups = Path(desktop.env["SOVEREIGN_HOME"]) / "data" / "backups"
    settings_file = Path(desktop.env["SOVEREIGN_HOME"]) / "config" / "settings.yaml"
    journal = backups / "migration-0001" / "journal.jsonl"
    with running(desktop, None) as app:
        wizard = Wizard(app, tmp_path)
        wizard.comes_to("Bring an old version over")  # by itself, at the first start
        wizard.picture("find")
        desktop.press("Return")
        wizard.comes_to("What becomes of each setting")
        desktop.press("ctrl+f")
        desktop.type("llm.fast")
        wizard.picture("plan")
        assert not settings_file.exists()
        assert not backups.exists()
        desktop.press("alt+Right")
        wizard.comes_to("Back up and apply")
        wizard.picture("apply")
        desktop.press("Return")
        wizard.comes_to("Back up and apply")
        wizard.picture("applied")
        assert load(settings_file).settings.llm.model == "gpt-4o-mini"
        app.wait_for_log("program ready", 2)  # with the new settings
        desktop.press("Return")
        wizard.comes_to("Does it work?")
        desktop.press("alt+c")
        wait_until(lambda: '"validated"' in journal.read_text(), 90, "the checks")
        wait_until(lambda: _is_still(desktop, tmp_path), 5, "the checks to be shown")
        wizard.picture("check")
        desktop.press("alt+Right")
        wizard.comes_to("Tune it")
        desktop.press("alt+q")
        wait_until(lambda: _is_still(desktop, tmp_path), 5, "the preset to be shown")
        wizard.picture("tune")
        desktop.press("alt+u")
        wait_until(lambda: load(settings_file).settings.performance.targets.latency_ms == 250, 5, "the preset")
        wait_until(lambda: _is_still(desktop, tmp_path), 5, "the preset to be told")
        desktop.press("alt+Right")
        wizard.comes_to("Done")
        wizard.picture("report")
        report = tmp_path / "report.txt"
        desktop.press("alt+s")
        wait_until(lambda: _asks_where(desktop), 5, "the dialog")
        desktop.press("ctrl+a")
        desktop.type(str(report))
        desktop.press("Return")
        wait_until(report.exists, 5, "the report")
        wait_until(lambda: not _asks_where(desktop), 5, "the dialog to close")
        desktop.press("alt+u")
        wait_until(lambda: catalogue.every(backups)[0].state is catalogue.State.ROLLED_BACK, 20, "the way back")
        assert state_of(old) == before
        assert not settings_file.exists()
        text = report.read_text()
        assert "llm.fast.model → llm.model" in text
        assert SECRET not in text
        assert OTHER_SECRET not in text
        desktop.press("Escape")
        wait_until(lambda: not any(title.endswith(WIZARD) for title in desktop.titles()), 5, "the wizard to close")
    _keep(tmp_path)


def test_not_now_is_remembered_and_the_menu_still_has_it(desktop: Desktop, old: Path, tmp_path: Path) -> None:
    with running(desktop, None) as app:
        Wizard(app, tmp_path).comes_to("Bring an old version over")
        desktop.press("Escape")
        wait_until(lambda: "Welcome – Sovereign Desktop" in desktop.titles(), 5, "the welcome in its place")
    with running(desktop, None) as app:
        app.wait_for_log("program ready", 2)
        app.verb("--show", "migration")
        wait_until(lambda: f"Bring an old version over {WIZARD}" in desktop.titles(), 5, "the wizard")
        assert len(app.logged("program ready")) == 2


def _asks_where(desktop: Desktop) -> bool:
    """Whether the dialog for a file is there."""
    return any(title.startswith("Save the report") for title in desktop.titles())


def _is_still(desktop: Desktop, folder: Path) -> bool:
    """Whether nothing on the screen moves."""
    first, second = (desktop.screenshot(folder / name).read_bytes() for name in ("one.ppm", "two.ppm"))
    return first == second


def _keep(pictures: Path) -> None:
    """Every page has its picture in the help; whoever wants new ones says so."""
    kept = resource("help")
    made = sorted(pictures.glob("migration-*.png"))
    if os.environ.get("SOVEREIGN_KEEP_PICTURES"):
        for picture in made:
            shutil.copy(picture, kept)
    assert [picture.name for picture in made] == sorted(path.name for path in kept.glob("migration-*.png"))

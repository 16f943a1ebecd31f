"""What a model is shown of a real screen: secrets and excluded windows are painted over, and all else is there."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord
from sovereign_desktop.engines.ocr.tesseract import TesseractTextRecognizer
from tests.desktop import Desktop, wait_until
from tests.fakes.model_server import ModelServer

pytestmark = pytest.mark.desktop

QUESTION = "which flowers does the text on my screen speak of"
HARMLESS = {"seven", "yellow", "flowers", "monday", "morning", "kitchen"}
LETTER = "Seven yellow flowers on Monday morning.\nCard 4539 5787 6362 1486\nThe kitchen is open.\n"
CARD = "4539578763621486"
DIARY = "A purple lantern behind the waterfall.\n"
HIDDEN = {"purple", "lantern", "waterfall"}
SETTINGS = """
app: {{mode: traditional}}
smart_context: {{deadline_s: 30}}
llm: {{base_url: "{url}", model: test, timeout_s: 60}}
screen_context:
  enabled: true
  pictures: true
  ocr: {{timeout_s: 60}}
  privacy: {{when_excluded: cut, exclude_titles: [diary]}}
"""
CONTENT = 8
"""So far inside of a window its edges and its frame do not count."""
EVEN = 24
"""How far apart the shades of a painted area may be: a JPEG rounds."""


def test_in_the_picture_that_a_model_gets_secrets_and_excluded_windows_are_painted_over(desktop: Desktop) -> None:
    opened(desktop, "letter.txt", LETTER, "20", "60")
    opened(desktop, "diary.txt", DIARY, "640", "420")
    screen = wait_until(lambda: legible(desktop), 30, "the letters on the screen", every_s=0.5)
    diary = next(window for window in desktop.windows() if window.title == "diary.txt - Editor")
    hidden = Rect(diary.x, diary.y, diary.x + diary.width, diary.y + diary.height).grown(-CONTENT, -CONTENT)
    with ModelServer("Yellow ones.") as model:
        ask(desktop, model.base_url)
        (seen,) = pictures(model)
    there, told = words_in(screen), words_in(seen)
    secrets = [word.box for word in there if is_of_card(word)]
    assert seen.size == screen.size
    assert min(spread(screen, box) for box in (*secrets, hidden)) > 5 * EVEN
    assert max(spread(seen, box) for box in (*secrets, hidden)) <= EVEN
    assert not HIDDEN & texts(told)
    assert not any(map(is_of_card, told))
    assert len(HARMLESS & texts(told)) >= len(HARMLESS & texts(there)) - 1


def opened(desktop: Desktop, name: str, text: str, left: str, top: str) -> None:
    """An editor with a text, at a place of the screen."""
    file = desktop.folder / name
    file.write_text(text)
    desktop.start([sys.executable, str(Path(__file__).with_name("editor.py")), str(file)])
    wait_until(lambda: f"{name} - Editor" in desktop.titles(), 20, "the editor")
    place = ["xdotool", "search", "--name", name, "windowsize", "560", "260", "windowmove", left, top]
    subprocess.run(place, env=desktop.env, check=True, timeout=20)


def legible(desktop: Desktop) -> Image.Image | None:
    """A screenshot, once all that was written can be read in it."""
    screen = Image.open(desktop.screenshot(desktop.folder / "screen.png")).convert("L")
    words = words_in(screen)
    read, card = texts(words), "".join(word.text for word in words if is_of_card(word))
    return screen if len(HARMLESS & read) >= 5 and len(HIDDEN & read) >= 2 and card == CARD else None


def ask(desktop: Desktop, url: str) -> None:
    """Have the whole program answer the question."""
    settings = Path(desktop.env["SOVEREIGN_HOME"]) / "config" / "settings.yaml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(SETTINGS.format(url=url))
    asked = desktop.start([sys.executable, "-m", "sovereign_desktop", "ask", "--text", QUESTION, "--json"])
    assert asked.wait(100) == 0, asked.output()
    assert "Yellow ones." in asked.output()


def pictures(model: ModelServer) -> list[Image.Image]:
    """The pictures in the requests, from the very bytes that were sent."""
    bodies = [request.body.decode() for request in model.fake.requests if request.path.endswith("/chat/completions")]
    sent = [found for body in bodies for found in re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", body)]
    return [Image.open(io.BytesIO(base64.b64decode(one))).convert("L") for one in sent]


def words_in(picture: Image.Image) -> tuple[ReadWord, ...]:
    """What a recogniser reads in all of it."""
    recognizer = TesseractTextRecognizer(timeout_s=60)
    (words,) = asyncio.run(recognizer.recognize([GreyPicture(picture.width, picture.height, picture.tobytes())]))
    return words


def is_of_card(word: ReadWord) -> bool:
    return len(word.text) >= 4 and word.text in CARD


def texts(words: Sequence[ReadWord]) -> set[str]:
    return {word.text.strip(".,").lower() for word in words}


def spread(picture: Image.Image, box: Rect) -> int:
    """The difference of the lightest and the darkest pixel in a box."""
    pixels = np.asarray(picture)[box.top : box.bottom, box.left : box.right]
    return int(pixels.max()) - int(pixels.min())

"""Pages as programs show them, drawn with PIL: twenty layouts, in the fonts, sizes and themes of the seed."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.context.privacy.entries import Entry

FONT_FOLDERS = (Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/opentype/urw-base35"))
PROPORTIONAL = (
    "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "NimbusSans-Regular.otf", "NimbusRoman-Regular.otf",
    "P052-Roman.otf", "URWGothic-Book.otf", "URWBookman-Light.otf",
)  # fmt: skip
MONOSPACED = ("DejaVuSansMono.ttf", "NimbusMonoPS-Bold.otf", "DejaVuSansMono-Bold.ttf")
THEMES = (
    ("#ffffff", "#111111"), ("#1e1e1e", "#dcdcdc"), ("#fdf6e3", "#586e75"), ("#f4ecd8", "#4a3b2a"),
    ("#eeeeee", "#555555"), ("#0b0f0b", "#7fe07f"), ("#2d2a55", "#f0f0ff"),
)  # fmt: skip
SIZES = (12, 13, 14, 15, 16, 18, 22)
FILLER = (
    "The quarterly figures look better than expected", "Lunch is at noon in the small kitchen",
    "Please read the notes before the meeting", "Three new messages from the team",
    "The train leaves from platform nine",
    "Nothing else has changed since last week", "Saved a copy in the shared folder", "Thanks for the quick reply",
)  # fmt: skip


@cache
def fonts_there(names: tuple[str, ...]) -> tuple[Path, ...]:
    """The fonts of a list that this machine has; at least one, or the pages could not be drawn."""
    found = [folder / name for folder in FONT_FOLDERS for name in names if (folder / name).exists()]
    if not found:
        raise FileNotFoundError("the pages need fonts: run `apt-get install fonts-dejavu-core fonts-urw-base35`")
    return tuple(found)


class Sheet:
    """A page that grows downwards, in one theme."""

    width = 1100

    def __init__(self, rng: random.Random, *, mono: bool = False, dark: bool = False) -> None:
        self.rng = rng
        self.size = rng.choice(SIZES)
        path = rng.choice(fonts_there(MONOSPACED if mono else PROPORTIONAL))
        self.font = ImageFont.truetype(str(path), self.size)
        self.paper, self.ink = rng.choice(THEMES[1:2] + THEMES[5:] if dark else THEMES)
        self.picture = Image.new("RGB", (self.width, 1600), self.paper)
        self.pen = ImageDraw.Draw(self.picture)
        self.y = 14
        self.step = round(self.size * rng.choice((1.35, 1.5, 1.8)))

    def write(self, text: str, x: int = 16, *, y: int | None = None, ink: str = "") -> int:
        """Write one line; the x where it ends."""
        self.pen.text((x, self.y if y is None else y), text, font=self.font, fill=ink or self.ink)
        return x + round(self.pen.textlength(text, font=self.font))

    def line(self, text: str, x: int = 16) -> None:
        """Write lines and go below them. What is too wide goes on in the next line, as a terminal has it."""
        for part in text.split("\n"):
            while part:
                fits = len(part)
                while fits > 1 and self.pen.textlength(part[:fits], font=self.font) > self.width - x - 12:
                    fits -= 1
                self.write(part[:fits], x)
                part = part[fits:]
                self.y += self.step

    def paragraph(self, text: str, x: int = 16, width: int = 1060) -> None:
        """Write words, broken between words where they can be."""
        columns = max(12, int(width / max(1.0, self.pen.textlength("n", font=self.font))))
        for part in textwrap.wrap(text, columns, break_on_hyphens=False) or [""]:
            self.line(part, x)

    def wide(self, text: str) -> int:
        return round(self.pen.textlength(text, font=self.font))

    def filler(self) -> str:
        return self.rng.choice(FILLER)

    def done(self) -> Image.Image:
        return self.picture.crop((0, 0, self.width, min(1600, self.y + self.step)))


def form(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        sheet.line(f"{entry.label}: {entry.value}")
    return sheet.done()


def prose(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        sheet.paragraph(f"{sheet.filler()}. {entry.label}: {entry.value}. {sheet.filler()}.")
        sheet.y += sheet.step // 2
    return sheet.done()


def sentences(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        sheet.line(_told(entry))
        sheet.line(sheet.filler())
    return sheet.done()


def _told(entry: Entry) -> str:
    """The sentence of an entry, with its label where the sentence says nothing of what the value is."""
    return entry.spoken if entry.sentence != "{}" else f"{entry.label} {entry.value}"


def table(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    sheet.write("Name"), sheet.write("Value", 330)
    sheet.y += sheet.step
    for entry in entries:
        sheet.pen.line((12, sheet.y - 3, sheet.width - 12, sheet.y - 3), fill="#888888")
        sheet.write(entry.label)
        sheet.line(entry.value, 330)
    return sheet.done()


def terminal(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng, mono=True, dark=True)
    for entry in entries:
        sheet.line(f"user@host:~$ show {entry.label.lower().replace(' ', '-')}".replace("user@host", "host"))
        sheet.line(f"{entry.label}: {entry.value}")
    return sheet.done()


def env_file(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng, mono=True)
    for entry in entries:
        name = entry.label.upper().replace(" ", "_").replace("-", "_").replace(".", "")
        sheet.line(f"{name}={entry.value}")
    return sheet.done()


def json_file(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng, mono=True)
    sheet.line("{")
    for entry in entries:
        sheet.line(f'  "{entry.label.lower().replace(" ", "_")}": "{entry.value}",')
    sheet.line("}")
    return sheet.done()


def yaml_file(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng, mono=True)
    for entry in entries:
        sheet.line(f"{entry.label.lower().replace(' ', '_')}:")
        sheet.y -= sheet.step
        sheet.line(entry.value, 16 + sheet.wide(f"{entry.label.lower()}:  "))
    return sheet.done()


def chat(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for number, entry in enumerate(entries):
        x = 24 if number % 2 else 220
        top = sheet.y
        sheet.pen.rounded_rectangle((x - 10, top - 4, sheet.width - 40, top + sheet.step + 2), 9, outline="#999999")
        sheet.line(_told(entry), x)
        sheet.y += sheet.step // 2
    return sheet.done()


def e_mail(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    sheet.line("Subject: the things you asked for")
    sheet.line(f"Hello, {sheet.filler().lower()}.")
    for entry in entries:
        sheet.line(f"{entry.label}:" if len(entry.value) > 40 else f"{entry.label}: {entry.value}")
        if len(entry.value) > 40:
            sheet.line(entry.value)
    sheet.line("Kind regards")
    return sheet.done()


def spreadsheet(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for number, entry in enumerate(entries, start=1):
        top = sheet.y
        sheet.write(str(number)), sheet.write(entry.label, 60)
        sheet.line(entry.value, 300)
        for x in (48, 288):
            sheet.pen.line((x, top - 4, x, sheet.y - 4), fill="#bbbbbb")
        sheet.pen.line((12, sheet.y - 4, sheet.width - 12, sheet.y - 4), fill="#bbbbbb")
    return sheet.done()


def two_columns(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        top = sheet.y
        sheet.write(sheet.filler()[: 420 // sheet.size], 16)
        sheet.line(f"{entry.label}: {entry.value}", 420)
        sheet.y = max(sheet.y, top + sheet.step)
    return sheet.done()


def web_cards(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        top = sheet.y
        sheet.line(entry.label, 30)
        sheet.line(entry.value, 30)
        sheet.pen.rectangle((16, top - 6, sheet.width - 16, sheet.y), outline="#aaaaaa")
        sheet.y += 12
    return sheet.done()


def code_editor(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng, mono=True, dark=True)
    for number, entry in enumerate(entries, start=rng.randint(1, 90)):
        sheet.write(str(number), 8, ink="#888888")
        name = entry.label.lower().replace(" ", "_").replace("-", "_").replace(".", "")
        sheet.line(f'{name} = "{entry.value}"', 60)
    return sheet.done()


def log_lines(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng, mono=True)
    for entry in entries:
        clock = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
        sheet.line(f"{clock} INFO {entry.label.lower()}={entry.value}")
    return sheet.done()


def dialog(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        sheet.write(f"{entry.label}:", 60)
        x = 60 + max(200, sheet.wide(f"{entry.label}:  "))
        top = sheet.y
        sheet.line(entry.value, x)
        sheet.pen.rectangle(
            (x - 8, top - 5, sheet.width - 10, sheet.y - sheet.step + sheet.size + 6), outline="#777777"
        )
        sheet.y += 8
    return sheet.done()


def notification(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        sheet.line(rng.choice(("Messages  now", "Mail  2 min ago", "Bank  9:41")), 40)
        sheet.line(_told(entry), 40)
        sheet.y += sheet.step
    return sheet.done()


def narrow(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    sheet.width = 560
    for entry in entries:
        sheet.paragraph(f"{entry.label}: {entry.value}", 16, 520)
        sheet.y += sheet.step // 2
    return sheet.done()


def settings_page(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        sheet.write(entry.label)
        sheet.line(entry.value, max(320, sheet.width - 40 - sheet.wide(max(entry.value.split("\n"), key=len))))
        sheet.y += sheet.step // 2
    return sheet.done()


def bullets(rng: random.Random, entries: Sequence[Entry]) -> Image.Image:
    sheet = Sheet(rng)
    for entry in entries:
        sheet.line(
            f"- {entry.label} - {entry.value}" if entry.kind != "password" else f"- {entry.label}: {entry.value}", 40
        )
    return sheet.done()


LAYOUTS: tuple[Callable[[random.Random, Sequence[Entry]], Image.Image], ...] = (
    form, prose, sentences, table, terminal, env_file, json_file, yaml_file, chat, e_mail, spreadsheet, two_columns,
    web_cards, code_editor, log_lines, dialog, notification, narrow, settings_page, bullets,
)  # fmt: skip

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QColor, QImage

from sovereign_desktop.ui.icons import LOOKING_SIZES, face_icon, looking_icon, program_icon
from sovereign_desktop.ui.situation import Face
from sovereign_desktop.ui.theme import contrast

PAIRS = list(itertools.combinations(Face, 2))


def drawn(face: Face, size: int) -> QImage:
    return face_icon(face).pixmap(size, size).toImage().convertToFormat(QImage.Format.Format_ARGB32)


def ink(face: Face, size: int) -> list[bool]:
    """Where the glyph is, whatever its colour: what a person sees who sees no colours.

    A glyph is whatever differs in lightness from the badge; the transparent corners belong to neither.
    """
    image = drawn(face, size)
    colors = [image.pixelColor(x, y) for y in range(size) for x in range(size)]
    badge = max((c.rgb() for c in colors if c.alpha() > 200), key=[c.rgb() for c in colors].count)
    lightness = next(c.lightness() for c in colors if c.rgb() == badge)
    return [c.alpha() > 127 and abs(c.lightness() - lightness) > 60 for c in colors]


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("size", [16, 22, 24])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_states_differ_by_shape_at_panel_sizes(one: Face, other: Face, size: int) -> None:
    differing = sum(a != b for a, b in zip(ink(one, size), ink(other, size), strict=True))
    assert differing >= 0.06 * size * size, f"{one} and {other} differ in {differing} of {size * size} pixels"


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("panel", ["#ffffff", "#1e1e1e"])
@pytest.mark.parametrize("face", list(Face))
def test_icons_stand_out_on_light_and_dark_panels(face: Face, panel: str) -> None:
    image = drawn(face, 22)
    colors = [image.pixelColor(x, y) for y in range(22) for x in range(22)]
    contrasts = [contrast(QColor(panel), color) for color in colors if color.alpha() > 127]
    assert sum(found >= 3 for found in contrasts) > 0.25 * 22 * 22, "WCAG wants 3 of graphics"


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("size", [16, 48, 256])
def test_icons_are_drawn_at_the_size_that_is_asked_for(size: int) -> None:
    assert drawn(Face.IDLE, size).width() == size
    assert program_icon().pixmap(size, size).width() == size


@pytest.mark.parametrize("size", LOOKING_SIZES)
def test_the_icon_shows_while_the_screen_is_looked_at(size: int) -> None:
    with_eye = looking_icon(Face.IDLE).pixmap(size, size).toImage()
    assert with_eye != drawn(Face.IDLE, size)
    assert with_eye.width() == size

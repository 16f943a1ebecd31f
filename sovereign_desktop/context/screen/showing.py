"""A picture that a model may be shown: what may not be seen is painted over before it is encoded."""

from __future__ import annotations

import io
from collections.abc import Iterable

from sovereign_desktop.context.base import Picture
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import Shot

MARGIN = 3
"""Around a word: a recogniser's boxes cut accents and the edges of letters off."""
LONGEST_SIDE = 1600
"""Models that see get no more out of a larger picture, and it is to be sent in the middle of a talk."""
QUALITY = 80


def shown(shot: Shot, covered: Iterable[Rect]) -> Picture:
    """The picture as a JPEG, these regions of the screen painted over. The shot itself is changed."""
    from PIL import Image

    for box in covered:
        shot.cover(box.grown(MARGIN, MARGIN))
    picture = Image.frombuffer("RGB", (shot.box.width, shot.box.height), shot.pixels, "raw", "BGRX", 0, 1)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return Picture(file.getvalue(), "image/jpeg", *picture.size)

"""A picture of a screen, or of a part of it, in grey."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GreyPicture:
    """Rows from the top, a byte a pixel, 0 black."""

    width: int
    height: int
    pixels: bytes

    def __post_init__(self) -> None:
        if len(self.pixels) != self.width * self.height:
            raise ValueError("a picture needs a byte for each of its pixels")


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels; right and bottom are outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def is_empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    def intersection(self, other: Rect) -> Rect:
        """What both have; may be empty."""
        return Rect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def meets(self, other: Rect) -> bool:
        """Whether they have a pixel in common."""
        return max(self.left, other.left) < min(self.right, other.right) and max(self.top, other.top) < min(
            self.bottom, other.bottom
        )

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        return Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def without(self, other: Rect) -> tuple[Rect, ...]:
        """What is left of it when the other lies on top: at most four rectangles."""
        if not self.meets(other):
            return (self,)
        hole = self.intersection(other)
        parts = (
            Rect(self.left, self.top, self.right, hole.top),
            Rect(self.left, hole.bottom, self.right, self.bottom),
            Rect(self.left, hole.top, hole.left, hole.bottom),
            Rect(hole.right, hole.top, self.right, hole.bottom),
        )
        return tuple(part for part in parts if not part.is_empty)

    def moved(self, right: int, down: int) -> Rect:
        """The same rectangle elsewhere."""
        return Rect(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def grown(self, sideways: int, upright: int) -> Rect:
        """With so many pixels more on each side."""
        return Rect(self.left - sideways, self.top - upright, self.right + sideways, self.bottom + upright)

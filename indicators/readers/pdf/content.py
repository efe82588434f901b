"""What a page holds before anything is understood: characters, rules, shades and pictures as arrays.

All coordinates are points from the top left of the page as it is displayed (after ``/Rotate``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chars", "Floats", "Ints", "Mask", "PageContent", "middle_of", "turned"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chars:
    """The visible characters of a page in the order of its content, white space left out.

    Parameters
    ----------
    codes
        Unicode code points, shape ``(n,)``.
    boxes
        ``x0, y0, x1, y1`` in points, shape ``(n, 4)``; the height is that of the font, not of the glyph.
    angles
        Degrees counter-clockwise as displayed, in ``[0, 360)``, shape ``(n,)``.
    spaced
        Whether a printed blank stands before the character, shape ``(n,)``.
    """

    codes: Ints
    boxes: Floats
    angles: Floats
    spaced: Mask

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, chosen: Mask | Ints) -> Chars:
        """Return the chosen characters, by mask or by index."""
        return Chars(
            codes=self.codes[chosen], boxes=self.boxes[chosen], angles=self.angles[chosen], spaced=self.spaced[chosen]
        )


def _no_boxes() -> Floats:
    return np.zeros((0, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """A page as handed over by the parser.

    Parameters
    ----------
    number
        Page, from 1.
    width, height
        Size as displayed, in points.
    chars
        Its characters, watermarks included.
    pale
        Brightness 0..1 of the fill of each character, shape ``(n,)``; ``None`` where nothing is suspect.
    rules
        Boxes of straight strokes and thin filled rectangles, shape ``(m, 4)``.
    shades
        Boxes of filled areas, shape ``(k, 4)``.
    blanks
        Boxes of areas filled with white or with nothing to be seen, shape ``(b, 4)``.
    pictures
        Boxes of images, shape ``(p, 4)``.
    cut_short
        Whether the page holds more than is read.
    outside
        Characters beyond the edges of the page, which nobody sees.
    """

    number: int
    width: float
    height: float
    chars: Chars
    pale: Floats | None = None
    rules: Floats = field(default_factory=_no_boxes)
    shades: Floats = field(default_factory=_no_boxes)
    blanks: Floats = field(default_factory=_no_boxes)
    pictures: Floats = field(default_factory=_no_boxes)
    cut_short: bool = False
    outside: int = 0


def middle_of(values: Floats) -> float:
    """Return the median; numpy's own takes five times as long for a page of characters."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])


def turned(boxes: Floats, quarter: int, width: float, height: float) -> Floats:
    """Return boxes after turning their page clockwise by quarters.

    Parameters
    ----------
    boxes
        ``x0, y0, x1, y1`` from the top left, shape ``(n, 4)``.
    quarter
        Quarter turns clockwise, any integer.
    width, height
        Of the page before turning, in points.
    """
    x0, y0, x1, y1 = boxes.T
    quarter %= 4
    if quarter == 1:
        parts = (height - y1, x0, height - y0, x1)
    elif quarter == 2:
        parts = (width - x1, height - y1, width - x0, height - y0)
    elif quarter == 3:
        parts = (y0, width - x1, y1, width - x0)
    else:
        return boxes
    return np.stack(parts, axis=1)

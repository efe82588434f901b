"""A picture turned the way it is read, with the way back to its own pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.cleaning import LEVEL, Sheet, clean, deskewed, levelled, skew_of
from indicators.readers.ocr.lines import measure
from indicators.readers.ocr.networks import Networks
from indicators.readers.ocr.vision import vision

__all__ = ["View", "upright"]

Pixels = NDArray[np.uint8]
Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

#: Pixels a point above which a page is made smaller (200 dpi), and at which text is sought (110 dpi).
_LARGEST, _SEEK = 200 / 72, 110 / 72
#: Height of the detector's boxes in heights of characters.
_BOX = 1.95
#: Darkness of strokes below which print counts as faded.
_FADED = 160.0
#: Sizes of print in points that need no second thought, and the size assumed otherwise.
_SMALL, _BIG, _USUAL = 5.5, 18.0, 9.5
#: Lines asked whether they stand on their head, and lines that must agree.
_ASKED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page as it is read: upright, evened.

    Parameters
    ----------
    grey
        The page, paper 255.
    sheet
        What was found while cleaning.
    back
        Matrix of shape ``(2, 3)`` from its pixels to points of the picture.
    boxes
        Text lines, ``x0, y0, x1, y1`` in pixels, shape ``(n, 4)``.
    em, dark
        Usual height of characters in pixels and darkness of strokes, 0 without text.
    points
        Pixels a point, by the size of the print where the stated scale cannot be true.
    sharp
        Usual height of characters in pixels of the picture as it came.
    covered
        Where the ink of stamps was, 1 or 0; ``None`` without stamps.
    """

    grey: Grey
    sheet: Sheet
    back: Floats
    boxes: Floats
    em: float
    dark: float
    points: float
    sharp: float
    covered: Grey | None = None

    def under_stamp(self, box: Box) -> float:
        """Return the share 0..1 of a box of the page that a stamp covers."""
        if self.covered is None:
            return 0.0
        x0, y0, x1, y1 = (max(0, int(value)) for value in box)
        part = self.covered[y0 : y1 + 1, x0 : x1 + 1]
        return float(part.mean()) if part.size else 0.0

    def placed(self, box: Box) -> Box:
        """Return a box of the page in points of the picture."""
        corners = np.array([[x, y, 1.0] for x in (box[0], box[2]) for y in (box[1], box[3])])
        spots = corners @ self.back.T
        x0, y0 = spots.min(axis=0).tolist()
        x1, y1 = spots.max(axis=0).tolist()
        return round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)


def upright(image: Pixels, scale: float, networks: Networks) -> View:
    """Even, turn and deskew a picture, and find its text.

    Parameters
    ----------
    image
        RGB or grey.
    scale
        Pixels a point.
    networks
        The loaded models.
    """
    cv2 = vision()
    shrink = min(1.0, _LARGEST / scale)
    if shrink < 1:
        image = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    scale *= shrink
    quarters = 0
    view = _seen(image, scale, quarters, shrink, networks)
    if _lies(view.boxes):
        quarters = 1
        view = _seen(image, scale, quarters, shrink, networks)
    if _on_head(view, networks):
        view = _seen(image, scale, quarters + 2, shrink, networks)
    return view


def _seen(image: Pixels, scale: float, quarters: int, shrink: float, networks: Networks) -> View:
    cv2 = vision()
    turned = np.ascontiguousarray(np.rot90(image, quarters))
    sheet = clean(turned, scale)
    grey, back = deskewed(sheet.grey, skew_of(sheet.grey, scale))
    covered = sheet.covered
    if covered is not None:
        covered = cv2.warpAffine(covered, cv2.invertAffineTransform(back), covered.shape[::-1])
    boxes = networks.detect(grey, min(_SEEK / scale, 2.0))
    em, dark = measure(grey, boxes)
    # Letters of a watermark are several times as high as the text.
    boxes = boxes[(boxes[:, 3] - boxes[:, 1] < 4.5 * em) | (boxes[:, 2] - boxes[:, 0] < 4.5 * em)]
    if 0 < dark < _FADED:
        grey, dark = levelled(grey, dark), LEVEL
    home = _unturned(quarters, image.shape[1], image.shape[0]) @ np.vstack((back, [0.0, 0.0, 1.0]))
    return View(
        grey=grey,
        sheet=sheet,
        back=home[:2] / scale,
        boxes=boxes,
        em=em,
        dark=dark,
        points=scale if not em or _SMALL <= em / scale <= _BIG else em / _USUAL,
        sharp=min(em, _print_height(boxes)) / shrink,
        covered=covered,
    )


def _print_height(boxes: Floats) -> float:
    """Return the height of characters by the detector's boxes: blurred strokes make coarse print look larger."""
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    lying = high[wide > 2.2 * high]
    return float(np.median(lying)) / _BOX if len(lying) else float("inf")


def _unturned(quarters: int, width: int, height: int) -> Floats:
    """Return the matrix from pixels after counter-clockwise quarter turns to those before."""
    turns = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
    }
    return np.array(turns[quarters % 4], dtype=np.float64)


def _lies(boxes: Floats) -> bool:
    """Return whether most text runs from top to bottom."""
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    standing, lying = float(high[high > 1.8 * wide].sum()), float(wide[wide > 1.8 * high].sum())
    return standing > 1.5 * lying


def _on_head(view: View, networks: Networks) -> bool:
    """Return whether the page stands on its head: most lines look so, and read better turned."""
    boxes = view.boxes
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    lines = boxes[(wide > 2.5 * high) & (wide < 10 * high)]
    if len(lines) < 3:
        return False
    chosen = lines[np.linspace(0, len(lines) - 1, min(_ASKED, len(lines))).astype(np.int64)].astype(np.int64)
    crops = [view.grey[y0:y1, x0:x1] for x0, y0, x1, y1 in chosen.tolist()]
    if sum(networks.turned(crop) > 0.5 for crop in crops) <= len(crops) // 2:
        return False
    asked = crops[:3]
    as_is = sum(networks.recognise(crop).confidence for crop in asked)
    turned = sum(networks.recognise(np.ascontiguousarray(crop[::-1, ::-1])).confidence for crop in asked)
    return turned > as_is + 0.3

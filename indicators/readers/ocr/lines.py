"""Text lines of a page: boxes of the detector cut to cells, drawn tight around their ink, and read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.networks import Glyph, Networks, Reading
from indicators.readers.ocr.vision import vision

__all__ = ["Piece", "TextLine", "lines_in"]

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

#: Least confidence of a line the detector did not see.
_UNSEEN = 0.75
_FAINTEST_READING = 0.3
#: White that parts the pieces of a line in a cell, in heights of a character.
_APART = 3.0
#: A rule is no wider, and what reaches in from another line no higher, in heights of a character.
_STROKE, _SLIVER = 0.25, 0.6
#: Width of the rim of a cell in points that no text reaches.
_RIM = 2.3
#: Ink after a percent sign, in heights of the crop, from which it may be per mille; how that reads when stretched.
_AFTER_PERCENT = 0.68
_MILLE = re.compile(r"(?:‰|%[0oO〇])$")
#: Confidence of a sign read the second time, at most.
_SIGN_AGAIN = 0.75


@dataclass(frozen=True, slots=True)
class Piece:
    """Ink of one printed line: box in pixels, height of its middle by weight, whether the detector saw it."""

    box: Box
    middle: float
    seen: bool


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line as read; ``box`` in pixels of the upright page, ``middle`` the height of its ink by weight.

    What reaches in from lines above and below moves the middle of the box, not that of the ink.
    """

    box: Box
    reading: Reading
    middle: float


def measure(grey: Grey, boxes: Floats) -> tuple[float, float]:
    """Return the usual height of a character in pixels and the usual darkness of its strokes, 0..255.

    Both are taken from the ink inside the detector's boxes; 0 without boxes.
    """
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    lying = boxes[wide > 2.2 * high] if (wide > 2.2 * high).any() else boxes
    heights, darkness = [], []
    for x0, y0, x1, y1 in lying.astype(np.int64).tolist()[:400]:
        trim = (y1 - y0) // 8
        inside = 255 - grey[y0 + trim : y1 - trim, x0:x1]
        if inside.size < 30:
            continue
        dark = float(np.percentile(inside, 96))
        high_ink = _run((inside > 0.45 * dark).mean(axis=1) > 0.04)
        if dark < 24 or not high_ink:
            continue
        heights.append(float(high_ink))
        darkness.append(dark)
    if not heights:
        return 0.0, 0.0
    # Chinese characters fill nine tenths of their square.
    return float(np.median(heights)) / 0.92, float(np.median(darkness))


def _run(rows: NDArray[np.bool_]) -> int:
    """Return the length of the run of inked rows at the middle, gaps of one row bridged."""
    bridged = rows.copy()
    bridged[1:-1] |= rows[:-2] & rows[2:]
    middle = len(rows) // 2
    if not bridged[middle]:
        return 0
    above = np.flatnonzero(~bridged[:middle])
    below = np.flatnonzero(~bridged[middle:])
    first = int(above[-1]) + 1 if len(above) else 0
    last = middle + int(below[0]) if len(below) else len(rows)
    return last - first


def lines_in(
    grey: Grey,
    cell: Box,
    boxes: Sequence[Box],
    networks: Networks,
    *,
    em: float,
    points: float,
    dark: float = 200.0,
    ruled: bool = True,
    apart: float = _APART,
) -> list[TextLine]:
    """Read the text of a cell (or of a free area), line by line.

    Parameters
    ----------
    grey
        The evened, upright page.
    cell
        Box of the cell in pixels, rules included.
    boxes
        The detector's boxes that lie in the cell, cut to it.
    em
        Usual height of a character, in pixels.
    points
        Pixels a point.
    dark
        Usual darkness of strokes, 0..255.
    ruled
        Whether the borders of the cell are rules.
    apart
        White that parts two pieces of a line, in heights of a character.
    """
    x0, y0 = max(0, int(cell[0])), max(0, int(cell[1]))
    x1, y1 = min(grey.shape[1], int(np.ceil(cell[2]))), min(grey.shape[0], int(np.ceil(cell[3])))
    if x1 - x0 < 3 or y1 - y0 < 3:
        return []
    inside = grey[y0:y1, x0:x1].copy()
    if ruled:
        _erase_rules(inside, points)
    local = [(a - x0, b - y0, c - x0, d - y0) for a, b, c, d in boxes]
    found = []
    for piece in _pieces(inside, local, em, dark, points, rim=_RIM * points if ruled else 0.0, apart=apart):
        crop = _crop(inside, piece.box, em)
        reading = _per_mille(networks.recognise(crop), crop, networks)
        if not reading.text.strip() or reading.confidence < (_FAINTEST_READING if piece.seen else _UNSEEN):
            continue
        left, top, right, bottom = piece.box
        found.append(TextLine((left + x0, top + y0, right + x0, bottom + y0), reading, piece.middle + y0))
    return found


def _per_mille(reading: Reading, crop: Grey, networks: Networks) -> Reading:
    """Look again where ink follows a percent sign at the end of a line: narrow signs for per mille look like it."""
    cv2 = vision()
    last = reading.glyphs[-1] if reading.glyphs else None
    height, width = crop.shape
    if last is None or last.text not in "%％" or (1 - last.place) * width < _AFTER_PERCENT * height:
        return reading
    again = networks.recognise(cv2.resize(crop, (round(1.5 * width), height), interpolation=cv2.INTER_CUBIC))
    sign = Glyph("‰", min(again.confidence, _SIGN_AGAIN), last.place) if _MILLE.search(again.text) else None
    return Reading((*reading.glyphs[:-1], sign)) if sign else reading


def _erase_rules(inside: Grey, points: float) -> None:
    """Whiten the borders of a cell as far as the rules reach into it."""
    ink = inside < 215
    reach = max(2, round(2.6 * points))
    least = max(1, round(0.5 * points))
    for turned in (False, True):
        view, dark = (inside.T, ink.T) if turned else (inside, ink)
        for rows in (range(min(reach, len(view))), range(len(view) - 1, max(-1, len(view) - 1 - reach), -1)):
            last = -1
            for order, row in enumerate(rows):
                if order < least or dark[row].mean() > 0.3:
                    last = order
            for order, row in enumerate(rows):
                # One more row: the soft edge of the rule.
                if order <= last + 1:
                    view[row] = 255


def _pieces(
    inside: Grey, boxes: list[Box], em: float, dark: float, points: float, rim: float, apart: float
) -> list[Piece]:
    """Return the printed lines of a cell, from top to bottom and left to right.

    Ink that lies in the rim of ``rim`` pixels altogether is the remnant of a rule, and so is in a free area a stroke
    that crosses it.
    """
    cv2 = vision()
    ink = (inside < 255 - 0.36 * dark).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return []
    parts = stats[1:].astype(np.float64)
    least = max(2.0, (0.08 * em) ** 2)
    height, width = inside.shape
    right, bottom = parts[:, 0] + parts[:, 2], parts[:, 1] + parts[:, 3]
    rest = (parts[:, 0] > width - rim) | (parts[:, 1] > height - rim) | (right < rim) | (bottom < rim)
    if not rim:
        rest |= (parts[:, 3] >= height - 2) & (parts[:, 2] < _STROKE * em)
        # Lines above and below reach in.
        rest |= ((parts[:, 1] < 1) | (bottom > height - 1)) & (parts[:, 3] < _SLIVER * em)
    parts = parts[(parts[:, 4] >= least) & ~rest]
    if not len(parts):
        return []
    middle = _middles(parts)
    bands = _bands(boxes, em)
    taken = np.zeros(len(parts), np.bool_)
    pieces: list[Piece] = []
    for first, last in bands:
        chosen = ~taken & (middle >= first) & (middle <= last)
        taken |= chosen
        for piece in _split(parts[chosen], apart * em, seen=True):
            # Ink far from the detector's boxes was not seen, though it stands level with a line.
            near = any(piece.box[0] < x1 and x0 < piece.box[2] for x0, y0, x1, y1 in boxes if y0 < last and first < y1)
            pieces.append(replace(piece, seen=near))
    rest = ~taken
    if rest.any():
        pieces += _unseen(parts[rest], em, points, inside, dark)
    return sorted(pieces, key=lambda piece: (piece.box[1] + piece.box[3], piece.box[0]))


def _bands(boxes: list[Box], em: float) -> list[tuple[float, float]]:
    """Return the vertical ranges of printed lines."""
    bands: list[list[float]] = []
    for _, y0, _, y1 in sorted(boxes, key=lambda box: box[1] + box[3]):
        middle = (y0 + y1) / 2
        if bands and middle < bands[-1][1] - 0.15 * em and abs(middle - sum(bands[-1]) / 2) < 0.6 * em:
            bands[-1][0], bands[-1][1] = min(bands[-1][0], y0), max(bands[-1][1], y1)
        else:
            bands.append([y0, y1])
    for upper, lower in pairwise(bands):
        if upper[1] > lower[0]:
            upper[1] = lower[0] = (upper[1] + lower[0]) / 2
    # The strokes of 二 lie at the very edge of the line, those of a comma below it.
    for index, band in enumerate(bands):
        above = bands[index - 1][1] if index else -1e9
        below = bands[index + 1][0] if index + 1 < len(bands) else 1e9
        band[0], band[1] = max(band[0] - 0.3 * em, above), min(band[1] + 0.3 * em, below)
    return [(first, last) for first, last in bands]


def _split(parts: Floats, white: float, *, seen: bool) -> list[Piece]:
    """Return the ink of a band as one piece, or several where more than ``white`` pixels part it.

    Parameters
    ----------
    parts
        Left, top, width, height and area of each stroke, shape ``(n, 5)``.
    white
        In pixels.
    seen
        Whether the detector saw it.
    """
    if not len(parts):
        return []
    left, right = parts[:, 0], parts[:, 0] + parts[:, 2]
    order = np.argsort(left)
    groups: list[list[int]] = [[int(order[0])]]
    reach = right[order[0]]
    for index in order[1:].tolist():
        if left[index] - reach > white:
            groups.append([])
        groups[-1].append(index)
        reach = max(reach, right[index])
    return [_piece(parts[group], seen) for group in groups]


def _piece(parts: Floats, seen: bool) -> Piece:
    left, top = parts[:, 0], parts[:, 1]
    right, bottom = left + parts[:, 2], top + parts[:, 3]
    box = float(left.min()), float(top.min()), float(right.max()), float(bottom.max())
    return Piece(box, float(np.average(_middles(parts), weights=parts[:, 4])), seen)


def _middles(parts: Floats) -> Floats:
    return parts[:, 1] + parts[:, 3] / 2


def _unseen(parts: Floats, em: float, points: float, inside: Grey, dark: float) -> list[Piece]:
    """Return ink the detector passed over, where it is clear of the rules and as dark as text."""
    height, width = inside.shape
    clear = max(2.0, 1.2 * points)
    left, top = parts[:, 0], parts[:, 1]
    right, bottom = left + parts[:, 2], top + parts[:, 3]
    kept = (left > clear) & (top > clear) & (right < width - clear) & (bottom < height - clear)
    kept &= (bottom - top > 0.3 * em) | (right - left > 0.3 * em)
    kept &= bottom - top < 2.2 * em
    if not kept.any():
        return []
    boxes = np.stack((left, top, right, bottom), axis=1)[kept]
    bands = _bands([(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes.tolist()], em)
    parts = parts[kept]
    middle = _middles(parts)
    pieces: list[Piece] = []
    for first, last in bands:
        for piece in _split(parts[(middle >= first) & (middle <= last)], _APART * em, seen=False):
            x0, y0, x1, y1 = (int(value) for value in piece.box)
            if np.percentile(inside[y0:y1, x0:x1], 5) < 255 - 0.6 * dark:
                pieces.append(piece)
    return pieces


def _crop(inside: Grey, box: Box, em: float) -> Grey:
    """Cut a line with the margins the recogniser is used to, white where the cell ends."""
    x0, y0, x1, y1 = box
    high = max(y1 - y0, 0.9 * em)
    middle = (y0 + y1) / 2
    pad_y, pad_x = 0.16 * high, 0.25 * high
    top, bottom = middle - high / 2 - pad_y, middle + high / 2 + pad_y
    left, right = x0 - pad_x, x1 + pad_x
    rows, columns = inside.shape
    a, b, c, d = (int(np.floor(top)), int(np.ceil(bottom)), int(np.floor(left)), int(np.ceil(right)))
    crop = np.full((b - a, d - c), 255, np.uint8)
    ya, yb, xa, xb = max(a, 0), min(b, rows), max(c, 0), min(d, columns)
    crop[ya - a : yb - a, xa - c : xb - c] = inside[ya:yb, xa:xb]
    # Lines above and below that reach into the margin.
    upper, lower = round(y0 - pad_y * 0.5) - a, round(y1 + pad_y * 0.5) - a
    if upper > 0:
        crop[:upper] = np.maximum(crop[:upper], 235) if (crop[:upper] < 150).any() else crop[:upper]
    if 0 < lower < len(crop):
        crop[lower:] = np.maximum(crop[lower:], 235) if (crop[lower:] < 150).any() else crop[lower:]
    return crop

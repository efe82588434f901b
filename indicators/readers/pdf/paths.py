"""Path objects as straight rules and shades, in page space (``left, bottom, right, top``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, compress, repeat
from typing import Any

import numpy as np

from indicators.readers.pdf.content import Floats, Ints, Mask
from indicators.readers.pdf.native import Pdfium

__all__ = ["THIN", "Drawing", "add_paths", "transformed"]

#: Largest thickness of a rule, in points.
THIN = 3.2
#: Path segments looked at on a page; drawings of maps and charts go beyond.
MAX_SEGMENTS = 60_000
_WHITE = 250
_MOVE, _LINE = 2, 0


@dataclass(slots=True)
class Drawing:
    """What the objects of a page draw, collected piece by piece."""

    rule_parts: list[Floats] = field(default_factory=list)
    shade_parts: list[Floats] = field(default_factory=list)
    picture_parts: list[Floats] = field(default_factory=list)
    white_parts: list[Floats] = field(default_factory=list)
    blank_parts: list[Floats] = field(default_factory=list)
    left: int = 0
    segments: int = 0
    #: Whether something was left out, as it lay beyond a bound.
    cut_short: bool = False

    def rules(self) -> Floats:
        """Return the boxes of all rules; white ones count only between shaded cells, where they show."""
        parts = self.rule_parts + (self.white_parts if self.shade_parts else [])
        return np.concatenate(parts) if parts else np.zeros((0, 4))

    def shades(self) -> Floats:
        """Return the boxes of all filled areas."""
        return np.concatenate(self.shade_parts) if self.shade_parts else np.zeros((0, 4))

    def blanks(self) -> Floats:
        """Return the boxes of all areas filled with white or with nothing to be seen."""
        return np.concatenate(self.blank_parts) if self.blank_parts else np.zeros((0, 4))

    def pictures(self) -> Floats:
        """Return the boxes of all images."""
        return np.concatenate(self.picture_parts) if self.picture_parts else np.zeros((0, 4))


def transformed(boxes: Floats, matrix: Floats | None) -> Floats:
    """Return the bounds of boxes after a 3 x 3 row-vector matrix."""
    if matrix is None or not len(boxes):
        return boxes
    x, y = boxes[:, (0, 2, 2, 0)], boxes[:, (1, 1, 3, 3)]
    mapped_x = x * matrix[0, 0] + y * matrix[1, 0] + matrix[2, 0]
    mapped_y = x * matrix[0, 1] + y * matrix[1, 1] + matrix[2, 1]
    return np.stack((mapped_x.min(1), mapped_y.min(1), mapped_x.max(1), mapped_y.max(1)), axis=1)


def add_paths(api: Pdfium, drawing: Drawing, paths: list[Any], matrix: Floats | None) -> None:
    """Add the rules and shades of path objects.

    Parameters
    ----------
    paths
        Handles of path objects.
    matrix
        From the space of the enclosing form to page space, ``None`` for the page itself.
    """
    bounds = transformed(api.object_bounds(paths).astype(np.float64), matrix)
    bounds[~np.isfinite(bounds).all(axis=1)] = 0
    modes = api.draw_modes(paths)
    filled, stroked = modes[:, 0] != 0, modes[:, 1] != 0
    areas = filled
    filled, inked = _painted(api, paths, areas, stroke=False)
    stroked, lined = _painted(api, paths, stroked, stroke=True)
    dark = inked | lined
    thin = np.minimum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) <= THIN
    drawing.rule_parts.append(bounds[thin & dark])
    drawing.white_parts.append(bounds[thin & ~dark & (filled | stroked)])
    wide = ~thin & (areas | stroked)
    if wide.any():
        _add_wide(api, drawing, paths, matrix, bounds, wide, stroked, lined, inked)


def _painted(api: Pdfium, paths: list[Any], chosen: Mask, *, stroke: bool) -> tuple[Mask, Mask]:
    """Return which of the chosen paths are seen at all, and which of them are not white."""
    seen, dark = np.zeros(len(paths), np.bool_), np.zeros(len(paths), np.bool_)
    if chosen.any():
        colours = api.colours(paths if chosen.all() else list(compress(paths, chosen.tolist())), stroke=stroke)
        seen[chosen] = colours[:, 3] > 12
        dark[chosen] = (colours[:, 3] > 12) & (colours[:, :3].min(axis=1) < _WHITE)
    return seen, dark


def _add_wide(
    api: Pdfium,
    drawing: Drawing,
    paths: list[Any],
    matrix: Floats | None,
    bounds: Floats,
    wide: Mask,
    stroked: Mask,
    lined: Mask,
    inked: Mask,
) -> None:
    """Add paths that are no single rule: cell frames, combs of lines, many thin rectangles in one path, shades."""
    chosen = np.flatnonzero(wide)
    counts = np.fromiter(map(api.count_segments, [paths[i] for i in chosen]), dtype=np.int64, count=len(chosen))
    plain = ~stroked[chosen] & (counts <= 5)
    drawing.shade_parts.append(bounds[chosen[plain & inked[chosen]]])
    drawing.blank_parts.append(bounds[chosen[plain & ~inked[chosen]]])
    walked = chosen[~plain & (lined[chosen] | inked[chosen])]
    sizes = np.maximum(counts[~plain & (lined[chosen] | inked[chosen])], 0)
    room = np.cumsum(sizes) <= MAX_SEGMENTS - drawing.segments
    drawing.cut_short |= not room.all()
    walked, sizes = walked[room], sizes[room]
    if not len(walked) or not sizes.sum():
        return
    drawing.segments += int(sizes.sum())
    objects = [paths[i] for i in walked]
    outline = _outline(api, objects, sizes, matrix)
    owner = np.repeat(np.arange(len(walked)), sizes)
    _add_strokes(drawing, outline, lined[walked][owner])
    _add_fills(drawing, outline, (inked[walked] & ~lined[walked])[owner])


@dataclass(frozen=True, slots=True)
class _Outline:
    """Points of path segments in page space with their kinds; ``part`` numbers the closed pieces."""

    points: Floats
    kinds: Ints
    closes: Mask
    part: Ints


def _outline(api: Pdfium, objects: list[Any], sizes: Ints, matrix: Floats | None) -> _Outline:
    counts = sizes.tolist()
    segments = list(
        map(
            api.segment,
            chain.from_iterable(repeat(item, size) for item, size in zip(objects, counts, strict=True)),
            chain.from_iterable(map(range, counts)),
        )
    )
    points = api.points(segments)[:, :2].astype(np.float64)
    kinds = np.fromiter(map(api.segment_type, segments), dtype=np.int64, count=len(segments))
    closes = np.fromiter(map(api.segment_close, segments), dtype=np.bool_, count=len(segments))
    a, b, c, d, e, f = np.repeat(api.matrices(objects).astype(np.float64), sizes, axis=0).T
    x, y = points.T
    points = np.stack((x * a + y * c + e, x * b + y * d + f), axis=1)
    if matrix is not None:
        points = points @ matrix[:2, :2] + matrix[2, :2]
    points = np.where(np.isfinite(points), points, 0)
    starts = kinds == _MOVE
    starts[np.concatenate(([0], np.cumsum(sizes)[:-1]))] = True
    return _Outline(points, kinds, closes, np.cumsum(starts) - 1)


def _add_strokes(drawing: Drawing, outline: _Outline, chosen: Mask) -> None:
    """Add each level or upright straight piece of stroked outlines."""
    firsts = np.flatnonzero(np.diff(outline.part, prepend=-1))
    line = (outline.kinds == _LINE) & chosen
    line[firsts] = False
    ends = np.flatnonzero(line)
    closing = np.flatnonzero(outline.closes & chosen)
    start = np.concatenate((outline.points[ends - 1], outline.points[closing]))
    stop = np.concatenate((outline.points[ends], outline.points[firsts[outline.part[closing]]]))
    slope = np.abs(stop - start)
    straight = (slope.min(axis=1) <= 0.6) & (slope.max(axis=1) > 0.1)
    start, stop = start[straight], stop[straight]
    drawing.rule_parts.append(np.concatenate((np.minimum(start, stop), np.maximum(start, stop)), axis=1))


def _add_fills(drawing: Drawing, outline: _Outline, chosen: Mask) -> None:
    """Add the pieces of filled outlines: thin ones are rules, rectangles are shades."""
    firsts = np.flatnonzero(np.diff(outline.part, prepend=-1))
    low = np.minimum.reduceat(outline.points, firsts, axis=0)
    high = np.maximum.reduceat(outline.points, firsts, axis=0)
    boxes = np.concatenate((low, high), axis=1)
    # Only rectangles: letters drawn as outlines, watermarks among them, are full of thin pieces.
    part = np.cumsum(np.diff(outline.part, prepend=outline.part[0]) != 0)
    corner = np.minimum(np.abs(outline.points - low[part]), np.abs(outline.points - high[part])).max(axis=1) < 0.4
    curved = np.maximum.reduceat((outline.kinds > _MOVE) | (outline.kinds == 1) | ~corner, firsts)
    wanted = chosen[firsts] & ~curved
    thin = (high - low).min(axis=1) <= THIN
    drawing.rule_parts.append(boxes[wanted & thin])
    drawing.shade_parts.append(boxes[wanted & ~thin])

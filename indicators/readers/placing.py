"""Placed print measured in its own units: half-width characters across, distances of two lines of a cell down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from unicodedata import east_asian_width

from indicators.records import BBox

__all__ = ["half_width", "smallest", "steps"]

#: A text with its box in points.
Piece = tuple[str, BBox]

#: Distance of two lines of a cell, in heights of a character: least and largest.
_PITCH = (0.95, 1.85)
#: Half the width of a character where nothing shows it, in points.
_UNKNOWN = 5.0


def half_width(pieces: Iterable[Piece]) -> float:
    """Return the width of half a Chinese character, in points."""
    sizes = [
        (box[2] - box[0]) / sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
        for text, box in pieces
        if len(text) > 1 and box[2] > box[0]
    ]
    return max(0.5, median(sizes)) if sizes else _UNKNOWN


def steps(pieces: Iterable[Piece], em: float) -> list[float]:
    """Return the distances of pieces below each other that may be lines of one cell, in heights of a character."""
    boxes = sorted((box for _, box in pieces), key=lambda box: box[1])
    found: list[float] = []
    for index, upper in enumerate(boxes):
        below = next(
            (
                box
                for box in boxes[index + 1 :]
                if box[1] > upper[1] + 0.5 * em and min(box[2], upper[2]) > max(box[0], upper[0])
            ),
            None,
        )
        if below is not None and _PITCH[0] * em < below[1] - upper[1] < _PITCH[1] * em:
            found.append((below[1] - upper[1]) / em)
    return found


def smallest(found: Sequence[float], apart: float = 0.08) -> float | None:
    """Return the smallest distance that recurs, within ``apart``: of two alike the first; one alone may be chance."""
    return next((one for one, other in pairwise(sorted(found)) if other - one < apart), None)

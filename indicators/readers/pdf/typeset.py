"""Characters with boxes to text in reading order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.readers.pdf.content import Chars, Floats, Ints, Mask
from indicators.text import printed

__all__ = ["Typeset", "typeset"]

_HYPHEN = 2
#: Characters of one line differ by less than the first in height; where more do, lines are apart from the second on.
_TALL, _APART = 0.6, 0.15
#: Gap between parts of a line that belong to different columns, in heights of the line.
WIDE_GAP = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeset:
    """Characters in reading order, group by group (cell or page), line by line.

    Parameters
    ----------
    order
        Index of each character among those given.
    group, line
        Group and running number of the line of each character, in this order.
    codes
        Code points in this order.
    joint
        Blanks before each character (0, 1 or 2), in this order.
    gap
        White before each character in its line, in heights of the line, in this order.
    """

    order: Ints
    group: Ints
    line: Ints
    codes: Ints
    joint: Ints
    gap: Floats

    def runs(self, gap: float = WIDE_GAP) -> tuple[Ints, list[str]]:
        """Return where each run begins in ``order``, and its text.

        A run is a whole group; in group -1 it is a line, or the part of a line between two gaps.

        Parameters
        ----------
        gap
            Gap that parts a line, in heights of the line.
        """
        if not len(self.order):
            return np.zeros(0, np.int64), []
        parted = (self.line[1:] != self.line[:-1]) | (self.gap[1:] > gap)
        changes = np.where(self.group[1:] < 0, parted, self.group[1:] != self.group[:-1])
        starts = np.concatenate(([0], np.flatnonzero(changes) + 1))
        joint = self.joint.copy()
        joint[starts] = 0
        places = np.cumsum(joint + 1) - 1
        stream = np.full(int(places[-1]) + 1, 0x20, np.uint32)
        stream[places] = self.codes
        whole = stream.tobytes().decode("utf-32-le", "replace")
        begins = places[starts].tolist()
        texts = list(map(whole.__getitem__, map(slice, begins, [*begins[1:], len(whole)])))
        if printed(whole) is not whole:
            texts = [printed(text).strip() for text in texts]
        return starts, texts


def typeset(chars: Chars, group: Ints) -> Typeset:
    """Bring characters into reading order.

    Parameters
    ----------
    chars
        Upright characters.
    group
        Cell of each character, or any number that keeps apart what is read apart; shape ``(n,)``.
    """
    if not len(chars):
        none = np.zeros(0, np.int64)
        return Typeset(order=none, group=none, line=none, codes=none, joint=none, gap=np.zeros(0))
    boxes = chars.boxes
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    height = boxes[:, 3] - boxes[:, 1]
    order = np.lexsort((middle, group))
    middle, height, sorted_group = middle[order], height[order], group[order]
    line = np.zeros(len(order), np.int64)
    # Characters of one line share a base line, so that middles differ by a fraction of the smaller font.
    step = middle[1:] - middle[:-1] > 0.5 * np.minimum(height[1:], height[:-1])
    fresh = step | (sorted_group[1:] != sorted_group[:-1])
    np.cumsum(fresh, out=line[1:])
    if (group < 0).any():
        fresh |= _chained(middle, height, line, sorted_group)
        np.cumsum(fresh, out=line[1:])
    second = np.lexsort((order, boxes[order, 0], line))
    order, line = order[second], line[second]
    order, line = _without_doubles(chars, order, line)
    codes, group = chars.codes[order], group[order]
    joint, gap = _joints(chars, order, group, line, codes)
    return Typeset(order=order, group=group, line=line, codes=codes, joint=joint, gap=gap)


def _chained(middle: Floats, height: Floats, line: Ints, group: Ints) -> Mask:
    """Return where lines outside tables begin that others between them had joined: centred cells of many lines."""
    first = np.flatnonzero(np.concatenate(([True], line[1:] != line[:-1])))
    last = np.append(first[1:], len(line)) - 1
    tall = (middle[last] - middle[first] > _TALL * height[first]) & (group[first] < 0)
    apart = middle[1:] - middle[:-1] > _APART * np.minimum(height[1:], height[:-1])
    chained: Mask = apart & tall[line[1:]]
    return chained


def _without_doubles(chars: Chars, order: Ints, line: Ints) -> tuple[Ints, Ints]:
    """Drop a character printed twice to look bold."""
    boxes, codes = chars.boxes[order], chars.codes[order]
    near = np.abs(boxes[1:, 0] - boxes[:-1, 0]) < 0.25 * (boxes[1:, 2] - boxes[1:, 0])
    double = near & (codes[1:] == codes[:-1]) & (line[1:] == line[:-1])
    if not double.any():
        return order, line
    single = np.concatenate(([True], ~double))
    return order[single], line[single]


def is_wide(codes: Ints) -> Mask:
    """Return which characters are set without blanks: Chinese characters and their punctuation."""
    wide: Mask = (codes >= 0x2E80) | ((codes >= 0x2010) & (codes <= 0x2027)) | (codes == 0x2264) | (codes == 0x2265)
    return wide


def _joints(chars: Chars, order: Ints, group: Ints, line: Ints, codes: Ints) -> tuple[Ints, Floats]:
    """Return how many blanks a reader sees before each character, and the white there."""
    boxes = chars.boxes[order]
    wide = is_wide(codes)
    size = np.minimum(boxes[1:, 3] - boxes[1:, 1], boxes[:-1, 3] - boxes[:-1, 1])
    gap = boxes[1:, 0] - boxes[:-1, 2]
    both_narrow = ~wide[1:] & ~wide[:-1]
    limit = np.where(both_narrow, 0.18, 0.5) * size
    limit = np.where(chars.spaced[order[1:]], 0.08 * size, limit)
    joint = np.zeros(len(codes), np.int64)
    joint[1:] = (gap > limit).astype(np.int64) + (gap > WIDE_GAP * size)
    if (group >= 0).any():
        joint[group >= 0] = np.minimum(joint[group >= 0], 1)
    fresh = np.flatnonzero(line[1:] != line[:-1])
    # A line break is layout: only between Latin words does it stand for a blank.
    joint[fresh + 1] = both_narrow[fresh] & ~_glued(codes[fresh], codes[fresh + 1])
    white = np.zeros(len(codes))
    white[1:] = gap / np.maximum(size, 0.1)
    return joint, white


def _glued(before: Ints, after: Ints) -> Mask:
    """Return which pairs belong together across a line break: cut figures, and what follows a hyphen."""
    hyphen = (before == _HYPHEN) | (before == 0x2D)
    figure = _is_figure(before) & _is_figure(after)
    closing = np.isin(after, (0x25, 0x29, 0x2C, 0x2E, 0x3B, 0x3A))
    glued: Mask = hyphen | figure | closing | (before == 0x28)
    return glued


def _is_figure(codes: Ints) -> Mask:
    figure: Mask = ((codes >= 0x30) & (codes <= 0x39)) | (codes == 0x2C) | (codes == 0x2E)
    return figure

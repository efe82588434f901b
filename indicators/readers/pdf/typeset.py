"""Characters with boxes to text in reading order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.readers.pdf.content import Chars, Floats, Ints, Mask
from indicators.text import printed

__all__ = ["Typeset", "typeset"]

_HYPHEN = 2


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
    """

    order: Ints
    group: Ints
    line: Ints
    codes: Ints
    joint: Ints

    def texts(self, by_line: bool = False) -> tuple[Ints, list[str], Ints]:
        """Return the keys of the groups (or the lines), their texts, and where each begins in ``order``."""
        keys = self.line if by_line else self.group
        if not len(keys):
            return np.zeros(0, np.int64), [], np.zeros(0, np.int64)
        blanks = np.where(np.diff(keys, prepend=keys[0] - 1) != 0, 0, self.joint)
        places = np.arange(len(keys)) + np.cumsum(blanks)
        stream = np.full(int(places[-1]) + 1, 0x20, np.uint32)
        stream[places] = self.codes
        whole = stream.tobytes().decode("utf-32-le", "replace")
        starts = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
        stops = np.append(places[starts[1:]], len(whole)).tolist()
        begins = places[starts].tolist()
        texts = [printed(whole[begin:stop]).strip() for begin, stop in zip(begins, stops, strict=True)]
        return keys[starts], texts, starts


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
        return Typeset(order=none, group=none, line=none, codes=none, joint=none)
    boxes = chars.boxes
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    height = boxes[:, 3] - boxes[:, 1]
    order = np.lexsort((middle, group))
    # Characters of one line share a base line, so that middles differ by a fraction of the smaller font.
    step = np.diff(middle[order]) > 0.5 * np.minimum(height[order][1:], height[order][:-1])
    fresh = np.concatenate(([False], step | (np.diff(group[order]) != 0)))
    line = np.cumsum(fresh)
    second = np.lexsort((order, boxes[order, 0], line))
    order, line = order[second], line[second]
    order, line = _without_doubles(chars, order, line)
    codes = chars.codes[order].copy()
    valid = (codes >= 0) & (codes <= 0x10FFFF) & ~((codes >= 0xD800) & (codes < 0xE000))
    codes[~valid] = 0xFFFD
    return Typeset(order=order, group=group[order], line=line, codes=codes, joint=_joints(chars, order, line, codes))


def _without_doubles(chars: Chars, order: Ints, line: Ints) -> tuple[Ints, Ints]:
    """Drop a character printed twice to look bold."""
    boxes, codes = chars.boxes[order], chars.codes[order]
    near = np.abs(np.diff(boxes[:, 0])) < 0.25 * (boxes[1:, 2] - boxes[1:, 0])
    double = np.concatenate(([False], near & (np.diff(codes) == 0) & (np.diff(line) == 0)))
    return (order[~double], line[~double]) if double.any() else (order, line)


def is_wide(codes: Ints) -> Mask:
    """Return which characters are set without blanks: Chinese characters and their punctuation."""
    wide: Mask = (codes >= 0x2E80) | ((codes >= 0x2010) & (codes <= 0x2027)) | (codes == 0x2264) | (codes == 0x2265)
    return wide


def _joints(chars: Chars, order: Ints, line: Ints, codes: Ints) -> Ints:
    """Return how many blanks a reader sees before each character."""
    boxes = chars.boxes[order]
    wide = is_wide(codes)
    size = np.minimum(boxes[1:, 3] - boxes[1:, 1], boxes[:-1, 3] - boxes[:-1, 1])
    gap = boxes[1:, 0] - boxes[:-1, 2]
    both_narrow = ~wide[1:] & ~wide[:-1]
    limit = np.where(both_narrow, 0.18, 0.5) * size
    limit = np.where(chars.spaced[order][1:], 0.08 * size, limit)
    inside = np.where(gap > limit, np.where(gap > 2 * size, 2, 1), 0)
    fresh = np.diff(line) != 0
    # A line break is layout: only between Latin words does it stand for a blank.
    wrapped = np.where(both_narrow & ~_glued(codes), 1, 0)
    return np.concatenate(([0], np.where(fresh, wrapped, inside)))


def _glued(codes: Ints) -> Mask:
    """Return which neighbours belong together across a line break: cut figures, and what follows a hyphen."""
    before, after = codes[:-1], codes[1:]
    hyphen = (before == _HYPHEN) | (before == 0x2D)
    figure = _is_figure(before) & _is_figure(after)
    closing = np.isin(after, (0x25, 0x29, 0x2C, 0x2E, 0x3B, 0x3A))
    glued: Mask = hyphen | figure | closing | (before == 0x28)
    return glued


def _is_figure(codes: Ints) -> Mask:
    figure: Mask = ((codes >= 0x30) & (codes <= 0x39)) | (codes == 0x2C) | (codes == 0x2E)
    return figure


def line_boxes(chars: Chars, typeset_order: Ints, starts: Ints) -> Floats:
    """Return the box around each run of characters that begins at ``starts``."""
    boxes = chars.boxes[typeset_order]
    return np.concatenate(
        (np.minimum.reduceat(boxes[:, :2], starts, axis=0), np.maximum.reduceat(boxes[:, 2:], starts, axis=0)), axis=1
    )

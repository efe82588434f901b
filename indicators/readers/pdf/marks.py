"""Print that is not content: watermarks over it, running headers and footers around it."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from indicators.readers.pdf.content import Chars, Floats, Ints, Mask, PageContent, middle_of
from indicators.readers.pdf.parts import PageLayout, TextLine
from indicators.records import Location, Mark
from indicators.text import printed

__all__ = ["MARGIN", "find_watermarks", "running_lines"]

#: Ends of the upper and of the lower margin, where running lines stand, in heights of the page.
MARGIN = (0.09, 0.9)
#: Degrees off the quarter turns from which text is slanted.
_SLANT = 3.0
_PALE = (0.5, 0.97)
_HUGE = 2.2
#: Runs of text and shades looked at on a page.
_MOST = 400
_PAGE_NUMBER = re.compile(
    r"[-—–·~\s]*(?:第\s*)?[0-9]{1,4}(?:\s*页)?[-—–·~\s]*|(?:第\s*)?[0-9]{1,4}\s*页?\s*[/／,，、]?\s*共?\s*[0-9]{1,4}\s*页?|"
    r"第\s*[0-9一二三四五六七八九十百]{1,5}\s*页(?:\s*[,，/]?\s*共\s*[0-9一二三四五六七八九十百]{1,5}\s*页)?",
)


def find_watermarks(page: PageContent) -> tuple[Chars, list[Mark]]:
    """Return the characters of a page without watermarks, and the watermarks.

    Slanted text is a watermark, and so is pale or huge text printed over other text.
    """
    chars = page.chars
    if not len(chars):
        return chars, []
    off = np.abs((chars.angles + 45) % 90 - 45)
    mask = off > _SLANT
    if page.pale is not None:
        mask |= _overprinted(page, page.pale, mask)
    if not mask.any():
        return chars, []
    return chars.take(~mask), _watermarks(page, np.flatnonzero(mask))


def _overprinted(page: PageContent, bright: Floats, slanted: Mask) -> Mask:
    """Mark upright text that is pale or huge and collides with the text of the page."""
    boxes = page.chars.boxes
    height = boxes[:, 3] - boxes[:, 1]
    usual = middle_of(height[~slanted]) if not slanted.all() else 0.0
    pale = (bright > _PALE[0]) & (bright < _PALE[1])
    huge = height > _HUGE * usual
    suspect = (pale | huge) & ~slanted
    if not suspect.any() or suspect.sum() > 0.6 * len(boxes):
        return np.zeros(len(boxes), np.bool_)
    if pale[suspect].any():
        # Pale text larger than the rest is a watermark even where it misses the text.
        result = suspect & pale & (height > 1.5 * usual) & ~_on_shade(page)
    else:
        result = np.zeros(len(boxes), np.bool_)
    rest = boxes[~suspect & ~slanted]
    middle_x, middle_y = (rest[:, 0] + rest[:, 2]) / 2, (rest[:, 1] + rest[:, 3]) / 2
    indices = np.flatnonzero(suspect)
    for run in np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)[:_MOST]:
        low, high = boxes[run, :2].min(axis=0), boxes[run, 2:].max(axis=0)
        struck = (middle_x > low[0]) & (middle_x < high[0]) & (middle_y > low[1]) & (middle_y < high[1])
        result[run] |= bool(struck.any())
    return result


def _on_shade(page: PageContent) -> Mask:
    boxes = page.chars.boxes
    result = np.zeros(len(boxes), np.bool_)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    for x0, y0, x1, y1 in page.shades[:_MOST].tolist():
        result |= (x > x0) & (x < x1) & (y > y0) & (y < y1)
    return result


def _watermarks(page: PageContent, indices: Ints) -> list[Mark]:
    chars = page.chars
    boxes, angles = chars.boxes, chars.angles
    height = boxes[:, 3] - boxes[:, 1]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    before, after = indices[:-1], indices[1:]
    far = np.hypot(*(middle[after] - middle[before]).T) > 2.5 * np.maximum(height[after], height[before])
    turn = np.abs(angles[after] - angles[before]) > _SLANT
    marks = []
    for run in np.split(indices, np.flatnonzero(far | turn) + 1):
        text = printed("".join(chr(code) for code in chars.codes[run].tolist() if 0 < code < 0x110000)).strip()
        low, high = boxes[run, :2].min(axis=0).tolist(), boxes[run, 2:].max(axis=0).tolist()
        x0, y0, x1, y1 = (round(value, 2) for value in (*low, *high))
        if text:
            at = Location(page=page.number, bbox=(x0, y0, x1, y1))
            marks.append(Mark(text=text, kind="watermark", at=at))
    return marks


def running_lines(pages: list[PageLayout]) -> dict[int, str]:
    """Return which lines are running headers or footers: ``id(line)`` to ``header`` or ``footer``.

    Page numbers in the margin count by themselves, other lines only if they recur at the same height.
    """
    seen: Counter[tuple[str, int, str]] = Counter()
    candidates: list[tuple[TextLine, tuple[str, int, str]]] = []
    for page in pages:
        for line, kind in _margin_lines(page):
            key = (kind, round(line.box[1] / 6), re.sub(r"[0-9]+", "0", line.text))
            seen[key] += 1
            candidates.append((line, key))
    found: dict[int, str] = {}
    for line, key in candidates:
        kind, place, text = key
        times = seen[key] + seen[kind, place - 1, text] + seen[kind, place + 1, text]
        number = _PAGE_NUMBER.fullmatch(line.text) is not None
        often = times >= max(2, 0.3 * len(pages)) and not text.endswith(("表", "表）"))
        if number or often:
            found[id(line)] = kind
    return found


def _margin_lines(page: PageLayout) -> list[tuple[TextLine, str]]:
    """Return the lines above and below everything else, as far as they stand in the margin."""
    result: list[tuple[TextLine, str]] = []
    lines = sorted(page.lines, key=lambda line: line.box[1])
    tables = [table.box for table in page.tables]
    for line in lines:
        _, y0, _, y1 = line.box
        if y1 < MARGIN[0] * page.height and not any(box[1] - y1 < 1.2 * (y1 - y0) and box[1] >= y0 for box in tables):
            result.append((line, "header"))
        elif y0 > MARGIN[1] * page.height and not any(box[3] > y1 for box in tables):
            result.append((line, "footer"))
    return result

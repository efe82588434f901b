"""Rules to a grid: which stretches are printed, which cells they make."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.partition import PRINTED, Span, partition
from indicators.readers.ocr.rules import DARK, Rule, RuleSet, joined
from indicators.readers.ocr.vision import vision

__all__ = ["Grid", "Span", "find_grids"]

Floats = NDArray[np.float64]

#: Shares of a stretch that are printed: surely, not if text runs through it, not at all, in traces.
_SURE, _VETOED, _LOW, _TRACE = 0.62, 0.06, 0.06, 0.02
#: By how much the detector draws a line of text too long, in heights of the line: rules may stand there.
_EDGE = 0.15
#: How deep in a line a rule is improbable, in heights of the line, and the coverage that proves it.
_DEEP, _CERTAIN = 1.5, 0.92
#: In points: reach of a table, gap where rules meet, smallest table, narrowest cell.
_TOUCH, _MEET, _SMALLEST, _NARROWEST = 5.0, 2.0, 40.0, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as its rules show it.

    Parameters
    ----------
    spans
        In reading order.
    rows, columns
        Size.
    box
        In pixels.
    horizontal, vertical
        The rules, for the interpolation of places.
    doubts
        Stretches that were decided by the shape of the cells, not by what is printed.
    """

    spans: tuple[Span, ...]
    rows: int
    columns: int
    box: tuple[float, float, float, float]
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    doubts: int

    @property
    def sound(self) -> bool:
        """Whether the cells can be trusted as printed."""
        return self.doubts <= max(1, len(self.spans) // 40)


def find_grids(horizontal: RuleSet, vertical: RuleSet, text: Floats) -> list[Grid]:
    """Return the tables of a page, from top to bottom.

    Parameters
    ----------
    horizontal, vertical
        The rules of the page.
    text
        Boxes of text lines: no rule runs through a line of text. Shape ``(n, 4)``.
    """
    grids = []
    for box in _regions(horizontal, vertical):
        grid = _grid(box, horizontal, vertical, text)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))


def _regions(horizontal: RuleSet, vertical: RuleSet) -> list[tuple[int, int, int, int]]:
    """Return the boxes of connected rules."""
    cv2 = vision()
    points = horizontal.points
    reach = max(3, round(_TOUCH * points)) | 1
    mask = cv2.dilate(horizontal.mask, np.ones((3, reach), np.uint8))
    mask |= cv2.dilate(np.ascontiguousarray(vertical.mask.T), np.ones((reach, 3), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    least = _SMALLEST * points
    return [
        (x, y, x + wide, y + high)
        for x, y, wide, high, _ in stats.tolist()[1:]
        if wide >= least and high >= least / 2 and wide * high >= least * least
    ]


def _grid(box: tuple[int, int, int, int], horizontal: RuleSet, vertical: RuleSet, text: Floats) -> Grid | None:
    points = horizontal.points
    lying = _within(horizontal.pieces, (box[0], box[2]), (box[1], box[3]), points)
    standing = _within(vertical.pieces, (box[1], box[3]), (box[0], box[2]), points)
    # Strokes of characters end in the air, a short piece of a rule ends on rules.
    lying, standing = _anchored(lying, standing, 60 * points, points), _anchored(standing, lying, 34 * points, points)
    standing = [piece for piece in standing if piece.length > 34 * points or not _in_text(piece, text)]
    rows = _spaced(joined(lying, points), (box[0] + box[2]) / 2, points)
    columns = _spaced(joined(standing, points), (box[1] + box[3]) / 2, points)
    if len(rows) < 2 or len(columns) < 1:
        return None
    columns = _with_borders(columns, rows, points)
    rows = _with_borders(rows, columns, points)
    if len(rows) < 2 or len(columns) < 2:
        return None
    across, down = _printed(rows, columns, horizontal), _printed(columns, rows, vertical).T
    _cross_out(across, down, rows, columns, text)
    rows, columns, across, down = _useful(rows, columns, across, down)
    if len(rows) < 2 or len(columns) < 2:
        return None
    _close_outline(across, down)
    _bridge(down, rows, columns, text)
    spans, doubts = partition(across, down, _threshold(across, down, _dark((*rows, *columns))))
    placed = tuple(_placed(span, rows, columns) for span in spans)
    x0, x1 = columns[0].at(box[1]), columns[-1].at(box[1])
    y0, y1 = rows[0].at(box[0]), rows[-1].at(box[0])
    return Grid(
        spans=placed, rows=len(rows) - 1, columns=len(columns) - 1, box=(x0, y0, x1, y1),
        horizontal=tuple(rows), vertical=tuple(columns), doubts=doubts,
    )  # fmt: skip


def _within(pieces: tuple[Rule, ...], along: tuple[int, int], across: tuple[int, int], points: float) -> list[Rule]:
    slack = _TOUCH * points
    return [
        piece
        for piece in pieces
        if across[0] - slack <= piece.at((piece.first + piece.last) / 2) <= across[1] + slack
        and piece.last >= along[0] - slack
        and piece.first <= along[1] + slack
    ]


def _anchored(pieces: list[Rule], crossing: list[Rule], long: float, points: float) -> list[Rule]:
    slack = _MEET * points
    places = np.array([[rule.offset, rule.slope, rule.first, rule.last] for rule in crossing]).reshape(-1, 4)

    def ends_on_rule(across: float, along: float) -> bool:
        near = np.abs(places[:, 0] + places[:, 1] * across - along) < slack
        return bool((near & (places[:, 2] - slack < across) & (across < places[:, 3] + slack)).any())

    return [
        piece
        for piece in pieces
        if piece.length > long
        or (ends_on_rule(piece.at(piece.first), piece.first) and ends_on_rule(piece.at(piece.last), piece.last))
    ]


def _in_text(piece: Rule, text: Floats) -> bool:
    """Return whether a standing piece lies inside a line of text."""
    along = (piece.first + piece.last) / 2
    x, margin = piece.at(along), _EDGE * (text[:, 3] - text[:, 1])
    inside = (text[:, 0] + margin < x) & (x < text[:, 2] - margin) & (text[:, 1] < along) & (along < text[:, 3])
    return bool(inside.any())


def _spaced(rules: list[Rule], along: float, points: float) -> list[Rule]:
    """Keep the stronger of rules too close to be two."""
    chosen: list[Rule] = []
    for rule in rules:
        if chosen and rule.at(along) - chosen[-1].at(along) < _NARROWEST * points:
            if rule.length * rule.strength > chosen[-1].length * chosen[-1].strength:
                chosen[-1] = rule
            continue
        chosen.append(rule)
    return chosen


def _with_borders(rules: list[Rule], crossing: list[Rule], points: float) -> list[Rule]:
    """Add a border that is cut off or not printed where most crossing rules run on beyond the outermost rule."""
    if not rules or len(crossing) < 2:
        return rules
    result = list(rules)
    longest = max(rule.last - rule.first for rule in crossing)
    full = [rule for rule in crossing if rule.last - rule.first > 0.5 * longest]
    for side, ends in ((0, [rule.first for rule in full]), (-1, [rule.last for rule in full])):
        end = float(np.median(ends))
        border = result[side]
        along = float(np.mean([rule.at(end) for rule in full]))
        beyond = border.at(along) - end if side == 0 else end - border.at(along)
        agreeing = sum(abs(value - end) < 3 * points for value in ends)
        if beyond > 12 * points and agreeing >= max(2, 0.6 * len(ends)):
            shift = end - border.at(along)
            added = replace(border, offset=border.offset + shift, strength=255.0, length=0.0)
            result.insert(0 if side == 0 else len(result), added)
    return result


def _printed(rules: list[Rule], crossing: list[Rule], found: RuleSet) -> Floats:
    """Return the coverage of each stretch of each rule, shape ``(len(rules), len(crossing) - 1)``."""
    result = np.zeros((len(rules), len(crossing) - 1))
    for i, rule in enumerate(rules):
        ends = [_crossing(rule, other) for other in crossing]
        for j in range(len(crossing) - 1):
            result[i, j] = found.coverage(rule, ends[j], ends[j + 1]) if rule.length else 1.0
    return result


def _cross_out(across: Floats, down: Floats, rows: list[Rule], columns: list[Rule], text: Floats) -> None:
    """Weaken stretches that would run through a line of text and are not clearly printed."""
    # Boxes of text may reach over the gaps of a broken dark rule; pale ones are weaker than remains of text.
    dark = _dark((*rows, *columns))
    margin = 1.2 if dark else _EDGE
    faint_across, faint_down, doubtful_down = across < _SURE, down < _SURE, down < _CERTAIN
    for x0, y0, x1, y1 in text.tolist():
        high, middle, centre = y1 - y0, (y0 + y1) / 2, (x0 + x1) / 2
        between = [rows[i].at(centre) < middle < rows[i + 1].at(centre) for i in range(len(rows) - 1)]
        for j in range(1, len(columns) - 1):
            if x0 + margin * high < columns[j].at(middle) < x1 - margin * high:
                # The detector seldom joins long texts of two cells: strokes of a paragraph stand one below another.
                deep = not dark and x0 + _DEEP * high < columns[j].at(middle) < x1 - _DEEP * high
                cut = (doubtful_down if deep else faint_down)[:, j] & np.array(between)
                down[cut, j] = np.minimum(down[cut, j], _VETOED)
        for i in range(1, len(rows) - 1):
            if y0 + 0.3 * high < rows[i].at(centre) < y1 - 0.3 * high:
                inside = [
                    min(x1, columns[j + 1].at(middle)) - max(x0, columns[j].at(middle)) > 1.2 * high
                    for j in range(len(columns) - 1)
                ]
                cut = faint_across[i] & np.array(inside)
                across[i, cut] = np.minimum(across[i, cut], _VETOED)


def _crossing(rule: Rule, other: Rule) -> float:
    """Return how far along ``rule`` the other rule crosses it."""
    along = other.offset
    for _ in range(3):
        along = other.at(rule.at(along))
    return along


def _useful(
    rows: list[Rule], columns: list[Rule], across: Floats, down: Floats
) -> tuple[list[Rule], list[Rule], Floats, Floats]:
    """Drop lines that are nowhere printed between two crossings; ``down`` has shape ``(rows - 1, columns)``.

    An outermost row or column that no crossing rule reaches is a stray line, such as the strokes of a heading.
    """
    while len(rows) > 2 and not (down[0] >= PRINTED).any():
        rows, across, down = rows[1:], across[1:], down[1:]
    while len(rows) > 2 and not (down[-1] >= PRINTED).any():
        rows, across, down = rows[:-1], across[:-1], down[:-1]
    while len(columns) > 2 and not (across[:, 0] >= PRINTED).any():
        columns, across, down = columns[1:], across[:, 1:], down[:, 1:]
    while len(columns) > 2 and not (across[:, -1] >= PRINTED).any():
        columns, across, down = columns[:-1], across[:, :-1], down[:, :-1]
    while True:
        weak_rows = [i for i in range(1, len(rows) - 1) if not (across[i] >= PRINTED).any()]
        weak_columns = [j for j in range(1, len(columns) - 1) if not (down[:, j] >= PRINTED).any()]
        if not weak_rows and not weak_columns:
            return rows, columns, across, down
        if weak_rows:
            i = weak_rows[0]
            high = np.diff([rule.at(columns[0].offset) for rule in rows])
            down[i - 1] = (down[i - 1] * high[i - 1] + down[i] * high[i]) / (high[i - 1] + high[i])
            down, across = np.delete(down, i, axis=0), np.delete(across, i, axis=0)
            rows = rows[:i] + rows[i + 1 :]
        else:
            j = weak_columns[0]
            wide = np.diff([rule.at(rows[0].offset) for rule in columns])
            across[:, j - 1] = (across[:, j - 1] * wide[j - 1] + across[:, j] * wide[j]) / (wide[j - 1] + wide[j])
            across, down = np.delete(across, j, axis=1), np.delete(down, j, axis=1)
            columns = columns[:j] + columns[j + 1 :]


def _close_outline(across: Floats, down: Floats) -> None:
    across[0], across[-1], down[:, 0], down[:, -1] = 1.0, 1.0, 1.0, 1.0


def _bridge(down: Floats, rows: list[Rule], columns: list[Rule], text: Floats) -> None:
    """Take a nearly lost stretch of a vertical rule as printed where the rule runs on and text stands on both sides."""
    x, y, half = (text[:, 0] + text[:, 2]) / 2, (text[:, 1] + text[:, 3]) / 2, (text[:, 3] - text[:, 1]) / 3
    for i in range(1, len(rows) - 2):
        for j in range(1, len(columns) - 1):
            if not (_TRACE < down[i, j] < PRINTED and min(down[i - 1, j], down[i + 1, j]) >= _SURE):
                continue
            inside = (rows[i].at(columns[j].offset) < y) & (y < rows[i + 1].at(columns[j].offset))
            left, middle, right = (columns[k].at(rows[i].offset) for k in (j - 1, j, j + 1))
            crossing = inside & (text[:, 0] + half < middle) & (middle < text[:, 2] - half)
            beside = (inside & (left < x) & (x < middle)).any() and (inside & (middle < x) & (x < right)).any()
            if beside and not crossing.any():
                down[i, j] = 1.0


def _dark(rules: tuple[Rule, ...]) -> bool:
    return bool(np.median([rule.strength for rule in rules]) > DARK)


def _threshold(across: Floats, down: Floats, dark: bool) -> float:
    """Return the coverage that parts printed stretches from the others: the middle of the widest gap.

    Remains of text weigh as much as pale or dotted rules, so the least coverage depends on their strength.
    """
    shares = np.sort(np.concatenate((across.ravel(), down.ravel(), [_LOW, _SURE])))
    shares = shares[(shares >= _LOW) & (shares <= _SURE)]
    widest = int(np.diff(shares).argmax())
    middle = float(shares[widest] + shares[widest + 1]) / 2
    low, high = (0.16, 0.3) if dark else (0.36, 0.45)
    return min(max(middle, low), high)


def _placed(span: Span, rows: list[Rule], columns: list[Rule]) -> Span:
    top, bottom = rows[span.row], rows[span.row + span.rows]
    left, right = columns[span.column], columns[span.column + span.columns]
    x0, x1 = left.at(_crossing(left, top)), right.at(_crossing(right, top))
    y0, y1 = top.at((x0 + x1) / 2), bottom.at((x0 + x1) / 2)
    middle = (y0 + y1) / 2
    x0, x1 = left.at(middle), right.at(middle)
    return replace(span, box=(x0, y0, x1, y1))

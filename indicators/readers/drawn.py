"""Tables drawn with characters: │ and ─ with their joints, or the bars, dashes and plus signs of grid tables.

Nobody knows how wide the program that drew a table took its characters: a Chinese character takes two columns, a line
one or two, and so do quotation marks and ≥. The right count is the one by which all lines of a table are equally long.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise, product, starmap
from typing import NamedTuple

from indicators.text import join_lines

__all__ = ["DrawnCell", "DrawnTable", "undrawn"]

_BOX = "\u2500-\u257f"
_LINE = re.compile(rf"\s*(?:[{_BOX}].*[{_BOX}]|[+|].*[+|])\s*")
#: The line that a grid of plain signs begins with, and what tells its rules from texts.
_FIRST_RULE, _PLAIN_RULE = re.compile(r"\s*\+[-=+:]{2,}\+\s*"), re.compile(r"\+[-=:]{2,}|[-=:]{2,}\+")
_FULL_RULE, _BAR = re.compile(rf"[\s{_BOX}]*|\s*[+=:-]*\s*"), re.compile("[│┃║]")
#: Lines by which signs are counted.
_MOST_COUNTED = 400
_NUMBER_END = re.compile(r"\d[.,-]?$")
#: Rows between rules from which a table has a rule below each of its rows; one with fewer has a row a line.
_LEAST_ROWS = 4


@dataclass(slots=True)
class DrawnCell:
    """A cell with its place among the lines drawn, what it covers, its printed lines and the number of the first.

    ``full`` tells whether its last line reaches the line at its right.
    """

    row: int
    column: int
    column_span: int
    line: int
    row_span: int = 1
    texts: list[str] = field(default_factory=list)
    full: bool = False

    @property
    def text(self) -> str:
        """The text, its lines joined."""
        return join_lines(self.texts)

    def say(self, printed: str) -> None:
        """Add a line; a number goes on over the edge of a full one: 参保1. / 86万人."""
        text = printed.strip()
        if self.full and text[:1].isdigit() and _NUMBER_END.search(self.texts[-1]):
            self.texts[-1] += text
        else:
            self.texts.append(text)
        self.full = len(printed) - len(printed.rstrip()) <= 1


class DrawnTable(NamedTuple):
    """The lines from ``start`` to before ``stop`` as a table; without cells where only bars part its rows."""

    start: int
    stop: int
    columns: int
    rows: int
    cells: list[DrawnCell]


def undrawn(lines: list[str]) -> tuple[list[DrawnTable], list[str]]:
    """Return the tables that are drawn in a text, and its lines without them.

    What lines alone part, without rules between most rows, stays in the lines: as rows of bars.

    Parameters
    ----------
    lines
        Of the whole text, as printed. The lines of a table become blank, so that the others keep their numbers.
    """
    found: list[DrawnTable] = []
    out = list(lines)
    start = 0
    while start < len(lines):
        stop = _end(lines, start)
        if stop > start + 1:
            table = _Drawing(lines, start, stop).table()
            if table.cells:
                found.append(table)
                out[start:stop] = [""] * (stop - start)
            else:
                rows = ("" if _FULL_RULE.fullmatch(line) else _BAR.sub("|", line) for line in lines[start:stop])
                out[start:stop] = rows
        start = max(stop, start + 1)
    return found, out


def _end(lines: Sequence[str], start: int) -> int:
    """Return where a table that begins at a line ends; ``start`` where none does."""
    text = lines[start].strip()
    boxed = _box(text[:1])
    if not (_LINE.fullmatch(text) if boxed else _FIRST_RULE.fullmatch(text)):
        return start
    stop = start + 1
    while stop < len(lines) and _LINE.fullmatch(lines[stop]) and _box(lines[stop].strip()[0]) == boxed:
        if boxed and not _goes(lines[stop].strip()[0], "UP"):
            break
        stop += 1
    while not boxed and not _FIRST_RULE.fullmatch(lines[stop - 1]):
        stop -= 1
    return stop


def _box(sign: str) -> bool:
    """Whether a sign draws lines of a box."""
    return "\u2500" <= sign <= "\u257f"


@lru_cache(maxsize=512)
def _goes(sign: str, way: str) -> bool:
    """Whether a sign draws a line up or down (``UP``, ``DOWN``) or along (``HORIZONTAL``)."""
    if sign == "+":
        return True
    words = unicodedata.name(sign, "").split() if _box(sign) else []
    if way == "HORIZONTAL":
        return not {"HORIZONTAL", "LEFT", "RIGHT"}.isdisjoint(words) or sign in "-=:"
    return "VERTICAL" in words or way in words or sign == "|"


class _Mark(NamedTuple):
    """A bar or joint of a line: where it stands in the text, and in columns."""

    at: int
    place: float
    sign: str


class _Span(NamedTuple):
    """The slots between two marks of a line, and where their text stands in it."""

    slots: tuple[int, int]
    start: int
    stop: int


class _Count(NamedTuple):
    """The columns that lines, signs such as “ and ≥, and Chinese characters take."""

    line: int
    other: int
    chinese: int


class _Drawing:
    """One table: the vertical lines it has anywhere, and its cells between them and the rules."""

    def __init__(self, lines: Sequence[str], start: int, stop: int) -> None:
        self.start, self.stop = start, stop
        self.texts = [line.strip() for line in lines[start:stop]]
        self.boxed = _box(self.texts[0][0])
        self.count, self.usual = _count(self.texts[:_MOST_COUNTED])
        self.ruled = [self._is_rule(text) for text in self.texts]
        joints = (self._marks(number) for number, ruled in enumerate(self.ruled) if ruled)
        self.seams = sorted({mark.place for marks, wide in joints if wide == self.usual for mark in marks})

    def _marks(self, number: int) -> tuple[list[_Mark], float]:
        """Return the bars and joints of a line, and how long it is."""
        text = self.texts[number]
        places = _places(text, self.count)
        signs = "+|" if self.ruled[number] else "|"
        marks = [
            _Mark(at, places[at], sign)
            for at, sign in enumerate(text)
            if (sign in signs if not self.boxed else _box(sign) and (_goes(sign, "UP") or _goes(sign, "DOWN")))
        ]
        return marks, places[-1]

    def _is_rule(self, text: str) -> bool:
        """Whether a rule goes through a line, in part at least."""
        if not self.boxed:
            return _PLAIN_RULE.search(text) is not None
        return any(_goes(sign, "HORIZONTAL") for sign in text if _box(sign))

    def table(self) -> DrawnTable:
        """Return the table."""
        bands = sum(ruled and not below for ruled, below in pairwise(self.ruled))
        if bands < _LEAST_ROWS or len(self.seams) < 2:
            return DrawnTable(self.start, self.stop, 0, 0, [])
        cells: list[DrawnCell] = []
        above: dict[tuple[int, int], DrawnCell] = {}
        band: dict[tuple[int, int], DrawnCell] = {}
        rule = set(range(len(self.seams) - 1))
        down: list[int] = []
        row = 0
        for number, text in enumerate(self.texts):
            marks, _ = self._marks(number)
            if self.ruled[number] or len(marks) != len(down):
                marks = self._in_place(marks)
                seams = [self._nearest(mark.place) for mark in marks]
            else:
                seams = down
            spans = list(_spans(marks, seams))
            if not self.ruled[number]:
                if not band:
                    band = self._band(number, row, seams, above, rule)
                    cells += [cell for cell in band.values() if cell.row == row]
                _say(text, spans, band)
            else:
                _say(text, [span for span in spans if not _drawn(text, span)], band or above)
                rule = {slot for span in spans if _drawn(text, span) for slot in range(*span.slots)} | (
                    set() if band else rule
                )
                above, band, row = band or above, {}, row + bool(band)
            down = [seam for seam, mark in zip(seams, marks) if _goes(mark.sign, "DOWN")]
        return DrawnTable(self.start, self.stop, len(self.seams) - 1, row + bool(band), cells)

    def _in_place(self, marks: Sequence[_Mark]) -> list[_Mark]:
        """Return the marks that stand at vertical lines: of several near one, the nearest; the others are text."""
        at: dict[int, _Mark] = {}
        for mark in marks:
            seam = self._nearest(mark.place)
            if seam not in at or abs(self.seams[seam] - mark.place) < abs(self.seams[seam] - at[seam].place):
                at[seam] = mark
        return list(at.values())

    def _nearest(self, place: float) -> int:
        behind = bisect_left(self.seams, place)
        near = range(max(behind - 1, 0), min(behind + 1, len(self.seams)))
        return min(near, key=lambda seam: abs(self.seams[seam] - place))

    def _band(
        self,
        number: int,
        row: int,
        seams: list[int],
        above: dict[tuple[int, int], DrawnCell],
        rule: set[int],
    ) -> dict[tuple[int, int], DrawnCell]:
        """Return the cells between two rules; those without a rule above them go on from the row above."""
        band = {}
        for slots in pairwise(sorted(set(seams))):
            cell = above.get(slots)
            if cell is not None and not rule & set(range(*slots)):
                cell.row_span += 1
            else:
                cell = DrawnCell(row, slots[0], slots[1] - slots[0], self.start + number + 1)
            band[slots] = cell
        return band


def _drawn(text: str, span: _Span) -> bool:
    """Whether a rule fills a piece of a line."""
    piece = text[span.start : span.stop].strip()
    return (len(piece) > 1 or _box(piece)) and all(_goes(sign, "HORIZONTAL") for sign in piece)


def _spans(marks: Sequence[_Mark], seams: Sequence[int]) -> Iterator[_Span]:
    """Yield the slots between each two marks of a line, with where their text stands in it."""
    for (left, first), (right, last) in pairwise(zip(seams, marks)):
        yield _Span((left, right), first.at + 1, last.at)


def _say(text: str, spans: Sequence[_Span], band: dict[tuple[int, int], DrawnCell]) -> None:
    """Give what a line prints between its bars to the cells it stands in."""
    for slots, start, stop in spans:
        if slots in band:
            band[slots].say(text[start:stop])


def _count(texts: Sequence[str]) -> tuple[_Count, float]:
    """Return the count of columns by which most lines are equally long, and how long they are."""
    best: tuple[int, _Count, float] = (0, _Count(1, 1, 1), 0.0)
    for count in starmap(_Count, product((1, 2), (1, 2), (2, 1))):
        usual, often = Counter(_places(text, count)[-1] for text in texts).most_common(1)[0]
        if often > best[0]:
            best = often, count, usual
    return best[1], best[2]


def _places(text: str, count: _Count) -> list[float]:
    """Return the columns before each sign of a line and behind the last."""
    return [0.0, *accumulate(_width(sign, count) for sign in text)]


@lru_cache(maxsize=16384)
def _width(sign: str, count: _Count) -> int:
    if _box(sign):
        return count.line
    kind = unicodedata.east_asian_width(sign)
    return count.chinese if kind in "WF" else count.other if kind == "A" else 1

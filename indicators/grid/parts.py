"""Pieces of placed text, in half-width characters across and in lines down, whatever document they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import east_asian_width

from indicators.records import Cell, Location, Segment, around
from indicators.text import join_lines

__all__ = ["Lines", "Part", "beside", "cell_of", "joined", "merged", "text_of", "wide", "width_of"]

#: White from which two pieces of a line are cells of their own, in half-width characters.
WIDE = 1.7


@dataclass(slots=True)
class Part:
    """A piece of a line, or of a cell put together from several lines.

    ``line`` is the middle of its lines, ``rise`` how far the first stands above it.
    """

    text: str
    first: float
    last: float
    line: float
    sources: tuple[Segment, ...] = field(default=(), repr=False)
    rise: float = 0.0

    @property
    def top(self) -> float:
        """Height of the first line."""
        return self.line - self.rise

    @property
    def middle(self) -> float:
        """Middle of the piece in the line."""
        return (self.first + self.last) / 2

    @property
    def width(self) -> int:
        """Width in half-width characters."""
        return width_of(self.text)


@lru_cache(maxsize=32768)
def width_of(text: str) -> int:
    """Return the columns a text takes where Chinese characters take two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


#: The pieces of each printed line, from left to right.
Lines = Sequence[list[Part]]

#: A date is cut inside its number: 2026年1 / 1月3 / 0日前.
#: So is what follows a figure: 权重50 / %）.
_CUT_DATE = re.compile(r"(?<=[年月]\d) (?=\d[月日])|(?<=20\d) (?=\d年)|(?<=20) (?=\d\d年)|(?<=\d) (?=[%‰])")


def joined(parts: Sequence[Part]) -> Part:
    """Put the lines of one cell together, at their middle."""
    if len(parts) == 1:
        return parts[0]
    text = _CUT_DATE.sub("", join_lines(part.text for part in parts))
    tops = [part.top for part in parts]
    middle = (min(tops) + max(part.line + part.rise for part in parts)) / 2
    return Part(
        text,
        min(part.first for part in parts),
        max(part.last for part in parts),
        middle,
        tuple(source for part in parts for source in part.sources),
        middle - min(tops),
    )


def beside(parts: Sequence[Part]) -> Part:
    """Put pieces of one line together, a blank between them."""
    if len(parts) == 1:
        return parts[0]
    sources = tuple(source for part in parts for source in part.sources)
    line = sum(part.line for part in parts) / len(parts)
    return Part(text_of(parts), parts[0].first, parts[-1].last, line, sources)


def text_of(parts: Sequence[Part]) -> str:
    """Return the text of pieces of one line put together."""
    text = parts[0].text
    for part in parts[1:]:
        text += part.text if part.sources and part.sources[0].glued else f" {part.text}"
    return text


def merged(line: list[Part]) -> list[Part]:
    """Join the pieces of a line with less white between them than cells have."""
    out: list[list[Part]] = []
    for part in line:
        if out and part.first - out[-1][-1].last < WIDE:
            out[-1].append(part)
        else:
            out.append([part])
    return [beside(group) for group in out]


def wide(lines: Lines) -> list[list[Part]]:
    """Return the lines with the pieces of each cell joined."""
    return [merged(line) for line in lines]


def cell_of(
    part: Part, table: int, row: int, column: int, span: int = 1, column_span: int = 1, sure: float = 1.0
) -> Cell:
    """Return a part as a cell of a table; its place is that of all its pieces on the page where it begins."""
    first = part.sources[0].at
    box = None
    if first.bbox is not None:
        box = around(source.at.bbox for source in part.sources if source.at.page == first.page)
    at = Location(page=first.page, table=table, row=row, column=column, line=first.line, bbox=box)
    confidence = min([sure, *(source.confidence for source in part.sources)])
    return Cell(text=part.text, at=at, row_span=span, column_span=column_span, confidence=confidence)


def texts(parts: Iterable[Part]) -> list[str]:
    """Return the texts."""
    return [part.text for part in parts]

"""Columns of tables set flush left: the places where cells begin."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.grid.labels import is_level
from indicators.grid.parts import Part
from indicators.grid.stacks import Level
from indicators.vocabulary import header_role

__all__ = ["FLUSH", "HEADED", "column_starts"]

#: Cells begin at the same place, or at one that few others have, or are centred, within so many half-width characters.
FLUSH, _STRAY, _CENTRED = 0.5, 1.0, 1.6
#: Share of cells that begin where the next one below does though it is longer or shorter, in a table set flush left.
_ALIGNED = 0.75
#: How far a long text pushes what stands behind it.
_SHIFT = 3.0
#: Deepest indent of a text in its column.
_INDENT = 8.0
#: How far behind the end of its header a column may begin.
HEADED = 2.0
#: Share of levels that have their indicators beside them; in a tree these stand below.
_BESIDE = 0.2


def column_starts(levels: Sequence[Level]) -> list[float] | None:
    """Return the places where columns begin, ``None`` where cells are not set flush left.

    Parameters
    ----------
    levels
        Levels of whole cells of one table.
    """
    rows = [level.cells for level in levels if len(level.cells) > 1]
    flush = centred = 0
    for number, row in enumerate(rows):
        for part in row:
            below = next((p for other in rows[number + 1 : number + 4] for p in other if _overlaps(part, p)), None)
            if below is not None and abs(part.width - below.width) > 1:
                level = abs(part.first - below.first) <= FLUSH
                flush += level
                centred += not level and abs(part.middle - below.middle) <= _CENTRED
    if centred > (1 - _ALIGNED) * (flush + centred):
        return None
    groups: list[list[float]] = []
    for place in sorted(part.first for row in rows for part in row):
        if groups and place - groups[-1][0] <= FLUSH:
            groups[-1].append(place)
        else:
            groups.append([place])
    common = [group[0] for group in groups if len(group) > 1]
    strays = [g[0] for g in groups if len(g) == 1 and all(abs(g[0] - place) > _STRAY for place in common)]
    starts = _without_heads(_without_shifts(sorted([*common, *strays]), rows), rows)
    return _without_indents(starts, [level.cells for level in levels])


def _without_shifts(starts: list[float], rows: Sequence[Sequence[Part]]) -> list[float]:
    """Leave out places to which the cells of a column moved beside a long text: no row has a cell at both."""
    kept = starts[:1]
    for place in starts[1:]:
        near = place - kept[-1] <= _SHIFT
        both = over = False
        for row in rows if near else ():
            own = [part for part in row if abs(part.first - kept[-1]) <= FLUSH]
            both |= bool(own) and any(abs(part.first - place) <= FLUSH for part in row)
            over |= any(part.last > place + FLUSH for part in own)
        if not near or both or not over:
            kept.append(place)
    return kept


def _without_heads(starts: list[float], rows: Sequence[Sequence[Part]]) -> list[float]:
    """Leave out places where only headers begin whose cells all begin a little further in, as somebody typed them."""
    heads = [row for row in rows if sum(header_role(part.text) is not None for part in row) > 1]
    below = [row for row in rows if not any(row is head for head in heads)]
    kept: list[float] = []
    for place, following in zip(starts, [*starts[1:], None], strict=True):
        own = [part for row in heads for part in row if abs(part.first - place) <= FLUSH]
        further = following is not None and _any_begins(below, following) and not _any_begins(heads, following)
        near = following is not None and all(following - part.last <= HEADED for part in own)
        if not (own and further and near) or _any_begins(below, place):
            kept.append(place)
    return kept


def _any_begins(rows: Sequence[Sequence[Part]], place: float) -> bool:
    return any(abs(part.first - place) <= FLUSH for row in rows for part in row)


def _without_indents(starts: list[float], rows: Sequence[Sequence[Part]]) -> list[float]:
    """Leave out places where texts of one column begin further in: the levels of a tree below each other."""
    labelled = [row for row in rows if any(is_level(part.text) for part in row)]
    if sum(len(row) > 1 for row in labelled) > _BESIDE * len(labelled):
        return starts
    kept, column = starts[:1], starts[:1]
    for place in starts[1:]:
        both = over = False
        for row in rows:
            own = [part for part in row if any(abs(part.first - start) <= FLUSH for start in column)]
            both |= bool(own) and any(abs(part.first - place) <= FLUSH for part in row)
            over |= any(part.last > place + FLUSH for part in own)
        if both or not over or place - column[-1] > _INDENT:
            kept.append(place)
            column = []
        column.append(place)
    return kept


def _overlaps(upper: Part, lower: Part) -> bool:
    return min(upper.last, lower.last) - max(upper.first, lower.first) > FLUSH

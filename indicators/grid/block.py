"""The rows of a block of indicators: a header, and lines below it whose columns are kept apart by white."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from indicators.grid.columns import LABELS, assign, between, gutters, is_piece, levels_of
from indicators.grid.labels import cells_of_line
from indicators.grid.parts import Lines, Part, beside, joined
from indicators.grid.rows import Row, Walls, cut_rows, labels_of, runs_of
from indicators.text import squash
from indicators.vocabulary import header_role, level1_label, level2_label

__all__ = ["Block", "Placed", "heads_of", "solve_block"]

#: Points of a level stand below its label: （40 分）.
_POINTS = re.compile(r"[(（]\d+(?:分|%)[)）]")
_OPENED, _CLOSED = re.compile(r"[(（]\d*$"), re.compile(r"\d*分?[)）]")
#: Labels of a whole block; printed a character or two a line.
_OUTER = (
    "年度绩效指标",
    "中长期绩效指标",
    "中期绩效指标",
    "实施期绩效指标",
    "项目绩效指标",
    "总体绩效指标",
    "绩效目标",
)
_GROUPS = ("绩效指标",)
#: The year of a block stands above its label: 2023 / 年度 / 绩效 / 指标.
_YEAR = re.compile(r"20\d{2}年?度?")
_FIGURE = re.compile(r"[≥≤><＞＜=＝\d%]")


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell of a row: first column, columns and rows spanned."""

    column: int
    part: Part
    span: int = 1
    width: int = 1


@dataclass(slots=True)
class Block:
    """Rows of a block with its strips and kinds of columns; ``header`` rows come first."""

    strips: list[float]
    kinds: list[str]
    header: list[list[Placed]] = field(default_factory=list)
    rows: list[list[Placed]] = field(default_factory=list)


def solve_block(header: Lines, body: Lines, walls: Walls) -> Block:
    """Return the rows of a block.

    Parameters
    ----------
    header, body
        Pieces of the lines of the header and below it.
    walls
        Horizontal rules of the page.
    """
    outer, header, body = _outer(header, body)
    body = [[part for part in line if not _POINTS.fullmatch(squash(part.text))] for line in _without_points(body)]
    heads = heads_of(header)
    lines = [*header, *header, *body]
    strips = between(heads, lines) if len(heads) > 2 else gutters(lines)
    kinds = _kinds(strips, body, header)
    block = Block(strips, kinds)
    titles = _header(header, strips, block, walls)
    placed = [{c: beside(parts) for c, parts in assign(line, strips, kinds).items()} for line in body if line]
    _cost_below(placed, kinds)
    leaves = [index for index, kind in enumerate(kinds) if kind not in LABELS]
    names, values = _pairs(kinds, titles, placed)
    inner = _inside(walls, body)
    printed = [_height([*item.values()]) for item in placed]
    rows = cut_rows([{c: p for c, p in item.items() if c in leaves} for item in placed], names, values, inner, printed)
    labels = {
        index: labels_of(
            [item[index] for item in placed if index in item],
            level1_label if kinds[index] == "level1" else level2_label,
            inner,
        )
        for index, kind in enumerate(kinds)
        if kind in LABELS
    }
    block.rows = _with_labels(rows, labels, kinds, inner)
    if outer:
        _add_outer(block, outer, inner)
    return block


def _cost_below(placed: list[Row], kinds: list[str]) -> None:
    """Let 成本指标, a label of both levels, be of the second where it begins as the one of that level above it does."""
    for first, second in pairwise(range(len(kinds))):
        above: Part | None = None
        for item in placed if kinds[first : second + 1] == [*LABELS] else []:
            part = item.get(first)
            if part is not None and second not in item and above is not None and level2_label(part.text):
                if abs(part.first - above.first) < 0.5:
                    item[second] = item.pop(first)
            above = item.get(second, above)


def _without_points(body: Lines) -> list[list[Part]]:
    """Take the points off the labels where they wrap: 产出指标(5 / 0分)."""
    lines = [list(line) for line in body]
    for line, below in pairwise(lines):
        for number, part in enumerate(line):
            opened = _OPENED.search(part.text)
            rest = next((p for p in below if _above(part, p) and _CLOSED.fullmatch(squash(p.text))), None)
            if opened and rest is not None and is_piece(part.text[: opened.start()]):
                line[number] = replace(part, text=part.text[: opened.start()])
                below.remove(rest)
    return lines


def heads_of(header: Lines) -> list[Part]:
    """Return the cells that name the columns: those of the fullest line, and others beside them."""
    lines = [cells_of_line(line) for line in header if line]
    lines.sort(key=lambda line: (-len(line), -len([part for part in line if header_role(part.text)])))
    main, rest = (lines[0], [part for line in lines[1:] for part in line]) if lines else ([], [])
    heads = list(main)
    stacks: list[list[Part]] = []
    for part in sorted(rest, key=lambda p: p.line):
        if squash(part.text) in _GROUPS:
            continue
        home = next((stack for stack in stacks if _above(stack[-1], part)), None)
        if home is None:
            stacks.append([part])
        else:
            home.append(part)
    for part in map(joined, stacks):
        over = [index for index, head in enumerate(heads) if _above(part, head)]
        amid = any(head.first > part.last for head in main) and any(head.last < part.first for head in main)
        known = header_role(part.text) is not None
        if not over and (known or not amid):
            heads.append(part)
        elif len(over) == 1 and header_role(heads[over[0]].text) is None and not known:
            heads[over[0]] = joined(sorted((heads[over[0]], part), key=lambda p: p.line))
    return sorted(heads, key=lambda part: part.first)


def _above(one: Part, other: Part) -> bool:
    return min(one.last, other.last) > max(one.first, other.first) - 0.5


def _inside(walls: Walls, body: Lines) -> Walls:
    heights = [part.line for line in body for part in line]
    return walls.within(min(heights) - 3, max(heights) + 3) if heights and walls.rules else Walls()


def _outer(header: Lines, body: Lines) -> tuple[list[Part], list[list[Part]], list[list[Part]]]:
    """Take out the labels left of all levels, which stand for the whole block: 绩效指标, a character a line."""
    everything = [part for line in (*header, *body) for part in line]
    labels = [p.first for p in everything if len(p.text) > 2 and is_piece(p.text) and not _is_outer(p)]
    heads = [p.first for line in header for p in line if header_role(p.text) in LABELS]
    edge = min([*labels, *heads], default=0.0)
    found = [p for p in everything if p.last <= edge - 0.4 and _is_outer(p)]
    left = min((p.middle for p in found), default=0.0)
    found = [p for p in found if p.middle < left + 3]
    if any(is_piece(p.text) and not _is_outer(p) and any(_above(p, one) for one in found) for p in everything):
        found = []
    if not found:
        return [], [list(line) for line in header], [list(line) for line in body]
    taken = {id(part) for part in found}

    def without(lines: Lines) -> list[list[Part]]:
        return [[part for part in line if id(part) not in taken] for line in lines]

    return _wholes(found), without(header), without(body)


def _wholes(parts: list[Part]) -> list[Part]:
    """Join pieces to labels: 长期 / 绩效 / 指标 / 年度 / 绩效 / 指标 are two."""
    wholes: list[Part] = []
    waiting: list[Part] = []
    for part in parts:
        waiting.append(part)
        if squash("".join(piece.text for piece in waiting)).endswith(("绩效指标", "绩效目标")):
            wholes.append(joined(waiting))
            waiting = []
    return [*wholes, joined(waiting)] if waiting else wholes


def _is_outer(part: Part) -> bool:
    text = squash(part.text)
    known = text == "指标" or header_role(part.text) is None
    return _YEAR.fullmatch(text) is not None or (known and any(text in whole for whole in _OUTER))


def _kinds(strips: list[float], body: Lines, header: Lines) -> list[str]:
    columns: list[list[Part]] = [[] for _ in range(len(strips) + 1)]
    for line in body:
        for part in line:
            columns[sum(strip < part.middle for strip in strips)].append(part)
    kinds = levels_of(columns)
    heads = {sum(strip < part.middle for strip in strips): header_role(part.text) or "" for part in heads_of(header)}
    if _slipped(columns, heads):
        return [heads[column] if heads[column] in (*LABELS, "name") else "leaf" for column in range(len(columns))]
    for column, role in heads.items():
        if kinds[column] == "leaf" and (role == "name" or (role in LABELS and not columns[column])):
            kinds[column] = str(role)
    return kinds


def _slipped(columns: list[list[Part]], heads: dict[int, str]) -> bool:
    """Whether blanks align nothing: labels of the second level stand below the header of the first as well."""
    labels = [column for column, role in heads.items() if role in LABELS]
    if len(heads) != len(columns) or [heads[column] for column in labels] != [*LABELS]:
        return False
    own = [label for part in columns[labels[0]] if (label := level2_label(part.text)) and not level1_label(part.text)]
    return len(set(own)) > 1


def _header(header: Lines, strips: list[float], block: Block, walls: Walls) -> dict[int, str]:
    """Read the cells of the header: those above several columns make a row of their own."""
    own: dict[int, list[Part]] = {}
    above: list[Placed] = []
    for line in header:
        for column, parts in assign(line, strips, ["leaf"] * len(block.kinds)).items():
            own.setdefault(column, []).append(beside(parts))
    single: list[Placed] = []
    for column, parts in sorted(own.items()):
        last = joined(parts)
        for cut in range(1, len(parts)):
            lower = joined(parts[cut:])
            ruled = walls.between(parts[cut - 1].line, parts[cut].line, lower.middle)
            if (
                ruled
                or squash(joined(parts[:cut]).text) in _GROUPS
                or (header_role(lower.text) is not None and header_role(last.text) is None)
            ):
                above.append(_group(joined(parts[:cut]), column, strips, own))
                last = lower
                break
        single.append(Placed(column, last))
    block.header = [row for row in (above, single) if row]
    return {cell.column: cell.part.text for cell in single}


def _group(part: Part, column: int, strips: list[float], own: dict[int, list[Part]]) -> Placed:
    """Return a header above several columns: those around whose middle it stands."""
    middles = {c: joined(parts).middle for c, parts in own.items()}
    best = (abs(middles[column] - part.middle), column, column)
    for first in range(column + 1):
        for last in range(column, len(strips) + 1):
            between = [c for c in range(first, last + 1) if c in own]
            if last > first and all(len(own[c]) == 1 or c == column for c in between):
                middle = (middles[between[0]] + middles[between[-1]]) / 2
                best = min(best, (abs(middle - part.middle) - 0.5, first, last))
    return Placed(best[1], part, 1, best[2] - best[1] + 1)


def _pairs(kinds: list[str], heads: dict[int, str], placed: list[Row]) -> tuple[list[int], list[int]]:
    """Return the columns of names and of values, side by side."""
    names: list[int] = []
    values: list[int] = []
    side: list[int] = []
    for column, kind in [*enumerate(kinds), (len(kinds), "level2")]:
        if kind not in LABELS:
            side.append(column)
        elif side:
            pair = _pair(side, heads, placed)
            names += pair[:1]
            values += pair[1:]
            side = []
    return names, values


def _pair(side: list[int], heads: dict[int, str], placed: list[Row]) -> list[int]:
    roles = {header_role(heads.get(column, "")): column for column in reversed(side)}
    name, value = roles.get("name"), roles.get("value")
    filled = {c: [item[c] for item in placed if c in item] for c in side}
    if name is None:
        name = max(side, key=lambda c: sum(p.width for p in filled[c]))
    rest = [c for c in side if c != name and filled[c]]
    if value is None and rest:
        value = max(
            rest, key=lambda c: sum(_FIGURE.search(p.text) is not None for p in filled[c]) + 0.1 * len(filled[c])
        )
    return [name] if value is None else [name, value]


def _with_labels(rows: list[Row], labels: dict[int, list[Part]], kinds: list[str], walls: Walls) -> list[list[Placed]]:
    """Give each row its labels; a label without rows of its own becomes a row, an empty slot."""
    main = next((index for index, kind in enumerate(kinds) if kind == "level2"), None)
    out = [(_height([*row.values()]), [Placed(c, part) for c, part in row.items()]) for row in rows]
    spans: list[tuple[int, Part, list[list[Placed]]]] = []
    taken: dict[float, list[Placed]] = {}
    for column, found in labels.items():
        if kinds[column] != "level2":
            continue
        for label, covered in zip(found, runs_of(found, [[*row.values()] for row in rows], walls), strict=True):
            if covered:
                spans.append((column, label, [out[row][1] for row in covered]))
            elif column == main:
                taken.setdefault(label.line, []).append(Placed(column, label))
            else:
                near = min(taken, key=lambda line: abs(line - label.line), default=None)
                line = near if near is not None and abs(near - label.line) < 1.6 else label.line
                taken.setdefault(line, []).append(Placed(column, label))
    out.extend(taken.items())
    out.sort(key=lambda item: item[0])
    for column, label, own in spans:
        own[0].append(Placed(column, label, len(own)))
    for column, found in labels.items():
        if kinds[column] == "level1" and out:
            _level1(out, column, found, main, walls)
    return [sorted(row, key=lambda item: item.column) for _, row in out]


def _level1(
    out: list[tuple[float, list[Placed]]], column: int, found: list[Part], main: int | None, walls: Walls
) -> None:
    starts: list[tuple[int, Part]] = []
    for label, covered in zip(
        found, runs_of(found, [[cell.part for cell in row] for _, row in out], walls), strict=True
    ):
        place = covered[0] if covered else min(range(len(out)), key=lambda i: abs(out[i][0] - label.line))
        # A 一级 begins with a 二级, not with a further row of the one above.
        begins = (row for row in covered if main is not None and any(c.column == main for c in out[row][1]))
        starts.append((next(begins, place), label))
    starts.sort(key=lambda item: item[0])
    if not starts:
        return
    ends = [*(row for row, _ in starts[1:]), len(out)]
    for (row, label), end in zip(starts, ends, strict=True):
        out[row][1].append(Placed(column, label, max(1, end - row)))


def _height(row: Sequence[Part]) -> float:
    return sum(part.line for part in row) / len(row)


def _firsts(rows: list[list[Placed]]) -> list[int]:
    """Return the rows where the levels begin anew: the first one, and those with its 一级 again."""
    found = [(i, label) for i, row in enumerate(rows) for c in row if (label := level1_label(c.part.text)) is not None]
    same = [i for i, label in found if label == found[0][1]]
    return [0, *same[1:]]


def _add_outer(block: Block, labels: list[Part], walls: Walls) -> None:
    """Put the labels of the whole block into a first column."""
    for rows in (block.header, block.rows):
        for number, row in enumerate(rows):
            rows[number] = [replace(cell, column=cell.column + 1) for cell in row]
    everything = [*block.header, *block.rows]
    if len(labels) == 1 and everything:
        everything[0].insert(0, Placed(0, labels[0], len(everything)))
        return
    firsts = _firsts(block.rows)
    if len(firsts) == len(labels):
        runs = [list(range(*ends)) for ends in pairwise([*firsts, len(block.rows)])]
    else:
        runs = runs_of(labels, [[c.part for c in row] for row in block.rows], walls)
    for label, own in zip(labels, runs, strict=True):
        if own:
            block.rows[own[0]].insert(0, Placed(0, label, len(own)))

"""The heading of a form: labels beside their texts, amounts below each other, goals over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indicators.grid.block import Placed
from indicators.grid.columns import gutters, spread
from indicators.grid.labels import frame_groups, is_label
from indicators.grid.parts import Lines, Part, beside, joined, merged
from indicators.grid.rows import Walls
from indicators.money import MONEY_UNIT
from indicators.text import squash
from indicators.vocabulary import field_label, fund_label

__all__ = ["beneath", "heading_rows", "ruled_rows"]

#: Longest label of a heading.
_LONGEST_LABEL = 16
_AMOUNT, _WHOLE = re.compile(r"-?[\d,]+\.\d+"), re.compile(r"-?[\d,]+(?:\.\d+)?")
#: Distance of the lines of a label at most, characters of the last, and how far it may stand off the middle.
_ADJACENT, _LONGEST_REST, _CENTRED = 1.2, 6, 2
#: What a place between two texts costs that leaves all pieces on one side, in half-width characters.
_EMPTY = 3.0
#: What a label consists of.
_WORDS = re.compile(r"[\u4e00-\u9fff（）()、/]{4,16}")
#: The unit of the amounts below their caption: 资金来源 / （万元）.
_UNIT_BELOW = re.compile(rf"[(（](?:单位[:：])?{MONEY_UNIT}[)）]")
#: What stands beside several amounts: 项目资金（万元）.
_CAPTION = re.compile(r"(?:资金|经费|预算|金额)(?:来源|情况)?(?:[(（]\S{1,8}[)）])?$")


def heading_rows(lines: Lines, cells: Lines, walls: Walls) -> list[list[Placed]]:
    """Return the rows above the indicators; labels and texts that wrap are put together again."""
    heights = [line[0].line for line in cells if line]
    if not heights:
        return []
    inner = walls.within(heights[0] - 3, heights[-1] + 3)
    right = max(part.middle for line in cells for part in line)
    if inner.regular(heights, right) and not frame_groups(stack for _, _, stack in _between_rules(lines, inner)):
        return ruled_rows(lines, inner)
    return _rows([list(line) for line in cells])


def ruled_rows(lines: Lines, walls: Walls) -> list[list[Placed]]:
    """Return the rows of lines parted by horizontal rules: what stands between two rules is one cell or several."""
    cells = [(top, low, joined(stack)) for top, low, stack in _between_rules(lines, walls)]
    tops = sorted({top for top, _, _ in cells})
    rows: list[list[Placed]] = [[] for _ in tops]
    by_row: dict[float, list[Part]] = {}
    for top, _, part in cells:
        by_row.setdefault(top, []).append(part)
    strips = gutters([sorted(row, key=lambda p: p.first) for row in by_row.values()], crossed=0.02)
    for top, low, part in cells:
        first, stop = spread(part, strips)
        span = sum(top <= other < low for other in tops)
        rows[tops.index(top)].append(Placed(first, part, max(1, span), stop - first))
    return [sorted(row, key=lambda cell: cell.part.first) for row in rows]


def _between_rules(lines: Lines, walls: Walls) -> list[tuple[float, float, list[Part]]]:
    """Return the pieces below each other between two rules, with the heights of these."""
    boxes: dict[tuple[float, float], list[Part]] = {}
    for line in lines:
        for part in merged(line):
            boxes.setdefault(walls.around(part.line, part.middle), []).append(part)
    return [(top, low, stack) for (top, low), parts in boxes.items() for stack in _stacks(parts)]


def _stacks(parts: list[Part]) -> list[list[Part]]:
    """Part the pieces between two rules into cells: those below each other are one."""
    stacks: list[list[Part]] = []
    for part in sorted(parts, key=lambda p: (p.first, p.line)):
        home = next(
            (
                stack
                for stack in stacks
                if min(part.last, max(p.last for p in stack)) > max(part.first, min(p.first for p in stack))
                and not any(abs(p.line - part.line) < 0.3 for p in stack)
            ),
            None,
        )
        if home is None:
            stacks.append([part])
        else:
            home.append(part)
    return [sorted(stack, key=lambda p: p.line) for stack in stacks]


def _rows(lines: list[list[Part]]) -> list[list[Placed]]:
    _join_labels(lines)
    beside_rests = _join_unknown(lines)
    rows: list[list[Part]] = []
    loose: list[Part] = []
    for number, line in enumerate(lines):
        if not line:
            continue
        if rows and number in beside_rests and not any(is_label(part.text) for part in line):
            rows[-1].extend(loose)
            rows.append([*line])
            loose = []
            continue
        if any(is_label(part.text) for part in line) or _is_amount(line) or (rows and _goes_on(rows[-1], line)):
            owner = _wrapped(rows[-1], loose, line) if rows and not _titles(rows[-1]) else 0
            if rows:
                rows[-1].extend(loose[:owner])
            rows.append([*loose[owner:], *line])
            loose = []
        else:
            loose.extend(line)
    if rows and loose and _titles(rows[-1]):
        rows.append(loose)
    elif rows:
        rows[-1].extend(loose)
    placed = [_in_order(row) for row in rows]
    for number in range(1, len(placed)):
        if _titles(rows[number - 1]):
            placed[number] = _below_titles([cell.part for cell in placed[number - 1]], rows[number], placed[number])
    return _below_heads(placed)


def _below_heads(rows: list[list[Placed]]) -> list[list[Placed]]:
    """Put amounts into the columns of the labels that head them: 实施期资金总额 | 年度资金总额 above a row a source."""
    rows = list(rows)
    for first, row in enumerate(rows):
        heads = [cell.part for cell in row if fund_label(cell.part.text) is not None]
        if len(heads) < 2 or len(row) > len(heads) + 1 or any(_is_figure(cell) for cell in row):
            continue
        stop = first + 1
        while stop < len(rows) and _figures_below(rows[stop], heads):
            stop += 1
        if stop - first <= 2:
            continue
        sides = [_beside(cells, heads) for cells in rows[first:stop]]
        left = max(map(len, sides))
        for number, side in enumerate(sides, first):
            labels = [replace(cell, column=left - len(side) + place) for place, cell in enumerate(side)]
            under = [cell for cell in rows[number] if not any(cell is one for one in side)]
            rows[number] = labels + [replace(cell, column=left + _head_over(cell.part, heads)) for cell in under]
    return rows


def _is_figure(cell: Placed) -> bool:
    return _WHOLE.fullmatch(cell.part.text) is not None


def _head_over(part: Part, heads: Sequence[Part]) -> int:
    """Return which head stands over a part, -1 where none does."""
    return next((n for n, head in enumerate(heads) if _aside(head, part) < 0), -1)


def _beside(row: Sequence[Placed], heads: Sequence[Part]) -> list[Placed]:
    """Return the cells left of the columns of amounts."""
    return [cell for cell in row if _head_over(cell.part, heads) < 0]


def _figures_below(row: Sequence[Placed], heads: Sequence[Part]) -> bool:
    """Whether a row is a label or two with amounts below heads, one a head."""
    left = _beside(row, heads)
    figures = [cell for cell in row if not any(cell is one for one in left)]
    columns = [_head_over(cell.part, heads) for cell in figures]
    labels = 0 < len(left) <= 2 and left[-1].part.last < heads[0].first and not any(map(_is_figure, left))
    return labels and bool(figures) and all(map(_is_figure, figures)) and columns == sorted(set(columns))


def _below_titles(titles: list[Part], row: list[Part], placed: list[Placed]) -> list[Placed]:
    """Put the texts of a row below the titles they stand under: 实施期目标 | 年度目标 above lines of both.

    The lines of two texts may stand closer to each other than the lines of one, and a blank apart.
    """
    labels = [part for part in row if is_label(part.text)]
    goals = len(titles) == 2 and all((field_label(part.text) or "").startswith("goal") for part in titles)
    named = [part for part in labels if (field_label(part.text) or "").startswith("goal")]
    if labels and not (goals and named == labels and len(labels) == 1):
        return placed
    if not goals:
        if len(placed) != 1:
            return placed
        column = min(range(len(titles)), key=lambda n: _aside(titles[n], placed[0].part))
        return [replace(placed[0], column=column)]
    pieces = [piece for part in row if part not in labels for piece in _pieces(part)]
    label, pieces = _label_beside(labels, pieces)
    cut = _between(titles, pieces)
    sides = [[p for p in pieces if p.middle <= cut], [p for p in pieces if p.middle > cut]]
    shift = int(label is not None)
    texts = [Placed(side + shift, _of_lines(parts)) for side, parts in enumerate(sides) if parts]
    return [*([Placed(0, label)] if label is not None else []), *texts]


def _between(titles: list[Part], pieces: list[Part]) -> float:
    """Return the place between two titles that cuts the least off the pieces below them, near their middle."""
    low, high = titles[0].middle, titles[1].middle
    places = [x for piece in pieces for x in (piece.first, piece.last) if low < x < high] + [(low + high) / 2]

    def cost(x: float) -> tuple[float, float]:
        off = sum(min(max(0.0, piece.last - x), max(0.0, x - piece.first)) for piece in pieces)
        one_side = len({piece.middle > x for piece in pieces}) < 2
        return off + _EMPTY * one_side, abs(x - (low + high) / 2)

    return min(places, key=cost)


def _pieces(part: Part) -> list[Part]:
    """Return the pieces of a part of one line that were put together over a blank."""
    if len(part.sources) < 2 or part.rise or len({source.line for source in part.sources}) > 1:
        return [part]
    return [Part(source.text, source.x0, source.x1, part.line, (source,)) for source in part.sources]


def _label_beside(labels: list[Part], pieces: list[Part]) -> tuple[Part | None, list[Part]]:
    """Return the label left of the texts, which may wrap beside their lines (总体目 / 标), and what is left."""
    if labels:
        return labels[0], pieces
    left = min((piece.first for piece in pieces), default=0.0)
    own = [piece for piece in pieces if piece.first < left + _CENTRED and len(piece.text) <= _LONGEST_REST]
    rest = [piece for piece in pieces if piece not in own]
    text = "".join(piece.text for piece in sorted(own, key=lambda piece: piece.line))
    if not own or not rest or not is_label(text) or max(p.last for p in own) > min(p.first for p in rest):
        return None, pieces
    label = joined(sorted(own, key=lambda piece: piece.line))
    label.text = text
    return label, rest


def _of_lines(parts: list[Part]) -> Part:
    """Return the lines of a text put together, each of its pieces first."""
    lines: dict[float, list[Part]] = {}
    for part in sorted(parts, key=lambda part: (part.line, part.first)):
        lines.setdefault(part.line, []).append(part)
    return joined([beside(line) for line in lines.values()])


def _aside(title: Part, text: Part) -> float:
    """Return how far a title stands beside a text; less than nothing above it."""
    return max(title.first, text.first) - min(title.last, text.last)


def _titles(row: list[Part]) -> bool:
    """Whether a row only holds the titles of what stands below: 总体目标 | 年度目标."""
    return len(row) > 1 and all(is_label(part.text) for part in row)


def _is_amount(line: list[Part]) -> bool:
    """Whether a line is a label unknown here with its amount: 上级补助  0.00."""
    return len(line) >= 2 and _AMOUNT.fullmatch(line[-1].text) is not None


def _goes_on(above: list[Part], line: list[Part]) -> bool:
    """Whether a line below an amount is nothing but labels unknown here with whole amounts: 企业投入  300."""
    pairs = len(line) % 2 == 0 and all(
        _WHOLE.fullmatch(amount.text) and not _WHOLE.search(label.text[-1:])
        for label, amount in zip(line[::2], line[1::2])
    )
    return pairs and any(fund_label(part.text) is not None for part in above)


def _join_labels(lines: list[list[Part]]) -> None:
    """Put labels together that stand over several lines (年度 / 绩效 / 目标), at their middle line."""
    for number, line in enumerate(lines):
        for part in list(line):
            if fund_label(part.text) is not None or part.width > 2 * _LONGEST_LABEL:
                continue
            below = _below(lines, number, part)
            for size in range(len(below), 0, -1):
                whole = [part, *(other for _, other in below[:size])]
                text = "".join(piece.text for piece in whole)
                unit = size == 1 and _UNIT_BELOW.fullmatch(below[0][1].text) and abs(below[0][1].first - part.first) < 1
                if len(text) > _LONGEST_LABEL or not (unit or field_label(text) or _wrapped_fund(whole, text)):
                    continue
                if _several(whole):
                    continue
                line.remove(part)
                for place, other in below[:size]:
                    lines[place].remove(other)
                label = joined(whole)
                label.text = text
                target = min(
                    range(number, below[size - 1][0] + 1),
                    key=lambda place: abs((lines[place][0].line if lines[place] else 1e9) - label.line),
                )
                lines[target].append(label)
                lines[target].sort(key=lambda item: item.first)
                break


def _join_unknown(lines: list[list[Part]]) -> set[int]:
    """Put labels together that nobody knows and that go on beside the next row: 预算规模及资 | 预算数 / 金用途 | text.

    Return the lines that the rests were taken from: what is left of them is a row.
    """
    found: set[int] = set()
    for number in range(1, len(lines)):
        upper, lower = lines[number - 1], lines[number]
        if len(upper) < 2 or len(lower) < 2 or lower[0].line - upper[0].line > _ADJACENT:
            continue
        begun, rest = upper[0], lower[0]
        narrow = max(begun.last, rest.last) < min(upper[1].first, lower[1].first)
        known = is_label(begun.text) or is_label(rest.text) or not _WORDS.fullmatch(begun.text + rest.text)
        if known or not narrow or len(rest.text) > _LONGEST_REST or abs(rest.middle - begun.middle) > _CENTRED:
            continue
        whole = joined([begun, rest])
        whole.line, whole.rise = begun.line, begun.rise
        upper[0] = whole
        del lower[0]
        found.add(number)
    return found


def _several(parts: list[Part]) -> bool:
    """Whether pieces below each other are two labels rather than one that wraps: 项目资金 / （万元） / 年度目标."""
    texts = [part.text for part in parts]
    cuts = [("".join(texts[:cut]), "".join(texts[cut:])) for cut in range(1, len(texts))]
    return any(
        (is_label(upper) and is_label(lower))
        or (field_label(lower) is not None and (_CAPTION.search(squash(upper)) or squash(upper).endswith(")")))
        for upper, lower in cuts
    )


def _wrapped_fund(parts: list[Part], text: str) -> bool:
    """Whether the label of an amount goes on below with its last characters: 其中：财政拨款资 / 金."""
    short = all(len(part.text) <= 3 for part in parts[1:]) and parts[-1].line - parts[0].line <= 2 * len(parts) - 2
    return short and fund_label(text) is not None


def _below(lines: list[list[Part]], number: int, part: Part) -> list[tuple[int, Part]]:
    """Return the short pieces below a piece that a label may go on with, each with its line."""
    found: list[tuple[int, Part]] = []
    last = part.line
    for place in range(number + 1, min(number + 12, len(lines))):
        rest = next((other for other in lines[place] if beneath(part, other)), None)
        if rest is not None and len(squash(rest.text)) > _LONGEST_REST and abs(rest.first - part.first) < 1:
            break  # the next cell of the column
        if rest is not None and len(squash(rest.text)) <= _LONGEST_REST:
            found.append((place, rest))
            last = rest.line
        if (lines[place] and lines[place][0].line - last > 2) or len(found) == 9:
            break
    return found


def beneath(part: Part, other: Part) -> bool:
    """Whether two lines of a cell stand centred, or begin at the same place.

    Parameters
    ----------
    part, other
        Its lines.
    """
    return abs(other.middle - part.middle) < 4 or abs(other.first - part.first) < 1


def _wrapped(row: list[Part], loose: list[Part], following: Sequence[Part] = ()) -> int:
    """Return how many of the pieces below a row are the rest of its cells, which stand centred around its label."""
    label = next((part.line for part in row if is_label(part.text)), row[0].line)
    above = {part.line for part in row if part.line < label - 0.3}
    below = sorted({part.line for part in loose})
    count = len(above)
    if below and following and not above:
        # Lines of a cell stand closer than rows.
        near = below[0] - max(part.line for part in row)
        far = following[0].line - below[-1]
        if near < far - 0.3:
            return len(loose)
    if not above:
        # Top aligned: a text goes on while its lines are full.
        widest = max((part.width for part in [*row, *loose]), default=0)
        last = max((part.width for part in row if not is_label(part.text)), default=0)
        for line in below:
            if last < 0.9 * widest or last < 40:
                break
            count += 1
            last = max(part.width for part in loose if part.line == line)
        if len(following) == 1 and loose and following[0].last <= min(part.first for part in loose):
            # A label left of its text and with none in its line stands in the middle of it.
            count = min(count, len(below) - 1)
    kept = set(below[:count])
    return sum(part.line in kept for part in loose)


def _in_order(row: list[Part]) -> list[Placed]:
    """Return the cells of a heading row from left to right; the lines of one cell are joined."""
    cells: list[list[Part]] = []
    for part in sorted(row, key=lambda item: (not is_label(item.text), item.line)):
        home = None
        if not is_label(part.text):
            home = next(
                (
                    cell
                    for cell in cells
                    if not is_label(cell[0].text)
                    and cell[-1].line < part.line - 0.3
                    and min(cell[0].last, part.last) - max(cell[0].first, part.first) > 0
                ),
                None,
            )
        if home is None:
            cells.append([part])
        else:
            home.append(part)
    cells.sort(key=lambda cell: min(part.first for part in cell) if len(row) < 3 else cell[0].middle)
    return [Placed(index, joined(cell)) for index, cell in enumerate(cells)]

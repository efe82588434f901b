"""Turn a run of rows into a form."""

from __future__ import annotations

import re
from dataclasses import replace

from indicators.forms import stages
from indicators.forms.above import Head
from indicators.forms.changed import without_former
from indicators.forms.columns import LONGEST_SIDE
from indicators.forms.context import department_in
from indicators.forms.fund_amounts import fund_unit, likely_unit, several_sources
from indicators.forms.funds import heads_funds, holds_fund, read_funds
from indicators.forms.heading import labelled_year, period_word, read_fields, read_goals, with_text_above
from indicators.forms.in_cell import read_blocks_in_cell, tags
from indicators.forms.indicators import Block, halves, read_block
from indicators.forms.layout import Layout
from indicators.forms.listed import Listed
from indicators.forms.listing import read_list
from indicators.forms.locate import Run
from indicators.forms.rows import Row
from indicators.forms.stages import has_two_headers, is_header
from indicators.forms.tree import read_tree
from indicators.forms.trust import judge
from indicators.money import MONEY_UNIT, PRINTED
from indicators.records import HORIZONS, Field, Form, FundLine, Horizon, Indicator, Note
from indicators.text import squash
from indicators.vocabulary import horizon_of
from indicators.vocabulary.keys import A_PERIOD

__all__ = ["build_forms"]

_COST_OF_NOTE = 0.03
_LOWEST = 0.2


def build_forms(run: Run, *, department: str = "") -> list[Form]:
    """Build the form or, from a list table, the forms of a run; who puts them together numbers them.

    Parameters
    ----------
    run
        Rows of the form.
    department
        Department of the document, for list tables that do not print it.
    """
    if run.listing:
        return _listed(run, department)
    return [_single(run)]


def _listed(run: Run, department: str) -> list[Form]:
    forms: list[Form] = []
    for listed in _projects(run):
        fields = list(listed.fields.values())
        if department and "department" not in listed.fields:
            fields.append(Field(path="department", text=department, at=listed.at))
        trust = judge([*run.rows[:1], *listed.rows], listed.indicators, listed.notes, in_cell=listed.in_cell)
        forms.append(
            Form(
                index=0,
                form_type="project",
                title=run.title,
                year=run.year,
                family=4 if listed.in_cell else 3,
                sides=("annual",),
                fields=tuple(fields),
                funds=tuple(listed.funds.values()),
                fund_unit=next((line.unit for line in listed.funds.values()), "万元"),
                indicators=tuple(listed.indicators),
                at=listed.at,
                notes=tuple(listed.notes),
                confidence=_confidence(listed.notes),
                reading=trust.reading,
                doubts=trust.doubts,
            )
        )
    return forms


def _projects(run: Run) -> list[Listed]:
    if run.shape == "tree":
        return read_tree(run.rows, run.captions, "万元")
    return read_list(run, "万元")


def _single(run: Run) -> Form:
    run = replace(run, rows=without_former(run.rows))
    head, funds, goals, blocks, tail = _sections(run.rows)
    goals = [*filter(_names_goal, funds), *goals]  # 单位自筹 | 25 | 绩效目标 | …
    goals = with_text_above(funds or head, goals)
    notes: list[Note] = []
    overall = _is_overall(run)
    parsed, sides = _read_blocks(blocks, notes, overall=overall)
    parsed = _with_written(run.rows, parsed)
    if not sides:
        sides = _sides_of_goals(goals)
    two_sided = len(sides) == 2
    beside = [row for row in [*head, *goals] if row not in funds and (holds_fund(row) or heads_funds(row))]
    unit = fund_unit([*funds, *head, *run.captions, *goals]) or likely_unit([*beside, *funds])
    lines, fund_notes = read_funds([*beside, *funds], unit)
    if not two_sided:
        lines = _of_the_year(lines, [*beside, *funds])
    notes.extend(fund_notes)
    printed_units = {line.unit for line in lines if line.amount is not None}
    if len(printed_units) == 1:
        unit = printed_units.pop()
    fields = [*read_fields([*head, *tail, *run.captions]), *read_goals(goals, two_sided, notes)]
    fields = _overall_fields(fields) if overall else _project_fields(fields)
    if run.project and not overall and not any(item.path == "project_name" and item.text for item in fields):
        fields = [item for item in fields if item.path != "project_name"]
        fields.append(Field(path="project_name", text=run.project, at=run.rows[0].at))
    if not any(item.path == "department" and item.text for item in fields):
        fields = [item for item in fields if item.path != "department"] + _captioned(run)
    trust = judge(run.rows, parsed, notes, head=Head(fields, lines))
    return Form(
        index=0,
        form_type="overall" if overall else "project",
        title=run.title,
        year=run.year or labelled_year(head),
        family=1 if two_sided else 2,
        sides=sides,
        fields=tuple(fields),
        funds=lines,
        fund_unit=unit,
        indicators=tuple(parsed),
        at=run.rows[0].at,
        overall=tuple(_pairs([*head, *funds])) if overall else (),
        notes=tuple(notes),
        confidence=_confidence(notes, run),
        reading=trust.reading,
        doubts=trust.doubts,
        period_word=period_word(goals),
    )


def _with_written(rows: list[Row], parsed: list[Indicator]) -> list[Indicator]:
    """Read what stands as text beside a first level: 产出指标 | 数量指标：（1）清淤：≥8公里；质量指标：…."""
    cells = [
        cell
        for row in rows
        if any(item.level1 is not None for item in row.meanings)
        for cell in row.cells
        if (found := tags(cell.text)) and found[0].start == 0 and found[0].level2
    ]
    if not cells:
        return parsed
    texts = {cell.text for cell in cells}
    written = [item for cell in cells for item in read_blocks_in_cell(cell)]
    return [item for item in parsed if item.name not in texts and item.value not in texts] + written


def _of_the_year(lines: tuple[FundLine, ...], funds: list[Row]) -> tuple[FundLine, ...]:
    """Return the funds of a form of one side: 项目资金总额 as its only total is that of the year."""
    if any(line.horizon == "annual" and line.amount is not None for line in lines):
        return lines
    texts = [cell.text for row in funds for cell, item in zip(row.cells, row.meanings) if item.fund and item.fund[1]]
    if any(A_PERIOD.search(squash(text)) for text in texts):
        return lines
    whole = [replace(line, horizon="annual") for line in lines if line.horizon == "lifetime"]
    return tuple(whole)


def _captioned(run: Run) -> list[Field]:
    """Return the department a caption names beside the unit: 207101某法院 | 单位:万元."""
    for row in run.captions:
        for cell in row.cells:
            if found := department_in(cell.text):
                return [Field(path="department", text=found, at=cell.at)]
        if len(row.cells) == 2 and "单位" in row.cells[1].text and not row.meanings[0].label:
            text = row.cells[0].text
            if ":" not in text and "：" not in text and len(text) <= 40:
                return [Field(path="department", text=text, at=row.cells[0].at)]
    return []


def _confidence(notes: list[Note], run: Run | None = None) -> float:
    lowest = 1.0
    if run is not None:
        lowest = min((cell.confidence for row in run.rows for cell in row.cells), default=1.0)
    return round(max(_LOWEST, (1.0 - _COST_OF_NOTE * len(notes)) * min(1.0, 0.5 + lowest / 2)), 3)


def _sections(rows: list[Row]) -> tuple[list[Row], list[Row], list[Row], list[list[Row]], list[Row]]:
    """Split the rows of a form into heading and texts, funds, goals, indicator blocks and sign-off."""
    head: list[Row] = []
    funds: list[Row] = []
    goals: list[Row] = []
    blocks: list[list[Row]] = []
    tail: list[Row] = []
    target: list[Row] = head
    for row in rows:
        stage = row.stage
        if stage is None:
            target.append(row)
            continue
        if stage in (stages.NAME, stages.HEADING, stages.TEXTS):
            target = head
        elif stage == stages.FUNDS:
            opens = stages.is_funds_total(row) or several_sources(row)
            if blocks and target is blocks[-1] and len(target) > 1 and not opens:
                # 其他村干部人数, 财政资金拨付率: an indicator whose name reads like a fund label.
                target.append(row)
                continue
            target = funds
        elif stage == stages.GOALS:
            target = goals
        elif stage == stages.SIGN:
            target = tail
        elif stage == stages.HEADER or not blocks or target not in blocks:
            headed = stage == stages.HEADER
            if headed and blocks and _repeats(blocks[-1], row) and target is blocks[-1]:
                continue
            if not (headed and blocks and _opens_above(blocks[-1], target)):
                blocks.append(_block_below(goals, row) if headed else [])
            target = blocks[-1]
        target.append(row)
    return head, funds, goals, blocks, tail


def _block_below(goals: list[Row], header: Row) -> list[Row]:
    """Return a new block, with the row above it that names its sides and was taken for goals."""
    named = bool(goals) and goals[-1].table is header.table and _names_sides(goals[-1])
    return goals[-1:] if named else []


def _names_goal(row: Row) -> bool:
    """Whether a row of the funds holds a goal as well: its label before its text."""
    return any((item.field or "").startswith("goal") for item in row.meanings[:-1])


def _opens_above(block: list[Row], target: list[Row]) -> bool:
    """Whether a block waits for its header: below its upper row (一级指标 | 长期 | 年度), or its caption and goal."""
    if any(map(is_header, block)):
        return False
    return target is block or all(map(stages.is_block_caption, block))


def _names_sides(row: Row) -> bool:
    texts = "".join(cell.text for cell in row.cells)
    return (
        len(row.cells) <= 4
        and all(len(cell.text) <= LONGEST_SIDE and not re.search("[，。；]", cell.text) for cell in row.cells)
        and bool(re.search(r"实施期|长期|中期|项目期|三年", texts))
        and "年度" in texts
    )


def _repeats(block: list[Row], row: Row) -> bool:
    """Whether a header row only repeats the header of the block it continues (page break)."""
    header = next((item for item in block if is_header(item)), None)
    if header is None or [squash(c.text) for c in header.cells] != [squash(c.text) for c in row.cells]:
        return False
    labels = [item.level2 for other in block for item in other.meanings if item.level2 is not None]
    complete = "服务对象满意度指标" in labels
    return not complete or has_two_headers(row)


def _side_of_values(block: list[Row]) -> Horizon | None:
    """Return the side that the header of the values names, where blocks stand below one another (中期绩效指标值)."""
    header = next((row for row in block[:3] if is_header(row)), None)
    cells = zip(header.cells, header.meanings) if header is not None else ()
    sides = [side for cell, item in cells if item.header in ("value", None) and (side := horizon_of(cell.text))]
    return sides[0] if sides else None


def _read_blocks(
    blocks: list[list[Row]], notes: list[Note], *, overall: bool
) -> tuple[list[Indicator], tuple[Horizon, ...]]:
    parsed: list[Indicator] = []
    sides: list[Horizon] = []
    layout: Layout | None = None
    blocks = [half for block in blocks for half in halves(block)]
    single = [block for block in blocks if not any(has_two_headers(row) for row in block[:3])]
    for block in blocks:
        side = _block_side(block, overall=overall)
        if side is None and len(single) == 2 and block in single:
            side = _side_of_values(block)
        if side is None and len(single) == 2 and block in single and _both_complete(single):
            side = HORIZONS[single.index(block)]
        read: Block = read_block(block, layout, side)
        layout = read.layout or layout
        notes.extend(read.notes)
        parsed.extend(read.indicators)
        sides.extend(item for item in read.sides if item not in sides)
    ordered = tuple(side for side in HORIZONS if side in sides)
    parsed.sort(key=lambda item: HORIZONS.index(item.horizon))
    return parsed, ordered


def _both_complete(blocks: list[list[Row]]) -> bool:
    """Whether both of two stacked blocks begin with the first categories (long-term above annual)."""
    for block in blocks:
        labels = {item.level2 for row in block for item in row.meanings if item.level2}
        if "数量指标" not in labels and "经济成本指标" not in labels:
            return False
    return True


def _block_side(block: list[Row], *, overall: bool) -> Horizon | None:
    for row in block[:3]:
        for cell in row.cells[:2]:
            # 整体绩效指标 of a whole department are those of the year.
            key = squash(cell.text).replace("整体", "" if overall else "整体")
            if len(key) <= LONGEST_SIDE and re.search("指标|目标", key) and (side := horizon_of(key)) is not None:
                return side
    return None


def _sides_of_goals(goals: list[Row]) -> tuple[Horizon, ...]:
    text = "".join(cell.text for row in goals for cell in row.cells[:4])
    if re.search(r"(?:实施期|长期|中期|三年)(?:总|总体|绩效)?目标", text) and "年度目标" in text:
        return HORIZONS
    return ("annual",)


def _is_overall(run: Run) -> bool:
    """Whether the form is that of a whole department; 转移支付整体绩效目标表 that names its project is none."""
    fields = {item.field for row in run.rows for item in row.meanings if item.field}
    if "整体" in run.title:
        return "project_name" not in fields or bool(fields & {"department_name", "duties", "tasks"})
    if "project_name" in fields:
        return False
    return "department_name" in fields and bool(fields & {"duties", "tasks"})


def _overall_fields(fields: list[Field]) -> list[Field]:
    """On an overall form the department stands where a project form names the project."""
    out = []
    named = {item.path for item in fields}
    for item in fields:
        if item.path in ("department_name", "implementing_unit") and "department" not in named:
            item = Field(path="department", text=item.text, at=item.at, confidence=item.confidence)
        out.append(item)
    return out


def _project_fields(fields: list[Field]) -> list[Field]:
    out = []
    named = {item.path for item in fields if item.text}
    for item in fields:
        if item.path == "department_name":
            path = "department" if "department" not in named else "implementing_unit"
            if path in named:
                continue
            item = Field(path=path, text=item.text, at=item.at, confidence=item.confidence)
        out.append(item)
    return out


#: An amount or a number of people, as the upper part of an overall form prints it.
_FIGURE = re.compile(rf"^-?{PRINTED}(?:{MONEY_UNIT}|人|个|名)?$")


def _pairs(rows: list[Row]) -> list[Field]:
    """Return the label and value pairs of an overall form's upper part, in printing order."""
    pairs: list[Field] = []
    for row in rows:
        label = None
        for cell in row.cells:
            key = squash(cell.text)
            is_number = bool(_FIGURE.match(key))
            if label is not None and (is_number or label[1] is not None):
                pairs.append(Field(path=label[0], text=cell.text, at=cell.at, confidence=cell.confidence))
                label = None
                continue
            if not is_number and len(key) <= 40:
                item = row.meanings[row.cells.index(cell)]
                label = (key.rstrip(":："), item.field)
    return pairs

"""Find the runs of rows that are forms.

A form is a run of rows in the order every layout keeps: title, heading, funds, texts, goals, indicator
header, indicators, sign-off. The run starts anew where that order falls back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from indicators.forms.crosswise import crosswise_tables
from indicators.forms.ends import below_last
from indicators.forms.fund_amounts import fund_unit, names_unit, parse_amount, several_sources
from indicators.forms.funds import mark_funds
from indicators.forms.in_cell import block_cell, tags
from indicators.forms.openings import titles_of_next
from indicators.forms.rows import Meaning, Row, labelled_parts
from indicators.forms.stages import (
    FUNDS,
    GOALS,
    HEADER,
    HEADING,
    LEVELS,
    NAME,
    SIGN,
    TEXTS,
    TITLE,
    TITLE_LENGTH,
    evaluates,
    heads_projects,
    is_block_caption,
    is_funds_total,
    is_header,
    is_list_header,
    row_stage,
    title_of,
)  # fmt: skip
from indicators.forms.tree import tree_tables
from indicators.records import Table
from indicators.text import squash
from indicators.vocabulary import LONGEST_PERIOD, horizon_of

__all__ = ["Run", "locate", "sets_no_targets"]


@dataclass(slots=True)
class Run:
    """The rows of one form, with its title, the year line above it and the captions around it (单位：万元).

    ``shape`` is ``tree`` or ``crosswise`` where a list is printed so; ``project`` is named by a title above the form.
    """

    rows: list[Row] = field(default_factory=list)
    title: str = ""
    year: int | None = None
    listing: bool = False
    evaluation: bool = False
    captions: list[Row] = field(default_factory=list)
    shape: str = ""
    project: str = ""


_YEAR_LINE = re.compile(r"^[(（]?(?:预算年度[:：]?)?\s*(20[0-9]{2})\s*年?度?\s*[)）]?$")
_YEAR_IN = re.compile(r"(20[0-9]{2})\s*年")


#: Rows above a list that only name its unit and the unit of its amounts.
_MOST_CAPTIONS = 2
#: Characters of the longest label of a goal whose words are not all known.
_LONGEST_GOAL = 12
#: Amounts with their sources that a text may name without being the funds of the form.
_FEW_SOURCES = 2


class _Locator:
    """Walks the stream once, opening and closing runs."""

    def __init__(self, shapes: dict[int, str], in_cells: set[int], titles: set[int]) -> None:
        self.titles = titles  # lines that title the next form
        self.shapes = shapes  # of the tables that are trees or printed crosswise
        self.in_cells = in_cells  # tables with indicators written inside a cell
        self.runs: list[Run] = []
        self.current: Run | None = None
        self.stage = TITLE
        self.title = ""
        self.year: int | None = None
        self.gap = 0
        self.captions: list[Row] = []
        self.before: Table | None = None  # the table whose first rows, not yet understood, stand below the captions
        self.left: int | None = None

    def close(self) -> None:
        if self.current is not None:
            self.runs.append(self.current)
        self.current = None
        self.stage = TITLE

    def open(self, row: Row, stage: int, *, listing: bool = False) -> None:
        self.close()
        if self.before is not None and row.table is not self.before:
            self._forget()
        evaluation = evaluates(self.title)
        above = self.runs[-1] if self.runs and not self.title and not fund_unit(self.captions) else None
        if above is not None and row.table is not None and row.table is above.rows[-1].table:
            # A further form of a table whose caption names the unit of all of them.
            self.captions = [*(caption for caption in above.captions if fund_unit([caption])), *self.captions]
        self.current = Run([row], self.title, self.year, listing, evaluation, self.captions)
        self._forget()
        self.stage = stage
        self.gap = 0

    def _forget(self) -> None:
        self.title, self.year, self.captions, self.before = "", None, [], None

    def feed(self, row: Row) -> None:
        if self.current is not None and row.at.sheet != self.current.rows[-1].at.sheet:
            # A form ends with its worksheet.
            self.close()
            self.title, self.year = "", None
        if len(row.cells) == 1 and (self._goal_between(row) or self._heading(row)):
            return
        if id(row.table) in self.shapes:
            self._in_shape(row, self.shapes[id(row.table)])
            return
        if self.stage >= LEVELS and _names_unit(row):
            # 207101某法院 | 单位:万元 above the next form (天津).
            self.close()
            self.captions = [row]
            return
        if is_list_header(row) or (id(row.table) in self.in_cells and heads_projects(row)):
            self._list_header(row)
            return
        if self.current is not None and self.current.listing:
            self._in_list(row)
            return
        stage = self._stage(row)
        if stage is None:
            self._loose(row)
            return
        self.gap = 0
        if self.current is None:
            if stage in (SIGN,):
                self.captions = [*self.captions[-2:], row]
                return
            self.open(row, stage)
            return
        if self._restarts(row, stage):
            self.open(row, stage)
            return
        self.current.rows.append(row)
        if stage != SIGN or self.stage >= GOALS:
            # 项目负责人 | 联系电话 in the heading signs nothing off.
            self.stage = max(self.stage, stage)

    def _goal_between(self, row: Row) -> bool:
        """Take a goal printed in lines of its own between the split rows of a form: 2026年度绩效目标, and its text."""
        if self.current is None or self.current.listing or not HEADING <= self.stage < HEADER:
            return False
        above = self.current.rows[-1]
        names_goal = (row.meanings[0].field or "").startswith("goal")
        if row.table is not None:
            # The text in a frame of its own, below its label.
            framed = len(row.table.cells) == 1 and above.stage == GOALS and above.table is None
            if not framed or len(above.cells) > 1:
                return False
        elif names_goal and above.table is not None and above.table.grid != "guessed":
            row.stage = GOALS
            self.stage = max(self.stage, GOALS)
        elif row.meanings[0].field or above.table is not None or above.stage != GOALS:
            return False
        self.current.rows.append(row)
        return True

    def _stage(self, row: Row) -> int | None:
        """Return the stage of a row, kept on it; inside a ruled block a name that reads like a label is a name."""
        if row.table is None and len(row.cells) == 1:
            # A caption between two tables of a form names the block below it; other lines have no stage.
            row.stage = HEADER if self.current is not None and is_block_caption(row) else None
            return row.stage
        stage = row_stage(row)
        if stage is None and self.current is not None and self.stage < HEADER and len(row.cells) >= 2:
            key = squash(row.cells[0].text).rstrip(":：")
            side = horizon_of(key) if key.endswith("目标") and len(key) <= _LONGEST_GOAL else None
            if side or key == "目标":
                # 目标 alone heads the goal of a form above its indicators, 远景目标 that of a side; below, both are words.
                row.meanings[0] = Meaning(field=f"goal.{side}" if side else "goal")
                stage = GOALS
        below_funds = self.current is not None and self.current.rows[-1].stage == FUNDS
        inside = self.current is not None and (self.stage < HEADER or below_funds)
        # The row that names the project may open the form and hold an amount as well.
        if (inside and stage in (None, NAME, HEADING, FUNDS)) or stage == NAME:
            marked = mark_funds(row)
            if stage is None and marked:
                stage = FUNDS
        if stage in (None, HEADING) and self.current is not None and self._in_funds(row):
            stage = FUNDS
        if stage is not None and stage not in (HEADER, LEVELS) and self.stage in (HEADER, LEVELS) and self.current:
            above = self.current.rows[-1]
            if row.table is above.table and row.table is not None and above.stage != FUNDS:
                start = self.left if self.left is not None else 0
                if (row.cells[0].at.column or 0) > start:
                    stage = LEVELS
        if stage == HEADER:
            self.left = row.cells[0].at.column or 0
            if self.current and self.current.rows[-1].table is row.table:
                self.left = min(self.left, min(r.cells[0].at.column or 0 for r in self.current.rows[-3:]))
        row.stage = stage
        return stage

    def _in_funds(self, row: Row) -> bool:
        """Whether a row belongs to the funds by its amounts: 实施期 | 10 | 8 | 2 below sources, or sources in a cell."""
        assert self.current is not None
        if self.stage >= HEADER:
            # Below the indicators only what names several sources with their amounts.
            labelled = any(item.level1 or item.level2 for item in row.meanings)
            return self.stage < SIGN and not labelled and len(several_sources(row)) > _FEW_SOURCES
        if self.current.rows[-1].stage == FUNDS and sum(parse_amount(cell.text) is not None for cell in row.cells) >= 2:
            return len(row.cells[0].text) <= LONGEST_PERIOD
        return bool(several_sources(row))

    def _restarts(self, row: Row, stage: int) -> bool:
        assert self.current is not None
        if stage == NAME:
            # 单位名称 beside 项目名称 in the heading is the same form; a second name after the heading is not.
            if not row.has("project_name"):
                return self.stage >= GOALS
            # A unit printed first stands above the name of its form.
            return self.stage > HEADING or any(r.has("project_name") for r in self.current.rows)
        if stage == FUNDS and GOALS <= self.stage < SIGN and not is_funds_total(row):
            # 其他村干部人数, 财政资金拨付率: an indicator whose name reads like a fund label.
            return False
        if stage in (HEADING, FUNDS) and GOALS <= self.stage < HEADER:
            # Goals may stand above the funds, and amid the heading: a further form names a field once more.
            again = any(r.stage == stage for r in self.current.rows) and self.current.rows[-1].stage != stage
            again = again and (stage == FUNDS or _names_again(self.current, row))
            return again and not _inside_overall(self.current, row)
        if stage == FUNDS and row.table is self.current.rows[-1].table and HEADER <= self.stage < SIGN:
            # The funds may stand below the indicators; a second block of funds is that of the next form.
            return any(r.stage == FUNDS for r in self.current.rows) and self.current.rows[-1].stage != FUNDS
        if stage in (HEADING, FUNDS):
            return self.stage >= HEADER and not _inside_overall(self.current, row)
        if stage == TEXTS:
            return self.stage >= LEVELS
        if stage == GOALS:
            return self.stage >= SIGN
        if stage in (HEADER, LEVELS):
            return self.stage >= SIGN
        return False

    def _heading(self, row: Row) -> bool:
        """Take a title or a year line; return whether the row was one."""
        text = row.cells[0].text
        if self.current is not None and self.stage < SIGN and is_block_caption(row) and id(row) not in self.titles:
            return False
        found = title_of(text)
        if found and self.current is not None and row.table is self.current.rows[-1].table and "表" not in found:
            # 绩效目标 alone in a row names the block of goals.
            found = ""
        if found:
            if self.current is not None and self.stage > TITLE:
                self.close()
            self.title, self.before = found, None
            year = _YEAR_IN.search(squash(found))
            self.year = int(year.group(1)) if year else None
            return True
        match = _YEAR_LINE.match(squash(text))
        if match and (self.title or self.current is None):
            self.year = int(match.group(1))
            return True
        return False

    def _list_header(self, row: Row) -> None:
        if self.current is not None and self.current.listing:
            self.current.rows.append(row)
            return
        above = self.current if self.current is not None and self.stage <= HEADING else None
        self.open(row, HEADER, listing=True)
        if above is not None and len(above.rows) <= _MOST_CAPTIONS and self.current is not None:
            # 编制单位：甲局 | 单位：千元 in a row of its own above a list.
            self.current.captions = [*self.current.captions, *above.rows]
            self.current.title, self.current.year = self.current.title or above.title, self.current.year or above.year

    def _in_list(self, row: Row) -> None:
        assert self.current is not None
        previous = self.current.rows[-1]
        if row.table is not None and (row.table is previous.table or row.table.columns == _columns(self.current)):
            same = row.table is previous.table and row.table.grid != "ragged" and not row.has("project_name")
            if not same and row_stage(row) in (NAME, HEADING) and len(row.cells) > 1 and not _fits_list(row):
                self.close()
                self.feed(row)
                return
            self.current.rows.append(row)
        elif row.table is not None or len(row.cells[0].text) > 30:
            self.close()
            if row.table is not None:
                self.feed(row)

    def _in_shape(self, row: Row, shape: str) -> None:
        if self.current is None or self.current.shape != shape:
            self.before = None
            self.open(row, HEADER, listing=True)
            assert self.current is not None
            self.current.shape = shape
            return
        self.current.rows.append(row)

    def _above(self, row: Row) -> None:
        """A row without labels where no form is open: a caption of the next one, or what has nothing to do with it."""
        if self.title and row.table is None and labelled_parts(row.text):
            # 项目名称：某项目 in a line between the title and the table.
            self.captions.append(row)
        elif _CAPTION.search(row.text) and len(row.text) <= TITLE_LENGTH:
            self.captions = [*(self.captions if self.title else self.captions[-2:]), row]
            if self.year is None and (year := _YEAR_OF_CAPTION.search(squash(row.text))):
                self.year = int(year.group(1))
        elif row.table is not None and self.before in (None, row.table):
            self.before = row.table
        elif row.table is not None or len(row.cells[0].text) > TITLE_LENGTH:
            self._forget()

    def _loose(self, row: Row) -> None:
        """A row without labels: continuation inside a table, overflow, or what follows the form."""
        if self.current is None:
            self._above(row)
            return
        if row.table is None and self.stage >= LEVELS and _SIGN_LINE.match(row.text) and len(row.text) <= TITLE_LENGTH:
            self.current.captions.append(row)
            return
        if row.table is not None and self.stage == LEVELS and below_last(self.current.rows, row):
            self.close()
            return
        goes_on = row.table is self.current.rows[-1].table or (self.stage == LEVELS and len(row.cells) >= 2)
        if row.table is not None and self.stage < SIGN and goes_on:
            self.current.rows.append(row)
            return
        if row.table is None and self.stage < HEADER and fund_unit([row]):
            # 三、资金情况（单位：亿元） between the tables of a form.
            self.current.captions.append(row)
            return
        if row.table is None and self.stage < SIGN:
            self.gap += 1
            text = row.cells[0].text
            if (self.stage >= LEVELS and (len(text) > 30 or _ELSEWHERE.search(text))) or self.gap > 8:
                self.close()
            return
        if self.stage >= SIGN and (row.table is not None or len(row.cells[0].text) > 12):
            self.close()


#: What stands between a title and its table: 填报单位：甲局  单位：万元.
_CAPTION = re.compile(r"(?:单位|部门|日期|时间|年度)(?:[(（].{1,6}[)）])?\s*[:：]")
_YEAR_OF_CAPTION = re.compile(r"年度[:：](20[0-9]{2})(?!\d)")
#: What stands below a table: 填表人：  填报日期：2025年11月10日.
_SIGN_LINE = re.compile(
    r"(?:单位|项目)?(?:负责人|填报人|填表人|经办人|审核人|填报日期|填表日期|填报时间)\s*(?:[(（].{1,6}[)）])?[:：]"
)
#: What follows a form: the heading of a section, or the title of another table.
_ELSEWHERE = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）])|[^。；，]{3,}表(?:[(（].{1,12}[)）])?$"
)


def _names_unit(row: Row) -> bool:
    """Whether a row of one to three cells names the unit of the amounts: it stands above a form, not in it."""
    beside = any(item.fund is not None for item in row.meanings)
    return not beside and len(row.cells) <= 3 and any(names_unit(cell.text) for cell in row.cells)


def _names_again(run: Run, row: Row) -> bool:
    """Whether a row names a field that one above it in the run has named."""
    fields = {item.field for item in row.meanings} - {None}
    return any(item.field in fields for above in run.rows for item in above.meanings)


def _inside_overall(run: Run, row: Row) -> bool:
    return "整体" in run.title


def _columns(run: Run) -> int:
    table = run.rows[0].table
    return table.columns if table is not None else 0


def _fits_list(row: Row) -> bool:
    return any(item.level2 is not None or item.level1 is not None for item in row.meanings)


def locate(rows: list[Row]) -> tuple[list[Run], list[Run]]:
    """Return the runs of rows that are target forms, and those that are none for sure, in reading order.

    Runs without the evidence of a form (an indicator block with level labels, or name, unit and funds
    together) are neither.
    """
    in_cells = {id(row.table) for row in rows if row.table and any(block_cell(cell.text) for cell in row.cells)}
    shapes = dict.fromkeys(crosswise_tables(rows), "crosswise") | dict.fromkeys(tree_tables(rows), "tree")
    walker = _Locator(shapes, in_cells, titles_of_next(rows))
    for row in rows:
        walker.feed(row)
    walker.close()
    others = [run for run in walker.runs if sets_no_targets(run)]
    known = set(map(id, others))
    return [run for run in walker.runs if id(run) not in known and _is_target(run)], others


#: First levels of a framework by which results are evaluated, beside 产出 and 效益: it sets no targets.
_EVALUATED = re.compile(r"(?:项目)?(决策|过程|投入|立项|管理)(?:类)?(?:指标)?(?:[(（]\d{1,3}分?[)）]|\d{1,3}分)?")


def sets_no_targets(run: Run) -> bool:
    """Whether a run looks like a form and is none: it tells results, or scores people or offices."""
    if _tells_results(run):
        return True
    # 一级指标 | 二级指标 | 三级指标 | 分值 | 评分标准 alone scores people or offices.
    fields = {item.field for row in run.rows for item in row.meanings}
    headed = any(is_header(row) for row in run.rows)
    return not run.listing and headed and not fields & _OF_A_FORM and not run.title and not _sets_values(run)


def _tells_results(run: Run) -> bool:
    """Whether a run is a self-evaluation (planned and actual values, points gained) or a framework of one."""
    if run.evaluation or (run.title and evaluates(run.title) and "目标" not in run.title):
        return True
    evaluated: set[str] = set()
    for row in run.rows:
        roles = {item.header for item in row.meanings} if is_header(row) else set()
        if "gained" in roles or ({"actual", "value"} <= roles and not _of_two_periods(row)):
            return True
        evaluated.update(match.group(1) for cell in row.cells[:2] if (match := _EVALUATED.fullmatch(squash(cell.text))))
    return len(evaluated) >= 2


def _of_two_periods(row: Row) -> bool:
    """Whether the planned values are those of the whole period and the reached ones of the year: no pair to compare."""
    sides = {
        (item.header, horizon_of(cell.text)) for cell, item in zip(row.cells, row.meanings)
        if item.header in ("actual", "value")
    }  # fmt: skip
    return sides == {("value", "lifetime"), ("actual", "annual")}


_GOALS = {"goal", "goal.annual", "goal.lifetime"}
#: Fields that only a form of targets prints beside its indicators.
_OF_A_FORM = {
    "project_name",
    "department_name",
    "department",
    "implementing_unit",
    *_GOALS,
}


def _sets_values(run: Run) -> bool:
    """Whether a header of the run has a column of values, or of words nobody met that may hold them."""
    headers = [[item.header for item in row.meanings] for row in run.rows if is_header(row)]
    # One unknown word may head the names.
    return any("value" in roles or roles.count(None) > ("name" not in roles) for roles in headers)


def _is_target(run: Run) -> bool:
    meanings = [item for row in run.rows for item in row.meanings]
    levels = {item.level2 for item in meanings if item.level2 is not None}
    fields = {item.field for item in meanings if item.field is not None}
    funds = sum(item.fund is not None for item in meanings)
    header = any(is_header(row) for row in run.rows)
    if run.listing:
        return bool(run.shape) or header or any(block_cell(cell.text) for row in run.rows for cell in row.cells)
    if len(levels) >= 3 or (header and (levels or "project_name" in fields)):
        return True
    if header and run.title and fields & _GOALS and _sets_values(run):
        # 部门整体绩效目标表 whose indicators stand below a goal without levels.
        return True
    written = sum(any(tag.start == 0 for tag in tags(cell.text)) for row in run.rows for cell in row.cells)
    if "project_name" in fields and written >= 2:
        return True
    if "project_name" not in fields and "department_name" not in fields:
        return False
    texts = fields & {"overview", "basis", "necessity", "measures", "plan", "goal", "goal.annual", "goal.lifetime"}
    heading = fields & {"department", "implementing_unit", "project_attribute", "project_period"}
    return bool(heading) and (funds >= 2 or len(texts) >= 2)

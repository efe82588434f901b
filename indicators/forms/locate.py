"""Find the runs of rows that are forms.

A form is a run of rows in the order every layout keeps: title, heading, funds, texts, goals, indicator
header, indicators, sign-off. The run starts anew where that order falls back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from indicators.forms.funds import mark_funds, parse_amount, several_sources
from indicators.forms.in_cell import block_cell
from indicators.forms.rows import Row
from indicators.forms.tree import tree_tables
from indicators.records import Table
from indicators.text import squash
from indicators.vocabulary import list_column

__all__ = [
    "Run",
    "has_two_headers",
    "is_block_caption",
    "is_funds_total",
    "is_header",
    "is_list_header",
    "locate",
    "row_stage",
    "title_of",
]

# Stages of a form in printing order.
TITLE, NAME, HEADING, FUNDS, TEXTS, GOALS, HEADER, LEVELS, SIGN = range(9)
_STAGE_OF_FIELD = {
    "project_name": NAME,
    "department_name": NAME,
    "department": HEADING,
    "implementing_unit": HEADING,
    "project_attribute": HEADING,
    "project_period": HEADING,
    "period.start": HEADING,
    "period.end": HEADING,
    "overview": TEXTS,
    "basis": TEXTS,
    "necessity": TEXTS,
    "measures": TEXTS,
    "plan": TEXTS,
    "duties": TEXTS,
    "tasks": TEXTS,
    "goal": GOALS,
    "goal.lifetime": GOALS,
    "goal.annual": GOALS,
    "goal.actual": GOALS,
    "leader": SIGN,
    "handler": SIGN,
    "contact_phone": SIGN,
    "filled_on": SIGN,
    "review": SIGN,
}
_TITLE = re.compile(r"绩效目标(?:申报|申请|批复|公开|审核|情况|设置|编制|管理)?(?:\(.{1,12}\))?表|绩效目标表?$")
_NOT_TITLE = re.compile(
    r"[。;；]|详见|如下|附件?[:：]|第[一二三四五六七八九十]+部分|^[一二三四五六七八九十0-9]+[、.．]|见附|\.{3,}|…{2,}|目标管理情况"
)
_TITLE_LENGTH = 60
_EVALUATION = re.compile(r"自评|绩效评价|评价报告|再评价|评价指标体系|监控")


@dataclass(slots=True)
class Run:
    """The rows of one form, with its title, the year line above it and the captions around it (单位：万元)."""

    rows: list[Row] = field(default_factory=list)
    title: str = ""
    year: int | None = None
    listing: bool = False
    evaluation: bool = False
    captions: list[Row] = field(default_factory=list)
    tree: bool = False


def title_of(text: str) -> str:
    """Return the title of a form printed here, ``""`` where it is none."""
    if "绩效" not in text or len(text) > _TITLE_LENGTH:
        return ""
    key = squash(text)
    if _NOT_TITLE.search(key) or not (_TITLE.search(key) or (_EVALUATION.search(key) and key.endswith("表"))):
        return ""
    return text


def is_header(row: Row) -> bool:
    """Whether the row is the header of an indicator block: a name column and a value or level column."""
    roles = {item.header for item in row.meanings}
    if ("name" in roles and bool(roles & {"value", "level1", "level2"})) or {"level1", "level2"} <= roles:
        return True
    # 绩效指标 | 权重 | 计量单位 | 指标性质 | 指标值, without levels (重庆).
    return "value" in roles and len(roles & {"unit", "operator", "weight", "score"}) >= 2 and len(row.cells) <= 8


def has_two_headers(row: Row) -> bool:
    """Whether the header row prints two value columns with their own names (two-sided layout)."""
    return sum(item.header == "name" for item in row.meanings) >= 2


_CELL_OF_INDICATORS = re.compile(
    r"^(?:年度|当年|本年度?)?(?:项目|支出)?(?:绩效)?(?:目标)?(?:及|和|与|、)?指标(?:内容|情况|设置|明细|体系)?(?:及|和|与|、)?(?:目标值|指标值|值)?$"
)


def is_list_header(row: Row) -> bool:
    """Whether the row heads a list table: project column and indicator columns (or cell) side by side."""
    kinds = [list_column(cell.text) for cell in row.cells]
    levels = [place for place, item in enumerate(row.meanings) if item.header in ("level1", "level2", "name")]
    before = kinds[: levels[0]] if levels else kinds
    if not any(before) or not (
        set(before) & {"project", "unit_project"} or ("unit_name" in before and len(before) > 1)
    ):
        return False
    if is_header(row):
        return True
    last = row.cells[-1] if len(row.cells) >= 3 else None
    return last is not None and any(_CELL_OF_INDICATORS.match(squash(cell.text)) for cell in row.cells[2:])


def _heads_projects(row: Row) -> bool:
    """Whether the row heads a column of projects: 项目 | 指标 above rows whose indicators stand in a cell."""
    return len(row.cells) >= 2 and any(list_column(cell.text) in ("project", "unit_project") for cell in row.cells)


_BLOCK_CAPTION = re.compile(
    r"^(?:20[0-9]{2}年)?(?:长期|中期|中长期|实施期|项目期|三年|年度|当年|本年度?)(?:绩效目标表|绩效指标表?|指标表?)(?:[(（].{2,14}[)）])?[:：]?$"
)


def is_block_caption(row: Row) -> bool:
    """Whether the row inside a table only names the block of indicators below it: 长期绩效目标表."""
    return len(row.cells) == 1 and bool(_BLOCK_CAPTION.match(squash(row.cells[0].text)))


_BUDGET_HEADER = re.compile(
    r"^(?:合计|总计|小计|金额|预算数|项目(?:类别|编码|代码|单位|类型)|单位(?:名称|编码)?|财政拨款.*|资金来源|20[0-9]{2}年度?(?:财政拨款|预算|一般公共).*|功能.*|科目.*|支出.*|序号)$"
)


def row_stage(row: Row) -> int | None:
    """Return the stage of the form this row belongs to, ``None`` where its labels say nothing."""
    first = row.meanings[0]
    if is_header(row) or is_block_caption(row):
        return HEADER
    if first.field is not None and _STAGE_OF_FIELD[first.field] in (TEXTS, GOALS):
        return _STAGE_OF_FIELD[first.field]
    for cell, item in zip(row.cells, row.meanings):
        if item.field == "project_name":
            after = row.cells[row.cells.index(cell) + 1 :]
            if after and _BUDGET_HEADER.match(squash(after[0].text)):
                return None
            return NAME
    if first.level2 is not None or first.level1 is not None or _has_level(row):
        return LEVELS
    if any(item.fund is not None for item in row.meanings[:3]):
        return FUNDS
    for item in row.meanings:
        if item.field is not None:
            return _STAGE_OF_FIELD[item.field]
    if any(item.header in ("level1", "level2") for item in row.meanings[:3]):
        return HEADER
    return None


def _has_level(row: Row) -> bool:
    return len(row.cells) > 1 and any(item.level2 is not None for item in row.meanings)


_YEAR_LINE = re.compile(r"^[(（]?(?:预算年度[:：]?)?\s*(20[0-9]{2})\s*年?度?\s*[)）]?$")
_YEAR_IN = re.compile(r"(20[0-9]{2})\s*年")


#: Longest label of a period before amounts: 项目实施周期.
_LONGEST_PERIOD = 10


class _Locator:
    """Walks the stream once, opening and closing runs."""

    def __init__(self, trees: set[int], in_cells: set[int]) -> None:
        self.trees = trees  # tables that are trees
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
        evaluation = bool(_EVALUATION.search(self.title))
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
        if len(row.cells) == 1 and self._heading(row):
            return
        if id(row.table) in self.trees:
            self._in_tree(row)
            return
        if self.stage >= LEVELS and _names_unit(row):
            # 207101某法院 | 单位:万元 above the next form (天津).
            self.close()
            self.captions = [row]
            return
        if is_list_header(row) or (id(row.table) in self.in_cells and _heads_projects(row)):
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

    def _stage(self, row: Row) -> int | None:
        """Return the stage of a row, kept on it; inside a ruled block a name that reads like a label is a name."""
        if row.table is None and len(row.cells) == 1:
            # A caption between two tables of a form names the block below it; other lines have no stage.
            row.stage = HEADER if self.current is not None and is_block_caption(row) else None
            return row.stage
        stage = row_stage(row)
        if self.current is not None and self.stage < HEADER and stage in (None, NAME, HEADING, FUNDS):
            marked = mark_funds(row)
            if stage is None and marked:
                stage = FUNDS
        if stage in (None, HEADING) and self.current is not None and self._in_funds(row):
            stage = FUNDS
        if stage is not None and stage not in (HEADER, LEVELS) and self.stage in (HEADER, LEVELS) and self.current:
            above = self.current.rows[-1]
            if row.table is above.table and row.table is not None:
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
            return False
        if self.current.rows[-1].stage == FUNDS and sum(parse_amount(cell.text) is not None for cell in row.cells) >= 2:
            return len(row.cells[0].text) <= _LONGEST_PERIOD
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
            # Goals may stand above the funds.
            return any(r.stage == stage for r in self.current.rows) and not _inside_overall(self.current, row)
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
        if self.current is not None and is_block_caption(row):
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
        self.open(row, HEADER, listing=True)

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

    def _in_tree(self, row: Row) -> None:
        if self.current is None or not self.current.tree:
            self.before = None
            self.open(row, HEADER, listing=True)
            assert self.current is not None
            self.current.tree = True
            return
        self.current.rows.append(row)

    def _loose(self, row: Row) -> None:
        """A row without labels: continuation inside a table, overflow, or what follows the form."""
        if self.current is None:
            if _CAPTION.search(row.text) and len(row.text) <= _TITLE_LENGTH:
                self.captions = [*self.captions[-2:], row]
                if self.year is None and (year := _YEAR_OF_CAPTION.search(squash(row.text))):
                    self.year = int(year.group(1))
            elif row.table is not None and self.before in (None, row.table):
                self.before = row.table
            elif row.table is not None or len(row.cells[0].text) > _TITLE_LENGTH:
                self._forget()
            return
        if row.table is None and self.stage >= LEVELS and _SIGN_LINE.match(row.text) and len(row.text) <= _TITLE_LENGTH:
            self.current.captions.append(row)
            return
        if row.table is not None and self.stage < SIGN and row.table is self.current.rows[-1].table:
            self.current.rows.append(row)
            return
        if row.table is not None and self.stage == LEVELS and len(row.cells) >= 2:
            self.current.rows.append(row)
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


_UNIT_CELL = re.compile(r"(?:金额)?单位[:：](?:人民币)?(?:万|千|亿)?元")


def _names_unit(row: Row) -> bool:
    """Whether a row of one to three cells names the unit of the amounts: it stands above a form, not in it."""
    return len(row.cells) <= 3 and any(_UNIT_CELL.fullmatch(squash(cell.text)) for cell in row.cells)


def is_funds_total(row: Row) -> bool:
    """Whether the row opens a fund block: it names a total, not one of the sources."""
    return any(item.fund is not None and item.fund[0] == "total" for item in row.meanings[:3])


def _inside_overall(run: Run, row: Row) -> bool:
    return "整体" in run.title


def _columns(run: Run) -> int:
    table = run.rows[0].table
    return table.columns if table is not None else 0


def _fits_list(row: Row) -> bool:
    return any(item.level2 is not None or item.level1 is not None for item in row.meanings)


def locate(rows: list[Row]) -> list[Run]:
    """Return the runs of rows that are target forms, in reading order.

    Runs without the evidence of a form (an indicator block with level labels, or name, unit and funds
    together) and self-evaluation tables are left out.
    """
    in_cells = {id(row.table) for row in rows if row.table and any(block_cell(cell.text) for cell in row.cells)}
    walker = _Locator(tree_tables(rows), in_cells)
    for row in rows:
        walker.feed(row)
    walker.close()
    return [run for run in walker.runs if _is_target(run)]


def _is_target(run: Run) -> bool:
    if run.evaluation or (run.title and _EVALUATION.search(run.title) and "目标" not in run.title):
        return False
    levels: set[str] = set()
    fields: set[str] = set()
    funds = 0
    header = False
    for row in run.rows:
        if is_header(row):
            header = True
            roles = {item.header for item in row.meanings}
            if "gained" in roles or {"actual", "value"} <= roles:
                return False
        for item in row.meanings:
            if item.level2 is not None:
                levels.add(item.level2)
            if item.field is not None:
                fields.add(item.field)
            if item.fund is not None:
                funds += 1
    if run.listing:
        return run.tree or header or any(block_cell(cell.text) for row in run.rows for cell in row.cells)
    if len(levels) >= 3 or (header and (levels or "project_name" in fields)):
        return True
    if "project_name" not in fields and "department_name" not in fields:
        return False
    texts = fields & {"overview", "basis", "necessity", "measures", "plan", "goal", "goal.annual", "goal.lifetime"}
    heading = fields & {"department", "implementing_unit", "project_attribute", "project_period"}
    return bool(heading) and (funds >= 2 or len(texts) >= 2)

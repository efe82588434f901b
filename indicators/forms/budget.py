"""Read the budget tables of a document: 收支总表, 支出总表, 三公, 项目支出预算表 and their like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from indicators.forms.fund_amounts import parse_amount
from indicators.forms.rows import Row
from indicators.money import MONEY_UNIT, in_unit
from indicators.records import BudgetLine, BudgetRow, BudgetTable, Location
from indicators.text import squash
from indicators.vocabulary import sums_up

__all__ = ["project_lines", "read_budget_tables"]

_CAPTION = re.compile(r"(?:表|表\(.{1,24}\)|表（.{1,24}）)$")
_KINDS = (
    (re.compile(r"项目(?:支出)?(?:预算)?(?:明细)?(?:情况)?(?:预算)?表|项目支出(?:预算)?.{0,6}表|项目支出绩效预算表"), "project"),
    (re.compile(r"三公"), "three_public"),
    (re.compile(r"机关运行"), "operating"),
    (re.compile(r"财政拨款收支"), "appropriation"),
    (re.compile(r"收支(?:预算)?总(?:体情况)?表|收支(?:总体情况|总表)"), "balance"),
    (re.compile(r"基本支出"), "basic"),
    (re.compile(r"政府性基金"), "fund"),
    (re.compile(r"国有资本"), "state_capital"),
    (re.compile(r"一般公共预算(?:当年)?(?:财政)?(?:拨款)?支出"), "general"),
    (re.compile(r"收入(?:预算)?(?:总表|总体|表)"), "income"),
    (re.compile(r"支出(?:预算)?(?:总表|总体|表|分)"), "expenditure"),
)  # fmt: skip
_CARRIED = re.compile(r"(?<!不含)(?<!不包括)(?:上年|以前年度)?结转")
_NO_DATA = re.compile(
    r"(?:本表|此表|该表)?(?:无数据|为空|无此项|没有数据|无相关数据|无内容|无(?:该|此)?项(?:支出|预算))|空表"
)
_UNIT = re.compile(rf"单位[:：]\s*(?:人民币)?\s*({MONEY_UNIT})")
_IS_AMOUNT = re.compile(rf"^[-(（]?[0-9][0-9,，.]*[)）]?(?:{MONEY_UNIT})?$")
_UNIT_NAME = re.compile(
    r"(?:局|委|办|中心|院|校|学校|小学|中学|幼儿园|所|站|队|政府|厅|部|会|馆|团|社|处|署|场|园|机关|公司|医院|法院|检察院|办公室)"
    r"(?:\(.{1,6}\)|\[.{1,4}\])?$"
)
_PROJECT_WORD = re.compile(r"费|项目|补助|补贴|资金|款|工程|建设|经费|奖|采购|购置|改造|维修|服务|工资|租赁")
_ROUNDING = Decimal("0.05")
#: Words of projects that units have in their names as well: 农机服务中心, 采购中心, 建设工程质量监督站.
_EITHER = re.compile(r"服务|工程|建设|采购|维修")
_COLUMN_NUMBER = re.compile(r"^(?:\(?[0-9]{1,2}\)?|\*\*|栏次|[0-9]=.*)$")


def _caption_kind(text: str) -> str | None:
    key = squash(text)
    if (
        not 4 <= len(key) <= 60
        or not _CAPTION.search(key)
        or "绩效" in key
        or re.search(r"[。；:：]|\.{3}|详见|见附|^第.{1,3}部分", key)
    ):
        return None
    for pattern, kind in _KINDS:
        if pattern.search(key):
            if kind != "project":
                return kind
            return "project_carried_over" if _CARRIED.search(key) else "project_current"
    return "other"


class _Collector:
    """Collects the rows below a caption until the next caption, form or paragraph."""

    def __init__(self) -> None:
        self.tables: list[BudgetTable] = []
        self.reset()

    def reset(self) -> None:
        self.kind = ""
        self.title = ""
        self.unit = "万元"
        self.header: list[Row] = []
        self.rows: list[Row] = []
        self.empty_note = False
        self.at = Location()

    def open(self, kind: str, row: Row) -> None:
        self.close()
        self.kind, self.title, self.at = kind, row.cells[0].text, row.at

    def close(self) -> None:
        if self.kind and (self.rows or self.header or self.empty_note):
            self.tables.append(self._table())
        self.reset()

    def _table(self) -> BudgetTable:
        columns = _columns([*self.header, *self.rows])
        rows = tuple(
            BudgetRow(label=label, code=code, amounts=amounts, at=row.at)
            for row in self.rows
            for label, code, amounts in [_row(row, columns, self.unit)]
        )
        headers = tuple(_header_text(self.header, column) for column in columns)
        filled = any(amount is not None for row in rows for amount in row.amounts)
        return BudgetTable(
            kind=self.kind, title=self.title, unit=self.unit, columns=headers, rows=rows,
            empty=self.empty_note or not filled, at=self.at,
        )  # fmt: skip

    def feed(self, row: Row) -> None:
        text = row.cells[0].text
        if len(row.cells) <= 2 and (kind := _caption_kind(text)) is not None:
            # A caption may share its line with the table number or the unit.
            self.open(kind, row)
            return
        if not self.kind:
            return
        if match := _UNIT.search(squash(row.text)) if len(row.text) <= 120 else None:
            self.unit = match.group(1)
            if len(row.cells) <= 3 and not _amounts(row):
                return
        if len(row.cells) <= 2 and _NO_DATA.search(squash(row.text)) and len(row.text) <= 60:
            self.empty_note = True
            return
        if row.table is None:
            if len(text) > 40 or re.match(r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、)", text):
                self.close()
            return
        if all(_COLUMN_NUMBER.match(squash(cell.text)) for cell in row.cells):
            return
        if _amounts(row):
            self.rows.append(row)
        elif not self.rows:
            self.header.append(row)
        else:
            self.rows.append(row)


def _amounts(row: Row, unit: str = "万元") -> dict[int, Decimal]:
    """Return the amounts of a row by column, in ``unit``; a cell may print another (本年收入 1.2亿元)."""
    found = {}
    for index, cell in enumerate(row.cells):
        amount = parse_amount(cell.text) if _IS_AMOUNT.match(squash(cell.text)) else None
        if amount is not None and not (index == 0 and len(row.cells) > 1 and amount[0] == amount[0].to_integral()):
            found[cell.at.column or 0] = in_unit(amount[0], amount[1] or unit, unit) or amount[0]
    return found


def _columns(rows: Iterable[Row]) -> list[int]:
    return sorted({column for row in rows for column in _amounts(row)})


def _row(row: Row, columns: list[int], unit: str) -> tuple[str, str, tuple[Decimal | None, ...]]:
    amounts = _amounts(row, unit)
    texts = [cell.text for cell in row.cells if (cell.at.column or 0) not in amounts]
    code = texts.pop(0) if len(texts) > 1 and texts[0].isdigit() else ""
    return " ".join(texts), code, tuple(amounts.get(column) for column in columns)


def _header_text(header: list[Row], column: int) -> str:
    parts = []
    for row in header:
        before = [cell for cell in row.cells if (cell.at.column or 0) <= column]
        if before and squash(before[-1].text) not in parts:
            exact = (before[-1].at.column or 0) == column or before[-1].column_span > 1
            if exact or row is header[0]:
                parts.append(squash(before[-1].text))
    return "/".join(parts)


def read_budget_tables(rows: list[Row]) -> tuple[tuple[BudgetTable, ...], tuple[BudgetLine, ...]]:
    """Read every budget table, and the lines of 项目支出预算表 with the unit they belong to.

    Parameters
    ----------
    rows
        Rows of the document that belong to no form.

    Returns
    -------
    tuple
        Tables in reading order; budget lines of the current year and of funds carried over.
    """
    collector = _Collector()
    sources: list[tuple[BudgetTable, list[Row], list[Row]]] = []
    for row in rows:
        count = len(collector.tables)
        held = (list(collector.header), list(collector.rows))
        collector.feed(row)
        if len(collector.tables) > count:
            sources.append((collector.tables[-1], *held))
    held = (list(collector.header), list(collector.rows))
    count = len(collector.tables)
    collector.close()
    if len(collector.tables) > count:
        sources.append((collector.tables[-1], *held))
    lines: list[BudgetLine] = []
    for table, header, body in sources:
        if table.kind in ("project_current", "project_carried_over") and not table.empty:
            lines.extend(project_lines(table, header, body))
    return tuple(collector.tables), tuple(lines)


def project_lines(table: BudgetTable, header: list[Row], body: list[Row]) -> list[BudgetLine]:
    """Return the project lines of 项目支出预算表; totals and unit rows give no line, units are handed down."""
    name_column, unit_column, total_column = _project_columns(header)
    numbered = [(row, _amounts(row, table.unit)) for row in body]
    lines: list[BudgetLine] = []
    unit = ""
    for position, (row, amounts) in enumerate(numbered):
        texts = [cell for cell in row.cells if (cell.at.column or 0) not in amounts and not _is_code(cell.text)]
        if not texts or not amounts:
            continue
        label = next((cell for cell in texts if (cell.at.column or 0) == name_column), texts[-1])
        if sums_up(label.text):
            continue
        own = next(
            (cell.text for cell in texts if unit_column is not None and (cell.at.column or 0) == unit_column), ""
        )
        amount = amounts.get(total_column) if total_column in amounts else amounts[min(amounts)]
        if len(texts) == 1 and _is_unit_row(label.text, amount, numbered[position + 1 :], total_column):
            unit = label.text
            continue
        if own and own is not label.text:
            unit = own
        lines.append(
            BudgetLine(
                unit=unit,
                project=label.text,
                amount=amount,
                amount_unit=table.unit,
                table="carried_over" if table.kind == "project_carried_over" else "current",
                at=label.at,
            )
        )
    return lines


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Za-z-]{1,24}", squash(text)))


def _project_columns(header: list[Row]) -> tuple[int | None, int | None, int]:
    name: int | None = None
    unit: int | None = None
    total = -1
    for row in header:
        for cell in row.cells:
            key = squash(cell.text)
            if name is None and key in ("项目名称", "项目", "二级项目名称", "二级项目", "预算项目", "项目支出名称"):
                name = cell.at.column
            elif unit is None and key in (
                "单位名称",
                "预算单位",
                "单位",
                "部门(单位)名称",
                "预算单位名称",
                "实施单位",
                "部门名称",
                "单位(部门)名称",
            ):
                unit = cell.at.column
            elif total < 0 and key in (
                "合计",
                "总计",
                "金额",
                "预算数",
                "预算金额",
                "本年预算",
                "预算安排",
                "小计",
                "资金合计",
            ):
                total = cell.at.column or 0
    return name, unit, total


def _is_unit_row(
    label: str, amount: Decimal | None, following: list[tuple[Row, dict[int, Decimal]]], total_column: int
) -> bool:
    """Whether a row names a unit: its name ends like one, and the rows below it add up to its amount."""
    key = squash(label)
    if not _UNIT_NAME.search(key) or _PROJECT_WORD.search(_EITHER.sub("", key)):
        return False
    if amount is None:
        return not _EITHER.search(key)
    running = Decimal(0)
    within = True
    above_units = bool(following) and _UNIT_NAME.search(squash(following[0][0].cells[0].text)) is not None
    for _, amounts in following:
        if not amounts:
            continue
        value = amounts.get(total_column) if total_column in amounts else amounts[min(amounts)]
        # A department row above its only unit repeats the amount.
        if value == amount:
            return True
        running += value or 0
        if within and abs(running - amount) <= _ROUNDING:
            return True
        # Below a department stand its units and their projects: each amount twice.
        if above_units and abs(running - 2 * amount) <= _ROUNDING:
            return True
        within = running <= amount + 1
        if running > 2 * amount + 1:
            return False
    return False

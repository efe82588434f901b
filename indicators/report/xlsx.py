"""A report as an Excel workbook for working through: overview, findings, indicators, scores, rules."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from indicators.records import Report
from indicators.report.explaining import spoken
from indicators.report.grouped import GroupLine, group_lines
from indicators.report.marks import MARK
from indicators.report.overview import Overview, overview
from indicators.report.places import SEVERITY_NAMES, clean
from indicators.report.rows import (
    LEVEL_NAMES,
    FindingRow,
    accepted_rows,
    finding_row,
    form_reports,
    indicator_rows,
    score_rows,
)
from indicators.wording import SCOPE_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from indicators.rule import RuleSet

__all__ = ["DECISIONS", "write_xlsx"]

#: What a reviewer may decide on a finding.
DECISIONS = ("退回修改", "已修改", "情况属实，保留", "误报", "待核实")
_LAST_ROW = 1_048_575
_CELL_SIZE = 32_000
_TALLEST = 400.0
_FONT = "微软雅黑"
_COLOURS = {"错误": "#F8CBAD", "警告": "#FFE699", "提示": "#DDEBF7"}
_GRADE_COLOURS = {"优": "#C6E0B4", "良": "#E2EFDA", "中": "#FFE699", "差": "#F8CBAD"}

Value = str | int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: heading, width in characters, and format name."""

    name: str
    width: float
    format: str = "text"


_FINDINGS = (
    Column("序号", 5, "number"), Column("单位", 14), Column("项目", 20), Column("金额（元）", 14, "money"),
    Column("规则", 6, "middle"), Column("级别", 6, "middle"), Column("问题", 14), Column("说明", 38),
    Column("同类", 16), Column("对象", 18), Column("证据", 24), Column("位置", 18), Column("建议", 28),
    Column("处理意见", 12, "input"), Column("处理说明", 16, "input"), Column("状态", 8, "middle"),
    Column("文件", 24), Column("指纹", 18), Column("组", 6, "number"),
)  # fmt: skip
_INDICATORS = (
    Column("单位", 18), Column("项目", 26), Column("期限", 8, "middle"), Column("一级指标", 11),
    Column("二级指标", 18), Column("三级指标", 30), Column("指标值", 20), Column("具体程度", 13, "middle"),
    Column("具体性得分", 11, "score"), Column("理由", 40), Column("问题数", 8, "number"),
    Column("位置", 18), Column("文件", 24),
)  # fmt: skip
_SCORES = (
    Column("单位", 18), Column("项目", 30), Column("金额（元）", 15, "money"), Column("参考分", 9, "score"),
    Column("等级", 7, "middle"), Column("完整性", 9, "score"), Column("相关性", 9, "score"),
    Column("适当性", 9, "score"), Column("可行性", 9, "score"), Column("具体性", 9, "score"),
    Column("优先程度", 9, "share"), Column("错误", 7, "number"), Column("警告", 7, "number"),
    Column("提示", 7, "number"), Column("位置", 18), Column("文件", 24),
)  # fmt: skip
_RULES = (
    Column("规则", 8, "middle"), Column("问题", 24), Column("级别", 7, "middle"), Column("范围", 8, "middle"),
    Column("维度", 10, "middle"), Column("本次次数", 9, "number"), Column("报什么", 50), Column("为什么", 44),
    Column("怎么改", 44), Column("依据", 44),
)  # fmt: skip


def write_xlsx(report: Report, rules: RuleSet, target: Path | None = None) -> bytes:
    """Return the report as a workbook of five sheets.

    Rows go to disk as they are made (``constant_memory``), so that memory does not grow with the findings.

    Parameters
    ----------
    rules
        The rules that judged, for the sheet 规则说明.
    target
        Where to write it instead; then ``b""`` is returned.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": 10},
    }
    book = xlsxwriter.Workbook(str(target) if target is not None else out, options)
    # No time of writing: the same report gives the same bytes.
    facts = {"title": "绩效目标机器初审结果", "comments": f"indicators {report.tool_version}", "keywords": MARK}
    book.set_properties({**facts, "created": datetime(2026, 1, 1)})
    writer = _Writer(book)
    found = overview(report)
    _overview_sheet(writer, report, found)
    colours = ("级别", _COLOURS)
    writer.sheet("问题清单", _FINDINGS, _finding_cells(report), freeze=(1, 3), colour_by=colours, joined="组")
    writer.sheet("指标明细", _INDICATORS, _indicator_cells(report), freeze=(1, 2))
    writer.sheet("项目评分", _SCORES, _score_cells(report), freeze=(1, 2), colour_by=("等级", _GRADE_COLOURS))
    writer.sheet("规则说明", _RULES, _rule_cells(report, rules), freeze=(1, 2))
    book.close()
    return out.getvalue()


class _Writer:
    """A workbook with its formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        base = {"font_name": _FONT, "font_size": 10, "valign": "top"}
        cell = {**base, "border": 1, "border_color": "#BFBFBF", "text_wrap": True}
        self.formats = {
            "text": book.add_format(cell),
            "middle": book.add_format({**cell, "align": "center"}),
            "number": book.add_format({**cell, "align": "center", "num_format": "0"}),
            "money": book.add_format({**cell, "num_format": "#,##0.00"}),
            "score": book.add_format({**cell, "num_format": "0.0", "align": "center"}),
            "share": book.add_format({**cell, "num_format": "0.00", "align": "center"}),
            "input": book.add_format({**cell, "bg_color": "#FFFDE7", "locked": False}),
            "head": book.add_format(
                {**cell, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "align": "center",
                 "valign": "vcenter"}
            ),
            "title": book.add_format({**base, "bold": True, "font_size": 16}),
            "bold": book.add_format({**base, "bold": True, "font_size": 11}),
            "plain": book.add_format(base),
            "hint": book.add_format({**base, "font_color": "#7F7F7F", "italic": True}),
        }  # fmt: skip

    def sheet(
        self,
        name: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Value]],
        *,
        freeze: tuple[int, int],
        colour_by: tuple[str, dict[str, str]] | None = None,
        joined: str = "",
    ) -> None:
        """Add a sheet with a frozen heading, a filter, widths, and print settings.

        Parameters
        ----------
        joined
            Column that holds one number for rows that are one thing: the first of them is shown, the others are
            folded below it and open with one click.
        """
        sheet = self.book.add_worksheet(name)
        sheet.outline_settings(True, False)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.freeze_panes(*freeze)
        _print_settings(sheet, name)
        sheet.repeat_rows(0)
        sheet.set_row(0, 24)
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.name, self.formats["head"])
        count = 0
        for count, (row, outline) in enumerate(_outlined(columns, rows, joined), start=1):
            if count > _LAST_ROW - 1:
                sheet.write_string(count, 0, "已到 Excel 的行数上限，其余请用 --format csv 导出")
                break
            sheet.set_row(count, _row_height(columns, row), None, outline)
            for index, (column, value) in enumerate(zip(columns, row)):
                self.write(sheet, count, index, value, column.format)
        last = max(count, 1)
        # What only programs need (状态, 文件, 指纹) stays off the paper.
        printed = next((index for index, column in enumerate(columns) if column.name == "状态"), len(columns))
        sheet.print_area(0, 0, last, printed - 1)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        if colour_by is not None:
            self._colour(sheet, columns, last, *colour_by)
        self._decisions(sheet, columns, last)

    def write(self, sheet: Any, row: int, column: int, value: Value, style: str = "plain") -> None:
        """Write one value; text is always written as text."""
        form = self.formats[style]
        if value is None or value == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            sheet.write_string(row, column, _fitting(value), form)
        else:
            sheet.write_number(row, column, float(value), form)

    def _colour(self, sheet: Any, columns: Sequence[Column], last: int, name: str, colours: dict[str, str]) -> None:
        index = [column.name for column in columns].index(name)
        for text, colour in colours.items():
            form = self.book.add_format({"bg_color": colour})
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": form}
            sheet.conditional_format(1, index, last, index, rule)

    def _decisions(self, sheet: Any, columns: Sequence[Column], last: int) -> None:
        for index, column in enumerate(columns):
            if column.name == "处理意见":
                rule = {
                    "validate": "list",
                    "source": list(DECISIONS),
                    "error_title": "处理意见",
                    "error_message": "请从下拉列表中选择。",
                }
                sheet.data_validation(1, index, last, index, rule)


def _outlined(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]], joined: str
) -> Iterator[tuple[Sequence[Value], dict[str, Any]]]:
    """Yield each row with how it is folded: below the one before it where both hold the same number."""
    at = next((index for index, column in enumerate(columns) if column.name == joined), None)
    inner = False
    for row, following in pairwise(chain(rows, (None,))):
        assert row is not None
        leads = at is not None and following is not None and row[at] is not None and row[at] == following[at]
        yield row, {"level": 1, "hidden": True} if inner else {"collapsed": True} if leads else {}
        inner = leads


def _row_height(columns: Sequence[Column], row: Sequence[Value]) -> float:
    """Return the height that shows all wrapped text, in points; viewers differ in doing this by themselves."""
    lines = 1
    for column, value in zip(columns, row):
        if isinstance(value, str) and len(value) * 2 > column.width:
            size = len(value) + sum(sign > "\u2e7f" for sign in value)
            lines = max(lines, -(-size // max(1, int(column.width) - 1)))
    return min(_TALLEST, 14.0 * lines + 2)


def _fitting(text: str) -> str:
    """Return a text that fits a cell of Excel."""
    return text if len(text) <= _CELL_SIZE else text[: _CELL_SIZE - 1] + "…"


def _print_settings(sheet: Any, name: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L{name}&C第 &P 页，共 &N 页&R机器初审，仅供参考")


def _overview_sheet(writer: _Writer, report: Report, found: Overview) -> None:
    sheet = writer.book.add_worksheet("总览")
    sheet.hide_gridlines(2)
    _print_settings(sheet, "总览")
    for index, width in enumerate((10, 44, 10, 10, 10, 10, 14)):
        sheet.set_column(index, index, width)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, "绩效目标机器初审结果", writer.formats["title"])
    facts = f"indicators {report.tool_version}　规则 {report.rules_version}　模型 {report.model_version or '未用'}"
    facts += f"　设置：{report.settings}" if report.settings else ""
    sheet.write_string(1, 0, clean(facts), writer.formats["hint"])
    sheet.write_string(2, 0, "参考分是机器初审的提示，不是审核结论；每一条问题都应由人核对。", writer.formats["hint"])
    row = _block(writer, sheet, 4, ("", "项目", "数量"), ((None, name, count) for name, count in found.counts))
    row = _block(writer, sheet, row + 1, ("等级", "参考分", "表数"), found.grades)
    grades = (row - len(found.grades), row - 1)
    heads = ("规则", "问题", "错误", "警告", "提示", "合计")
    first = row + 2
    row = _block(writer, sheet, row + 1, heads, found.rules)
    _charts(writer, sheet, grades, (first, min(row - 1, first + 14)))
    columns = ("", "文件", "表数", "错误", "警告", "提示", "平均参考分")
    _block(writer, sheet, row + 1, columns, ((None, *line) for line in found.documents))


def _block(writer: _Writer, sheet: Any, row: int, heads: Sequence[str], lines: Iterable[Sequence[Value]]) -> int:
    """Write a small table and return the row after it."""
    for index, name in enumerate(heads):
        if name:
            sheet.write_string(row, index, name, writer.formats["head"])
    for line in lines:
        row += 1
        for index, value in enumerate(line):
            if heads[index]:
                style = "text" if isinstance(value, str) else "score" if isinstance(value, float) else "number"
                writer.write(sheet, row, index, value, style)
    return row + 1


def _charts(writer: _Writer, sheet: Any, grades: tuple[int, int], rules: tuple[int, int]) -> None:
    font = {"name": _FONT, "size": 9}
    chart = writer.book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "表数",
            "categories": ["总览", grades[0], 0, grades[1], 0],
            "values": ["总览", grades[0], 2, grades[1], 2],
            "data_labels": {"value": True},
            "points": [{"fill": {"color": colour}} for colour in ("#70AD47", "#A9D18E", "#FFC000", "#C00000")],
        }
    )
    chart.set_title({"name": "参考分等级", "name_font": {**font, "size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_font": font})
    chart.set_x_axis({"num_font": font})
    chart.set_size({"width": 460, "height": 260})
    sheet.insert_chart(4, 8, chart)
    if rules[1] < rules[0]:
        return
    bars = writer.book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, name, colour in ((2, "错误", "#C00000"), (3, "警告", "#FFC000"), (4, "提示", "#9DC3E6")):
        bars.add_series(
            {
                "name": name,
                "categories": ["总览", rules[0], 1, rules[1], 1],
                "values": ["总览", rules[0], column, rules[1], column],
                "fill": {"color": colour},
                "gap": 40,
            }
        )
    bars.set_title({"name": "问题最多的规则", "name_font": {**font, "size": 12}})
    bars.set_y_axis({"reverse": True, "num_font": font})
    bars.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_font": font})
    bars.set_legend({"position": "bottom", "font": font})
    bars.set_size({"width": 620, "height": 120 + 24 * (rules[1] - rules[0] + 1)})
    sheet.insert_chart(18, 8, bars)


def _finding_cells(report: Report) -> Iterator[Sequence[Value]]:
    """Yield a row for every finding, those that are one thing below each other; the first says where the others are."""
    number = 0
    for document in report.documents:
        forms = {item.form.index if item.form is not None else None: item for item in form_reports(document)}
        for line in group_lines(document):
            first = number + 1
            for finding in line.findings:
                number += 1
                row = finding_row(forms.get(finding.form) or forms[None], finding)
                yield _finding_line(number, row, first, _alike(line) if number == first else f"同第 {first} 号")
        for row in accepted_rows(document):
            number += 1
            yield _finding_line(number, row, number, "")


def _alike(line: GroupLine) -> str:
    """Say on the first row of a group how many rows are folded below it and where they stand."""
    others = len(line.findings) - 1
    if not others:
        return ""
    return (line.more[1:-1] or f"连带 {others} 条") + "（点左侧“+”展开）"


def _finding_line(number: int, row: FindingRow, group: int, alike: str) -> Sequence[Value]:
    return (
        number, row.unit, row.project, row.amount, row.rule, SEVERITY_NAMES[row.severity], row.title, row.message,
        alike, row.subject, row.evidence, row.place, row.fix, None, None, row.status, row.source, row.fingerprint,
        group,
    )  # fmt: skip


def _indicator_cells(report: Report) -> Iterator[Sequence[Value]]:
    for row in indicator_rows(report):
        level = LEVEL_NAMES[row.level] if row.level is not None else None
        yield (
            row.unit, row.project, row.horizon, row.level1, row.level2, row.name, row.value, level, row.score,
            row.reason, row.findings, row.place, row.source,
        )  # fmt: skip


def _score_cells(report: Report) -> Iterator[Sequence[Value]]:
    for row in score_rows(report):
        points = dict(row.dimensions)
        yield (
            row.unit, row.project, row.amount, row.total, row.grade,
            *(points.get(name) for name in ("完整性", "相关性", "适当性", "可行性")),
            row.specificity, row.priority, row.errors, row.warnings, row.notes, row.place, row.source,
        )  # fmt: skip


def _rule_cells(report: Report, rules: RuleSet) -> Iterator[Sequence[Value]]:
    counts = Counter(finding.rule for finding in report.findings)
    for rule in rules:
        sources = "；".join(rules.sources[key].label for key in rule.sources if key in rules.sources)
        yield (
            rule.code, rule.title, SEVERITY_NAMES[rule.severity], SCOPE_NAMES[rule.scope], rule.dimension,
            counts[rule.code], spoken(rule.message), rule.why, spoken(rule.fix), sources,
        )  # fmt: skip

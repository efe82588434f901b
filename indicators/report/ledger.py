"""The rectification ledger (整改台账): every finding that was sent back, what became of it, and room to follow up."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from indicators.report.places import clean

__all__ = ["STATES", "LedgerRow", "write_ledger"]

#: What may stand in 状态; the page fills in what it can tell from the corrected file.
STATES = ("未整改", "整改中", "已整改", "情况属实保留", "不需整改")
_HEADS = (
    ("序号", 6), ("单位", 20), ("项目", 28), ("问题", 44), ("位置", 20), ("整改措施", 36), ("责任人", 10),
    ("完成时限", 12),
    ("整改佐证", 30), ("状态", 12), ("规则", 8), ("发出次数", 9), ("指纹", 18),
)  # fmt: skip
_COLOURS = {"未整改": "#F8CBAD", "整改中": "#FFE699", "已整改": "#C6E0B4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One problem; ``evidence`` names the file and place where it was seen corrected."""

    unit: str
    project: str
    problem: str
    place: str
    measure: str
    due: str
    evidence: str
    state: str
    rule: str
    rounds: int
    fingerprint: str


def write_ledger(rows: Iterable[LedgerRow], *, title: str = "绩效目标问题整改台账") -> bytes:
    """Return the ledger as XLSX."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet("整改台账")
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "top"}
    cell = book.add_format({**base, "border": 1, "border_color": "#BFBFBF", "text_wrap": True})
    entry = book.add_format({**base, "border": 1, "border_color": "#BFBFBF", "text_wrap": True, "bg_color": "#FFFDF2"})
    head = book.add_format({**base, "bold": True, "bg_color": "#E7EEF5", "border": 1, "border_color": "#BFBFBF"})
    sheet.merge_range(0, 0, 0, 9, title, book.add_format({**base, "bold": True, "font_size": 14, "align": "center"}))
    for column, (name, width) in enumerate(_HEADS):
        sheet.set_column(column, column, width)
        sheet.write(1, column, name, head)
    line = 2
    for number, row in enumerate(rows, 1):
        values = (
            number, row.unit, row.project, row.problem, row.place, row.measure, "", row.due, row.evidence, row.state,
            row.rule, row.rounds, row.fingerprint,
        )  # fmt: skip
        for column, value in enumerate(values):
            shown = clean(value) if isinstance(value, str) else value
            sheet.write(line, column, shown, entry if column in (5, 6, 7, 8, 9) else cell)
        sheet.set_row(line, _height(values))
        line += 1
    if line > 2:
        sheet.data_validation(2, 9, line - 1, 9, {"validate": "list", "source": list(STATES)})
        for state, colour in _COLOURS.items():
            rule = {
                "type": "cell",
                "criteria": "==",
                "value": f'"{state}"',
                "format": book.add_format({"bg_color": colour}),
            }
            sheet.conditional_format(2, 9, line - 1, 9, rule)
        sheet.autofilter(1, 0, line - 1, len(_HEADS) - 1)
    sheet.freeze_panes(2, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    # What only programs need stays off the paper.
    sheet.print_area(0, 0, max(line - 1, 2), 9)
    book.close()
    return out.getvalue()


def _height(values: tuple[str | int, ...]) -> float:
    """Return the height of a row in points: spreadsheets do not fit wrapped rows by themselves when printing."""
    lines = (-(-2 * len(str(value)) // max(1, width)) for value, (_, width) in zip(values, _HEADS))
    return 15.0 * max(1, *lines)

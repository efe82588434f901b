"""A sample of forms as a worksheet for an auditor: file, page, reason, and room for what was found."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from indicators.report.places import clean

__all__ = ["write_worksheet"]

_HEADS = (
    ("序号", 6), ("单位", 22), ("项目", 34), ("年度资金（元）", 16), ("参考分", 8), ("等级", 6), ("为什么抽中", 44),
    ("文件", 34), ("页", 6), ("表序", 6), ("核查情况", 30), ("核查人", 10), ("日期", 12),
)  # fmt: skip


def write_worksheet(
    rows: Iterable[Mapping[str, Any]], *, how: str, places: Mapping[tuple[str, int], int | None]
) -> bytes:
    """Return the sample as XLSX.

    Parameters
    ----------
    rows
        Of :func:`indicators.store.listing.sampled`, with ``why``.
    how
        How the sample was drawn, in words.
    places
        Page by document and form.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet("抽样底稿")
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "top"}
    cell = book.add_format({**base, "border": 1, "border_color": "#BFBFBF", "text_wrap": True})
    money = book.add_format({**base, "border": 1, "border_color": "#BFBFBF", "num_format": "#,##0.00"})
    head = book.add_format({**base, "bold": True, "bg_color": "#E7EEF5", "border": 1, "border_color": "#BFBFBF"})
    sheet.write(0, 0, f"抽样办法：{how}", book.add_format({**base, "bold": True}))
    for column, (name, width) in enumerate(_HEADS):
        sheet.set_column(column, column, width)
        sheet.write(1, column, name, head)
    line = 2
    for number, row in enumerate(rows, 1):
        page = places.get((row["document"], row["form"]))
        values = (
            number, clean(row["unit"]), clean(row["project"]), row["amount"], round(row["total"], 1), row["grade"],
            row["why"], clean(row["file"]), page, row["form"] + 1, "", "", "",
        )  # fmt: skip
        for column, value in enumerate(values):
            sheet.write(line, column, "" if value is None else value, money if column == 3 else cell)
        line += 1
    sheet.freeze_panes(2, 3)
    sheet.autofilter(1, 0, max(line - 1, 1), len(_HEADS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    book.close()
    return out.getvalue()

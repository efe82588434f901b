"""Rows of plain values as what people take away: a table on the screen, CSV, JSON, a workbook, a page."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from indicators.cli.checking import write
from indicators.cli.outputs import check_output, chosen_format, screen_width
from indicators.errors import ConfigError
from indicators.report.places import SEVERITY_NAMES, clean
from indicators.text import cleaned, csv_text

__all__ = ["KINDS", "TABLE_FORMAT", "write_table"]

KINDS = ("table", "json", "csv", "xlsx", "html")
"""Formats of a table of rows."""
_SHARES = ("share_faulty", "likeness", "level3", "level2", "level1", "level0")
_MONEY = ("amount",)
TABLE_FORMAT = click.option("--format", "form", type=click.Choice(KINDS), help="输出格式；默认 table，或按扩展名。")

Rows = Sequence[Mapping[str, Any]]


def write_table(
    rows: Rows, names: Mapping[str, str], *, form: str | None, output: Path | None, force: bool, title: str, end: str
) -> None:
    """Write rows in one of the formats.

    Parameters
    ----------
    names
        Columns in order, with their words; a row may hold more, which only JSON shows.
    title, end
        What stands above and below the table.

    Raises
    ------
    ConfigError
        If the file cannot be written, or a binary format is to go to the screen.
    """
    kind = chosen_format(form, output, KINDS, "table")
    check_output(output, (), force=force)
    if kind != "json":
        # People count the forms of a file from 1, as the page does; JSON keeps the index.
        rows = [{**row, "form": row["form"] + 1} if isinstance(row.get("form"), int) else row for row in rows]
    if kind == "xlsx":
        if output is None:
            raise ConfigError("xlsx 是二进制格式，不能显示在屏幕上", remedy="请加上 -o 文件名.xlsx")
        write(_workbook(rows, names, title, end), output)
    elif kind == "json":
        write(json.dumps(cleaned([dict(row) for row in rows]), ensure_ascii=False, indent=1), output)
    else:
        writers = {"csv": _csv, "html": _page, "table": _screen}
        write(writers[kind](rows, names, title, end), output)


def _csv(rows: Rows, names: Mapping[str, str], title: str, end: str) -> str:
    return csv_text((names.values(), *([row.get(name) for name in names] for row in rows)))


def _cell(name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if name == "severity":
        return str(SEVERITY_NAMES.get(value, value))
    if name in _SHARES:
        return f"{value * 100:.0f}%"
    if name in _MONEY or (isinstance(value, float) and abs(value) >= 1000):
        return f"{value:,.0f}"
    return clean(f"{value:g}" if isinstance(value, float) else f"{value}")


def _numeric(rows: Rows, name: str) -> bool:
    return bool(rows) and all(isinstance(row.get(name), int | float | None) for row in rows)


def _screen(rows: Rows, names: Mapping[str, str], title: str, end: str) -> str:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, word in names.items():
        right = _numeric(rows, name)
        # Amounts never break inside a number.
        table.add_column(word, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        table.add_row(*(escape(_cell(name, row.get(name))) for name in names))
    out = io.StringIO()
    Console(file=out, width=screen_width()).print(table)
    return f"{out.getvalue().rstrip()}\n{end}".lstrip("\n")


def _workbook(rows: Rows, names: Mapping[str, str], title: str, end: str) -> bytes:
    from datetime import datetime

    import xlsxwriter

    from indicators.report.folding import columns_of
    from indicators.report.marks import MARK

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "keywords": MARK, "created": datetime(2026, 1, 1)})
    sheet = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1, "valign": "top"})
    plain = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top"}
    text, money = book.add_format(plain), book.add_format({**plain, "num_format": "#,##0"})
    share = book.add_format({**plain, "num_format": "0%"})
    for column, (name, word) in enumerate(names.items()):
        longest = max((columns_of(_cell(name, row.get(name))) for row in rows), default=0)
        sheet.set_column(column, column, min(40, max(columns_of(word), longest) + 3))
        sheet.write_string(0, column, word, head)
        for number, row in enumerate(rows, start=1):
            value = row.get(name)
            style = money if name in _MONEY else share if name in _SHARES else text
            if isinstance(value, int | float):
                sheet.write_number(number, column, value, style)
            else:
                sheet.write_string(number, column, "" if value is None else _cell(name, value), style)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(len(rows) + 2, 0, end)
    book.close()
    return out.getvalue()


_STYLE = (
    "body{font:14px/1.6 system-ui,'Microsoft YaHei',sans-serif;margin:2em;color:#222}"
    "table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top}"
    "th{background:#1f4e79;color:#fff;position:sticky;top:0}td.n{text-align:right;white-space:nowrap}"
    "@media print{th{position:static}}"
)


def _page(rows: Rows, names: Mapping[str, str], title: str, end: str) -> str:
    from html import escape

    from indicators.report.marks import MARK

    heads = "".join(f"<th>{escape(word)}</th>" for word in names.values())
    right = {name for name in names if _numeric(rows, name)}
    lines = [
        "<tr>" + "".join(
            f"<td{' class=n' if name in right else ''}>{escape(_cell(name, row.get(name)))}</td>" for name in names
        ) + "</tr>"
        for row in rows
    ]  # fmt: skip
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="generator" content="{MARK}">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"</head><body><h1>{escape(title)}</h1><p>{escape(end)}</p><table><thead><tr>{heads}</tr></thead><tbody>\n"
        + "\n".join(lines)
        + "\n</tbody></table></body></html>\n"
    )

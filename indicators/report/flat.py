"""Rows of plain values as what people take away: a table on the screen, CSV, JSON, a workbook, a page, a Word file."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from indicators.report.folding import columns_of, fold
from indicators.report.marks import MARK, marked_office
from indicators.report.places import SEVERITY_NAMES, clean
from indicators.text import cleaned, csv_text

__all__ = ["KINDS", "Flat", "write_flat"]

#: What :func:`write_flat` writes.
KINDS = ("table", "json", "csv", "xlsx", "html", "docx")
_SHARES = frozenset(("share_faulty", "likeness", "level3", "level2", "level1", "level0"))
_MONEY = frozenset(("amount", "amount_before"))
_WIDEST = 44
#: Least columns of a text beside others on a screen, and how far a paragraph of a row is set in.
_NARROWEST, _INDENT = 16, 6
#: Width of A4 across between its margins, in millimetres.
_PAPER = 267
#: The clock of no file: the same rows give the same bytes.
_NO_TIME = datetime(2026, 1, 1)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A table.

    Parameters
    ----------
    title, end
        What stands above and below it.
    names
        Columns in order, with their words.
    rows
        A row may hold more than the columns, which only JSON shows.
    """

    title: str
    names: Mapping[str, str]
    rows: Sequence[Row]
    end: str = ""


def write_flat(flat: Flat, kind: str, *, width: int = 100) -> str | bytes:
    """Return a table in one of ``KINDS``; bytes for a workbook and a Word file.

    Parameters
    ----------
    width
        Columns of the screen.
    """
    if kind == "table":
        return _screen(flat, width)
    writers: dict[str, Callable[[Flat], str | bytes]] = {
        "json": _json, "csv": _csv, "xlsx": _workbook, "html": _page, "docx": _document,
    }  # fmt: skip
    return writers[kind](flat)


def _json(flat: Flat) -> str:
    return json.dumps(cleaned([dict(row) for row in flat.rows]), ensure_ascii=False, indent=1) + "\n"


def _csv(flat: Flat) -> str:
    return csv_text((flat.names.values(), *([_whole(row.get(name)) for name in flat.names] for row in flat.rows)))


def _whole(value: Any) -> Any:
    """Return whole amounts without a point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _cell(name: str, value: Any) -> str:
    """Return a value as people write it; empty stays empty."""
    if value is None or value == "":
        return ""
    if name == "severity":
        return str(SEVERITY_NAMES.get(value, value))
    if name in _SHARES and isinstance(value, int | float):
        return f"{value * 100:.0f}%"
    if name in _MONEY or (isinstance(value, float) and abs(value) >= 1000):
        return f"{value:,.0f}"
    return clean(f"{value:g}" if isinstance(value, float) else f"{value}")


def _numeric(flat: Flat, name: str) -> bool:
    return bool(flat.rows) and all(isinstance(row.get(name), int | float | None) for row in flat.rows)


def _screen(flat: Flat, width: int) -> str:
    flat = replace(flat, rows=[_short_path(row) for row in flat.rows])
    lines = "" if not flat.rows else _table(flat, width) if _fits(flat, width) else _blocks(flat, width)
    return f"{lines.rstrip()}\n{flat.end}".strip("\n") + "\n"


def _short_path(row: Row) -> Row:
    """Leave the folders of a path out: a screen has no room for them."""
    path = row.get("path")
    return {**row, "path": re.split(r"[\\/]", path)[-1]} if isinstance(path, str) else row


def _fits(flat: Flat, width: int) -> bool:
    """Return whether all columns stand beside each other without a text being cut into slivers."""
    sizes = _widths(flat)
    needed = sum(max(columns_of(word), min(sizes[name], _NARROWEST)) for name, word in flat.names.items())
    return needed + 2 * (len(flat.names) - 1) <= width


def _blocks(flat: Flat, width: int) -> str:
    """Return a numbered paragraph a row: each value behind its word."""
    lines = []
    for number, row in enumerate(flat.rows, start=1):
        pairs = ((word, _cell(name, row.get(name))) for name, word in flat.names.items() if name != "rank")
        parts = [f"{word} {value}" for word, value in pairs if value]
        first, *rest = fold("　".join(parts), width - _INDENT).splitlines() or [""]
        lines += [f"{number:<{_INDENT - 2}}  {first}", *(" " * _INDENT + line for line in rest)]
    return "\n".join(lines)


def _table(flat: Flat, width: int) -> str:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, word in flat.names.items():
        right = _numeric(flat, name)
        # Amounts never break inside a number.
        table.add_column(word, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in flat.rows:
        table.add_row(*(escape(_cell(name, row.get(name)) or "—") for name in flat.names))
    out = io.StringIO()
    Console(file=out, width=width).print(table)
    return out.getvalue()


def _widths(flat: Flat) -> dict[str, int]:
    """Return the columns that each column of the table takes, in half-width characters."""
    return {
        name: min(_WIDEST, max((columns_of(_cell(name, row.get(name))) for row in flat.rows), default=0))
        for name in flat.names
    }


def _workbook(flat: Flat) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": flat.title, "keywords": MARK, "created": _NO_TIME})
    sheet = book.add_worksheet(flat.title[:31])
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "top", "border": 1}
    head = book.add_format({**base, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
    plain = {**base, "border_color": "#BFBFBF", "text_wrap": True}
    text, money = book.add_format(plain), book.add_format({**plain, "num_format": "#,##0"})
    share = book.add_format({**plain, "num_format": "0%"})
    widths = _widths(flat)
    for column, (name, word) in enumerate(flat.names.items()):
        sheet.set_column(column, column, max(columns_of(word), widths[name]) + 3)
        sheet.write_string(0, column, word, head)
        for number, row in enumerate(flat.rows, start=1):
            value = row.get(name)
            style = money if name in _MONEY else share if name in _SHARES else text
            if isinstance(value, int | float):
                sheet.write_number(number, column, value, style)
            else:
                sheet.write_string(number, column, _cell(name, value), style)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    if flat.rows:
        sheet.autofilter(0, 0, len(flat.rows), len(flat.names) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{flat.title}&C第 &P 页，共 &N 页")
    sheet.write_string(len(flat.rows) + 2, 0, flat.end)
    book.close()
    return out.getvalue()


_STYLE = (
    "body{font:14px/1.6 system-ui,'Microsoft YaHei',sans-serif;margin:2em;color:#222}"
    "table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top;"
    "min-width:3em}th{background:#1f4e79;color:#fff;position:sticky;top:0;white-space:nowrap}th.sortable{cursor:pointer}"
    "td.n{text-align:right;white-space:nowrap}"
    "th[aria-sort=descending]::after{content:' ▼'}th[aria-sort=ascending]::after{content:' ▲'}"
    "@media(max-width:700px){body{margin:.8em}div{overflow-x:auto}}"
    "@media print{body{margin:0;font-size:10pt}th{position:static;color:#000;background:#e7eef5}tr{break-inside:avoid}"
    "@page{size:A4 landscape;margin:12mm}}"
)


def _page(flat: Flat) -> str:
    from html import escape

    script = files("indicators.report").joinpath("templates", "sort.js").read_text(encoding="utf-8")
    script += '\nsortable(document.querySelectorAll("th"));\n'
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (_STYLE, script))
    policy = "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
    heads = "".join(f"<th>{escape(word)}</th>" for word in flat.names.values())
    right = {name for name in flat.names if _numeric(flat, name)}
    lines = [
        "<tr>" + "".join(
            f"<td{' class=n' if name in right else ''}>{escape(_cell(name, row.get(name)))}</td>" for name in flat.names
        ) + "</tr>"
        for row in flat.rows
    ]  # fmt: skip
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="generator" content="{MARK}">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy.format(*hashes)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(flat.title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(flat.title)}</h1><p>{escape(flat.end)}</p>"
        f"<div><table><thead><tr>{heads}</tr></thead><tbody>\n" + "\n".join(lines) + "\n</tbody></table></div>"
        f"<script>{script}</script></body></html>\n"
    )


def _document(flat: Flat) -> bytes:
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    book = docx.Document()
    facts = book.core_properties
    facts.title, facts.author = flat.title, ""
    facts.created = facts.modified = _NO_TIME
    style = book.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(9)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    section = book.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    run = book.add_paragraph().add_run(flat.title)
    run.bold, run.font.size = True, Pt(16)
    book.add_paragraph(flat.end)
    table = book.add_table(rows=1, cols=len(flat.names), style="Table Grid")
    table.autofit = False
    sizes = _widths(flat)
    widths = [max(columns_of(word), sizes[name]) + 2 for name, word in flat.names.items()]
    for number, row in enumerate((flat.names, *flat.rows)):
        cells = table.rows[0].cells if not number else table.add_row().cells
        for cell, name, size in zip(cells, flat.names, widths):
            cell.width = Mm(_PAPER * size / sum(widths))
            cell.paragraphs[0].add_run(_cell(name, row.get(name))).bold = not number
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    out = io.BytesIO()
    book.save(out)
    return marked_office(out.getvalue())

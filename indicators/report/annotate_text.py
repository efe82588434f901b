"""A text or web document as an HTML page with the findings on it.

A text shows its own lines, numbered; everything else the tables and lines that were read out of it. Names of people in
sign-off rows and phone numbers are hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from indicators.readers import sniff
from indicators.records import DocumentReport, Table
from indicators.report.places import SEVERITY_NAMES, SEVERITY_RANK
from indicators.report.printed import private_text
from indicators.report.summary import TITLE, Remark, remarks, summary

__all__ = ["annotate_text"]

_MOST_CELLS = 200_000
_SIGN = re.compile(r"(?:负责人|经办人|填报人|填表人|联系人|审核人|制表人)")


def annotate_text(document: DocumentReport, data: bytes) -> str:
    """Return a page with the text of a document, its findings marked in place and listed in front.

    Parameters
    ----------
    data
        The file the report was made from.
    """
    found = remarks(document)
    plain = document.extraction.document.media_type in (sniff.TEXT, sniff.OCTETS, sniff.XML)
    by_line: dict[int, list[Remark]] = {}
    for remark in found:
        if remark.at.line is not None:
            by_line.setdefault(remark.at.line, []).append(remark)
    page: str = _template().render(
        title=TITLE,
        summary=summary(document),
        severities=SEVERITY_NAMES,
        lines=_text_lines(data, document, by_line) if plain else (),
        blocks=() if plain else _blocks(document, found),
        style=_style(),
        style_hash=_hash(),
    )
    return page


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read("marked.html"))


def _read(name: str) -> str:
    return files("indicators.report").joinpath("templates", name).read_text(encoding="utf-8")


def _style() -> Any:
    from markupsafe import Markup

    return Markup(_read("marked.css"))


def _hash() -> str:
    import base64
    import hashlib

    return "sha256-" + base64.b64encode(hashlib.sha256(_read("marked.css").encode()).digest()).decode("ascii")


def _text_lines(data: bytes, document: DocumentReport, by_line: dict[int, list[Remark]]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a text with the pieces that are marked."""
    from indicators.readers.text import decode

    text, _ = decode(data, document.extraction.document.name)
    cells = _cells_by_line(document, by_line)
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        here = by_line.get(number, [])
        pieces: list[dict[str, Any]] = []
        sign = bool(_SIGN.search(line)) and len(line) < 400
        start = 0
        for end, text_of, group in _found(line, here, cells):
            pieces.append(_piece(line[start : end - len(text_of)], sign))
            pieces.append(_marked(text_of, sign, group))
            start = end
        pieces.append(_piece(line[start:], sign))
        placed = {id(item) for piece in pieces for item in piece["group"]}
        left = [item for item in here if id(item) not in placed]
        yield {
            "number": number,
            "pieces": [p for p in pieces if p["text"] or p["group"]],
            "group": _numbers(left),
        }


def _cells_by_line(document: DocumentReport, by_line: dict[int, list[Remark]]) -> dict[tuple[int, int], str]:
    """Return the texts of the cells that remarks stand at, by line and column."""
    wanted = {(item.at.table, item.at.row, item.at.column) for group in by_line.values() for item in group}
    return {
        (cell.at.line, cell.at.column or 0): cell.text
        for table in document.extraction.document.tables
        for cell in table.cells
        if (cell.at.table, cell.at.row, cell.at.column) in wanted and cell.at.line is not None
    }


def _found(line: str, here: list[Remark], cells: dict[tuple[int, int], str]) -> Iterator[tuple[int, str, list[Remark]]]:
    """Yield where the cells of the remarks end in a line, left to right; each place once."""
    by_column: dict[int, list[Remark]] = {}
    for remark in here:
        if remark.at.column is not None and remark.at.line is not None:
            by_column.setdefault(remark.at.column, []).append(remark)
    start = 0
    fields = _fields(line)
    for column, group in sorted(by_column.items()):
        text = cells.get((group[0].at.line or 0, column), "")
        places = [place for place, field in fields if field == text and place >= start]
        if text and places:
            start = places[0] + len(text)
            yield start, text, group


def _fields(line: str) -> list[tuple[int, str]]:
    """Return the fields of a row with their places: what stands between tabs or bars."""
    return [
        (match.start() + len(match.group()) - len(match.group().lstrip()), match.group().strip())
        for match in re.finditer(r"[^\t|]+", line)
    ]


def _piece(text: str, sign: bool) -> dict[str, Any]:
    if sign:
        text = "".join(private_text(part, True) if part.strip("\t| ") else part for part in re.split(r"([\t|]+)", text))
    else:
        text = private_text(text)
    return {"text": text, "severity": "", "numbers": [], "group": []}


def _marked(text: str, sign: bool, group: list[Remark]) -> dict[str, Any]:
    worst = min((item.severity for item in group), key=SEVERITY_RANK.__getitem__)
    return {**_piece(text, sign), "severity": worst, "numbers": _numbers(group), "group": group}


def _numbers(group: list[Remark]) -> list[tuple[int, Remark]]:
    return [(item.number, item) for item in group]


def _blocks(document: DocumentReport, found: list[Remark]) -> Iterator[dict[str, Any]]:
    """Yield the lines and tables of a document, the cells of findings marked."""
    by_cell: dict[tuple[int | None, int | None, int | None], list[Remark]] = {}
    by_line: dict[int, list[Remark]] = {}
    for remark in found:
        if remark.at.table is not None and remark.at.row is not None:
            by_cell.setdefault((remark.at.table, remark.at.row, remark.at.column), []).append(remark)
        elif remark.at.line is not None:
            by_line.setdefault(remark.at.line, []).append(remark)
    left = _MOST_CELLS
    for block in document.extraction.document.blocks:
        if isinstance(block, Table):
            left -= len(block.cells)
            if left > 0:
                yield {"rows": _rows(block, by_cell), "text": ""}
        else:
            group = by_line.get(block.at.line or 0, [])
            yield {"rows": None, "text": private_text(block.text), "numbers": _numbers(group)}


def _rows(table: Table, by_cell: dict[Any, list[Remark]]) -> list[list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = {}
    sign_rows = {cell.at.row for cell in table.cells if _SIGN.match(cell.text) and len(cell.text) < 30}
    for cell in table.cells:
        group = by_cell.get((cell.at.table, cell.at.row, cell.at.column), [])
        row = rows.setdefault(cell.at.row or 0, [])
        # Empty cells may be left out of the records: keep the columns apart.
        used = sum(item["wide"] for item in row)
        if (cell.at.column or 0) > used and cell.row_span == 1 and table.grid != "exact":
            row.append({"text": "", "wide": (cell.at.column or 0) - used, "high": 1, "severity": "", "numbers": []})
        item = _marked("", False, group) if group else {"severity": "", "numbers": []}
        item["text"] = private_text(cell.text, cell.at.row in sign_rows)
        row.append({**item, "wide": cell.column_span, "high": cell.row_span})
    return [rows[number] for number in sorted(rows)]

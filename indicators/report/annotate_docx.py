"""A Word document with the findings on it: comments at the cells and paragraphs, a summary page in front."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from indicators.errors import ReadError
from indicators.records import DocumentReport, Table
from indicators.report.disarm import disarm_package
from indicators.report.ooxml import Parts
from indicators.report.summary import AUTHOR, TITLE, Remark, comment_text, remarks, summary
from indicators.text import squash

__all__ = ["annotate_docx"]

_INK = {"error": "B3261E", "warning": "9A5B00", "note": "2F6F9F"}
_FONT = "宋体"
_MOST_LISTED = 300
_DOCM = "application/vnd.ms-word.document.macroEnabled.main+xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

Grid = dict[tuple[int, int], Any]


def annotate_docx(document: DocumentReport, data: bytes) -> bytes:
    """Return the document with a comment at every finding and a summary page in front.

    The text, tables and pictures stay as they are, but for links and fields that reach outside; comments are Word's own
    and can be deleted in one step.

    Parameters
    ----------
    data
        The file the report was made from.

    Raises
    ------
    ReadError
        If python-docx cannot open it.
    """
    book = _opened(data, document.extraction.document.name)
    grids = [_grid(element) for element in book.element.body.iter(f"{_W}tbl")]
    homes = _homes(document, grids)
    by_cell: dict[int, tuple[Any, list[Remark]]] = {}
    for remark in remarks(document):
        at = remark.at
        cell = homes.get(at.table, {}).get((at.row, at.column)) if at.table is not None else None  # type: ignore[arg-type]
        if cell is None:
            cell = _paragraph_at(book, document, remark)
        if cell is not None:
            by_cell.setdefault(id(cell), (cell, []))[1].append(remark)
    for cell, group in by_cell.values():
        _comment(book, cell, group)
    _summary(book, document)
    out = io.BytesIO()
    book.save(out)
    parts = Parts(out.getvalue())
    disarm_package(parts)
    out = io.BytesIO()
    parts.write(out)
    return out.getvalue()


def _opened(data: bytes, name: str) -> Any:
    import docx
    from docx.opc.constants import CONTENT_TYPE
    from docx.opc.part import PartFactory
    from docx.package import Package
    from docx.parts.document import DocumentPart

    try:
        # Documents with macros are the same apart from the type; python-docx refuses only the name.
        PartFactory.part_type_for.setdefault(_DOCM, DocumentPart)
        part = Package.open(io.BytesIO(data)).main_document_part
        if part.content_type not in (CONTENT_TYPE.WML_DOCUMENT_MAIN, _DOCM):
            raise ValueError(part.content_type)
        document: docx.document.Document = part.document
        if document.element.body is None:
            raise ValueError("没有正文")
    except Exception as error:
        raise ReadError(
            "不能在这个 Word 文件上加批注",
            where=name,
            why=type(error).__name__,
            remedy="请用 Word 或 WPS 打开并另存为 .docx 后再试",
        ) from None
    return document


def _children(element: Any, tag: str) -> Iterator[Any]:
    """Yield children of a kind, looking through content controls and insertions."""
    for child in element:
        if child.tag == f"{_W}{tag}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"):
            yield from _children(child, tag)


def _value(element: Any, *path: str) -> str | None:
    for name in path:
        element = element.find(f"{_W}{name}") if element is not None else None
    return None if element is None else (element.get(f"{_W}val") or "")


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 5 else default


def _grid(table: Any) -> Grid:
    """Return the cells of a table by row and column, as the reader counts them."""
    grid: Grid = {}
    shown = (row for row in _children(table, "tr") if row.find(f"{_W}trPr/{_W}del") is None)
    for number, row in enumerate(shown):
        column = _number(_value(row, "trPr", "gridBefore"), 0)
        for cell in _children(row, "tc"):
            merged = [_value(cell, "tcPr", key) for key in ("vMerge", "hMerge")]
            if all(value in (None, "restart") for value in merged):
                grid[number, column] = cell
            column += max(1, _number(_value(cell, "tcPr", "gridSpan"), 1))
    return grid


def _text(element: Any) -> str:
    return squash("".join(item.text or "" for item in element.iter(f"{_W}t")))


def _homes(document: DocumentReport, grids: list[Grid]) -> dict[int, Grid]:
    """Find the table of the file for each table of the records: the next one in order with the same texts."""
    homes: dict[int, Grid] = {}
    left = list(grids)
    for table in document.extraction.document.tables:
        home = next((grid for grid in left if _same(table, grid)), None)
        if home is not None and table.at.table is not None:
            homes[table.at.table] = home
            left.remove(home)
    return homes


def _same(table: Table, grid: Grid) -> bool:
    filled = [cell for cell in table.cells if cell.text][:60]
    hits = 0
    for cell in filled:
        found = grid.get((cell.at.row or 0, cell.at.column or 0))
        hits += found is not None and squash(cell.text)[:12] in _text(found)
    return bool(filled) and hits >= 0.8 * len(filled)


def _paragraph_at(book: Any, document: DocumentReport, remark: Remark) -> Any:
    """Return the paragraph of a finding outside tables, ``None`` where there is none."""
    line = remark.at.line
    if line is None:
        return None
    text = next((item.text for item in document.extraction.document.lines if item.at.line == line), "")
    wanted = squash(text)
    if not wanted:
        return None
    return next((item for item in book.element.body.iter(f"{_W}p") if wanted in _text(item)), None)


def _comment(book: Any, place: Any, group: list[Remark]) -> None:
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    paragraphs = [place] if place.tag == f"{_W}p" else list(_children(place, "p"))
    if not paragraphs:
        return
    element = next((item for item in paragraphs if _text(item)), paragraphs[0])
    paragraph = Paragraph(element, book._body)
    # The comment spans the runs of the paragraph; an empty cell gets an empty run to hang it on.
    runs = [Run(item, paragraph) for item in element.findall(f"{_W}r")] or [paragraph.add_run()]
    book.add_comment([runs[0], runs[-1]], text=comment_text(group), author=AUTHOR, initials="初审")


def _summary(book: Any, document: DocumentReport) -> None:
    """Put the summary before everything else, on a page of its own."""
    found = summary(document)
    added: list[Any] = [_line(book, TITLE, size=18, bold=True), _line(book, found.name, size=12)]
    added += [_line(book, fact) for fact in found.facts]
    listed = 0
    for heading, group in found.groups:
        if listed >= _MOST_LISTED:
            added.append(_line(book, "其余问题见批注。", size=11, bold=True))
            break
        added.append(_line(book, f"■ {heading}", size=11, bold=True))
        for remark in group:
            listed += 1
            where = "　".join(part for part in (remark.numbered, remark.place, remark.subject) if part)
            added.append(_line(book, where, colour=_INK[remark.severity], indent=12))
            added.append(_line(book, f"{remark.message}　→ {remark.fix}", indent=12))
    if not found.groups:
        added.append(_line(book, "没有发现问题。"))
    added.append(_line(book, found.hint, size=9, colour="7F7F7F"))
    added[-1].add_run().add_break(_page_break())
    for place, paragraph in enumerate(added):
        book.element.body.insert(place, paragraph._p)


def _page_break() -> Any:
    from docx.enum.text import WD_BREAK

    return WD_BREAK.PAGE


def _line(book: Any, text: str, *, size: float = 10, bold: bool = False, colour: str = "", indent: float = 0) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    paragraph = book.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(2), 1.15
    form.left_indent, form.first_line_indent = Pt(indent), Pt(0)
    form.alignment = WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, _FONT
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return paragraph

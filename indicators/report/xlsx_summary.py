"""The summary sheet in front of an annotated workbook."""

from __future__ import annotations

from typing import Any

from lxml import etree

from indicators.records import DocumentReport
from indicators.report.folding import fold
from indicators.report.ooxml import REL, Parts
from indicators.report.places import SEVERITY_NAMES, cell_name
from indicators.report.summary import TITLE, Remark, summary

__all__ = ["add_summary_sheet"]

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NAME = "机器初审意见"
_HEADS = ("序号", "级别", "规则", "单位", "项目", "位置", "问题", "怎么改")
_WIDTHS = (6, 7, 8, 18, 24, 22, 54, 38)


def add_summary_sheet(parts: Parts, book: str, document: DocumentReport, styles: dict[str, int]) -> None:
    """Put a sheet that lists the findings before all others; each place links to its cell.

    Parameters
    ----------
    book
        Path of the workbook part.
    styles
        Numbers of the formats ``text``, ``error``, ``warning`` and ``note``.
    """
    root = parts.xml(book)
    space = etree.QName(root).namespace
    path = parts.free("xl/worksheets/sheet{}.xml")
    parts.add(path, _sheet(space, document, styles), _TYPE)
    sheets = root.find(f"{{{space}}}sheets")
    names = {sheet.get("name") for sheet in sheets}
    name = next(item for item in (_NAME, *(f"{_NAME}{number}" for number in range(2, 99))) if item not in names)
    number = max((int(sheet.get("sheetId")) for sheet in sheets), default=0) + 1
    entry = etree.Element(f"{{{space}}}sheet", name=name, sheetId=str(number))
    entry.set(f"{{{REL}}}id", parts.relate(book, "worksheet", path))
    sheets.insert(0, entry)
    # Names and views count the sheets from the first one, which is now another.
    for item in root.iterfind(f"{{{space}}}definedNames/{{{space}}}definedName"):
        if item.get("localSheetId") is not None:
            item.set("localSheetId", str(int(item.get("localSheetId")) + 1))
    for view in root.iterfind(f"{{{space}}}bookViews/{{{space}}}workbookView"):
        view.set("activeTab", "0")
        view.attrib.pop("firstSheet", None)
    parts.changed(book)


def _sheet(space: str | None, document: DocumentReport, styles: dict[str, int]) -> Any:
    def tag(name: str, parent: Any = None, /, **attributes: str) -> Any:
        if parent is None:
            return etree.Element(f"{{{space}}}{name}", attributes, nsmap={None: space})
        return etree.SubElement(parent, f"{{{space}}}{name}", attributes)

    found = summary(document)
    root = tag("worksheet")
    tag("pageSetUpPr", tag("sheetPr", root), fitToPage="1")
    view = tag("sheetView", tag("sheetViews", root), tabSelected="1", workbookViewId="0", showGridLines="0")
    rows: list[tuple[tuple[str, str], ...]] = [((TITLE, "head"),), ((found.name, "text"),)]
    rows += [((fact, "text"),) for fact in (*found.facts, found.hint)]
    head = len(rows) + 1
    tag("pane", view, ySplit=str(head), topLeftCell=f"A{head + 1}", activePane="bottomLeft", state="frozen")
    columns = tag("cols", root)
    for index, width in enumerate(_WIDTHS, start=1):
        tag("col", columns, min=str(index), max=str(index), width=str(width), customWidth="1")
    rows.append(tuple((name, "head") for name in _HEADS))
    listed = [remark for _, group in found.groups for remark in group]
    rows += [_row(remark) for remark in listed]
    data = tag("sheetData", root)
    for number, cells in enumerate(rows, start=1):
        lines = _lines(cells) if number >= head else 1
        row = tag("row", data, r=str(number), ht=str(15 * lines), customHeight="1")
        for column, (text, style) in enumerate(cells):
            # Only the table wraps; the lines above it run on over the empty cells beside them.
            attributes = {"s": str(styles[style])} if number >= head else {}
            cell = tag("c", row, r=cell_name(number - 1, column), t="inlineStr", **attributes)
            inner = tag("t", tag("is", cell))
            inner.text = text
            inner.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if listed:
        tag("autoFilter", root, ref=f"A{head}:{cell_name(len(rows) - 1, len(_HEADS) - 1)}")
    places = [(head + number, target) for number, remark in enumerate(listed, start=1) if (target := _target(remark))]
    if places:
        links = tag("hyperlinks", root)
        for number, target in places:
            tag("hyperlink", links, ref=f"F{number}", location=target)
    tag("pageMargins", root, left="0.4", right="0.4", top="0.5", bottom="0.5", header="0.3", footer="0.3")
    tag("pageSetup", root, paperSize="9", orientation="landscape", fitToWidth="1", fitToHeight="0")
    return root


def _lines(cells: tuple[tuple[str, str], ...]) -> int:
    """Return how many lines the fullest cell of a row takes; not every viewer finds out by itself."""
    folded = [fold(text, width - 1, paper=True).count("\n") + 1 for (text, _), width in zip(cells, _WIDTHS)]
    return min(max(folded, default=1), 25)


def _row(remark: Remark) -> tuple[tuple[str, str], ...]:
    where = "\n".join(part for part in (remark.place, remark.subject) if part)
    texts = (remark.finding.rule, remark.unit, remark.project, where, remark.message, remark.fix)
    return (
        (str(remark.number), "text"),
        (SEVERITY_NAMES[remark.severity], remark.severity),
        *((text, "text") for text in texts),
    )


def _target(remark: Remark) -> str:
    at = remark.at
    if at.sheet is None or at.row is None:
        return ""
    quoted = at.sheet.replace("'", "''")
    return f"'{quoted}'!{cell_name(at.row, at.column or 0)}"

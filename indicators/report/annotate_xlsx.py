"""A workbook with the findings on it: comments and colours at the cells, a summary sheet in front.

Only the parts that carry the marks, or that reach outside, are rewritten; charts, pictures, shapes, macros and all else
stay byte for byte as they are.
"""

from __future__ import annotations

import copy
import io
import zipfile
import zlib
from typing import Any

from lxml import etree

from indicators.errors import ReadError
from indicators.records import DocumentReport
from indicators.report.disarm import disarm_package
from indicators.report.ooxml import REL, Parts
from indicators.report.places import cell_name
from indicators.report.summary import Remark, remarks
from indicators.report.xlsx_comments import add_comments
from indicators.report.xlsx_summary import add_summary_sheet

__all__ = ["annotate_xlsx"]

_FILLS = {"error": "FFF8CBAD", "warning": "FFFFE699", "note": "FFDDEBF7"}


def annotate_xlsx(document: DocumentReport, data: bytes) -> bytes:
    """Return the workbook with comments, coloured cells and a summary sheet in front.

    Parameters
    ----------
    data
        The file the report was made from: XLSX or XLSM.

    Raises
    ------
    ReadError
        If the package is not what it should be.
    """
    try:
        return _annotated(document, data)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, etree.XMLSyntaxError, OSError) as error:
        why = type(error).__name__
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        why = type(error).__name__
    raise ReadError(
        "不能在这个 Excel 文件上加批注",
        where=document.extraction.document.name,
        why=why,
        remedy="请用 Excel 或 WPS 打开并另存为 .xlsx 后再试",
    )


def _annotated(document: DocumentReport, data: bytes) -> bytes:
    parts = Parts(data)
    book = parts.main("officeDocument")
    root = parts.xml(book)
    names = {sheet.get("name"): sheet for sheet in root.find("{*}sheets")}
    styles = _Styles(parts, book)
    for name, found in _by_sheet(document).items():
        if name in names:
            path = parts.target(book, names[name].get(f"{{{_office(root)}}}id"))
            _mark_sheet(parts, path, found, styles)
    for sheet in names.values():
        _unselect(parts, parts.target(book, sheet.get(f"{{{_office(root)}}}id")))
    disarm_package(parts)
    add_summary_sheet(parts, book, document, styles.plain_styles())
    out = io.BytesIO()
    parts.write(out)
    return out.getvalue()


def _office(root: Any) -> str:
    """Return the namespace of ``r:id``: strict files use another."""
    for space in root.nsmap.values():
        if (space and space.endswith("officeDocument/relationships")) or space == f"{REL}/strict":
            return str(space)
    return "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _by_sheet(document: DocumentReport) -> dict[str, dict[tuple[int, int], list[Remark]]]:
    sheets: dict[str, dict[tuple[int, int], list[Remark]]] = {}
    for remark in remarks(document):
        at = remark.at
        if at.sheet is not None and at.row is not None:
            sheets.setdefault(at.sheet, {}).setdefault((at.row, at.column or 0), []).append(remark)
    return sheets


def _unselect(parts: Parts, path: str) -> None:
    """Leave only the summary selected: sheets selected together would be edited together."""
    root = parts.xml(path)
    views = root.find("{*}sheetViews")
    for view in views if views is not None else ():
        if view.attrib.pop("tabSelected", None) is not None:
            parts.changed(path)


def _mark_sheet(parts: Parts, path: str, found: dict[tuple[int, int], list[Remark]], styles: _Styles) -> None:
    root = parts.xml(path)
    rows = {int(row.get("r")): row for row in root.find("{*}sheetData") if row.get("r")}
    for (row, column), group in sorted(found.items()):
        cell = _cell(root, rows, row, column)
        worst = min((item.severity for item in group), key=list(_FILLS).index)
        cell.set("s", str(styles.filled(int(cell.get("s") or 0), worst)))
    parts.changed(path)
    add_comments(parts, path, root, found)


def _cell(root: Any, rows: dict[int, Any], row: int, column: int) -> Any:
    """Return the element of a cell, made in its place where the sheet stores none."""
    space = f"{{{etree.QName(root).namespace}}}"
    element = rows.get(row + 1)
    if element is None:
        element = etree.Element(f"{space}row", r=str(row + 1))
        data = root.find("{*}sheetData")
        place = sum(1 for item in data if int(item.get("r") or 0) < row + 1)
        data.insert(place, element)
        rows[row + 1] = element
    name = cell_name(row, column)
    place = 0
    for place, cell in enumerate(element, start=1):
        if cell.get("r") == name:
            return cell
        if _column(cell.get("r") or "") > column:
            place -= 1
            break
    cell = etree.Element(f"{space}c", r=name)
    element.insert(place, cell)
    return cell


def _column(name: str) -> int:
    number = 0
    for sign in name:
        if sign.isalpha():
            number = number * 26 + ord(sign.upper()) - 64
    return number - 1


class _Styles:
    """The cell formats of a workbook: a copy of one with another fill, made once each."""

    def __init__(self, parts: Parts, book: str) -> None:
        self.parts = parts
        self.path = parts.related(book, "styles")
        self.made: dict[tuple[int, str], int] = {}
        self.fills: dict[str, int] = {}
        self.root: Any = parts.xml(self.path) if self.path else None

    def filled(self, style: int, severity: str) -> int:
        """Return the number of the format that is ``style`` with the colour of a severity."""
        if self.root is None:
            return style
        key = (style, severity)
        if key not in self.made:
            form = self._copy(style)
            form.set("fillId", str(self._fill(severity)))
            form.set("applyFill", "1")
            self.made[key] = self._append(form)
        return self.made[key]

    def plain_styles(self) -> dict[str, int]:
        """Return formats for the summary: ``text`` wraps, ``head`` is bold, the severities are coloured."""
        if self.root is None:
            return dict.fromkeys(("text", "head", *_FILLS), 0)
        head = self._wrapped(self._copy(0))
        head.set("fontId", str(self._bold()))
        head.set("applyFont", "1")
        styles = {"text": self._append(self._wrapped(self._copy(0))), "head": self._append(head)}
        for severity in _FILLS:
            form = self._wrapped(self._copy(0))
            form.set("fillId", str(self._fill(severity)))
            form.set("applyFill", "1")
            styles[severity] = self._append(form)
        return styles

    def _wrapped(self, form: Any) -> Any:
        for old in form.findall("{*}alignment"):
            form.remove(old)
        space = etree.QName(form).namespace
        form.insert(0, etree.Element(f"{{{space}}}alignment", wrapText="1", vertical="top"))
        form.set("applyAlignment", "1")
        return form

    def _copy(self, style: int) -> Any:
        forms = self.root.find("{*}cellXfs")
        return copy.deepcopy(forms[style if style < len(forms) else 0])

    def _append(self, form: Any) -> int:
        forms = self.root.find("{*}cellXfs")
        forms.append(form)
        forms.set("count", str(len(forms)))
        self.parts.changed(self.path)
        return len(forms) - 1

    def _bold(self) -> int:
        fonts = self.root.find("{*}fonts")
        font = copy.deepcopy(fonts[0])
        if font.find("{*}b") is None:
            font.insert(0, etree.Element(f"{{{etree.QName(font).namespace}}}b"))
        fonts.append(font)
        fonts.set("count", str(len(fonts)))
        return len(fonts) - 1

    def _fill(self, severity: str) -> int:
        if severity not in self.fills:
            fills = self.root.find("{*}fills")
            space = f"{{{etree.QName(fills).namespace}}}"
            pattern = etree.SubElement(etree.SubElement(fills, f"{space}fill"), f"{space}patternFill")
            pattern.set("patternType", "solid")
            etree.SubElement(pattern, f"{space}fgColor", rgb=_FILLS[severity])
            etree.SubElement(pattern, f"{space}bgColor", indexed="64")
            fills.set("count", str(len(fills)))
            self.fills[severity] = len(fills) - 1
        return self.fills[severity]

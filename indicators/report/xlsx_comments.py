"""Comments on the cells of a worksheet: the comments part, and the drawing that Excel wants beside it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from indicators.report.ooxml import REL, Parts
from indicators.report.places import cell_name
from indicators.report.summary import AUTHOR, Remark, comment_text

__all__ = ["add_comments"]

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_VML = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
#: What follows ``legacyDrawing`` in a worksheet; the schema is strict about the order.
_AFTER = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip

Found = dict[tuple[int, int], list[Remark]]


def add_comments(parts: Parts, sheet: str, root: Any, found: Found) -> None:
    """Add a comment for each cell; where the cell has one already, the text is appended to it.

    Parameters
    ----------
    sheet
        Path of the worksheet.
    root
        Its root element.
    found
        Remarks by row and column, from 0.
    """
    path = parts.related(sheet, "comments")
    comments = parts.xml(path) if path else _empty(root)
    fresh = _add_texts(comments, found)
    if path:
        parts.changed(path)
    else:
        path = parts.free("xl/comments{}.xml")
        parts.add(path, comments, _TYPE)
        parts.relate(sheet, "comments", path)
    _add_shapes(parts, sheet, root, fresh)


def _empty(root: Any) -> Any:
    space = etree.QName(root).namespace
    comments = etree.Element(f"{{{space}}}comments", nsmap={None: space})
    etree.SubElement(comments, f"{{{space}}}authors")
    etree.SubElement(comments, f"{{{space}}}commentList")
    return comments


def _add_texts(comments: Any, found: Found) -> list[tuple[int, int]]:
    """Write the texts and return the cells that had no comment before."""
    space = f"{{{etree.QName(comments).namespace}}}"
    authors, listed = comments.find(f"{space}authors"), comments.find(f"{space}commentList")
    author = len(authors)
    etree.SubElement(authors, f"{space}author").text = AUTHOR
    known = {item.get("ref"): item for item in listed}
    fresh = []
    for (row, column), group in sorted(found.items()):
        name = cell_name(row, column)
        item, lead = known.get(name), "\n\n"
        if item is None:
            item = etree.SubElement(listed, f"{space}comment", ref=name, authorId=str(author))
            etree.SubElement(item, f"{space}text")
            fresh.append((row, column))
            lead = ""
        run = etree.SubElement(item.find(f"{space}text"), f"{space}r")
        text = etree.SubElement(run, f"{space}t")
        text.text = lead + comment_text(group)
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return fresh


def _add_shapes(parts: Parts, sheet: str, root: Any, cells: list[tuple[int, int]]) -> None:
    if not cells:
        return
    path = parts.related(sheet, "vmlDrawing") if root.find("{*}legacyDrawing") is not None else ""
    drawing = parts.xml(path) if path else _empty_drawing()
    taken = len(drawing)
    for number, (row, column) in enumerate(cells):
        drawing.append(_shape(f"_indicators{taken + number}", row, column))
    if path:
        parts.changed(path)
        return
    path = parts.free("xl/drawings/vmlDrawing{}.vml")
    parts.default_type("vml", _VML_TYPE)
    parts.add_plain(path, drawing)
    link = etree.Element(f"{{{etree.QName(root).namespace}}}legacyDrawing")
    link.set(f"{{{REL}}}id", parts.relate(sheet, "vmlDrawing", path))
    followers = [item for item in root if etree.QName(item).localname in _AFTER]
    if followers:
        followers[0].addprevious(link)
    else:
        root.append(link)


def _empty_drawing() -> Any:
    root = etree.Element("xml", nsmap=_VML)
    kind = etree.SubElement(
        root, f"{{{_VML['v']}}}shapetype", id="_x0000_t202", coordsize="21600,21600", path="m,l,21600r21600,l21600,xe"
    )
    kind.set(f"{{{_VML['o']}}}spt", "202")
    etree.SubElement(kind, f"{{{_VML['v']}}}stroke", joinstyle="miter")
    path = etree.SubElement(kind, f"{{{_VML['v']}}}path", gradientshapeok="t")
    path.set(f"{{{_VML['o']}}}connecttype", "rect")
    return root


def _shape(name: str, row: int, column: int) -> Any:
    v, o, x = (f"{{{_VML[key]}}}" for key in "vox")
    shape = etree.Element(
        f"{v}shape", id=name, type="#_x0000_t202", style="position:absolute;visibility:hidden", fillcolor="#ffffe1",
        nsmap=_VML,
    )  # fmt: skip
    shape.set(f"{o}insetmode", "auto")
    etree.SubElement(shape, f"{v}fill", color2="#ffffe1")
    etree.SubElement(shape, f"{v}path").set(f"{o}connecttype", "none")
    box = etree.SubElement(shape, f"{v}textbox", style="mso-direction-alt:auto")
    etree.SubElement(box, "div", style="text-align:left")
    data = etree.SubElement(shape, f"{x}ClientData", ObjectType="Note")
    etree.SubElement(data, f"{x}MoveWithCells")
    etree.SubElement(data, f"{x}SizeWithCells")
    # Left, top, right and bottom as column or row and offset in pixels.
    anchor = (column + 1, 12, max(0, row - 1), 4, column + 5, 12, row + 7, 4)
    etree.SubElement(data, f"{x}Anchor").text = ", ".join(map(str, anchor))
    etree.SubElement(data, f"{x}AutoFill").text = "False"
    etree.SubElement(data, f"{x}Row").text = str(row)
    etree.SubElement(data, f"{x}Column").text = str(column)
    return shape

"""A PDF with the findings on it: highlights with comments at the cells, a summary page in front.

The copy is an incremental update: it begins with the bytes of the original, unchanged, and everything added can be
taken off again.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from indicators.errors import ReadError
from indicators.records import BBox, DocumentReport
from indicators.report.disarm import disarm_pdf
from indicators.report.pdf_page import Sheet, TextPage, pdf_of, subset_tag
from indicators.report.summary import AUTHOR, TITLE, Remark, comment_text, remarks, summary

__all__ = ["annotate_pdf", "page_box"]

_COLOURS = {"error": (0.96, 0.45, 0.42), "warning": (1.0, 0.80, 0.25), "note": (0.55, 0.78, 0.95)}
_INK = {"error": (0.70, 0.15, 0.12), "warning": (0.62, 0.38, 0.0), "note": (0.15, 0.40, 0.60)}
_INSET = 0.8
_PRINT = 4
#: Size of the number in the corner of a mark, in points.
_LABEL = 7.5


def annotate_pdf(document: DocumentReport, data: bytes) -> bytes:
    """Return the PDF with highlights, comments and a summary page in front.

    Parameters
    ----------
    data
        The file the report was made from.

    Raises
    ------
    ReadError
        If the file cannot be opened for writing.
    """
    from pypdf.errors import PyPdfError

    from indicators.readers.pdf_render import unlocked_copy

    try:
        return _annotated(document, data)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError, ImportError):
        # Encrypted against changes, or a broken cross-reference: pdfium writes a copy that is neither.
        try:
            return _annotated(document, unlocked_copy(data))
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError) as error:
            raise ReadError(
                "不能在这个 PDF 上加批注",
                where=document.extraction.document.name,
                why=str(error) or type(error).__name__,
                remedy="请用 WPS 或 Acrobat 另存为新的 PDF 后再试，或改用 --format html",
            ) from None


def _annotated(document: DocumentReport, data: bytes) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(data), incremental=True)
    found = remarks(document)
    pages = list(writer.pages)
    for number, page_remarks in _by_page(found).items():
        if 1 <= number <= len(pages):
            page = pages[number - 1]
            for box, group in _by_box(page_remarks).items():
                _add_highlight(writer, page, page_box(page, box), group)
    disarm_pdf(writer)
    _add_summary(writer, document, pages)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _by_page(found: list[Remark]) -> dict[int, list[Remark]]:
    pages: dict[int, list[Remark]] = {}
    for remark in found:
        if remark.at.page is not None and remark.box is not None:
            pages.setdefault(remark.at.page, []).append(remark)
    return pages


def _by_box(found: list[Remark]) -> dict[BBox, list[Remark]]:
    boxes: dict[BBox, list[Remark]] = {}
    for remark in found:
        if remark.box is not None:
            boxes.setdefault(remark.box, []).append(remark)
    return boxes


def page_box(page: Any, box: BBox) -> BBox:
    """Map a box of the displayed page, from its top left, to ``left, bottom, right, top`` of the page's own space.

    Parameters
    ----------
    page
        A page of pypdf; its crop box and rotation are undone.
    box
        ``(x0, y0, x1, y1)`` in points.
    """
    media, crop = page.mediabox, page.cropbox
    left, right = max(float(media.left), float(crop.left)), min(float(media.right), float(crop.right))
    bottom, top = max(float(media.bottom), float(crop.bottom)), min(float(media.top), float(crop.top))
    width, height = right - left, top - bottom
    corners = [_turned_back(x, y, int(page.rotation) // 90 % 4, width, height) for x, y in (box[:2], box[2:])]
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return (left + xs[0], top - ys[1], left + xs[1], top - ys[0])


def _turned_back(x: float, y: float, quarter: int, width: float, height: float) -> tuple[float, float]:
    if quarter == 1:
        return y, height - x
    if quarter == 2:
        return width - x, height - y
    if quarter == 3:
        return width - y, x
    return x, y


def _inset(box: BBox) -> BBox:
    """Keep clear of the rules of the cell, so that the mark lies inside it."""
    x0, y0, x1, y1 = box
    dx, dy = min(_INSET, (x1 - x0) / 4), min(_INSET, (y1 - y0) / 4)
    return (x0 + dx, y0 + dy, x1 - dx, y1 - dy)


def _numbers(values: Any) -> Any:
    from pypdf.generic import ArrayObject, FloatObject

    return ArrayObject([FloatObject(round(value, 3)) for value in values])


def _add_highlight(writer: Any, page: Any, box: BBox, group: list[Remark]) -> None:
    from pypdf.generic import DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

    name = NameObject
    worst = min((item.severity for item in group), key=list(_COLOURS).index)
    numbers = ",".join(str(item.number) for item in group)
    x0, y0, x1, y1 = _inset(box)
    mark = DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Highlight"),
            name("/Rect"): _numbers((x0, y0, x1, y1)),
            name("/QuadPoints"): _numbers((x0, y1, x1, y1, x0, y0, x1, y0)),
            name("/C"): _numbers(_COLOURS[worst]),
            name("/CA"): FloatObject(0.55),
            name("/F"): NumberObject(_PRINT),
            name("/T"): TextStringObject(AUTHOR),
            name("/Subj"): TextStringObject("、".join(dict.fromkeys(item.finding.rule for item in group))),
            name("/Contents"): TextStringObject(comment_text(group)),
            name("/NM"): TextStringObject(group[0].finding.fingerprint),
            name("/AP"): DictionaryObject({name("/N"): _appearance(writer, (x0, y0, x1, y1), worst, numbers)}),
            name("/P"): page.indirect_reference,
        }
    )
    reference = writer._add_object(mark)
    popup = DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Popup"),
            name("/Rect"): _numbers((x1, y1 - 110, x1 + 220, y1)),
            name("/Parent"): reference,
            name("/F"): NumberObject(0),
        }
    )
    mark[name("/Popup")] = writer._add_object(popup)
    _append(page, reference)
    _append(page, mark[name("/Popup")].indirect_reference or mark.raw_get("/Popup"))


def _append(page: Any, reference: Any) -> None:
    from pypdf.generic import ArrayObject, NameObject

    if "/Annots" not in page:
        page[NameObject("/Annots")] = ArrayObject()
    page["/Annots"].get_object().append(reference)


def _appearance(writer: Any, box: BBox, severity: str, numbers: str) -> Any:
    """Return what every viewer draws for the mark: the colour multiplied onto the print, and its numbers on top.

    The numbers are those of the summary; they stand in the top right corner, small enough for the lowest row.
    """
    from pypdf.generic import DictionaryObject, FloatObject, NameObject, StreamObject

    name = NameObject
    x0, y0, x1, y1 = box
    state = DictionaryObject(
        {name("/Type"): name("/ExtGState"), name("/BM"): name("/Multiply"), name("/ca"): FloatObject(0.55)}
    )
    size = min(_LABEL, (y1 - y0) * 0.6, (x1 - x0) / (0.56 * len(numbers) + 0.3))
    # Digits of Helvetica Bold are 0.556 of the size wide, commas half of that.
    wide = size * sum(0.556 if sign != "," else 0.278 for sign in numbers)
    stream = StreamObject()
    stream.set_data(
        f"q /G0 gs {_rgb(_COLOURS[severity])} rg {x0:.3f} {y0:.3f} {x1 - x0:.3f} {y1 - y0:.3f} re f Q "
        f"BT {_rgb(_INK[severity])} rg /F0 {size:.2f} Tf {x1 - wide - 0.8:.2f} {y1 - 0.85 * size:.2f} Td "
        f"({numbers}) Tj ET".encode("ascii")
    )
    font = DictionaryObject(
        {name("/Type"): name("/Font"), name("/Subtype"): name("/Type1"), name("/BaseFont"): name("/Helvetica-Bold")}
    )
    resources = {
        name("/ExtGState"): DictionaryObject({name("/G0"): state}),
        name("/Font"): DictionaryObject({name("/F0"): font}),
    }
    stream.update(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Form"),
            name("/BBox"): _numbers(box),
            name("/Resources"): DictionaryObject(resources),
        }
    )
    return writer._add_object(stream)


def _rgb(colour: tuple[float, float, float]) -> str:
    return " ".join(f"{part:g}" for part in colour)


def _sheet(document: DocumentReport) -> Sheet:
    found = summary(document)
    sheet = Sheet()
    sheet.write(TITLE, size=18, gap=4)
    sheet.write(found.name, size=11)
    for fact in found.facts:
        sheet.write(fact, size=10)
    sheet.rule()
    for heading, group in found.groups:
        sheet.write(f"■ {heading}", size=10.5, gap=1, keep=40)
        for remark in group:
            text = f"{remark.numbered}　{remark.place}　{remark.subject}"
            page = remark.at.page
            sheet.write(text, size=9, indent=12, colour=_INK[remark.severity], link=page, gap=0)
            sheet.write(f"{remark.message}　→ {remark.fix}", size=9, indent=12, gap=3)
    if not found.groups:
        sheet.write("没有发现问题。", size=11)
    sheet.close(found.hint)
    return sheet


def _add_summary(writer: Any, document: DocumentReport, pages: list[Any]) -> None:
    from pypdf import PdfReader

    texts = _sheet(document).pages
    tag = subset_tag(texts)
    for place, (text, page) in enumerate(zip(texts, PdfReader(io.BytesIO(pdf_of(texts))).pages)):
        _name_fonts(page, tag)
        writer.insert_page(page, place)
        for link in _links(text, pages):
            _append(writer.pages[place], writer._add_object(link))


def _name_fonts(page: Any, tag: str) -> None:
    """Give the cut-down font its tag, in the three places where it is named."""
    from pypdf.generic import NameObject

    for font in page["/Resources"].get("/Font", {}).values():
        whole = font.get_object()
        inner = whole["/DescendantFonts"][0].get_object()
        name = NameObject(f"/{tag}+{whole['/BaseFont'].rpartition('+')[2].lstrip('/')}")
        whole[NameObject("/BaseFont")] = inner[NameObject("/BaseFont")] = name
        inner["/FontDescriptor"][NameObject("/FontName")] = name


def _links(text: TextPage, pages: list[Any]) -> Iterator[Any]:
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

    name = NameObject
    for x0, y0, x1, y1, number in text.links:
        if 1 <= number <= len(pages):
            target = ArrayObject([pages[number - 1].indirect_reference, name("/Fit")])
            yield DictionaryObject(
                {
                    name("/Type"): name("/Annot"),
                    name("/Subtype"): name("/Link"),
                    name("/Rect"): _numbers((x0, y0, x1, y1)),
                    name("/Border"): ArrayObject([NumberObject(0)] * 3),
                    name("/Dest"): target,
                }
            )

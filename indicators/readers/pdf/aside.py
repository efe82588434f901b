"""What a PDF shows or carries beside the contents of its pages: filled fields, typed text, attached files.

None of it is read, for it is drawn from elsewhere. What was typed onto a page may be a row of a form: a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indicators.records import Location, Note

__all__ = ["aside"]

#: Annotations of a page and parents of a field that are looked at.
MAX_ANNOTATIONS, MAX_PARENTS = 5_000, 8


def aside(pdf: Any) -> Iterator[Note]:
    """Yield notes on what stands beside the contents of an open file."""
    import pikepdf

    for number, page in enumerate(pdf.pages, start=1):
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, pikepdf.Array):
            continue
        listed = (annotations[place] for place in range(min(len(annotations), MAX_ANNOTATIONS)))
        count = sum(isinstance(item, pikepdf.Dictionary) and _is_typed(item) for item in listed)
        if count:
            message = f"第 {number} 页有 {count} 处填写框或批注里的文字，未读取；请“打印为 PDF”后再检查"
            yield Note(code="fields-unread", message=message, at=Location(page=number), doubt=True)
    try:
        attached = len(pdf.attachments)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError):
        attached = 0  # a list nobody can follow attaches nothing, and must not end the examination
    if attached:
        yield Note(
            code="attachments-unread", message=f"PDF 带有 {attached} 个附件，未读取；需要检查的，请另存后单独检查"
        )


def _is_typed(item: Any) -> bool:
    """Whether somebody typed what an annotation shows; a callout speaks about the page."""
    if item.get("/Subtype") == "/FreeText":
        return item.get("/IT") != "/FreeTextCallout" and bool(str(item.get("/Contents", "")).strip())
    if item.get("/Subtype") != "/Widget":
        return False
    kind, value = _inherited(item, "/FT"), _inherited(item, "/V")
    return (kind in ("/Tx", "/Ch")) and value is not None and bool(str(value).strip())


def _inherited(field: Any, key: str) -> Any:
    """Return what a field says, or the nearest field above it."""
    import pikepdf

    for _ in range(MAX_PARENTS):
        if key in field:
            return field.get(key)
        field = field.get("/Parent")
        if not isinstance(field, pikepdf.Dictionary):
            break
    return None

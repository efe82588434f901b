"""Pictures of the pages that carry findings, for the HTML report."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import IndicatorsError
from indicators.records import SEVERITY_RANK, BBox, DocumentReport
from indicators.report.printed import hidden_boxes

__all__ = ["PagePicture", "page_pictures", "source_bytes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A page as PNG in base64, with its size in points."""

    page: int
    width: float
    height: float
    data: str


def source_bytes(document: DocumentReport) -> bytes | None:
    """Return the bytes the report was made from, ``None`` where the file is gone or has changed."""
    path = Path(document.path)
    try:
        if not document.path or not path.is_file():
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == document.extraction.document.sha256 else None


def page_pictures(document: DocumentReport, most: int) -> Iterator[PagePicture]:
    """Yield the pages that carry findings with a box, errors first, at most ``most`` of them.

    Sign-off names and phone numbers are painted over.
    """
    pages = _pages(document)[:most]
    kind = document.extraction.document.media_type
    if not pages or not (kind == "application/pdf" or kind.startswith("image/")):
        return
    data = source_bytes(document)
    if data is None:
        return
    hidden = _hidden(document)
    if kind != "application/pdf":
        yield from _scans(data, document.extraction.document.name, frozenset(pages), hidden)
        return
    from indicators.readers.pdf_render import PageRenderer

    try:
        with PageRenderer(data) as renderer:
            for page in sorted(page for page in pages if 1 <= page <= len(renderer)):
                width, height = renderer.size(page)
                picture = renderer.picture(page, hide=hidden.get(page, ()))
                text = base64.b64encode(picture).decode("ascii")
                yield PagePicture(page=page, width=width, height=height, data=text)
    except IndicatorsError:
        return


def _scans(data: bytes, name: str, pages: frozenset[int], hidden: dict[int, list[BBox]]) -> Iterator[PagePicture]:
    """Yield pages of a picture file."""
    from indicators.readers.image import draw_pages

    try:
        for page, width, height, picture in draw_pages(data, name, pages, hidden):
            text = base64.b64encode(picture).decode("ascii")
            yield PagePicture(page=page, width=width, height=height, data=text)
    except IndicatorsError:
        return


def _pages(document: DocumentReport) -> list[int]:
    worst: dict[int, int] = {}
    for finding in document.findings:
        if finding.at.page is not None and finding.at.bbox is not None:
            worst[finding.at.page] = min(worst.get(finding.at.page, 9), SEVERITY_RANK[finding.severity])
    return sorted(worst, key=lambda page: (worst[page], page))


def _hidden(document: DocumentReport) -> dict[int, list[BBox]]:
    boxes: dict[int, list[BBox]] = {}
    for form in document.extraction.forms:
        for page, found in hidden_boxes(form).items():
            boxes.setdefault(page, []).extend(found)
    return boxes

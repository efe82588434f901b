"""What the tool has to say of its own work (family X)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.records import Extraction, Form, Line, Table
from indicators.vocabulary import header_role, level2_label

from .base import Hit, check

__all__ = ["form_found", "form_understood", "raised_by_tool", "reading_reliable"]

_BLANKS = re.compile(r"[ \u3000]{2,}")
#: Cells named one by one, and characters shown of each.
_MOST, _LONGEST = 12, 24


@check(scope="document")
def raised_by_tool(extraction: Extraction) -> Iterator[Hit]:
    """Yield nothing: the reader and the engine make these findings themselves."""
    yield from ()


@check(scope="document")
def form_found(extraction: Extraction) -> Iterator[Hit]:
    """Say so where a document holds no target form.

    Yields
    ------
    Hit
        At the document; variant ``spaced`` where a form seems to be there, its columns parted by blanks alone.
    """
    if not extraction.forms:
        yield Hit(extraction, {"file": extraction.document.name}, variant="spaced" if _spaced(extraction) else "")


def _spaced(extraction: Extraction) -> bool:
    """Return whether lines print the rows of a form with nothing but blanks between the cells."""
    rows = [_BLANKS.split(line.text) for line in extraction.document.lines if _BLANKS.search(line.text)]
    return sum(any(level2_label(cell) or header_role(cell) for cell in row) for row in rows) >= 3


@check(scope="document")
def reading_reliable(extraction: Extraction, *, at_least: float) -> Iterator[Hit]:
    """Say which forms and cells were read with doubt, and which pictures were not read at all.

    Parameters
    ----------
    at_least
        Confidence 0..1 below which a form or cell is named.

    Yields
    ------
    Hit
        At the form, with ``cells`` (how many), ``listed`` (which to compare with the original), ``confidence`` in
        percent, and ``repairs``; variant ``pages`` at the document, with ``pages`` and ``reasons``; variant
        ``damaged`` at the document, with ``reasons``, where something of it may be missing.
    """
    yield from _unread(extraction)
    damage = tuple(note.message for note in extraction.document.problems if note.doubt)
    if damage:
        yield Hit(extraction, {"reasons": damage}, variant="damaged", key="damaged")
    cells = _cells(extraction)
    for form in extraction.forms:
        doubtful = [(trust, text) for trust, text in _texts(form, cells) if text and trust < at_least]
        if form.confidence < at_least or doubtful:
            doubtful.sort(key=lambda pair: pair[0])
            lowest = min([form.confidence, *(trust for trust, _ in doubtful)])
            listed = [f"“{text[:_LONGEST]}”（{trust:.0%}）" for trust, text in doubtful[:_MOST]]
            values = {
                "cells": len(doubtful),
                "listed": (*listed, *(["等"] if len(doubtful) > _MOST else [])) or ("无",),
                "confidence": round(lowest * 100),
                "repairs": (*_repairs(form, extraction), *(note.message for note in form.notes)) or ("无",),
            }
            yield Hit(form, values)


@check(scope="form")
def form_understood(form: Form) -> Iterator[Hit]:
    """Say which tables look like target forms but could not be read as such.

    Yields
    ------
    Hit
        At the form, with ``reasons``; variant ``doubtful`` where it was read, but not surely.
    """
    if form.reading == "understood":
        return
    reasons = tuple(note.message for note in form.doubts) or ("行列关系与已知版式都对不上",)
    yield Hit(form, {"reasons": reasons}, variant="doubtful" if form.reading == "doubtful" else "")


def _unread(extraction: Extraction) -> Iterator[Hit]:
    """Say which pictures were given up and, where there is no form at all, which were read without finding one."""
    lost = [note for note in extraction.document.problems if note.code == "picture-unread"]
    pages = {note.at.page for note in lost if note.at is not None and note.at.page}
    reasons = [note.message for note in lost]
    if not extraction.forms:
        blocks = extraction.document.blocks
        seen = {block.at.page for block in blocks if block.at.page and _recognised(block)} - pages
        if seen:
            pages |= seen
            reasons.append("图片中没有识别出绩效目标表，原件中有的，请人工审核")
    if reasons:
        values = {
            "pages": tuple(str(page) for page in sorted(page for page in pages if page)),
            "reasons": tuple(reasons),
        }
        yield Hit(extraction, values, variant="pages")


def _recognised(block: Table | Line) -> bool:
    """Return whether a block was read from a picture."""
    if isinstance(block, Line):
        return block.confidence < 1
    return any(cell.confidence < 1 for cell in block.cells)


def _cells(extraction: Extraction) -> dict[tuple[int | None, int | None, int | None], float]:
    """Return the confidence of the cells that were not read with certainty, by table, row and column."""
    return {
        (cell.at.table, cell.at.row, cell.at.column): cell.confidence
        for table in extraction.document.tables
        for cell in table.cells
        if cell.confidence < 1
    }


def _texts(form: Form, cells: dict[tuple[int | None, int | None, int | None], float]) -> Iterator[tuple[float, str]]:
    """Yield the confidence and the text of each cell of a form."""
    for item in form.fields:
        yield item.confidence, item.text
    for line in form.funds:
        yield cells.get((line.at.table, line.at.row, line.at.column), 1.0), line.text or str(line.amount)
    for indicator in form.indicators:
        if not indicator.empty:
            yield indicator.confidence, f"{indicator.level2} {indicator.name} {indicator.value}"


def _repairs(form: Form, extraction: Extraction) -> Iterator[str]:
    """Yield what was repaired after recognition in the tables of a form."""
    tables = {item.at.table for item in form.fields} | {item.at.table for item in form.indicators}
    for note in extraction.document.problems:
        if note.code == "ocr-repaired" and note.at is not None and note.at.table in tables:
            yield note.message

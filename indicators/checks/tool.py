"""What the tool has to say of its own work (family X)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Extraction, Form

from .base import Hit, check

__all__ = ["form_found", "raised_by_tool", "reading_reliable"]


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
        At the document.
    """
    if not extraction.forms:
        yield Hit(extraction, {"file": extraction.document.name})


@check(scope="form")
def reading_reliable(form: Form, *, at_least: float) -> Iterator[Hit]:
    """Say which forms and cells were read with doubt.

    Parameters
    ----------
    at_least
        Confidence 0..1 below which a form or cell is named.

    Yields
    ------
    Hit
        At the form, with ``cells`` (how many), ``confidence`` in percent, and ``repairs``.
    """
    cells = [item.confidence for item in form.fields] + [item.confidence for item in form.indicators]
    doubtful = [confidence for confidence in cells if confidence < at_least]
    if form.confidence < at_least or doubtful:
        lowest = min([form.confidence, *doubtful])
        repairs = tuple(note.message for note in form.notes) or ("无",)
        yield Hit(form, {"cells": len(doubtful), "confidence": round(lowest * 100), "repairs": repairs})

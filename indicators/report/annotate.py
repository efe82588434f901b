"""The submission itself with the findings on it, in its own format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from indicators.errors import ReadError
from indicators.readers.formats import FORMATS, TEXT, Format
from indicators.records import DocumentReport
from indicators.report.marks import marked_office, marked_pdf
from indicators.report.pictures import source_bytes

__all__ = ["annotate_file", "annotated_ending", "beside"]


def annotated_ending(document: DocumentReport) -> str:
    """Return the ending of the annotated copy: ``.pdf``, ``.docx``, ``.xlsx`` … or ``.html`` for all that is text."""
    found = _format(document)
    return ".html" if found.annotator == "text" else found.endings[0]


def _format(document: DocumentReport) -> Format:
    """Return the format of the annotated copy."""
    found = FORMATS.get(document.extraction.document.media_type, FORMATS[TEXT])
    return FORMATS[found.saved_as] if found.saved_as else found


def annotate_file(document: DocumentReport, data: bytes | None = None) -> bytes:
    """Return the document with its findings as highlights, comments or marks, and a summary in front.

    Parameters
    ----------
    data
        The file the report was made from; ``None`` = read it from ``document.path``.

    Returns
    -------
    bytes
        PDF for a PDF, DOCX for Word, XLSX for Excel, an HTML page for text, HTML and pictures. Formats of old Word and
        Excel come back as DOCX and XLSX; see :func:`annotated_ending`.

    Raises
    ------
    ReadError
        If the file is gone, has changed since it was checked, or cannot carry marks.
    """
    source = document.extraction.document
    if data is None:
        data = source_bytes(document)
    if data is None:
        raise ReadError(
            "不能加批注：找不到检查过的原文件，或文件已改动",
            where=document.path or source.name,
            remedy="请对现在的文件重新检查后再加批注",
        )
    if source.media_type not in FORMATS:
        why = "；".join(note.message for note in source.problems)
        remedy = "请先按提示处理文件，能检查后再加批注"
        raise ReadError("不能加批注：文件没有读出来", where=document.path or source.name, why=why, remedy=remedy)
    found = _format(document)
    if found.kind != source.media_type:
        from indicators.readers.convert import convert

        printed = FORMATS[source.media_type].endings[0]
        data = convert(data, source.name, printed.lstrip("."), found.endings[0].lstrip("."))
    annotate = getattr(import_module(f"indicators.report.annotate_{found.annotator}"), f"annotate_{found.annotator}")
    if found.annotator == "text":
        page: str = annotate(document, data)
        return page.encode()
    return marked_pdf(annotate(document, data)) if found.annotator == "pdf" else marked_office(annotate(document, data))


def beside(document: DocumentReport) -> Path:
    """Return where the annotated copy goes when no name is given: beside the file, with 初审 in its name."""
    path = Path(document.path or document.extraction.document.name)
    return path.with_name(f"{path.stem}（初审）{annotated_ending(document)}")

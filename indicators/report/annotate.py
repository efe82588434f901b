"""The submission itself with the findings on it, in its own format."""

from __future__ import annotations

from pathlib import Path

from indicators.errors import ReadError
from indicators.readers import sniff
from indicators.records import DocumentReport
from indicators.report.marks import marked_office, marked_pdf
from indicators.report.pictures import source_bytes

__all__ = ["annotate_file", "annotated_ending", "beside"]

_WORD = (sniff.DOCX, sniff.DOCM)
_EXCEL = (sniff.XLSX, sniff.XLSM)
#: Formats that carry no marks of ours as they are: their usual ending, and what LibreOffice makes of them.
_CONVERTED = {
    sniff.DOC: ("doc", "docx"),
    sniff.RTF: ("rtf", "docx"),
    sniff.ODT: ("odt", "docx"),
    sniff.XLS: ("xls", "xlsx"),
    sniff.XLSB: ("xlsb", "xlsx"),
    sniff.ODS: ("ods", "xlsx"),
}


def annotated_ending(document: DocumentReport) -> str:
    """Return the ending of the annotated copy: ``.pdf``, ``.docx``, ``.xlsx`` … or ``.html`` for all that is text."""
    kind = document.extraction.document.media_type
    if kind in _CONVERTED:
        return f".{_CONVERTED[kind][1]}"
    endings = {sniff.PDF: ".pdf", sniff.DOCX: ".docx", sniff.DOCM: ".docm", sniff.XLSX: ".xlsx", sniff.XLSM: ".xlsm"}
    return endings.get(kind, ".html")


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
    kind = source.media_type
    if kind in _CONVERTED:
        from indicators.readers.convert import convert

        ending, target = _CONVERTED[kind]
        data = convert(data, source.name, ending, target)
        kind = sniff.DOCX if target == "docx" else sniff.XLSX
    if kind == sniff.PDF:
        from indicators.report.annotate_pdf import annotate_pdf

        return marked_pdf(annotate_pdf(document, data))
    if kind in _WORD:
        from indicators.report.annotate_docx import annotate_docx

        return marked_office(annotate_docx(document, data))
    if kind in _EXCEL:
        from indicators.report.annotate_xlsx import annotate_xlsx

        return marked_office(annotate_xlsx(document, data))
    from indicators.report.annotate_text import annotate_text

    return annotate_text(document, data).encode()


def beside(document: DocumentReport) -> Path:
    """Return where the annotated copy goes when no name is given: beside the file, with 初审 in its name."""
    path = Path(document.path or document.extraction.document.name)
    return path.with_name(f"{path.stem}（初审）{annotated_ending(document)}")

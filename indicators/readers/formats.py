"""Every format that is read, one row each: its kind, how its bytes begin, its endings, its reader, its marked copy.

A further format is a row here and the module it names; see CONTRIBUTING.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = [
    "DOC",
    "DOCM",
    "DOCX",
    "ENCRYPTED_OOXML",
    "FORMATS",
    "HTML",
    "OCTETS",
    "ODS",
    "ODT",
    "PDF",
    "RTF",
    "SUFFIXES",
    "TEXT",
    "XLS",
    "XLSB",
    "XLSM",
    "XLSX",
    "XML",
    "Format",
]

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroEnabled.12"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
ENCRYPTED_OOXML = "application/x-tika-ooxml-protected"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
RTF = "application/rtf"
HTML = "text/html"
XML = "application/xml"
TEXT = "text/plain"
OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is read.

    Parameters
    ----------
    kind
        Media type, as ``sniff`` tells it by the content.
    reader
        ``module:function`` in ``indicators.readers``; the function takes the bytes and the file name.
    endings
        Looked for when a folder is given, the usual one first; a file named by hand is read whatever its name.
    signatures
        How the bytes begin, where that is enough to tell the kind; else ``sniff`` looks inside.
    annotator
        Which module ``indicators.report.annotate_NAME`` makes the marked copy; ``text`` makes a page of it.
    saved_as
        Kind that LibreOffice makes of it before it is marked; ``""`` = marked as it is.
    pictured
        Whether all of it is pictures: without recognition there is nothing to read.
    """

    kind: str
    reader: str
    endings: tuple[str, ...] = ()
    signatures: tuple[bytes, ...] = ()
    annotator: str = "text"
    saved_as: str = ""
    pictured: bool = False

    def read(self, *args: Any, **options: Any) -> Any:
        """Call the reader; its module is imported now, for most runs see one or two formats."""
        module, _, function = self.reader.partition(":")
        return getattr(import_module(f"indicators.readers.{module}"), function)(*args, **options)


_WORD, _EXCEL, _OLD_WORD, _PICTURE = "docx:read_docx", "xlsx:read_xlsx", "doc:read_doc", "image:read_image"
_PLAIN = "text:read_plain"
_TABLE = (
    Format(PDF, "pdf:read_pdf", (".pdf",), annotator="pdf"),
    Format(DOCX, _WORD, (".docx",), annotator="docx"),
    Format(DOCM, _WORD, (".docm",), annotator="docx"),
    Format(ENCRYPTED_OOXML, _WORD),  # says that it has a password
    Format(XLSX, _EXCEL, (".xlsx",), annotator="xlsx"),
    Format(XLSM, _EXCEL, (".xlsm",), annotator="xlsx"),
    Format(XLSB, _EXCEL, (".xlsb",), saved_as=XLSX),
    Format(XLS, _EXCEL, (".xls", ".et"), saved_as=XLSX),
    Format(ODS, _EXCEL, (".ods",), saved_as=XLSX),
    Format(DOC, _OLD_WORD, (".doc", ".wps"), saved_as=DOCX),
    Format(RTF, _OLD_WORD, (".rtf",), (b"{\\rtf",), saved_as=DOCX),
    Format(ODT, _OLD_WORD, (".odt",), saved_as=DOCX),
    Format(HTML, "html:read_html", (".html", ".htm")),
    Format("image/png", _PICTURE, (".png",), (b"\x89PNG\r\n\x1a\n",), pictured=True),
    Format("image/jpeg", _PICTURE, (".jpg", ".jpeg"), (b"\xff\xd8\xff",), pictured=True),
    Format("image/tiff", _PICTURE, (".tif", ".tiff"), (b"II*\x00", b"MM\x00*"), pictured=True),
    Format("image/bmp", _PICTURE, (), (b"BM",), pictured=True),
    Format("image/gif", _PICTURE, (), (b"GIF8",), pictured=True),
    Format(TEXT, _PLAIN, (".txt", ".tsv", ".md")),
    Format(OCTETS, _PLAIN),
    Format(XML, _PLAIN),
)
FORMATS = {item.kind: item for item in _TABLE}
#: Endings of what is looked for in folders, in archives and by the review.
SUFFIXES = frozenset(ending for item in _TABLE for ending in item.endings)

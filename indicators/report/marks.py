"""The mark by which our own outputs are known again: they are no submissions, and may be written over."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

__all__ = ["MARK", "is_ours", "marked_office", "marked_pdf"]

#: In the keywords of Office files, behind the end of a PDF, and as generator of a web page.
MARK = "indicators-report"
_PDF_END = f"%{MARK}\n".encode()
_HEADS = (b'"schema": "indicators.', f'content="{MARK}'.encode(), "\ufeff文件,表序,".encode())
_CORE = "docProps/core.xml"
_CP = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"


def is_ours(path: Path) -> bool:
    """Return whether a file is an output of this program, by its mark; little of the file is read."""
    try:
        if not path.is_file():
            # A pipe or a device would never end.
            return False
        with path.open("rb") as stream:
            head = stream.read(2048)
            if head.startswith(b"%PDF"):
                stream.seek(max(0, path.stat().st_size - 200))
                return stream.read().rstrip().endswith(_PDF_END.rstrip())
        if head.startswith(b"PK"):
            with zipfile.ZipFile(path) as package:
                return _CORE in package.namelist() and MARK.encode() in package.read(_CORE)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return False
    return any(sign in head for sign in _HEADS)


def marked_pdf(data: bytes) -> bytes:
    """Return a PDF with the mark behind its end."""
    return data + (b"" if data.endswith(b"\n") else b"\n") + _PDF_END


def marked_office(data: bytes) -> bytes:
    """Return an Office file with the mark among its keywords; its parts bear no time of writing."""
    from lxml import etree

    from indicators.report.ooxml import Parts

    parts = Parts(data)
    if parts.has(_CORE):
        root = parts.xml(_CORE)
        parts.changed(_CORE)
    else:
        root = etree.Element(f"{{{_CP}}}coreProperties", nsmap={"cp": _CP})
    keywords = root.find(f"{{{_CP}}}keywords")
    if keywords is None:
        keywords = etree.SubElement(root, f"{{{_CP}}}keywords")
    if MARK not in (keywords.text or ""):
        keywords.text = f"{keywords.text} {MARK}" if keywords.text else MARK
    if not parts.has(_CORE):
        parts.add(_CORE, root, _CORE_TYPE)
        _relate(parts)
    out = io.BytesIO()
    parts.write(out)
    return out.getvalue()


def _relate(parts: Any) -> None:
    from lxml import etree

    relations = parts.xml("_rels/.rels")
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    tag = relations.tag.replace("Relationships", "Relationship")
    etree.SubElement(relations, tag, Id="rIdIndicators", Type=kind, Target=_CORE)
    parts.changed("_rels/.rels")

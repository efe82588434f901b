"""Hand-made Office files for the tests: packages out of parts, compound files out of streams."""

from __future__ import annotations

import io
import struct
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def relations(*targets: tuple[str, str]) -> str:
    """Return a relationships part: ``(kind, target)`` pairs get rId1, rId2 …"""
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{items}</Relationships>'


def docx(body: str, *, prolog: str = "", **parts: str | bytes) -> bytes:
    """Return a DOCX with the XML of its body; further parts by file name in ``word/`` (``header1`` …)."""
    linked = [("header" if name.startswith("header") else name.rstrip("0123456789"), f"{name}.xml") for name in parts]
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": f"{prolog}<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(*linked),
    }
    for name, xml in parts.items():
        content[f"word/{name}.xml"] = xml
    return packed(content)


def element(tag: str, inner: str) -> str:
    """Return a root element of WordprocessingML."""
    return f"<w:{tag} {_NAMESPACES}>{inner}</w:{tag}>"


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(inner: str, properties: str = "") -> str:
    content = inner if inner.startswith("<") else p(inner)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def tbl(*rows: str) -> str:
    return "<w:tbl>" + "".join(row if row.startswith("<w:tr") else f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def xlsx(sheets: dict[str, str], *, styles: str = "", strings: str = "", states: dict[str, str] | None = None) -> bytes:
    """Return an XLSX with the XML of each sheet's inside (``<sheetData>…``)."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    targets += [("styles", "styles.xml")] if styles else []
    targets += [("sharedStrings", "sharedStrings.xml")] if strings else []
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}" state="{(states or {}).get(name, "visible")}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(*targets),
    }
    for number, inner in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{main}">{inner}</worksheet>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{main}">{styles}</styleSheet>'
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    return packed(parts)


def compound(streams: dict[str, bytes]) -> bytes:
    """Return an OLE2 compound file with streams in regular sectors."""
    end, free, size = 0xFFFFFFFE, 0xFFFFFFFF, 512
    bodies = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    entries, data, fat = [_entry("Root Entry", 5, end, 0, child=1)], b"", [0xFFFFFFFD]
    directory_sectors = (len(bodies) + 1 + 3) // 4
    fat += [n + 2 if n + 1 < directory_sectors else end for n in range(directory_sectors)]
    for number, (name, content) in enumerate(bodies.items(), start=1):
        count = -(-len(content) // size)
        start = len(fat)
        fat += [start + n + 1 if n + 1 < count else end for n in range(count)]
        data += content.ljust(count * size, b"\0")
        right = number + 1 if number < len(bodies) else free
        entries.append(_entry(name, 2, start, len(content), right=right))
    if len(fat) > 128:
        raise ValueError("one FAT sector only")
    directory = b"".join(entries).ljust(directory_sectors * size, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(44, b"\0") + struct.pack("<III", 1, 1, 0)
    header += struct.pack("<IIIII", 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return header + struct.pack("<128I", *fat, *[free] * (128 - len(fat))) + directory + data


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, right, child)
    return entry.ljust(116, b"\0") + struct.pack("<IIxxxx", start, size)

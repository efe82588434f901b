"""Samples as Word files: gridSpan and vMerge, repeated header rows, page breaks, watermark in the header."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from tests.samples.page import Break, Grid, GridCell, Sample, Text

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WATERMARK = (
    '<w:p xmlns:w="{w}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" '
    'style="position:absolute;width:400pt;height:100pt;rotation:315;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" '
    'o:allowincell="f" fillcolor="silver" stroked="f"><v:fill opacity=".5"/>'
    '<v:textpath style="font-family:&quot;宋体&quot;;font-size:1pt" string="{text}"/></v:shape></w:pict></w:r></w:p>'
)
_WIDTH = 9600  # twentieths of a point


def render_docx(sample: Sample, *, watermark: str = "") -> bytes:
    """Return a DOCX."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    body = document.element.body
    section = body[-1]
    for item in sample.items:
        if isinstance(item, Grid):
            section.addprevious(parse_xml(_table(item)))
            section.addprevious(parse_xml(f'<w:p xmlns:w="{_W}"/>'))
        elif isinstance(item, Break):
            section.addprevious(parse_xml(f'<w:p xmlns:w="{_W}"><w:r><w:br w:type="page"/></w:r></w:p>'))
        else:
            section.addprevious(parse_xml(_paragraph(item)))
    if watermark:
        header = document.sections[0].header
        header.is_linked_to_previous = False
        header._element.append(parse_xml(_WATERMARK.format(w=_W, text=escape(watermark))))
    buffer = io.BytesIO()
    document.save(buffer)
    return _dateless(buffer)


def _dateless(buffer: io.BytesIO) -> bytes:
    """Return the package without the time of its making, so that the same sample gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, (2025, 1, 6, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _paragraph(item: Text) -> str:
    align = {"title": "center", "subtitle": "center", "right": "right"}.get(item.kind, "left")
    size = {"title": 32, "heading": 28}.get(item.kind, 20)
    return (
        f'<w:p xmlns:w="{_W}"><w:pPr><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr><w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{escape(item.text)}</w:t></w:r></w:p>'
    )


def _table(grid: Grid) -> str:
    covering: dict[tuple[int, int], GridCell] = {}
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            covering[row, cell.column] = cell
    columns = "".join(f'<w:gridCol w:w="{int(share * _WIDTH)}"/>' for share in grid.widths)
    rows = "".join(_row(grid, number, covering) for number in range(grid.rows))
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(grid: Grid, number: int, covering: dict[tuple[int, int], GridCell]) -> str:
    header = "<w:trPr><w:tblHeader/></w:trPr>" if number < grid.repeat else ""
    cells = "".join(_cell(grid, number, covering[number, c]) for c in range(grid.columns) if (number, c) in covering)
    return f"<w:tr>{header}{cells}</w:tr>"


def _cell(grid: Grid, row: int, cell: GridCell) -> str:
    width = int(sum(grid.widths[cell.column : cell.column + cell.column_span]) * _WIDTH)
    span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
    merge = ""
    if cell.row_span > 1:
        merge = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
    texts = cell.text.split("\n") if row == cell.row else [""]
    weight = "<w:b/>" if cell.bold else ""
    paragraphs = "".join(
        f'<w:p><w:r><w:rPr>{weight}<w:sz w:val="18"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for text in texts
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}</w:tcPr>{paragraphs}</w:tc>'

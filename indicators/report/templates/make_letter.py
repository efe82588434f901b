"""Makes ``letter.docx``, the template of the letter: ``python -m indicators.report.templates.make_letter [PATH]``.

The bureau may change the result in Word; what stands in braces is filled in.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

__all__ = ["make_letter"]

_BODY, _TITLE = "仿宋", "宋体"
_HEADS = (("序号", 1.0), ("项目", 4.6), ("问题", 11.2))
_CELLS = ("number", "name", "message")
_SMALL = 9.5


def make_letter(path: Path) -> None:
    """Write the template."""
    import docx
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.1)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(1.9)
    section.footer_distance = Cm(1.0)
    _footer(section)
    _fonts(document.styles["Normal"], Pt(12))
    _line(document, "{%p if not letters %}")
    _line(document, "绩效目标表未发现需要修改的问题。", indent=True)
    _line(document, "{%p endif %}")
    _line(document, "{%p for letter in letters %}")
    round_ = "{% if rounds.get(letter.unit, 1) > 1 %}（第{{ rounds.get(letter.unit) }}次）{% endif %}"
    _line(document, f"绩效目标审核意见{round_}", size=18, bold=True, centre=True, font=_TITLE, after=8)
    _line(document, "{{ letter.unit }}：", size=14, font=_TITLE)
    _line(
        document,
        "{{ letter.opening }}请按下列意见修改后{% if deadline %}，于{{ deadline }}前{% endif %}重新报送；"
        "情况属实、不需修改的，请逐条书面说明理由。",
        indent=True,
        after=8,
    )
    _table(document)
    _line(document, "{%p if letter.faultless %}")
    _line(document, "未发现问题的项目：{{ letter.faultless }}。", indent=True, before=8)
    _line(document, "{%p endif %}")
    _line(document, "{%p if contact %}")
    _line(document, "联系人：{{ contact }}。", indent=True, before=8)
    _line(document, "{%p endif %}")
    _line(document, "{%p if letter.scores %}")
    hint = "参考分（程序按规则计算，不是审核结论）：{{ letter.scores }}。"
    _line(document, hint, size=10, indent=True, before=6, after=12)
    _line(document, "{%p endif %}")
    _line(document, "{{ bureau }}", right=True)
    _line(document, "{{ date }}", right=True)
    _line(document, "{%p if not loop.last %}")
    _break(document)
    _line(document, "{%p endif %}")
    _line(document, "{%p endfor %}")
    # A fixed date: the file is the same whenever it is made.
    document.core_properties.created = document.core_properties.modified = datetime(2026, 1, 1)
    document.core_properties.title, document.core_properties.author = "绩效目标审核意见", ""
    document.save(str(path))


def _fonts(holder: Any, size: Any, font: str = _BODY) -> None:
    from docx.oxml.ns import qn

    holder.font.name, holder.font.size = font, size
    holder.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _line(
    document: Any,
    text: str,
    *,
    size: float = 12,
    bold: bool = False,
    centre: bool = False,
    right: bool = False,
    indent: bool = False,
    keep: bool = False,
    after: float = 4,
    before: float = 0,
    font: str = _BODY,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.35
    form.keep_with_next = keep
    if indent:
        form.first_line_indent = Pt(size * 2)
    if centre:
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if right:
        form.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(paragraph, text, size, bold, font)


def _run(paragraph: Any, text: str, size: float, bold: bool, font: str) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    _fonts(run, Pt(size), font)
    run.font.bold = bold


def _break(document: Any) -> None:
    from docx.enum.text import WD_BREAK

    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _table(document: Any) -> None:
    """Add a table with a heading for each group of findings and a row for each of its points."""
    from docx.shared import Cm

    table = document.add_table(rows=7, cols=len(_HEADS))
    table.style = "Table Grid"
    table.autofit = False
    group = "{{ group.number }}、{{ group.title }}（{{ group.level }}"
    group += "{% if group.rules %} {{ group.rules }}{% endif %}，{{ group.count }} 处）——{{ group.fix }}。"
    texts = (
        tuple(name for name, _ in _HEADS),
        ("{%tr for group in letter.groups %}", "", ""),
        (group, "", ""),
        ("{%tr for point in group.points %}", "", ""),
        tuple(f"{{{{ point.{name} }}}}" for name in _CELLS),
        ("{%tr endfor %}", "", ""),
        ("{%tr endfor %}", "", ""),
    )
    for column, (_, width) in zip(table.columns, _HEADS):
        column.width = Cm(width)
    for number, (row, line) in enumerate(zip(table.rows, texts)):
        _mark(row, "w:cantSplit")
        for cell, text, (_, width) in zip(row.cells, line, _HEADS):
            cell.width = Cm(width)
            form = cell.paragraphs[0].paragraph_format
            form.line_spacing = 1.05
            # A group stands with its first point.
            form.keep_with_next = number in (0, 2)
            _run(cell.paragraphs[0], text, _SMALL, number in (0, 2), _BODY)
        _margins(row)
    heading = table.rows[2].cells
    _shade(heading[0].merge(heading[-1]))
    _mark(table.rows[0], "w:tblHeader")


def _margins(row: Any) -> None:
    """Let the text begin close to the rules: two pages hold twenty forms."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in row.cells:
        margins = OxmlElement("w:tcMar")
        for side in ("left", "right"):
            edge = OxmlElement(f"w:{side}")
            edge.set(qn("w:w"), "60")
            edge.set(qn("w:type"), "dxa")
            margins.append(edge)
        cell._tc.get_or_add_tcPr().append(margins)


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E7EEF5")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)


def _footer(section: Any) -> None:
    """Number the pages: 第 1 页，共 2 页."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, code in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", "")):
        _run(paragraph, text, _SMALL, False, _BODY)
        if code:
            _field(paragraph, code)


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for kind in ("begin", "", "separate", "1", "end"):
        run = paragraph.add_run(kind if kind == "1" else "")
        _fonts(run, Pt(_SMALL), _BODY)
        if kind == "1":
            continue
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = code
        run._r.append(mark)


def _mark(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


if __name__ == "__main__":
    make_letter(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("letter.docx"))

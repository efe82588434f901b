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
_HEADS = (("序号", 1.2), ("级别", 1.4), ("问题", 6.4), ("位置", 3.2), ("修改意见", 4.3))
_CELLS = ("number", "level", "message", "subject", "fix")


def make_letter(path: Path) -> None:
    """Write the template."""
    import docx
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.4)
    _fonts(document.styles["Normal"], Pt(12))
    _line(document, "{%p if not letters %}")
    _line(document, "绩效目标表未发现需要修改的问题。", indent=True)
    _line(document, "{%p endif %}")
    _line(document, "{%p for letter in letters %}")
    round_ = "{% if rounds.get(letter.unit, 1) > 1 %}（第{{ rounds.get(letter.unit) }}次）{% endif %}"
    _line(document, f"绩效目标审核意见{round_}", size=20, bold=True, centre=True, font=_TITLE, after=14)
    _line(document, "{{ letter.unit }}：", size=14, font=_TITLE)
    _line(
        document,
        "对你单位报送的{% if letter.year %}{{ letter.year }}年度{% endif %}绩效目标表（{{ letter.forms }} 张，"
        "来自《{{ letter.files }}》）进行了初审，发现错误 {{ letter.errors }} 处、警告 {{ letter.warnings }} 处。"
        "请按下列意见修改后{% if deadline %}，于{{ deadline }}前{% endif %}重新报送；"
        "情况属实、不需修改的，请逐条书面说明理由。",
        indent=True,
    )
    _section(document, "{%p if letter.general %}", "关于整份材料", "letter.general")
    _line(document, "{%p for project in letter.projects %}")
    _line(document, "{{ project.number }}. {{ project.name }}", size=13, bold=True, font=_TITLE, keep=True)
    _line(
        document,
        "年度资金 {{ project.money }}{% if project.score %}；参考分 {{ project.score }}（{{ project.grade }}）："
        "{{ project.points }}{% endif %}",
        size=10.5,
        keep=True,
    )
    _table(document, "project.findings")
    _line(document, "{%p endfor %}")
    _line(document, "{%p if letter.faultless %}")
    _line(document, "未发现问题的项目：{{ letter.faultless }}。", indent=True, before=8)
    _line(document, "{%p endif %}")
    _line(document, "{%p if contact %}")
    _line(document, "联系人：{{ contact }}。", indent=True, before=8)
    _line(document, "{%p endif %}")
    hint = "说明：参考分由程序按规则计算，仅供参考，不是审核结论。"
    _line(document, hint, size=10, indent=True, before=8, after=16)
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


def _section(document: Any, condition: str, heading: str, items: str) -> None:
    _line(document, condition)
    _line(document, heading, size=13, bold=True, font=_TITLE, keep=True)
    _table(document, items)
    _line(document, "{%p endif %}")


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


def _table(document: Any, items: str) -> None:
    """Add a table whose middle row repeats for each finding."""
    from docx.shared import Cm

    table = document.add_table(rows=4, cols=len(_HEADS))
    table.style = "Table Grid"
    table.autofit = False
    texts = (
        tuple(name for name, _ in _HEADS),
        (f"{{%tr for item in {items} %}}", "", "", "", ""),
        tuple(f"{{{{ item.{name} }}}}" for name in _CELLS),
        ("{%tr endfor %}", "", "", "", ""),
    )
    for column, (_, width) in zip(table.columns, _HEADS):
        column.width = Cm(width)
    for row, line in zip(table.rows, texts):
        _keep_whole(row)
        for cell, text, (_, width) in zip(row.cells, line, _HEADS):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = 1.1
            _run(paragraph, text, 10.5, False, _BODY)
    _mark(table.rows[0], "w:tblHeader")


def _keep_whole(row: Any) -> None:
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


if __name__ == "__main__":
    make_letter(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("letter.docx"))

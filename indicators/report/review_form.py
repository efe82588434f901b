"""The 审核表 a bureau files: one for each project, with grades (一般性项目) or with points (重点项目).

Items and points follow the two forms of the ministry as they are remembered; their source is not verified (待核), which
the form says. The tool fills in what it found; grades and points are left to the people who sign.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from indicators.report.places import clean, money_text
from indicators.report.rows import FormReport
from indicators.report.summary import remarks_of
from indicators.rule import RuleSet

__all__ = ["Kind", "write_review_forms"]

Kind = Literal["general", "key"]
_TITLES = {"general": "项目支出绩效目标审核表（一般性项目）", "key": "项目支出绩效目标审核表（重点项目）"}


@dataclass(frozen=True, slots=True)
class _Item:
    dimension: str
    name: str
    points: int
    asks: str


_ITEMS = (
    _Item("完整性", "规范完整性", 10, "绩效目标填报格式是否规范、内容是否完整、准确、详实"),
    _Item("完整性", "明确清晰性", 10, "绩效目标是否明确、清晰，是否能够反映项目主要情况，指标是否细化量化"),
    _Item("相关性", "目标相关性", 10, "总体目标与部门职能、事业发展规划是否相关，是否对项目产出和效果有总体描述"),
    _Item("相关性", "指标科学性", 10, "绩效指标是否全面、充分，是否选取最能体现总体目标实现程度的关键指标"),
    _Item("适当性", "绩效合理性", 15, "预期绩效是否显著，是否符合行业正常水平或事业发展规律"),
    _Item("适当性", "资金匹配性", 15, "绩效目标与项目资金量、使用方向等是否匹配，在既定资金规模下是否过高或过低"),
    _Item("可行性", "实现可能性", 15, "绩效目标是否经过充分论证和合理测算，所采取的措施能否保证实现"),
    _Item("可行性", "条件充分性", 15, "项目实施方案是否合理，组织、制度、人员等保障条件是否充分"),
)
_BOXES = ("主管部门审核意见", "财政部门业务科室审核意见", "财政部门绩效管理科室审核意见")
_NOTE = "说明：机器参考分由程序按规则计算，不是审核结论；审核内容和分值的依据待核，使用前请对照本级文件。"


def write_review_forms(
    items: Iterable[tuple[FormReport, Mapping[str, tuple[str, str]]]], rules: RuleSet, *, kind: Kind, bureau: str = ""
) -> bytes:
    """Return the forms of some projects as one Word file, each on a page of its own.

    Parameters
    ----------
    items
        Each project, and by fingerprint of a finding its decision and note in words.
    rules
        The rules that judged; they say which dimension a finding belongs to.
    kind
        ``general``: a grade an item. ``key``: points an item.
    bureau
        Who signs, ``""`` leaves it blank.
    """
    import docx
    from docx.enum.section import WD_SECTION
    from docx.shared import Cm, Pt

    document = docx.Document()
    _font(document.styles["Normal"], Pt(10))
    for number, (item, decided) in enumerate(items):
        section = document.sections[0] if number == 0 else document.add_section(WD_SECTION.NEW_PAGE)
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(1.8)
        section.top_margin = section.bottom_margin = Cm(1.6)
        _one(document, item, decided, rules, kind, bureau)
    if not document.paragraphs and not document.tables:
        document.add_paragraph("没有可以填写审核表的项目。")
    document.core_properties.title, document.core_properties.author = _TITLES[kind], ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _one(
    document: Any, item: FormReport, decided: Mapping[str, tuple[str, str]], rules: RuleSet, kind: Kind, bureau: str
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(_TITLES[kind])
    run.bold = True
    _font(run, Pt(16), "宋体")
    form = item.form
    department = clean(form.text("department")) if form is not None else ""
    head = document.add_table(rows=2, cols=4)
    _grid(head, (2.4, 6.3, 2.4, 6.3))
    for cell, text in zip(
        (cell for row in head.rows for cell in row.cells),
        ("项目名称", item.project, "年度资金", money_text(form), "主管部门", department, "实施单位", item.unit),
    ):
        _put(cell, text, bold=text in ("项目名称", "年度资金", "主管部门", "实施单位"))
    _body(document, item, decided, rules, kind)
    _signatures(document, bureau)
    note = document.add_paragraph()
    _font(note.add_run(_NOTE), Pt(8.5))


def _body(document: Any, item: FormReport, decided: Mapping[str, tuple[str, str]], rules: RuleSet, kind: Kind) -> None:
    points = dict(item.score.dimensions) if item.score is not None else {}
    remarks = _remarks(item, decided, rules)
    table = document.add_table(rows=1, cols=6)
    _grid(table, (1.9, 2.5, 4.9, 1.6, 4.7, 1.8))
    heads = (
        "审核方面",
        "审核内容",
        "审核要点",
        "机器参考",
        "审核中发现的问题及处理",
        "等级" if kind == "general" else "得分",
    )
    for cell, text in zip(table.rows[0].cells, heads):
        _put(cell, text, bold=True)
    for dimension in dict.fromkeys(entry.dimension for entry in _ITEMS):
        entries = [entry for entry in _ITEMS if entry.dimension == dimension]
        whole = sum(entry.points for entry in entries)
        rows = [table.add_row() for _ in entries]
        for row, entry in zip(rows, entries):
            _put(row.cells[1], entry.name + (f"（{entry.points}分）" if kind == "key" else ""))
            _put(row.cells[2], entry.asks)
            _put(row.cells[5], "优□ 良□\n中□ 差□" if kind == "general" else f"　　/{entry.points}")
        _put(
            rows[0].cells[0].merge(rows[-1].cells[0]),
            dimension + (f"\n（{whole}分）" if kind == "key" else ""),
            bold=True,
        )
        reference = f"{points[dimension]:.1f}\n/{whole}" if dimension in points else "—"
        _put(rows[0].cells[3].merge(rows[-1].cells[3]), reference)
        _put(rows[0].cells[4].merge(rows[-1].cells[4]), "\n".join(remarks.get(dimension, ())) or "未发现问题")
    last = table.add_row()
    _put(last.cells[0].merge(last.cells[1]), "综合评定", bold=True)
    total = f"机器参考 {item.score.total:.1f}（{item.score.grade}）" if item.score is not None else ""
    _put(last.cells[2].merge(last.cells[3]), total)
    box = "优□　良□　中□　差□" if kind == "general" else "总分　　　　　优□　良□　中□　差□"
    _put(last.cells[4].merge(last.cells[5]), box)


def _remarks(item: FormReport, decided: Mapping[str, tuple[str, str]], rules: RuleSet) -> dict[str, list[str]]:
    """Return the findings that stand, by dimension; what was found wrong (误报) is left out."""
    found: dict[str, list[str]] = {}
    for number, remark in enumerate(remarks_of(item), 1):
        if remark.severity == "note":
            continue
        rule = rules.rules.get(remark.finding.rule)
        dimension = (rule.dimension if rule is not None else "") or _ITEMS[0].dimension
        decision, note = decided.get(remark.finding.fingerprint, ("未处理", ""))
        text = f"{number}. {remark.message}〔{decision}{'：' + note if note else ''}〕"
        found.setdefault(dimension, []).append(text)
    return found


def _signatures(document: Any, bureau: str) -> None:
    table = document.add_table(rows=len(_BOXES), cols=2)
    _grid(table, (3.4, 14.0))
    for row, name in zip(table.rows, _BOXES):
        _put(row.cells[0], name, bold=True)
        seal = f"（{bureau}）" if bureau and name.startswith("财政") else "（盖章）"
        _put(row.cells[1], f"\n\n审核人（签字）：　　　　　　　　　　{seal}　　　　年　　月　　日")


def _grid(table: Any, widths: tuple[float, ...]) -> None:
    from docx.shared import Cm

    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _put(cell: Any, text: str, *, bold: bool = False) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    for extra in cell.paragraphs[1:]:
        extra._element.getparent().remove(extra._element)
    for run in list(paragraph.runs):
        run._element.getparent().remove(run._element)
    run = paragraph.add_run(text)
    run.bold = bold
    _font(run, Pt(9.5))


def _font(holder: Any, size: Any, font: str = "仿宋") -> None:
    from docx.oxml.ns import qn

    holder.font.name, holder.font.size = font, size
    holder.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)

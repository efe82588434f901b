"""What the summary in front of an annotated copy says, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from indicators.records import BBox, DocumentReport, Finding, Form, Location
from indicators.report.places import SEVERITY_NAMES, clean, place_text, subject_text
from indicators.report.rows import FormReport, form_reports, worst_first

__all__ = ["AUTHOR", "TITLE", "Remark", "Summary", "comment_text", "remarks", "remarks_of", "summary"]

TITLE = "绩效目标机器初审意见"
AUTHOR = "机器初审"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A finding as it is written onto the document; ``number`` is its number in the summary, 0 where there is none."""

    finding: Finding
    form: Form | None
    unit: str
    project: str
    number: int = 0

    @property
    def at(self) -> Location:
        """Where it belongs."""
        return self.finding.at

    @property
    def box(self) -> BBox | None:
        """Its box on the page, in points from the top left."""
        return self.finding.at.bbox

    @property
    def severity(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return self.finding.severity

    @property
    def heading(self) -> str:
        """Severity, code and title: 错误 F101 资金来源合计不符."""
        return f"{SEVERITY_NAMES[self.finding.severity]} {self.finding.rule} {clean(self.finding.title)}"

    @property
    def numbered(self) -> str:
        """The heading with the number in front."""
        return f"{self.number} {self.heading}" if self.number else self.heading

    @property
    def place(self) -> str:
        """Where, in words."""
        return clean(place_text(self.finding.at, self.form))

    @property
    def subject(self) -> str:
        """What it concerns, in words."""
        return subject_text(self.finding, self.form)

    @property
    def message(self) -> str:
        """What is wrong."""
        return clean(self.finding.message)

    @property
    def fix(self) -> str:
        """What to do."""
        return clean(self.finding.fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Facts and remarks of one document, worst form first."""

    name: str
    facts: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Remark, ...]], ...]
    hint: str


def remarks(document: DocumentReport) -> list[Remark]:
    """Return every finding of a document, worst form first, numbered as in the summary."""
    return [remark for _, group in _groups(document) for remark in group]


def _groups(document: DocumentReport) -> list[tuple[FormReport, tuple[Remark, ...]]]:
    numbers = count(1)
    return [
        (item, tuple(replace(remark, number=next(numbers)) for remark in remarks_of(item)))
        for item in worst_first(form_reports(document))
    ]


def remarks_of(item: FormReport) -> list[Remark]:
    """Return the findings of one form."""
    return [
        Remark(finding=finding, form=item.form, unit=item.unit, project=item.project or "全文")
        for finding in item.findings
    ]


def summary(document: DocumentReport) -> Summary:
    """Return what the page or sheet in front says."""
    grouped = _groups(document)
    forms = [item for item, _ in grouped]
    counts = {severity: sum(item.count(severity) for item in forms) for severity in SEVERITY_NAMES}
    extraction = document.extraction
    said = "，".join(f"{name} {counts[severity]}" for severity, name in SEVERITY_NAMES.items())
    facts = [
        " ".join(part for part in (clean(extraction.department), _year(extraction.fiscal_year)) if part),
        f"绩效目标表 {len(extraction)} 张；{said}；没有问题的表 "
        f"{sum(item.form is not None and not item.findings for item in forms)} 张",
    ]
    groups = [(_heading(item), found) for item, found in grouped if found]
    return Summary(
        name=clean(extraction.document.name),
        facts=tuple(fact for fact in facts if fact),
        groups=tuple(groups),
        hint="本意见由程序按规则生成，参考分不是审核结论；请逐条核对后处理。原文件内容未作改动。",
    )


def _year(year: int | None) -> str:
    return f"{year}年" if year else ""


def _heading(item: FormReport) -> str:
    if item.form is None:
        return "全文"
    score = f"（参考分 {item.score.total:.1f}，{item.score.grade}）" if item.score is not None else ""
    unit = f"{item.unit}　" if item.unit else ""
    return f"{unit}{item.project}{score}"


def comment_text(found: list[Remark]) -> str:
    """Return the text of one comment that holds all remarks on one place."""
    parts = []
    for remark in found:
        parts.append(f"【{remark.numbered}】\n{remark.message}\n怎么改：{remark.fix}")
    return "\n\n".join(parts)

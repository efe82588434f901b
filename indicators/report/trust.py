"""What was read and whether it can be trusted: the first thing to say of a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indicators.records import DocumentReport, Form, Report
from indicators.report.places import clean, form_name, place_text

__all__ = ["APART", "UNREAD_CODES", "ApartRow", "Trust", "apart_rows", "trust"]

#: What forms are called that a person has to read.
APART = "待人工识别"
#: Notes on pages and parts that were not read.
UNREAD_CODES = frozenset(
    ("page-damaged", "page-limit", "time-limit", "ocr-missing", "ocr-off", "picture-unread", "part-unreadable")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """A sentence on what was read; ``sure`` is whether it can be trusted as it stands."""

    text: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartRow:
    """A form that is not understood: where it stands and what was recognised."""

    source: str
    form: int
    name: str
    place: str
    recognised: str


def trust(document: DocumentReport) -> Trust:
    """Return how many forms were read, how many projects the budget table names, and what is in doubt."""
    extraction = document.extraction
    if not extraction.document.reader:
        return Trust(text="没有读出来", sure=False)
    count = len(extraction)
    if not count:
        return Trust(text="没有找到绩效目标表", sure=False)
    parts = [f"{count} 张表"]
    projects = {line.project for line in extraction.budget_lines if line.project}
    if projects:
        parts.append(f"对应预算表 {len(projects)} 个项目")
    doubts = list(_doubts(document))
    parts.append("，".join(doubts) if doubts else "可信")
    return Trust(text="，".join(parts), sure=not doubts)


def _doubts(document: DocumentReport) -> Iterator[str]:
    extraction = document.extraction
    readings = [form.reading for form in extraction.forms]
    if apart := readings.count("not understood"):
        yield f"其中 {apart} 张{APART}"
    if doubtful := readings.count("doubtful"):
        yield f"{doubtful} 张的识别没有把握，请对照原件"
    pictured = sum(form.confidence < 0.6 for form in extraction.forms if form.reading == "understood")
    if pictured:
        yield f"{pictured} 张的可信度低，请对照原件"
    if any(note.code in UNREAD_CODES for note in (*extraction.document.problems, *extraction.problems)):
        yield "有页面没有读出"


def apart_rows(report: Report) -> list[ApartRow]:
    """Return the forms of a run that are not understood."""
    return [
        ApartRow(
            source=clean(document.extraction.document.name),
            form=form.index,
            name=form_name(form),
            place=clean(place_text(form.at, form)),
            recognised=_recognised(form),
        )
        for document in report.documents
        for form in document.extraction.forms
        if form.reading == "not understood"
    ]


def _recognised(form: Form) -> str:
    filled = sum(not item.empty for item in form.indicators)
    parts = [f"标题“{clean(form.title)}”" if form.title else "", f"指标 {filled} 条" if filled else ""]
    parts.append("有资金" if any(line.amount is not None for line in form.funds) else "")
    known = "、".join(part for part in parts if part)
    reasons = "；".join(clean(note.message) for note in form.doubts)
    return "；".join(part for part in (f"认出：{known}" if known else "", reasons) if part)

"""The letter a finance bureau sends back: 绩效目标审核意见, one for each unit, from a Word template."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from indicators.errors import ConfigError
from indicators.grouping import group_findings
from indicators.records import Finding, Form, Report
from indicators.report.grouped import GroupLine, document_line, form_line
from indicators.report.places import SEVERITY_NAMES, SEVERITY_RANK, clean, money_text, place_text, subject_text
from indicators.report.rows import FormReport, form_reports, worst_first

__all__ = ["OWN", "TEMPLATE", "Entry", "Letter", "Project", "Terms", "letters", "units", "write_letter"]

TEMPLATE = Path(__file__).parent / "templates" / "letter.docx"
_NO_UNIT = "（未写单位）"
#: The rule of a reviewer's own remarks, and what stands in their column of levels.
OWN, OWN_LEVEL = "人工", "意见"


def write_letter(
    report: Report,
    *,
    unit: str | None = None,
    template: Path | None = None,
    bureau: str = "",
    today: date | None = None,
    notes: bool = False,
    terms: Terms | None = None,
) -> bytes:
    """Return the letters to all units, or to one, as one Word file; each begins on a new page.

    Parameters
    ----------
    unit
        Only this unit; see :func:`units`.
    template
        A template of the bureau's own, with the fields described in ``docs/clerk.zh-CN.md``.
    bureau
        Who signs; ``""`` leaves it blank.
    today
        Date of the letter; ``None`` leaves it blank, to be written by hand.
    notes
        Whether 提示 are listed too.
    terms
        Deadline, contact and round.

    Raises
    ------
    ConfigError
        If the template cannot be used or no unit has this name.
    """
    found = [letter for letter in letters(report, notes=notes) if unit is None or letter.unit == unit]
    if unit is not None and not found:
        raise ConfigError(f"没有单位“{unit}”", remedy="可用的单位：" + "、".join(units(report)))
    terms = terms or Terms()
    values = {"letters": found, "bureau": bureau, "date": _day(today), **terms.values()}
    return _rendered(template or TEMPLATE, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a letter says besides its findings; what is left out is not mentioned.

    Parameters
    ----------
    deadline
        By when the corrected file is due.
    contact
        Whom to ask, with the number of the office.
    rounds
        By unit: 2 for the second letter.
    """

    deadline: date | None = None
    contact: str = ""
    rounds: Mapping[str, int] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """Return them as a template uses them."""
        day = _day(self.deadline) if self.deadline is not None else ""
        return {"deadline": day, "contact": self.contact, "rounds": self.rounds}


def _rendered(path: Path, values: dict[str, Any]) -> bytes:
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    if not path.is_file():
        raise ConfigError("找不到信函模板", where=str(path), remedy="请检查路径")
    try:
        # The template is the bureau's, its fields hold text of documents: neither may run anything.
        document = DocxTemplate(str(path))
        document.render(values, jinja_env=SandboxedEnvironment(autoescape=True), autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except TemplateError as error:
        raise ConfigError(
            "信函模板有误",
            where=str(path),
            why=str(error),
            remedy="请对照 docs/clerk.zh-CN.md 检查模板中 {{ }} 与 {% %} 的写法",
        ) from None
    except (OpcError, ValueError, KeyError, SyntaxError, OSError) as error:
        why = str(error) or type(error).__name__
        raise ConfigError("信函模板打不开", where=str(path), why=why, remedy="请用 Word 另存为 .docx") from None
    return out.getvalue()


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else "　　　　年　　月　　日"


def units(report: Report) -> tuple[str, ...]:
    """Return the units that a letter goes to, in order of first appearance."""
    return tuple(letter.unit for letter in letters(report))


#: A line of a letter and the form it speaks of.
Told = tuple[GroupLine, Form | None]


def _unit(item: FormReport) -> str:
    return item.unit or _NO_UNIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finding in a letter."""

    number: int
    level: str
    rule: str
    title: str
    message: str
    subject: str
    place: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project with something to correct; ``points`` are the four dimensions in words."""

    number: int
    name: str
    money: str
    score: str
    grade: str
    points: str
    findings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a template may use as ``letter``.

    Parameters
    ----------
    year
        Fiscal year, ``""`` where the documents differ or do not say.
    files
        Names of the documents.
    forms, errors, warnings, notes
        Numbers.
    projects
        Those with findings, worst first.
    general
        Findings on a document as a whole.
    faultless
        Names of the projects without findings.
    """

    unit: str
    year: str
    files: str
    forms: int
    errors: int
    warnings: int
    notes: int
    projects: tuple[Project, ...]
    general: tuple[Entry, ...]
    faultless: str


def letters(report: Report, *, notes: bool = False) -> Iterator[Letter]:
    """Yield the letter to each unit that has something to correct."""
    grouped: dict[str, list[FormReport]] = {}
    for document in report.documents:
        for item in form_reports(document):
            grouped.setdefault(_unit(item), []).append(item)
    for unit, items in grouped.items():
        letter = _letter(unit, items, notes)
        if letter.projects or letter.general:
            yield letter


def _letter(unit: str, items: list[FormReport], notes: bool) -> Letter:
    years = {item.document.extraction.fiscal_year for item in items if item.document.extraction.fiscal_year}
    files = dict.fromkeys(clean(item.document.extraction.document.name) for item in items)
    ordered = worst_first(items)
    own, general = _told(ordered, notes)
    named = [item for item in ordered if item.form is not None]
    faulty = [(item, own[id(item)]) for item in named if own[id(item)]]
    clear = [item.project for item in named if not _counted(item, notes)]
    return Letter(
        unit=unit,
        year=str(max(years)) if len(years) == 1 else "",
        files="》《".join(files),
        forms=len(named),
        errors=sum(item.count("error") for item in items),
        warnings=sum(item.count("warning") for item in items),
        notes=sum(item.count("note") for item in items),
        projects=tuple(_project(number, item, found) for number, (item, found) in enumerate(faulty, start=1)),
        general=_entries(general),
        faultless="、".join(clear),
    )


def _counted(item: FormReport, notes: bool) -> list[Finding]:
    return [finding for finding in item.findings if notes or finding.severity != "note"]


def _told(items: list[FormReport], notes: bool) -> tuple[dict[int, list[Told]], list[Told]]:
    """Return the lines of each project (by identity of its report), and those of several projects or of the text."""
    own: dict[int, list[Told]] = {id(item): [] for item in items}
    general: list[Told] = []
    for document in {id(item.document): item.document for item in items}.values():
        reports = [item for item in items if item.document is document]
        of_form = {item.form.index: item for item in reports if item.form is not None}
        forms = {index: item.form for index, item in of_form.items() if item.form is not None}
        findings = tuple(finding for item in reports for finding in _counted(item, notes))
        for group in group_findings(findings, forms):
            item = of_form.get(group.form) if group.form is not None else None
            if item is None:
                general.append((document_line(group, forms, names=True), None))
            else:
                own[id(item)].append((form_line(group, item.form), item.form))
    for lines in (*own.values(), general):
        lines.sort(key=lambda row: SEVERITY_RANK[row[0].severity])
    return own, general


def _project(number: int, item: FormReport, found: list[Told]) -> Project:
    score = item.score
    return Project(
        number=number,
        name=item.project,
        money=money_text(item.form),
        score=f"{score.total:.1f}" if score is not None else "",
        grade=score.grade if score is not None else "",
        points="，".join(f"{name} {round(points, 1):g}" for name, points in score.dimensions) if score else "",
        findings=_entries(found),
    )


def _entries(found: list[Told]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            number=number,
            level=OWN_LEVEL if line.finding.rule == OWN else SEVERITY_NAMES[line.severity],
            rule=line.finding.rule,
            title=clean(line.finding.title),
            message=line.message,
            subject=subject_text(line.finding, form),
            place=clean(place_text(line.finding.at)),
            fix=clean(line.finding.fix),
        )
        for number, (line, form) in enumerate(found, start=1)
    )

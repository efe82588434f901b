"""The letter a finance bureau sends back: 绩效目标审核意见, one for each unit, from a Word template."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from indicators.errors import ConfigError
from indicators.grouping import Group as Grouped
from indicators.grouping import group_findings
from indicators.records import Finding, Form, Report
from indicators.report.grouped import GroupLine, document_line, form_line
from indicators.report.places import SEVERITY_NAMES, SEVERITY_RANK, clean, money_text, place_text, subject_text
from indicators.report.rows import FormReport, form_reports, worst_first
from indicators.report.summary import Remark, remarks_of

__all__ = [
    "OWN",
    "TEMPLATE",
    "Entry",
    "Group",
    "Letter",
    "Point",
    "Project",
    "Terms",
    "letters",
    "units",
    "write_letter",
]

TEMPLATE = Path(__file__).parent / "templates" / "letter.docx"
_NO_UNIT = "（未写单位）"
#: The rule of a reviewer's own remarks, and what stands in their column of levels.
OWN, OWN_LEVEL = "人工", "意见"
#: Files named in the opening.
_MOST_FILES = 3


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
class Point:
    """What is to be corrected in one project, or in several that show the same."""

    number: int
    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The findings of a letter that are corrected in the same way.

    Parameters
    ----------
    number
        一, 二, 三 …
    level
        The worst of them.
    rules
        Codes, joined.
    count
        Findings.
    """

    number: str
    level: str
    rules: str
    title: str
    fix: str
    count: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a template may use as ``letter``.

    Parameters
    ----------
    opening
        The first sentence: what was looked at, and what was found.
    groups
        All findings, by what is to be done.
    scores
        Projects with their reference scores, in words.
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
    opening: str
    groups: tuple[Group, ...]
    scores: str
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
    year = str(max(years)) if len(years) == 1 else ""
    counted = [finding for item in ordered for finding in _counted(item, notes)]
    return Letter(
        unit=unit,
        year=year,
        files="》《".join(files),
        opening=_opening(year, len(named), list(files), counted),
        groups=tuple(_groups(_remarks(ordered, notes))),
        scores="；".join(
            f"{item.project} {item.score.total:.1f}（{item.score.grade}）"
            for item, _ in faulty
            if item.score is not None
        ),
        forms=len(named),
        errors=sum(item.count("error") for item in items),
        warnings=sum(item.count("warning") for item in items),
        notes=sum(item.count("note") for item in items),
        projects=tuple(_project(number, item, found) for number, (item, found) in enumerate(faulty, start=1)),
        general=_entries(general),
        faultless="、".join(clear),
    )


def _opening(year: str, forms: int, files: list[str], found: list[Finding]) -> str:
    """Return what was looked at and what was found; nothing is counted that is not there."""
    counts = Counter(OWN_LEVEL if item.rule == OWN else SEVERITY_NAMES[item.severity] for item in found)
    said = "、".join(f"{level} {counts[level]} 处" for level in (*SEVERITY_NAMES.values(), OWN_LEVEL) if counts[level])
    many = f"等 {len(files)} 份文件" if len(files) > _MOST_FILES else ""
    source = f"《{'》《'.join(files[:_MOST_FILES])}》{many}"
    what = f"绩效目标表（{forms} 张，来自{source}）" if forms else f"材料（{source}）"
    return f"对你单位报送的{f'{year}年度' if year else ''}{what}进行了初审，发现{said}。"


def _documents(items: list[FormReport], notes: bool) -> Iterator[tuple[dict[int, FormReport], tuple[Grouped, ...]]]:
    """Yield the forms of each document by number, and the findings shown of it in groups that are one thing."""
    for document in {id(item.document): item.document for item in items}.values():
        reports = [item for item in items if item.document is document]
        of_form = {item.form.index: item for item in reports if item.form is not None}
        forms = {index: item.form for index, item in of_form.items() if item.form is not None}
        findings = tuple(finding for item in reports for finding in _counted(item, notes))
        yield of_form, group_findings(findings, forms)


def _remarks(items: list[FormReport], notes: bool) -> list[tuple[FormReport, Remark]]:
    """Return what a letter says: of what several rules say of one thing, the finding that speaks for all."""
    heads = {
        id(finding)
        for _, groups in _documents(items, notes)
        for group in groups
        for finding in group.findings
        if finding.rule == group.head.rule
    }
    return [(item, remark) for item in items for remark in remarks_of(item) if id(remark.finding) in heads]


def _groups(found: list[tuple[FormReport, Remark]]) -> Iterator[Group]:
    """Yield the findings by what is to be done about them: the worst first, then the most frequent.

    Twenty forms with the same three faults are three things to say. What one project shows several times becomes one
    sentence, and projects that show the very same share a line.
    """
    by_fix: dict[tuple[str, str], list[tuple[FormReport, Remark]]] = {}
    for item, remark in found:
        by_fix.setdefault((remark.finding.title, remark.fix), []).append((item, remark))
    ordered = sorted(by_fix.items(), key=lambda pair: (_worst(pair[1]), -len(pair[1])))
    points = count(1)
    for number, ((title, fix), members) in enumerate(ordered):
        own = members[0][1].finding.rule == OWN
        yield Group(
            number=_numeral(number),
            level=OWN_LEVEL if own else list(SEVERITY_NAMES.values())[_worst(members)],
            rules="、".join(dict.fromkeys(remark.finding.rule for _, remark in members if not own)),
            title=clean(title),
            fix=fix.rstrip("。"),
            count=len(members),
            points=tuple(Point(number=next(points), name=name, message=text) for name, text in _points(members)),
        )


def _worst(members: list[tuple[FormReport, Remark]]) -> int:
    return min(SEVERITY_RANK[remark.severity] for _, remark in members)


def _points(members: list[tuple[FormReport, Remark]]) -> Iterator[tuple[str, str]]:
    """Yield ``(projects, what they show)``."""
    by_form: dict[int, tuple[FormReport, list[Remark]]] = {}
    for item, remark in members:
        by_form.setdefault(id(item), (item, []))[1].append(remark)
    same: dict[str, list[tuple[str, str]]] = {}
    for item, remarks in by_form.values():
        places = "、".join(dict.fromkeys(_place(remark) for remark in remarks if _place(remark)))
        text = "；".join(dict.fromkeys(remark.message.rstrip("。") for remark in remarks))
        # What concerns a whole file is told by the name of the file.
        name = item.project if item.form is not None else clean(item.document.extraction.document.name)
        same.setdefault(text, []).append((name, places))
    for text, homes in same.items():
        if len(homes) == 1:
            (name, places) = homes[0]
            yield name, f"{text}（{places}）" if places else text
        else:
            yield "；".join(f"{name}（{places}）" if places else name for name, places in homes), text


def _place(remark: Remark) -> str:
    """Return page, cell or line; of Word nothing, for the project beside it is all that can be looked for."""
    at = remark.at
    return remark.place if at.page is not None or at.sheet is not None or at.line is not None else ""


_ONES = "一二三四五六七八九"


def _numeral(number: int) -> str:
    """Return the Chinese numeral of a position from 0, below a hundred; else the digits."""
    tens, ones = divmod(number + 1, 10)
    if tens > 9:
        return str(number + 1)
    return ("" if not tens else "十" if tens == 1 else f"{_ONES[tens - 1]}十") + (_ONES[ones - 1] if ones else "")


def _counted(item: FormReport, notes: bool) -> list[Finding]:
    return [finding for finding in item.findings if notes or finding.severity != "note"]


def _told(items: list[FormReport], notes: bool) -> tuple[dict[int, list[Told]], list[Told]]:
    """Return the lines of each project (by identity of its report), and those of several projects or of the text."""
    own: dict[int, list[Told]] = {id(item): [] for item in items}
    general: list[Told] = []
    for of_form, groups in _documents(items, notes):
        forms = {index: item.form for index, item in of_form.items() if item.form is not None}
        for group in groups:
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

"""A report as flat rows: what CSV, Excel, Parquet, pandas and the letter share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from indicators.records import DocumentReport, Finding, Form, Report, Score
from indicators.report.evidence import evidence_text
from indicators.report.places import (
    SEVERITY_RANK,
    clean,
    form_name,
    place_text,
    subject_text,
    unit_name,
)
from indicators.wording import HORIZON_NAMES

__all__ = [
    "LEVEL_NAMES",
    "FindingRow",
    "FormReport",
    "IndicatorRow",
    "ScoreRow",
    "accepted_rows",
    "finding_row",
    "finding_rows",
    "form_reports",
    "indicator_rows",
    "score_rows",
    "worst_first",
]

#: What each level of specificity means.
LEVEL_NAMES = ("0 无效", "1 方向空泛", "2 定性可核", "3 量化可核")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReport:
    """One form with its findings and score; ``form`` is ``None`` for what concerns the whole document."""

    document: DocumentReport
    form: Form | None
    findings: tuple[Finding, ...]
    score: Score | None = None

    @property
    def unit(self) -> str:
        """Name of the unit."""
        return unit_name(self.form, self.document.extraction.department)

    @property
    def project(self) -> str:
        """Name of the project, ``""`` for the document."""
        return form_name(self.form) if self.form is not None else ""

    @property
    def yuan(self) -> Decimal | None:
        """Annual amount in 元, else that of the whole project."""
        if self.form is None:
            return None
        annual = self.form.yuan("annual")
        return annual if annual is not None else self.form.yuan("lifetime")

    def count(self, severity: str) -> int:
        """Return the number of findings of a severity."""
        return sum(item.severity == severity for item in self.findings)


def form_reports(document: DocumentReport) -> list[FormReport]:
    """Return the forms of a document in print order; what concerns the whole document stands first."""
    grouped: dict[int | None, list[Finding]] = {}
    for finding in document.findings:
        grouped.setdefault(finding.form, []).append(finding)
    scores = {score.form: score for score in document.scores}
    known = {form.index for form in document.extraction.forms}
    # A finding whose form is missing from the records must not vanish.
    loose = [item for index, items in grouped.items() if index not in known for item in items]
    found = [FormReport(document=document, form=None, findings=_ordered(loose))] if loose else []
    for form in document.extraction.forms:
        findings = _ordered(grouped.get(form.index, []))
        found.append(FormReport(document=document, form=form, findings=findings, score=scores.get(form.index)))
    return found


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda item: SEVERITY_RANK[item.severity]))


def worst_first(forms: list[FormReport]) -> list[FormReport]:
    """Sort forms: those with most errors first, then warnings, priority and amount; stable."""

    def key(item: FormReport) -> tuple[int, int, float, Decimal]:
        priority = item.score.priority if item.score is not None else 0.0
        return (-item.count("error"), -item.count("warning"), -priority, -(item.yuan or Decimal(0)))

    return sorted(forms, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding with everything needed to read it alone; every text is safe to show."""

    source: str
    form: int | None
    unit: str
    project: str
    amount: Decimal | None
    rule: str
    severity: str
    title: str
    message: str
    subject: str
    evidence: str
    place: str
    fix: str
    status: str
    fingerprint: str


def finding_rows(report: Report) -> Iterator[FindingRow]:
    """Yield a row for every finding, then for every accepted one, document by document, in print order."""
    for document in report.documents:
        for item in form_reports(document):
            for finding in item.findings:
                yield finding_row(item, finding)
        yield from accepted_rows(document)


def accepted_rows(document: DocumentReport) -> Iterator[FindingRow]:
    """Yield a row for every accepted finding of a document."""
    by_index = {form.index: form for form in document.extraction.forms}
    for finding in document.accepted:
        form = by_index.get(finding.form) if finding.form is not None else None
        yield finding_row(FormReport(document=document, form=form, findings=()), finding, "已接受")


def finding_row(item: FormReport, finding: Finding, status: str = "待处理") -> FindingRow:
    """Return the row of a finding of a form."""
    return FindingRow(
        source=clean(item.document.extraction.document.name),
        form=finding.form,
        unit=item.unit,
        project=item.project,
        amount=item.yuan,
        rule=finding.rule,
        severity=finding.severity,
        title=clean(finding.title),
        message=clean(finding.message),
        subject=subject_text(finding, item.form),
        evidence=evidence_text(finding),
        place=clean(place_text(finding.at, item.form)),
        fix=clean(finding.fix),
        status=status,
        fingerprint=finding.fingerprint,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """An indicator with its specificity; empty slots are left out."""

    source: str
    form: int
    indicator: int
    unit: str
    project: str
    horizon: str
    level1: str
    level2: str
    name: str
    value: str
    level: int | None
    score: float | None
    reason: str
    findings: int
    place: str


def indicator_rows(report: Report) -> Iterator[IndicatorRow]:
    """Yield a row for every filled indicator."""
    for document in report.documents:
        counts = Counter((item.form, item.indicator) for item in document.findings if item.indicator is not None)
        for position, form in enumerate(document.extraction.forms):
            levels = document.specificity[position] if position < len(document.specificity) else ()
            unit, project = unit_name(form, document.extraction.department), form_name(form)
            for number, item in enumerate(form.indicators):
                if item.empty:
                    continue
                level = levels[number] if number < len(levels) else None
                yield IndicatorRow(
                    source=clean(document.extraction.document.name),
                    form=form.index,
                    indicator=number,
                    unit=unit,
                    project=project,
                    horizon=HORIZON_NAMES.get(item.horizon, item.horizon),
                    level1=item.level1,
                    level2=item.level2,
                    name=clean(item.name),
                    value=clean(item.value),
                    level=level.level if level is not None else None,
                    score=round(level.score, 1) if level is not None else None,
                    reason="；".join(level.reasons) if level is not None else "",
                    findings=counts[form.index, number],
                    place=clean(place_text(item.at, form)),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A form with its reference score; scores are ``None`` where the form was not scored."""

    source: str
    form: int
    unit: str
    project: str
    amount: Decimal | None
    total: float | None
    grade: str
    dimensions: tuple[tuple[str, float], ...]
    specificity: float | None
    priority: float | None
    errors: int
    warnings: int
    notes: int
    place: str


def score_rows(report: Report) -> Iterator[ScoreRow]:
    """Yield a row for every form, in print order."""
    for document in report.documents:
        for item in form_reports(document):
            if item.form is None:
                continue
            score = item.score
            yield ScoreRow(
                source=clean(document.extraction.document.name),
                form=item.form.index,
                unit=item.unit,
                project=item.project,
                amount=item.yuan,
                total=round(score.total, 1) if score is not None else None,
                grade=score.grade if score is not None else "",
                dimensions=tuple((name, round(points, 1)) for name, points in score.dimensions) if score else (),
                specificity=round(score.specificity, 1) if score and score.specificity is not None else None,
                priority=round(score.priority, 4) if score is not None else None,
                errors=item.count("error"),
                warnings=item.count("warning"),
                notes=item.count("note"),
                place=clean(place_text(item.form.at, item.form)),
            )

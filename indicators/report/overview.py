"""What a whole run amounts to: counts, grades, rules and documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from indicators.records import SEVERITIES, DocumentReport, Report
from indicators.report.places import clean

__all__ = ["GRADE_BANDS", "Overview", "overview"]

#: Grades with the points they stand for.
GRADE_BANDS = (("优", "90 分及以上"), ("良", "80—90 分"), ("中", "60—80 分"), ("差", "60 分以下"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Counts of a run.

    Parameters
    ----------
    counts
        ``(name, number)`` pairs.
    grades
        ``(grade, band, forms)`` for 优 良 中 差.
    rules
        ``(code, title, errors, warnings, notes, all)``, most frequent first.
    documents
        ``(file, forms, errors, warnings, notes, mean score)``.
    """

    counts: tuple[tuple[str, int], ...]
    grades: tuple[tuple[str, str, int], ...]
    rules: tuple[tuple[str, str, int, int, int, int], ...]
    documents: tuple[tuple[str, int, int, int, int, float | None], ...]


def overview(report: Report) -> Overview:
    """Count what a report holds."""
    severities = Counter(finding.severity for finding in report.findings)
    forms = sum(len(document.extraction) for document in report.documents)
    touched = sum(
        len({finding.form for finding in document.findings if finding.form is not None and finding.severity != "note"})
        for document in report.documents
    )
    filled = sum(
        not item.empty for document in report.documents for form in document.extraction for item in form.indicators
    )
    counts = (
        ("文件", len(report.documents)),
        ("绩效目标表", forms),
        ("有错误或警告的表", touched),
        ("指标（不含空行）", filled),
        ("错误", severities["error"]),
        ("警告", severities["warning"]),
        ("提示", severities["note"]),
        ("已接受", sum(len(document.accepted) for document in report.documents)),
    )
    grades = Counter(score.grade for document in report.documents for score in document.scores)
    return Overview(
        counts=counts,
        grades=tuple((grade, band, grades[grade]) for grade, band in GRADE_BANDS),
        rules=_rules(report),
        documents=tuple(_document(document) for document in report.documents),
    )


def _rules(report: Report) -> tuple[tuple[str, str, int, int, int, int], ...]:
    titles: dict[str, str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for finding in report.findings:
        titles.setdefault(finding.rule, clean(finding.title))
        counts[finding.rule, finding.severity] += 1
    rows = []
    for code, title in titles.items():
        by = [counts[code, severity] for severity in SEVERITIES]
        rows.append((code, title, by[0], by[1], by[2], sum(by)))
    return tuple(sorted(rows, key=lambda row: (-row[5], row[0])))


def _document(document: DocumentReport) -> tuple[str, int, int, int, int, float | None]:
    by = Counter(finding.severity for finding in document.findings)
    totals = [score.total for score in document.scores]
    mean = round(sum(totals) / len(totals), 1) if totals else None
    name = clean(document.extraction.document.name)
    return (name, len(document.extraction), by["error"], by["warning"], by["note"], mean)

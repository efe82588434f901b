"""Records as the dictionaries that other programs read: the contract of ``--format json``.

Names, types and meaning here are promises; keys may be added, never renamed. Texts leave through one door, which masks
personal numbers. Amounts are JSON numbers in the printed unit; ``None`` = cell empty or absent, 0 = printed 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from indicators.grouping import grouped
from indicators.records import (
    HORIZONS,
    SOURCES,
    BudgetLine,
    DateSpan,
    DocumentReport,
    Extraction,
    Field,
    Finding,
    Form,
    Indicator,
    Location,
    Note,
    Quantity,
    Report,
    Score,
    Specificity,
    Statement,
)
from indicators.text import clean, is_phone

__all__ = [
    "RECORDS_SCHEMA",
    "REPORT_SCHEMA",
    "VERSION",
    "document_dict",
    "extraction_dict",
    "finding_dict",
    "form_dict",
    "phone_kind",
    "records_dict",
    "report_dict",
    "score_dict",
]

RECORDS_SCHEMA = "indicators.records"
REPORT_SCHEMA = "indicators.report"
VERSION = 1
_LONG_TEXTS = ("overview", "basis", "necessity", "measures", "plan")
_MASKED_MOBILE = re.compile(r"1[3-9][0-9]\*{4}[0-9]{4}")


def records_dict(documents: Iterable[tuple[str, Extraction]], *, brief: bool = False) -> dict[str, Any]:
    """Return what ``indicators extract --format json`` prints.

    Parameters
    ----------
    documents
        ``(path, extraction)`` pairs; the path as the user named the file.
    brief
        Whether to leave out the long texts.
    """
    return {
        "schema": RECORDS_SCHEMA,
        "version": VERSION,
        "documents": [extraction_dict(item, path=path, brief=brief) for path, item in documents],
    }


def report_dict(report: Report, *, brief: bool = False) -> dict[str, Any]:
    """Return what ``indicators check --format json`` prints."""
    return {
        "schema": REPORT_SCHEMA,
        "version": VERSION,
        "tool_version": report.tool_version,
        "rules_version": report.rules_version,
        "model_version": report.model_version,
        "settings": clean(report.settings),
        "documents": [document_dict(item, brief=brief) for item in report.documents],
        "notices": [_note(item) for item in report.notices],
        "statistics": [
            {"rule": code, "findings": count, "seconds": round(seconds, 6)}
            for code, count, seconds in report.statistics
        ],
    }


def document_dict(document: DocumentReport, *, brief: bool = False) -> dict[str, Any]:
    """Return one checked document: its records, each indicator with its specificity, findings and scores."""
    data = extraction_dict(document.extraction, path=document.path, brief=brief)
    for form, levels in zip(data["forms"], document.specificity):
        for indicator, level in zip(form["indicators"], levels):
            indicator["specificity"] = _specificity(level) if level is not None else None
    numbers = {id(item): number for number, group in enumerate(grouped(document), start=1) for item in group.findings}
    data["findings"] = [{**finding_dict(item), "group": numbers[id(item)]} for item in document.findings]
    data["accepted"] = [finding_dict(item) for item in document.accepted]
    data["scores"] = [score_dict(item) for item in document.scores]
    return data


def extraction_dict(extraction: Extraction, *, path: str = "", brief: bool = False) -> dict[str, Any]:
    """Return what was read out of one document."""
    document = extraction.document
    return {
        "source": clean(document.name),
        "path": clean(path),
        "sha256": document.sha256,
        "media_type": document.media_type,
        "reader": document.reader,
        "pages": document.pages,
        "department": clean(extraction.department),
        "fiscal_year": extraction.fiscal_year,
        "forms": [form_dict(form, brief=brief) for form in extraction.forms],
        "budget_lines": [_budget_line(item) for item in extraction.budget_lines],
        "statements": [] if brief else [_statement(item) for item in extraction.statements],
        "problems": [_note(item) for item in dict.fromkeys((*document.problems, *extraction.problems))],
    }


def form_dict(form: Form, *, brief: bool = False) -> dict[str, Any]:
    """Return one form with the keys of the contract."""
    data: dict[str, Any] = {
        "form": form.index,
        "form_type": form.form_type,
        "title": clean(form.title),
        "year": form.year,
        **{path: clean(form.text(path)) for path in ("project_name", "department", "implementing_unit")},
        **{path: clean(form.text(path)) for path in ("project_attribute", "project_period")},
        "sides": list(form.sides),
        "fund_unit": clean(form.fund_unit),
        "funds": {horizon: _funds(form, horizon) for horizon in HORIZONS if _printed(form, horizon)},
    }
    if not brief:
        data |= {path: clean(form.text(path)) for path in _LONG_TEXTS}
        data["goal"] = {horizon: clean(form.text(f"goal.{horizon}")) for horizon in HORIZONS}
    data |= {
        "indicators": [_indicator(item) for item in form.indicators],
        "filled_on": clean(form.text("filled_on")),
        "contact_phone": phone_kind(form.field("contact_phone")),
        "location": _location(form.at),
        "confidence": round(form.confidence, 4),
        "reading": form.reading,
        "doubts": [_note(item) for item in form.doubts],
        "notes": [_note(item) for item in form.notes],
    }
    if form.overall:
        data["overall"] = {item.path: clean(item.text) for item in form.overall}
    return data


def phone_kind(item: Field | None) -> str | None:
    """Say whether a 联系电话 cell, masked or not, holds a ``mobile`` or a ``landline`` number."""
    if item is None or not item.text:
        return None
    if _MASKED_MOBILE.search(item.text):
        return "mobile"
    return "landline" if "*" in item.text else is_phone(item.text)


def finding_dict(finding: Finding) -> dict[str, Any]:
    """Return one finding with the keys of the contract."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "title": clean(finding.title),
        "form": finding.form,
        "indicator": finding.indicator,
        "subject": clean(finding.subject),
        "message": clean(finding.message),
        "fix": clean(finding.fix),
        "evidence": {name: clean(text) for name, text in finding.values},
        "location": _location(finding.at),
        "fingerprint": finding.fingerprint,
    }


def score_dict(score: Score) -> dict[str, Any]:
    """Return one score with the keys of the contract and every deduction."""
    return {
        "form": score.form,
        "total": round(score.total, 1),
        "grade": score.grade,
        "dimensions": {name: round(points, 1) for name, points in score.dimensions},
        "specificity": round(score.specificity, 1) if score.specificity is not None else None,
        "priority": round(score.priority, 4),
        "deductions": [
            {
                "rule": item.rule,
                "fingerprint": item.fingerprint,
                "dimension": item.dimension,
                "points": round(item.points, 2),
            }
            for item in score.deductions
        ],
    }


def _printed(form: Form, horizon: str) -> bool:
    return horizon in form.sides or any(line.horizon == horizon for line in form.funds)


def _funds(form: Form, horizon: str) -> dict[str, int | float | None]:
    further = dict.fromkeys(
        line.source for line in form.funds if line.horizon == horizon and line.source not in SOURCES
    )
    return {source: _number(form.amount(horizon, source)) for source in (*SOURCES, *further)}


def _indicator(item: Indicator) -> dict[str, Any]:
    data = {
        "horizon": item.horizon,
        "level1": clean(item.level1),
        "level2": clean(item.level2),
        "level3": clean(item.name),
        "value": clean(item.value),
        "quantity": _quantity(item.quantity) if item.quantity is not None else None,
        "dates": _dates(item.dates) if item.dates is not None else None,
        "location": _location(item.at),
        "confidence": round(item.confidence, 4),
    }
    if item.attributes:
        data["attributes"] = {name: clean(text) for name, text in item.attributes}
    return data


def _quantity(quantity: Quantity) -> dict[str, str | None]:
    return {
        "relation": quantity.relation,
        "number": _digits(quantity.number),
        "upper": _digits(quantity.upper) if quantity.upper is not None else None,
        "unit": clean(quantity.unit),
    }


def _dates(span: DateSpan) -> dict[str, str | None]:
    return {
        "start": span.start.isoformat() if span.start is not None else None,
        "end": span.end.isoformat() if span.end is not None else None,
        "precision": span.precision,
    }


def _specificity(level: Specificity) -> dict[str, Any]:
    return {
        "level": level.level,
        "score": round(level.score, 1),
        "probabilities": [round(chance, 4) for chance in level.probabilities],
        "reasons": list(level.reasons),
    }


def _budget_line(line: BudgetLine) -> dict[str, Any]:
    return {
        "unit": clean(line.unit),
        "project": clean(line.project),
        "amount": _number(line.amount),
        "amount_unit": line.amount_unit,
        "table": line.table,
        "location": _location(line.at),
    }


def _statement(item: Statement) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "text": clean(item.text),
        "figures": {name: _number(value) for name, value in item.figures},
        "location": _location(item.at),
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "code": note.code,
        "message": clean(note.message),
        "location": _location(note.at) if note.at is not None else None,
    }


def _location(at: Location) -> dict[str, Any]:
    data: dict[str, Any] = {"page": at.page, "line": at.line, "table": at.table, "row": at.row, "column": at.column}
    data["bbox"] = [round(edge, 2) for edge in at.bbox] if at.bbox is not None else None
    if at.sheet is not None:
        data["sheet"] = clean(at.sheet)
    return data


def _number(value: Decimal | None) -> int | float | None:
    """Return a JSON number; whole amounts stay whole, so that 2672300 does not become 2672300.0."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _digits(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

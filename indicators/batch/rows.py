"""A judged document as rows for the store."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from indicators.batch.placing import bare_department, region_of, sector_of
from indicators.records import DocumentReport, Form, Score
from indicators.report.places import unit_name
from indicators.serialize import document_dict
from indicators.store.likeness import bare, project_key, signature
from indicators.store.likeness import digest as text_digest
from indicators.store.rows import DocumentRows, storable
from indicators.text import clean

__all__ = ["canonical", "rows_of"]

#: A shorter goal says too little to have been copied.
_SHORTEST_GOAL = 20


def canonical(report: DocumentReport) -> bytes:
    """Return the report of one document as bytes that are the same for the same judgement."""
    text = json.dumps(document_dict(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def rows_of(
    report: DocumentReport, *, key: str, versions: str, digest: str, size: int, status: str = "ok", reason: str = ""
) -> DocumentRows:
    """Return the rows of one document.

    Parameters
    ----------
    report
        The judgement.
    key
        The document, as the store calls it.
    versions, digest
        Of what it was judged by and of its bytes.
    size
        Its bytes.
    status, reason
        ``ok``, or what went wrong, in words.
    """
    data = document_dict(report)
    packed = canonical(report)
    forms = report.extraction.forms
    department = _department(report)
    places = [_place(form, department) for form in forms]
    severities = Counter(item.severity for item in report.findings)
    document = {
        "document": key,
        "digest": digest,
        "versions": versions,
        "status": status,
        "reason": storable(clean(reason)),
        "name": storable(clean(report.extraction.document.name)),
        "media_type": report.extraction.document.media_type,
        "reader": report.extraction.document.reader,
        "pages": report.extraction.document.pages,
        "bytes": size,
        "department": storable(clean(department)),
        "fiscal_year": report.extraction.fiscal_year,
        "region": storable(region_of(department)),
        "sector": sector_of(department) if department else "",
        "forms": len(forms),
        "indicators": sum(not item.empty for form in forms for item in form.indicators),
        "errors": severities["error"],
        "warnings": severities["warning"],
        "notes": severities["note"],
        "report_sha256": hashlib.sha256(packed).hexdigest(),
        "report": zlib.compress(packed, 6),
    }
    return DocumentRows(
        document=document,
        forms=tuple(_form(form, item, place, report, key) for form, item, place in zip(forms, data["forms"], places)),
        indicators=tuple(
            _indicator(item, key, form["form"], number)
            for form in data["forms"]
            for number, item in enumerate(form["indicators"])
            if item["level3"] or item["value"]
        ),
        findings=tuple(_finding(item, key, number) for number, item in enumerate(data["findings"])),
        scores=tuple(_score(item, report, key) for item in report.scores),
        goals=tuple(row for form in forms if (row := _goal(form, key)) is not None),
    )


def _department(report: DocumentReport) -> str:
    """Return the department a document is filed under; a list of many departments' forms goes by the most frequent."""
    printed = Counter(name for form in report.extraction.forms if (name := form.text("department")))
    if printed:
        return bare_department(min(printed, key=lambda name: (-printed[name], name)))
    return bare_department(report.extraction.department)


def _place(form: Form, department: str) -> tuple[str, str, str]:
    own = bare_department(form.text("department")) or department
    return own, region_of(own) or region_of(department), sector_of(own) if own else ""


def _form(
    form: Form, data: Mapping[str, Any], place: tuple[str, str, str], report: DocumentReport, key: str
) -> dict[str, Any]:
    amount = form.yuan()
    return {
        "document": key,
        "form": form.index,
        "form_type": form.form_type,
        "title": storable(data["title"]),
        "year": form.year or report.extraction.fiscal_year,
        "department": storable(clean(place[0])),
        "unit": storable(data["implementing_unit"]),
        "project": storable(data["project_name"]),
        "project_key": storable(clean(project_key(form.project_name))),
        "region": storable(place[1]),
        "sector": place[2],
        "amount": float(amount) if amount is not None else None,
        "indicators": sum(not item.empty for item in form.indicators),
        "confidence": round(form.confidence, 4),
        "addressee": storable(unit_name(form, report.extraction.department)),
        "reading": getattr(form, "reading", "understood"),
    }


def _indicator(data: Mapping[str, Any], key: str, form: int, number: int) -> dict[str, Any]:
    level = data.get("specificity") or {}
    return {
        "document": key,
        "form": form,
        "number": number,
        "horizon": data["horizon"],
        "level1": data["level1"],
        "level2": data["level2"],
        "name": storable(data["level3"]),
        "value": storable(data["value"]),
        "level": level.get("level"),
        "score": level.get("score"),
    }


def _finding(data: Mapping[str, Any], key: str, number: int) -> dict[str, Any]:
    plain = ("rule", "severity", "form", "indicator", "fingerprint")
    words = ("subject", "title", "message")
    return {
        "document": key,
        "number": number,
        **{name: data[name] for name in plain},
        **{name: storable(data[name]) for name in words},
    }


def _score(score: Score, report: DocumentReport, key: str) -> dict[str, Any]:
    severities = Counter(item.severity for item in report.findings if item.form == score.form)
    dimensions = {name: round(points, 1) for name, points in score.dimensions}
    return {
        "document": key,
        "form": score.form,
        "total": score.total,
        "grade": score.grade,
        "dimensions": json.dumps(dimensions, ensure_ascii=False),
        "specificity": score.specificity,
        "priority": score.priority,
        "errors": severities["error"],
        "warnings": severities["warning"],
        "notes": severities["note"],
    }


def _goal(form: Form, key: str) -> dict[str, Any] | None:
    text = bare(clean(form.text("goal.annual") or form.text("goal.lifetime")))
    if len(text) < _SHORTEST_GOAL:
        return None
    return {
        "document": key, "form": form.index, "digest": text_digest(text), "text": storable(text),
        "signature": signature(text),
    }  # fmt: skip

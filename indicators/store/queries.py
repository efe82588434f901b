"""The questions people ask of a store, as rows of plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from sqlalchemy import Connection, and_, func, literal_column, select, true

from indicators.catalogue import builtin_rules
from indicators.store import schema
from indicators.store.schema_review import decisions, standings
from indicators.store.standing import joined

__all__ = ["GROUPS", "METRICS", "duplicates", "indicator_rows", "money_of", "outliers", "rank", "statuses", "summary"]

GROUPS = ("department", "rule", "sector", "year", "region")
#: What forms of a sector are compared by, with the word for it.
METRICS = {
    "amount": "年度资金（以 10 为底的对数）",
    "total": "参考分",
    "specificity": "具体性",
    "indicators": "指标条数",
    "findings": "错误与警告数",
}
#: A sector needs so many forms before one of them can stand out.
_LEAST = 8
#: Iglewicz and Hoaglin 1993: a modified z of more than 3.5 is an outlier.
FAR = 3.5


def rank(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield all current forms by priority, highest first; ties in the order of documents and forms."""
    forms, scores = schema.forms, schema.scores
    query = (
        select(
            scores.c.priority, forms.c.department, forms.c.unit, forms.c.project, forms.c.amount, scores.c.total,
            scores.c.grade, scores.c.errors, scores.c.warnings, scores.c.specificity, forms.c.document, forms.c.form,
            forms.c.year, forms.c.region, forms.c.sector, forms.c.form_type,
        )
        .select_from(forms.join(scores, _same_form(forms, scores)).join(standings, _same_form(forms, standings)))
        .where(standings.c.current == true())
        .order_by(scores.c.priority.desc(), forms.c.document, forms.c.form)
    )  # fmt: skip
    for row in connection.execution_options(yield_per=1000).execute(query):
        data = dict(row._mapping)
        data["path"] = data.pop("document")
        data["priority"] = round(data["priority"], 4)
        data["total"] = round(data["total"], 1)
        data["specificity"] = _rounded(data["specificity"])
        yield data


def _same_form(one: Any, other: Any) -> Any:
    return and_(one.c.document == other.c.document, one.c.form == other.c.form)


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def indicator_rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield the indicators of all forms, with what they can be added up by: project, unit, department, sector, year."""
    forms, indicators = schema.forms, schema.indicators
    query = (
        select(
            indicators.c.level2, indicators.c.name.label("level3"), indicators.c.value, forms.c.project, forms.c.unit,
            forms.c.department, forms.c.sector, forms.c.year,
        )
        .select_from(forms.join(indicators, _same_form(forms, indicators)))
        .order_by(indicators.c.document, indicators.c.form, indicators.c.number)
    )  # fmt: skip
    for row in connection.execution_options(yield_per=5000).execute(query):
        yield dict(row._mapping)


def statuses(connection: Connection) -> dict[str, int]:
    """Return the number of documents by status."""
    table = schema.documents
    query = select(table.c.status, func.count()).group_by(table.c.status).order_by(table.c.status)
    return {row[0]: row[1] for row in connection.execute(query)}


def summary(connection: Connection, by: str) -> list[dict[str, Any]]:
    """Return sums by group, the group with most errors first.

    Parameters
    ----------
    connection
        To the store.
    by
        One of ``GROUPS``.
    """
    return _by_rule(connection) if by == "rule" else _by_group(connection, by)


@dataclass(slots=True)
class _Sums:
    """Sums of a group, kept exactly: databases add floats in different orders."""

    documents: set[str] = field(default_factory=set)
    forms: int = 0
    amounts: list[tuple[str, str, float | None]] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0
    faulty: int = 0


def _by_group(connection: Connection, by: str) -> list[dict[str, Any]]:
    forms, scores = schema.forms, schema.scores
    columns = (scores.c[name] for name in ("total", "specificity", "errors", "warnings"))
    query = select(forms.c[by], forms.c.document, forms.c.form_type, forms.c.amount, *columns).select_from(
        forms.join(scores, _same_form(forms, scores))
    )
    groups: dict[Any, _Sums] = defaultdict(_Sums)
    found = connection.execution_options(yield_per=5000).execute(query)
    for group, document, kind, amount, total, level, errors, warnings in found:
        sums = groups[group]
        sums.documents.add(document)
        sums.forms += 1
        sums.totals.append(total)
        sums.amounts.append((document, kind, amount))
        sums.errors += errors
        sums.warnings += warnings
        sums.faulty += errors > 0
        if level is not None:
            sums.levels.append(level)
    rows = [{by: group, **_summed(sums)} for group, sums in groups.items()]
    return sorted(rows, key=lambda row: (-row["errors"], -row["warnings"], str(row[by])))


def _summed(sums: _Sums) -> dict[str, Any]:
    return {
        "documents": len(sums.documents),
        "forms": sums.forms,
        "amount": money_of(sums.amounts),
        "total": round(fsum(sums.totals) / sums.forms, 1),
        "specificity": round(fsum(sums.levels) / len(sums.levels), 1) if sums.levels else None,
        "errors": sums.errors,
        "warnings": sums.warnings,
        "faulty": sums.faulty,
        "share_faulty": round(sums.faulty / sums.forms, 4),
    }


def money_of(forms: Sequence[tuple[str, str, float | None]]) -> float:
    """Return the money of forms in 元; an overall form adds nothing to the projects of its own document.

    Parameters
    ----------
    forms
        ``(document, form type, amount)``.
    """
    split = {document for document, kind, amount in forms if kind != "overall" and amount}
    amounts = (amount or 0.0 for document, kind, amount in forms if kind != "overall" or document not in split)
    return round(fsum(amounts), 2)


def _by_rule(connection: Connection) -> list[dict[str, Any]]:
    findings = schema.findings
    form = findings.c.document + "#" + func.coalesce(findings.c.form, -1).cast(schema.WORDS)
    query = (
        select(
            findings.c.rule,
            func.min(findings.c.title).label("title"),
            findings.c.severity,
            func.count().label("findings"),
            func.count(findings.c.document.distinct()).label("documents"),
            func.count(form.distinct()).label("forms"),
            func.count(decisions.c.fingerprint).label("decided"),
        )
        .select_from(joined())
        .group_by(findings.c.rule, findings.c.severity)
        .order_by(literal_column("findings").desc(), findings.c.rule, findings.c.severity)
    )
    rows = [dict(row._mapping) for row in connection.execute(query)]
    cross = schema.cross_findings
    query = (
        select(
            cross.c.rule,
            func.count().label("findings"),
            func.count(cross.c.document.distinct()).label("documents"),
        )
        .group_by(cross.c.rule)
        .order_by(cross.c.rule)
    )
    for row in connection.execute(query):
        rule = builtin_rules().rules[row.rule]
        rows.append(
            {
                "rule": row.rule, "title": rule.title, "severity": rule.severity, "findings": row.findings,
                "documents": row.documents, "forms": row.findings, "decided": 0,
            }
        )  # fmt: skip
    return rows


def duplicates(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield what was found across documents, clusters together, the largest first."""
    cross, forms = schema.cross_findings, schema.forms
    query = (
        select(
            cross.c.rule, cross.c.cluster, cross.c.size, cross.c.departments, cross.c.likeness, forms.c.department,
            forms.c.unit, forms.c.project, forms.c.year, forms.c.amount, cross.c.message, cross.c.document,
            cross.c.form,
        )
        .select_from(cross.join(forms, _same_form(cross, forms)))
        .order_by(cross.c.rule, cross.c.size.desc(), cross.c.cluster, cross.c.document, cross.c.form)
    )  # fmt: skip
    for row in connection.execution_options(yield_per=1000).execute(query):
        data = dict(row._mapping)
        data["path"] = data.pop("document")
        yield data


def outliers(connection: Connection, *, far: float = FAR) -> list[dict[str, Any]]:
    """Return forms that stand far from those of their sector, farthest first.

    Parameters
    ----------
    connection
        To the store.
    far
        Least modified z: 0.6745 times the distance from the median in median absolute deviations.
    """
    import numpy as np

    forms, scores = schema.forms, schema.scores
    query = (
        select(
            forms.c.sector, forms.c.amount, scores.c.total, scores.c.specificity, forms.c.indicators,
            scores.c.errors + scores.c.warnings, forms.c.department, forms.c.unit, forms.c.project, forms.c.document,
            forms.c.form,
        )
        .select_from(forms.join(scores, _same_form(forms, scores)).join(standings, _same_form(forms, standings)))
        .where(standings.c.current == true())
        .order_by(forms.c.document, forms.c.form)
    )  # fmt: skip
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execution_options(yield_per=5000).execute(query):
        groups[row[0]].append(row)
    found = []
    for sector in sorted(groups):
        rows = groups[sector]
        table = np.array([row[1:6] for row in rows], dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            table[:, 0] = np.where(table[:, 0] > 0, np.log10(table[:, 0]), np.nan)
        for place, (metric, word) in enumerate(METRICS.items()):
            values = table[:, place]
            known = ~np.isnan(values)
            if known.sum() < _LEAST:
                continue
            middle, scale = _spread(values[known])
            z = (values - middle) / scale if scale else np.zeros(len(values))
            for at in np.flatnonzero(known & (np.abs(z) >= far)):
                found.append(_outlier(rows[at], metric, word, float(z[at]), float(values[at]), middle))
    return sorted(found, key=lambda row: (-abs(row["z"]), row["path"], row["form"], row["metric"]))


def _spread(values: Any) -> tuple[float, float]:
    """Return median and scale; where more than half are equal, the mean deviation stands in for the median one."""
    import numpy as np

    middle = float(np.median(values))
    deviations = np.abs(values - middle)
    scale = float(np.median(deviations)) / 0.6745
    return middle, scale or 1.2533 * float(deviations.mean())


def _outlier(row: Any, metric: str, word: str, z: float, value: float, middle: float) -> dict[str, Any]:
    usual = middle
    if metric == "amount":
        value, usual = row.amount, 10**middle
    return {
        "z": round(z, 2), "metric": metric, "measure": word, "value": round(value, 2), "median": round(usual, 2),
        "sector": row.sector, "department": row.department, "unit": row.unit, "project": row.project,
        "amount": row.amount, "path": row.document, "form": row.form,
    }  # fmt: skip

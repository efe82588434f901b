"""Pictures where people look rather than read, as marks for SVG drawn by the templates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select, true

from indicators.catalogue import builtin_rules
from indicators.store.listing import AMOUNTS
from indicators.store.schema import documents, findings
from indicators.store.schema_review import standings

__all__ = ["amounts_by_grade", "rules_by_year", "specificity_by_unit"]

_GRADES = ("优", "良", "中", "差")
_UNITS, _RULES = 20, 15
#: A unit of fewer forms is no unit of vague indicators but one vague form.
_LEAST_FORMS = 2


def amounts_by_grade(connection: Connection) -> dict[str, Any]:
    """Return how many forms each grade has in each band of money, with links to exactly those."""
    band = case(*((standings.c.amount < low, place) for place, (_, _, low) in enumerate(AMOUNTS[1:])),
                else_=len(AMOUNTS) - 1)  # fmt: skip
    query = (
        select(
            standings.c.grade, band.label("band"), func.count().label("forms"),
            func.sum(standings.c.amount).label("amount"),
        )
        .where(standings.c.amount > 0, standings.c.current == true())
        .group_by(standings.c.grade, band)
    )  # fmt: skip
    cells: dict[tuple[str, int], int] = {}
    money: dict[str, float] = {}
    for row in connection.execute(query):
        cells[row.grade, row.band] = row.forms
        money[row.grade] = money.get(row.grade, 0.0) + row.amount
    most = max(cells.values(), default=1)
    rows = [
        {
            "grade": grade,
            "amount": money.get(grade, 0.0),
            "cells": [
                {"band": name, "forms": number, "radius": round(4 + 22 * (number / most) ** 0.5, 1) if number else 0}
                for name, number in ((band[0], cells.get((grade, place), 0)) for place, band in enumerate(AMOUNTS))
            ],
        }
        for grade in _GRADES
    ]
    return {"bands": [words for _, words, _ in AMOUNTS], "rows": rows, "empty": not cells}


def specificity_by_unit(connection: Connection) -> list[dict[str, Any]]:
    """Return the units whose indicators are vaguest, of those with at least two forms."""
    mean = func.avg(standings.c.specificity)
    query = (
        select(standings.c.addressee.label("unit"), mean.label("mean"), func.count().label("forms"))
        .where(standings.c.specificity.is_not(None), standings.c.current == true())
        .group_by(standings.c.addressee)
        .having(func.count() >= _LEAST_FORMS)
        .order_by(mean, standings.c.addressee)
        .limit(_UNITS)
    )
    return [{**row._mapping, "mean": round(row.mean, 1)} for row in connection.execute(query)]


def rules_by_year(connection: Connection) -> dict[str, Any]:
    """Return the most frequent rules with their findings by year."""
    by_file = (
        select(findings.c.rule, findings.c.document, func.count().label("times"))
        .where(findings.c.severity != "note")
        .group_by(findings.c.rule, findings.c.document)
        .subquery()
    )
    query = (
        select(by_file.c.rule, documents.c.fiscal_year, func.sum(by_file.c.times).label("times"))
        .select_from(by_file.join(documents, documents.c.document == by_file.c.document))
        .group_by(by_file.c.rule, documents.c.fiscal_year)
    )
    counts: dict[str, dict[int, int]] = {}
    for row in connection.execute(query):
        counts.setdefault(row.rule, {})[row.fiscal_year or 0] = int(row.times)
    order = sorted(counts, key=lambda code: (-sum(counts[code].values()), code))[:_RULES]
    years = sorted({year for code in order for year in counts[code]})[-4:]
    most = max((times for code in order for times in counts[code].values()), default=1)
    rules = builtin_rules().rules
    rows = [
        {
            "rule": code,
            "title": rules[code].title if code in rules else code,
            "bars": [
                {
                    "year": year,
                    "times": counts[code].get(year, 0),
                    "width": round(300 * counts[code].get(year, 0) / most, 1),
                }
                for year in years
            ],
        }
        for code in order
    ]
    return {"years": years, "rows": rows}

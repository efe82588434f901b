"""What was found across documents, a cluster at a time with the texts that are alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, true

from indicators.catalogue import builtin_rules
from indicators.store.cross import TEMPLATE
from indicators.store.schema import cross_findings, forms, goals
from indicators.store.schema_review import standings

__all__ = ["clusters"]

_PAGE = 20
_SHOWN = 6


def clusters(connection: Connection, *, page: int = 1) -> tuple[list[dict[str, Any]], bool]:
    """Return a page of clusters, the largest first, each with the goals of its first members; and if more follow.

    A form that was corrected since no longer counts; a cluster of which less than two departments are left is out.
    """
    cross = cross_findings
    left = func.count(forms.c.department.distinct())
    # A template has one row, for the department as a whole.
    size = case((cross.c.rule == TEMPLATE, func.max(cross.c.size)), else_=func.count())
    query = (
        select(cross.c.rule, cross.c.cluster, size.label("size"), left.label("departments"))
        .select_from(_current())
        .where(standings.c.current == true())
        .group_by(cross.c.rule, cross.c.cluster)
        .having(or_(cross.c.rule == TEMPLATE, left > 1))
        .order_by(size.desc(), cross.c.rule, cross.c.cluster)
        .limit(_PAGE + 1)
        .offset((page - 1) * _PAGE)
    )
    found = [dict(row._mapping) for row in connection.execute(query)]
    rules = builtin_rules().rules
    for item in found[:_PAGE]:
        item["title"] = rules[item["rule"]].title if item["rule"] in rules else item["rule"]
        item["members"] = _members(connection, item["rule"], item["cluster"])
    return found[:_PAGE], len(found) > _PAGE


def _current() -> Any:
    cross = cross_findings
    same = and_(forms.c.document == cross.c.document, forms.c.form == cross.c.form)
    stands = and_(standings.c.document == cross.c.document, standings.c.form == cross.c.form)
    return cross.join(forms, same).join(standings, stands)


def _members(connection: Connection, rule: str, cluster: str) -> list[dict[str, Any]]:
    cross = cross_findings
    goal = and_(goals.c.document == cross.c.document, goals.c.form == cross.c.form)
    query = (
        select(
            cross.c.document, cross.c.form, cross.c.message, cross.c.likeness, forms.c.addressee.label("unit"),
            forms.c.department, forms.c.project, forms.c.amount, func.coalesce(goals.c.text, "").label("goal"),
        )
        .select_from(_current().outerjoin(goals, goal))
        .where(cross.c.rule == rule, cross.c.cluster == cluster, standings.c.current == true())
        .order_by(cross.c.document, cross.c.form)
        .limit(_SHOWN)
    )  # fmt: skip
    return [dict(row._mapping) for row in connection.execute(query)]

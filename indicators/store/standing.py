"""How far each form is decided: the thread of a finding, and the rows the list is counted and sorted by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, delete, exists, func, insert, or_, select
from sqlalchemy.sql import ColumnElement

from indicators.store.schema import WORDS, findings, forms, scores
from indicators.store.schema_review import decisions, lineage, standings

__all__ = ["COUNTED", "akin", "alone", "joined", "parts_of", "restate", "thread_of"]

#: The column that counts a decision.
COUNTED = {"return": "returned", "keep": "kept", "wrong": "wrong", "later": "later"}
_TOGETHER = 400
#: Any number: whoever changes what people decided holds this lock of PostgreSQL.
_LOCK = 20150721


def alone(connection: Connection) -> None:
    """Wait until nobody else changes the review, and keep others out until the transaction ends.

    Two people may decide on one finding in the same second: what each reads before changing it must still hold when
    it is written.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    elif not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def thread_of() -> ColumnElement[str]:
    """Return the SQL of a finding's thread; needs ``findings`` joined with ``lineage`` (see :func:`joined`)."""
    return func.coalesce(lineage.c.thread, findings.c.document + "#" + func.coalesce(findings.c.form, -1).cast(WORDS))


def joined() -> Any:
    """Return ``findings`` with the lineage of their forms and the decisions on them."""
    form = func.coalesce(findings.c.form, -1)
    own = and_(lineage.c.document == findings.c.document, lineage.c.form == form)
    made = and_(decisions.c.thread == thread_of(), decisions.c.fingerprint == findings.c.fingerprint)
    return findings.outerjoin(lineage, own).outerjoin(decisions, made)


def parts_of(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Yield items in parts that fit into one statement."""
    return (items[start : start + _TOGETHER] for start in range(0, len(items), _TOGETHER))


def akin(connection: Connection, documents: Collection[str]) -> set[str]:
    """Return some documents and all earlier and later versions of their forms."""
    found = set(documents)
    for part in parts_of(sorted(documents)):
        near = or_(lineage.c.document.in_(part), lineage.c.previous_document.in_(part))
        query = select(lineage.c.document, lineage.c.previous_document)
        for row in connection.execute(query.where(lineage.c.thread.in_(select(lineage.c.thread).where(near)))):
            found |= {row.document, row.previous_document}
    return found - {""}


def restate(connection: Connection, documents: Collection[str]) -> None:
    """Bring ``standings`` up to date for some documents and for the other versions of their forms."""
    for part in parts_of(sorted(akin(connection, documents))):
        connection.execute(delete(standings).where(standings.c.document.in_(part)))
        connection.execute(insert(standings).from_select([column.name for column in standings.c], _stated(part)))


def _stated(documents: Sequence[str]) -> Any:
    """Return the query of the rows of some documents, its columns in the order of the table."""
    counts = (
        select(
            findings.c.document,
            findings.c.form,
            *(func.sum(case((decisions.c.decision == code, 1), else_=0)).label(name) for code, name in COUNTED.items()),
        )
        .select_from(joined())
        .where(
            findings.c.document.in_(documents), findings.c.severity != "note", findings.c.form.is_not(None),
            decisions.c.decision.is_not(None),
        )
        .group_by(findings.c.document, findings.c.form)
        .subquery()
    )  # fmt: skip
    corrected = select(lineage.c.document).where(
        lineage.c.previous_document == forms.c.document, lineage.c.previous_form == forms.c.form
    )
    decided = [func.coalesce(counts.c[name], 0) for name in COUNTED.values()]
    # A form that was not understood has no score, and is in the list all the same: a person must read it.
    errors, warnings = (func.coalesce(scores.c[f"{word}s"], _number_of(word)) for word in ("error", "warning"))
    left = errors + warnings - sum(decided[1:], decided[0])
    values = {
        **{name: forms.c[name] for name in (
            "document", "form", "addressee", "department", "sector", "project", "year", "amount", "reading",
        )},
        "grade": func.coalesce(scores.c.grade, ""),
        **{name: func.coalesce(scores.c[name], 0.0) for name in ("total", "priority")},
        "specificity": scores.c.specificity,
        "errors": errors,
        "warnings": warnings,
        **dict(zip(COUNTED.values(), decided)),
        "current": ~exists(corrected),
        "open": case((left > 0, left), else_=0),
    }  # fmt: skip
    same = and_(scores.c.document == forms.c.document, scores.c.form == forms.c.form)
    made = and_(counts.c.document == forms.c.document, counts.c.form == forms.c.form)
    return (
        select(*(values[column.name].label(column.name) for column in standings.c))
        .select_from(forms.outerjoin(scores, same).outerjoin(counts, made))
        .where(forms.c.document.in_(documents))
    )


def _number_of(severity: str) -> Any:
    own = (findings.c.document == forms.c.document, findings.c.form == forms.c.form)
    return select(func.count()).where(*own, findings.c.severity == severity).scalar_subquery()

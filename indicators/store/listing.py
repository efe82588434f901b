"""The list of forms as a person works through it: filtered, sorted and paged by the database."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, FromClause, Select, and_, exists, func, or_, select

from indicators.store.decisions import joined
from indicators.store.schema import cross_findings, documents, findings, forms, scores
from indicators.store.schema_review import decisions, lineage, progress

__all__ = [
    "PAGE", "SORTS", "Filters", "by_shares", "count", "facets", "listed", "same_rule", "same_text", "sampled", "totals",
    "unit_forms", "unit_sums",
]  # fmt: skip

Row = TypeVar("Row")

#: Forms a page.
PAGE = 50
SORTS = {
    "priority": "优先程度",
    "amount": "金额",
    "total": "参考分",
    "findings": "问题数",
    "unit": "单位",
}
_MOST_CHOICES = 300
_AMOUNTS = {"lt10": (None, 100_000.0), "10-100": (100_000.0, 1_000_000.0), "100-1000": (1_000_000.0, 10_000_000.0),
            "gt1000": (10_000_000.0, None)}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list shows; ``""`` = no limit. It is what stands in the address of the page.

    Parameters
    ----------
    amount
        A band in 元: ``lt10``, ``10-100``, ``100-1000``, ``gt1000`` (in 万元).
    decision
        A decision at least one finding has, ``open`` = something undecided, ``done`` = nothing undecided.
    cross
        A rule found across documents.
    """

    q: str = ""
    unit: str = ""
    department: str = ""
    sector: str = ""
    year: str = ""
    rule: str = ""
    grade: str = ""
    amount: str = ""
    decision: str = ""
    reading: str = ""
    cross: str = ""
    document: str = ""
    sort: str = "priority"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """Return the filters an address names; unknown names and sorts are passed over."""
        known = {item.name for item in fields(cls)}
        values = {name: value.strip()[:200] for name, value in query.items() if name in known and value.strip()}
        made = cls(**values)
        return made if made.sort in SORTS else replace(made, sort="priority")

    def query(self) -> dict[str, str]:
        """Return what belongs into an address."""
        return {name: value for name, value in asdict(self).items() if value and (name, value) != ("sort", "priority")}


def _joined() -> FromClause:
    same = and_(scores.c.document == forms.c.document, scores.c.form == forms.c.form)
    made = and_(progress.c.document == forms.c.document, progress.c.form == forms.c.form)
    return forms.join(scores, same).outerjoin(progress, made)


def _decided() -> Any:
    parts = (progress.c.returned, progress.c.kept, progress.c.wrong, progress.c.later)
    return sum((func.coalesce(part, 0) for part in parts[1:]), func.coalesce(parts[0], 0))


def _where(filters: Filters) -> list[Any]:
    corrected = select(lineage.c.document).where(
        lineage.c.previous_document == forms.c.document, lineage.c.previous_form == forms.c.form
    )
    where: list[Any] = [] if filters.document else [~exists(corrected)]
    if filters.unit:
        where.append(forms.c.addressee == filters.unit)
    for name in ("department", "sector", "reading", "document"):
        if value := getattr(filters, name):
            where.append(forms.c[name] == value)
    if filters.year.isdigit():
        where.append(forms.c.year == int(filters.year))
    if filters.grade:
        where.append(scores.c.grade == filters.grade)
    if filters.amount in _AMOUNTS:
        low, high = _AMOUNTS[filters.amount]
        where += [forms.c.amount >= low] if low is not None else []
        where += [forms.c.amount < high] if high is not None else []
    if filters.q:
        text = f"%{filters.q.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        where.append(or_(*(forms.c[name].like(text, escape="!") for name in ("project", "addressee", "department"))))
    if filters.rule:
        named = select(findings.c.form).where(
            findings.c.document == forms.c.document, findings.c.form == forms.c.form, findings.c.rule == filters.rule
        )
        where.append(exists(named))
    if filters.cross:
        named = select(cross_findings.c.form).where(
            cross_findings.c.document == forms.c.document, cross_findings.c.form == forms.c.form,
            cross_findings.c.rule == filters.cross,
        )  # fmt: skip
        where.append(exists(named))
    return [*where, *_decision(filters.decision)]


def _decision(wanted: str) -> list[Any]:
    columns = {"return": "returned", "keep": "kept", "wrong": "wrong", "later": "later"}
    due = scores.c.errors + scores.c.warnings
    if wanted == "open":
        return [due > _decided()]
    if wanted == "done":
        return [due > 0, due <= _decided()]
    return [func.coalesce(progress.c[columns[wanted]], 0) > 0] if wanted in columns else []


def _order(sort: str) -> list[Any]:
    ways: dict[str, list[Any]] = {
        "priority": [scores.c.priority.desc()],
        "amount": [func.coalesce(forms.c.amount, -1).desc()],
        "total": [scores.c.total],
        "findings": [scores.c.errors.desc(), scores.c.warnings.desc()],
        "unit": [forms.c.addressee, scores.c.priority.desc()],
    }
    return [*ways[sort], forms.c.document, forms.c.form]


def _rows() -> Select[Any]:
    return select(
        forms.c.document, forms.c.form, forms.c.addressee.label("unit"), forms.c.department, forms.c.sector,
        forms.c.year, forms.c.project,
        forms.c.amount, forms.c.indicators, forms.c.confidence, forms.c.reading, scores.c.total, scores.c.grade,
        scores.c.priority, scores.c.specificity, scores.c.errors, scores.c.warnings, scores.c.notes,
        progress.c.returned, progress.c.kept, progress.c.wrong, progress.c.later,
        documents.c.name.label("file"), forms.c.form_type,
    ).select_from(_joined().join(documents, documents.c.document == forms.c.document))  # fmt: skip


def listed(connection: Connection, filters: Filters, *, page: int = 1, size: int = PAGE) -> list[dict[str, Any]]:
    """Return one page of the list, pages from 1."""
    # The page is chosen by keys alone: sorting whole rows of a hundred thousand forms would cost seconds.
    keys = (
        select(forms.c.document, forms.c.form)
        .select_from(_joined())
        .where(*_where(filters))
        .order_by(*_order(filters.sort))
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    chosen = [(row.document, row.form) for row in connection.execute(keys)]
    return _whole(connection, chosen)


def _whole(connection: Connection, chosen: list[tuple[str, int]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for start in range(0, len(chosen), 200):
        part = chosen[start : start + 200]
        wanted = or_(*(and_(forms.c.document == one, forms.c.form == two) for one, two in part))
        for row in connection.execute(_rows().where(wanted)):
            data = dict(row._mapping)
            for name in ("returned", "kept", "wrong", "later"):
                data[name] = data[name] or 0
            done = data["returned"] + data["kept"] + data["wrong"] + data["later"]
            data["open"] = max(0, data["errors"] + data["warnings"] - done)
            found[row.document, row.form] = data
    return [found[key] for key in chosen if key in found]


def count(connection: Connection, filters: Filters) -> int:
    """Return how many forms the list has."""
    query = select(func.count()).select_from(_joined()).where(*_where(filters))
    return int(connection.execute(query).scalar() or 0)


def totals(connection: Connection) -> dict[str, int]:
    """Return how much there is and how much of it is decided: forms, findings, decided, returned, faulty, unread."""
    due = scores.c.errors + scores.c.warnings
    sums = {
        "forms": func.count(),
        "due": func.coalesce(func.sum(due), 0),
        "decided": func.coalesce(func.sum(_decided()), 0),
        "returned": func.coalesce(func.sum(progress.c.returned), 0),
        "open_forms": func.count().filter(due > _decided()),
        "unread": func.count().filter(forms.c.reading == "not understood"),
    }
    query = (
        select(*(value.label(name) for name, value in sums.items())).select_from(_joined()).where(*_where(Filters()))
    )
    return {name: int(value or 0) for name, value in connection.execute(query).one()._mapping.items()}


def unit_sums(connection: Connection, *, limit: int = 30, offset: int = 0) -> list[dict[str, Any]]:
    """Return the units, those with most left to decide first."""
    due = func.sum(scores.c.errors + scores.c.warnings)
    done = func.coalesce(func.sum(_decided()), 0)
    left = due - done
    query = (
        select(
            forms.c.addressee.label("unit"), func.count().label("forms"), due.label("due"), done.label("decided"),
            func.coalesce(func.sum(progress.c.returned), 0).label("returned"),
            func.sum(scores.c.errors).label("errors"),
            func.coalesce(func.sum(forms.c.amount), 0).label("amount"),
        )
        .select_from(_joined())
        .where(*_where(Filters()))
        .group_by(forms.c.addressee)
        .order_by(left.desc(), forms.c.addressee)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [dict(row._mapping) for row in connection.execute(query)]


def facets(connection: Connection) -> dict[str, list[str]]:
    """Return what can be chosen in each filter, at most some hundreds a filter."""
    found: dict[str, list[str]] = {}
    for name, column in (("unit", forms.c.addressee), ("sector", forms.c.sector), ("year", forms.c.year)):
        query = select(column).distinct().order_by(column).limit(_MOST_CHOICES)
        found[name] = [str(value) for value in connection.execute(query).scalars() if value not in (None, "")]
    found["rule"] = list(connection.execute(select(findings.c.rule).distinct().order_by(findings.c.rule)).scalars())
    found["cross"] = list(connection.execute(select(cross_findings.c.rule).distinct()).scalars())
    return found


def sampled(connection: Connection, filters: Filters, *, way: str, size: int, seed: int = 1) -> list[dict[str, Any]]:
    """Draw forms from the list.

    Parameters
    ----------
    way
        ``top``: the first by priority. ``units``: as many from each unit as its share, at least one as far as the
        sample goes, by priority. ``random``: each with the same chance; the same seed draws the same forms.
    size
        How many.
    """
    filters = replace(filters, sort="priority")
    keys = select(forms.c.document, forms.c.form, forms.c.addressee).select_from(_joined()).where(*_where(filters))
    rows = [tuple(row) for row in connection.execute(keys.order_by(*_order("priority")))]
    if way == "random":
        chosen = random.Random(seed).sample(sorted(rows), min(size, len(rows)))  # nosec B311 - no secret
    elif way == "units":
        chosen = list(by_shares(rows, size, key=lambda row: str(row[2])))
    else:
        chosen = rows[:size]
    return _whole(connection, [(row[0], row[1]) for row in chosen])


def by_shares(rows: Sequence[Row], size: int, *, key: Callable[[Row], str]) -> Iterator[Row]:
    """Yield rows in proportion to their groups (largest remainders), those of a group in their order.

    Parameters
    ----------
    size
        How many in all.
    key
        The group of a row.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    size = min(size, len(rows))
    shares = {unit: size * len(members) / len(rows) for unit, members in groups.items()}
    taken = {unit: min(len(groups[unit]), max(1, int(share))) for unit, share in shares.items()}
    order = sorted(groups, key=lambda unit: (-(shares[unit] - int(shares[unit])), unit))
    for unit in order * (size + 1):
        if sum(taken.values()) == size:
            break
        if sum(taken.values()) < size and taken[unit] < len(groups[unit]):
            taken[unit] += 1
        elif sum(taken.values()) > size and taken[unit] > (1 if size >= len(groups) else 0):
            taken[unit] -= 1
    for unit in sorted(groups):
        yield from groups[unit][: taken[unit]]


def same_text(connection: Connection, document: str, fingerprint: str, *, limit: int = 500) -> list[tuple[str, str]]:
    """Return the findings of the same rule with the same message anywhere, as places; the one asked about included."""
    asked = select(findings.c.rule, findings.c.message).where(
        findings.c.document == document, findings.c.fingerprint == fingerprint
    )
    one = connection.execute(asked).first()
    if one is None:
        return []
    query = (
        select(findings.c.document, findings.c.fingerprint)
        .where(findings.c.rule == one.rule, findings.c.message == one.message)
        .limit(limit)
    )
    return [(row.document, row.fingerprint) for row in connection.execute(query)]


def same_rule(connection: Connection, rule: str, unit: str, *, limit: int = 2000) -> list[tuple[str, str]]:
    """Return the findings of one rule in one unit that nobody has decided, as places."""
    own = and_(forms.c.document == findings.c.document, forms.c.form == findings.c.form)
    query = (
        select(findings.c.document, findings.c.fingerprint)
        .select_from(joined().join(forms, own))
        .where(findings.c.rule == rule, forms.c.addressee == unit, decisions.c.decision.is_(None))
        .limit(limit)
    )
    return [(row.document, row.fingerprint) for row in connection.execute(query)]


def unit_forms(connection: Connection, unit: str = "") -> dict[str, set[int]]:
    """Return the current forms of a unit, or of all, by document."""
    query = select(forms.c.document, forms.c.form).select_from(_joined()).where(*_where(Filters(unit=unit)))
    found: dict[str, set[int]] = {}
    for row in connection.execute(query.order_by(forms.c.document, forms.c.form)):
        found.setdefault(row.document, set()).add(row.form)
    return found

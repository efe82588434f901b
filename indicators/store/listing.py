"""The list of forms as a person works through it: filtered, sorted and paged by the database."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, Select, and_, case, exists, func, or_, select, true

from indicators.store.decisions import Place
from indicators.store.schema import cross_findings, documents, findings, forms
from indicators.store.schema_review import decisions, standings
from indicators.store.standing import COUNTED, joined

__all__ = [
    "AMOUNTS", "PAGE", "SORTS", "Filters", "count", "facets", "listed", "same_rule", "same_text", "sampled", "totals",
    "unit_forms", "unit_sums",
]  # fmt: skip

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
#: Bands of money: their name in the address, what people call them, and where they begin, in 元.
AMOUNTS = (
    ("lt1", "1 万元以下", 0.0), ("1-10", "1—10 万元", 1e4), ("10-100", "10—100 万元", 1e5),
    ("100-1000", "100—1000 万元", 1e6), ("1000-10000", "1000 万—1 亿元", 1e7), ("gt10000", "1 亿元以上", 1e8),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list shows; ``""`` = no limit. It is what stands in the address of the page.

    Parameters
    ----------
    amount
        A band of ``AMOUNTS``.
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


def _where(filters: Filters) -> list[Any]:
    # A form that was corrected is out of the list; its file still shows it.
    where: list[Any] = [] if filters.document else [standings.c.current == true()]
    if filters.unit:
        where.append(standings.c.addressee == filters.unit)
    for name in ("department", "sector", "reading", "document", "grade"):
        if value := getattr(filters, name):
            where.append(standings.c[name] == value)
    if filters.year.isdigit():
        where.append(standings.c.year == int(filters.year))
    for place, (name, _, low) in enumerate(AMOUNTS):
        if name == filters.amount:
            where.append(standings.c.amount >= low)
            where += [standings.c.amount < high for _, _, high in AMOUNTS[place + 1 : place + 2]]
    if filters.q:
        text = f"%{filters.q.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        named = (standings.c[name].like(text, escape="!") for name in ("project", "addressee", "department"))
        where.append(or_(*named))
    for table, rule in ((findings, filters.rule), (cross_findings, filters.cross)):
        if rule:
            own = and_(table.c.document == standings.c.document, table.c.form == standings.c.form)
            where.append(exists(select(table.c.form).where(own, table.c.rule == rule)))
    return [*where, *_decision(filters.decision)]


def _decision(wanted: str) -> list[Any]:
    if wanted == "open":
        return [standings.c.open > 0]
    if wanted == "done":
        return [standings.c.errors + standings.c.warnings > 0, standings.c.open == 0]
    return [standings.c[COUNTED[wanted]] > 0] if wanted in COUNTED else []


def _order(sort: str) -> list[Any]:
    ways: dict[str, list[Any]] = {
        "priority": [standings.c.priority.desc()],
        "amount": [func.coalesce(standings.c.amount, -1).desc()],
        "total": [standings.c.total],
        "findings": [standings.c.errors.desc(), standings.c.warnings.desc()],
        "unit": [standings.c.addressee, standings.c.priority.desc()],
    }
    return [*ways[sort], standings.c.document, standings.c.form]


def _rows() -> Select[Any]:
    same = and_(forms.c.document == standings.c.document, forms.c.form == standings.c.form)
    whole = standings.join(forms, same).join(documents, documents.c.document == forms.c.document)
    own = (column for column in standings.c if column.name not in ("addressee", "current"))
    return select(
        *own, standings.c.addressee.label("unit"), forms.c.indicators, forms.c.confidence, forms.c.form_type,
        documents.c.name.label("file"),
    ).select_from(whole)  # fmt: skip


def listed(connection: Connection, filters: Filters, *, page: int = 1, size: int = PAGE) -> list[dict[str, Any]]:
    """Return one page of the list, pages from 1."""
    # The page is chosen by keys alone: sorting whole rows of a hundred thousand forms would cost seconds.
    keys = (
        select(standings.c.document, standings.c.form)
        .where(*_where(filters))
        .order_by(*_order(filters.sort))
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return _whole(connection, [(row.document, row.form) for row in connection.execute(keys)])


def _whole(connection: Connection, chosen: list[tuple[str, int]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for start in range(0, len(chosen), 200):
        part = chosen[start : start + 200]
        wanted = or_(*(and_(standings.c.document == one, standings.c.form == two) for one, two in part))
        for row in connection.execute(_rows().where(wanted)):
            found[row.document, row.form] = dict(row._mapping)
    return [found[key] for key in chosen if key in found]


def count(connection: Connection, filters: Filters) -> int:
    """Return how many forms the list has."""
    query = select(func.count()).select_from(standings).where(*_where(filters))
    return int(connection.execute(query).scalar() or 0)


def unit_sums(connection: Connection) -> list[dict[str, Any]]:
    """Return what each unit has, those with most left to decide first.

    Returns
    -------
    list
        ``unit``, ``forms``, ``due`` (errors and warnings), ``open`` of them, ``decided``, ``returned``, ``errors``,
        ``amount``, ``open_forms`` and ``unread`` forms.
    """
    own = standings.c
    sums = {
        "forms": func.count(),
        "due": func.sum(own.errors + own.warnings),
        "open": func.sum(own.open),
        "returned": func.sum(own.returned),
        "errors": func.sum(own.errors),
        "amount": func.coalesce(func.sum(own.amount), 0),
        "open_forms": func.sum(case((own.open > 0, 1), else_=0)),
        "unread": func.sum(case((own.reading == "not understood", 1), else_=0)),
    }
    query = (
        select(own.addressee.label("unit"), *(value.label(name) for name, value in sums.items()))
        .where(own.current == true())
        .group_by(own.addressee)
    )
    rows = [dict(row._mapping) for row in connection.execute(query)]
    for row in rows:
        row["decided"] = row["due"] - row["open"]
    return sorted(rows, key=lambda row: (-row["open"], row["unit"]))


def totals(units: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the sums of all units: forms, due, open, decided, returned, open_forms, unread."""
    names = ("forms", "due", "open", "decided", "returned", "open_forms", "unread")
    rows = list(units)
    return {name: sum(row[name] for row in rows) for name in names}


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
    keys = select(standings.c.document, standings.c.form, standings.c.addressee).where(*_where(filters))
    rows = [tuple(row) for row in connection.execute(keys.order_by(*_order("priority")))]
    if way == "random":
        chosen = random.Random(seed).sample(sorted(rows), min(size, len(rows)))  # nosec B311 - no secret
    elif way == "units":
        chosen = list(_by_units(rows, size))
    else:
        chosen = rows[:size]
    return _whole(connection, [(row[0], row[1]) for row in chosen])


def _by_units(rows: list[tuple[Any, ...]], size: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows in proportion to their units (largest remainders), those of a unit in their order."""
    groups: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        groups[row[2]].append(row)
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


def same_text(connection: Connection, place: Place) -> list[Place]:
    """Return the current findings of the same rule with the same message that nobody has decided, as places."""
    one = _asked(connection, place)
    if one is None:
        return []
    return _undecided(connection, findings.c.rule == one.rule, findings.c.message == one.message)


def same_rule(connection: Connection, place: Place) -> list[Place]:
    """Return the current findings of the same rule in the same unit that nobody has decided, as places."""
    one = _asked(connection, place)
    if one is None:
        return []
    return _undecided(connection, findings.c.rule == one.rule, standings.c.addressee == one.addressee)


def _asked(connection: Connection, place: Place) -> Any:
    own = and_(standings.c.document == findings.c.document, standings.c.form == findings.c.form)
    query = select(findings.c.rule, findings.c.message, standings.c.addressee).select_from(
        findings.join(standings, own)
    )
    return connection.execute(query.where(findings.c.document == place[0], findings.c.fingerprint == place[1])).first()


def _undecided(connection: Connection, *where: Any) -> list[Place]:
    own = and_(standings.c.document == findings.c.document, standings.c.form == findings.c.form)
    query = (
        select(findings.c.document, findings.c.fingerprint)
        .select_from(joined().join(standings, own))
        .where(*where, standings.c.current == true(), decisions.c.decision.is_(None))
        .order_by(findings.c.document, findings.c.number)
    )
    return [(row.document, row.fingerprint) for row in connection.execute(query)]


def unit_forms(connection: Connection, unit: str = "") -> dict[str, set[int]]:
    """Return the current forms of a unit, or of all, by document."""
    query = select(standings.c.document, standings.c.form).where(*_where(Filters(unit=unit)))
    found: dict[str, set[int]] = {}
    for row in connection.execute(query.order_by(standings.c.document, standings.c.form)):
        found.setdefault(row.document, set()).add(row.form)
    return found

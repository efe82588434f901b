"""What only shows across documents: copied goals, one project in two departments, a bureau's template.

All of it is a function of the lasting rows, so a resumed batch and an uninterrupted one find the same. Exact likenesses
are kept by pairs of texts: the next refresh compares only texts that are new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select

from indicators.catalogue import builtin_rules
from indicators.store import schema
from indicators.store.likeness import candidates, likeness
from indicators.store.store import Store
from indicators.wording import fill

__all__ = ["COPIED", "DOUBLE", "TEMPLATE", "refresh"]

#: Goals at least so alike were copied (Jaccard index of four-character pieces).
ALIKE = 0.8
#: From so many forms of different projects on, an identical indicator is a template.
TEMPLATE_FORMS = 3
#: A department whose indicators are templates to this share is named.
TEMPLATE_SHARE = 0.5
#: Smaller departments have too few indicators to speak of a share.
TEMPLATE_LEAST = 20
#: A project name in more departments is a kind of expense (办公经费), not a project.
MOST_DEPARTMENTS = 3
#: Shorter names (业务费) are kinds of expense as well.
SHORTEST_PROJECT = 5

#: Goals copied between departments; one project in two departments; a template across a bureau.
COPIED, DOUBLE, TEMPLATE = "D201", "D202", "D203"


@dataclass(frozen=True, slots=True, kw_only=True)
class _FormFacts:
    """What the cross rules ask of a form."""

    document: str
    form: int
    department: str
    region: str
    year: int | None
    project: str
    project_key: str
    amount: float | None
    goal: str

    @property
    def place(self) -> str:
        """The department, told apart from one of the same name elsewhere."""
        return self.department if self.department.startswith(self.region) else f"{self.region}{self.department}"


def refresh(store: Store) -> Counter[str]:
    """Find everything anew that shows only across documents, and return how many findings each rule has."""
    with store.engine.connect() as connection:
        forms = list(_forms(connection))
        templates = list(_templates(connection))
    pairs = _likenesses(store)
    clusters = _clusters(pairs, {form.goal for form in forms if form.goal})
    rows = [*_copied(forms, clusters, pairs), *_double(forms, clusters), *templates]
    rows.sort(key=lambda row: (row["rule"], row["document"], row["form"]))
    store.replace_all(schema.cross_findings, rows)
    return Counter(row["rule"] for row in rows)


def _forms(connection: Connection) -> Iterator[_FormFacts]:
    forms, goals = schema.forms, schema.goals
    join = forms.outerjoin(goals, and_(forms.c.document == goals.c.document, forms.c.form == goals.c.form))
    columns = (forms.c[name] for name in ("document", "form", "department", "region", "year", "project", "project_key"))
    query = (
        select(*columns, forms.c.amount, func.coalesce(goals.c.digest, "").label("goal"))
        .select_from(join)
        .where(forms.c.form_type == "project")
        .order_by(forms.c.document, forms.c.form)
    )
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield _FormFacts(**row._mapping)


def _likenesses(store: Store) -> dict[tuple[str, str], float]:
    """Bring the table of likenesses up to date and return those of copies."""
    goals, table = schema.goals, schema.likenesses
    with store.engine.connect() as connection:
        query = select(goals.c.digest, goals.c.signature).distinct().order_by(goals.c.digest)
        digests: list[str] = []
        signatures = bytearray()
        for digest, signature in connection.execution_options(yield_per=5000).execute(query):
            digests.append(digest)
            signatures += bytes(signature)
        wanted = {(digests[one], digests[other]) for one, other in candidates(bytes(signatures))}
        known = {
            (row.one, row.other): row.likeness
            for row in connection.execution_options(yield_per=5000).execute(select(table))
        }
        missing = sorted(wanted - known.keys())
        new = dict(zip(missing, _compare(connection, missing)))
    gone = [{"one": one, "other": other} for one, other in sorted(known.keys() - wanted)]
    added = [{"one": one, "other": other, "likeness": value} for (one, other), value in new.items()]
    if gone or added:
        store.amend(table, gone, added)
    return {pair: value for pair, value in {**known, **new}.items() if pair in wanted and value >= ALIKE}


def _compare(connection: Connection, pairs: list[tuple[str, str]]) -> Iterator[float]:
    goals = schema.goals
    for start in range(0, len(pairs), 200):
        part = pairs[start : start + 200]
        names = sorted({digest for pair in part for digest in pair})
        query = select(goals.c.digest, func.min(goals.c.text)).where(goals.c.digest.in_(names)).group_by(goals.c.digest)
        texts = {row[0]: row[1] for row in connection.execute(query)}
        for one, other in part:
            yield round(likeness(texts[one], texts[other]), 4)


def _clusters(pairs: Iterable[tuple[str, str]], goals: Iterable[str]) -> dict[str, str]:
    """Return for each goal the smallest goal it is joined to by copies."""
    root = {goal: goal for goal in goals}

    def find(goal: str) -> str:
        while root[goal] != goal:
            root[goal] = root[root[goal]]
            goal = root[goal]
        return goal

    for one, other in pairs:
        if one in root and other in root:
            first, second = sorted((find(one), find(other)))
            root[second] = first
    return {goal: find(goal) for goal in root}


def _copied(
    forms: list[_FormFacts], clusters: Mapping[str, str], pairs: Mapping[tuple[str, str], float]
) -> Iterator[dict[str, Any]]:
    groups: dict[str, list[_FormFacts]] = defaultdict(list)
    for form in forms:
        if form.goal:
            groups[clusters[form.goal]].append(form)
    best: dict[str, float] = {}
    for (one, other), value in pairs.items():
        best[one], best[other] = max(value, best.get(one, 0.0)), max(value, best.get(other, 0.0))
    for cluster, members in groups.items():
        places = {member.place for member in members}
        if len(places) < 2:
            continue
        first = members[0]
        second = next(item for item in members if item.place != first.place)
        same = Counter(member.goal for member in members)
        for member in members:
            elsewhere = second if member.place == first.place else first
            value = 1.0 if same[member.goal] > 1 else best.get(member.goal, 1.0)
            message = _message(
                COPIED, place=elsewhere.place, project=elsewhere.project, alike=_alike(value), departments=len(places),
                forms=len(members),
            )  # fmt: skip
            yield _row(COPIED, member, cluster, len(members), len(places), value, message)


def _message(rule: str, **values: object) -> str:
    return fill(builtin_rules().rules[rule].message, values)


def _alike(value: float) -> str:
    return "完全相同" if value == 1 else f"等雷同（{value * 100:.0f}%）"


def _double(forms: list[_FormFacts], clusters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield forms of one name and year in two or three departments, with the same amount or the same goal."""
    groups: dict[tuple[str, int | None], list[_FormFacts]] = defaultdict(list)
    for form in forms:
        if len(form.project_key) >= SHORTEST_PROJECT:
            groups[form.project_key, form.year].append(form)
    for (key, year), members in groups.items():
        places = {member.place for member in members}
        if not 2 <= len(places) <= MOST_DEPARTMENTS:
            continue
        for member in members:
            others = [item for item in members if item.place != member.place and _same(member, item, clusters)]
            if others:
                other = others[0]
                message = _message(DOUBLE, project=member.project, place=other.place, likeness=_sameness(member, other))
                yield _row(DOUBLE, member, f"{key} {year or ''}".strip(), len(members), len(places), 1.0, message)


def _same(one: _FormFacts, other: _FormFacts, clusters: Mapping[str, str]) -> bool:
    if one.amount and one.amount == other.amount:
        return True
    return bool(one.goal and other.goal) and clusters[one.goal] == clusters[other.goal]


def _sameness(one: _FormFacts, other: _FormFacts) -> str:
    return "资金也相同" if one.amount and one.amount == other.amount else "绩效目标雷同"


def _templates(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield a finding for the first form of each department and year that fills its forms from a template."""
    totals: Counter[tuple[str, str, int | None]] = Counter()
    shared: Counter[tuple[str, str, int | None]] = Counter()
    items: Counter[tuple[str, str, int | None]] = Counter()
    first: dict[tuple[str, str, int | None], tuple[str, int]] = {}
    query = _shared_indicators()
    for row in connection.execution_options(yield_per=2000).execute(query):
        place = (row.region, row.department, row.year)
        totals[place] += row.times
        first[place] = min(first.get(place, (row.document, row.form)), (row.document, row.form))
        if row.projects >= TEMPLATE_FORMS:
            shared[place] += row.times
            items[place] += 1
    for place in sorted(shared, key=str):
        share = round(shared[place] / totals[place], 4)
        if share < TEMPLATE_SHARE or totals[place] < TEMPLATE_LEAST:
            continue
        region, department, year = place
        document, form = first[place]
        message = _message(
            TEMPLATE, department=f"{department}{f' {year} 年' if year else ''}", total=totals[place],
            share=f"{share * 100:.0f}%", least=TEMPLATE_FORMS, kinds=items[place],
        )  # fmt: skip
        yield {
            "rule": TEMPLATE,
            "document": document,
            "form": form,
            "cluster": f"{region} {department} {year or ''}".strip(),
            "size": totals[place],
            "departments": 1,
            "likeness": share,
            "message": message,
        }


def _shared_indicators() -> Any:
    """Return the query of each indicator of a department and year: how often it stands there, in how many projects."""
    forms, indicators = schema.forms, schema.indicators
    place = (forms.c.region, forms.c.department, forms.c.year)
    horizons = (
        select(indicators.c.document, indicators.c.form, func.min(indicators.c.horizon).label("horizon"))
        .group_by(indicators.c.document, indicators.c.form)
        .subquery()
    )
    # ``annual`` sorts before ``lifetime``: one side of each form is counted, the year's where it is printed.
    join = indicators.join(
        horizons,
        and_(
            indicators.c.document == horizons.c.document,
            indicators.c.form == horizons.c.form,
            indicators.c.horizon == horizons.c.horizon,
        ),
    ).join(forms, and_(indicators.c.document == forms.c.document, indicators.c.form == forms.c.form))
    return (
        select(
            *place,
            func.count().label("times"),
            func.count(forms.c.project_key.distinct()).label("projects"),
            func.min(indicators.c.document).label("document"),
            func.min(forms.c.form).label("form"),
        )
        .select_from(join)
        .where(forms.c.form_type == "project", forms.c.department != "")
        .group_by(*place, indicators.c.name, indicators.c.value)
    )


def _row(
    rule: str, form: _FormFacts, cluster: str, size: int, departments: int, value: float, message: str
) -> dict[str, Any]:
    return {
        "rule": rule, "document": form.document, "form": form.form, "cluster": cluster, "size": size,
        "departments": departments, "likeness": round(value, 4), "message": message,
    }  # fmt: skip

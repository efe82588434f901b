"""The auditor's pages: the list of forms, samples, likenesses across files, pictures, history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from indicators.catalogue import builtin_rules
from indicators.errors import ConfigError
from indicators.review import charts as drawn
from indicators.review.pages import page_number
from indicators.review.presenting import why_here
from indicators.review.showing import show
from indicators.store import queries, schema
from indicators.store.alike import clusters
from indicators.store.decisions import DECISIONS, latest
from indicators.store.listing import AMOUNTS, PAGE, SORTS, Filters, count, facets, listed, sampled

if TYPE_CHECKING:
    from indicators.review.guards import Call

__all__ = ["alike", "charts", "forms", "history", "sample"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STATES = {"open": "有未处理", "done": "已处理完", **DECISIONS}
_READINGS = {"understood": "已识别", "doubtful": "有疑问", "not understood": "待人工识别"}
_WAYS = ("top", "units", "random")
_MOST_SAMPLE = 5000
_MOST_OUTLIERS = 100
_STEPS = 100


def forms(call: Call) -> Response:
    """Return one page of the list of forms."""
    filters, page = Filters.of(call.query), page_number(call.query.get("page"), 1)
    with call.store.engine.connect() as connection:
        rows = listed(connection, filters, page=page)
        found = count(connection, filters)
        choices = _once(call, connection, "facets", facets)
    rules = builtin_rules().rules
    names = {
        code: f"{code} {rules[code].title}" if code in rules else code for code in (*choices["rule"], *choices["cross"])
    }
    for row in rows:
        row["why"] = why_here(row)
    return show(
        call, "list.html", rows=rows, found=found, page=page, pages=max(1, -(-found // PAGE)), filters=filters,
        query=filters.query(), choices=choices, rule_names=names, sorts=SORTS, states=_STATES,
        amounts={name: words for name, words, _ in AMOUNTS},
        readings=_READINGS, first=(page - 1) * PAGE + 1,
        list_query={f"l.{name}": value for name, value in filters.query().items()},
    )  # fmt: skip


def sample(call: Call) -> Response:
    """Return a sample of the list as a worksheet."""
    from indicators.report.worksheet import write_worksheet

    way, size = call.query.get("way", "top"), min(page_number(call.query.get("size"), 1), _MOST_SAMPLE)
    seed = page_number(call.query.get("seed"), 0)
    if way not in _WAYS:
        raise ConfigError(f"没有抽样办法“{way}”")
    filters = Filters.of(call.query)
    with call.store.engine.connect() as connection:
        rows = sampled(connection, filters, way=way, size=size, seed=seed)
        population = count(connection, filters)
    for row in rows:
        row["why"] = why_here(row)
    words = {"top": "按优先程度取前列", "units": "按单位分层，各层按优先程度", "random": f"随机（种子 {seed}）"}
    data = write_worksheet(rows, how=f"{words[way]}，{population} 张中取 {len(rows)} 张", places=_places(call, rows))
    headers = {"content-disposition": "attachment; filename*=UTF-8''%E6%8A%BD%E6%A0%B7%E5%BA%95%E7%A8%BF.xlsx"}
    return Response(data, media_type=_XLSX, headers=headers)


def _places(call: Call, rows: list[dict[str, object]]) -> dict[tuple[str, int], int | None]:
    """Return the page each form begins on; one report is read a document."""
    found: dict[tuple[str, int], int | None] = {}
    for document in dict.fromkeys(str(row["document"]) for row in rows):
        report = call.store.report(document) or {}
        for form in report.get("forms", ()):
            found[document, form["form"]] = form["location"]["page"]
    return found


def alike(call: Call) -> Response:
    """Return copied goals, doubled projects and templates with the texts beside each other; and what stands far out."""
    kind, page = call.query.get("kind", "copies"), page_number(call.query.get("page"), 1)
    with call.store.engine.connect() as connection:
        if kind == "outliers":
            far = _once(call, connection, "outliers", _far_forms)
            return show(call, "alike.html", kind=kind, clusters=(), outliers=far, page=1, more=False)
        found, more = clusters(connection, page=page)
    return show(call, "alike.html", kind="copies", clusters=found, outliers=(), page=page, more=more)


def _far_forms(connection: Connection) -> list[dict[str, Any]]:
    """Return the forms that stand out, farthest first, each once with all in which it does."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in queries.outliers(connection):
        key = (row["path"], row["form"])
        if key in found or len(found) < _MOST_OUTLIERS:
            found.setdefault(key, {**row, "ways": []})["ways"].append(row)
    return list(found.values())


_kept: dict[str, tuple[tuple[Any, ...], Any]] = {}


def _once(call: Call, connection: Connection, name: str, work: Callable[[Connection], Any]) -> Any:
    """Return what takes all forms to say, worked out anew only when the page or a batch changed a document."""
    count_ = select(func.count()).select_from(schema.documents)
    runs = select(func.max(schema.runs.c.started), func.max(schema.runs.c.finished))
    files, (started, finished) = connection.execute(count_).scalar(), connection.execute(runs).one()
    stamp = (str(connection.engine.url), call.office.folder, call.office.intake.step, files, started, finished)
    if name not in _kept or _kept[name][0] != stamp:
        _kept[name] = (stamp, work(connection))
    return _kept[name][1]


def charts(call: Call) -> Response:
    """Return the pictures."""
    with call.store.engine.connect() as connection:
        rules = _once(call, connection, "rules", drawn.rules_by_year)
        grades, units = drawn.amounts_by_grade(connection), drawn.specificity_by_unit(connection)
    return show(call, "charts.html", grades=grades, units=units, rules=rules)


def history(call: Call) -> Response:
    """Return the changes of decisions, the newest first."""
    document, before = call.query.get("d", ""), page_number(call.query.get("before"), 0)
    with call.store.engine.connect() as connection:
        steps = latest(connection, document=document, before=before, limit=_STEPS + 1)
    more = steps[_STEPS - 1]["number"] if len(steps) > _STEPS else 0
    return show(
        call, "history.html", steps=steps[:_STEPS], names=DECISIONS, document=document, before=before, more=more
    )

"""The clerk's pages: the desk, a project beside its original, settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, case, func, or_, select
from starlette.responses import JSONResponse, PlainTextResponse, Response

from indicators.errors import IndicatorsError
from indicators.report.places import form_name, money_text
from indicators.review.presenting import (
    Card,
    cards_of,
    document_of,
    form_of,
    marked_tables,
    own_findings,
    page_marks,
    task_of,
    unit_of,
)
from indicators.review.presenting import (
    suggestions as suggested,
)
from indicators.review.showing import show
from indicators.review.viewing import View
from indicators.store.decisions import DECISIONS
from indicators.store.listing import Filters, listed, same_rule, same_text, totals, unit_sums
from indicators.store.people import setting
from indicators.store.schema_review import lineage, submissions
from indicators.store.submissions import DOCUMENT, replies

if TYPE_CHECKING:
    from indicators.records import DocumentReport, Finding
    from indicators.review.guards import Call

__all__ = [
    "LETTER_SETTINGS", "alike", "file_list", "finding", "form", "form_page", "home", "page_number", "picture",
    "settings", "stands", "suggestions",
]  # fmt: skip

_FILES, _ALL_FILES = 12, 150
_UNITS = 30
_DISTRUSTED = or_(*(submissions.c.trust.contains(f'"verdict": "{verdict}"') for verdict in ("look", "bad")))
#: What a letter says besides its findings.
LETTER_SETTINGS = {"bureau": "", "contact": "", "phone": "", "deadline": "", "date": ""}


def home(call: Call) -> Response:
    """Return the desk: what is left to do, by unit; files and how far they can be trusted."""
    page = page_number(call.query.get("page"), 1)
    with call.store.engine.connect() as connection:
        units = unit_sums(connection)
        received, more_files = _files(connection, everything=call.query.get("files") == "all")
        sent = replies(connection)
        doubts = _doubts(connection, sent)
        following = listed(connection, Filters(decision="open"), size=1)
    start = (page - 1) * _UNITS
    return show(
        call, "home.html", totals=totals(units), units=units[start : start + _UNITS], page=page,
        more=len(units) > start + _UNITS, files=received,
        sent={row["unit"]: row for row in sent},
        doubts=doubts, more_files=more_files,
        following=following[0] if following else None, waiting=call.office.intake.open,
    )  # fmt: skip


def file_list(call: Call) -> Response:
    """Return the list of files alone, for a page that watches it."""
    with call.store.engine.connect() as connection:
        received, more = _files(connection, everything=False)
    return show(call, "_files.html", files=received, more_files=more, waiting=call.office.intake.open)


def _files(connection: Connection, *, everything: bool) -> tuple[list[dict[str, Any]], int]:
    """Return the files to show, those that wait or cannot be trusted first, and how many are left out."""
    order = case((submissions.c.state == "waiting", 0), (_DISTRUSTED, 1), else_=2)
    most = _ALL_FILES if everything else _FILES
    query = select(submissions).order_by(order, submissions.c.received.desc(), submissions.c.document).limit(most)
    rows = [dict(row._mapping) for row in connection.execute(query)]
    for row in rows:
        row["trust"] = json.loads(row["trust"])
    count = connection.execute(select(func.count()).select_from(submissions)).scalar() or 0
    return rows, count - len(rows)


def _doubts(connection: Connection, sent: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return what else a person should look at: files badly read, pairs in doubt, units that are overdue."""
    files = connection.execute(select(func.count()).select_from(submissions).where(_DISTRUSTED)).scalar()
    pairs = connection.execute(select(func.count()).select_from(lineage).where(lineage.c.chosen == "alike")).scalar()
    today = date.today().isoformat()
    late = sum(not row["returned"] and bool(row["deadline"]) and row["deadline"] < today for row in sent)
    return {"files": files or 0, "pairs": pairs or 0, "late": late}


def page_number(text: str | None, least: int) -> int:
    """Return a number of an address, at least ``least``."""
    return max(least, int(text)) if text and text.lstrip("-").isdigit() and len(text) < 9 else least


def form(call: Call) -> Response:
    """Return a project: its original beside the findings on it."""
    document, number = call.query.get("d", ""), page_number(call.query.get("f"), DOCUMENT)
    report = document_of(call.store, document)
    if report is None or (number != DOCUMENT and form_of(report, number) is None):
        return show(call, "gone.html", status=404)
    return form_page(call, report, number)


def form_page(call: Call, report: DocumentReport, number: int) -> Response:
    """Return the page of a form."""
    cards = cards_of(call.store, report, number)
    view, found = _view(call, report.path), _findings(call, report, number, cards)
    numbers = [DOCUMENT, *(item.index for item in report.extraction.forms)]
    form_ = form_of(report, number)
    score = next((item for item in report.scores if item.form == number), None)
    names = [(item.index, form_name(item)) for item in report.extraction.forms]
    place = numbers.index(number)
    filters = Filters.of({key[2:]: value for key, value in call.query.items() if key.startswith("l.")})
    with call.store.engine.connect() as connection:
        ahead = listed(connection, Filters.of({**filters.query(), "decision": "open"}), size=2)
    following = next((row for row in ahead if (row["document"], row["form"]) != (report.path, number)), None)
    return show(
        call, "form.html", document=report.path, number=number, report=report, form=form_, cards=cards,
        unit=unit_of(report, form_), title=form_name(form_) if form_ else "整份材料", money=money_text(form_),
        score=score, names=names, view=view, decisions=DECISIONS, tables=marked_tables(view, number, found),
        pages=page_marks(view, report, number, found), before=numbers[place - 1] if place else None,
        after=numbers[place + 1] if place + 1 < len(numbers) else None, following=following,
        list_query={f"l.{name}": value for name, value in filters.query().items()},
        unread=getattr(form_, "reading", "understood") == "not understood", sums=_sums(cards),
    )  # fmt: skip


def _sums(cards: list[Card]) -> dict[str, int]:
    due = [card for card in cards if card.severity != "note" and not card.own]
    return {"due": len(due), "open": sum(not card.decision for card in due)}


def _view(call: Call, document: str) -> View:
    with call.store.engine.connect() as connection:
        found = task_of(connection, document)
    if found is None:
        return View(error="库中没有这份文件")
    return call.office.viewer.view(found[0], found[1])


def _findings(call: Call, report: DocumentReport, number: int, cards: list[Card]) -> dict[int, Finding]:
    with call.store.engine.connect() as connection:
        own = own_findings(connection, report.path, number)
    known = {item.fingerprint: item for item in (*report.findings, *(finding for finding, _ in own))}
    return {card.number: known[card.fingerprint] for card in cards if card.fingerprint in known}


def picture(call: Call) -> Response:
    """Return a page of an original as PNG."""
    document, page = call.query.get("d", ""), page_number(call.query.get("p"), 1)
    with call.store.engine.connect() as connection:
        found = task_of(connection, document)
    if found is None:
        return PlainTextResponse("库中没有这份文件。", 404)
    try:
        view = call.office.viewer.view(found[0], found[1])
        data = call.office.viewer.picture(found[0], view, page)
    except IndicatorsError as error:
        return PlainTextResponse(str(error), 404)
    return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=600"})


def finding(call: Call) -> Response:
    """Return one finding alone, as it stands now."""
    report = document_of(call.store, call.query.get("d", ""))
    number = page_number(call.query.get("f"), DOCUMENT)
    cards = cards_of(call.store, report, number) if report is not None else []
    card = next((item for item in cards if item.fingerprint == call.query.get("x")), None)
    if card is None or report is None:
        return PlainTextResponse("没有这条问题。", 404)
    values: dict[str, Any] = {"document": report.path, "number": number, "decisions": DECISIONS, "sums": _sums(cards)}
    return show(call, "_finding.html", card=card, oob=True, **values)


def stands(call: Call) -> Response:
    """Return how each finding of a form stands, for a page that is open while somebody else decides."""
    report = document_of(call.store, call.query.get("d", ""))
    number = page_number(call.query.get("f"), DOCUMENT)
    cards = cards_of(call.store, report, number) if report is not None else []
    return JSONResponse({card.fingerprint: card.stand for card in cards})


def alike(call: Call) -> Response:
    """Return how many findings nobody decided are of the same rule in the unit, and how many have the same text."""
    place = (call.query.get("d", ""), call.query.get("x", ""))
    with call.store.engine.connect() as connection:
        ways = {"rule": same_rule(connection, place), "text": same_text(connection, place)}
    counts = {way: (len(found), len({one[0] for one in found})) for way, found in ways.items()}
    return show(call, "_alike.html", rule=call.query.get("rule", ""), counts=counts)


def suggestions(call: Call) -> Response:
    """Return specific wordings for the indicator of a finding."""
    report = document_of(call.store, call.query.get("d", ""))
    number, index = page_number(call.query.get("f"), 0), page_number(call.query.get("i"), 0)
    form_ = form_of(report, number) if report is not None else None
    found: tuple[Any, ...] = ()
    if form_ is not None and index < len(form_.indicators):
        item = form_.indicators[index]
        found = suggested(item.level2, item.name, form_.project_name)
    return show(call, "_suggestions.html", found=found)


def settings(call: Call) -> Response:
    """Return the settings of letters."""
    with call.store.engine.connect() as connection:
        values = {**LETTER_SETTINGS, **setting(connection, "letter", {})}
    return show(call, "settings.html", values=values, saved="saved" in call.query)

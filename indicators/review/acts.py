"""What people do: files in, decisions, remarks, pairs, settings. Every answer comes after the commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, update
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from indicators.errors import ConfigError, IndicatorsError
from indicators.review import pages
from indicators.review.importing import decisions_of_workbook, import_decisions
from indicators.review.presenting import cards_of, document_of
from indicators.review.showing import link, show
from indicators.store import listing
from indicators.store.decisions import DECISIONS, Decision, now
from indicators.store.decisions import decide as put
from indicators.store.decisions import undo as take_back
from indicators.store.people import put_setting
from indicators.store.schema import documents, forms
from indicators.store.schema_review import lineage, remarks
from indicators.store.submissions import DOCUMENT, forget, unlink
from indicators.store.submissions import link as join

if TYPE_CHECKING:
    from indicators.review.guards import Call

__all__ = [
    "decide", "decide_many", "forget_file", "pair", "remark", "remark_state", "save_settings", "undo", "upload",
]  # fmt: skip


def upload(call: Call) -> Response:
    """Keep a file and have it judged; a workbook of ours with decisions in it is read as decisions instead."""
    file = call.form.get("file") if call.form is not None else None
    if not isinstance(file, UploadFile):
        return JSONResponse({"error": "没有收到文件"}, 400)
    name = file.filename or ""
    try:
        if name.lower().endswith(".xlsx"):
            rows = decisions_of_workbook(call.office.viewer, file.file.read(), name)
            file.file.seek(0)
            if rows is not None:
                outcome = import_decisions(call.store, rows, author=call.person.name)
                return JSONResponse({"decisions": outcome.words(), "unmatched": outcome.unmatched[:50]})
        found = call.office.intake.keep(file.file, name, call.person.name)
    except IndicatorsError as error:
        return JSONResponse({"error": str(error)}, 422)
    return JSONResponse({"documents": len(found)})


def forget_file(call: Call) -> Response:
    """Remove a file from the list with all that was found in it."""
    document = call.value("d", 1000)
    call.store.change(lambda connection: forget(connection, document))
    return RedirectResponse("/", 303)


def decide(call: Call) -> Response:
    """Decide on one finding, or change its note or wording; answers with the finding as it stands then."""
    document, fingerprint = call.value("d", 1000), call.value("x", 80)
    given = call.value("decision", 20)
    if given and given not in DECISIONS:
        raise ConfigError(f"没有处理意见“{given}”")
    edited = "note" in call.form or "wording" in call.form

    def change(before: Decision | None) -> Decision | None:
        code = given or (before.decision if before is not None else "")
        if not code or (given == "" and not edited):
            return None
        made = before if before is not None else Decision(decision=code)
        made = replace(made, decision=code)
        if edited:
            made = replace(made, note=call.value("note", 1000), wording=call.value("wording", 2000))
        return made if before is None or _said(made) != _said(before) else before

    _, changed = call.store.change(
        lambda connection: put(connection, [(document, fingerprint)], author=call.person.name, change=change)
    )
    report = document_of(call.store, document)
    number = pages.page_number(call.value("f", 9), DOCUMENT)
    cards = cards_of(call.store, report, number) if report is not None else []
    card = next((item for item in cards if item.fingerprint == fingerprint), None)
    if card is None:
        return PlainTextResponse("这条问题已不在，请刷新页面。", 409)
    return show(
        call, "_finding.html", card=card, document=document, number=number, decisions=DECISIONS, oob=True,
        sums=pages._sums(cards), headers={"x-changed": str(changed)},
    )  # fmt: skip


def _said(made: Decision) -> tuple[str, str, str]:
    return made.decision, made.note, made.wording


def decide_many(call: Call) -> Response:
    """Decide on what nobody decided of a rule in a unit, or with the same text; undone in one step."""
    document, fingerprint, given = call.value("d", 1000), call.value("x", 80), call.value("decision", 20)
    if given not in DECISIONS:
        raise ConfigError(f"没有处理意见“{given}”")

    def work(connection: Connection) -> None:
        chosen = listing.same_text if call.value("scope") == "text" else listing.same_rule
        places = chosen(connection, (document, fingerprint))
        put(connection, places, author=call.person.name, change=lambda _: Decision(decision=given))

    call.store.change(work)
    return Response(headers={"hx-refresh": "true"})


def undo(call: Call) -> Response:
    """Take the last action of this person back and show what it concerned."""
    touched = call.store.change(lambda connection: take_back(connection, author=call.person.name))
    if not touched:
        return Response(status_code=204)
    document, number = touched[0]
    here = (call.value("d", 1000), call.value("f", 9))
    if len(touched) >= 1 and here in {(one, str(two)) for one, two in touched}:
        return Response(headers={"hx-refresh": "true"})
    return Response(headers={"hx-redirect": link("/form", d=document, f=number)})


def remark(call: Call) -> Response:
    """Add the clerk's own finding to a form or one of its cells."""
    document, number = call.value("d", 1000), pages.page_number(call.value("f", 9), DOCUMENT)
    message = call.value("message", 1000)
    if not message:
        raise ConfigError("请写明意见", remedy="说明什么问题、怎样改")
    place = _place(call.value("place", 60))
    with call.store.engine.connect() as connection:
        where = (lineage.c.document == document) & (lineage.c.form == number)
        thread = connection.execute(select(lineage.c.thread).where(where)).scalar() or f"{document}#{number}"
        known = connection.execute(select(documents.c.document).where(documents.c.document == document)).first()
    if known is None:
        return PlainTextResponse("没有这份文件。", 404)
    row = {
        "remark": uuid4().hex[:12], "thread": thread, "document": document, "form": number, "place": json.dumps(place),
        "subject": call.value("subject", 200), "message": message, "fix": call.value("fix", 1000),
        "author": call.person.name, "at": now(), "state": "open",
    }  # fmt: skip
    call.store.change(lambda connection: connection.execute(insert(remarks), [row]))
    return RedirectResponse(link("/form", d=document, f=number), 303)


def _place(text: str) -> dict[str, int]:
    parts = text.split(",")
    if len(parts) == 3 and all(part.isdigit() and len(part) < 7 for part in parts):
        return dict(zip(("table", "row", "column"), map(int, parts)))
    return {}


def remark_state(call: Call) -> Response:
    """Note that a remark was followed, reopen it, or remove it."""
    key = call.value("x", 80).removeprefix("own-")
    state = call.value("state", 10)
    where = remarks.c.remark == key
    if state == "gone":
        call.store.change(lambda connection: connection.execute(delete(remarks).where(where)))
    elif state in ("open", "fixed"):
        call.store.change(lambda connection: connection.execute(update(remarks).where(where).values(state=state)))
    return Response(headers={"hx-refresh": "true"})


def pair(call: Call) -> Response:
    """Note by hand which earlier form a form corrects, or that it corrects none."""
    document, number = call.value("d", 1000), pages.page_number(call.value("f", 9), DOCUMENT)
    chosen = call.value("previous", 1200)
    previous, _, form = chosen.rpartition("#")

    def change(connection: Any) -> bool:
        if not chosen:
            unlink(connection, document, number)
            return True
        if not form.isdigit() or len(form) > 6 or previous == document:
            return False
        query = select(func.count()).select_from(forms).where(forms.c.document == previous, forms.c.form == int(form))
        if not connection.execute(query).scalar():
            return False
        join(connection, document, number, previous, int(form))
        return True

    if not call.store.change(change):
        raise ConfigError("没有这张表", where=chosen, remedy="请从列表里选")
    return RedirectResponse(link("/received", d=document), 303)


def save_settings(call: Call) -> Response:
    """Keep what letters say."""
    values: Mapping[str, str] = {name: call.value(name, 200) for name in pages.LETTER_SETTINGS}
    for name in ("deadline", "date"):
        if values[name]:
            try:
                date.fromisoformat(values[name])
            except ValueError:
                raise ConfigError(f"日期“{values[name]}”写法不对", remedy="写成 2026-12-31 的样子") from None
    call.store.change(lambda connection: put_setting(connection, "letter", values))
    return RedirectResponse("/settings?saved=1", 303)

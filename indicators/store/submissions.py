"""Files that came in, and which earlier form each of their forms corrects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, and_, delete, func, insert, or_, select, true, update

from indicators.store.decisions import carry, now
from indicators.store.schema import forms
from indicators.store.schema_review import letters, lineage, submissions
from indicators.store.standing import akin, restate

__all__ = ["DOCUMENT", "forget", "judged", "link", "pair", "receive", "register_letter", "replies", "unlink", "waiting"]

#: What concerns a whole document counts as this form.
DOCUMENT = -1
#: Project names of one department at least so alike (0..100) may be the same project; a person confirms.
_ALIKE = 82.0
_SURE = 100.0


def receive(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Note a file that came in; return whether it is new. It waits until it was judged."""
    key = row["document"]
    if connection.execute(select(submissions.c.state).where(submissions.c.document == key)).first() is not None:
        values = {"state": "waiting", "path": row["path"], "digest": row["digest"], "bytes": row["bytes"]}
        connection.execute(update(submissions).where(submissions.c.document == key).values(values))
        return False
    connection.execute(insert(submissions), [{"received": now(), "state": "waiting", "trust": "{}", **row}])
    return True


def waiting(connection: Connection) -> list[dict[str, Any]]:
    """Return the files not judged yet, the oldest first."""
    query = select(submissions).where(submissions.c.state == "waiting").order_by(submissions.c.received)
    return [dict(row._mapping) for row in connection.execute(query)]


def judged(connection: Connection, document: str, trust: Mapping[str, Any]) -> None:
    """Note that a file was judged, and how far its reading can be trusted."""
    values = {"state": "done", "trust": json.dumps(trust, ensure_ascii=False)}
    connection.execute(update(submissions).where(submissions.c.document == document).values(values))


def pair(connection: Connection, document: str) -> int:
    """Find for each form of a document the earlier form it corrects, and return how many were found.

    A pair a person chose stays. The same project of the same department and year is taken; a name only alike is noted
    as doubtful.
    """
    chosen = select(lineage.c.form).where(lineage.c.document == document, lineage.c.chosen == "hand")
    by_hand = set(connection.execute(chosen).scalars())
    before = akin(connection, [document])
    connection.execute(delete(lineage).where(lineage.c.document == document, lineage.c.chosen != "hand"))
    own = connection.execute(select(forms).where(forms.c.document == document).order_by(forms.c.form)).all()
    earlier_documents: dict[str, int] = {}
    found = 0
    for form in own:
        if form.form in by_hand:
            continue
        best = max(_candidates(connection, form), default=None, key=lambda item: (item[0], item[1]))
        if best is None:
            continue
        likeness, _, row = best
        how = "name" if likeness >= _SURE else "alike"
        _write(connection, document, form.form, row.document, row.form, likeness, how)
        earlier_documents[row.document] = earlier_documents.get(row.document, 0) + 1
        found += 1
    if earlier_documents and DOCUMENT not in by_hand:
        previous = max(earlier_documents, key=lambda key: (earlier_documents[key], key))
        _write(connection, document, DOCUMENT, previous, DOCUMENT, _SURE, "name")
    restate(connection, before | {document})
    return found


def _candidates(connection: Connection, form: Any) -> Iterator[tuple[float, str, Any]]:
    """Yield ``(likeness, received, form)`` of earlier forms that may be the same project."""
    received = select(submissions.c.received).where(submissions.c.document == form.document).scalar_subquery()
    taken = lineage.alias()
    query = (
        select(
            forms.c.document, forms.c.form, forms.c.project_key, func.coalesce(submissions.c.received, "").label("at")
        )
        .select_from(
            forms.outerjoin(submissions, submissions.c.document == forms.c.document).outerjoin(
                taken,
                and_(taken.c.previous_document == forms.c.document, taken.c.previous_form == forms.c.form),
            )
        )
        .where(
            forms.c.document != form.document,
            forms.c.department == form.department,
            forms.c.form_type == form.form_type,
            or_(forms.c.year == form.year, forms.c.year.is_(None)) if form.year is not None else true(),
            func.coalesce(submissions.c.received, "") <= func.coalesce(received, "9"),
            taken.c.document.is_(None),
        )
    )
    for row in connection.execute(query):
        if row.project_key == form.project_key:
            yield _SURE, row.at, row
        elif (likeness := fuzz.ratio(row.project_key, form.project_key)) >= _ALIKE:
            yield round(min(likeness, _SURE - 0.1), 1), row.at, row


def _write(
    connection: Connection, document: str, form: int, previous: str, number: int, likeness: float, how: str
) -> None:
    where = and_(lineage.c.document == previous, lineage.c.form == number)
    root = connection.execute(select(lineage.c.thread).where(where)).scalar() or f"{previous}#{number}"
    connection.execute(delete(lineage).where(lineage.c.document == document, lineage.c.form == form))
    row = {
        "document": document, "form": form, "thread": root, "previous_document": previous, "previous_form": number,
        "likeness": likeness, "chosen": how,
    }  # fmt: skip
    connection.execute(insert(lineage), [row])
    carry(connection, (document, form), (previous, number))


def link(connection: Connection, document: str, form: int, previous: str, number: int) -> None:
    """Note by hand which earlier form a form corrects."""
    before = akin(connection, [document])
    _write(connection, document, form, previous, number, _SURE, "hand")
    restate(connection, before)


def unlink(connection: Connection, document: str, form: int) -> None:
    """Note by hand that a form corrects none."""
    before = akin(connection, [document])
    connection.execute(delete(lineage).where(lineage.c.document == document, lineage.c.form == form))
    row = {
        "document": document, "form": form, "thread": f"{document}#{form}", "previous_document": "",
        "previous_form": DOCUMENT, "likeness": 0.0, "chosen": "hand",
    }  # fmt: skip
    connection.execute(insert(lineage), [row])
    restate(connection, before)


def register_letter(connection: Connection, row: Mapping[str, Any]) -> int:
    """Note a letter that went out, and return its round: 1 for the first to a unit."""
    query = select(func.max(letters.c.round)).where(letters.c.unit == row["unit"])
    number = (connection.execute(query).scalar() or 0) + 1
    connection.execute(insert(letters), [{"round": number, "sent": now(), **row}])
    return number


def replies(connection: Connection) -> list[dict[str, Any]]:
    """Return the last letter to each unit and whether a corrected file came in since; who is due first.

    Returns
    -------
    list
        ``unit``, ``round``, ``sent``, ``deadline`` and ``returned``, ``""`` where nothing came.
    """
    columns = (letters.c[name] for name in ("unit", "round", "sent", "deadline"))
    last = {row.unit: row for row in connection.execute(select(*columns).order_by(letters.c.number))}
    own = and_(lineage.c.document == forms.c.document, lineage.c.form == forms.c.form)
    query = (
        select(forms.c.addressee, func.max(submissions.c.received))
        .select_from(lineage.join(forms, own).join(submissions, submissions.c.document == forms.c.document))
        .where(lineage.c.previous_document != "")
        .group_by(forms.c.addressee)
    )
    came = {row[0]: row[1] for row in connection.execute(query)}
    found = []
    for unit, row in last.items():
        at = came.get(unit) or ""
        found.append({**row._mapping, "returned": at if at >= row.sent else ""})
    return sorted(found, key=lambda item: (bool(item["returned"]), item["deadline"] or "9", item["unit"]))


def forget(connection: Connection, document: str) -> None:
    """Remove a file and all that was found in it; decisions, remarks and history stay."""
    from indicators.store.schema import OF_DOCUMENT, cross_findings

    before = akin(connection, [document])
    for table in (*OF_DOCUMENT, cross_findings, submissions, lineage):
        connection.execute(delete(table).where(table.c.document == document))
    restate(connection, before)

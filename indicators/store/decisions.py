"""What people decided on findings: written with its history, taken back in the same steps, kept over corrections."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from indicators.store.schema import findings, forms
from indicators.store.schema_review import decisions, history
from indicators.store.standing import joined, parts_of, restate, thread_of

__all__ = [
    "CARRIED",
    "DECISIONS",
    "Decision",
    "Place",
    "carry",
    "decide",
    "decided",
    "latest",
    "now",
    "undo",
]

#: Codes and what people call them, in the order of their keys 1 to 4.
DECISIONS = {"return": "退回修改", "keep": "属实保留", "wrong": "误报", "later": "待核实"}

#: Who hands decisions on to a corrected version, in the history.
CARRIED = "随改后的文件"

#: A finding: its document and its fingerprint.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision; ``decision`` is one of ``DECISIONS``, ``wording`` is ``""`` where the rule's words stand."""

    decision: str
    note: str = ""
    wording: str = ""
    author: str = ""
    at: str = ""

    def text(self) -> str:
        """Return it as JSON, as the history keeps it."""
        values = {"decision": self.decision, "note": self.note, "wording": self.wording}
        return json.dumps({**values, "author": self.author, "at": self.at}, ensure_ascii=False)


def now() -> str:
    """Return the time with its zone, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def decided(connection: Connection, documents: Collection[str]) -> dict[Place, Decision]:
    """Return the decisions on the findings of some documents."""
    found: dict[Place, Decision] = {}
    for part in parts_of(list(documents)):
        query = (
            select(findings.c.document, findings.c.fingerprint, *_values())
            .select_from(joined())
            .where(findings.c.document.in_(part), decisions.c.decision.is_not(None))
        )
        for row in connection.execute(query):
            found[row.document, row.fingerprint] = _decision(row)
    return found


def _values() -> tuple[Any, ...]:
    return tuple(decisions.c[name] for name in ("decision", "note", "wording", "author", "at"))


def _decision(row: Any) -> Decision:
    return Decision(decision=row.decision, note=row.note, wording=row.wording, author=row.author, at=row.at)


@dataclass(frozen=True, slots=True)
class _Target:
    document: str
    form: int
    thread: str
    fingerprint: str
    rule: str
    before: Decision | None


def _targets(connection: Connection, places: Collection[Place]) -> list[_Target]:
    """Return the findings at some places, each once; places that name no finding are left out."""
    query = select(
        findings.c.document, func.coalesce(findings.c.form, -1).label("form"), thread_of().label("thread"),
        findings.c.fingerprint, findings.c.rule, *_values(),
    ).select_from(joined())  # fmt: skip
    found: dict[tuple[str, str], _Target] = {}
    for part in parts_of(sorted(places)):
        named = or_(*(and_(findings.c.document == one, findings.c.fingerprint == two) for one, two in part))
        for row in connection.execute(query.where(named)):
            before = _decision(row) if row.decision is not None else None
            target = _Target(row.document, row.form, row.thread, row.fingerprint, row.rule, before)
            found.setdefault((row.thread, row.fingerprint), target)
    return list(found.values())


def decide(
    connection: Connection,
    places: Collection[Place],
    *,
    author: str,
    change: Callable[[Decision | None], Decision | None],
) -> tuple[str, int]:
    """Change the decisions on some findings in one action.

    Parameters
    ----------
    places
        The findings.
    author
        Who decides.
    change
        Gets the decision as it stands (``None`` = none) and returns the new one, ``None`` = undecided again.

    Returns
    -------
    tuple
        The action, ``""`` where nothing changed, and how many findings changed.
    """
    at, action = now(), uuid4().hex
    targets = _targets(connection, places)
    rows: list[dict[str, Any]] = []
    for target in targets:
        after = change(target.before)
        if after == target.before:
            continue
        if after is not None:
            after = Decision(
                decision=after.decision, note=after.note, wording=after.wording, author=author, at=at
            )  # fmt: skip
        _put(connection, target.thread, target.fingerprint, target.rule, after)
        rows.append(_step(target, action, at, author, after))
    if not rows:
        return "", 0
    connection.execute(insert(history), rows)
    restate(connection, {row["document"] for row in rows})
    return action, len(rows)


def _put(connection: Connection, thread: str, fingerprint: str, rule: str, after: Decision | None) -> None:
    where = and_(decisions.c.thread == thread, decisions.c.fingerprint == fingerprint)
    connection.execute(delete(decisions).where(where))
    if after is not None:
        row = {
            "thread": thread, "fingerprint": fingerprint, "rule": rule, "decision": after.decision, "note": after.note,
            "wording": after.wording, "author": after.author, "at": after.at,
        }  # fmt: skip
        connection.execute(insert(decisions), [row])


def _step(target: _Target, action: str, at: str, author: str, after: Decision | None) -> dict[str, Any]:
    return {
        "action": action, "at": at, "author": author, "document": target.document, "form": target.form,
        "thread": target.thread, "fingerprint": target.fingerprint, "rule": target.rule,
        "before": target.before.text() if target.before is not None else "",
        "after": after.text() if after is not None else "", "undone": False,
    }  # fmt: skip


def carry(connection: Connection, new: tuple[str, int], old: tuple[str, int]) -> int:
    """Hand decisions on to the findings that say the same of a project whose name was corrected.

    A fingerprint holds the name of the project: where only that changed, what was decided would be asked again.

    Parameters
    ----------
    new, old
        Document and form, the pair noted already.

    Returns
    -------
    int
        How many decisions were handed on.
    """
    decided_before = _said(connection, old, decided=True)
    rows, at, action = [], now(), uuid4().hex
    for said, (target, _) in _said(connection, new, decided=False).items():
        found = decided_before.get(said)
        touched = select(history.c.number).where(
            history.c.thread == target.thread, history.c.fingerprint == target.fingerprint
        )
        # What somebody made undecided again stays so, however often the file is judged.
        if found is not None and found[1] is not None and connection.execute(touched).first() is None:
            _put(connection, target.thread, target.fingerprint, target.rule, found[1])
            rows.append(_step(target, action, at, CARRIED, found[1]))
    if rows:
        connection.execute(insert(history), rows)
    return len(rows)


def _said(
    connection: Connection, place: tuple[str, int], *, decided: bool
) -> dict[tuple[str, str], tuple[_Target, Decision | None]]:
    """Return the findings of a form by rule and message, the name of the project left out."""
    form = func.coalesce(findings.c.form, -1)
    query = (
        select(
            findings.c.document, form.label("form"), thread_of().label("thread"), findings.c.fingerprint,
            findings.c.rule, findings.c.message, *_values(),
        )
        .select_from(joined())
        .where(findings.c.document == place[0], form == place[1])
        .order_by(findings.c.number)
    )  # fmt: skip
    own = select(forms.c.project).where(forms.c.document == place[0], forms.c.form == place[1])
    name = connection.execute(own).scalar() or ""
    found: dict[tuple[str, str], tuple[_Target, Decision | None]] = {}
    for row in connection.execute(query):
        if (row.decision is not None) == decided:
            target = _Target(row.document, row.form, row.thread, row.fingerprint, row.rule, None)
            said = row.message.replace(name, "") if name else row.message
            found.setdefault((row.rule, said), (target, _decision(row) if decided else None))
    return found


def undo(connection: Connection, *, author: str) -> list[tuple[str, int]]:
    """Take back the last action of a person that still stands, and return the ``(document, form)`` it concerned.

    A finding somebody else decided on meanwhile is left as it is.
    """
    last = connection.execute(
        select(history.c.action)
        .where(history.c.author == author, history.c.undone.is_(False))
        .order_by(history.c.number.desc())
        .limit(1)
    ).scalar()
    if last is None:
        return []
    steps = connection.execute(select(history).where(history.c.action == last)).all()
    touched = []
    for step in steps:
        key = and_(decisions.c.thread == step.thread, decisions.c.fingerprint == step.fingerprint)
        row = connection.execute(select(*_values()).where(key)).first()
        standing = _decision(row).text() if row is not None else ""
        if standing != step.after:
            continue
        before = Decision(**json.loads(step.before)) if step.before else None
        _put(connection, step.thread, step.fingerprint, step.rule, before)
        touched.append((step.document, step.form))
    connection.execute(update(history).where(history.c.action == last).values(undone=True))
    restate(connection, {document for document, _ in touched})
    return touched


def latest(connection: Connection, *, document: str = "", before: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Return changes of decisions, the newest first; of one document, or before a number, where these are given."""
    query = select(history).order_by(history.c.number.desc()).limit(limit)
    if document:
        query = query.where(history.c.document == document)
    if before:
        query = query.where(history.c.number < before)
    return [dict(row._mapping) for row in connection.execute(query)]

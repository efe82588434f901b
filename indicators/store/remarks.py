"""Findings of people's own: added, followed, removed, each step with its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from indicators.store.decisions import now
from indicators.store.schema_review import history, lineage, remarks

__all__ = ["OWN_PREFIX", "STATES", "add", "set_state"]

#: Fingerprints of remarks begin so.
OWN_PREFIX = "own-"
#: What can become of a remark, and what people call it.
STATES = {"open": "意见", "fixed": "意见已改", "gone": "意见已删除"}


def add(connection: Connection, row: Mapping[str, Any], *, rule: str) -> str:
    """Add a remark, and return its key.

    Parameters
    ----------
    row
        ``document``, ``form`` (-1 = the document), ``place`` (JSON), ``subject``, ``message``, ``fix``, ``author``.
    rule
        What stands in the place of the rule in the history.
    """
    key = uuid4().hex[:12]
    where = (lineage.c.document == row["document"]) & (lineage.c.form == row["form"])
    own = f"{row['document']}#{row['form']}"
    thread = connection.execute(select(lineage.c.thread).where(where)).scalar() or own
    made = {**row, "remark": key, "thread": thread, "at": now(), "state": "open"}
    connection.execute(insert(remarks), [made])
    _note(connection, made, "", "open", row["author"], rule)
    return key


def set_state(connection: Connection, key: str, state: str, *, author: str, rule: str) -> bool:
    """Note that a remark was followed (``fixed``), stands again (``open``), or remove it (``gone``).

    Returns
    -------
    bool
        Whether anything changed.
    """
    row = connection.execute(select(remarks).where(remarks.c.remark == key)).first()
    if row is None or state not in STATES or row.state == state:
        return False
    if state == "gone":
        connection.execute(delete(remarks).where(remarks.c.remark == key))
    else:
        connection.execute(update(remarks).where(remarks.c.remark == key).values(state=state))
    _note(connection, dict(row._mapping), row.state, state, author, rule)
    return True


def _note(connection: Connection, row: Mapping[str, Any], before: str, after: str, author: str, rule: str) -> None:
    at = now()

    def text(state: str) -> str:
        words = {"decision": state, "note": row["message"], "wording": "", "author": author, "at": at}
        return json.dumps(words, ensure_ascii=False) if state else ""

    step = {
        "action": uuid4().hex, "at": at, "author": author, "document": row["document"], "form": row["form"],
        "thread": row["thread"], "fingerprint": f"{OWN_PREFIX}{row['remark']}", "rule": rule, "before": text(before),
        "after": text(after), "undone": False,
    }  # fmt: skip
    connection.execute(insert(history), [step])

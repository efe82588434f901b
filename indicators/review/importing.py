"""Decisions written into the workbook of ``check --format xlsx``, read back into the store."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from indicators.errors import ReadError
from indicators.review.viewing import Look, Viewer
from indicators.store import Store
from indicators.store.decisions import DECISIONS, Decision, Place, decide
from indicators.store.schema import documents, findings

__all__ = ["Outcome", "WorkbookRow", "decisions_of_workbook", "import_decisions"]

_SHEET = "问题清单"
_NEEDED = ("指纹", "处理意见", "处理说明")
#: What the drop-down list of the workbook offers besides the decisions themselves.
_SPELLINGS = {name: code for code, name in DECISIONS.items()} | {"情况属实，保留": "keep", "情况属实保留": "keep"}
_DONE = ("已修改",)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookRow:
    """A row with a decision; ``row`` counts from 1 as Excel does."""

    row: int
    source: str
    fingerprint: str
    decision: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the rows: how many changed something, how many stood already, and those that match nothing."""

    changed: int
    same: int
    unmatched: tuple[str, ...]

    def words(self) -> str:
        """Say it in a sentence."""
        rest = f"；{len(self.unmatched)} 行没有对上" if self.unmatched else ""
        return f"读入处理意见 {self.changed} 条，{self.same} 条原已相同{rest}"


def decisions_of_workbook(viewer: Viewer, data: bytes, name: str) -> list[WorkbookRow] | None:
    """Return the rows of a workbook that hold a decision, ``None`` where it is no workbook of ours.

    Raises
    ------
    ReadError
        If it cannot be read.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as out:
        out.write(data)
    try:
        sheets = json.loads(viewer.look(Look(key=name, path=out.name, name=name, what="cells")))
    except ReadError:
        return None  # the reader of documents says what is wrong with it
    finally:
        Path(out.name).unlink(missing_ok=True)
    rows = sheets.get(_SHEET)
    if rows is None:
        return None
    for number in sorted(rows, key=int):
        heads = {text.strip(): column for column, text in rows[number].items()}
        if all(head in heads for head in _NEEDED):
            return list(_rows(rows, int(number), heads))
    return None


def _rows(rows: Mapping[str, Mapping[str, str]], head: int, heads: Mapping[str, str]) -> Iterable[WorkbookRow]:
    """Yield the decided rows; rows folded below a decided one that hold no decision of their own share it."""
    lines = {
        number: {name: rows[str(number)].get(column, "").strip() for name, column in heads.items()}
        for number in sorted(map(int, rows))
        if number > head
    }
    # Whoever sorts the sheet takes rows away from the one they were folded below.
    led = {cells["组"]: cells for cells in lines.values() if cells.get("组") and cells["组"] == cells.get("序号")}
    for number, cells in lines.items():
        said = cells if cells["处理意见"] else led.get(cells.get("组", ""), cells)
        decision, note = said["处理意见"], said["处理说明"]
        if decision:
            yield WorkbookRow(
                row=number + 1,
                source=cells.get("文件", ""),
                fingerprint=cells["指纹"],
                decision=decision,
                note=note,
            )


def import_decisions(store: Store, rows: Iterable[WorkbookRow], *, author: str) -> Outcome:
    """Write the decisions of a workbook; a row that matches no finding of the store is named.

    Where several documents hold the same finding, the one whose name stands in the row is taken, else all.
    """
    unmatched, changed, same = [], 0, 0
    for item in rows:
        code = _SPELLINGS.get(item.decision)
        if code is None:
            known = "、".join((*DECISIONS.values(), *_DONE))
            why = "“已修改”请在收到改后的文件时核对" if item.decision in _DONE else f"处理意见可填：{known}"
            unmatched.append(f"第 {item.row} 行：“{item.decision}”没有读入，{why}")
            continue
        places = _places(store, item)
        if not places:
            unmatched.append(f"第 {item.row} 行：库中没有这条问题（指纹 {item.fingerprint or '空'}）")
            continue

        def change(before: Decision | None, code: str = code, note: str = item.note) -> Decision:
            standing = before if before is not None else Decision(decision=code)
            made = replace(standing, decision=code, note=note or standing.note)
            return standing if before is not None and made == standing else made

        _, count = store.change(lambda connection: decide(connection, places, author=author, change=change))  # noqa: B023
        changed, same = changed + count, same + (not count)
    return Outcome(changed=changed, same=same, unmatched=tuple(unmatched))


def _places(store: Store, item: WorkbookRow) -> list[Place]:
    if not item.fingerprint:
        return []
    query = (
        select(findings.c.document, findings.c.fingerprint, documents.c.name)
        .join(documents, documents.c.document == findings.c.document)
        .where(findings.c.fingerprint == item.fingerprint)
    )
    with store.engine.connect() as connection:
        found = connection.execute(query).all()
    named = [row for row in found if row.name == item.source]
    return [(row.document, row.fingerprint) for row in named or found]

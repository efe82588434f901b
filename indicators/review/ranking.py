"""The order of reading as ``rank --store`` gives it, what people settled left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, true

from indicators.records import DocumentReport
from indicators.review.presenting import document_of
from indicators.store.decisions import decided
from indicators.store.schema_review import standings
from indicators.store.settling import SETTLED, without

if TYPE_CHECKING:
    from indicators.catalogue import RuleSet
    from indicators.store import Store

__all__ = ["ranked"]


def ranked(store: Store, rules: RuleSet) -> list[dict[str, Any]]:
    """Return the current forms by priority as :meth:`Store.rank`, those with settled findings scored without them."""
    rows = list(store.rank())
    scores = {(document, score.form): (report, score) for document, report in _rescored(store, rules)
              for score in report.scores}  # fmt: skip
    for row in rows:
        found = scores.get((row["path"], row["form"]))
        if found is None:
            continue
        report, score = found
        severities = [item.severity for item in report.findings if item.form == row["form"]]
        row["total"], row["grade"], row["priority"] = round(score.total, 1), score.grade, round(score.priority, 4)
        row["errors"], row["warnings"] = severities.count("error"), severities.count("warning")
    return sorted(rows, key=lambda row: (-row["priority"], row["path"], row["form"]))


def _rescored(store: Store, rules: RuleSet) -> Iterator[tuple[str, DocumentReport]]:
    touched = or_(standings.c.wrong > 0, standings.c.kept > 0)
    with store.engine.connect() as connection:
        query = select(standings.c.document).where(touched, standings.c.current == true()).distinct()
        documents = sorted(connection.execute(query).scalars())
        made = decided(connection, documents)
    for document in documents:
        report = document_of(store, document)
        if report is None:
            continue
        own = {key[1]: item.decision for key, item in made.items() if key[0] == document and item.decision in SETTLED}
        yield document, without(report, own, rules)

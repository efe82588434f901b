"""What people decided in the review, for commands that judge or rank without the page.

A finding decided 误报 or 属实保留 is settled: it stands among the accepted ones, costs nothing and fails no run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, or_, select, true

from indicators.records import DocumentReport
from indicators.scoring import score_document
from indicators.store.decisions import DECISIONS, decided
from indicators.store.schema_review import decisions, standings

if TYPE_CHECKING:
    from indicators.catalogue import RuleSet
    from indicators.scoring import Weights
    from indicators.store.store import Store

__all__ = ["SETTLED", "ranked", "settled", "without"]

#: Decisions after which nothing is asked of the unit.
SETTLED = ("wrong", "keep")


def settled(connection: Connection) -> dict[str, str]:
    """Return the fingerprints of settled findings with the name of the decision.

    A fingerprint stands for one text of one project; where it was decided in several places, it is settled only if
    all of them are.
    """
    query = (
        select(decisions.c.fingerprint, func.min(decisions.c.decision), func.max(decisions.c.decision))
        .group_by(decisions.c.fingerprint)
        .having(func.min(decisions.c.decision).in_(SETTLED), func.max(decisions.c.decision).in_(SETTLED))
    )
    between = {"later", "return"}
    found = {}
    for fingerprint, least, most in connection.execute(query):
        # ``keep`` < ``later`` < ``return`` < ``wrong``: where both ends are settled, something between may not be.
        if least != most:
            all_of = select(decisions.c.decision).where(decisions.c.fingerprint == fingerprint)
            if between & set(connection.execute(all_of).scalars()):
                continue
        found[fingerprint] = DECISIONS[least]
    return found


def without(
    report: DocumentReport, fingerprints: Mapping[str, str], rules: RuleSet, weights: Weights | None = None
) -> DocumentReport:
    """Return a report with its settled findings among the accepted ones, scored anew where there were any.

    Parameters
    ----------
    report
        Judged by the whole catalogue.
    fingerprints
        Of settled findings.
    rules, weights
        As :func:`indicators.scoring.score_document` takes them.
    """
    moved = tuple(item for item in report.findings if item.fingerprint in fingerprints)
    if not moved:
        return report
    left = tuple(item for item in report.findings if item.fingerprint not in fingerprints)
    return score_document(replace(report, findings=left, accepted=(*report.accepted, *moved)), rules, weights)


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
    from indicators.report.restored import restored

    touched = or_(standings.c.wrong > 0, standings.c.kept > 0)
    with store.engine.connect() as connection:
        query = select(standings.c.document).where(touched, standings.c.current == true()).distinct()
        documents = sorted(connection.execute(query).scalars())
        made = decided(connection, documents)
    for document in documents:
        data = store.report(document)
        if data is None:
            continue
        own = {key[1]: item.decision for key, item in made.items() if key[0] == document and item.decision in SETTLED}
        yield document, without(restored(data, path=document), own, rules)

"""What people decided in the review, for commands that judge or rank without the page.

A finding decided 误报 or 属实保留 is settled: it stands among the accepted ones, costs nothing and fails no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from indicators.records import DocumentReport
from indicators.scoring import score_document
from indicators.store.decisions import DECISIONS
from indicators.store.schema_review import decisions

if TYPE_CHECKING:
    from indicators.catalogue import RuleSet
    from indicators.scoring import Weights

__all__ = ["SETTLED", "settled", "without"]

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

"""Standings of forms instead of counts of decisions alone: lists of many forms are counted by one narrow table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_DECIDED = "COALESCE(p.returned, 0) + COALESCE(p.kept, 0) + COALESCE(p.wrong, 0) + COALESCE(p.later, 0)"
#: A form that was not understood has no score.
_ERRORS, _WARNINGS = (
    f"COALESCE(s.{word}s, (SELECT COUNT(*) FROM findings x WHERE x.document = f.document AND x.form = f.form "
    f"AND x.severity = '{word}'))"
    for word in ("error", "warning")
)
_CARRIED = f"""
INSERT INTO standings (document, form, current, addressee, department, sector, project, year, amount, reading, grade,
                       total, priority, specificity, errors, warnings, returned, kept, wrong, later, open)
SELECT f.document, f.form,
       NOT EXISTS (SELECT 1 FROM lineage l WHERE l.previous_document = f.document AND l.previous_form = f.form),
       f.addressee, f.department, f.sector, f.project, f.year, f.amount, f.reading, COALESCE(s.grade, ''),
       COALESCE(s.total, 0), COALESCE(s.priority, 0), s.specificity,
       {_ERRORS},
       {_WARNINGS}, COALESCE(p.returned, 0), COALESCE(p.kept, 0), COALESCE(p.wrong, 0),
       COALESCE(p.later, 0),
       CASE WHEN {_ERRORS} + {_WARNINGS} > {_DECIDED} THEN {_ERRORS} + {_WARNINGS} - ({_DECIDED}) ELSE 0 END
FROM forms f
LEFT JOIN scores s ON s.document = f.document AND s.form = f.form
LEFT JOIN progress p ON p.document = f.document AND p.form = f.form
"""  # nosec B608 - fixed text


def upgrade() -> None:
    """Create the table and fill it from what is known."""
    op.create_table(
        "standings",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("addressee", WORDS, nullable=False),
        sa.Column("department", WORDS, nullable=False),
        sa.Column("sector", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("amount", sa.Double()),
        sa.Column("reading", WORDS, nullable=False),
        sa.Column("grade", WORDS, nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("specificity", sa.Double()),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("later", sa.Integer(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document", "form"),
    )
    op.execute(_CARRIED)
    keys: list[str | sa.TextClause] = [sa.text("priority DESC"), "document", "form"]
    filtered = ["open", "grade", "sector", "year", "amount", "reading", "total", "errors", "warnings"]
    decided = ["returned", "kept", "wrong", "later"]
    op.create_index("standings_priority", "standings", ["current", *keys, *filtered, *decided])
    summed = ["open", "errors", "warnings", "returned", "amount", "reading"]
    op.create_index("standings_addressee", "standings", ["current", "addressee", *keys, *summed])
    # With the severity, so that findings are counted by rule by the index alone.
    op.drop_index("findings_rule", "findings")
    op.create_index("findings_rule", "findings", ["rule", "document", "form", "severity"])
    op.drop_table("progress")

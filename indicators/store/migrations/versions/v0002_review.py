"""Decisions by thread instead of by fingerprint alone, and all that the review page keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

#: Earlier decisions held for a fingerprint wherever it stood; now each place gets its own.
_CARRIED = """
INSERT INTO decisions (thread, fingerprint, decision, note, wording, author, at, rule)
SELECT f.document || '#' || CAST(COALESCE(f.form, -1) AS TEXT), f.fingerprint,
       CASE MIN(o.decision) WHEN 'confirmed' THEN 'return' ELSE 'keep' END, MIN(o.reason), '', '', MIN(o.decided_on),
       MIN(f.rule)
FROM old_decisions o JOIN findings f ON f.fingerprint = o.fingerprint
GROUP BY f.document, COALESCE(f.form, -1), f.fingerprint
"""


def upgrade() -> None:
    """Create the tables of the review, carry old decisions over, and note how far a form was understood."""
    op.rename_table("decisions", "old_decisions")
    op.add_column("forms", sa.Column("reading", WORDS, nullable=False, server_default="understood"))
    op.create_index("forms_department", "forms", ["department"], unique=False)
    op.add_column("forms", sa.Column("addressee", WORDS, nullable=False, server_default=""))
    op.execute("UPDATE forms SET addressee = CASE WHEN unit <> '' THEN unit ELSE department END")
    # With the place, so that "which forms have this rule" is answered by the index alone.
    op.drop_index("findings_rule", "findings")
    op.create_index("findings_rule", "findings", ["rule", "document", "form"], unique=False)
    op.create_index("forms_addressee", "forms", ["addressee"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("thread", WORDS, nullable=False),
        sa.Column("fingerprint", WORDS, nullable=False),
        sa.Column("decision", WORDS, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("wording", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("thread", "fingerprint"),
    )
    op.create_index("decisions_fingerprint", "decisions", ["fingerprint"], unique=False)
    op.create_table(
        "history",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("action", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("thread", WORDS, nullable=False),
        sa.Column("fingerprint", WORDS, nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("before", WORDS, nullable=False),
        sa.Column("after", WORDS, nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("history_action", "history", ["action"], unique=False)
    op.create_index("history_author", "history", ["author", "number"], unique=False)
    op.create_index("history_thread", "history", ["thread", "fingerprint"], unique=False)
    op.create_table(
        "remarks",
        sa.Column("remark", WORDS, nullable=False),
        sa.Column("thread", WORDS, nullable=False),
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("message", WORDS, nullable=False),
        sa.Column("fix", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("at", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("remark"),
    )
    op.create_index("remarks_thread", "remarks", ["thread"], unique=False)
    op.create_table(
        "lineage",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("thread", WORDS, nullable=False),
        sa.Column("previous_document", WORDS, nullable=False),
        sa.Column("previous_form", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("chosen", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("document", "form"),
    )
    op.create_index("lineage_previous", "lineage", ["previous_document", "previous_form"], unique=False)
    op.create_index("lineage_thread", "lineage", ["thread"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("path", WORDS, nullable=False),
        sa.Column("member", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("received", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("trust", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("document"),
    )
    op.create_index("submissions_received", "submissions", ["received"], unique=False)
    op.create_index("submissions_state", "submissions", ["state"], unique=False)
    op.create_table(
        "progress",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("later", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document", "form"),
    )
    op.create_table(
        "letters",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit", WORDS, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sent", WORDS, nullable=False),
        sa.Column("deadline", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("forms", WORDS, nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("letters_unit", "letters", ["unit"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "users",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("password", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("created", WORDS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "sessions",
        sa.Column("token", WORDS, nullable=False),
        sa.Column("user", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("created", WORDS, nullable=False),
        sa.Column("expires", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.execute(_CARRIED)
    op.drop_table("old_decisions")

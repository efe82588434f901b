"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "cross_findings",
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cluster", WORDS, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("departments", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("message", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("rule", "document", "form"),
    )
    op.create_table(
        "decisions",
        sa.Column("fingerprint", WORDS, nullable=False),
        sa.Column("decision", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("decided_on", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.create_table(
        "documents",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("versions", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("media_type", WORDS, nullable=False),
        sa.Column("reader", WORDS, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("department", WORDS, nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("region", WORDS, nullable=False),
        sa.Column("sector", WORDS, nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("indicators", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("report_sha256", WORDS, nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document"),
    )
    op.create_index("documents_department", "documents", ["department"], unique=False)
    op.create_index("documents_status", "documents", ["status"], unique=False)
    op.create_table(
        "findings",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("severity", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), nullable=True),
        sa.Column("indicator", sa.Integer(), nullable=True),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("message", WORDS, nullable=False),
        sa.Column("fingerprint", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("document", "number"),
    )
    op.create_index("findings_fingerprint", "findings", ["fingerprint"], unique=False)
    op.create_index("findings_rule", "findings", ["rule"], unique=False)
    op.create_table(
        "forms",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form_type", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("department", WORDS, nullable=False),
        sa.Column("unit", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.Column("project_key", WORDS, nullable=False),
        sa.Column("region", WORDS, nullable=False),
        sa.Column("sector", WORDS, nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("indicators", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("document", "form"),
    )
    op.create_index("forms_project", "forms", ["project_key"], unique=False)
    op.create_table(
        "goals",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document", "form"),
    )
    op.create_index("goals_digest", "goals", ["digest"], unique=False)
    op.create_table(
        "indicators",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("horizon", WORDS, nullable=False),
        sa.Column("level1", WORDS, nullable=False),
        sa.Column("level2", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("document", "form", "number"),
    )
    op.create_table(
        "likenesses",
        sa.Column("one", WORDS, nullable=False),
        sa.Column("other", WORDS, nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other"),
    )
    op.create_table(
        "processing",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("run", WORDS, nullable=False),
        sa.Column("finished", WORDS, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("reading", sa.Double(), nullable=False),
        sa.Column("finding", sa.Double(), nullable=False),
        sa.Column("scoring", sa.Double(), nullable=False),
        sa.Column("judging", sa.Double(), nullable=False),
        sa.Column("packing", sa.Double(), nullable=False),
        sa.Column("megabytes", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("document"),
    )
    op.create_table(
        "runs",
        sa.Column("run", WORDS, nullable=False),
        sa.Column("started", WORDS, nullable=False),
        sa.Column("finished", WORDS, nullable=True),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("versions", WORDS, nullable=False),
        sa.Column("facts", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("run"),
    )
    op.create_table(
        "scores",
        sa.Column("document", WORDS, nullable=False),
        sa.Column("form", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("grade", WORDS, nullable=False),
        sa.Column("dimensions", WORDS, nullable=False),
        sa.Column("specificity", sa.Double(), nullable=True),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document", "form"),
    )
    op.create_index("scores_priority", "scores", ["priority"], unique=False)

"""The tables. Keys are natural (path, form, number), so that two stores can be compared row by row.

What depends on the clock or the machine stands in ``runs`` and ``processing`` only; all other tables are a function of
the documents and of the versions they were judged by.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, LargeBinary, MetaData, Table, Text

__all__ = [
    "CROSS",
    "LASTING",
    "METADATA",
    "OF_DOCUMENT",
    "cross_findings",
    "documents",
    "findings",
    "forms",
    "goals",
    "indicators",
    "likenesses",
    "processing",
    "runs",
    "scores",
]

METADATA = MetaData()

#: Ordered by code point in every database, so that SQLite and PostgreSQL list rows in the same order.
WORDS = Text().with_variant(Text(collation="C"), "postgresql")


def _key(name: str = "document") -> Column[str]:
    return Column(name, WORDS, primary_key=True)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


documents = Table(
    "documents",
    METADATA,
    _key(),
    Column("digest", WORDS, nullable=False),
    Column("versions", WORDS, nullable=False),
    Column("status", WORDS, nullable=False),
    Column("reason", WORDS, nullable=False),
    Column("name", WORDS, nullable=False),
    Column("media_type", WORDS, nullable=False),
    Column("reader", WORDS, nullable=False),
    Column("pages", Integer),
    Column("bytes", Integer, nullable=False),
    Column("department", WORDS, nullable=False),
    Column("fiscal_year", Integer),
    Column("region", WORDS, nullable=False),
    Column("sector", WORDS, nullable=False),
    Column("forms", Integer, nullable=False),
    Column("indicators", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("report_sha256", WORDS, nullable=False),
    Column("report", LargeBinary, nullable=False),
    Index("documents_status", "status"),
    Index("documents_department", "department"),
)

forms = Table(
    "forms",
    METADATA,
    _key(),
    _number("form"),
    Column("form_type", WORDS, nullable=False),
    Column("title", WORDS, nullable=False),
    Column("year", Integer),
    Column("department", WORDS, nullable=False),
    Column("unit", WORDS, nullable=False),
    Column("project", WORDS, nullable=False),
    Column("project_key", WORDS, nullable=False),
    Column("region", WORDS, nullable=False),
    Column("sector", WORDS, nullable=False),
    Column("amount", Double),
    Column("indicators", Integer, nullable=False),
    Column("confidence", Double, nullable=False),
    #: The unit a letter about the form goes to.
    Column("addressee", WORDS, nullable=False, server_default=""),
    #: ``understood``, ``doubtful`` or ``not understood``.
    Column("reading", WORDS, nullable=False, server_default="understood"),
    Index("forms_project", "project_key"),
    Index("forms_department", "department"),
    Index("forms_addressee", "addressee"),
)

indicators = Table(
    "indicators",
    METADATA,
    _key(),
    _number("form"),
    _number("number"),
    Column("horizon", WORDS, nullable=False),
    Column("level1", WORDS, nullable=False),
    Column("level2", WORDS, nullable=False),
    Column("name", WORDS, nullable=False),
    Column("value", WORDS, nullable=False),
    Column("level", Integer),
    Column("score", Double),
)

findings = Table(
    "findings",
    METADATA,
    _key(),
    _number("number"),
    Column("rule", WORDS, nullable=False),
    Column("severity", WORDS, nullable=False),
    Column("form", Integer),
    Column("indicator", Integer),
    Column("subject", WORDS, nullable=False),
    Column("title", WORDS, nullable=False),
    Column("message", WORDS, nullable=False),
    Column("fingerprint", WORDS, nullable=False),
    Index("findings_rule", "rule", "document", "form", "severity"),
    Index("findings_fingerprint", "fingerprint"),
)

scores = Table(
    "scores",
    METADATA,
    _key(),
    _number("form"),
    Column("total", Double, nullable=False),
    Column("grade", WORDS, nullable=False),
    Column("dimensions", WORDS, nullable=False),
    Column("specificity", Double),
    Column("priority", Double, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Index("scores_priority", "priority"),
)

#: The goal of a form without layout, its digest and its minhash signature.
goals = Table(
    "goals",
    METADATA,
    _key(),
    _number("form"),
    Column("digest", WORDS, nullable=False),
    Column("text", WORDS, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Index("goals_digest", "digest"),
)

#: Exact likeness of two goals that were ever compared, so that a second run compares only new ones.
likenesses = Table(
    "likenesses", METADATA, Column("one", WORDS, primary_key=True), Column("other", WORDS, primary_key=True),
    Column("likeness", Double, nullable=False),
)  # fmt: skip

#: What can only be seen across documents; written anew after every batch.
cross_findings = Table(
    "cross_findings",
    METADATA,
    Column("rule", WORDS, primary_key=True),
    _key(),
    _number("form"),
    Column("cluster", WORDS, nullable=False),
    Column("size", Integer, nullable=False),
    Column("departments", Integer, nullable=False),
    Column("likeness", Double, nullable=False),
    Column("message", WORDS, nullable=False),
)

#: Volatile: which run judged a document, how long it took.
processing = Table(
    "processing",
    METADATA,
    _key(),
    Column("run", WORDS, nullable=False),
    Column("finished", WORDS, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("reading", Double, nullable=False),
    Column("finding", Double, nullable=False),
    Column("scoring", Double, nullable=False),
    Column("judging", Double, nullable=False),
    Column("packing", Double, nullable=False),
    Column("megabytes", Double, nullable=False),
)

#: Volatile: every call of ``batch``.
runs = Table(
    "runs",
    METADATA,
    Column("run", WORDS, primary_key=True),
    Column("started", WORDS, nullable=False),
    Column("finished", WORDS),
    Column("state", WORDS, nullable=False),
    Column("versions", WORDS, nullable=False),
    Column("facts", WORDS, nullable=False),
)

#: Tables whose rows belong to one document and are replaced with it.
OF_DOCUMENT = (documents, forms, indicators, findings, scores, goals)
#: Tables derived from all documents together.
CROSS = (likenesses, cross_findings)
#: What two stores of the same documents have in common, row by row.
LASTING = (*OF_DOCUMENT, *CROSS)

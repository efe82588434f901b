"""The tables of the review: what people decided, remarked, received and sent; never written by a batch.

A decision belongs to a *thread* and a fingerprint. The thread of a form is its place in the store
(``document#form``; ``document#-1`` for what concerns the whole document) and stays with the project when a corrected
submission follows: ``lineage`` hands it on. So a decision survives a restart, a check by a newer version, and a
corrected file.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, Table

from indicators.store.schema import METADATA, WORDS

__all__ = [
    "REVIEW",
    "decisions",
    "history",
    "letters",
    "lineage",
    "remarks",
    "sessions",
    "settings",
    "standings",
    "submissions",
    "users",
]

decisions = Table(
    "decisions",
    METADATA,
    Column("thread", WORDS, primary_key=True),
    Column("fingerprint", WORDS, primary_key=True),
    Column("decision", WORDS, nullable=False),
    Column("note", WORDS, nullable=False),
    #: The finding as the letter says it, ``""`` = as the rule does.
    Column("wording", WORDS, nullable=False),
    Column("author", WORDS, nullable=False),
    Column("at", WORDS, nullable=False),
    Column("rule", WORDS, nullable=False),
    Index("decisions_fingerprint", "fingerprint"),
)

#: Every change of a decision; changes made in one go share ``action``, which is what undo takes back.
history = Table(
    "history",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("action", WORDS, nullable=False),
    Column("at", WORDS, nullable=False),
    Column("author", WORDS, nullable=False),
    Column("document", WORDS, nullable=False),
    Column("form", Integer, nullable=False),
    Column("thread", WORDS, nullable=False),
    Column("fingerprint", WORDS, nullable=False),
    Column("rule", WORDS, nullable=False),
    #: JSON of the decision before and after, ``""`` = none.
    Column("before", WORDS, nullable=False),
    Column("after", WORDS, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index("history_author", "author", "number"),
    Index("history_thread", "thread", "fingerprint"),
    Index("history_action", "action"),
)

#: A clerk's own findings.
remarks = Table(
    "remarks",
    METADATA,
    Column("remark", WORDS, primary_key=True),
    Column("thread", WORDS, nullable=False),
    Column("document", WORDS, nullable=False),
    Column("form", Integer, nullable=False),
    #: JSON of the location, ``{}`` = the form as a whole.
    Column("place", WORDS, nullable=False),
    Column("subject", WORDS, nullable=False),
    Column("message", WORDS, nullable=False),
    Column("fix", WORDS, nullable=False),
    Column("author", WORDS, nullable=False),
    Column("at", WORDS, nullable=False),
    #: ``open``, or ``fixed`` once a person saw it corrected.
    Column("state", WORDS, nullable=False),
    Index("remarks_thread", "thread"),
)

#: Which form a form corrects; ``chosen``: ``name`` (same project), ``alike`` (a doubtful match), ``hand``.
lineage = Table(
    "lineage",
    METADATA,
    Column("document", WORDS, primary_key=True),
    Column("form", Integer, primary_key=True, autoincrement=False),
    Column("thread", WORDS, nullable=False),
    Column("previous_document", WORDS, nullable=False),
    Column("previous_form", Integer, nullable=False),
    Column("likeness", Double, nullable=False),
    Column("chosen", WORDS, nullable=False),
    Index("lineage_previous", "previous_document", "previous_form"),
    Index("lineage_thread", "thread"),
)

#: Files that came in by the page, or were named when it was started.
submissions = Table(
    "submissions",
    METADATA,
    Column("document", WORDS, primary_key=True),
    Column("name", WORDS, nullable=False),
    Column("path", WORDS, nullable=False),
    Column("member", WORDS, nullable=False),
    Column("digest", WORDS, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("received", WORDS, nullable=False),
    Column("author", WORDS, nullable=False),
    #: ``waiting`` or ``done``; a file that waits is judged again after a crash.
    Column("state", WORDS, nullable=False),
    #: JSON: what says whether the reading can be trusted.
    Column("trust", WORDS, nullable=False),
    Index("submissions_received", "received"),
    Index("submissions_state", "state"),
)

#: Each form as the list knows it: what it is filtered and sorted by, how its findings were decided, and whether it is
#: the current version of its project. Follows from the other tables; narrow, so that the database can count a hundred
#: thousand forms while a person waits.
standings = Table(
    "standings",
    METADATA,
    Column("document", WORDS, primary_key=True),
    Column("form", Integer, primary_key=True, autoincrement=False),
    Column("current", Boolean, nullable=False),
    Column("addressee", WORDS, nullable=False),
    Column("department", WORDS, nullable=False),
    Column("sector", WORDS, nullable=False),
    Column("project", WORDS, nullable=False),
    Column("year", Integer),
    Column("amount", Double),
    Column("reading", WORDS, nullable=False),
    Column("grade", WORDS, nullable=False),
    Column("total", Double, nullable=False),
    Column("priority", Double, nullable=False),
    Column("specificity", Double),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("kept", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("later", Integer, nullable=False),
    #: Errors and warnings nobody decided on.
    Column("open", Integer, nullable=False),
)
_KEYS = (standings.c.priority.desc(), standings.c.document, standings.c.form)
#: With the columns lists are filtered by, so that a rare grade is found in the order of the list by the index alone.
Index("standings_priority", standings.c.current, *_KEYS, *(standings.c[name] for name in (
    "open", "grade", "sector", "year", "amount", "reading", "total", "errors", "warnings", "returned", "kept", "wrong",
    "later",
)))  # fmt: skip
#: With all that the first screen sums by unit.
Index("standings_addressee", standings.c.current, standings.c.addressee, *_KEYS, *(standings.c[name] for name in (
    "open", "errors", "warnings", "returned", "amount", "reading",
)))  # fmt: skip

#: Letters that went out: the forms they were about, and by when an answer is due.
letters = Table(
    "letters",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("unit", WORDS, nullable=False),
    Column("round", Integer, nullable=False),
    Column("sent", WORDS, nullable=False),
    Column("deadline", WORDS, nullable=False),
    Column("author", WORDS, nullable=False),
    #: JSON list of ``[document, form]``.
    Column("forms", WORDS, nullable=False),
    Column("findings", Integer, nullable=False),
    Index("letters_unit", "unit"),
)

settings = Table(
    "settings", METADATA, Column("name", WORDS, primary_key=True), Column("value", WORDS, nullable=False)
)  # fmt: skip

users = Table(
    "users",
    METADATA,
    Column("name", WORDS, primary_key=True),
    Column("password", WORDS, nullable=False),
    Column("role", WORDS, nullable=False),
    Column("created", WORDS, nullable=False),
    Column("active", Boolean, nullable=False),
)

#: Signed-in browsers, by the digest of their cookie.
sessions = Table(
    "sessions",
    METADATA,
    Column("token", WORDS, primary_key=True),
    Column("user", WORDS, nullable=False),
    Column("role", WORDS, nullable=False),
    Column("created", WORDS, nullable=False),
    Column("expires", WORDS, nullable=False),
)

REVIEW = (
    decisions, history, remarks, lineage, submissions, standings, letters, settings, users, sessions,
)  # fmt: skip

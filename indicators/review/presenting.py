"""What the pages show of documents, forms and findings: plain values for the templates."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from indicators.batch.tasks import Task
from indicators.money import told
from indicators.records import BBox, DocumentReport, Finding, Form, Location
from indicators.report.evidence import evidence_text
from indicators.report.letter import OWN
from indicators.report.places import SEVERITY_NAMES, SEVERITY_RANK, clean, place_text, subject_text, unit_name
from indicators.report.restored import restored
from indicators.review.viewing import View
from indicators.store import Store
from indicators.store.decisions import DECISIONS, Decision, decided
from indicators.store.schema import documents
from indicators.store.schema_review import lineage, remarks, submissions
from indicators.store.submissions import DOCUMENT

_MOST_KEPT = 4
_KEPT: OrderedDict[tuple[str, str, str], DocumentReport] = OrderedDict()
_LOCK = threading.Lock()

__all__ = [
    "Card",
    "cards_of",
    "document_of",
    "form_of",
    "marked_tables",
    "own_findings",
    "page_marks",
    "task_of",
    "unit_of",
    "why_here",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A finding as the page shows it; every text is masked and plain."""

    fingerprint: str
    number: int
    rule: str
    severity: str
    level: str
    title: str
    message: str
    subject: str
    place: str
    evidence: str
    fix: str
    page: int | None
    decision: str
    decision_name: str
    note: str
    wording: str
    author: str
    at: str
    own: bool = False
    state: str = ""
    indicator: int | None = None
    points: float = 0.0

    @property
    def stand(self) -> str:
        """What changes when somebody decides."""
        return f"{self.decision}|{self.author}|{self.at}|{self.state}|{self.note}|{self.wording}"


def document_of(store: Store, document: str) -> DocumentReport | None:
    """Return the report on a document, ``None`` where the store does not know it.

    The last few are kept: a person decides on many findings of one document in a row, and reading back a report of
    hundreds of forms takes longer than all the rest of an answer.
    """
    with store.engine.connect() as connection:
        query = select(documents.c.report_sha256).where(documents.c.document == document)
        digest = connection.execute(query).scalar()
    if digest is None:
        return None
    key = (store.name, document, digest)
    with _LOCK:
        kept = _KEPT.get(key)
    if kept is None:
        data = store.report(document)
        if data is None:
            return None
        kept = restored(data, path=document)
        with _LOCK:
            _KEPT[key] = kept
            while len(_KEPT) > _MOST_KEPT:
                _KEPT.popitem(last=False)
    return kept


def task_of(connection: Connection, document: str) -> tuple[Task, str] | None:
    """Return where the original of a document lies, and the versions it was judged by."""
    row = connection.execute(
        select(documents.c.digest, documents.c.versions, documents.c.name).where(documents.c.document == document)
    ).first()
    if row is None:
        return None
    kept = connection.execute(
        select(submissions.c.path, submissions.c.member, submissions.c.name).where(submissions.c.document == document)
    ).first()
    if kept is not None:
        path, member, name = kept.path, kept.member, kept.name
    else:
        path, _, member = document.partition("!/")
        name = row.name
    return Task(key=document, path=path, member=member, expected=row.digest, name=name), row.versions


def form_of(report: DocumentReport, number: int) -> Form | None:
    """Return a form by its number, ``None`` for the document as a whole."""
    return next((form for form in report.extraction.forms if form.index == number), None)


def unit_of(report: DocumentReport, form: Form | None) -> str:
    """Return the unit a form belongs to."""
    return unit_name(form, report.extraction.department)


def own_findings(
    connection: Connection, document: str, form: int | None = None
) -> list[tuple[Finding, Mapping[str, Any]]]:
    """Return the clerk's own remarks on a document or one of its forms, as findings with their rows."""
    query = (
        select(remarks)
        .outerjoin(lineage, (lineage.c.document == document) & (lineage.c.thread == remarks.c.thread))
        .where((remarks.c.document == document) | lineage.c.document.is_not(None))
        .order_by(remarks.c.at, remarks.c.remark)
    )
    found: list[tuple[Finding, Mapping[str, Any]]] = []
    threads = {
        row.thread: row.form
        for row in connection.execute(select(lineage.c.thread, lineage.c.form).where(lineage.c.document == document))
    }
    for row in connection.execute(query):
        number = threads.get(row.thread, row.form) if row.document != document else row.form
        if form is not None and number != form:
            continue
        at = json.loads(row.place) if row.document == document else {}
        finding = Finding(
            rule=OWN, name="own-remark", severity="warning", title=row.subject or "审核人意见", message=row.message,
            fix=row.fix, subject=row.subject or "document", form=number if number != DOCUMENT else None,
            at=Location(**at), fingerprint=f"own-{row.remark}",
        )  # fmt: skip
        found.append((finding, dict(row._mapping)))
    return found


def cards_of(store: Store, report: DocumentReport, number: int) -> list[Card]:
    """Return the findings on a form (-1 = the document), most telling first: severity, then points it costs."""
    document = report.path
    with store.engine.connect() as connection:
        made = decided(connection, [document])
        own = own_findings(connection, document, number)
    form = form_of(report, number)
    costs = {
        item.fingerprint: item.points for score in report.scores if score.form == number for item in score.deductions
    }
    wanted = None if number == DOCUMENT else number
    findings = [item for item in report.findings if item.form == wanted]
    findings.sort(key=lambda item: (SEVERITY_RANK[item.severity], -costs.get(item.fingerprint, 0.0)))
    cards = [
        _card(index, item, form, made.get((document, item.fingerprint)), costs.get(item.fingerprint, 0.0))
        for index, item in enumerate(findings, 1)
    ]
    for finding, row in own:
        standing = Decision(decision="return", author=row["author"], at=row["at"])
        card = _card(len(cards) + 1, finding, form, standing, 0.0)
        subject = row["subject"] or "整张表"
        cards.append(replace(card, own=True, state=row["state"], subject=clean(subject), level="人工意见"))
    return cards


def _card(number: int, finding: Finding, form: Form | None, made: Decision | None, points: float) -> Card:
    return Card(
        fingerprint=finding.fingerprint,
        number=number,
        rule=finding.rule,
        severity=finding.severity,
        level=SEVERITY_NAMES[finding.severity],
        title=clean(finding.title),
        message=clean(finding.message),
        subject=subject_text(finding, form),
        place=clean(place_text(finding.at)),
        evidence=evidence_text(finding),
        fix=clean(finding.fix),
        page=finding.at.page,
        decision=made.decision if made else "",
        decision_name=DECISIONS[made.decision] if made else "",
        note=made.note if made else "",
        wording=made.wording if made else "",
        author=made.author if made else "",
        at=_short(made.at) if made else "",
        indicator=finding.indicator,
        points=round(points, 1),
    )


def _short(at: str) -> str:
    return f"{int(at[5:7])}月{int(at[8:10])}日 {at[11:16]}".strip() if len(at) >= 10 else at


def marked_tables(view: View, number: int, findings: Mapping[int, Finding]) -> list[dict[str, Any]]:
    """Return the printed tables of a form with the numbers of the cards at their cells.

    Parameters
    ----------
    findings
        By number of the card.
    """
    if not 0 <= number < len(view.forms):
        return []
    by_place: dict[tuple[Any, ...], list[int]] = {}
    for card, finding in findings.items():
        at = finding.at
        if at.table is not None and at.row is not None and at.column is not None:
            by_place.setdefault((at.table, at.row, at.column), []).append(card)
    tables = []
    for table in view.forms[number]["tables"]:
        rows = [[_cell(cell, by_place, findings) for cell in row] for row in table["rows"]]
        tables.append({"rows": rows, "cut": table["cut"]})
    return tables


def _cell(
    cell: list[Any], by_place: Mapping[tuple[Any, ...], list[int]], findings: Mapping[int, Finding]
) -> dict[str, Any]:
    text, height, wide, place, confidence = cell
    numbers: list[int] = []
    if place is not None:
        for down in range(min(height, 8)):
            for right in range(min(wide, 12)):
                numbers += by_place.get((place[0], place[1] + down, place[2] + right), [])
    worst = min((findings[card].severity for card in numbers), key=lambda name: SEVERITY_RANK[name], default="")
    return {
        "text": text, "height": height, "wide": wide, "cards": numbers, "severity": worst,
        "place": ",".join(map(str, place)) if place else "", "unsure": confidence < 0.8,
    }  # fmt: skip


def page_marks(
    view: View, report: DocumentReport, number: int, findings: Mapping[int, Finding]
) -> list[dict[str, Any]]:
    """Return the pages of a form with the boxes of its findings; empty where the original has no pages."""
    form = form_of(report, number)
    pages = {item.at.page for item in findings.values() if item.at.page is not None and item.at.bbox is not None}
    if form is not None:
        places = [form.at.page, *(item.at.page for item in form.indicators)]
        known = [page for page in places if page is not None]
        if known and max(known) - min(known) < 12:
            pages |= set(range(min(known), max(known) + 1))
    shown = []
    for page in sorted(page for page in pages if 1 <= page <= len(view.sizes)):
        width, height = view.sizes[page - 1]
        boxes: dict[BBox, dict[str, Any]] = {}
        for card, item in findings.items():
            if item.at.page == page and item.at.bbox is not None:
                x0, y0, x1, y1 = item.at.bbox
                mark = boxes.setdefault(
                    item.at.bbox,
                    {"x": x0, "y": y0, "w": x1 - x0, "h": y1 - y0, "cards": [], "severity": item.severity},
                )
                mark["cards"].append(card)
        shown.append({"page": page, "width": width, "height": height, "marks": list(boxes.values())})
    return shown


def why_here(row: Mapping[str, Any]) -> str:
    """Say in a sentence with its figures why a form stands where it stands in the list."""
    amount = row["amount"]
    parts = []
    if amount:
        parts.append(f"年度资金 {told(amount, 1)}")
    if row["errors"]:
        parts.append(f"{row['errors']} 处错误")
    if row["warnings"]:
        parts.append(f"{row['warnings']} 处警告")
    if row["specificity"] is not None:
        level = row["specificity"]
        parts.append(f"指标具体程度 {level:.0f}" + ("，偏空泛" if level < 60 else ""))
    if row["confidence"] < 0.7:
        parts.append(f"读取可信度 {row['confidence']:.0%}，请先核对原件")
    return "，".join(parts) or "没有发现问题"


@lru_cache(maxsize=512)
def suggestions(level2: str, name: str, project: str) -> tuple[Any, ...]:
    """Return specific wordings of the library for an indicator."""
    from indicators.classify.suggest import suggest
    from indicators.vocabulary import level2_label

    label = level2_label(level2)
    return tuple(suggest(label, name, project, limit=3)) if label is not None else ()

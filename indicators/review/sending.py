"""What goes out (letters, 审核表, ledger, annotated originals) and what comes back (corrected files)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import and_, func, select
from starlette.responses import RedirectResponse, Response

from indicators import __version__
from indicators.catalogue import builtin_rules
from indicators.errors import ConfigError
from indicators.records import DocumentReport, Finding, Report
from indicators.report.places import SEVERITY_RANK
from indicators.report.rows import FormReport, form_reports
from indicators.review.intake import shown_name
from indicators.review.pages import LETTER_SETTINGS, page_number
from indicators.review.presenting import document_of, own_findings, task_of
from indicators.review.rechecking import rechecks
from indicators.review.showing import show
from indicators.review.viewing import Look
from indicators.store import Store
from indicators.store.decisions import DECISIONS, Decision, decided
from indicators.store.listing import unit_forms, unit_sums
from indicators.store.people import setting
from indicators.store.schema import forms
from indicators.store.schema_review import letters, lineage, submissions
from indicators.store.submissions import register_letter, replies

if TYPE_CHECKING:
    from indicators.review.guards import Call

__all__ = [
    "annotated", "candidates", "ledger", "letter", "letter_of", "letters_apart", "original", "overview", "received",
    "register", "returned_report", "review_forms",
]  # fmt: skip

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Units a page of what goes out; forms a page of what came back; units a page of who answered.
_UNITS, _FORMS, _REPLIES = 50, 10, 25


def overview(call: Call) -> Response:
    """Return what is ready to go out, by unit."""
    with call.store.engine.connect() as connection:
        rows = unit_sums(connection)
        values = {**LETTER_SETTINGS, **setting(connection, "letter", {})}
        sent: dict[str, list[dict[str, Any]]] = {}
        for row in connection.execute(select(letters).order_by(letters.c.number)):
            sent.setdefault(row.unit, []).append(dict(row._mapping))
    ready = [row for row in rows if row["returned"] or row["unit"] in sent]
    # What can go out at once comes first, then what still has something undecided, then what was sent.
    ready.sort(key=lambda row: (row["unit"] in sent, row["open"] > 0, -row["returned"], row["unit"]))
    page, start = cut(call, len(ready), _UNITS)
    return show(
        call, "send.html", units=ready[start : start + _UNITS], sent=sent, settings=values, page=page,
        pages=-(-len(ready) // _UNITS), today=date.today().isoformat(),
        undecided=[row for row in rows if not row["returned"] and row["open"]],
    )  # fmt: skip


def cut(call: Call, length: int, size: int, name: str = "page") -> tuple[int, int]:
    """Return the page an address asks for, as far as there is one, and where it starts."""
    page = min(page_number(call.query.get(name), 1), max(1, -(-length // size)))
    return page, (page - 1) * size


def _reports(store: Store, unit: str) -> Iterator[tuple[DocumentReport, set[int]]]:
    """Yield the documents that hold forms of a unit (``""`` = all) with the numbers of those forms."""
    with store.engine.connect() as connection:
        wanted = unit_forms(connection, unit)
    for document, numbers in wanted.items():
        report = document_of(store, document)
        if report is not None:
            yield report, numbers


def returned_report(store: Store, unit: str = "") -> Report:
    """Return the findings that were sent back (退回修改) and the clerk's own remarks, as a report.

    What was 误报, 属实保留, 待核实 or not decided is left out, and a finding with a wording of its own carries it.
    """
    kept = []
    for report, numbers in _reports(store, unit):
        with store.engine.connect() as connection:
            made = decided(connection, [report.path])
            own = [item for item, row in own_findings(connection, report.path) if row["state"] == "open"]
        found = [
            replace(item, message=decision.wording or item.message)
            for item in report.findings
            if (decision := made.get((report.path, item.fingerprint))) is not None and decision.decision == "return"
        ]
        found += own
        shown = [form for form in report.extraction.forms if form.index in numbers]
        general = not unit or unit == report.extraction.department
        findings = [item for item in found if item.form in numbers or (item.form is None and general)]
        extraction = replace(report.extraction, forms=tuple(shown))
        kept.append(replace(report, extraction=extraction, findings=tuple(_ordered(findings))))
    return Report(documents=tuple(kept), tool_version=__version__)


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda item: SEVERITY_RANK[item.severity])


def _settings(call: Call) -> dict[str, str]:
    with call.store.engine.connect() as connection:
        return {**LETTER_SETTINGS, **setting(connection, "letter", {})}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _file(data: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type=kind, headers=headers)


def letter(call: Call) -> Response:
    """Return the letter to a unit, or to all units, with what was decided to be sent back."""
    unit = call.query.get("unit", "")
    data = letter_of(call.store, unit)
    return _file(data, f"审核意见{'（' + unit + '）' if unit else ''}.docx", _DOCX)


def letters_apart(call: Call) -> Response:
    """Return the letters of all units in an archive, a file each."""
    with call.store.engine.connect() as connection:
        units = [row["unit"] for row in unit_sums(connection) if row["returned"]]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for unit in units:
            archive.writestr(f"审核意见（{shown_name(unit)[:60]}）.docx", letter_of(call.store, unit))
    if not units:
        raise ConfigError("没有要退回修改的问题", remedy="先把要退回的问题定为“退回修改”")
    return _file(out.getvalue(), "审核意见.zip", "application/zip")


def letter_of(store: Store, unit: str = "") -> bytes:
    """Return the letter to a unit (``""`` = to all) as Word, with the terms kept in the settings.

    Raises
    ------
    ConfigError
        If nothing was decided to be sent back.
    """
    from indicators.report.letter import Terms, units, write_letter

    report = returned_report(store, unit)
    if not units(report):
        raise ConfigError("没有要退回修改的问题", where=unit, remedy="先把要退回的问题定为“退回修改”")
    with store.engine.connect() as connection:
        values = {**LETTER_SETTINGS, **setting(connection, "letter", {})}
        query = select(letters.c.unit, func.max(letters.c.round)).group_by(letters.c.unit)
        rounds = {row[0]: row[1] + 1 for row in connection.execute(query)}
    contact = "，".join(part for part in (values["contact"], values["phone"]) if part)
    terms = Terms(deadline=_day(values["deadline"]), contact=contact, rounds=rounds)
    return write_letter(report, bureau=values["bureau"], today=_day(values["date"]), notes=True, terms=terms)


def review_forms(call: Call) -> Response:
    """Return the 审核表 of the projects of a unit."""
    from indicators.report.review_form import write_review_forms

    unit, kind = call.query.get("unit", ""), call.query.get("kind", "general")
    if kind not in ("general", "key"):
        raise ConfigError(f"没有这种审核表“{kind}”")
    items: list[tuple[FormReport, dict[str, tuple[str, str]]]] = []
    for report, numbers in _reports(call.store, unit):
        with call.store.engine.connect() as connection:
            made = decided(connection, [report.path])
            own = tuple(item for item, _ in own_findings(connection, report.path))
        words = {key[1]: (DECISIONS[item.decision], item.note) for key, item in made.items()}
        words |= {item.fingerprint: (DECISIONS["return"], "") for item in own}
        stands = tuple(item for item in report.findings if not _wrong(made.get((report.path, item.fingerprint))))
        for item in form_reports(replace(report, findings=(*stands, *own))):
            if item.form is not None and item.form.index in numbers and item.form.form_type == "project":
                items.append((item, words))
    data = write_review_forms(
        items, builtin_rules(), kind="key" if kind == "key" else "general", bureau=_settings(call)["bureau"]
    )
    name = f"绩效目标审核表（{'一般性项目' if kind == 'general' else '重点项目'}）{unit}.docx"
    return _file(data, name, _DOCX)


def _wrong(decision: Decision | None) -> bool:
    return decision is not None and decision.decision == "wrong"


def ledger(call: Call) -> Response:
    """Return the ledger of what was sent back, with what became of it."""
    from indicators.report.ledger import write_ledger

    unit = call.query.get("unit", "")
    return _file(write_ledger(ledger_rows(call.store, unit, _settings(call))), f"整改台账{unit}.xlsx", _XLSX)


def ledger_rows(store: Store, unit: str, values: dict[str, str]) -> Iterator[Any]:
    """Yield a row for each finding sent back, of earlier and of corrected versions once."""
    from indicators.report.ledger import LedgerRow

    with store.engine.connect() as connection:
        query = select(letters.c.unit, func.max(letters.c.round), func.max(letters.c.deadline)).group_by(letters.c.unit)
        sent = {row[0]: (row[1], row[2]) for row in connection.execute(query)}
        corrected = set(
            connection.execute(select(lineage.c.document).where(lineage.c.previous_document != "")).scalars()
        )
    seen: set[tuple[str, str, str]] = set()

    def row(unit_: str, project: str, item: Any, state: str, evidence: str) -> LedgerRow | None:
        key = (unit_, project, item.fingerprint)
        if key in seen:
            return None
        seen.add(key)
        rounds, due = sent.get(unit_, (0, values["deadline"]))
        return LedgerRow(
            unit=unit_, project=project, problem=item.problem, place=item.subject, measure=item.fix, due=due,
            evidence=evidence, state=state, rule=item.rule, rounds=rounds, fingerprint=item.fingerprint,
        )  # fmt: skip

    for document in sorted(corrected):
        yield from _followed(store, document, unit, row)
    for report in returned_report(store, unit).documents:
        for item in form_reports(report):
            for finding in item.findings:
                entry = _Entry.of(finding, item)
                made = row(item.unit, item.project or "整份材料", entry, "未整改", "")
                if made is not None:
                    yield made


class _Entry:
    """What a row of the ledger says of a finding."""

    def __init__(self, fingerprint: str, rule: str, problem: str, subject: str, fix: str) -> None:
        self.fingerprint, self.rule, self.problem, self.subject, self.fix = fingerprint, rule, problem, subject, fix

    @classmethod
    def of(cls, finding: Finding, item: FormReport) -> _Entry:
        from indicators.report.places import clean, subject_text

        subject = subject_text(finding, item.form)
        return cls(finding.fingerprint, finding.rule, clean(finding.message), subject, clean(finding.fix))


def _followed(store: Store, document: str, unit: str, row: Any) -> Iterator[Any]:
    """Yield the findings of earlier versions that were sent back, with what the corrected file shows."""
    report = document_of(store, document)
    if report is None:
        return
    by_number = {item.form.index: item for item in form_reports(report) if item.form is not None}
    rules = builtin_rules().rules
    states = {"fixed": "已整改", "same": "未整改", "again": "未整改"}
    for check in rechecks(store, document):
        item = by_number.get(check.form)
        name = item.unit if item is not None else report.extraction.department
        if unit and name != unit:
            continue
        for change in check.changes:
            if change.decision != DECISIONS["return"] or change.state not in states:
                continue
            fix = rules[change.rule].fix if change.rule in rules else ""
            entry = _Entry(change.fingerprint, change.rule, change.before, change.subject, fix)
            evidence = ""
            if change.state == "fixed":
                now = f"：现为“{change.new_value}”" if change.new_value else ""
                evidence = f"{report.extraction.document.name}{now}"
            made = row(name, check.title, entry, states[change.state], evidence)
            if made is not None:
                yield made


def annotated(call: Call) -> Response:
    """Return the original with the findings on it; what was 误报 is left out."""
    document = call.query.get("d", "")
    report = document_of(call.store, document)
    with call.store.engine.connect() as connection:
        found = task_of(connection, document)
        made = decided(connection, [document])
        own = tuple(item for item, _ in own_findings(connection, document))
    if report is None or found is None:
        raise ConfigError("库中没有这份文件", where=document)
    shown = tuple(item for item in report.findings if not _wrong(made.get((document, item.fingerprint))))
    task, _ = found
    look = Look(key=task.key, path=task.path, member=task.member, expected=task.expected, name=task.name,
                what="annotated", findings=(*shown, *own))  # fmt: skip
    data = call.office.viewer.look(look)
    from indicators.report.annotate import annotated_ending

    name = f"{PurePosixPath(task.name).stem}（初审）{annotated_ending(report)}"
    return _file(data, name, "application/octet-stream")


def original(call: Call) -> Response:
    """Return the original as it came in."""
    from indicators.batch.loading import load

    with call.store.engine.connect() as connection:
        found = task_of(connection, call.query.get("d", ""))
    if found is None:
        raise ConfigError("库中没有这份文件")
    return _file(load(found[0]), found[0].name, "application/octet-stream")


def register(call: Call) -> Response:
    """Note that the letter to a unit went out."""
    unit, values = call.value("unit", 300), _settings(call)
    report = returned_report(call.store, unit)
    covered = sorted(
        {(document.path, item.form) for document in report.documents for item in document.findings}, key=str
    )
    if not covered:
        raise ConfigError("没有要退回修改的问题", where=unit)
    row = {
        "unit": unit, "deadline": values["deadline"], "author": call.person.name, "findings": len(report.findings),
        "forms": json.dumps(covered, ensure_ascii=False),
    }  # fmt: skip
    call.store.change(lambda connection: register_letter(connection, row))
    return RedirectResponse("/send", 303)


def received(call: Call) -> Response:
    """Return what came back: by file, what was corrected and what was not; and who has not answered."""
    document = call.query.get("d", "")
    with call.store.engine.connect() as connection:
        query = (
            select(lineage.c.document, func.count().label("forms"), submissions.c.received, submissions.c.name)
            .select_from(lineage.outerjoin(submissions, submissions.c.document == lineage.c.document))
            .where(lineage.c.previous_document != "", lineage.c.form >= 0)
            .group_by(lineage.c.document, submissions.c.received, submissions.c.name)
            .order_by(submissions.c.received.desc(), lineage.c.document)
            .limit(60)
        )
        files = [dict(row._mapping) for row in connection.execute(query)]
        answers = replies(connection)
        if not document and files:
            document = files[0]["document"]
    found = list(rechecks(call.store, document)) if document else []
    # A pair in doubt comes first: everything said of it hangs on whether it is right.
    found.sort(key=lambda item: (item.chosen != "alike", not item.count("same", "again", "new"), item.form))
    page, start = cut(call, len(found), _FORMS)
    reply_page, reply_start = cut(call, len(answers), _REPLIES, "replies")
    today = date.today().isoformat()
    late = sum(not row["returned"] and bool(row["deadline"]) and row["deadline"] < today for row in answers)
    return show(
        call, "received.html", files=files, document=document, rechecks=found[start : start + _FORMS], page=page,
        pages=-(-len(found) // _FORMS), forms=len(found), replies=answers[reply_start : reply_start + _REPLIES],
        reply_page=reply_page, reply_pages=-(-len(answers) // _REPLIES), units=len(answers), late=late, today=today,
        answered=sum(bool(row["returned"]) for row in answers),
        doubtful=sum(item.chosen == "alike" for item in found),
        sums={name: sum(item.count(*states) for item in found) for name, states in _SUMS.items()},
    )  # fmt: skip


_SUMS = {"已改": ("fixed",), "未改": ("same", "again"), "新出现": ("new",)}


def candidates(call: Call) -> Response:
    """Return the forms a person may choose as the earlier version of a form, as options."""
    document, number = call.query.get("d", ""), page_number(call.query.get("f"), 0)
    with call.store.engine.connect() as connection:
        where = and_(lineage.c.document == document, lineage.c.form == number)
        pair = connection.execute(select(lineage).where(where)).first()
        rows = _candidates(connection, document)
    chosen = (pair.previous_document, pair.previous_form) if pair is not None else ("", -1)
    return show(call, "_candidates.html", candidates=rows, chosen=chosen)


def _candidates(connection: Any, document: str) -> list[dict[str, Any]]:
    """Return the forms a person may choose as the earlier version: those of the same departments."""
    own = select(forms.c.department).where(forms.c.document == document)
    query = (
        select(forms.c.document, forms.c.form, forms.c.project, submissions.c.name)
        .select_from(forms.outerjoin(submissions, submissions.c.document == forms.c.document))
        .where(forms.c.department.in_(own), forms.c.document != document)
        .order_by(forms.c.project, forms.c.document)
        .limit(300)
    )
    return [dict(row._mapping) for row in connection.execute(query)]

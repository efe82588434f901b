"""A report as one HTML file that needs nothing else: overview, findings, forms as printed, page pictures."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from indicators.records import DocumentReport, Finding, Form, Report, Specificity
from indicators.report.charts import Bar, Dot, bars, columns, scatter
from indicators.report.evidence import evidence_text
from indicators.report.grouped import GroupLine, group_lines
from indicators.report.overview import Overview, headline, overview
from indicators.report.pictures import PagePicture, page_pictures
from indicators.report.places import SEVERITY_NAMES, clean, file_stem, money_text, place_text, subject_text
from indicators.report.printed import PrintedTable, printed_forms
from indicators.report.rows import LEVEL_NAMES, FormReport, form_reports, worst_first
from indicators.report.trust import apart_rows, trust
from indicators.wording import FIELD_NAMES, HORIZON_NAMES, SOURCE_NAMES

if TYPE_CHECKING:
    from markupsafe import Markup

    from indicators.rule import RuleSet

__all__ = ["html_folder", "html_parts", "write_html"]

_MOST_PICTURES = 120
_WORST = 5
_MOST_BARS = 15
_MOST_DOTS = 3000
_GRADE_CLASSES = {"优": "g1", "良": "g2", "中": "g3", "差": "g4"}


def write_html(report: Report, rules: RuleSet, *, pictures: int = _MOST_PICTURES) -> str:
    """Return the report as one HTML page that asks the network for nothing.

    Parameters
    ----------
    rules
        The rules that judged, for the reasons and sources beside the findings.
    pictures
        Most page pictures; those with errors come first. 0 = none.
    """
    return "".join(html_parts(report, rules, pictures=pictures))


def html_folder(report: Report, rules: RuleSet, *, pictures: int = _MOST_PICTURES) -> Iterator[tuple[str, str]]:
    """Yield ``(file name, page)``: one page a document, then ``index.html`` with the overview that leads to them.

    Parameters
    ----------
    rules
        The rules that judged.
    pictures
        Most page pictures of a document.
    """
    width = len(str(len(report.documents)))
    names = []
    for number, document in enumerate(report.documents, start=1):
        stem = file_stem(Path(document.extraction.document.name).stem)
        names.append(f"{number:0{width}}-{stem}.html")
        single = replace(report, documents=(document,), notices=())
        yield names[-1], write_html(single, rules, pictures=pictures)
    yield "index.html", "".join(html_parts(report, rules, links=[quote(name) for name in names]))


def html_parts(
    report: Report, rules: RuleSet, *, pictures: int = _MOST_PICTURES, links: Sequence[str] = ()
) -> Iterator[str]:
    """Yield the page piece by piece, so that a long report need not stand in memory as a whole.

    Parameters
    ----------
    links
        Where the pages of the documents are, for an overview without findings and forms of its own.
    """
    style, script = _asset("report.css"), _asset("sort.js") + _asset("report.js")
    found = overview(report)
    drawn: dict[tuple[int, int], tuple[float, float]] = {}
    cards = [_card(number, item, apart=bool(links)) for number, item in _cards(report)]
    trusts = [(clean(item.extraction.document.name), trust(item)) for item in report.documents]
    yield from _template().generate(
        report=report,
        style=_trusted(style),
        script=_trusted(script),
        style_hash=_digest(style),
        script_hash=_digest(script),
        overview=found,
        index=bool(links),
        links=links or [""] * len(report.documents),
        charts=_charts(report, found, cards, links),
        cards=cards,
        lines=() if links else _lines(report, cards),
        notices=[clean(note.message) for note in report.notices],
        problems=_problems(report),
        trusts=trusts,
        headline=headline(report),
        doubtful=[f"{name}（{said.text}）" for name, said in trusts if not said.sure],
        apart=apart_rows(report),
        worst=[card for card in cards if card.item.form is not None and card.findings][:_WORST],
        rules=_rules(report, rules),
        units=sorted({card.unit for card in cards}),
        forms=() if links else _form_pages(report, cards),
        pages=() if links else _pages(report, pictures, drawn),
        drawn=drawn,
        severities=SEVERITY_NAMES,
        levels=LEVEL_NAMES,
    )


@lru_cache(maxsize=4)
def _asset(name: str) -> str:
    return files("indicators.report").joinpath("templates", name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_asset("report.html"))


def _trusted(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)


def _digest(text: str) -> str:
    """Return the hash by which the page allows this one script or style and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """A form in the lists and on its page."""

    key: str
    item: FormReport
    unit: str
    project: str
    money: str
    amount: float
    document: int
    findings: tuple[Any, ...]

    @property
    def grade(self) -> str:
        return self.item.score.grade if self.item.score is not None else ""

    @property
    def grade_class(self) -> str:
        return _GRADE_CLASSES.get(self.grade, "g0")


def _cards(report: Report) -> Iterator[tuple[int, FormReport]]:
    """Yield every form of the run, worst first, with the position of its document."""
    items = [item for document in report.documents for item in form_reports(document)]
    numbers = {id(document): number for number, document in enumerate(report.documents)}
    for item in worst_first(items):
        yield numbers[id(item.document)], item


def _card(number: int, item: FormReport, *, apart: bool = False) -> _Card:
    """Return a card; ``apart`` is whether its document has a page of its own, where it is number 0."""
    name = item.form.index if item.form is not None else "d"
    key = f"f-{0 if apart else number}-{name}"
    return _Card(
        key=key,
        item=item,
        unit=item.unit or "（未写单位）",
        project=item.project or "全文",
        money=money_text(item.form),
        amount=float(item.yuan or 0),
        document=number,
        findings=tuple(_finding(key, index, finding, item) for index, finding in enumerate(item.findings)),
    )


def _finding(key: str, index: int, finding: Finding, item: FormReport) -> dict[str, Any]:
    at = finding.at
    return {
        "key": f"{key}-{index}",
        "number": index + 1,
        "rule": finding.rule,
        "severity": finding.severity,
        "title": clean(finding.title),
        "message": clean(finding.message),
        "fix": clean(finding.fix),
        "subject": subject_text(finding, item.form),
        "evidence": evidence_text(finding),
        "place": clean(place_text(at, item.form)),
        "page": at.page,
        "box": at.bbox,
        "fingerprint": finding.fingerprint,
        "doubtful": False,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A finding with the form it stands in."""

    card: _Card
    said: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Findings that are one thing, as one line of the list; the first place speaks for all."""

    more: str
    severity: str
    places: tuple[_Place, ...]

    @property
    def first(self) -> _Place:
        return self.places[0]

    @property
    def forms(self) -> int:
        return len({place.card.key for place in self.places if place.card.item.form is not None})

    def every(self, name: str) -> str:
        """Return what the places have of a kind, for the filters, one a line."""
        values = (getattr(place.card, name) if name in ("unit", "grade") else place.said[name] for place in self.places)
        return "\n".join(dict.fromkeys(values))


def _lines(report: Report, cards: list[_Card]) -> Iterator[_Line]:
    """Yield the lines of the list, document by document."""
    shown: dict[int, dict[int, _Place]] = defaultdict(dict)
    for card in cards:
        for finding, said in zip(card.item.findings, card.findings, strict=True):
            shown[card.document][id(finding)] = _Place(card=card, said=said)
    for number, document in enumerate(report.documents):
        for line in group_lines(document):
            places = tuple(shown[number][id(finding)] for finding in line.findings)
            yield _Line(more=line.more, severity=line.severity, places=places)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Findings of one form that are one thing; ``others`` is in how many more forms it stands."""

    first: dict[str, Any]
    rest: tuple[dict[str, Any], ...]
    others: int


def _blocks(document: DocumentReport) -> dict[int | None, list[tuple[GroupLine, int]]]:
    """Return the groups of each form, with in how many other forms they stand."""
    found: dict[int | None, list[tuple[GroupLine, int]]] = defaultdict(list)
    for line in group_lines(document):
        forms = dict.fromkeys(finding.form for finding in line.findings)
        for form in forms:
            found[form].append((line, len(forms.keys() - {None, form})))
    return found


def _blocks_of(card: _Card, lines: Sequence[tuple[GroupLine, int]]) -> list[_Block]:
    """Return the findings of a form, what is one thing together, in the order of the first of each."""
    said = {id(finding): entry for finding, entry in zip(card.item.findings, card.findings, strict=True)}
    blocks = []
    for line, others in lines:
        own = [said[id(finding)] for finding in line.findings if id(finding) in said]
        blocks.append(_Block(first=own[0], rest=tuple(own[1:]), others=others))
    return sorted(blocks, key=lambda block: block.first["number"])


def _charts(report: Report, found: Overview, cards: list[_Card], links: Sequence[str]) -> dict[str, Markup]:
    def at(card: _Card) -> str:
        return f"{links[card.document] if links else ''}#{card.key}"

    parts = (("error", 2), ("warning", 3), ("note", 4))
    by_rule = [
        Bar(
            f"{row[0]} {row[1]}",
            tuple((kind, int(row[at])) for kind, at in parts),
            f"#{'forms' if links else 'findings'}?rule={row[0]}",
        )
        for row in found.rules[:_MOST_BARS]
    ]
    forms = [card for card in cards if card.findings and card.item.form is not None]
    worst = sorted(forms, key=lambda card: (-card.item.count("error"), -len(card.findings)))[:_MOST_BARS]
    by_form = [Bar(card.project, tuple((kind, card.item.count(kind)) for kind, _ in parts), at(card)) for card in worst]
    dots = [
        Dot(card.project, card.amount, card.item.score.total, card.grade_class, at(card))
        for card in cards[:_MOST_DOTS]
        if card.item.score is not None
    ]
    charts = {"rule": bars("按规则", by_rule), "form": bars("按项目", by_form)}
    levels = Counter(
        level.level for document in report.documents for row in document.specificity for level in row if level
    )
    if levels:
        data = [Bar(name, ((f"l{number}", levels[number]),)) for number, name in enumerate(LEVEL_NAMES)]
        charts["specificity"] = columns("指标具体程度", data)
    if dots:
        charts["money"] = scatter("参考分与金额", dots)
    return charts


def _problems(report: Report) -> list[str]:
    return [
        f"{clean(document.extraction.document.name)}：{clean(note.message)}"
        for document in report.documents
        for note in dict.fromkeys((*document.extraction.document.problems, *document.extraction.problems))
    ]


def _rules(report: Report, rules: RuleSet) -> list[dict[str, Any]]:
    used = Counter(finding.rule for finding in report.findings)
    rows = []
    for code in sorted(used):
        rule = rules.rules.get(code)
        sources = [rules.sources[key].label for key in rule.sources if key in rules.sources] if rule else []
        title = rule.title if rule is not None else code
        rows.append({"code": code, "title": title, "count": used[code], "sources": sources})
        rows[-1]["why"] = rule.why if rule is not None else ""
    return rows


def _pages(
    report: Report, most: int, drawn: dict[tuple[int, int], tuple[float, float]]
) -> Iterator[tuple[int, PagePicture]]:
    """Yield the pictures and note their sizes in ``drawn`` by document and page, for the pages of the forms."""
    left = most
    for number, document in enumerate(report.documents):
        for picture in page_pictures(document, left) if left > 0 else ():
            left -= 1
            drawn[number, picture.page] = (picture.width, picture.height)
            yield number, picture


def _form_pages(report: Report, cards: list[_Card]) -> Iterator[dict[str, Any]]:
    """Yield what the page of each form shows, in print order; one at a time, they are the bulk of the report."""
    by_key = {card.key: card for card in cards}
    for number, document in enumerate(report.documents):
        lines = _blocks(document)
        whole = by_key.get(f"f-{number}-d")
        if whole is not None:
            loose = [line for form in lines if f"f-{number}-{form}" not in by_key for line in lines[form]]
            empty: dict[str, Any] = {"tables": [], "fields": [], "indicators": [], "pages": [], "notes": []}
            yield {**empty, "card": whole, "blocks": _blocks_of(whole, loose)}
        findings = {
            card.item.form.index: card.item.findings
            for card in cards
            if card.document == number and card.item.form is not None
        }
        tables = printed_forms(document, findings)
        for position, (form, printed) in enumerate(zip(document.extraction.forms, tables)):
            card = by_key[f"f-{number}-{form.index}"]
            page = _form_page(document, position, form, printed, card)
            yield {**page, "blocks": _blocks_of(card, lines[form.index])}


def _form_page(
    document: DocumentReport, position: int, form: Form, printed: list[PrintedTable], card: _Card
) -> dict[str, Any]:
    levels = document.specificity[position] if position < len(document.specificity) else ()
    for index in _doubtful(printed):
        card.findings[index]["doubtful"] = True
    return {
        "card": card,
        "tables": printed,
        "fields": [] if printed else _fields(form),
        "indicators": _indicators(form, levels),
        "pages": sorted({item["page"] for item in card.findings if item["page"] is not None and item["box"]}),
        "notes": [clean(note.message) for note in form.notes],
    }


def _doubtful(printed: list[PrintedTable]) -> frozenset[int]:
    """Return the findings that rest on text recognised from a picture."""
    return frozenset(
        index
        for table in printed
        for row in table.rows
        for cell in row
        if cell.confidence < 1
        for index in cell.findings
    )


def _fields(form: Form) -> list[tuple[str, str]]:
    """Return the records of a form whose print is not at hand."""
    rows = [(FIELD_NAMES.get(item.path, item.path), clean(item.text)) for item in (*form.fields, *form.overall)]
    for line in form.funds:
        name = HORIZON_NAMES[line.horizon] + SOURCE_NAMES.get(line.source, line.source)
        rows.append((name, f"{line.amount:,f} {line.unit}" if line.amount is not None else ""))
    return rows


def _indicators(form: Form, levels: tuple[Specificity | None, ...]) -> list[dict[str, Any]]:
    rows = []
    for number, item in enumerate(form.indicators):
        if item.empty:
            continue
        row = {
            "horizon": HORIZON_NAMES[item.horizon],
            "level2": item.level2 or item.level1,
            "name": clean(item.name),
            "value": clean(item.value),
            "level": levels[number] if number < len(levels) else None,
        }
        rows.append(row)
    return rows

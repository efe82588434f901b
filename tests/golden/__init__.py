"""Documents with all that comes of them written down: tables, forms and findings, as text a person can compare.

``python -m tests.golden`` writes the expectations anew; the difference shows what a change of the code means.
Documents are files of their own; ``.region`` holds text as a PDF without rules places it (see :func:`placed`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from indicators.catalogue import builtin_rules
from indicators.config import Config
from indicators.engine import check_extraction
from indicators.forms import find_forms
from indicators.grid import solve
from indicators.readers import read_bytes
from indicators.records import (
    Document,
    DocumentReport,
    Extraction,
    Finding,
    Form,
    Indicator,
    Line,
    Location,
    Note,
    Region,
    Segment,
    Table,
)

__all__ = [
    "FOLDER",
    "described",
    "documents",
    "expected_at",
    "finding",
    "forms",
    "outcomes",
    "placed",
    "tables",
    "unplaced",
]

FOLDER = Path(__file__).parent / "documents"
KINDS = Path(__file__).parents[1] / "kinds"


def documents() -> list[Path]:
    """Return every document that has an expectation."""
    kinds = [path for path in KINDS.iterdir() if path.suffix in (".txt", ".html")]
    return sorted(kinds) + sorted(path for path in FOLDER.iterdir() if path.suffix != ".golden")


def expected_at(document: Path) -> Path:
    """Return where the expectation of a document stands."""
    return FOLDER / f"{document.stem}.golden"


def described(path: Path) -> str:
    """Return what comes of a document, one thing a line, in three stages."""
    document = _document(path)
    extraction = find_forms(document)
    report = check_extraction(extraction, builtin_rules(), Config(preview=True))
    found = [*map(finding, report.findings), *outcomes(report)]
    findings = "".join(f"{line}\n" for line in found)
    return f"== tables\n{tables(path)}== forms\n{forms(path)}== findings\n{findings}"


def tables(path: Path) -> str:
    """Return the first stage: tables and lines."""
    return "".join(f"{line}\n" for line in _tables(solve(_document(path))))


def forms(path: Path) -> str:
    """Return the second stage: forms and what stands around them."""
    return "".join(f"{line}\n" for line in _forms(find_forms(_document(path))))


@cache
def _document(path: Path) -> Document:
    if path.suffix == ".region":
        return placed(path.read_text(encoding="utf-8"), path.name)
    return read_bytes(path.read_bytes(), path.name, ocr=False)


def _flat(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _place(at: Location) -> str:
    parts = (("p", at.page), ("l", at.line), ("t", at.table), ("r", at.row), ("c", at.column))
    return " ".join(f"{name}{number}" for name, number in parts if number is not None)


def _tables(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Table):
            yield f"table {block.rows} x {block.columns} {block.grid}"
            for cell in block.cells:
                span = f" {cell.row_span}x{cell.column_span}" if (cell.row_span, cell.column_span) != (1, 1) else ""
                yield f"  {_place(cell.at)}{span} {cell.confidence:g} | {_flat(cell.text)}"
        else:
            yield f"line {_place(block.at)} {block.confidence:g} | {_flat(block.text)}"


def _forms(extraction: Extraction) -> Iterator[str]:
    yield f"department {extraction.department} year {extraction.fiscal_year}"
    for form in extraction.forms:
        yield from _form(form)
    for line in extraction.budget_lines:
        yield f"budget line {line.unit} | {line.project} | {line.amount} {line.amount_unit} | {line.table}"
    for table in extraction.budget_tables:
        yield f"budget table {table.kind} | {table.title} | {table.unit} | {' '.join(table.columns)} | {table.empty}"
        for row in table.rows:
            yield f"  {row.label} {row.code} {' '.join(map(str, row.amounts))}"
    for statement in extraction.statements:
        yield f"statement {statement.kind} {statement.figures} | {_flat(statement.text)}"
    yield from _notes(extraction.problems)


def _form(form: Form) -> Iterator[str]:
    yield (
        f"form {form.index} {form.form_type} family {form.family} {' '.join(form.sides)} {form.year} "
        f"{form.fund_unit or '-'} {form.confidence:g} {form.reading} | {_place(form.at)} | {_flat(form.title)}"
    )
    for item in (*form.fields, *form.overall):
        yield f"  field {item.path} {_place(item.at)} {item.confidence:g} | {_flat(item.text)}"
    for fund in form.funds:
        yield f"  fund {fund.horizon} {fund.source} {fund.amount} {fund.unit} {_place(fund.at)} | {_flat(fund.text)}"
    for indicator in form.indicators:
        yield f"  {_indicator(indicator)}"
    yield from _notes((*form.notes, *form.doubts))


def _indicator(item: Indicator) -> str:
    quantity = item.quantity
    number = "" if quantity is None else f"{quantity.relation} {quantity.number} {quantity.upper} {quantity.unit}"
    dates = "" if item.dates is None else f"{item.dates.start} {item.dates.end} {item.dates.precision}"
    named = _place(item.name_at) if item.name_at else "-"
    texts = (item.level1, item.level2, item.name, item.value, number, dates, *(f"{a}={b}" for a, b in item.attributes))
    said = " | ".join(_flat(text) for text in texts)
    return f"{item.horizon} {_place(item.at)} ({named}) {item.confidence:g} | {said}"


def _notes(notes: tuple[Note, ...]) -> Iterator[str]:
    for note in notes:
        yield f"  note {note.code} {_place(note.at) if note.at else '-'} {note.doubt} | {_flat(note.message)}"


def outcomes(report: DocumentReport) -> Iterator[str]:
    """Yield which rules found nothing and which had nothing to ask, a line a form."""
    for form in sorted({item.form for item in report.outcomes}, key=str):
        for status in ("passed", "skipped"):
            rules = sorted({item.rule for item in report.outcomes if (item.form, item.status) == (form, status)})
            if rules:
                yield f"{status} form {form}: {' '.join(rules)}"


def finding(item: Finding) -> str:
    """Return a finding in one line."""
    values = ", ".join(f"{name}={value}" for name, value in item.values)
    return (
        f"{item.rule} {item.severity} form {item.form} indicator {item.indicator} {_place(item.at)} | "
        f"{_flat(item.subject)} | {_flat(item.message)} | {_flat(values)}"
    )


def unplaced(document: Document) -> str:
    """Return the regions of a document as text, for :func:`placed`."""
    lines = []
    for block in document.blocks:
        if isinstance(block, Region):
            lines.append(f"region\t{block.height:.2f}")
            lines += [f"rule\t{y:.2f}\t{x0:.2f}\t{x1:.2f}" for y, x0, x1 in block.rules]
            for number, line in enumerate(block.lines):
                lines.append(f"line\t{_flat(line.text)}")
                lines += [
                    f"{'glued' if piece.glued else 'piece'}\t{piece.x0:.2f}\t{piece.x1:.2f}\t{piece.y:.2f}\t{piece.text}"
                    for piece in block.segments
                    if piece.line == number
                ]
    return "".join(f"{line}\n" for line in lines)


def placed(text: str, name: str) -> Document:
    """Return the document of a ``.region`` file.

    ``region`` gives the height of a region, ``rule`` a horizontal rule (y, from, to), ``line`` a printed line and
    ``piece`` (or ``glued``) a piece of it: left, right, middle, text.
    """
    regions: list[tuple[float, list[tuple[float, ...]], list[Line], list[Segment]]] = []
    for row in text.splitlines():
        kind, *rest = row.split("\t")
        if kind == "region":
            regions.append((float(rest[0]), [], [], []))
            continue
        _, rules, lines, pieces = regions[-1]
        at = Location(page=len(regions), line=len(lines))
        if kind == "rule":
            rules.append(tuple(map(float, rest)))
        elif kind == "line":
            lines.append(Line(text=rest[0].replace("\\n", "\n"), at=Location(page=len(regions), line=len(lines) + 1)))
        else:
            x0, x1, y = map(float, rest[:3])
            pieces.append(Segment(text=rest[3], x0=x0, x1=x1, y=y, line=len(lines) - 1, at=at, glued=kind == "glued"))
    blocks = tuple(
        Region(
            text="\n".join(line.text for line in lines),
            at=lines[0].at if lines else Location(),
            lines=tuple(lines),
            segments=tuple(pieces),
            rules=tuple(rules),  # type: ignore[arg-type]
            height=height,
        )
        for height, rules, lines, pieces in regions
    )
    return Document(name=name, sha256="", media_type="text/plain", reader="region", blocks=blocks)

"""The records that travel between readers, forms, engine and reports.

All are frozen, slotted, keyword-only dataclasses holding tuples; money and figures are ``Decimal``.
Coordinates have one origin: PDF points (1/72 inch) from the top left corner of the page.
Pages and lines count from 1, rows and columns from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from indicators.money import in_unit, in_yuan
from indicators.text import mask_numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "HORIZONS",
    "SEVERITIES",
    "SEVERITY_RANK",
    "SOURCES",
    "BudgetLine",
    "BudgetRow",
    "BudgetTable",
    "Cell",
    "DateSpan",
    "Deduction",
    "Document",
    "DocumentReport",
    "Extraction",
    "Field",
    "Finding",
    "Form",
    "FundLine",
    "Indicator",
    "Line",
    "Location",
    "Mark",
    "Note",
    "Outcome",
    "Picture",
    "Quantity",
    "Region",
    "Report",
    "Ruled",
    "Score",
    "Segment",
    "Specificity",
    "Statement",
    "Table",
    "around",
]

Horizon = Literal["lifetime", "annual"]
HORIZONS: tuple[Horizon, ...] = ("lifetime", "annual")
#: Code of the doubt on a form in whose midst its document ends.
CUT_OFF = "cut-off"
SOURCES = ("total", "central", "provincial", "local", "self", "other")
Severity = Literal["error", "warning", "note"]
#: Worst first.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
SEVERITY_RANK: dict[str, int] = {severity: rank for rank, severity in enumerate(SEVERITIES)}
Grid = Literal["exact", "ragged", "guessed"]
BBox = tuple[float, float, float, float]
_LONGEST = 60


def _short(record: object, *known: object, **counts: object) -> str:
    """Return one line that says which record this is; phone numbers never stand in it."""
    facts = [mask_numbers(str(fact)) for fact in known if fact not in (None, "")]
    texts = [repr(fact if len(fact) <= _LONGEST else fact[: _LONGEST - 1] + "…") for fact in facts]
    texts += [f"{name}={value!r}" for name, value in counts.items()]
    return f"<{type(record).__name__} {', '.join(texts)}>"


def around(boxes: Iterable[BBox | None]) -> BBox | None:
    """Return the box around boxes, ``None`` where there is none."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    return min(b[0] for b in known), min(b[1] for b in known), max(b[2] for b in known), max(b[3] for b in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where something was printed; unknown parts are ``None``.

    Parameters
    ----------
    page
        Page, from 1.
    table
        Index of the table among the tables of the document, from 0.
    row, column
        Position in the table, from 0.
    bbox
        ``(x0, y0, x1, y1)`` in PDF points from the top left of the page.
    line
        Line of a text, from 1.
    sheet
        Name of a worksheet; then ``row`` and ``column`` are those of the sheet.
    """

    page: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    bbox: BBox | None = None
    line: int | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table; ``at.row`` and ``at.column`` are those of its top left corner.

    Parameters
    ----------
    text
        As printed, white space of the layout joined.
    at
        Its place; ``row`` and ``column`` are always known.
    row_span, column_span
        Rows and columns covered, at least 1.
    confidence
        0..1, below 1 where text was recognised from a picture.
    others
        Texts of one other character that a recogniser held possible too.
    """

    text: str
    at: Location
    row_span: int = 1
    column_span: int = 1
    confidence: float = 1.0
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as printed. Empty cells may be left out.

    Parameters
    ----------
    cells
        In reading order (row, then column).
    rows, columns
        Size of the grid.
    at
        Of the whole table (page, bounding box or first line).
    grid
        ``exact``: rows, columns and spans are those printed (PDF rules, DOCX, XLSX, HTML, drawn with characters).
        ``ragged``: cells were split out of text, columns may be shifted and merged cells lost.
        ``guessed``: columns come from alignment (borderless, OCR without rules).
    """

    cells: tuple[Cell, ...]
    rows: int
    columns: int
    at: Location
    grid: Grid = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text outside tables."""

    text: str
    at: Location
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of placed text without white inside that could part columns.

    Parameters
    ----------
    text
        As printed.
    x0, x1
        Left and right end, in half-width characters from the left.
    y
        Middle of its line, in distances of two lines of one cell, from the top.
    line
        Index of its line among those of the region.
    at
        Place in the file.
    glued
        Whether a reader sees no blank before it, whatever the white.
    """

    text: str
    x0: float
    x1: float
    y: float
    line: int
    at: Location
    confidence: float = 1.0
    glued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Line):
    """An area of placed text that may hold tables not closed by rules (see ``indicators.grid``).

    To those who do not solve it, it is its text.

    Parameters
    ----------
    lines
        Its printed lines, as they read where no table is found.
    segments
        Their pieces, line by line from left to right.
    rules
        Horizontal rules as ``(y, x0, x1)`` in the units of the segments.
    height
        Of the region in distances of lines; a region that follows on the next page begins below it.
    crossed
        Whether vertical rules cross it that close no cells: others are lost.
    """

    lines: tuple[Line, ...] = ()
    segments: tuple[Segment, ...] = ()
    rules: tuple[tuple[float, float, float], ...] = ()
    height: float = 0.0
    crossed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """A table of a picture as its rules part it, some of which may be lost.

    Parameters
    ----------
    table
        What the rules say.
    text
        The same text as it stands.
    cut
        Whether much text stands right or left of it: it may go on where its rules are bent or lost.
    """

    table: Table
    text: Region
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Line):
    """What a picture of a page shows, from top to bottom: ruled tables, and the text between them.

    To those who do not solve it, it is its text.
    """

    parts: tuple[Ruled | Region, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Text printed over or around the content: ``watermark``, ``header``, ``footer`` or ``stamp``."""

    text: str
    kind: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something the tool did or could not do, in Chinese, with its place.

    ``code`` is a short English word for programs, e.g. ``label-inferred``; ``message`` is for people.
    ``doubt`` says that something of the document may be missing or altered, so that nothing is proved by what is not
    there.
    """

    code: str
    message: str
    at: Location | None = None
    doubt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file as tables and lines in reading order. Knows nothing of forms.

    Parameters
    ----------
    name
        File name without folders.
    sha256
        Hex digest of the bytes.
    media_type
        By content, e.g. ``application/pdf``.
    reader
        Which reader produced it, e.g. ``text``, ``pdf``, ``pdfplumber``, ``docx``.
    pages
        Number of pages, ``None`` where the format has none.
    blocks
        Tables and lines in reading order; as readers deliver it also regions and pictures, which
        ``indicators.grid.solve`` turns into tables and lines.
    marks
        Watermarks, stamps, running headers and footers, kept out of ``blocks``.
    problems
        What could not be read and what to do.
    """

    name: str
    sha256: str
    media_type: str
    reader: str
    pages: int | None = None
    blocks: tuple[Table | Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    problems: tuple[Note, ...] = ()

    def __repr__(self) -> str:
        return _short(self, self.name, self.reader, pages=self.pages, tables=len(self.tables), lines=len(self.lines))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines outside tables, in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Line))

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms, looked for anew each time; :func:`indicators.find_forms` also gives what stands around them."""
        # By name, for records stand below forms.
        forms: tuple[Form, ...] = import_module("indicators.forms").find_forms(self).forms
        return forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A printed number: ``≥95%`` is relation ``≥``, number 95, unit ``%``.

    Parameters
    ----------
    relation
        One of ``= ≥ ≤ > < ≈``; ``=`` where none is printed.
    number
        As printed (not scaled by 万 or %); the lower end of a range.
    unit
        As printed after normalisation of width, ``""`` where there is none.
    upper
        Upper end of a range, else ``None``.
    """

    relation: str
    number: Decimal
    unit: str
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """A date or period. ``start`` and ``end`` are inclusive; ``precision`` is ``day``, ``month`` or ``year``."""

    start: date | None
    end: date | None
    precision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A printed field of a form. ``text`` is ``""`` where the block is printed but blank."""

    path: str
    text: str
    at: Location
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FundLine:
    """One fund cell: ``amount`` in ``unit`` as printed, ``None`` = blank."""

    horizon: Horizon
    source: str
    amount: Decimal | None
    unit: str
    at: Location
    text: str = ""

    @property
    def path(self) -> str:
        """``funds.annual.total`` and the like."""
        return f"funds.{self.horizon}.{self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One 三级指标 with its value. ``name`` and ``value`` are ``""`` for an empty slot.

    Parameters
    ----------
    horizon
        ``lifetime`` (实施期) or ``annual`` (年度).
    level1, level2
        Canonical names (see ``vocabulary``).
    name, value
        As printed; operator, number and unit joined where the layout splits them.
    quantity, dates
        Parsed from ``value``.
    at
        Place of the value, else of the name, else of the label.
    attributes
        Further printed columns, e.g. ``(("分值", "10"),)``.
    """

    horizon: Horizon
    level1: str
    level2: str
    name: str
    value: str
    quantity: Quantity | None = None
    dates: DateSpan | None = None
    at: Location = field(default_factory=Location)
    name_at: Location | None = None
    confidence: float = 1.0
    attributes: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return _short(self, self.horizon, self.level2 or self.level1, self.name, self.value)

    @property
    def empty(self) -> bool:
        """Whether neither name nor value is printed."""
        return not self.name and not self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One 绩效目标表.

    Parameters
    ----------
    index
        Position among the forms of the document, from 0.
    form_type
        ``project`` or ``overall``.
    family
        Layout family 1..4 of the layouts in the field.
    sides
        Horizons the layout prints, e.g. ``("lifetime", "annual")``.
    fields
        Every printed text field: ``project_name``, ``department``, ``implementing_unit``,
        ``project_attribute``, ``project_period``, ``overview``, ``basis``, ``necessity``, ``measures``,
        ``plan``, ``goal.lifetime``, ``goal.annual``, ``filled_on``, ``contact_phone`` (masked),
        ``leader`` and ``handler`` (never the name itself: ``已填`` or ``""``).
    funds
        Every printed fund cell.
    fund_unit
        Unit of the amounts: ``元``, ``万元`` or another of ``indicators.money``.
    overall
        Further printed figures of an overall form, as ``(path, text)`` fields.
    notes
        Every repair made while reading.
    confidence
        0..1; each repair lowers it.
    reading
        ``understood``, ``doubtful`` (findings ask to compare the original) or ``not understood`` (nothing is judged).
    doubts
        Why the reading is doubtful or failed.
    period_word
        What its goals call the whole period: ``中期``, ``长期`` …; ``""`` where they say 实施期 or nothing.
    """

    index: int
    form_type: str
    title: str
    year: int | None
    family: int
    sides: tuple[Horizon, ...]
    fields: tuple[Field, ...]
    funds: tuple[FundLine, ...]
    fund_unit: str
    indicators: tuple[Indicator, ...]
    at: Location
    overall: tuple[Field, ...] = ()
    notes: tuple[Note, ...] = ()
    confidence: float = 1.0
    reading: str = "understood"
    doubts: tuple[Note, ...] = ()
    period_word: str = ""

    def __repr__(self) -> str:
        return _short(self, self.index, self.project_name, indicators=len(self.indicators), reading=self.reading)

    def field(self, path: str) -> Field | None:
        """Return the printed field, ``None`` where the layout does not print it."""
        for item in self.fields:
            if item.path == path:
                return item
        return None

    def text(self, path: str) -> str:
        """Return the text of a field, ``""`` where it is blank or not printed."""
        item = self.field(path)
        return item.text if item is not None else ""

    @property
    def project_name(self) -> str:
        """Project name, ``""`` where missing (unit name on overall forms)."""
        return self.text("project_name")

    def fund(self, horizon: str, source: str) -> FundLine | None:
        """Return one fund cell, ``None`` where the layout does not print it."""
        for line in self.funds:
            if line.horizon == horizon and line.source == source:
                return line
        return None

    def amount(self, horizon: str, source: str = "total") -> Decimal | None:
        """Return an amount in ``fund_unit``, ``None`` where blank or not printed.

        A cell may print a unit of its own (其中：自筹 1.2亿元 in a form in 万元).
        """
        line = self.fund(horizon, source)
        return None if line is None or line.amount is None else in_unit(line.amount, line.unit, self.fund_unit)

    def yuan(self, horizon: str = "annual", source: str = "total") -> Decimal | None:
        """Return an amount in 元, whatever the printed unit; ``None`` where blank or of no unit of money."""
        line = self.fund(horizon, source)
        if line is None or line.amount is None:
            return None
        return in_yuan(line.amount, line.unit)

    @property
    def cut_off(self) -> bool:
        """Whether the document ends in the midst of the form: what stands behind its last row is not known."""
        return any(note.code == CUT_OFF for note in self.doubts)

    def side(self, horizon: str) -> tuple[Indicator, ...]:
        """Return the indicators of one horizon, empty slots included."""
        return tuple(item for item in self.indicators if item.horizon == horizon)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """A line of 项目支出预算表; ``table`` is ``current`` or ``carried_over``; ``unit`` may be ``""``."""

    unit: str
    project: str
    amount: Decimal | None
    amount_unit: str
    table: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """A row of a budget table: ``label`` and its amounts by column, ``None`` = blank."""

    label: str
    code: str
    amounts: tuple[Decimal | None, ...]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTable:
    """A budget table other than a form.

    Parameters
    ----------
    kind
        ``balance`` (收支总表), ``income``, ``expenditure``, ``appropriation`` (财政拨款收支总表),
        ``general`` (一般公共预算支出), ``basic`` (基本支出经济科目), ``fund``, ``three_public`` (三公),
        ``operating`` (机关运行经费), ``project_current``, ``project_carried_over``, ``other``.
    unit
        Amount unit: ``万元``, ``元`` or another of ``indicators.money``.
    columns
        Joined header text of each amount column.
    empty
        Whether the table is printed without data (本表无数据 or no rows).
    """

    kind: str
    title: str
    unit: str
    columns: tuple[str, ...]
    rows: tuple[BudgetRow, ...]
    empty: bool
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Figures of the explanatory text that document rules need.

    Parameters
    ----------
    kind
        e.g. ``declared_forms``, ``share``, ``change``, ``net_change_reason``, ``purchase``, ``no_overall``.
    figures
        ``(name, value)`` pairs; amounts in 万元 unless the name ends in ``_yuan``.
    text
        The sentence, as printed.
    """

    kind: str
    figures: tuple[tuple[str, Decimal], ...]
    text: str
    at: Location

    def get(self, name: str) -> Decimal | None:
        """Return a figure by name, ``None`` where the sentence does not state it."""
        for key, value in self.figures:
            if key == name:
                return value
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything read out of one document."""

    document: Document
    department: str
    fiscal_year: int | None
    forms: tuple[Form, ...]
    budget_lines: tuple[BudgetLine, ...] = ()
    budget_tables: tuple[BudgetTable, ...] = ()
    statements: tuple[Statement, ...] = ()
    problems: tuple[Note, ...] = ()

    def __repr__(self) -> str:
        return _short(self, self.document.name, self.department, self.fiscal_year, forms=len(self.forms))

    def _repr_html_(self) -> str:
        html: str = self.to_frame()._repr_html_()
        return html

    def to_frame(self) -> pd.DataFrame:
        """Return one row a filled indicator; see :func:`indicators.report.frames.records_frame`."""
        frame: pd.DataFrame = import_module("indicators.report.frames").records_frame(self)
        return frame

    def __iter__(self) -> Iterator[Form]:
        return iter(self.forms)

    def __len__(self) -> int:
        return len(self.forms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specificity:
    """How specific an indicator is.

    Parameters
    ----------
    level
        0 无效, 1 方向空泛, 2 定性可核, 3 量化可核.
    score
        0..100, the expected level scaled.
    probabilities
        Four calibrated probabilities, summing to 1.
    reasons
        Two or three reasons in Chinese words, most telling first.
    """

    level: int
    score: float
    probabilities: tuple[float, float, float, float]
    reasons: tuple[str, ...]

    @property
    def doubtful(self) -> bool:
        """Whether the level is less likely than 0.6: of such a third and more are wrong; they cost nobody points."""
        return max(self.probabilities) < 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule's judgement on one place.

    Parameters
    ----------
    form, indicator
        Indices, ``None`` for a finding on the document or the form as a whole.
    subject
        Path of what is judged: ``funds.annual.total``, ``indicators.3.value``, ``goal.annual``, ``document``.
    values
        ``(name, text)`` pairs: the evidence, masked where it is personal.
    fingerprint
        Digest of rule, form key, subject and normalised text; free of page and row numbers.
    """

    rule: str
    name: str
    severity: Severity
    title: str
    message: str
    fix: str
    subject: str
    form: int | None = None
    indicator: int | None = None
    at: Location = field(default_factory=Location)
    values: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""

    def __repr__(self) -> str:
        return _short(self, self.rule, self.severity, self.message, form=self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether a rule held: ``passed``, ``failed`` or ``skipped`` (not applicable)."""

    rule: str
    form: int | None
    status: Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """Points lost for one finding (by fingerprint) in one dimension."""

    rule: str
    fingerprint: str
    dimension: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The reference score of a form (参考分, 机器初审).

    Parameters
    ----------
    form
        Index of the form.
    total
        0..100.
    grade
        优 良 中 差.
    dimensions
        ``(name, points)`` for 完整性 相关性 适当性 可行性.
    specificity
        Mean specificity score of the filled indicators, 0..100, ``None`` without the classifier.
    priority
        0..1, how much a person's reading of this form is worth.
    deductions
        Every point lost, with its finding.
    """

    form: int
    total: float
    grade: str
    dimensions: tuple[tuple[str, float], ...]
    specificity: float | None
    priority: float
    deductions: tuple[Deduction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """The judgement on one document.

    ``specificity[i][j]`` belongs to indicator ``j`` of form ``i``; ``None`` for an empty slot or without
    the classifier. ``path`` is how the user named the file.
    """

    extraction: Extraction
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...] = ()
    scores: tuple[Score, ...] = ()
    specificity: tuple[tuple[Specificity | None, ...], ...] = ()
    accepted: tuple[Finding, ...] = ()
    path: str = ""

    def __repr__(self) -> str:
        return _short(
            self, self.path or self.extraction.document.name, forms=len(self.extraction), findings=len(self.findings)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The judgement on one or more documents, with facts about the run; ``settings`` says which were in force."""

    documents: tuple[DocumentReport, ...]
    tool_version: str
    rules_version: str = ""
    model_version: str = ""
    statistics: tuple[tuple[str, int, float], ...] = ()
    notices: tuple[Note, ...] = ()
    settings: str = ""

    def __repr__(self) -> str:
        forms = sum(len(document.extraction) for document in self.documents)
        return _short(self, documents=len(self.documents), forms=forms, findings=len(self.findings))

    def _repr_html_(self) -> str:
        html: str = self.to_frame()._repr_html_()
        return html

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finding; see :func:`indicators.to_frame`."""
        # By name, for records stand below reports.
        frame: pd.DataFrame = import_module("indicators.report.frames").to_frame(self)
        return frame

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all documents, in order."""
        return tuple(item for document in self.documents for item in document.findings)

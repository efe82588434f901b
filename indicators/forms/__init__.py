"""Form understanding: a Document becomes forms, budget lines and statements."""

from __future__ import annotations

from collections import Counter

from indicators.forms.budget import read_budget_tables
from indicators.forms.build import build_forms
from indicators.forms.context import bare_department, department_of, fiscal_year_of
from indicators.forms.header_rows import join_headers
from indicators.forms.locate import locate
from indicators.forms.mending import mended_rows
from indicators.forms.repeated import without_copies
from indicators.forms.rows import stream
from indicators.forms.sequence import regroup
from indicators.forms.statements import read_statements
from indicators.grid import solve
from indicators.records import Document, Extraction, Form

__all__ = ["find_forms"]


def find_forms(document: Document) -> Extraction:
    """Read every form, budget table and statement of a document.

    Parameters
    ----------
    document
        As returned by ``indicators.read``.

    Returns
    -------
    Extraction
        Forms in reading order (iterable), with the department, the fiscal year, the budget lines and
        tables and the figures of the explanatory text.
    """
    document = solve(document)
    rows = join_headers(regroup(without_copies(mended_rows(list(stream(document))))))
    runs = locate(rows)
    department = department_of(rows)
    forms: list[Form] = []
    for run in runs:
        forms.extend(build_forms(run, len(forms), department=department))
    taken = {id(row) for run in runs for row in run.rows}
    rest = [row for row in rows if id(row) not in taken]
    tables, lines = read_budget_tables(rest)
    return Extraction(
        document=document,
        department=department or _from_forms(forms),
        fiscal_year=fiscal_year_of(rows, forms),
        forms=tuple(forms),
        budget_lines=lines,
        budget_tables=tables,
        statements=read_statements(rest),
        problems=document.problems,
    )


def _from_forms(forms: list[Form]) -> str:
    names = [bare_department(form.text("department")) for form in forms if form.text("department")]
    return Counter(names).most_common(1)[0][0] if names else ""

"""Form understanding: a Document becomes forms, budget lines and statements."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from operator import itemgetter

from indicators.forms.broken import broken_off
from indicators.forms.budget import read_budget_tables
from indicators.forms.build import build_forms
from indicators.forms.context import bare_department, department_of, fiscal_year_of
from indicators.forms.funds_above import with_funds_above
from indicators.forms.header_rows import join_headers
from indicators.forms.leftover import passed_over, with_passed_over
from indicators.forms.locate import locate
from indicators.forms.mending import mended_rows
from indicators.forms.outline import project_above
from indicators.forms.repeated import without_copies
from indicators.forms.rows import stream
from indicators.forms.sequence import regroup
from indicators.forms.statements import read_statements
from indicators.forms.suspected import suspected
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
    runs, others = locate(rows)
    department = department_of(rows)
    at = {id(row): number for number, row in enumerate(rows)}
    for run in runs:
        run.project = project_above(rows, at[id(run.rows[0])])
    built = [(run, build_forms(run, department=department)) for run in runs]
    taken = {id(row) for run in runs for row in run.rows}
    none = {id(row) for run in others for row in run.rows}
    for run, of_run in built:
        if passed_over(rows, taken | none, at[id(run.rows[0])], at[id(run.rows[-1])]):
            of_run[:] = map(with_passed_over, of_run)
    read = {id(row) for run, of_run in built if of_run for row in run.rows}
    found = [
        (start, form if run.listing else with_funds_above(form, rows, start, taken))
        for run, of_run in built
        for form in of_run
        for start in [at[id(run.rows[0])]]
    ]
    found += suspected(rows, read | none)
    forms = [replace(form, index=index) for index, (_, form) in enumerate(sorted(found, key=itemgetter(0)))]
    if built and built[-1][1] and forms[-1].at == built[-1][1][-1].at:
        last = runs[-1].rows
        forms[-1] = broken_off(forms, last, rows[at[id(last[-1])] + 1 :])
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

"""A Report into what people use; one module a format, imported when asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators.catalogue import RuleSet
    from indicators.records import Report

__all__ = ["render"]


def render(
    report: Report,
    kind: str,
    *,
    rules: RuleSet,
    form: int | None = None,
    verbose: bool = False,
    brief: bool = False,
    colour: bool = False,
    statistics: bool = False,
) -> str | bytes:
    """Return a report in one of the formats.

    Parameters
    ----------
    report
        The judgement.
    kind
        ``table``, ``line``, ``json``, ``jsonl``, ``csv``, ``xlsx``, ``docx``, ``html``, ``parquet``, ``sarif`` or
        ``junit``.
    rules
        The rules that judged, for the pages that explain them.
    form
        Index of the only form to show in full (``table``).
    verbose
        Whether notes and repairs are shown too (``table``).
    brief
        Whether long texts are left out (``json``, ``jsonl``).
    colour
        Whether the terminal takes colour.
    statistics
        Whether count and time per rule are given (``table``, ``json``); without them the same
        input gives the same bytes.
    """
    if kind == "table":
        from indicators.report.terminal import write_terminal

        return write_terminal(report, form=form, verbose=verbose, colour=colour, statistics=statistics)
    if kind == "json":
        from indicators.report.json import write_json

        return write_json(report if statistics else replace(report, statistics=()), brief=brief)
    if kind == "jsonl":
        from indicators.report.json import write_json_lines

        return write_json_lines(report, brief=brief)
    if kind == "csv":
        from indicators.report.csv import write_csv

        return write_csv(report)
    if kind == "xlsx":
        from indicators.report.xlsx import write_xlsx

        return write_xlsx(report, rules)
    if kind == "docx":
        from indicators.report.letter import write_letter
        from indicators.report.marks import marked_office

        return marked_office(write_letter(report))
    if kind == "html":
        from indicators.report.html import write_html

        return write_html(report, rules)
    if kind == "parquet":
        from indicators.report.parquet import write_parquet

        return write_parquet(report)
    if kind in ("line", "sarif", "junit"):
        from indicators.report import machine

        return machine.WRITERS[kind](report)
    raise ValueError(kind)

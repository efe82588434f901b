"""A report as pandas DataFrames."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from indicators.records import Extraction, Indicator, Report
from indicators.report.places import clean, form_name, unit_name
from indicators.report.rows import FindingRow, IndicatorRow, ScoreRow, finding_rows, indicator_rows, score_rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["finding_columns", "findings_frame", "indicators_frame", "records_frame", "scores_frame", "to_frame"]

_RECORDS = [
    "form", "unit", "project", "amount", "horizon", "level1", "level2", "name", "value", "number", "relation",
    "quantity_unit", "page",
]  # fmt: skip
_INTEGERS = ("form", "indicator", "level", "findings", "errors", "warnings", "notes")


def to_frame(report: Report) -> pd.DataFrame:
    """Return one row a finding, accepted ones last within their document.

    Returns
    -------
    pandas.DataFrame
        Columns ``source, form, unit, project, amount`` (元), ``rule, severity, title, message, subject, evidence,
        place, fix, status, fingerprint``; ``form`` is a nullable integer.
    """
    return findings_frame(report)


def findings_frame(report: Report) -> pd.DataFrame:
    """Return one row a finding; see :func:`to_frame`."""
    return _frame((_plain(asdict(row)) for row in finding_rows(report)), FindingRow)


def indicators_frame(report: Report) -> pd.DataFrame:
    """Return one row a filled indicator with ``level`` (0..3), ``score`` (0..100) and ``reason``."""
    return _frame((_plain(asdict(row)) for row in indicator_rows(report)), IndicatorRow)


def records_frame(extraction: Extraction) -> pd.DataFrame:
    """Return one row a filled indicator as it is printed.

    Returns
    -------
    pandas.DataFrame
        Columns ``form, unit, project, amount`` (元), ``horizon, level1, level2, name, value, number, relation,
        quantity_unit, page``.
    """
    rows = []
    for form in extraction.forms:
        yuan = form.yuan()
        own = {
            "form": form.index,
            "unit": unit_name(form, extraction.department),
            "project": form_name(form),
            "amount": float(yuan) if yuan is not None else None,
        }
        for item in form.indicators:
            if not item.empty:
                rows.append({**own, **_printed(item)})
    import pandas as pd

    frame = pd.DataFrame(rows, columns=_RECORDS)
    return frame.astype({"form": "Int64", "page": "Int64", "amount": "float64", "number": "float64"})


def _printed(item: Indicator) -> dict[str, Any]:
    quantity = item.quantity
    return {
        "horizon": item.horizon,
        "level1": item.level1,
        "level2": item.level2,
        "name": clean(item.name),
        "value": clean(item.value),
        "number": float(quantity.number) if quantity is not None else None,
        "relation": quantity.relation if quantity is not None else "",
        "quantity_unit": quantity.unit if quantity is not None else "",
        "page": item.at.page,
    }


def scores_frame(report: Report) -> pd.DataFrame:
    """Return one row a form with its reference score; the dimensions are columns of their own."""
    rows = []
    for row in score_rows(report):
        data = asdict(row)
        data.update(dict(data.pop("dimensions")))
        rows.append(_plain(data))
    return _frame(rows, ScoreRow)


def finding_columns() -> tuple[str, ...]:
    """Return the columns of :func:`to_frame`."""
    return tuple(FindingRow.__dataclass_fields__)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    if data.get("amount") is not None:
        data["amount"] = float(data["amount"])
    return data


def _frame(rows: Any, kind: type) -> pd.DataFrame:
    import pandas as pd

    names = [name for name in kind.__dataclass_fields__ if name != "dimensions"]  # type: ignore[attr-defined]
    frame = pd.DataFrame(list(rows))
    if frame.empty:
        frame = pd.DataFrame(columns=names)
    for name in _INTEGERS:
        if name in frame.columns:
            frame[name] = frame[name].astype("Int64")
    for name in ("amount", "total", "specificity", "priority", "score"):
        if name in frame.columns:
            frame[name] = frame[name].astype("float64")
    return frame

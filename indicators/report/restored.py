"""A report kept as JSON, as records again, so that every report can be written from a store.

The JSON holds no tables and no places of fields: what draws on the original reads the original.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from indicators.records import (
    HORIZONS,
    BudgetLine,
    Deduction,
    Document,
    DocumentReport,
    Extraction,
    Field,
    Finding,
    Form,
    FundLine,
    Indicator,
    Location,
    Note,
    Score,
    Specificity,
)

__all__ = ["restored", "restored_finding"]

_TEXTS = (
    "project_name", "department", "implementing_unit", "project_attribute", "project_period", "overview", "basis",
    "necessity", "measures", "plan", "filled_on",
)  # fmt: skip


def restored(data: Mapping[str, Any], *, path: str = "") -> DocumentReport:
    """Return the records of what :func:`indicators.serialize.document_dict` wrote.

    Parameters
    ----------
    data
        One document.
    path
        Where the original lies now.
    """
    document = Document(
        name=data["source"],
        sha256=data["sha256"],
        media_type=data["media_type"],
        reader=data["reader"],
        pages=data["pages"],
        problems=_notes(data.get("problems", ())),
    )
    extraction = Extraction(
        document=document,
        department=data["department"],
        fiscal_year=data["fiscal_year"],
        forms=tuple(_form(item) for item in data["forms"]),
        budget_lines=tuple(_budget_line(item) for item in data.get("budget_lines", ())),
    )
    levels = (tuple(_specificity(item.get("specificity")) for item in form["indicators"]) for form in data["forms"])
    return DocumentReport(
        extraction=extraction,
        findings=tuple(restored_finding(item) for item in data.get("findings", ())),
        accepted=tuple(restored_finding(item) for item in data.get("accepted", ())),
        scores=tuple(_score(item) for item in data.get("scores", ())),
        specificity=tuple(levels),
        path=path or data.get("path", ""),
    )


def restored_finding(item: Mapping[str, Any]) -> Finding:
    """Return the record of what :func:`indicators.serialize.finding_dict` wrote."""
    return Finding(
        rule=item["rule"],
        name=item["name"],
        severity=item["severity"],
        title=item["title"],
        message=item["message"],
        fix=item["fix"],
        subject=item["subject"],
        form=item["form"],
        indicator=item["indicator"],
        at=_location(item["location"]),
        values=tuple(item["evidence"].items()),
        fingerprint=item["fingerprint"],
    )


def _location(data: Mapping[str, Any] | None) -> Location:
    if data is None:
        return Location()
    box = data.get("bbox")
    plain = ("page", "table", "row", "column", "line", "sheet")
    values: dict[str, Any] = {name: data.get(name) for name in plain}
    return Location(bbox=(box[0], box[1], box[2], box[3]) if box else None, **values)


def _notes(items: Iterable[Mapping[str, Any]]) -> tuple[Note, ...]:
    return tuple(
        Note(
            code=item["code"],
            message=item["message"],
            at=_location(item["location"]) if item["location"] is not None else None,
        )
        for item in items
    )


def _form(data: Mapping[str, Any]) -> Form:
    nowhere = Location()
    texts = {path: data.get(path) for path in _TEXTS}
    texts |= {f"goal.{horizon}": text for horizon, text in data.get("goal", {}).items()}
    funds = (
        FundLine(
            horizon=horizon,
            source=source,
            amount=Decimal(str(amount)) if amount is not None else None,
            unit=data["fund_unit"],
            at=nowhere,
        )
        for horizon in HORIZONS
        for source, amount in data.get("funds", {}).get(horizon, {}).items()
    )
    return Form(
        index=data["form"],
        form_type=data["form_type"],
        title=data["title"],
        year=data["year"],
        family=0,
        sides=tuple(data["sides"]),
        fields=tuple(Field(path=path, text=text, at=nowhere) for path, text in texts.items() if text),
        funds=tuple(funds),
        fund_unit=data["fund_unit"],
        indicators=tuple(_indicator(item) for item in data["indicators"]),
        at=_location(data["location"]),
        overall=tuple(Field(path=path, text=text, at=nowhere) for path, text in data.get("overall", {}).items()),
        notes=_notes(data["notes"]),
        confidence=data["confidence"],
    )


def _indicator(data: Mapping[str, Any]) -> Indicator:
    return Indicator(
        horizon=data["horizon"],
        level1=data["level1"],
        level2=data["level2"],
        name=data["level3"],
        value=data["value"],
        at=_location(data["location"]),
        confidence=data["confidence"],
        attributes=tuple(data.get("attributes", {}).items()),
    )


def _specificity(data: Mapping[str, Any] | None) -> Specificity | None:
    if data is None:
        return None
    first, second, third, fourth = data["probabilities"]
    return Specificity(
        level=data["level"],
        score=data["score"],
        probabilities=(first, second, third, fourth),
        reasons=tuple(data["reasons"]),
    )


def _budget_line(data: Mapping[str, Any]) -> BudgetLine:
    amount = data["amount"]
    return BudgetLine(
        unit=data["unit"],
        project=data["project"],
        amount=Decimal(str(amount)) if amount is not None else None,
        amount_unit=data["amount_unit"],
        table=data["table"],
        at=_location(data["location"]),
    )


def _score(data: Mapping[str, Any]) -> Score:
    return Score(
        form=data["form"],
        total=data["total"],
        grade=data["grade"],
        dimensions=tuple(data["dimensions"].items()),
        specificity=data["specificity"],
        priority=data["priority"],
        deductions=tuple(
            Deduction(
                rule=item["rule"],
                fingerprint=item["fingerprint"],
                dimension=item["dimension"],
                points=item["points"],
            )
            for item in data["deductions"]
        ),
    )

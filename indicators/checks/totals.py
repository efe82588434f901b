"""Do the figures of a document agree with each other (family A)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.records import Extraction, Form

from .base import Context, Hit, NotApplicable, check, plain

__all__ = ["declared_count_matches", "distinct_projects"]


def distinct_projects(extraction: Extraction) -> tuple[Form, ...]:
    """Return the project forms of a document, a form printed twice only once."""
    seen: dict[tuple[str, str, Decimal | None], Form] = {}
    for form in extraction.forms:
        if form.form_type == "project":
            key = (plain(form.project_name), plain(form.text("implementing_unit")), form.yuan())
            seen.setdefault(key, form)
    return tuple(seen.values())


@check(scope="document")
def declared_count_matches(extraction: Extraction, context: Context) -> Iterator[Hit]:
    """Compare the number of forms the text declares with those that are there.

    Yields
    ------
    Hit
        At the sentence, with ``declared`` and ``found``.
    """
    declared = [
        (item, figure)
        for item in extraction.statements
        if item.kind == "declared_forms" and (figure := item.get("count")) is not None
    ]
    found = len(context.once(distinct_projects))
    if not declared or not found:
        raise NotApplicable
    for statement, figure in declared:
        if figure != found:
            yield Hit(statement, {"declared": figure, "found": Decimal(found)})

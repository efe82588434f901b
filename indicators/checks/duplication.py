"""What stands twice: forms, indicators, texts (family D)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Extraction, Indicator

from .base import Context, Hit, NotApplicable, check, plain

__all__ = ["indicator_not_template"]

_Pair = tuple[str, str]


def _vague_pairs(extraction: Extraction) -> dict[_Pair, dict[str, Indicator]]:
    """Return where each pair of name and unmeasured value stands: project name to its first indicator."""
    places: dict[_Pair, dict[str, Indicator]] = {}
    for form in extraction.forms:
        if form.form_type != "project":
            continue
        for item in form.indicators:
            if item.name and item.value and item.quantity is None and item.dates is None:
                places.setdefault((plain(item.name), plain(item.value)), {}).setdefault(form.project_name, item)
    return places


@check(scope="document")
def indicator_not_template(extraction: Extraction, context: Context, *, at_least: int) -> Iterator[Hit]:
    """Look for identical vague indicators in the forms of different projects.

    Parameters
    ----------
    at_least
        Number of projects from which a repeated indicator counts as a template.

    Yields
    ------
    Hit
        Once for each indicator, at its first place, with ``count`` and ``projects``.
    """
    if len(extraction.forms) < at_least:
        raise NotApplicable
    for (name, value), places in context.once(_vague_pairs).items():
        if len(places) >= at_least:
            first = next(iter(places.values()))
            values = {"count": len(places), "projects": tuple(places)}
            yield Hit(first, values, subject="document", key=f"{name}={value}")

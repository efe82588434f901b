"""Forms out of the HTML of a test."""

from __future__ import annotations

from indicators.forms import find_forms
from indicators.readers.html import read_html
from indicators.records import Form

__all__ = ["forms", "only", "rows"]


def forms(html: str) -> tuple[Form, ...]:
    return find_forms(read_html(f"<body>{html}</body>".encode(), "a.html")).forms


def only(html: str) -> Form:
    found = forms(html)
    assert len(found) == 1
    return found[0]


def rows(form: Form, horizon: str = "annual") -> list[tuple[str, str, str]]:
    return [(item.level2, item.name, item.value) for item in form.side(horizon)]

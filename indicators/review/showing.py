"""Pages made of templates, and the words that templates share."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from indicators import __version__
from indicators.money import told
from indicators.report.places import clean
from indicators.review import guards

if TYPE_CHECKING:
    from indicators.review.guards import Call

__all__ = ["link", "plain", "show"]


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("indicators.review"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals["link"] = link
    made.filters["money"] = _money
    made.filters["day"] = _day
    made.filters["masked"] = clean
    made.filters["decision"] = _decision
    return made


def link(path: str, **query: Any) -> str:
    """Return an address with its query; empty values are left out."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def _money(value: float | None) -> str:
    return "未填" if value is None else told(value)


def _day(at: str) -> str:
    return f"{at[:10]} {at[11:16]}".strip()


def _decision(text: str) -> str:
    """Return the code of a decision kept in the history."""
    return str(json.loads(text)["decision"]) if text else ""


def show(
    call: Call, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **values: Any
) -> Response:
    """Return a page made of a template."""
    common = {
        "person": call.person, "csrf": guards.csrf_of(call.cookie), "accounts": call.office.accounts,
        "version": __version__, "path": call.request.url.path,
    }  # fmt: skip
    text = _templates().get_template(template).render({**common, **values})
    return HTMLResponse(text, status, headers=headers)


def plain(template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page for somebody who is not signed in."""
    return HTMLResponse(_templates().get_template(template).render(version=__version__, **values), status)

"""A report as JSON, and as JSON Lines with one document a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from indicators.records import Report
from indicators.serialize import REPORT_SCHEMA, VERSION, document_dict, report_dict
from indicators.text import clean

__all__ = ["json_lines", "json_parts", "write_json", "write_json_lines"]

_STRIP = 20_000


def write_json(report: Report, *, brief: bool = False) -> str:
    """Return the report as the JSON of the contract.

    Parameters
    ----------
    brief
        Whether long texts are left out.
    """
    return "".join(json_parts(report, brief=brief))


def json_parts(report: Report, *, brief: bool = False) -> Iterator[str]:
    """Yield the JSON of the contract piece by piece, one document at a time in memory."""
    head = report_dict(replace(report, documents=()), brief=brief)
    before, after = json.dumps({**head, "documents": "@"}, ensure_ascii=False, indent=1).split('"@"', 1)
    yield _one_line_safe(before) + "["
    encoder = json.JSONEncoder(ensure_ascii=False, indent=1, allow_nan=False)
    for number, document in enumerate(report.documents):
        yield ",\n" if number else ""
        # In strips: iterencode gives a piece a token.
        pieces = encoder.iterencode(document_dict(document, brief=brief))
        while strip := "".join(islice(pieces, _STRIP)):
            yield _one_line_safe(strip)
    yield "]" + _one_line_safe(after) + "\n"


def json_lines(report: Report, *, brief: bool = False) -> Iterator[str]:
    """Yield one line a document; each carries the schema and the versions."""
    facts: dict[str, Any] = {
        "schema": REPORT_SCHEMA,
        "version": VERSION,
        "tool_version": report.tool_version,
        "rules_version": report.rules_version,
        "model_version": report.model_version,
        "settings": clean(report.settings),
    }
    for document in report.documents:
        row = {**facts, **document_dict(document, brief=brief)}
        yield _one_line_safe(json.dumps(row, ensure_ascii=False, allow_nan=False)) + "\n"


def write_json_lines(report: Report, *, brief: bool = False) -> str:
    """Return the report as JSON Lines, one document a line."""
    return "".join(json_lines(report, brief=brief))


def _one_line_safe(text: str) -> str:
    """Escape what JSON allows and other readers choke on: line separators, C1 controls and lone surrogates."""
    if text.isascii():
        return text
    for sign in ("\u2028", "\u2029", "\x85"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join(f"\\u{ord(sign):04x}" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    return text

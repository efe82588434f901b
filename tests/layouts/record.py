"""Prints what is read of a file as records for a gold file: python -m tests.layouts.record FILE > NAME.gold.jsonl.

A draft: every line is then corrected by what the document prints, never by what the tool makes of it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import indicators
from indicators.serialize import form_dict
from tests.layouts.score import FIELDS, Record

_HEAD = ("form", "form_type", "title", "year")
_INDICATOR = ("horizon", "level1", "level2", "level3", "value")


def records(path: Path) -> list[Record]:
    """Return one record a form, with the keys of the gold files."""
    found = []
    for form in indicators.find_forms(indicators.read(path)):
        read = form_dict(form)
        record: Record = {
            "doc": path.stem,
            **{key: read[key] for key in (*_HEAD, *FIELDS, "fund_unit", "funds", "goal")},
        }
        record["indicators"] = [{key: item[key] for key in _INDICATOR} for item in read["indicators"]]
        found.append(record)
    return found


if __name__ == "__main__":
    for record in records(Path(sys.argv[1])):
        print(json.dumps(record, ensure_ascii=False))

"""Complaints of reviewers as wrong and right rows: the wrong one is found, the right one is not accused."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.cases import build
from indicators.catalogue import builtin_rules
from indicators.engine import check_extraction
from indicators.records import Finding

_ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "pairs.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


#: What a further cost row means for the sums of the faultless form it is added to.
_OF_THE_FORM = {"F109", "F110", "F114", "F115"}


def _findings(level2: str, text: str) -> list[Finding]:
    name, _, value = text.partition("=")
    scene = build({"alone": True, "append": [{"level2": level2, "name": name, "value": value}]})
    report = check_extraction(scene.extraction, builtin_rules())
    return [item for item in report.findings if item.form == 0 and item.rule not in _OF_THE_FORM]


@pytest.mark.parametrize(("level2", "wrong", "right"), _ROWS, ids=[row[1] for row in _ROWS])
def test_pair(level2: str, wrong: str, right: str) -> None:
    assert _findings(level2, wrong) != []
    assert [item.message for item in _findings(level2, right) if item.severity != "note"] == []

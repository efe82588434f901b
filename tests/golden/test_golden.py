"""What comes of a document is what came of it: ``python -m tests.golden`` writes the expectations anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.catalogue import Rule, builtin_rules
from tests.golden import described, documents, expected_at
from tests.golden.cases import expected, told


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_tables_forms_and_findings_are_as_written_down(path: Path) -> None:
    assert described(path).splitlines() == expected_at(path).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("rule", tuple(builtin_rules()), ids=lambda rule: rule.code)
def test_a_rule_says_of_its_cases_what_is_written_down(rule: Rule) -> None:
    assert told(rule) == expected(rule)

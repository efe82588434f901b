"""Every rule by its own examples, and every fault by itself."""

from __future__ import annotations

import pytest

from indicators.cases import build, run_case, side_effects
from indicators.catalogue import FAMILIES, Rule, builtin_rules
from indicators.config import Config
from indicators.engine import check_extraction

RULES = tuple(builtin_rules())
CASES = [
    (rule, kind, number)
    for rule in RULES
    for kind, cases in (("bad", rule.bad), ("good", rule.good))
    for number in range(len(cases))
]
EVERYTHING = Config(select=tuple(rule.code for rule in RULES), preview=True)


@pytest.mark.parametrize(("rule", "kind", "number"), CASES, ids=[f"{r.code}-{k}-{n + 1}" for r, k, n in CASES])
def test_case(rule: Rule, kind: str, number: int) -> None:
    result = run_case(builtin_rules(), rule, kind, number)
    assert result.passed, result.message


def test_the_faultless_form_passes_every_rule() -> None:
    report = check_extraction(build({}).extraction, builtin_rules(), EVERYTHING)
    assert [f"{item.rule} {item.subject}: {item.message}" for item in report.findings] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.bad], ids=lambda rule: rule.code)
def test_one_fault_sets_off_one_rule(rule: Rule) -> None:
    """The first bad example shows exactly this fault; what else it must set off stands in ``also``."""
    assert side_effects(builtin_rules(), rule) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_file_lies_with_its_family(rule: Rule) -> None:
    assert rule.path.parent.name == rule.family
    assert rule.family in FAMILIES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_words_are_chinese(rule: Rule) -> None:
    for text in (rule.title, rule.message, rule.why, rule.fix):
        assert any("\u4e00" <= character <= "\u9fff" for character in text) or text.startswith("{")
    assert rule.name.replace("-", "").isalnum()
    assert rule.name.isascii()


def test_names_are_unique() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))

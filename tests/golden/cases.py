"""What each rule says of its own cases, evidence and wording and place."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from indicators.cases import build
from indicators.catalogue import Rule, builtin_rules
from indicators.config import Config
from indicators.engine import check_extraction
from tests.golden import finding, outcomes

__all__ = ["CASES", "expected", "told"]

CASES = Path(__file__).parent / "cases.golden"


def told(rule: Rule) -> list[str]:
    """Return the findings of a rule on its cases, as lines of text."""
    rules = builtin_rules()
    alone = Config(select=(rule.code, "X901"), preview=True)
    lines = []
    for kind, cases in (("bad", rule.bad), ("good", rule.good)):
        for number, case in enumerate(cases, 1):
            scene = build(case.patch)
            report = check_extraction(scene.extraction, rules, alone, scene.specificity)
            lines.append(f"{rule.code} {kind} {number}")
            lines += [f"  {line}" for line in (*map(finding, report.findings), *outcomes(report))]
    return lines


def expected(rule: Rule) -> list[str]:
    """Return what is written down of a rule."""
    return _written().get(rule.code, [])


@cache
def _written() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    code = ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        code = code if line.startswith("  ") else line.split()[0]
        found.setdefault(code, []).append(line)
    return found

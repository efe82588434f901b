"""The page of the rule catalogue (``rules/README.md``), made from the rule files alone: it says what runs."""

from __future__ import annotations

from pathlib import Path

from indicators.catalogue import FAMILIES, Rule, RuleSet
from indicators.wording import SCOPE_NAMES, SEVERITY_NAMES

__all__ = ["is_current", "rules_page", "write_rules_page"]

_HEAD = """<!-- 本页由规则文件生成，请勿手改：python -m bench.generated -->
# 规则目录

共 {count} 条规则，版本 {version}。一条规则一个文件，在以家族字母命名的目录里；例子既是测试，也是说明。
依据标“待核”的，尚未对照文件原文核实，请勿直接引用。

严重程度：**错误** 是可以证明的矛盾或必填项空缺；**警告** 是很可能的缺陷；**提示** 值得知道，不扣分。
"""


def rules_page(rules: RuleSet) -> str:
    """Return the catalogue as Markdown: a table by family, then the sources."""
    parts = [_HEAD.format(count=len(rules), version=rules.version)]
    letters = sorted({rule.family for rule in rules}, key=lambda letter: [*FAMILIES, letter].index(letter))
    for letter in letters:
        parts.append(f"\n## {letter} {FAMILIES.get(letter, '本地')}\n")
        parts.append("| 编号 | 名称 | 问题 | 范围 | 程度 | 维度 | 为什么 | 依据 |\n|---|---|---|---|---|---|---|---|")
        parts.extend(_row(rule, rules) for rule in rules if rule.family == letter)
    parts.append("\n## 依据\n")
    parts.append("| 代号 | 文件 | 日期 | 说明 |\n|---|---|---|---|")
    parts.extend(
        f"| `{source.key}` | {_cell(source.label)} | {source.date} | {_cell(source.note)} |"
        for source in rules.sources.values()
    )
    return "\n".join(parts) + "\n"


def _row(rule: Rule, rules: RuleSet) -> str:
    flags = ("，默认关闭" if not rule.default else "") + ("，试行" if rule.preview else "")
    sources = "；".join(rules.sources[key].label for key in rule.sources)
    cells = (
        rule.code,
        f"`{rule.name}`",
        rule.title,
        SCOPE_NAMES[rule.scope],
        SEVERITY_NAMES[rule.severity] + flags,
        rule.dimension,
        rule.why,
        sources,
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def write_rules_page(rules: RuleSet) -> Path:
    """Write ``README.md`` into the last pack of the set and return its path."""
    path = rules.folders[-1] / "README.md"
    path.write_text(rules_page(rules), encoding="utf-8")
    return path


def is_current(rules: RuleSet) -> bool:
    """Whether ``README.md`` of the last pack is what the rule files give."""
    path = rules.folders[-1] / "README.md"
    return path.is_file() and path.read_text(encoding="utf-8") == rules_page(rules)

"""The page of the rule catalogue (``rules/README.md``) and the page of one rule (``indicators explain``).

Both are made from the rule files alone, so that they cannot say anything else than what runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indicators.catalogue import FAMILIES, Case, Rule, RuleSet
from indicators.wording import SCOPE_NAMES, SEVERITY_NAMES

__all__ = ["is_current", "rule_page", "rules_page", "write_rules_page"]

_HEAD = """<!-- 本页由规则文件生成，请勿手改：indicators rules --write -->
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


def rule_page(rule: Rule, rules: RuleSet) -> str:
    """Return what ``indicators explain`` prints about one rule, as Markdown with its cases."""
    lines = [
        f"# {rule.code} {rule.title}",
        "",
        f"`{rule.name}` · {SEVERITY_NAMES[rule.severity]} · 范围：{SCOPE_NAMES[rule.scope]} · 维度：{rule.dimension}"
        + ("" if rule.default else " · 默认关闭")
        + (" · 试行（--preview）" if rule.preview else ""),
        "",
        f"**报什么**　{rule.message}",
        "",
        f"**为什么**　{rule.why}",
        "",
        f"**怎么改**　{rule.fix}",
        "",
    ]
    for name, variant in rule.variants.items():
        changes = [SEVERITY_NAMES[variant.severity] if variant.severity else "", variant.message or ""]
        lines += [f"**特殊情形 {name}**　" + "：".join(part for part in changes if part), ""]
    if rule.params:
        lines += ["**参数**　" + "，".join(f"{key} = {_value(value)}" for key, value in rule.params.items()), ""]
    if rule.requires:
        lines += ["**先要通过**　" + "、".join(rule.requires), ""]
    lines += ["**依据**　" + "；".join(rules.sources[key].label for key in rule.sources), ""]
    lines += _examples("会报出的例子", rule.bad) + _examples("不会报出的例子", rule.good)
    return "\n".join(lines).rstrip() + "\n"


def _examples(title: str, cases: tuple[Case, ...]) -> list[str]:
    if not cases:
        return []
    shown = ["- " + (f"{case.note}：" if case.note else "") + (_change(case.patch) or "不作改动") for case in cases]
    return [f"## {title}", "", "（在一张没有毛病的表上改动下列各处）", "", *shown, ""]


def _change(patch: Mapping[str, Any]) -> str:
    return "；".join(f"{key} = {_value(value)}" for key, value in patch.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        if {"name", "value"} <= set(value):
            return f"{value.get('level2', '')} {value['name']} = {value['value']}".strip()
        return "｛" + "，".join(f"{key} = {_value(item)}" for key, item in value.items()) + "｝"
    if isinstance(value, list):
        return "［" + "，".join(_value(item) for item in value) + "］"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "（空）" if value == "" else str(value)


def write_rules_page(rules: RuleSet) -> Path:
    """Write ``README.md`` into the last pack of the set and return its path."""
    path = rules.folders[-1] / "README.md"
    path.write_text(rules_page(rules), encoding="utf-8")
    return path


def is_current(rules: RuleSet) -> bool:
    """Whether ``README.md`` of the last pack is what the rule files give."""
    path = rules.folders[-1] / "README.md"
    return path.is_file() and path.read_text(encoding="utf-8") == rules_page(rules)

"""A rule in the words of a budget officer: what is asked, why, what to do, and examples as small tables."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

from indicators.cases import messages
from indicators.report.folding import columns_of, fold
from indicators.report.places import SEVERITY_NAMES
from indicators.rule import Case, Rule, RuleSet
from indicators.wording import FIELD_NAMES, HORIZON_NAMES, SOURCE_NAMES

__all__ = ["explained", "spoken"]

_SCOPES = {"indicator": "每条指标", "form": "每张表", "document": "整份文件"}
#: What stands for the values of a message where there is no finding to take them from.
_STANDS_FOR = {
    "horizon": "", "category": "某类指标", "indicator": "某指标", "value": "某值", "project": "某项目", "unit": "元",
    "field": "某栏", "amount": "若干", "home": "合适的类别", "remedy": "按报出的办法处理",
}  # fmt: skip
_NOTHING = "……"
#: Examples shown of each kind unless all are asked for.
_SHOWN = 3
_HEADS = ("栏目", "填写")
_WIDEST = 34
_READINGS = {"understood": "看懂了", "doubtful": "没有把握", "not understood": "没有看懂"}
_SIDES = {"annual": "只有年度一列", "lifetime": "只有实施期一列"}
_TYPES = {"project": "项目支出绩效目标表", "overall": "部门整体支出绩效目标表"}
_WORDS = {
    "title": "表的标题", "year": "表上的年度", "fund_unit": "资金单位", "confidence": "识别的可信度",
    "doubts": "存疑之处",
}  # fmt: skip

Row = tuple[str, str]


def spoken(template: str) -> str:
    """Return the wording of a rule for people: ``{…}`` is what a finding fills in."""
    parts = []
    for text, name, spec, _ in string.Formatter().parse(template):
        parts.append(text)
        if name is not None:
            parts.append(
                "若干万元" if spec == "wan" else "若干元" if spec == "yuan" else _STANDS_FOR.get(name, _NOTHING)
            )
    return "".join(parts)


def explained(rule: Rule, rules: RuleSet, *, width: int = 100, every: bool = False) -> str:
    """Return what ``indicators explain`` prints about one rule.

    Parameters
    ----------
    width
        Columns of the screen.
    every
        Whether all examples are shown.
    """
    state = ("，默认关闭" if not rule.default else "") + ("，试行（加 --preview 才运行）" if rule.preview else "")
    lines = [f"{rule.code} {rule.title}", f"{SEVERITY_NAMES[rule.severity]}，看{_SCOPES[rule.scope]}{state}", ""]
    said = [("报什么", spoken(rule.message)), ("为什么", rule.why), ("怎么改", spoken(rule.fix))]
    for variant in rule.variants.values():
        if variant.message:
            said.append(("也会报", spoken(variant.message)))
    if rule.requires:
        said.append(
            ("先看", "、".join(f"{code} {rules.rules[code].title}" for code in rule.requires if code in rules.rules))
        )
    said.append(("依据", "；".join(rules.sources[key].label for key in rule.sources)))
    numbers = "，".join(f"{key} = {value}" for key, value in rule.params.items() if _adjustable(value))
    if numbers:
        said.append(("可调", f"{numbers}（写在 indicators.toml 的 [thresholds.{rule.code}] 下）"))
    for name, text in said:
        begin, *rest = fold(text, width - 8).splitlines() or [""]
        lines += [f"{name}{'　' * (3 - len(name))}  {begin}", *(f"        {line}" for line in rest)]
    lines += _examples("会报出", rule, rule.bad, rules, width, every)
    lines += _examples("不会报出", rule, rule.good, None, width, every)
    return "\n".join(lines).rstrip() + "\n"


def _adjustable(value: Any) -> bool:
    """Return whether a parameter is a limit a bureau may set, not a list of words."""
    return (isinstance(value, int | float) and not isinstance(value, bool)) or (
        isinstance(value, str) and re.fullmatch(r"-?[0-9.]+", value) is not None
    )  # fmt: skip


def _examples(
    title: str, rule: Rule, cases: tuple[Case, ...], rules: RuleSet | None, width: int, every: bool
) -> Iterator[str]:
    """Yield the examples: what is changed on a form without faults and, with ``rules``, what is said about it."""
    shown = cases if every else cases[:_SHOWN]
    for number, case in enumerate(shown, start=1):
        yield ""
        note = f"：{case.note}" if case.note else ""
        yield from fold(f"{title}的例子 {number}{note}", width).splitlines()
        rows = list(_rows(case.patch)) or [("整张表", "没有毛病的样表，不作改动")]
        yield from _table(rows, width - 4)
        for message in dict.fromkeys(messages(rules, rule, case)) if rules is not None else ():
            first, *rest = fold(message, width - 7).splitlines()
            yield f"    → {first}"
            yield from (f"      {line}" for line in rest)
    if len(shown) < len(cases):
        yield f"    另有 {len(cases) - len(shown)} 个，加 -v 显示。"


def _table(rows: list[Row], width: int) -> Iterator[str]:
    left = min(_WIDEST, max(columns_of(name) for name, _ in (_HEADS, *rows)))
    right = max(10, min(width - left - 3, max(columns_of(text) for _, text in (_HEADS, *rows))))
    line = "    " + "─" * (left + 1) + "┼" + "─" * (right + 1)
    for number, row in enumerate((_HEADS, *rows)):
        cells = [fold(text, size).splitlines() or [""] for text, size in zip(row, (left, right))]
        for place in range(max(map(len, cells))):
            first, second = (lines[place] if place < len(lines) else "" for lines in cells)
            yield f"    {first}{' ' * (left - columns_of(first))} │ {second}".rstrip()
        if not number:
            yield line


def _rows(patch: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what a patch changes, as column and content of a form."""
    for key, value in patch.items():
        if key in ("indicator", "indicators", "append"):
            items = value if isinstance(value, list) else [value]
            yield from map(_indicator, items)
            if not items:
                yield "绩效指标", "（一条也没有）"
        elif key == "drop":
            yield from ((_sided(name), "（没有这一类）") for name in value)
        elif key == "funds":
            yield from _funds(value)
        elif key == "goal":
            texts = value if isinstance(value, Mapping) else {"": value}
            yield from ((f"{HORIZON_NAMES.get(side, '')}目标", _text(text)) for side, text in texts.items())
        elif key == "forms":
            for item in value:
                named = {name: text for name, text in item.items() if name not in ("bare", "project_name")}
                yield "另一张表", item.get("project_name") or "与样表同一项目"
                yield from _rows(named)
        elif key == "budget_lines":
            yield from (_budget_line(item) for item in value)
            if not value:
                yield "项目支出预算表", "（没有项目）"
        else:
            yield from _other(key, value)


def _indicator(item: Mapping[str, Any]) -> Row:
    horizon = HORIZON_NAMES.get(item.get("horizon", ""), "")
    name = f"“{item['name']}”" if item.get("name") else "（没有名称）"
    return f"{horizon}{item.get('level2', '')}{name}", _text(item.get("value", ""))


def _sided(name: str) -> str:
    horizon, _, level2 = name.rpartition(" ")
    return f"{HORIZON_NAMES.get(horizon, '')}{level2}"


def _funds(value: Any) -> Iterator[Row]:
    sides = value if isinstance(value, Mapping) else {"both": value}
    for side, amounts in sides.items():
        if not isinstance(amounts, Mapping):
            yield f"{HORIZON_NAMES.get(side, '')}资金", _text(amounts)
            continue
        for source, amount in amounts.items():
            yield f"{HORIZON_NAMES.get(side, '')}{SOURCE_NAMES.get(source, source)}", _text(amount)


def _budget_line(item: Mapping[str, Any]) -> Row:
    carried = "上年结转" if item.get("table") == "carried_over" else "项目支出"
    unit = f"{item['unit']} " if item.get("unit") else ""
    return (
        f"{carried}预算表",
        f"{unit}{item.get('project', '')} {item.get('amount', '')} {item.get('amount_unit', '万元')}",
    )


def _other(key: str, value: Any) -> Iterator[Row]:
    """Yield what is neither an indicator nor money."""
    if key in FIELD_NAMES:
        yield FIELD_NAMES[key], _text(value)
    elif key in _WORDS:
        listed = value if isinstance(value, list) else [value]
        yield _WORDS[key], _text("、".join(map(str, listed))) if value != 0 else "（没有写）"
    elif key in ("lines", "statements", "marks"):
        texts = [item if isinstance(item, str) else item.get("text", "") for item in value]
        name = {"lines": "文件里的一行", "statements": "文字说明", "marks": "水印、页眉"}[key]
        yield from ((name, text) for text in texts if text)
    elif key == "budget_tables":
        yield from (
            (item.get("title", "预算表"), "（表内没有数据）" if item.get("empty") else "（见表）") for item in value
        )
    elif key == "overall":
        yield from ((str(name), _text(text)) for name, text in value.items())
    elif key == "document":
        words = {"department": "部门", "fiscal_year": "预算年度", "forms": "绩效目标表"}
        yield from ((words.get(name, name), str(text) if text else "（没有）") for name, text in value.items())
    elif key == "specificity":
        yield "机器判的具体程度", "、".join(map(str, value)) if isinstance(value, list) else f"都是 {value}"
    elif key in ("reading", "form_type"):
        yield ("识别结果", _READINGS[value]) if key == "reading" else ("表的种类", _TYPES[value])
    elif key == "sides":
        yield "表的两列", _SIDES.get(value[0], "") if len(value) == 1 else "实施期和年度"
    elif key == "alone":
        yield "整份文件", "只有这一张表"
    elif key == "form" and value:
        yield "改的是", "部门整体支出绩效目标表" if value == 2 else f"第 {value + 1} 张表"


def _text(value: Any) -> str:
    if value is False:
        return "（表上没有这一栏）"
    return str(value) if value not in ("", None) else "（空）"

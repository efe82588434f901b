"""Turns evidence into words: how figures, amounts and texts appear in the message of a finding.

In the message of a rule file ``{total}`` is the value ``total`` of the hit. A ``Decimal`` gets thousand separators,
an ``int`` none (years, counts), a tuple is listed with 、. Formats: ``{total:wan}`` shows 元 as 万元, ``{total:yuan}``
adds 元, ``{text:20}`` cuts after 20 characters.
Known without the check giving it: ``project``, ``unit`` (of the form's funds), ``horizon``; at an indicator
``category``, ``indicator`` (its name), ``value``; at a fund cell ``source``, ``amount``; at a field ``field``,
``text``.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from indicators.checks import Hit
from indicators.errors import PackError
from indicators.money import in_wan
from indicators.records import Field, Form, FundLine, Indicator, Statement
from indicators.text import clean

__all__ = [
    "FIELD_NAMES",
    "HORIZON_NAMES",
    "SCOPE_NAMES",
    "SEVERITY_NAMES",
    "SOURCE_NAMES",
    "evidence",
    "facts",
    "fill",
    "number",
    "shown",
    "template_fault",
]

SEVERITY_NAMES = {"error": "错误", "warning": "警告", "note": "提示"}
SCOPE_NAMES = {"indicator": "指标", "form": "表", "document": "文档"}
HORIZON_NAMES = {"annual": "年度", "lifetime": "实施期", "both": "实施期和年度", "": ""}
SOURCE_NAMES = {
    "total": "资金总额",
    "central": "中央资金",
    "provincial": "省级资金",
    "local": "市县资金",
    "self": "单位自筹",
    "other": "其他资金",
    "fiscal": "财政拨款",
    "carried": "上年结转",
    "further": "其余来源",
}
FIELD_NAMES = {
    "project_name": "项目名称",
    "department": "主管部门",
    "implementing_unit": "实施单位",
    "project_attribute": "项目属性",
    "project_period": "项目期",
    "overview": "项目概况",
    "basis": "立项依据",
    "necessity": "项目设立必要性",
    "measures": "保证项目实施的制度、措施",
    "plan": "项目实施计划",
    "goal.lifetime": "实施期目标",
    "goal.annual": "年度目标",
    "filled_on": "填报日期",
    "contact_phone": "联系电话",
    "leader": "负责人",
    "handler": "经办人",
}
_LONGEST_TEXT = 60
_LONGEST_LIST = 12
_LONGEST_EVIDENCE = 400


def number(value: Decimal) -> str:
    """Return a figure without exponent and without idle zeros: ``2672300``, ``257.23``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: object) -> str:
    """Return a value as it stands in a sentence."""
    if isinstance(value, Decimal):
        whole, _, fraction = number(value).partition(".")
        return f"{int(whole):,}" + (f".{fraction}" if fraction else "") if whole.lstrip("-") != "0" else number(value)
    if isinstance(value, float):
        return shown(Decimal(str(value)))
    if isinstance(value, tuple | list):
        listed = "、".join(shown(item) for item in value[:_LONGEST_LIST])
        return f"{listed} 等 {len(value)} 项" if len(value) > _LONGEST_LIST else listed
    if isinstance(value, Indicator):
        return f"{value.name} = {value.value}"
    if isinstance(value, Form):
        return value.project_name or value.title
    text = clean("" if value is None else str(value)).replace("\n", " ")
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"


class _Formatter(string.Formatter):
    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        # A pack may come from a stranger: its messages name values and reach nothing inside them.
        if not field_name.isidentifier():
            raise ValueError(f"“{field_name}”不是值的名称")
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if not format_spec:
            return shown(value)
        if format_spec == "wan":
            return f"{shown((in_wan(Decimal(value)) or Decimal(0)).normalize())} 万元"
        if format_spec == "yuan":
            return f"{shown(Decimal(value))} 元"
        if format_spec.isdigit():
            text = shown(value)
            return text if len(text) <= int(format_spec) else text[: int(format_spec)] + "…"
        return str(super().format_field(value, format_spec))


_FORMATTER = _Formatter()


def fill(template: str, values: Mapping[str, object], *, where: str = "") -> str:
    """Return a message with its values.

    Raises
    ------
    PackError
        If the template names a value that is not there.
    """
    try:
        return _FORMATTER.vformat(template, (), values)
    except KeyError as error:
        why = f"没有“{error.args[0]}”这个值；可用的值：{'、'.join(sorted(values))}"
        raise PackError("规则的文字填不上", where=where, why=why, remedy="改正规则文件后重试") from error


def template_fault(template: str) -> str:
    """Return in Chinese what is wrong with the template of a message, ``""`` if nothing is."""
    try:
        for _, name, spec, conversion in string.Formatter().parse(template):
            if name is None:
                continue
            if not name.isidentifier():
                return f"{{{name}}} 只能写值的名称，不能取其中的内容"
            if conversion or not (spec in ("", "wan", "yuan") or (spec or "").isdigit()):
                return f"{{{name}}} 的格式不对；可用的格式：wan、yuan、字数"
    except ValueError as error:
        return f"花括号不成对（{error}）"
    return ""


def facts(hit: Hit, form: Form | None, horizon: str) -> dict[str, object]:
    """Return the values of a hit and what its record says of itself."""
    at = hit.at
    known: dict[str, object] = {"horizon": HORIZON_NAMES[horizon]}
    if form is not None:
        known |= {"project": form.project_name or "（无名称）", "unit": form.fund_unit}
    if isinstance(at, Indicator):
        known |= {"category": at.level2, "indicator": at.name, "value": at.value}
    elif isinstance(at, FundLine):
        known |= {
            "horizon": HORIZON_NAMES[at.horizon],
            "source": SOURCE_NAMES.get(at.source, at.source),
            "amount": at.amount,
            "unit": at.unit,
        }
    elif isinstance(at, Field):
        known |= {"field": FIELD_NAMES.get(at.path, at.path), "text": at.text}
    elif isinstance(at, Statement):
        known |= {"text": at.text}
    return known | dict(hit.values)


def evidence(hit: Hit) -> tuple[tuple[str, str], ...]:
    """Return the evidence of a hit as plain text, personal numbers masked."""
    values = dict(hit.values)
    if isinstance(hit.at, Indicator):
        values = {"indicator": hit.at.name, "value": hit.at.value, **values}
    return tuple((name, _plain(value)) for name, value in values.items())


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, float):
        return number(Decimal(str(value)))
    if isinstance(value, tuple | list):
        return "、".join(_plain(item) for item in value)[:_LONGEST_EVIDENCE]
    if isinstance(value, Indicator | Form):
        return shown(value)
    return clean("" if value is None else str(value))[:_LONGEST_EVIDENCE]

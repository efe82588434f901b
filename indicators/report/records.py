"""What ``extract`` prints: records as JSON, CSV or a readable list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from indicators.records import Extraction, Form
from indicators.serialize import records_dict
from indicators.text import clean, csv_text
from indicators.wording import HORIZON_NAMES

__all__ = ["records_csv", "records_json", "records_table"]

_COLUMNS = (
    "文件",
    "表序",
    "项目名称",
    "实施单位",
    "年度资金",
    "单位",
    "期限",
    "一级指标",
    "二级指标",
    "三级指标",
    "指标值",
)


def records_json(found: Iterable[tuple[str, Extraction]], *, brief: bool = False) -> str:
    """Return the records as the JSON of the contract."""
    return json.dumps(records_dict(found, brief=brief), ensure_ascii=False, indent=1)


def records_csv(found: Iterable[tuple[str, Extraction]]) -> str:
    """Return one row an indicator."""
    forms = ((extraction.document.name, form) for _, extraction in found for form in extraction.forms)
    return csv_text((_COLUMNS, *(row for name, form in forms for row in _csv_rows(name, form))))


def _csv_rows(name: str, form: Form) -> Iterator[tuple[object, ...]]:
    head = (
        name,
        form.index + 1,
        form.project_name,
        form.text("implementing_unit"),
        form.amount("annual"),
        form.fund_unit,
    )
    for item in form.indicators:
        yield (*head, HORIZON_NAMES[item.horizon], item.level1, item.level2, item.name, item.value)


def records_table(found: Iterable[tuple[str, Extraction]]) -> str:
    """Return the forms as a list for reading."""
    lines: list[str] = []
    for path, extraction in found:
        head = [extraction.department, f"{extraction.fiscal_year}年" if extraction.fiscal_year else ""]
        lines.append(f"{path}：{' '.join(item for item in head if item)} 共 {len(extraction)} 张绩效目标表")
        lines.extend(f"  {note.message}" for note in extraction.problems)
        for form in extraction.forms:
            lines.extend(_form(form))
    return "\n".join(clean(line) for line in lines)


def _form(form: Form) -> list[str]:
    total = form.amount("annual")
    money = f"{total:,} {form.fund_unit}" if total is not None else "未填"
    filled = sum(not item.empty for item in form.indicators)
    name = form.project_name or form.text("department") or "（无项目名称）"
    lines = [f"[{form.index + 1}] {name}　{form.text('implementing_unit')}　年度资金 {money}　指标 {filled} 条"]
    for item in form.indicators:
        text = f"{item.name} = {item.value}" if not item.empty else "（空）"
        lines.append(f"     {HORIZON_NAMES[item.horizon]} {item.level2}：{text}")
    return lines

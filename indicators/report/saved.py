"""Reports saved as JSON, read back as far as comparing needs them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from indicators.errors import ConfigError, system_reason
from indicators.money import in_yuan
from indicators.records import Location
from indicators.report.places import clean, place_text
from indicators.serialize import REPORT_SCHEMA, VERSION

__all__ = ["SavedFinding", "SavedForm", "SavedIndicator", "SavedReport", "Source", "as_saved", "read_saved"]

#: What of a location says where it is; the box is for drawing.
_PLACE = ("page", "line", "table", "row", "column", "sheet")
_REMEDY = "请先用“indicators check 文件 --format json -o 结果.json”生成"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedIndicator:
    """An indicator with its number; ``upper`` is the upper end of a range, else ``None``."""

    horizon: str
    level2: str
    name: str
    value: str
    relation: str
    number: Decimal | None
    upper: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFinding:
    """A finding; ``indicator`` is the position among the indicators of its form, ``place`` its place in words."""

    rule: str
    severity: str
    title: str
    message: str
    subject: str
    fix: str
    source: str
    project: str
    form: int | None
    indicator: int | None
    page: int | None
    place: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedForm:
    """A form; ``amount`` is the annual total in 元, that of the whole project where there is none."""

    source: str
    index: int
    unit: str
    project: str
    amount: Decimal | None
    total: float | None
    indicators: tuple[SavedIndicator, ...]
    findings: tuple[SavedFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReport:
    """What a JSON file of ``indicators check`` holds."""

    name: str
    years: tuple[int, ...]
    forms: tuple[SavedForm, ...]
    findings: tuple[SavedFinding, ...]


#: A report read already, its JSON, or the path of it.
Source = SavedReport | Mapping[str, Any] | str | Path


def as_saved(source: Source) -> SavedReport:
    """Return a report whatever way it is given.

    Raises
    ------
    ConfigError
        If it is no report.
    """
    if isinstance(source, SavedReport):
        return source
    if isinstance(source, Mapping):
        names = [str(item.get("source", "")) for item in source.get("documents", ()) if isinstance(item, Mapping)]
        return _checked([source], names[0] if len(names) == 1 else "检查结果")
    return read_saved(source)


def read_saved(path: str | Path) -> SavedReport:
    """Read the JSON (or JSON Lines) that ``indicators check`` wrote.

    Raises
    ------
    ConfigError
        If the file is missing, no such JSON, or of a later version.
    """
    path = Path(path)
    try:
        text = _decoded(path.read_bytes())
    except FileNotFoundError:
        raise ConfigError("找不到文件", where=str(path), remedy=_REMEDY) from None
    except UnicodeDecodeError:
        why = "编码不是 UTF-8、UTF-16 或 GBK"
        raise ConfigError("文件读取失败", where=str(path), why=why, remedy=_REMEDY) from None
    except OSError as error:
        raise ConfigError("文件读取失败", where=str(path), why=system_reason(error), remedy=_REMEDY) from None
    try:
        return _checked(list(_loaded(text)), str(path))
    except json.JSONDecodeError as error:
        why = f"第 {error.lineno} 行不是 JSON"
        raise ConfigError("不是检查结果", where=str(path), why=why, remedy=_REMEDY) from None
    except (RecursionError, ValueError):
        why = "嵌套过深，或数字的位数过多"
        raise ConfigError("不是检查结果", where=str(path), why=why, remedy=_REMEDY) from None


def _decoded(data: bytes) -> str:
    """Return a text; ``>`` of PowerShell writes UTF-16, old consoles write GBK."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _checked(loaded: list[Any], where: str) -> SavedReport:
    try:
        documents = [document for data in loaded for document in _documents(data, where)]
        return _saved(Path(where).name, documents)
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise ConfigError("检查结果的内容不完整", where=where, why=repr(error), remedy=_REMEDY) from None


def _loaded(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
        return
    except json.JSONDecodeError:
        if "\n" not in text.strip():
            raise
        lines = [line for line in text.splitlines() if line.strip()]
        json.loads(lines[0])
    yield from (json.loads(line) for line in lines)


def _documents(data: Any, where: str) -> list[dict[str, Any]]:
    if not isinstance(data, Mapping) or data.get("schema") != REPORT_SCHEMA:
        kind = data.get("schema") if isinstance(data, Mapping) else None
        why = "这是提取结果（extract），不是检查结果" if kind == "indicators.records" else f"schema 是 {kind!r}"
        raise ConfigError("不是检查结果", where=where, why=why, remedy=_REMEDY)
    if data.get("version") != VERSION:
        why = f"版本 {data.get('version')!r}，本程序读 {VERSION}"
        raise ConfigError("检查结果的版本不同", where=where, why=why, remedy="请用同一版本的程序重新检查")
    documents: list[dict[str, Any]] = data.get("documents", [data])
    return documents


def _saved(name: str, documents: list[dict[str, Any]]) -> SavedReport:
    forms: list[SavedForm] = []
    findings: list[SavedFinding] = []
    for document in documents:
        projects = {form["form"]: form.get("project_name") or "" for form in document["forms"]}
        found = [_finding(item, document, projects) for item in document.get("findings", ())]
        findings += found
        totals = {score["form"]: score["total"] for score in document.get("scores", ())}
        for form in document["forms"]:
            own = tuple(item for item in found if item.form == form["form"])
            forms.append(_form(form, document, totals.get(form["form"]), own))
    years = sorted({document["fiscal_year"] for document in documents if document.get("fiscal_year")})
    return SavedReport(name=name, years=tuple(years), forms=tuple(forms), findings=tuple(findings))


def _finding(item: dict[str, Any], document: dict[str, Any], projects: dict[int, str]) -> SavedFinding:
    project = projects.get(item["form"], "") if item["form"] is not None else ""
    at = Location(**{key: value for key, value in (item.get("location") or {}).items() if key in _PLACE})
    return SavedFinding(
        rule=item["rule"],
        severity=item["severity"],
        title=item.get("title", ""),
        message=item["message"],
        subject=item.get("subject", ""),
        fix=item.get("fix", ""),
        source=document["source"],
        project=project,
        form=item["form"],
        indicator=item.get("indicator"),
        page=at.page,
        place=clean(place_text(at, project)),
        fingerprint=item["fingerprint"],
    )


def _form(
    form: dict[str, Any], document: dict[str, Any], total: float | None, findings: tuple[SavedFinding, ...]
) -> SavedForm:
    return SavedForm(
        source=document["source"],
        index=form["form"],
        unit=form.get("implementing_unit") or form.get("department") or document.get("department") or "",
        project=form.get("project_name") or "",
        amount=_amount(form),
        total=total,
        indicators=tuple(_indicator(item) for item in form["indicators"]),
        findings=findings,
    )


def _amount(form: dict[str, Any]) -> Decimal | None:
    for horizon in ("annual", "lifetime"):
        value = form.get("funds", {}).get(horizon, {}).get("total")
        if value is not None:
            return in_yuan(Decimal(str(value)), form.get("fund_unit", ""))
    return None


def _indicator(item: dict[str, Any]) -> SavedIndicator:
    quantity = item.get("quantity") or {}
    return SavedIndicator(
        horizon=item["horizon"],
        level2=item["level2"],
        name=item["level3"],
        value=item["value"],
        relation=quantity.get("relation", ""),
        number=_decimal(quantity.get("number")),
        upper=_decimal(quantity.get("upper")),
        unit=quantity.get("unit", ""),
    )


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None

"""The made-up projects, as a layout needs them and as ground truth."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

LEVEL1_OF = {
    "数量指标": "产出指标",
    "质量指标": "产出指标",
    "时效指标": "产出指标",
    "成本指标": "产出指标",
    "经济成本指标": "成本指标",
    "社会成本指标": "成本指标",
    "生态环境成本指标": "成本指标",
    "经济效益指标": "效益指标",
    "社会效益指标": "效益指标",
    "生态效益指标": "效益指标",
    "可持续影响指标": "效益指标",
    "服务对象满意度指标": "满意度指标",
}
SOURCES = ("central", "provincial", "local", "self", "other")
YEAR = 2025
_VALUE = re.compile(r"([≥≤<>=]?)(\d[\d,.]*)(\D.*)?\Z")
#: What a unit column would hold: no second number, no date.
_UNIT = re.compile(r"[^\d，。、前]{0,10}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An indicator: its level 2, name and values of the year and of the whole project."""

    level2: str
    name: str
    annual: str
    lifetime: str

    def value(self, horizon: str) -> str:
        return self.annual if horizon == "annual" else self.lifetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    name: str
    department: str
    unit: str
    attribute: str
    years: int
    overview: str
    basis: str
    necessity: str
    measures: str
    plan: str
    goal: str
    goal_lifetime: str
    annual: dict[str, Decimal]
    lifetime: dict[str, Decimal]
    targets: tuple[Target, ...]
    filled_on: str = ""

    @property
    def period(self) -> str:
        return f"{self.years}年"

    def funds(self, horizon: str) -> dict[str, Decimal]:
        return self.annual if horizon == "annual" else self.lifetime

    def total(self, horizon: str = "annual") -> Decimal:
        return self.funds(horizon)["total"]


def split_value(value: str) -> tuple[str, str, str] | None:
    """Return operator, number and unit of a quantified value, ``None`` for a qualitative one."""
    match = _VALUE.match(value)
    if not match or not _UNIT.match(match.group(3) or ""):
        return None
    return match.group(1) or "=", match.group(2), match.group(3) or ""


@lru_cache(maxsize=1)
def projects() -> tuple[Project, ...]:
    """Return all made-up projects."""
    raw = tomllib.loads((Path(__file__).parent / "projects.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return tuple(_project(entry, number) for number, entry in enumerate(raw["project"]))


def water_projects() -> tuple[Project, ...]:
    return tuple(item for item in projects() if item.department.endswith("水利局"))


def _project(entry: dict[str, Any], number: int) -> Project:
    targets = tuple(_target(line) for line in entry["indicators"])
    annual = _funds(entry["annual"], entry.get("printed_total"))
    lifetime = _funds(entry["lifetime"], None) if "lifetime" in entry else annual
    texts = {key: entry[key] for key in ("overview", "basis", "necessity", "measures", "plan", "goal")}
    return Project(
        name=entry["name"],
        department=entry["department"],
        unit=entry["unit"],
        attribute=entry["attribute"],
        years=entry["years"],
        goal_lifetime=entry.get("goal_lifetime", entry["goal"]),
        annual=annual,
        lifetime=lifetime,
        targets=targets,
        filled_on=f"202501{number % 20 + 6:02d}{9 + number % 8:02d}{number * 7 % 60:02d}{number * 13 % 60:02d}",
        **texts,
    )


def _target(line: str) -> Target:
    level2, name, *values = line.split("|")
    if level2 not in LEVEL1_OF or len(values) not in (1, 2):
        raise ValueError(line)
    return Target(level2=level2, name=name, annual=values[0], lifetime=values[-1])


def _funds(entry: dict[str, Any], printed_total: Any) -> dict[str, Decimal]:
    parts = {source: Decimal(entry.get(source, 0)) for source in SOURCES}
    return {"total": Decimal(printed_total) if printed_total else sum(parts.values(), Decimal(0)), **parts}


def truncated(project: Project, width: int) -> Project:
    """Return the project with the annual names and values cut off as a narrow cell cuts them."""
    targets = tuple(
        replace(target, annual=target.annual[:width]) if len(target.annual) > width else target
        for target in project.targets
    )
    return replace(project, targets=targets, goal=project.goal[: width * 4])


def truth(project: Project, **changes: Any) -> dict[str, Any]:
    """Return the ground truth of a project as a two-sided form in 元 prints it; ``changes`` replace keys."""
    record: dict[str, Any] = {
        "form_type": "project",
        "title": "项目支出绩效目标表",
        "year": YEAR,
        "project_name": project.name,
        "department": project.department,
        "implementing_unit": project.unit,
        "project_attribute": project.attribute,
        "project_period": project.period,
        "fund_unit": "元",
        "funds": {horizon: amounts(project, horizon) for horizon in ("lifetime", "annual")},
        "overview": project.overview,
        "basis": project.basis,
        "necessity": project.necessity,
        "measures": project.measures,
        "plan": project.plan,
        "goal": {"lifetime": project.goal_lifetime, "annual": project.goal},
        "indicators": [indicator(target, horizon) for horizon in ("lifetime", "annual") for target in project.targets],
        "filled_on": project.filled_on,
    }
    return {**record, **changes}


def amounts(project: Project, horizon: str, scale: int = 1, only: tuple[str, ...] = ()) -> dict[str, float | None]:
    """Return fund amounts divided by ``scale``; sources not in ``only`` (where given) are ``None``."""
    funds = project.funds(horizon)
    names = ("total", *SOURCES)
    return {name: float(funds[name] / scale) if not only or name in only else None for name in names}


def indicator(target: Target, horizon: str, *, level2: str = "", value: str | None = None) -> dict[str, str]:
    """Return one ground-truth indicator."""
    label = level2 or target.level2
    shown = target.value(horizon) if value is None else value
    return {"horizon": horizon, "level1": LEVEL1_OF[label], "level2": label, "level3": target.name, "value": shown}

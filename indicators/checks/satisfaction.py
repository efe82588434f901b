"""Are those asked whom a project serves (family U: U122)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import unit_kind
from indicators.records import Form, Indicator

from .base import Hit, Lexicon, NotApplicable, check, plain

__all__ = ["satisfaction_of_served"]

_ABOVE = re.compile(
    "^(?:上级|主管|上级主管|领导|单位领导|财政|财政部门|本单位领导|局领导|上级部门)[\u4e00-\u9fff]{0,6}满意"
)


_STAFF = re.compile("^(?P<whose>.{0,12}?)(?:全体)?(?P<who>干部|职工|工作人员|员工|人员|同志)(?:职工)?的?满意")
_OFFICE = re.compile("^(?:本|该)?(?:机关|单位|部门|系统|内部|科室|局|中心)+(?:内部|机关)?$")


def _own_staff(name: str, form: Form) -> str:
    """Return the word for the staff of the department or unit itself: 残联机关干部, 收储公司员工; ``""`` for others."""
    found = _STAFF.search(name)
    if found is None:
        return ""
    whose = found.group("whose").removesuffix("机关")
    offices = (plain(form.text("department")), plain(form.text("implementing_unit")))
    short = any(_abbreviates(whose, office) for office in offices)
    return found.group("who") if short or _OFFICE.match(found.group("whose")) else ""


def _abbreviates(short: str, name: str) -> bool:
    """Whether a name of two characters or more is another one with characters left out (残联, 市残疾人联合会)."""
    rest = iter(name)
    return len(short) > 1 and all(character in rest for character in short)


@check(scope="indicator")
def satisfaction_of_served(indicator: Indicator, form: Form, *, internal: Lexicon) -> Iterator[Hit]:
    """Look for the satisfaction of superiors or of one's own staff where those served are to be asked.

    Parameters
    ----------
    internal
        Words of projects that serve the staff itself.

    Yields
    ------
    Hit
        At the indicator; variant ``own`` for the staff of the office, where no text says that the project is for them
        and nobody else is asked.
    """
    if not indicator.name:
        raise NotApplicable
    name = plain(indicator.name)
    if _ABOVE.search(name):
        yield Hit(indicator)
        return
    staff = _own_staff(name, form)
    if not staff or (internal.find(form.project_name) and not _serves_others(form)):
        return
    told = (form.project_name, *(form.text(path) for path in _TOLD), *(item.name for item in _counted(form)))
    if any(staff in text for text in told):
        return
    others = [item for item in form.side(indicator.horizon) if "满意" in item.name and item.level1 == indicator.level1]
    if all(_own_staff(plain(item.name), form) for item in others):
        yield Hit(indicator, variant="own")


_OF_THE_OFFICE = re.compile("干部|职工|工作人员|员工|民警|警|教师|教职|同志|队员|编外|聘|人员|岗|在职|退休|遗属|村官")


def _serves_others(form: Form) -> bool:
    """Whether a form counts people who are not the staff: an allowance may be for the aged of the county."""
    return any(
        item.quantity is not None and unit_kind(item.quantity.unit) == "person" and _PEOPLE.search(item.name)
        for item in _counted(form)
        if not _OF_THE_OFFICE.search(item.name)
    )


#: What follows it in a name says who: 享受津贴老人数量, 资助学生人数.
_PEOPLE = re.compile(
    "老人|老年|儿童|学生|妇女|残疾|军人|军属|居民|村民|群众|农户|农民|患者|学员|游客|企业|孤儿|青年|党员|家庭|户"
)


def _counted(form: Form) -> tuple[Indicator, ...]:
    return tuple(item for item in form.indicators if item.level2 == "数量指标")


_TOLD = ("overview", "necessity", "goal.annual", "goal.lifetime")

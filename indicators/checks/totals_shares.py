"""Are stated percentages those of the stated amounts (family A: A105, A113)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from indicators.money import in_wan
from indicators.quantities import half_width
from indicators.records import Extraction, Statement

from .base import Context, Hit, NotApplicable, check

__all__ = ["growth_is_right", "share_fits_its_base"]

_HALF_CENT = Decimal("0.005")


def _fits(part: Decimal, base: Decimal, percent: Decimal, error: Decimal = _HALF_CENT) -> bool:
    """Whether a printed percentage is that of two (themselves rounded) amounts, rounded or cut off."""
    if not base:
        return not part
    step = Decimal(1).scaleb(int(percent.as_tuple().exponent))
    share = part * 100 / base
    if percent in (share.quantize(step, ROUND_HALF_UP), share.quantize(step, ROUND_DOWN)):
        return True
    # What half of the last digit of either amount moves the share by, and half of that of the share.
    slack = (abs(share) * _HALF_CENT / abs(base)) + error * 100 / abs(base)
    return abs(share - percent) <= step / 2 + slack


_NAMED = re.compile(r"占(?P<base>[^，,。；;0-9]{2,24}?)(?:的)?(?:比例|比重)?(?:为|约)?[0-9]")
_KINDS = (
    ("project", re.compile("项目支出")),
    ("basic", re.compile("基本支出")),
)
_STATED = {
    "income": (("total", "收入总计"),),
    "expenditure": (("total", "支出总计"), ("basic", "基本支出"), ("project", "项目支出")),
    "managed_forms": (("amount", "纳入绩效目标管理的项目金额"),),
}
Base = tuple[str, Decimal]


def _bases(extraction: Extraction) -> list[Base]:
    """Return the totals a document states, by name, in 万元: those of its tables, then those of its text."""
    found: dict[Base, None] = {}
    for table in extraction.budget_tables:
        for row in table.rows:
            if re.search(r"合\s*计|总\s*计", row.label):
                for header, amount in zip(table.columns, row.amounts):
                    if amount and (wan := in_wan(amount, table.unit)) is not None:
                        found[f"《{table.title}》{header.rpartition('/')[2]}", wan] = None
    for item in extraction.statements:
        for figure, name in _STATED.get(item.kind, ()):
            if value := item.get(figure):
                found[name, value] = None
    return list(found)


@check(scope="document")
def share_fits_its_base(extraction: Extraction, context: Context) -> Iterator[Hit]:
    """Compare each stated share with its base, and name the total it fits where it does not.

    A base named in words is every total of the document with that name (with and without carried-over funds); where
    none is named, it is the total the sentence begins with. A share that fits no total is the other rule's.

    Yields
    ------
    Hit
        At the sentence, with ``part``, ``percent``, ``said`` (the base it claims), ``fits`` and ``base``.
    """
    shares = [item for item in extraction.statements if item.kind == "share"]
    if not shares or not extraction.forms:
        raise NotApplicable
    known = context.once(_bases)
    for item in shares:
        claimed = _claimed(item, known)
        part, percent = item.get("part") or Decimal(0), item.get("percent") or Decimal(0)
        if not claimed or not part or any(_fits(part, value, percent) for _, value in claimed):
            continue
        other = next(((name, value) for name, value in known if _fits(part, value, percent)), None)
        if other is not None and not any(_fits(part, value, percent) for value in _beside(item)):
            values = {
                "part": part,
                "percent": percent,
                "said": f"{claimed[0][0]} {claimed[0][1].normalize():f} 万元",
                "right": (part * 100 / claimed[0][1]).quantize(Decimal("0.01")),
                "fits": other[0],
                "base": other[1],
            }
            yield Hit(item, values)


def _claimed(item: Statement, known: list[Base]) -> list[Base]:
    """Return the totals a share can be meant to be of, ``[]`` where the document does not state them."""
    named = _NAMED.search(half_width(item.text))
    if named is not None and named.group("base").strip() not in ("", "比", "总"):
        words = named.group("base")
        for kind, pattern in _KINDS:
            if pattern.search(words):
                wanted = pattern.pattern
                return [(words, value) for name, value in known if wanted in name or kind == name]
        if re.search(r"支出(?:预算)?总|总支出|支出总计|支出合计", words):
            return [(words, value) for name, value in known if "支出" in name and re.search(r"总计|合计", name)]
        if re.search(r"收入(?:预算)?总|总收入|收入总计|收入合计", words):
            return [(words, value) for name, value in known if "收入" in name and re.search(r"总计|合计", name)]
        return []
    total = item.get("total")
    return [("合计", total)] if total else []


def _beside(item: Statement) -> list[Decimal]:
    """Return the other amounts of the sentence: what a share printed among them may be of."""
    return [value for name, value in item.figures if name.startswith("base_")]


@check(scope="document")
def growth_is_right(extraction: Extraction, context: Context) -> Iterator[Hit]:
    """Recompute stated percentages: rises and falls against the year before, and shares that fit no total at all.

    Yields
    ------
    Hit
        At the sentence, with ``amount``, ``base``, ``percent`` (as printed) and ``right``.
    """
    if not extraction.forms:
        raise NotApplicable
    asked = False
    for item in extraction.statements:
        percent = item.get("percent")
        if percent is None:
            continue
        judged = _wrong_change(item, percent) if item.kind == "change" else None
        if item.kind == "growth":
            judged = _wrong_growth(item, percent)
        elif item.kind == "share":
            judged = _wrong_share(item, percent, context)
        asked = True
        if judged is not None:
            amount, base = judged
            right = amount * 100 / base
            digits = Decimal("0.0001") if abs(right) < Decimal("0.01") else Decimal("0.01")
            values = {"amount": amount, "base": base, "percent": percent, "right": right.quantize(digits)}
            yield Hit(item, values, variant="share" if item.kind == "share" else "", key=f"{amount} {percent}")
    if not asked:
        raise NotApplicable


def _wrong_change(item: Statement, percent: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return amount and base of a change whose percentage fits neither total of its sentence."""
    amount, sign = item.get("amount"), item.get("direction")
    totals = [value for name in ("total", "total_last") if (value := item.get(name))]
    if amount is None or sign is None or not totals:
        return None
    bases = [base for total in totals if (base := total - sign * amount) > 0]
    # Some print the share of this year's total: odd, but not a slip of the pen.
    if not bases or any(_fits(amount, base, percent) for base in (*bases, *totals)):
        return None
    return amount, bases[0]


def _wrong_growth(item: Statement, percent: Decimal) -> tuple[Decimal, Decimal] | None:
    last, current = item.get("last"), item.get("current")
    if not last or current is None or _fits(current - last, last, percent, 2 * _HALF_CENT):
        return None
    return current - last, last


def _wrong_share(item: Statement, percent: Decimal, context: Context) -> tuple[Decimal, Decimal] | None:
    part, total = item.get("part"), item.get("total")
    if not part or not total or part > total:
        return None
    known = [value for _, value in context.once(_bases)]
    if any(_fits(part, base, percent) for base in (total, *_beside(item), *known)):
        return None
    return part, total

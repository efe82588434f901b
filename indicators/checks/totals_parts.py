"""Do stated totals agree with their stated parts (family A: A103, A104, A112)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from indicators.money import MONEY_UNIT, PRINTED, in_wan, number_of
from indicators.quantities import half_width
from indicators.records import Extraction, Statement

from .base import Hit, NotApplicable, check

__all__ = ["amounts_make_total", "change_is_explained", "counts_make_total", "rise_within_total"]

#: Kinds that together are all there is: a list made of one kind of each group is complete.
_COMPLETE = (
    (re.compile("运转类"), re.compile("特定目标类")),
    (re.compile("一次性|新增|当年"), re.compile("经常性|延续|结转")),
    (re.compile("一般公共预算"), re.compile("政府性基金|国有资本")),
    (re.compile("基本支出"), re.compile("项目支出")),
    (re.compile("人员(?:经费|支出)"), re.compile("公用(?:经费|支出)")),
    (re.compile("本级|机关|本部"), re.compile("下属|所属|直属|二级")),
    (re.compile("本年收入|当年"), re.compile("结转")),
    (re.compile("定额|人员类"), re.compile("项目类|特定目标")),
)


@dataclass(frozen=True, slots=True)
class _Item:
    label: str
    count: Decimal | None
    amount: Decimal | None


_COUNTED = re.compile(r"(?P<label>[^，,。；;：:、]{0,80}?)(?P<count>[0-9]+)个(?!月|年)")
_MONEY = re.compile(rf"(?P<number>{PRINTED})(?P<unit>{MONEY_UNIT})")


def _amount(match: re.Match[str]) -> Decimal:
    """Return a printed amount in 万元."""
    return in_wan(number_of(match.group("number")), match.group("unit")) or Decimal(0)


def _items(text: str) -> list[_Item]:
    """Return the parts a sentence lists behind 其中: 其他运转类项目22个，涉及金额1,394.55万元."""
    plain = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", half_width(text))
    start = plain.find("其中")
    if start < 0:
        return []
    matches = list(_COUNTED.finditer(plain, start))
    items = []
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(plain)
        money = _MONEY.search(plain, match.end(), end)
        amount = _amount(money) if money else None
        items.append(_Item(match.group("label"), Decimal(match.group("count")), amount))
    return items


def _complete(labels: list[str]) -> bool:
    """Whether a list holds every kind there is, by its labels."""
    return any(
        any(one.search(label) for label in labels)
        and any(other.search(label) for label in labels)
        and all(one.search(label) or other.search(label) for label in labels)
        for one, other in _COMPLETE
    )


def _listed(extraction: Extraction) -> Iterator[tuple[Statement, list[_Item]]]:
    for item in extraction.statements:
        if item.kind in ("declared_forms", "managed_forms"):
            parts = _items(item.text)
            if len(parts) >= 2:
                yield item, parts


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


@check(scope="document")
def counts_make_total(extraction: Extraction) -> Iterator[Hit]:
    """Compare a stated number of projects with the numbers of its kinds.

    A list that may name some kinds only is no proof: the kinds must be all there are, or their amounts must make the
    total.

    Yields
    ------
    Hit
        At the sentence, with ``total``, ``parts`` and ``made``.
    """
    asked = False
    for statement, parts in _listed(extraction):
        total, made = statement.get("count"), _sum([part.count for part in parts])
        if total is None or made is None:
            continue
        asked = True
        amount, amounts = statement.get("amount"), _sum([part.amount for part in parts])
        balanced = amount is not None and amounts is not None and abs(amount - amounts) <= Decimal("0.05")
        if total != made and (balanced or _complete([part.label for part in parts])):
            yield Hit(statement, {"total": total, "parts": tuple(part.count for part in parts), "made": made})
    if not asked:
        raise NotApplicable


#: Kinds of statements whose parts are all there is, with the parts that must be stated.
_WHOLES = {
    "purchase": (("goods", "works", "services"),),
    "basic": (("personnel", "public"),),
    "expenditure": (("basic", "project"),),
    "income": (("current", "carried"),),
    "three_public": (("abroad", "reception", "vehicles"), ("abroad", "reception", "vehicles_bought", "vehicles_run")),
}
_NAMES = {
    "purchase": "政府采购预算",
    "basic": "基本支出",
    "expenditure": "支出预算",
    "income": "收入预算",
    "three_public": "“三公”经费预算",
}
#: Further kinds of spending and income: where one is named, two parts are not the whole.
_MORE = re.compile(r"结转下年|年终结[转余]|年末结[转余]|上缴上级|附属单位|经营支出|用事业基金|往来|等项|弥补|非财政")


@check(scope="document")
def amounts_make_total(extraction: Extraction, *, tolerance: Decimal) -> Iterator[Hit]:
    """Compare stated amounts with the parts the text lists for them.

    Parameters
    ----------
    tolerance
        In 万元: what rounding explains.

    Yields
    ------
    Hit
        At the sentence, with ``what``, ``total``, ``parts``, ``made`` and ``gap``.
    """
    if not extraction.forms:
        raise NotApplicable
    asked = False
    for statement, parts in _listed(extraction):
        total, made = statement.get("amount"), _sum([part.amount for part in parts])
        if total is None or made is None:
            continue
        asked = True
        counted = statement.get("count") == _sum([part.count for part in parts])
        if abs(total - made) > tolerance and (counted or _complete([part.label for part in parts])):
            yield _unequal(statement, "项目金额", total, [part.amount for part in parts])
    for statement in extraction.statements:
        for names in _WHOLES.get(statement.kind, ()):
            amounts = [statement.get(name) for name in names]
            total = statement.get("total")
            if total is None or any(amount is None for amount in amounts) or _MORE.search(statement.text):
                continue
            asked = True
            if abs(total - (_sum(amounts) or Decimal(0))) > tolerance:
                yield _unequal(statement, _NAMES[statement.kind], total, amounts)
            break
    if not asked:
        raise NotApplicable


def _unequal(statement: Statement, what: str, total: Decimal, parts: list[Decimal | None]) -> Hit:
    made = _sum(parts) or Decimal(0)
    values = {"what": what, "total": total, "parts": tuple(parts), "made": made, "gap": abs(total - made)}
    return Hit(statement, values, key=f"{what} {total}")


_REASON = re.compile(rf"(?P<label>[^，,。；;：:、]{{1,24}}?)(?P<up>增加|增长|减少|下降|降低)(?:了)?{_MONEY.pattern}")
_AS_A_WHOLE = re.compile(r"等(?:原因|因素|增加|减少)|以及|部分|主要(?:是)?.{0,6}等")


def _reasons(text: str) -> list[tuple[str, Decimal]]:
    """Return the signed reasons a sentence gives for a change, behind 原因, 由于 or 其中."""
    plain = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", half_width(text))
    start = re.search(r"原因|由于|因为|其中", plain)
    if start is None:
        return []
    found = []
    for match in _REASON.finditer(plain, start.end()):
        amount = _amount(match)
        found.append((match.group("label"), amount if match.group("up") in ("增加", "增长") else -amount))
    return found


@check(scope="document")
def change_is_explained(extraction: Extraction, *, tolerance: Decimal) -> Iterator[Hit]:
    """Compare a change against the year before with the changes of its parts.

    Reasons that name some of what changed prove nothing; kinds that are all there is (基本支出 and 项目支出) must
    add up, and so must the four items of 三公经费.

    Parameters
    ----------
    tolerance
        In 万元: what rounding explains.

    Yields
    ------
    Hit
        At the sentence, with ``amount``, ``parts``, ``made`` and ``gap``.
    """
    changes = [item for item in extraction.statements if item.kind == "change"]
    if not changes or not extraction.forms:
        raise NotApplicable
    seen: set[tuple[Decimal, Decimal]] = set()
    for item in changes:
        amount = (item.get("amount") or Decimal(0)) * (item.get("direction") or Decimal(1))
        reasons = _reasons(_behind(item))
        if len(reasons) < 2 or not _complete([label for label, _ in reasons]) or _AS_A_WHOLE.search(item.text):
            continue
        made = sum((value for _, value in reasons), Decimal(0))
        # Income and spending are told in one breath with the same reasons: once is enough.
        if abs(amount - made) > tolerance and (amount, made) not in seen:
            seen.add((amount, made))
            yield _unexplained(item, amount, [value for _, value in reasons])
    yield from _three_public(extraction, changes, tolerance)


def _behind(item: Statement) -> str:
    """Return the sentence behind its own change, so that the change is not taken for a reason."""
    amount = item.get("amount")
    for match in _MONEY.finditer(re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", half_width(item.text))):
        if _amount(match) == amount:
            text = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", half_width(item.text))
            return text[match.end() :]
    return ""


def _three_public(extraction: Extraction, changes: list[Statement], tolerance: Decimal) -> Iterator[Hit]:
    for item in extraction.statements:
        if item.kind != "three_public":
            continue
        whole = next(
            (other for other in changes if other.get("total") == item.get("total") and "三公" in other.text), None
        )
        for names in _WHOLES["three_public"]:
            parts = [item.get(f"{name}_change") for name in names]
            if whole is None or any(part is None for part in parts):
                continue
            amount = (whole.get("amount") or Decimal(0)) * (whole.get("direction") or Decimal(1))
            if abs(amount - (_sum(parts) or Decimal(0))) > tolerance:
                yield _unexplained(whole, amount, parts)
            break


def _unexplained(item: Statement, amount: Decimal, parts: list[Decimal | None] | list[Decimal]) -> Hit:
    made = sum((part for part in parts if part is not None), Decimal(0))
    values = {"amount": amount, "parts": tuple(parts), "made": made, "gap": abs(amount - made)}
    return Hit(item, values, key=f"{amount} {made}")


@check(scope="document")
def rise_within_total(extraction: Extraction) -> Iterator[Hit]:
    """Look for an increase that is larger than what it leads to (支出预算0万元，比上年增加5万元).

    Yields
    ------
    Hit
        At the statement, with ``total`` and ``amount`` in 万元 and ``text``.
    """
    changes = [item for item in extraction.statements if item.kind == "change"]
    if not changes:
        raise NotApplicable
    for item in changes:
        total, amount = item.get("total"), item.get("amount")
        # Two totals in the clause: which of them rose is not certain.
        if total is None or amount is None or item.get("total_last") not in (None, total):
            continue
        if item.get("direction") == 1 and amount > total:
            yield Hit(item, {"total": total, "amount": amount, "text": item.text}, key=item.text)

"""Read the figures of the explanatory text: declared forms, shares, changes with their reasons, purchases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from indicators.forms.rows import Row
from indicators.records import Location, Statement
from indicators.text import squash

__all__ = ["read_statements"]

_NUMBER = r"([0-9][0-9,，]*(?:\.[0-9]+)?)"
_MONEY = re.compile(_NUMBER + r"(亿元|万元|元)")
_SHARE = re.compile(
    r"([^，,。；;：:]{0,30}?)"
    + _NUMBER
    + r"(亿元|万元|元)[，,]?占([^，,。；;0-9]{0,24}?)(?:的)?(?:比例|比重)?(?:为|约)?"
    + _NUMBER
    + r"[%％]"
)
_CHANGE = re.compile(
    r"(?:比|较|与)([^，,。；;]{0,16}?)(?:相比|同口径)?[，,]?(?:预算)?(?:数)?(?:同口径)?(增加|增长|减少|下降|降低)(?:了)?"
    + _NUMBER
    + r"(亿元|万元|元)"
    r"(?:[，,]?(?:增加|增长|减少|下降|降低|增幅|降幅)(?:了|为|比例|约)?" + _NUMBER + r"[%％])?"
)
_REASON = re.compile(r"(?:主要)?(?:是)?(?:原因|由于|因为|是因|因)(.{4,})$")
_PART = re.compile(r"([^，,。；;：:、]{1,24}?)(增加|增长|减少|下降|降低)(?:了)?" + _NUMBER + r"(亿元|万元|元)")
_COUNT = re.compile(r"([0-9]+)\s*个")
_COUNTED = re.compile(
    r"([^，,。；;：:]{0,24}?)([0-9]+)个[，,]?(?:共计|共|涉及|涉及项目|合计)?(?:项目)?(?:资金|金额|预算|支出|当年拨款|一般公共预算当年拨款|一般公共预算)*(?:金额|资金)?(?:合计|共计)?(?:约)?"
    + _NUMBER
    + r"(亿元|万元|元)"
)
_SCALE = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000)}
_UP = ("增加", "增长")


def _money(number: str, unit: str) -> Decimal:
    return Decimal(number.replace(",", "").replace("，", "")) * _SCALE[unit]


def read_statements(rows: list[Row]) -> tuple[Statement, ...]:
    """Read the statements of the text outside forms; amounts are in 万元.

    Kinds and figures: ``declared_forms`` and ``managed_forms`` (``count``, ``amount``, ``count_1`` …,
    ``amount_1`` …), ``share`` (``part``, ``percent``), ``change`` (``amount``, ``percent``, ``direction`` 1 or -1,
    ``total`` where the sentence states it, ``reason_1`` … signed), ``purchase`` (``total``, ``goods``, ``works``,
    ``services``), ``income`` and ``expenditure`` (``total``, parts), ``three_public`` (``total``), ``operating``
    (``total``), ``vehicles`` (``authorised``, ``actual``), ``no_overall`` (none).
    """
    found: list[Statement] = []
    for row in rows:
        # Prose stands outside tables; a text pasted as one wide cell counts as well.
        if len(row.cells) != 1 or len(row.cells[0].text) < 8:
            continue
        text = squash(row.cells[0].text)
        if not re.search(r"[0-9]", text) and "整体" not in text:
            continue
        found.extend(_of_line(text, row.at))
    return tuple(found)


def _sentences(text: str) -> Iterator[str]:
    """Split at full stops and semicolons; a sentence that begins with 其中 stays with the one before it."""
    for part in re.split(r"[。；;](?!其中)", text):
        if part:
            yield part


def _of_line(text: str, at: Location) -> Iterator[Statement]:
    yield from _declared(text, at)
    for sentence in _sentences(text):
        for match in _SHARE.finditer(sentence):
            figures = (
                ("part", _money(match.group(2), match.group(3))),
                ("percent", Decimal(match.group(5).replace(",", ""))),
            )
            yield Statement(kind="share", figures=figures, text=match.group(0), at=at)
        yield from _totals(sentence, at)
        if "未" in sentence or "没有" in sentence or "不" in sentence:
            if re.search(
                r"(?:未|没有|不)(?:做|编制|开展|编报|设置|填报|涉及)?.{0,8}整体(?:支出)?绩效|整体(?:支出)?绩效(?:目标)?.{0,6}(?:未|没有|无)",
                sentence,
            ):
                yield Statement(kind="no_overall", figures=(), text=sentence, at=at)
    yield from _changes(text, at)


def _declared(text: str, at: Location) -> Iterator[Statement]:
    """Declared numbers of forms; the parts of a sentence follow it behind 其中."""
    if "绩效" not in text or "个" not in text:
        return
    current: tuple[str, list[tuple[str, Decimal]], list[str]] | None = None
    parts = 0
    for sentence in re.split(r"[。；;]|(?=其中[:：])", text):
        head = re.match(r".{0,40}?(?:纳入|实行|开展|编制|申报|设置|公开|批复|填报|公布|涉及)?.{0,24}?绩效", sentence)
        count = _COUNT.search(sentence)
        is_part = sentence.startswith("其中") or (current is not None and "绩效" not in sentence)
        if count and head and not is_part:
            if current is not None:
                yield Statement(kind=current[0], figures=tuple(current[1]), text="；".join(current[2]), at=at)
            published = re.search(r"公开|公布", sentence) is not None
            figures = [("count", Decimal(count.group(1)))]
            money = _MONEY.search(sentence, count.end())
            if money:
                figures.append(("amount", _money(money.group(1), money.group(2))))
            current, parts = ("declared_forms" if published else "managed_forms", figures, [sentence]), 0
        elif current is not None and is_part and count:
            for match in _COUNTED.finditer(sentence):
                parts += 1
                current[1].append((f"count_{parts}", Decimal(match.group(2))))
                current[1].append((f"amount_{parts}", _money(match.group(3), match.group(4))))
            current[2].append(sentence)
    if current is not None:
        yield Statement(kind=current[0], figures=tuple(current[1]), text="；".join(current[2]), at=at)


def _changes(text: str, at: Location) -> Iterator[Statement]:
    """Changes against the year before, each with the total before it and the reasons behind it."""
    matches = list(_CHANGE.finditer(text))
    for number, match in enumerate(matches):
        sign = 1 if match.group(2) in _UP else -1
        amount = _money(match.group(3), match.group(4))
        figures = [("amount", amount), ("direction", Decimal(sign))]
        if match.group(5):
            figures.append(("percent", Decimal(match.group(5).replace(",", ""))))
        before = text[max(0, match.start() - 160) : match.start()]
        start = max(before.rfind(mark) for mark in "。；;")
        clause = before[start + 1 :]
        totals = list(_MONEY.finditer(clause))
        if totals:
            figures.append(("total", _money(totals[0].group(1), totals[0].group(2))))
            figures.append(("total_last", _money(totals[-1].group(1), totals[-1].group(2))))
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        tail = text[match.end() : end].split("。")[0].split("；")[0]
        reason = _REASON.search(tail)
        if reason:
            for index, part in enumerate(_PART.finditer(reason.group(1)), 1):
                direction = 1 if part.group(2) in _UP else -1
                figures.append((f"reason_{index}", direction * _money(part.group(3), part.group(4))))
        stop = text.find("。", match.end())
        yield Statement(
            kind="change", figures=tuple(figures), at=at,
            text=clause + text[match.start() : stop if 0 < stop < match.end() + 160 else min(match.end() + 80, len(text))],
        )  # fmt: skip


_TOTALS = (
    ("purchase", re.compile(r"政府采购(?:预算)?(?:总额|合计|预算|共)?" + _NUMBER + r"(亿元|万元|元)"), (("goods", "货物"), ("works", "工程"), ("services", "服务"))),
    ("expenditure", re.compile(r"(?:本年|部门)?支出(?:预算)?(?:总计|合计|总额)?(?:为)?" + _NUMBER + r"(亿元|万元|元).{0,12}?其中"), (("basic", "基本支出"), ("project", "项目支出"))),
    ("income", re.compile(r"(?<!拨款)(?<!资金)(?<!事业)(?<!经营)(?<!其他)(?:预算)?收入(?:总计|合计|预算|总额)?(?:为)?" + _NUMBER + r"(亿元|万元|元)"), (("current", "本年收入"), ("carried", "上年结转"), ("general", "一般公共预算"), ("fund", "政府性基金"))),
    ("three_public", re.compile(r"三公\W?经费(?:支出)?(?:预算)?(?:数|总额|合计)?(?:为)?" + _NUMBER + r"(亿元|万元|元)"), ()),
    ("operating", re.compile(r"机关运行经费(?:财政拨款)?(?:预算)?(?:安排|支出)?(?:为|总额)?" + _NUMBER + r"(亿元|万元|元)"), ()),
)  # fmt: skip
_VEHICLES = re.compile(r"(?:公务用车|车辆)[^。]{0,12}?编制([0-9]+)辆(?:[，,]?实有([0-9]+)辆)?")


def _totals(sentence: str, at: Location) -> Iterator[Statement]:
    for kind, pattern, parts in _TOTALS:
        match = pattern.search(sentence)
        if not match or (kind == "income" and "拨款收入" in sentence[: match.end()]):
            continue
        figures = [("total", _money(match.group(1), match.group(2)))]
        for name, word in parts:
            part = re.search(
                word + r"(?:预算|拨款|收入|支出)*(?:为)?" + _NUMBER + r"(亿元|万元|元)", sentence[match.start(2) :]
            )
            if part:
                figures.append((name, _money(part.group(1), part.group(2))))
        yield Statement(kind=kind, figures=tuple(figures), text=sentence, at=at)
    if match := _VEHICLES.search(sentence):
        figures = [("authorised", Decimal(match.group(1)))]
        if match.group(2):
            figures.append(("actual", Decimal(match.group(2))))
        yield Statement(kind="vehicles", figures=tuple(figures), text=sentence, at=at)

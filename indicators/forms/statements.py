"""Read the figures of the explanatory text: declared forms, shares, changes with their reasons, purchases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from indicators.forms.rows import Row
from indicators.money import MONEY_UNIT, in_wan, number_of
from indicators.records import Location, Statement
from indicators.text import squash

__all__ = ["read_statements"]

#: Bounded and begun at its first digit: from each digit of thousands in a row a search would run to the last of them.
_NUMBER = r"((?<![0-9])[0-9][0-9,，]{0,30}(?:\.[0-9]{1,12})?)"
_AMOUNT = rf"{_NUMBER}({MONEY_UNIT})"
_MONEY = re.compile(_AMOUNT)
_SHARE = re.compile(
    r"([^，,。；;：:]{0,30}?)"
    + _AMOUNT
    + r"[，,]?占([^，,。；;0-9]{0,24}?)(?:的)?(?:比例|比重)?(?:为|约)?"
    + _NUMBER
    + r"[%％]"
)
_CHANGE = re.compile(
    r"(?:比|较|与)([^，,。；;]{0,16}?)(?:相比|同口径)?[，,]?(?:预算)?(?:数)?(?:同口径)?(增加|增长|减少|下降|降低)(?:了)?"
    + _AMOUNT
    + r"(?:[，,]?(?:增加|增长|减少|下降|降低|增幅|降幅)(?:了|为|比例|约)?"
    + _NUMBER
    + r"[%％])?"
)
#: 执行数为A万元，…预算安排B万元，比…增加P%: a percentage whose two amounts stand before it.
_GROWTH = re.compile(
    r"(?:执行数|预算数|决算数|上年|去年)(?:为|是)?" + _AMOUNT + r"[，,][^。；;]{0,24}?"
    r"(?:预算安排|安排预算|预算数为|预算为|安排)"
    + _AMOUNT
    + r"[，,](?:比|较|同比)[^，,。；;0-9]{0,4}(?:[0-9]{4}年)?[^，,。；;0-9]{0,12}?"
    r"(增加|增长|减少|下降|降低)(?:了)?" + _NUMBER + r"[%％]"
)
_REASON = re.compile(r"(?:主要)?(?:是)?(?:原因|由于|因为|是因|因)(.{4,})$")
_PART = re.compile(r"([^，,。；;：:、]{1,24}?)(增加|增长|减少|下降|降低)(?:了)?" + _AMOUNT)
_COUNT = re.compile(
    r"(?:项目|目标|目标表)(?:[^0-9，,。；;]{0,8})(?<![0-9])([0-9]{1,12})个(?!预算?单位|部门|单位)|(?<![0-9])([0-9]{1,12})个(?:[一二]级)?(?:预算)?项目"
)
_ANY_COUNT = re.compile(r"(?<![0-9])([0-9]{1,12})\s*个(?!预算?单位|部门|单位|月|年|工作日)")
_COUNTED = re.compile(
    r"([^，,。；;：:]{0,24}?)(?<![0-9])([0-9]{1,12})个[，,]?(?:共计|共|涉及|涉及项目|合计)?(?:项目)?(?:资金|金额|预算|支出|当年拨款|一般公共预算当年拨款|一般公共预算)*(?:金额|资金)?(?:合计|共计)?(?:约)?"
    + _AMOUNT
)
_UP = ("增加", "增长")
_LONGEST_SENTENCE = 500
#: Amounts a share may be a share of: a sentence with more is a list, and each pair of them would be held.
_MOST_AMOUNTS = 40


def _money(number: str, unit: str) -> Decimal:
    return in_wan(number_of(number), unit) or Decimal(0)


class _Paragraph(NamedTuple):
    """A paragraph without white space, and what follows it up to the next heading."""

    text: str
    at: Location
    following: str


_HEADING = re.compile(
    r"^(?:第.{1,3}部分|[一二三四五六七八九十]{1,3}、|\(?[一二三四五六七八九十]{1,2}\)|[0-9]{1,2}[.、])"
)
_CHAPTER = re.compile(r"^(?:第.{1,3}部分|[一二三四五六七八九十]{1,3}、)")
_CLOSED = re.compile(r"[。；;:！？!?]$")
_GOES_ON = re.compile(r"^[0-9][0-9,]*(?:\.[0-9]+)?(?:亿|万)?元")
_FULL_LINE = 28
#: Characters of joined lines; the longest paragraph of the published documents has 4,000. Each sentence of a paragraph
#: is looked for in it, so that one without end would cost the square of its length.
_LONGEST_PARAGRAPH = 8_000


def _paragraphs(rows: list[Row]) -> list[_Paragraph]:
    """Join the printed lines of prose: a long line without a stop goes on in the next."""
    joined: list[tuple[str, Location]] = []
    previous: Row | None = None
    for row in rows:
        # Prose stands outside tables; a text pasted as one wide cell counts as well.
        if len(row.cells) != 1:
            previous = None
            continue
        text = squash(row.cells[0].text)
        if not text:
            continue
        if previous is not None and joined and _continues(joined[-1][0], text):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        else:
            joined.append((text, row.at))
        previous = row
    return [_Paragraph(text, at, _following(joined, number)) for number, (text, at) in enumerate(joined)]


def _continues(before: str, text: str) -> bool:
    if _CLOSED.search(before) or _HEADING.match(text) or len(before) + len(text) > _LONGEST_PARAGRAPH:
        return False
    return len(before) >= _FULL_LINE or (len(before) >= 12 and _GOES_ON.match(text) is not None)


def _following(joined: list[tuple[str, Location]], number: int) -> str:
    """Return the next few paragraphs of the same chapter, where parts announced by 其中 may stand."""
    found = []
    for text, _ in joined[number + 1 : number + 5]:
        if _CHAPTER.match(text):
            break
        found.append(text)
    return "".join(found)


def read_statements(rows: list[Row]) -> tuple[Statement, ...]:
    """Read the statements of the text outside forms; amounts are in 万元.

    Kinds and figures: ``declared_forms`` and ``managed_forms`` (``count``, ``amount``, ``count_1`` …,
    ``amount_1`` …), ``share`` (``part``, ``percent``, ``total`` where the base is not named, ``base_1`` … the other
    amounts of the sentence), ``change`` (``amount``, ``percent``, ``direction`` 1 or -1, ``total`` where the sentence
    states it, ``reason_1`` … signed), ``growth`` (``last``, ``current``, signed ``percent``), ``purchase`` (``total``,
    ``goods``, ``works``, ``services``), ``income`` and ``expenditure`` (``total``, parts), ``basic`` (``total``,
    ``personnel``, ``public``), ``three_public`` (``total``, ``abroad``, ``reception``, ``vehicles``,
    ``vehicles_bought``, ``vehicles_run``, and the change of each as ``abroad_change`` …), ``operating`` (``total``),
    ``vehicles`` (``authorised``, ``actual``), ``no_overall`` (none).
    """
    found: list[Statement] = []
    for paragraph in _paragraphs(rows):
        if len(paragraph.text) < 8 or (not re.search(r"[0-9]", paragraph.text) and "整体" not in paragraph.text):
            continue
        found.extend(_of_paragraph(paragraph))
    return tuple(found)


def _of_paragraph(paragraph: _Paragraph) -> Iterator[Statement]:
    text, at = paragraph.text, paragraph.at
    yield from _declared(text, at)
    # Full stops part sentences; one that begins with 其中 stays with the one before it.
    for sentence in re.split(r"。[；;]?(?!其中)", text):
        yield from _shares(sentence, at)
        yield from _totals(sentence, paragraph)
        if _NO_OVERALL.search(sentence):
            yield Statement(kind="no_overall", figures=(), text=sentence[:_LONGEST_SENTENCE], at=at)
    yield from _changes(text, at)
    for match in _GROWTH.finditer(text):
        last, current = _money(match.group(1), match.group(2)), _money(match.group(3), match.group(4))
        percent = Decimal(match.group(6).replace(",", "")) * (1 if match.group(5) in _UP else -1)
        figures = (("last", last), ("current", current), ("percent", percent))
        yield Statement(kind="growth", figures=figures, text=match.group(0), at=at)


_NO_OVERALL = re.compile(
    r"(?:未|没有|不)(?:做|编制|开展|编报|设置|填报|涉及)?.{0,8}整体(?:支出)?绩效|整体(?:支出)?绩效(?:目标)?.{0,6}(?:未|没有|无)"
)


def _shares(sentence: str, at: Location) -> Iterator[Statement]:
    amounts = [(match.start(), _money(match.group(1), match.group(2))) for match in _MONEY.finditer(sentence)]
    different = tuple(dict.fromkeys(amount for _, amount in amounts))
    for match in _SHARE.finditer(sentence):
        figures = [
            ("part", _money(match.group(2), match.group(3))),
            ("percent", Decimal(match.group(5).replace(",", ""))),
        ]
        if amounts and amounts[0][0] < match.start(2) and not match.group(4):
            figures.append(("total", amounts[0][1]))
        if len(amounts) <= _MOST_AMOUNTS:
            others = tuple(dict.fromkeys(amount for start, amount in amounts if start != match.start(2)))
        else:
            others = different[:_MOST_AMOUNTS]
        figures.extend((f"base_{number}", amount) for number, amount in enumerate(others, 1))
        yield Statement(kind="share", figures=tuple(figures), text=match.group(0), at=at)


def _declared(text: str, at: Location) -> Iterator[Statement]:
    """Declared numbers of forms; the parts of a sentence follow it behind 其中."""
    if "绩效" not in text or "个" not in text:
        return
    current: tuple[str, list[tuple[str, Decimal]], list[str]] | None = None
    parts = 0
    for sentence in re.split(r"[。；;]|(?=其中[:：])", text):
        head = re.match(r".{0,40}?(?:纳入|实行|开展|编制|申报|设置|公开|批复|填报|公布|涉及)?.{0,24}?绩效", sentence)
        count = _COUNT.search(sentence) or _ANY_COUNT.search(sentence)
        is_part = sentence.startswith("其中") or (current is not None and "绩效" not in sentence)
        if count and head and not is_part:
            if current is not None:
                yield Statement(kind=current[0], figures=tuple(current[1]), text="；".join(current[2]), at=at)
            published, number = _published(sentence, count)
            figures = [("count", Decimal(number))]
            money = _MONEY.search(sentence, count.end())
            if money:
                figures.append(("amount", _money(money.group(1), money.group(2))))
            current, parts = ("declared_forms" if published else "managed_forms", figures, [sentence]), 0
        elif current is not None and is_part and _ANY_COUNT.search(sentence):
            for match in _COUNTED.finditer(sentence):
                parts += 1
                current[1].append((f"count_{parts}", Decimal(match.group(2))))
                current[1].append((f"amount_{parts}", _money(match.group(3), match.group(4))))
            current[2].append(sentence)
    if current is not None:
        yield Statement(kind=current[0], figures=tuple(current[1]), text="；".join(current[2]), at=at)


_CLAUSE = re.compile(r"[^，,；;]+")


def _published(sentence: str, count: re.Match[str]) -> tuple[bool, str]:
    """Return whether a sentence counts published forms, and their number: 编制目标12个，其中3个公开 counts 3."""
    first = next(group for group in count.groups() if group)
    clauses = [match.group() for match in _CLAUSE.finditer(sentence) if re.search("公开|公布", match.group())]
    for clause in clauses:
        if found := _COUNT.search(clause) or _ANY_COUNT.search(clause):
            return True, next(group for group in found.groups() if group)
    return bool(clauses) and len(_ANY_COUNT.findall(sentence)) == 1, first


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
        tail = text[match.end() : end].split("。")[0].split("；")[0].split(";")[0]
        reason = _REASON.search(tail)
        if reason:
            for index, part in enumerate(_PART.finditer(reason.group(1)), 1):
                direction = 1 if part.group(2) in _UP else -1
                figures.append((f"reason_{index}", direction * _money(part.group(3), part.group(4))))
        yield Statement(
            kind="change",
            figures=tuple(figures),
            at=at,
            text=(clause + match.group(0) + tail)[:_LONGEST_SENTENCE],
        )


_HEADS = (
    ("purchase", re.compile(r"政府采购(?:预算)?(?:总额|合计|预算|共)?(?:为)?" + _AMOUNT)),
    ("basic", re.compile(r"基本支出(?:预算)?(?:为)?" + _AMOUNT + r"[。,，]?其中")),
    ("expenditure", re.compile(r"(?<!基本)(?<!项目)(?<!公共预算当年)支出(?:预算)?(?:总计|合计|总额)?(?:为)?" + _AMOUNT + r".{0,12}?其中")),
    ("income", re.compile(r"(?<!拨款)(?<!资金)(?<!事业)(?<!经营)(?<!其他)(?:预算)?收入(?:总计|合计|预算|总额)?(?:为)?" + _AMOUNT)),
    ("three_public", re.compile(r"三公\W?经费(?:支出)?(?:预算)?(?:数|总额|合计)?(?:为)?" + _AMOUNT)),
    ("operating", re.compile(r"机关运行经费(?:财政拨款)?(?:预算)?(?:安排|支出)?(?:为|总额)?" + _AMOUNT)),
)  # fmt: skip
_PARTS = {
    "purchase": (("goods", "货物"), ("works", "工程"), ("services", "服务")),
    "basic": (("personnel", "人员(?:经费|支出)"), ("public", "公用(?:经费|支出)")),
    "expenditure": (("basic", "基本支出"), ("project", "项目支出")),
    "income": (
        ("current", "本年收入"),
        ("carried", "上年结转"),
        ("general", "一般公共预算"),
        ("fund", "政府性基金"),
    ),
    "three_public": (
        ("abroad", r"因公出国(?:\(境\))?"),
        ("reception", "公务接待"),
        ("vehicles", "公务用车购置(?:及|和)运行(?:维护)?"),
        ("vehicles_bought", "公务用车购置"),
        ("vehicles_run", "公务用车运行(?:维护)?"),
    ),
}
_PART_TAIL = r"(?:预算|拨款|收入|支出|费用|费|经费|安排|数)*(?:为|是|共计|[:：])?" + _AMOUNT
#: What stands between a part and its change: no other amount, or the change is another part's.
_GAP = r"^(?:20[0-9]{2}年|[^；;。0-9]){0,20}?"
_UNCHANGED = re.compile(_GAP + r"(?:相同|持平|不变|一致|无增减|无变化)")
_CHANGED = re.compile(_GAP + r"(增加|增长|减少|下降|降低)(?:了)?" + _AMOUNT)
_VEHICLES = re.compile(r"(?:公务用车|车辆)[^。]{0,12}?编制([0-9]+)辆(?:[，,]?实有([0-9]+)辆)?")


def _totals(sentence: str, paragraph: _Paragraph) -> Iterator[Statement]:
    """Totals with the parts named behind them, in the same sentence or, behind 其中, in the paragraphs below."""
    for kind, pattern in _HEADS:
        match = pattern.search(sentence)
        if not match or (kind == "income" and "拨款收入" in sentence[: match.end()]):
            continue
        figures = [("total", _money(match.group(1), match.group(2)))]
        rest = sentence[match.start(2) :]
        whole = paragraph.text.rstrip("。").endswith(sentence.rstrip("。"))
        if kind == "three_public" or (whole and re.search(r"其中[:：]?$", sentence)):
            start = paragraph.text.find(sentence) + match.start(2)
            rest = paragraph.text[start:] + paragraph.following
        for name, word in _PARTS.get(kind, ()):
            if part := re.search(word + _PART_TAIL, rest):
                figures.append((name, _money(part.group(1), part.group(2))))
                if kind == "three_public":
                    figures.extend(_change_of(name, rest[part.end() :]))
        yield Statement(kind=kind, figures=tuple(figures), text=sentence[:_LONGEST_SENTENCE], at=paragraph.at)
    if match := _VEHICLES.search(sentence):
        figures = [("authorised", Decimal(match.group(1)))]
        if match.group(2):
            figures.append(("actual", Decimal(match.group(2))))
        yield Statement(kind="vehicles", figures=tuple(figures), text=sentence[:_LONGEST_SENTENCE], at=paragraph.at)


def _change_of(name: str, text: str) -> Iterator[tuple[str, Decimal]]:
    """Return the change against the year before that is printed behind a part."""
    if match := _CHANGED.match(text):
        amount = _money(match.group(2), match.group(3))
        yield f"{name}_change", amount if match.group(1) in _UP else -amount
    elif _UNCHANGED.match(text):
        yield f"{name}_change", Decimal(0)

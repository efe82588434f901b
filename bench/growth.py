"""How time grows with the size of a document: ``python -m bench.growth``.

Every step is run on adversarial fillers of ``n`` and ``2n``: texts of one pattern over and over, tables of more and more
rows, forms of more and more indicators. A step whose time rises by more than ``WORST`` where the size doubles grows
faster than the document, and the status is 1. Steps that stay under ``SHORT`` at the bound of their size are linear
enough to do no harm.

Texts end at :data:`indicators.readers.bounds.MAX_TEXT` in a cell, so that the growth of a rule is measured up to there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from indicators import engine
from indicators.dates import find_dates
from indicators.engine import Statistics
from indicators.errors import ReadError
from indicators.forms import find_forms
from indicators.pipeline import Checker, Options, forms_of
from indicators.quantities import find_quantities
from indicators.readers import read_bytes
from indicators.readers.bounds import MAX_TEXT, bounded
from indicators.records import Document, Extraction, Field, Line, Location

#: Time at 2n over time at n; what looks bad is measured again, the least of three runs each.
WORST = 2.6
#: Seconds below which a ratio says nothing.
SHORT = 0.08

PATTERNS = {
    "digits and blanks": "1 2 3 4 5 ",
    "digit lists": "1、2、3、",
    "ranges": "1-2-3-",
    "points": "1.2.3.",
    "thousands": "123,456,",
    "ratios": "1:2:3:",
    "amounts": "12万元",
    "amounts apart": "资金12万元，",
    "counts": "≥12个，",
    "counts in words": "建设{n}个站点，覆盖{n}人，",
    "years": "2025年",
    "dates": "2025年1月1日至",
    "months": "3月-",
    "ordinals": "第1项第二条",
    "shares": "资金12万元，占5%，",
    "changes": "比上年增加12万元，增长5%，",
    "changes without end": "比上年预算数同口径",
    "declared": "其中：纳入绩效目标12个，",
    "growth": "执行数为12万元，预算安排",
    "parts": "公务接待支出预算为",
    "numerals": "一百二十",
    "one sign": "一",
    "relations": "大于等于不低于",
    "signs": "≥≤<>=",
    "brackets": "（",
    "titles": "《",
    "quotes": "“",
    "open and text": "（一《二“三",
    "years and dashes": ("2025年", "-"),
    "open, then closed": ("（", "）"),
    "blank, then digits": ("一", "1 "),
    "pairs of brackets": "（一）",
    "separators": "、",
    "stops": "。",
    "points and blanks": ". ",
    "dashes": "——",
    "blanks": "  ",
    "letters": "abc-",
    "standards": "GB/T-12.",
    "phone": "138-0013-",
    "labels": "数量指标质量指标",
    "verbs": "提高完善加强保障",
    "units": "个百分点个工作日",
    "one word": "项目",
    "clauses": "完成项目建设，",
    "sentences": "完成项目建设。",
    "sentences that differ": "完成第{n}处建设。",
    "parts and whole": "其中：甲{n}万元，乙{n}万元，合计{n}万元，",
    "organs": "云溪县水利局",
    "policies": "《关于某某的通知》（云财〔2025〕{n}号）",
    "per unit": "元/人/年",
    "line breaks": "完成\n",
    "numbered": "\n{n}.完成建设",
    "semicolons": "1；",
    "percent": "100%",
    "a number and blanks": "≥1" + " " * 9,
    "a date and blanks": "2025年" + " " * 9,
    "blanks and line breaks": " " * 9 + "\n",
    "years in a list": "2025、",
    "codes": "GBT",
    "sums": "1+1+",
}  # fmt: skip

FORM = """项目支出绩效目标表
（2025年度）
项目名称 | 水渠清淤项目
主管部门 | 云溪县水利局 | 实施单位 | 云溪县水利局
项目资金（万元） | 年度资金总额 | 100.00
项目资金（万元） | 其中：财政拨款 | 100.00
年度总体目标 | 完成水渠清淤20公里，新建泵站2座，受益群众300人。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 清淤长度 | ≥20公里
产出指标 | 质量指标 | 验收合格率 | 100%
产出指标 | 时效指标 | 完成时间 | 2025年12月底前
成本指标 | 经济成本指标 | 清淤单价 | ≤5万元/公里
效益指标 | 社会效益指标 | 受益群众 | ≥300人
满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥95%
"""
PROSE = ("overview", "basis", "necessity", "measures", "plan", "goal.lifetime", "goal.annual")

HEADING = (
    "project_name", "department", "implementing_unit", "project_period", "project_attribute", "contact_phone", "leader",
)  # fmt: skip

Job = Callable[[], object]


def _document(*texts: str) -> Document:
    blocks = tuple(Line(text=text, at=Location(line=number)) for number, text in enumerate(texts, 1))
    return Document(name="x", sha256="", media_type="text/plain", reader="text", blocks=blocks)


def fill(pattern: str | tuple[str, str], size: int) -> str:
    """Return ``size`` characters of a pattern, half of each of two; ``{n}`` counts."""
    if isinstance(pattern, tuple):
        return "".join(fill(half, size // 2) for half in pattern)
    if "{n}" not in pattern:
        text = (pattern * (size // len(pattern) + 1))[:size]
    else:
        pieces, length, number = [], 0, 0
        while length < size:
            number += 1
            pieces.append(pattern.replace("{n}", str(number)))
            length += len(pieces[-1])
        text = "".join(pieces)[:size]
    # As every reader hands it on.
    (line,) = bounded(_document(text)).blocks
    assert isinstance(line, Line)
    return line.text


def seconds(job: Job, times: int = 1) -> float:
    """Return the least time of some runs, of one where it takes long."""
    least = float("inf")
    for _ in range(times):
        began = time.process_time()
        job()
        least = min(least, time.process_time() - began)
        if least > 4:
            break
    return least


def _read(data: bytes) -> Extraction:
    return forms_of(read_bytes(data, "x"))


def _answered(data: bytes) -> None:
    """Read a document; a refusal in words (nothing but blanks) is an answer, and its time counts as well."""
    with suppress(ReadError):
        _read(data)


def of_texts(pattern: str | tuple[str, str]) -> Iterator[tuple[str, Callable[[int], Job]]]:
    """Yield the steps that search a text, and what makes their job at a size."""
    yield "find_quantities", lambda size: partial(find_quantities.__wrapped__, fill(pattern, size))
    yield "find_dates", lambda size: partial(find_dates.__wrapped__, fill(pattern, size))
    yield "find_forms, one line", lambda size: partial(find_forms, _document(fill(pattern, size)))

    def lines(size: int) -> Job:
        text = fill(pattern, size * 5)
        document = _document(*(text[start : start + 60] for start in range(0, len(text), 60)))
        return lambda: find_forms(document)

    yield "find_forms, lines", lines
    yield "text", lambda size: partial(_answered, fill(pattern, size * 5).encode())

    def page(size: int) -> Job:
        text = fill(pattern, size).replace("<", "&lt;")
        data = f"<html><table><tr><td>{text}</td><td>数量指标</td></tr></table><p>{text}</p></html>".encode()
        return partial(_answered, data)

    yield "html", page


def filled(form: Extraction, text: str, *, heading: bool = False) -> Extraction:
    """Return the extraction with a text in every field of prose, in names and in values, or in the heading instead."""
    one = form.forms[0]
    if heading:
        rest = tuple(item for item in one.fields if item.path not in HEADING)
        return replace(
            form,
            forms=(replace(one, fields=(*rest, *(Field(path=path, text=text, at=one.at) for path in HEADING))),),
        )
    kept = tuple(item for item in one.fields if item.path not in PROSE)
    prose = tuple(Field(path=path, text=text, at=Location(line=1)) for path in PROSE)
    items = tuple(
        replace(item, name=text, value=text if number % 2 else item.value, quantity=item.quantity)
        for number, item in enumerate(one.indicators)
    )
    return replace(form, forms=(replace(one, fields=(*kept, *prose), indicators=items),))


def of_rules(checker: Checker, form: Extraction, pattern: str | tuple[str, str], size: int) -> dict[str, float]:
    """Return the time of each rule on a form filled with a pattern, and that of the classifier."""
    took: dict[str, float] = {}
    for heading in (False, True):
        extraction = filled(form, fill(pattern, size), heading=heading)
        checker.statistics = Statistics()
        began = time.process_time()
        checker.specificity(extraction)
        where = ", heading" if heading else ""
        took["classifier" + where] = time.process_time() - began
        checker.check_extraction(extraction)
        took |= {rule + where: spent for rule, _, spent in checker.statistics.rows()}
    return took


def rows(count: int) -> dict[str, Callable[[], bytes]]:
    """Return documents of many rows, cells, forms and spans, by name."""
    head = "单位名称|项目名称|年度绩效目标|一级指标|二级指标|三级指标|指标值\n"
    return {
        "list table": lambda: (
            head + "".join(f"某局|项目{n // 5}|完成{n}项|产出指标|数量指标|完成第{n}处|≥{n}处\n" for n in range(count))
        ).encode(),
        "list table, one project": lambda: (
            head + "".join(f"某局|项目|完成|产出指标|数量指标|完成第{n}处|≥{n}处\n" for n in range(count))
        ).encode(),
        "forms": lambda: "\n".join(FORM.replace("清淤项目", f"清淤项目{n}") for n in range(count // 14)).encode(),
        "the same form": lambda: (FORM * (count // 14)).encode(),
        "rows of one form": lambda: (
            FORM + "".join(f"产出指标 | 数量指标 | 第{n}处 | ≥{n}处\n" for n in range(count))
        ).encode(),
        "titles": lambda: ("项目支出绩效目标表\n项目名称\n" * (count // 2)).encode(),
        "lines of prose": lambda: "".join(f"本年收入{n}万元，比上年增加10万元，增长5%。\n" for n in range(count)).encode(),
        "columns by blanks": lambda: (("数量指标      完成   ≥1个     " * 8 + "\n") * (count // 8)).encode(),
        "short lines": lambda: ("完成\n" * count).encode(),
        "html rows": lambda: ("<table>" + "<tr><td>数量指标</td><td>完成</td><td>≥1个</td></tr>" * count + "</table>").encode(),
        "html cells": lambda: ("<table><tr>" + "<td>数量指标</td>" * count + "</tr></table>").encode(),
        "html spans": lambda: (
            "<table>" + "<tr><td rowspan=30 colspan=3>数量指标</td><td>≥1个</td></tr>" * count + "</table>"
        ).encode(),
        "html tables": lambda: ("<table><tr><td>数量指标</td></tr></table>" * count).encode(),
        "html nested": lambda: ("<div>" * count + "完成" + "</div>" * count).encode(),
        "html open tags": lambda: ("<html>" + "<b>完成" * count).encode(),
    }  # fmt: skip


def grows(make: Callable[[Any], Job], sizes: tuple[Any, Any]) -> tuple[float, float]:
    """Return the time at the first size and at the second, twice that; measured again where it looks bad."""
    small, large = seconds(make(sizes[0])), seconds(make(sizes[1]))
    if large > SHORT and large > WORST * small:
        small, large = (min(known, seconds(make(size), 3)) for known, size in zip((small, large), sizes, strict=True))
    return small, large


def main(arguments: list[str] | None = None) -> int:
    """Print the steps that grow faster than their input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=MAX_TEXT // 2, help="characters of the smaller text")
    parser.add_argument("--rows", type=int, default=4000, help="rows of the smaller table")
    parser.add_argument("--only", default="", help="texts, rules or rows")
    parser.add_argument("--pattern", default="")
    given = parser.parse_args(arguments)
    bad = total = 0

    def told(step: str, what: str, small: float, large: float) -> None:
        nonlocal bad, total
        total += 1
        if large > SHORT and large > WORST * small:
            bad += 1
            print(f"{step}\t{what}\t{small:.3f}\t{large:.3f}\t{large / max(small, 1e-9):.1f}", flush=True)

    # The clock on the wall runs on while others have the processor.
    setattr(engine, "perf_counter", time.process_time)  # noqa: B010
    checker = Checker(options=Options(ocr=False))
    form = forms_of(read_bytes(FORM.encode(), "x"))
    assert len(form.forms) == 1, "the form of this bench is no longer read"
    patterns = {name: text for name, text in PATTERNS.items() if not given.pattern or name == given.pattern}
    for what, pattern in patterns.items() if given.only in ("", "texts") else ():
        for step, make in of_texts(pattern):
            told(step, what, *grows(make, (given.size, 2 * given.size)))
    for what, pattern in patterns.items() if given.only in ("", "rules") else ():
        small, large = (of_rules(checker, form, pattern, size) for size in (given.size, 2 * given.size))
        if any(spent > SHORT and spent > WORST * small.get(rule, 0.0) for rule, spent in large.items()):
            more, most = (of_rules(checker, form, pattern, size) for size in (given.size, 2 * given.size))
            small = {rule: min(spent, more.get(rule, spent)) for rule, spent in small.items()}
            large = {rule: min(spent, most.get(rule, spent)) for rule, spent in large.items()}
        for rule, spent in large.items():
            told(rule, what, small.get(rule, 0.0), spent)
    for what, data in rows(given.rows).items() if given.only in ("", "rows") else ():
        first, second = data(), rows(2 * given.rows)[what]()
        told("read and find", what, *grows(partial(partial, _read), (first, second)))
        told("check", what, *grows(partial(partial, checker.check_extraction), (_read(first), _read(second))))
    print(f"{total} pairs of step and filler, {bad} grow faster than {WORST}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

"""To which stage of a form a row belongs, by the labels it prints."""

from __future__ import annotations

import re
from collections import Counter

from indicators.forms.rows import Row
from indicators.text import squash
from indicators.vocabulary import (
    block_label,
    header_hint,
    horizon_of,
    likely_fund,
    list_column,
    names_money,
    period_alone,
)
from indicators.vocabulary.keys import SCOPE

__all__ = [
    "FUNDS", "GOALS", "HEADER", "HEADING", "LEVELS", "NAME", "SIGN", "TEXTS", "TITLE", "TITLE_LENGTH", "evaluates",
    "has_two_headers", "heads_projects", "is_block_caption", "is_funds_total", "is_header", "is_list_header",
    "row_stage", "title_of",
]  # fmt: skip

# Stages of a form in printing order.
TITLE, NAME, HEADING, FUNDS, TEXTS, GOALS, HEADER, LEVELS, SIGN = range(9)
_STAGE_OF_FIELD = {
    "project_name": NAME,
    "department_name": NAME,
    "department": HEADING,
    "implementing_unit": HEADING,
    "project_attribute": HEADING,
    "project_period": HEADING,
    "period.start": HEADING,
    "period.end": HEADING,
    "overview": TEXTS,
    "basis": TEXTS,
    "necessity": TEXTS,
    "measures": TEXTS,
    "plan": TEXTS,
    "duties": TEXTS,
    "tasks": TEXTS,
    "goal": GOALS,
    "goal.lifetime": GOALS,
    "goal.annual": GOALS,
    "goal.actual": GOALS,
    "leader": SIGN,
    "handler": SIGN,
    "contact_phone": SIGN,
    "filled_on": SIGN,
    "review": SIGN,
}
_TITLE = re.compile(
    r"绩效目标[\u4e00-\u9fff]{0,4}(?:\(.{1,12}\))?表|绩效目标(?:申报书(?:\(表\))?(?:\(20\d\d年度?\))?|表?)$"
)
_NOT_TITLE = re.compile(
    r"[。;；]|详见|如下|附件?[:：]|第[一二三四五六七八九十]+部分|^[一二三四五六七八九十0-9]+[、.．]|见附|\.{3,}|…{2,}|目标管理情况"
)
TITLE_LENGTH = 60
_EVALUATION = re.compile(r"自评|绩效评价|评价报告|再评价|评价指标体系|监控")


def title_of(text: str) -> str:
    """Return the title of a form printed here, ``""`` where it is none."""
    key = squash(text) if len(text) <= TITLE_LENGTH else ""
    if "绩效" not in key:
        return ""
    if _NOT_TITLE.search(key) or not (_TITLE.search(key) or (_EVALUATION.search(key) and key.endswith("表"))):
        return ""
    return text


def evaluates(title: str) -> bool:
    """Whether a title speaks of results: 自评表, 绩效评价."""
    return _EVALUATION.search(title) is not None


def is_header(row: Row) -> bool:
    """Whether the row is the header of an indicator block: a name column and a value or level column."""
    if row.headed is None:
        row.headed = _is_header(row)
    return row.headed


def _is_header(row: Row) -> bool:
    roles = {item.header for item in row.meanings}
    if roles == {None}:
        return False
    labelled = any(item.level1 is not None or item.level2 is not None for item in row.meanings)
    reached = any(item.header == "actual" and "值" in cell.text for cell, item in zip(row.cells, row.meanings))
    if reached and "value" not in roles and not labelled:
        # 指标完成值 as the only column of values: what is to be reached.
        roles.add("value")
    if ("name" in roles and bool(roles & {"value", "level1", "level2"})) or {"level1", "level2"} <= roles:
        return True
    if "value" in roles and row.table is not None and not labelled:
        # 一级指标 | 绩效指标 | 目标值: a level and values leave one of the others as the name.
        if (len(row.cells) >= 3 and roles & {"level1", "level2"}) or (len(row.cells) >= 4 and _all_heads(row)):
            return True
    if roles & {"level1", "level2"} and row.table is not None and not labelled and len(row.cells) >= 3:
        # 指标类型 | 绩效指标 | 考核标准: every word heads a column, though none is known for that of the values.
        if _all_heads(row) and any(header_hint(cell.text) == "name" for cell in row.cells[1:]):
            return True
    # 绩效指标 | 权重 | 计量单位 | 指标性质 | 指标值, without levels (重庆).
    return "value" in roles and len(roles & {"unit", "operator", "weight", "score"}) >= 2 and len(row.cells) <= 8


def _all_heads(row: Row) -> bool:
    """Whether every cell heads a column of a block by its last word at least: 类型 | 名称 | 指标说明 | 指标值."""
    return all(
        item.header is not None or block_label(cell.text) or (len(cell.text) <= 8 and header_hint(cell.text))
        for cell, item in zip(row.cells, row.meanings)
    )


def names_blocks(row: Row) -> bool:
    """Whether the cells of a row name the blocks of both sides below them: 年度绩效指标 | 实施期绩效指标."""
    if not 2 <= len(row.cells) <= 3:
        return False
    captions = [_is_caption(cell.text) for cell in row.cells]
    if sum(captions) < 2:
        return False
    sides = {horizon_of(squash(cell.text)) for cell, caption in zip(row.cells, captions) if caption}
    # 指标 | 当年指标 | 跨年度指标: the first word, or its first line, names the whole.
    return len(sides) == 2 and all(
        caption or block_label(cell.text) or item.header == "name" or len(cell.text) <= 2
        for cell, item, caption in zip(row.cells, row.meanings, captions)
    )


def has_two_headers(row: Row) -> bool:
    """Whether the header row prints two value columns with their own names (two-sided layout)."""
    count = Counter(item.header for item in row.meanings)
    # 指标 beside the header only names the block.
    return count["name"] >= 2 and max(count["value"], count["level2"]) >= 2


_CELL_OF_INDICATORS = re.compile(
    r"^(?:年度|当年|本年度?)?(?:项目|支出)?(?:绩效)?(?:目标)?(?:及|和|与|、)?指标(?:内容|情况|设置|明细|体系)?(?:及|和|与|、)?(?:目标值|指标值|值)?$"
)


def is_list_header(row: Row) -> bool:
    """Whether the row heads a list table: project column and indicator columns (or cell) side by side."""
    if not is_header(row) and not _holds_indicators(row):
        return False
    kinds = [list_column(cell.text) for cell in row.cells]
    levels = [place for place, item in enumerate(row.meanings) if item.header in ("level1", "level2", "name")]
    before = kinds[: levels[0]] if levels else kinds
    return bool(set(before) & {"project", "unit_project"} or ("unit_name" in before and len(before) > 1))


def _holds_indicators(row: Row) -> bool:
    """Whether a cell heads indicators that are written inside the cells below it."""
    return any("指标" in key and _CELL_OF_INDICATORS.match(key) for cell in row.cells[2:] if (key := squash(cell.text)))


def heads_projects(row: Row) -> bool:
    """Whether the row heads a column of projects: 项目 | 指标 above rows whose indicators stand in a cell."""
    if len(row.cells) < 2 or not any(list_column(cell.text) in ("project", "unit_project") for cell in row.cells):
        return False
    # 项目名称 | 桥梁养护 names the project of one form: every cell of a head is a label.
    return all(
        item.label or list_column(cell.text) or block_label(cell.text) or likely_fund(cell.text)
        or _CELL_OF_INDICATORS.match(squash(cell.text))
        for cell, item in zip(row.cells, row.meanings)
    )  # fmt: skip


_BLOCK_CAPTION = re.compile(
    rf"(?:{SCOPE}|目标|绩效|支出|预期|考核)+(?:指标(?:表|体系|情况|设置)?|绩效目标表)(?:[(（].{{2,14}}[)）])?[:：]?"
)


#: Characters of the longest caption of a block: 2024年度绩效目标指标（必填）.
_LONGEST_CAPTION = 24


def is_block_caption(row: Row) -> bool:
    """Whether the row inside a table only names the block of indicators below it: 长期绩效目标表."""
    return len(row.cells) == 1 and _is_caption(row.cells[0].text)


def _is_caption(text: str) -> bool:
    key = squash(text) if len(text) <= _LONGEST_CAPTION else ""
    return horizon_of(key) is not None and _BLOCK_CAPTION.fullmatch(key) is not None


_BUDGET_HEADER = re.compile(
    r"^(?:合计|总计|小计|金额|预算数|项目(?:类别|编码|代码|单位|类型)|单位(?:名称|编码)?|财政拨款.*|资金来源|20[0-9]{2}年度?(?:财政拨款|预算|一般公共).*|功能.*|科目.*|支出.*|序号)$"
)


def row_stage(row: Row) -> int | None:
    """Return the stage of the form this row belongs to, ``None`` where its labels say nothing."""
    first = row.meanings[0]
    if is_header(row) or is_block_caption(row) or names_blocks(row):
        return HEADER
    # 年度目标1 | 产出指标 | 数量指标 | …: the goal that the indicators beside it serve.
    if first.field is not None and _STAGE_OF_FIELD[first.field] in (TEXTS, GOALS) and not _has_level(row):
        return _STAGE_OF_FIELD[first.field]
    for cell, item in zip(row.cells, row.meanings):
        if item.field == "project_name":
            after = row.cells[row.cells.index(cell) + 1 :]
            if after and _BUDGET_HEADER.match(squash(after[0].text)):
                return None
            if len(row.cells) >= 3 and all(item.label for item in row.meanings):
                # 序号 | 单位名称 | 项目名称 | 本年预算: the heads of a table.
                return None
            return NAME
    if first.level2 is not None or first.level1 is not None or _has_level(row):
        return LEVELS
    # 预算单位 | 某局 | 预算金额 | 83万元: a line of the heading with the amount beside it.
    heads = first.field is not None and _STAGE_OF_FIELD[first.field] in (NAME, HEADING)
    if (any(item.fund is not None for item in row.meanings[:3]) and not heads) or _heads_amounts(row):
        return FUNDS
    for item in row.meanings:
        if item.field is not None:
            return _STAGE_OF_FIELD[item.field]
    if any(item.header in ("level1", "level2") for item in row.meanings[:3]):
        return HEADER
    return None


def _heads_amounts(row: Row) -> bool:
    """Whether a row heads columns of amounts by their periods: 资金情况（万元） | 实施期 | 年度."""
    periods = row.cells[1:]
    return len(periods) > 1 and names_money(row.cells[0].text) and all(period_alone(cell.text) for cell in periods)


def _has_level(row: Row) -> bool:
    return len(row.cells) > 1 and any(item.level2 is not None for item in row.meanings)


def is_funds_total(row: Row) -> bool:
    """Whether the row opens a fund block: it names a total, not one of the sources."""
    return any(item.fund is not None and item.fund[0] == "total" for item in row.meanings[:3])

"""Read the heading, the narrative blocks, the goals and the sign-off row."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from indicators.forms.fund_amounts import names_unit, parse_amount
from indicators.forms.rows import NO_MEANING, Meaning, Row, labelled_parts
from indicators.records import Cell, Field, Location, Note
from indicators.text import mask_phone, squash
from indicators.vocabulary import field_label, horizon_of
from indicators.vocabulary.keys import A_PERIOD, bare

__all__ = ["labelled_year", "period_word", "read_fields", "read_goals", "with_text_above"]

_HEADING = {"project_name", "department", "implementing_unit", "project_attribute", "project_period", "department_name"}
_TEXTS = {"overview", "basis", "necessity", "measures", "plan", "duties", "tasks", "review"}
_SIGN = {"leader", "handler", "contact_phone", "filled_on"}


def read_fields(rows: list[Row]) -> list[Field]:
    """Read every labelled field but goals; a printed label without text gives a blank field.

    Sign-off names become ``已填``, phone numbers are masked: neither ever enters a record.
    """
    found: dict[str, Field] = {}
    named: dict[str, str] = {}
    of_labels = _columns_of_labels(rows)
    for row in rows:
        index = 0
        while index < len(row.cells):
            path = row.meanings[index].field
            if path is None or path.startswith("goal"):
                index += 1
                continue
            end = index + 1
            while end < len(row.cells) and not _is_label(row, end, path):
                if path in _HEADING and end > index + 1 and row.meanings[end].fund is not None:
                    break  # 项目名称 | 桥梁养护 | 年度预算 | 80
                end += 1
            values = _own_values(row, path, row.cells[index + 1 : end], of_labels)
            if path == "review" and index > 1 and not values:
                index = end  # 交叉学科培育项目 | 15项×16万元 | 240 | 专家评审意见: what the costs rest on
                continue
            known = found.get(path)
            if known is None or not known.text or (values and _surer(path, row.cells[index], named)):
                found[path] = _field(path, row.cells[index], values)
                named[path] = squash(row.cells[index].text)
            index = end
        _inline_fields(row, found)
    return list(found.values())


#: Fields with a label of their own and labels that also serve: 项目类别 beside 项目属性, 归口部门 beside 主管部门.
_OWN_LABEL = {"project_attribute": "项目属性", "department": "主管部门"}


def _surer(path: str, label: Cell, named: dict[str, str]) -> bool:
    """Whether this label names the field itself where an earlier one only came near it."""
    own = _OWN_LABEL.get(path)
    return own is not None and squash(label.text).rstrip(":：") == own != named.get(path)


def _columns_of_labels(rows: list[Row]) -> set[int]:
    """Return the columns right of the first that hold labels, and so an unknown one in other rows."""
    return {
        cell.at.column
        for row in rows
        for cell, item in zip(row.cells[1:], row.meanings[1:])
        if item.field is not None and cell.at.column
    }


def _own_values(row: Row, path: str, values: list[Cell], of_labels: set[int]) -> list[Cell]:
    """Leave out a label unknown here and its value: 甲项目 | 项目编号 | 0012; and the unit of the amounts."""
    values = [cell for cell in values if not names_unit(cell.text)]
    if path not in _HEADING or len(values) < 3 or len(values) % 2 == 0 or values[0].text == values[1].text:
        return values
    exact = row.table is not None and row.table.grid == "exact"
    exact = exact or ((values[1].at.column or 0) in of_labels and _WORDS.fullmatch(values[1].text) is not None)
    if exact and len(values) == 3 and len(values[1].text) <= _LONGEST_UNKNOWN:
        return values[:1]
    # Where blanks part the cells, a name may stand in several: only what is told by its figures is another field.
    told = all(
        _WORDS.fullmatch(label.text) and _FIGURES.fullmatch(squash(value.text))
        for label, value in zip(values[1::2], values[2::2])
    )
    return values[:1] if told else values


def labelled_year(rows: list[Row]) -> int | None:
    """Return the year a cell of the heading is labelled with: 预算年度 | 2025."""
    for row in rows:
        for label, value in pairwise(row.cells):
            year = _YEAR.fullmatch(squash(value.text))
            if year is not None and _YEAR_LABEL.fullmatch(squash(label.text)):
                return int(year.group(1))
    return None


_YEAR_LABEL = re.compile("(?:(?:预算|申报|填报|项目|编制|绩效|所属)年[度份]|年度)[:：]?")
_YEAR = re.compile("(20[0-9]{2})年?度?")
_LONGEST_UNKNOWN = 14
#: A label nobody met, and what tells a code, a year or a date: 项目编号 | 5101120025T | 到期年度 | 2024年.
_WORDS = re.compile(r"[^\W\d_]{3,8}[:：]?")
_FIGURES = re.compile(r"(?=.*\d)[\dA-Za-z年月日./-]+")


def _is_label(row: Row, index: int, path: str) -> bool:
    item = row.meanings[index].field
    if item is None or item == path:
        return False
    if path in _TEXTS or item.startswith("goal"):
        # A narrative may consist of a word that is a label elsewhere (项目内容, 实施方案): the text block
        # owns its whole row.
        return path not in _TEXTS and not item.startswith("goal")
    return True


def _field(path: str, label: Cell, values: list[Cell]) -> Field:
    text = values[0].text if len(values) == 1 else _join(values)
    at = values[0].at if values else label.at
    confidence = min((cell.confidence for cell in values), default=label.confidence)
    if path == "contact_phone":
        text = mask_phone(text) if text else ""
    elif path in ("leader", "handler"):
        text = "已填" if text else ""
    elif path == "filled_on":
        text = text.strip()
    elif path in _HEADING:
        text = _STAMP.sub("", text)
    return Field(path=path, text=text, at=at, confidence=confidence)


#: Where the stamp goes: 阜河市林业局（盖章）.
_STAMP = re.compile(r"\s*[(（](?:盖章|公章|签章|章)[)）]$")


def _join(values: list[Cell]) -> str:
    """Join the cells of one field; a cell printed twice (merged cell repeated) counts once."""
    texts: list[str] = []
    for cell in values:
        if cell.text not in texts:
            texts.append(cell.text)
    return "".join(texts)


def _inline_fields(row: Row, found: dict[str, Field]) -> None:
    """Read labels and values printed in one cell or line: 负责人：… 联系电话：…."""
    for cell, item in zip(row.cells, row.meanings):
        if item.field is not None or len(cell.text) > _LONGEST_LINE:
            continue
        for path, _, text in labelled_parts(cell.text):
            if path.startswith("goal") or (path in found and found[path].text):
                continue
            value = Cell(text=text, at=cell.at, confidence=cell.confidence)
            found[path] = _field(path, cell, [value] if text else [])


#: Characters of the longest line of labels with their values.
_LONGEST_LINE = 200


_NOTHING = Field(path="", text="", at=Location())


def read_goals(rows: list[Row], two_sided: bool, notes: list[Note]) -> list[Field]:
    """Read the goals of each side.

    A single cell on a two-sided form counts for both sides where the print shows that it is merged across
    them; where the columns slipped, that cannot be seen and is noted (``goal-one-cell``).

    Parameters
    ----------
    rows
        Rows of the goal block: the side header (实施期目标 | 年度目标), if printed, and the goal row(s).
    two_sided
        Whether the form has two sides; on a single-sided form every goal is annual unless its label
        says otherwise.
    notes
        Added to.
    """
    found: dict[str, Field] = {}
    sides: dict[str, int] = {}
    goal_seen = False
    for row in rows:
        _mark_goals(row)
    rows = _without_stages(rows)
    two_sided = two_sided or any(
        _heads_two_sides(row) and not _only_of_the_year(row, rows[place + 1 :]) for place, row in enumerate(rows)
    )
    # 总体目标 stands for the whole project where another label names the year, 项目总目标 for the year where none does.
    named_annual = any(item.field == "goal.annual" for row in rows for item in row.meanings)
    above: str | None = None  # the side of a label that stands alone above its text
    for row in rows:
        labels = [(i, item.field) for i, item in enumerate(row.meanings) if (item.field or "").startswith("goal")]
        amounts = _amounts_beside(row)
        texts = [
            cell
            for i, cell in enumerate(row.cells)
            if not (row.meanings[i].field or "").startswith("goal")
            and not (labels and squash(cell.text) == "目标")
            and i not in amounts
        ]
        if any(field == "goal.actual" for _, field in labels):
            # What was reached is reported later: its column stands beside the goals and is no goal.
            labels = [(i, field) for i, field in labels if field != "goal.actual"]
        if not labels and above is not None and len(texts) == 1 and not found.get(f"goal.{above}", _NOTHING).text:
            _put(found, above, texts)
            above = None
            continue
        above = None
        if not labels:
            if goal_seen and texts and not any(item.text for item in found.values()):
                _place(texts, sides, two_sided, found)
            elif texts:
                _go_on(row, texts[0], found)
            continue
        if not texts:
            if len(labels) == 1 and len(row.cells) == 1:
                above = _side_among(row.cells[0].text, named_annual, two_sided)
            goal_seen = _side_heads(row, labels, sides, found) or goal_seen
            continue
        goal_seen = True
        if len(labels) >= 2:
            _paired(row, labels, found, named_annual or two_sided)
            continue
        side = _side_among(row.cells[labels[0][0]].text, named_annual, two_sided)
        if side is not None and not (len(texts) > 1 and sides):
            _put(found, side, texts)
        else:
            _place(texts, sides, two_sided, found)
    if two_sided and len(found) == 1 and rows and rows[-1].table is not None and rows[-1].table.grid != "exact":
        only = next(iter(found.values()))
        notes.append(Note(code="goal-one-cell", message="总体目标只有一个单元格，可能两侧合并，请核对原件", at=only.at))
    for side in ("lifetime", "annual") if two_sided else ("annual",):
        if goal_seen:
            _blank(found, side, rows[0].at)
    return list(found.values())


def _amounts_beside(row: Row) -> set[int]:
    """Return the cells of an amount and its label in the row of a goal, whose label stands beside it: 其他资金 | 0."""
    return {
        place + step
        for place, (item, cell) in enumerate(zip(row.meanings, row.cells[1:]))
        if item.fund is not None and parse_amount(cell.text) is not None
        for step in (0, 1)
    }


def _side_heads(row: Row, labels: list[tuple[int, str | None]], sides: dict[str, int], found: dict[str, Field]) -> bool:
    """Keep the columns of sides that a row of labels names; return whether goals follow below it."""
    named = [_side_of(row.cells[i].text) for i, _ in labels]
    for order, (i, _) in enumerate(labels):
        side = named[order]
        alone = side is None and "annual" in named and "lifetime" not in named
        if alone and _whole_project(row, labels, order):
            side = "lifetime"
        if (side is not None and len(labels) > 1) or side == "lifetime":
            sides[side or "annual"] = row.cells[i].at.column or 0
    if len(labels) == 1 and not sides:
        _blank(found, _side_of(row.cells[labels[0][0]].text) or "annual", row.cells[labels[0][0]].at)
        return True
    whole = any(field == "goal" and squash(row.cells[i].text).rstrip(":：") == "总体目标" for i, field in labels)
    return len(sides) == 2 or whole


def _side_among(label: str, named_annual: bool, two_sided: bool) -> str | None:
    """Return the side of a label with a text of its own, where another label names the year or none does."""
    side = _side_of(label)
    if side == "lifetime" and not (named_annual or two_sided or A_PERIOD.search(squash(label))):
        return None  # 项目总目标 as the only one: the goal of the form
    return side or ("lifetime" if named_annual and horizon_of(label) == "lifetime" else None)


def _mark_goals(row: Row) -> None:
    """Take a short text that names a period and ends in 目标 for a goal's label beside one: 中期滚动目标 | 年度目标."""
    if not any((item.field or "").startswith("goal") for item in row.meanings):
        return
    for place, (cell, item) in enumerate(zip(row.cells, row.meanings)):
        key = bare(cell.text)
        if not item.label and key.endswith("目标") and len(key) <= _LONGEST_GOAL and (side := horizon_of(key)):
            row.meanings[place] = Meaning(field=f"goal.{side}")


_WORD = re.compile("中长期|中期|长期|项目期|规划期|建设期")


def period_word(rows: list[Row]) -> str:
    """Return what the labels of read goals call the whole period (中期目标); ``""`` for 实施期 or nothing."""
    for row in rows:
        for cell, item in zip(row.cells, row.meanings):
            if item.field == "goal.lifetime" and (found := _WORD.search(bare(cell.text))):
                return found.group()
    return ""


#: Characters of the longest label of a goal, without what stands in brackets behind it.
_LONGEST_GOAL = 12


def _names_whole(label: str) -> bool:
    """Whether a goal's label names the project rather than a side: 项目总体目标, 项目整体绩效目标."""
    key = squash(label)
    return "项目" in key and horizon_of(key) == "lifetime"


def _whole_project(row: Row, labels: list[tuple[int, str | None]], order: int) -> bool:
    """Whether a label beside that of the year stands for the whole project: 项目总体目标, not 总体目标 of the block."""
    key = squash(row.cells[labels[order][0]].text)
    return _names_whole(key) or ("总" in key and 0 < order < len(labels) - 1)


def _heads_two_sides(row: Row) -> bool:
    """Whether the row only names the two sides of the goals: 总体目标 | 年度目标."""
    keys = [squash(cell.text).rstrip(":：") for cell in row.cells]
    labels = [item.field or "" for item in row.meanings]
    if not all(label.startswith("goal") for label in labels):
        return False
    sides = {_side_of(cell.text) for cell in row.cells}
    whole = "lifetime" in sides or any("项目总" in key for key in keys)
    return "annual" in sides and ("总体目标" in keys or whole)


def _only_of_the_year(head: Row, below: list[Row]) -> bool:
    """Whether 总体目标 left of 年度目标 names the block, and the only text below stands under the year alone."""
    if head.table is None or head.table.grid == "exact" or squash(head.cells[0].text).rstrip(":：") != "总体目标":
        return False
    texts = [cell for row in below for cell, item in zip(row.cells, row.meanings) if not item.label]
    return len(head.cells) == 2 and len(texts) == 1 and texts[0].at.column == head.cells[1].at.column


#: Characters of the longest head of a column of stages.
_LONGEST_STAGE = 10


def _without_stages(rows: list[Row]) -> list[Row]:
    """Return the rows without a table of what is done when: 阶段目标 | 时间节点 | 计划完成内容 over rows of its own."""
    out: list[Row] = []
    place = 0
    while place < len(rows):
        row = rows[place]
        heads = [cell.at.column for cell, item in zip(row.cells, row.meanings) if not item.label]
        short = all(len(cell.text) <= _LONGEST_STAGE for cell in row.cells)
        below = place + 1
        while below < len(rows) and _set_below(rows[below], heads):
            below += 1
        if len(heads) >= 2 and len(heads) + 1 == len(row.cells) and short and below > place + 1:
            place = below
            continue
        out.append(row)
        place += 1
    return out


def _set_below(row: Row, columns: list[int | None]) -> bool:
    own = [cell.at.column for cell in row.cells if cell.at.column in columns]
    return len(own) >= 2 and not any((item.field or "").startswith("goal") for item in row.meanings)


def _side_of(label: str) -> str | None:
    path = field_label(label)
    if path in ("goal.lifetime", "goal.annual"):
        return path.removeprefix("goal.")
    if path is None and (side := horizon_of(bare(label))) is not None:
        return side
    return "annual" if re.search(r"年度|当年|本年|20[0-9]{2}年", _YEARS.sub("", label)) else None


#: From a year to a year: 项目总体目标(2026年-2028年) names none of them.
_YEARS = re.compile(r"20[0-9]{2}年?\s*[-—~至]+\s*20[0-9]{2}年?")


def _paired(row: Row, labels: list[tuple[int, str | None]], found: dict[str, Field], named_annual: bool) -> None:
    """Labels and texts alternate in the row: 长期目标 | … | 年度目标 | …."""
    for order, (index, _) in enumerate(labels):
        end = labels[order + 1][0] if order + 1 < len(labels) else len(row.cells)
        texts = row.cells[index + 1 : end]
        side = _side_of(row.cells[index].text)
        if texts:
            _put(found, _side_among(row.cells[index].text, named_annual, two_sided=False) or "annual", texts)
        elif side is not None:
            _blank(found, side, row.cells[index].at)


def _place(texts: list[Cell], sides: dict[str, int], two_sided: bool, found: dict[str, Field]) -> None:
    """Give the texts of a goal row to the sides, by order, else by the column of the side header."""
    if not two_sided and len(sides) < 2:
        _put(found, "annual", texts)
        return
    swapped = len(sides) == 2 and sides["annual"] < sides["lifetime"]
    order = ("annual", "lifetime") if swapped else ("lifetime", "annual")
    if len(texts) == 1:
        column = texts[0].at.column or 0
        second = sides.get(order[1])
        if second is not None and column < second < column + texts[0].column_span:
            _put(found, order[0], texts)
            _put(found, order[1], texts)
            return
        _put(found, order[1] if second is not None and column >= second > 0 else order[0], texts)
        return
    _put(found, order[0], texts[:1])
    _put(found, order[1], texts[1:])


def _put(found: dict[str, Field], side: str, texts: list[Cell]) -> None:
    path = f"goal.{side}"
    if path in found and found[path].text:
        merged = found[path].text + _join(texts)
        found[path] = Field(path=path, text=merged, at=found[path].at, confidence=found[path].confidence)
        return
    confidence = min(cell.confidence for cell in texts)
    found[path] = Field(path=path, text=_join(texts), at=texts[0].at, confidence=confidence)


def _means_nothing(row: Row, cell: Cell) -> bool:
    return row.meanings[row.cells.index(cell)] is NO_MEANING


def with_text_above(above: list[Row], goals: list[Row]) -> list[Row]:
    """Return the rows of goals with the lines of the first text that stand above its label, which is centred.

    Where a form arrives line by line: 完成排查整治，国省考断面优Ⅲ / 年度目标 / 比例达到90%以上。
    """
    if not above or not goals or len(above[-1].cells) != 1 or len(goals[0].cells) != 2:
        return goals
    begun, (label, text) = above[-1].cells[0], goals[0].cells
    field = goals[0].meanings[0].field or ""
    if above[-1].stage is not None or above[-1].meanings[0] is not NO_MEANING or not field.startswith("goal"):
        return goals
    guessed = above[-1].table is not None and above[-1].table.grid == "guessed"
    if not guessed or len(begun.text) < _BEGUN or _ENDED.search(begun.text):
        return goals
    first = Row([label, replace(text, text=begun.text + text.text)], goals[0].table, goals[0].index, goals[0].at)
    first.stage, first.meanings = goals[0].stage, goals[0].meanings
    return [first, *goals[1:]]


#: What ends a text, and characters of the shortest that may go on in the row below.
_ENDED, _LINE, _BEGUN = re.compile(r"[。；;！!？?]\s*$"), 12, 20


def _go_on(row: Row, text: Cell, found: dict[str, Field]) -> None:
    """Add the row below a goal whose text has not ended: 新植防风固沙林，减轻风沙 / 危害。 in two rows."""
    last = next(reversed(found.values()), None)
    if last is None or row.table is None or row.table.grid == "exact" or text.text in last.text:
        return
    written = len(text.text) >= _BEGUN or _ENDED.search(text.text)  # no caption: 绩效项目指标表
    if len(last.text) >= _LINE and not _ENDED.search(last.text) and written and _means_nothing(row, text):
        found[last.path] = replace(last, text=last.text + text.text)


def _blank(found: dict[str, Field], side: str, at: Location) -> None:
    path = f"goal.{side}"
    if path not in found:
        found[path] = Field(path=path, text="", at=at)

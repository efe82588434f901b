"""Put forms back into rows that arrive as a sequence of cells: one cell a line, glued, or one blank between them.

Converters print a table cell by cell, drop its empty cells, break labels over lines or join a whole row. What is left
is order. The labels say which part of the form a cell belongs to; in the indicator block the header says which
columns there are, and each run of texts between two labels is laid into rows by the cheapest fit of texts to columns.
"""

from __future__ import annotations

import re
from dataclasses import replace

from indicators.dates import parse_dates
from indicators.forms.body import OF_VALUES, Body, Column
from indicators.forms.centred import labels_first
from indicators.forms.ends import FURNITURE, signs
from indicators.forms.fund_amounts import parse_amount
from indicators.forms.fund_cells import crossed_funds, other_side
from indicators.forms.glued import cut_pages
from indicators.forms.keyed import keyed
from indicators.forms.laying import as_rows
from indicators.forms.layout import is_block_word
from indicators.forms.list_heads import list_columns
from indicators.forms.openings import begins, ends_at
from indicators.forms.outline import outlined, under_heading
from indicators.forms.pieces import Token, halves, joined_token, tokens
from indicators.forms.rows import NO_MEANING, Row
from indicators.forms.stages import title_of
from indicators.text import squash
from indicators.vocabulary import block_label, header_hint, horizon_of, list_column

__all__ = ["regroup"]

#: The unit of the amounts, printed between the parts of a form.
_MONEY_UNIT = re.compile(r"[(（]?(?:金额|货币|计量|资金)?单位[:：](?:人民币)?[亿百千万]{0,2}元[)）]?")
_INLINE, _SENTENCE = re.compile(r"[:：]\s*-?\d"), re.compile(r"[，。；]")
_PLAIN_AMOUNT = re.compile(r"-?[\d,]+(?:\.\d+)?(?:[百千万亿]{0,2}元)?")
#: What names a block of indicators above its header.
_CAPTION = re.compile(r"[^，。；,;:：]{0,10}(?:指标|目标|指标体系)(?:[(（].*[)）])?|绩效?指?标?")
#: Columns behind a header that are believed without a word that is known.
_MOST_UNKNOWN = 4
_LONGEST_SOURCE = 16
#: Cells behind a remark within which the next second level stands.
_FAR = 60
_FUND_HEAD = re.compile(r"[^\d]{0,6}(?:资金|经费|预算)[^\d]{0,8}")
_FILLED_BY = re.compile(
    r"(?:单位|项目)?(?:负责人|填报人|填表人|经办人|填报日期|(?:填报|编报|申报|编制)(?:单位|部门)).{0,6}[:：]"
)
_SIGN = {"leader", "handler", "contact_phone", "filled_on"}
_DATES, _OF_UNITS = {"period.start", "period.end"}, {"department", "implementing_unit"}
#: Fields of a few words, which a line holds beside the label of a goal; what tells a goal from such words.
_SHORT = {"department", "implementing_unit", "project_attribute", "project_period", *_SIGN, *_DATES}
#: How the name of a unit ends.
_UNIT = re.compile(
    r"[\u4e00-\u9fff（）()]{2,20}(?:局|办|办公室|处|科|股|委|委员会|会|院|校|学|中心|站|所|队|公司|政府|部|厅|馆|社|场|镇|乡)"
)
_TEXTS = {"overview", "basis", "necessity", "measures", "plan", "duties", "tasks"}


def regroup(rows: list[Row]) -> list[Row]:
    """Return the rows with every form that stands as a sequence of cells put back into rows."""
    out: list[Row] = []
    position = 0
    rows = cut_pages(rows)
    while position < len(rows):
        if (outline := outlined(rows, position) or under_heading(rows, position)) is not None:
            cells, position = outline
            out.extend(_Builder(tokens(cells)).build())
            continue
        if (form := keyed(rows, position)) is not None:
            placed, position = form
            out.extend(as_rows(placed))
            continue
        if not begins(rows, position):
            out.append(rows[position])
            position += 1
            continue
        end = ends_at(rows, position)
        built = _Builder(labels_first(tokens(rows[position:end]))).build()
        out.extend(built or rows[position:end])
        position = end
    return out


# --- cells into rows --------------------------------------------------------------------------------------


class _Builder:
    """Reads the sequence once, from heading to sign-off."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.place = 0
        self.rows: list[list[tuple[int, Token]]] = []
        self.columns: list[Column] = []
        self.remarks: set[str] = set()
        self.broken = any(token.broken and (token.item.level1 or token.item.level2) for token in found)

    def build(self) -> list[Row]:
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if self._header_here():
                self._block([])
            elif heads := self._list_heads():
                self.place += len(heads)
                self._block(heads)
            elif self.columns and (token.item.level1 or token.item.level2):
                # A second block below the header of the first (长期 above 年度).
                self._rows_of(self.columns)
            elif (token.item.field or "").startswith("goal"):
                self._goals()
            elif (crossed := crossed_funds(self.tokens, self.place)) is not None:
                rows, self.place = crossed
                self.rows += [list(enumerate(row)) for row in rows]
            elif self._fund_here() is not None or self._fund_head() or self._unit_of_funds():
                self._funds()
            elif token.item.field is not None:
                self._field()
            else:
                named = self._caption_here()
                size = 2 if self._sides_here() else 1
                self.rows.append(list(enumerate(self.tokens[self.place : self.place + size])))
                self.place += size
                if named and not self._header_here() and squash(self.tokens[self.place].text) == "指标":
                    # 2026年度指标 | 指标: the second word names what the first one does.
                    self.place += 1
        return as_rows(self.rows)

    def _ends_text(self, token: Token, path: str) -> bool:
        if path in _TEXTS:
            return token.item.label and not token.item.level1 and not token.item.level2 and len(token.text) >= 3
        return token.item.label and token.item.header != "unit"

    def _texts(self, path: str) -> list[Token]:
        found: list[Token] = []
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if (title_of(token.text) and path != "overview") or FURNITURE.match(token.text):
                break
            if block_label(token.text) or self._header_here() or self._caption_here():
                break
            if self._ends_text(token, path) or _MONEY_UNIT.fullmatch(squash(token.text)):
                break
            found.append(token)
            self.place += 1
        return found

    def _field(self) -> None:
        label = self.tokens[self.place]
        self.place += 1
        values = self._texts(label.item.field or "")
        self.rows.append([(0, label), *([(1, joined_token(values))] if values else [])])

    def _funds(self) -> None:
        """Read the amounts: labels with one amount behind each, or sources with the amounts of both sides."""
        first: list[Token] = []
        if self._fund_head() or self._unit_of_funds():
            first = [self.tokens[self.place]]
            self.place += 1
        totals: list[Token] = []
        while (token := self._fund_here()) is not None and not self._amount_of(token):
            totals.append(token)
            self.place += 1
        rows: list[list[Token]] = []
        if totals and self._matrix(len(totals)):
            if len(totals) > 1:
                rows = self._rows_of_sides(totals)
            else:
                if remark := re.search(r"[(（][^()（）]*元[)）]", totals[0].text):
                    # 年初安排金额(万元) over the only column: its unit, and that the amounts are those of the year.
                    first.append(joined_token([replace(totals[0], text=remark.group())]))
                while self._matrix(1):
                    source, amount = self.tokens[self.place : self.place + 2]
                    # 年度资金总额 over 小计: the total.
                    rows.append([source if rows or source.item.fund else totals[0], amount])
                    self.place += 2
        else:
            rows = [[token] for token in totals]
            while (token := self._fund_here()) is not None:
                pair = self._fund_pair()
                following = self._fund_here()
                if _valued(pair) and following is not None and other_side(token.item.fund, following.item.fund):
                    pair.extend(self._fund_pair())
                rows.append(pair)
        for row in rows or [[]]:
            self.rows.append(list(enumerate([*first, *row])))
            first = []

    def _fund_head(self) -> bool:
        """Whether a word that heads the amounts stands here: 项目资金(万元), 资金情况."""
        token = self.tokens[self.place]
        following = self.tokens[self.place + 1] if self.place + 1 < len(self.tokens) else None
        known = token.item.field or token.item.fund
        return bool(not known and following and following.item.fund and _FUND_HEAD.fullmatch(squash(token.text)))

    def _unit_of_funds(self) -> bool:
        """Whether the unit of the amounts stands here right above them: 金额单位：亿元 below the indicators."""
        unit, following = self.tokens[self.place], self.tokens[self.place + 1 : self.place + 2]
        return bool(following and following[0].item.fund and _MONEY_UNIT.fullmatch(squash(unit.text)))

    def _fund_here(self) -> Token | None:
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        return token if token is not None and token.item.fund is not None and not token.item.level2 else None

    def _amount_at(self, place: int) -> Token | None:
        token = self.tokens[place] if place < len(self.tokens) else None
        return token if token is not None and parse_amount(token.text) is not None else None

    def _amount_of(self, label: Token) -> bool:
        """Whether the label here has its amount in its own cell or behind it."""
        return bool(_INLINE.search(label.text)) or self._amount_at(self.place + 1) is not None

    def _fund_pair(self) -> list[Token]:
        label = self.tokens[self.place]
        self.place += 1
        if self.place < len(self.tokens) and not _INLINE.search(label.text):
            token = self.tokens[self.place]
            if not token.item.label or parse_amount(token.text) is not None:
                self.place += 1
                return [label, token]
        return [label]

    def _matrix(self, width: int) -> bool:
        """Whether a source (小计, 财政拨款) and as many amounts as there are totals follow."""
        place = self.place
        return (
            place < len(self.tokens)
            and self._amount_at(place) is None
            and len(self.tokens[place].text) <= _LONGEST_SOURCE
            and all(self._amount_at(place + number + 1) is not None for number in range(width))
            and self._amount_at(place + width + 1) is None
        )

    def _rows_of_sides(self, totals: list[Token]) -> list[list[Token]]:
        """Return sources printed once with the amounts of every total: each amount stands behind its label."""
        width = len(totals)
        rows = []
        while self._matrix(width):
            source, *amounts = self.tokens[self.place : self.place + width + 1]
            whole = source.item.fund is None or source.item.fund[0] == "total"
            labels = totals if whole else [source] * width
            rows.append([part for pair in zip(labels, amounts) for part in pair])
            self.place += width + 1
        return rows

    def _goals(self) -> None:
        labels: list[Token] = []
        while self.place < len(self.tokens) and (self.tokens[self.place].item.field or "").startswith("goal"):
            labels.append(self.tokens[self.place])
            self.place += 1
        while self.place < len(self.tokens) and self.tokens[self.place].text.endswith("完成情况"):
            self.place += 1
        texts = self._came_late(self._texts("goal")) or self._beside_goal()
        sides = labels[-2:] if len(labels) >= 2 else labels
        if len(sides) == 2 and _is_block(sides[0], sides[1], labels):
            sides = labels[-1:]
        if len(sides) == 1:
            self.rows.append([(0, sides[0]), *([(1, joined_token(texts))] if texts else [])])
            return
        self.rows.append([(1, sides[0]), (2, sides[1])])
        first, second = halves(texts)
        self.rows.append([(number, joined_token(part)) for number, part in ((1, first), (2, second)) if part])

    def _came_late(self, texts: list[Token]) -> list[Token]:
        """Give a unit named before the text of a goal to its label that stayed without; return the rest."""
        blank = next((row for row in self.rows if len(row) == 1 and row[0][1].item.field in _OF_UNITS), None)
        if blank is None or len(texts) < 2 or not _UNIT.fullmatch(texts[0].text) or not _SENTENCE.search(texts[1].text):
            return texts
        blank.append((1, texts[0]))
        return texts[1:]

    def _beside_goal(self) -> list[Token]:
        """Read fields printed between the label of a goal and its text; return that text.

        The label stands in the middle of its cell: 年度目标, 实施单位 | 某局 in a line, and the goal below that.
        """
        here = self.place
        fields: list[tuple[Token, Token]] = []
        while (self._label_at(self.place) in _SHORT) and self._label_at(self.place + 1) is None:
            label, *values = self.tokens[self.place : self.place + 2]
            if not values:
                break
            fields.append((label, values[0]))
            self.place += 2
        texts = self._texts("goal") if fields else []
        if not any(_SENTENCE.search(token.text) for token in texts):
            self.place = here
            return []
        self.rows += [[(0, label), (1, value)] for label, value in fields]
        return texts

    def _label_at(self, place: int) -> str | None:
        """Return the field that a cell names, or nothing where it is no label; any other label is no field: "-"."""
        item = self.tokens[place].item if place < len(self.tokens) else NO_MEANING
        return item.field or ("-" if item.label else None)

    # -- the indicator block

    def _caption_here(self) -> bool:
        """Whether a block's name stands here, its header or first level next or behind one word: 2026年指标 | 指标."""
        for ahead in (1, 2):
            words = self.tokens[self.place : self.place + ahead]
            named = all(_names_no_part(word) and _CAPTION.fullmatch(squash(word.text)) for word in words)
            if not named or len(words) < ahead:
                return False
            below = self.tokens[self.place + ahead : self.place + ahead + 1]
            side = self.columns and below and below[0].item.level1 and horizon_of(words[0].text) is not None
            if side or self._header_here(ahead):
                return True
        return False

    def _sides_here(self) -> bool:
        """Whether the names of both sides stand above the header here: 年度指标 | 中期指标."""
        words = self.tokens[self.place : self.place + 2]
        sides = {horizon_of(word.text) for word in words if _CAPTION.fullmatch(squash(word.text))}
        return sides == {"annual", "lifetime"} and self._header_here(2)

    def _header_here(self, ahead: int = 0) -> bool:
        """Whether at least two headers, a name or levels and a value among them, stand in a row here."""
        if self.place + ahead >= len(self.tokens) or self.tokens[self.place + ahead].item.header is None:
            return False
        roles: list[str] = []
        here = self.tokens[self.place + ahead : self.place + ahead + 12]
        for token, following in zip(here, [*here[1:], None]):
            goes_on = roles and not token.item.label and following is not None and following.item.header is not None
            role = token.item.header or (goes_on and header_hint(token.text))
            if not role:
                break
            roles.append("value" if role == "actual" and "值" in token.text else role)
        return ("value" in roles and bool({"name", "level1", "level2"} & set(roles))) or {"level1", "level2"} <= set(
            roles
        )

    def _list_heads(self) -> list[Column]:
        """Return the columns of projects that stand here before the header of the levels."""
        token = self.tokens[self.place]
        if list_column(token.text) is None and token.item.header != "sequence":
            return []
        ahead = next((ahead for ahead in range(1, 12) if self._header_here(ahead)), 0)
        return list_columns(self.tokens[self.place : self.place + ahead + 16], ahead)

    def _block(self, columns: list[Column]) -> None:
        listed = bool(columns)
        while self.place < len(self.tokens) and self.tokens[self.place].item.header is not None:
            token = self.tokens[self.place]
            columns.append(Column(token.item.header or "", token))
            self.place += 1
            if self._unknown_between():
                token = self.tokens[self.place]
                columns.append(Column(header_hint(token.text) or "other", token))
                self.place += 1
        if not any(column.role == "value" for column in columns):
            # 指标完成值 as the only column of values: what is to be reached.
            columns = [
                replace(column, role="value") if column.role == "actual" and "值" in column.token.text else column
                for column in columns
            ]
        # Below the heads of a list stands what names its first project.
        for token in [] if listed else self._unknown_headers(columns):
            columns.append(Column(token.item.header or header_hint(token.text) or "other", token))
            self.place += 1
        columns = _with_parts(columns)
        if is_block_word([(column.token.text, column.role) for column in columns]):
            self.rows.append([(0, columns.pop(0).token)])
        self.rows.append([(number + 1, column.token) for number, column in enumerate(columns)])
        self.columns = columns
        self._rows_of(columns)

    def _unknown_between(self) -> bool:
        """Whether one word nobody met stands here and the header goes on behind it."""
        ahead = self.tokens[self.place : self.place + 3]
        if len(ahead) < 3 or ahead[0].item.label or len(ahead[0].text) > _LONGEST_SOURCE:
            return False
        return all(token.item.header is not None for token in ahead[1:])

    def _unknown_headers(self, columns: list[Column]) -> list[Token]:
        """Return what stands between a header with levels and the first level label: columns under words nobody met."""
        if not any(column.role in ("level1", "level2") for column in columns):
            return []
        ahead = self.tokens[self.place : self.place + _MOST_UNKNOWN + 1]
        found = next((place for place, token in enumerate(ahead) if token.item.level1 or token.item.level2), 0)
        return ahead[:found] if all(len(token.text) <= _LONGEST_SOURCE for token in ahead[:found]) else []

    def _rows_of(self, columns: list[Column]) -> None:
        body: list[Token] = []
        # Empty cells behind the header close rows, and say nothing of columns.
        blanks = 0 if self.tokens[self.place - 1].blanks else 1
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if self._closes(token):
                break
            if not block_label(token.text):
                # 绩效指标 stands beside the rows again, on the next page.
                body.append(token)
                if blanks and token.blanks:
                    body += [replace(token, text="", item=NO_MEANING)] * token.blanks
            self.place += 1
        Body(columns, body, self.rows, broken=self.broken).read()

    def _closes(self, token: Token) -> bool:
        item = token.item
        if item.field in _SIGN or item.field == "review" or item.field in ("project_name", "department_name"):
            return True
        if title_of(token.text) or FURNITURE.match(token.text):
            return True
        if block_label(token.text) and horizon_of(token.text) is not None:
            return True
        if _MONEY_UNIT.fullmatch(squash(token.text)) or self._leaves_block():
            return True
        if signs(token.text) or _FILLED_BY.match(token.text):
            return True
        return bool(self.rows) and (self._header_here() or self._caption_here())

    def _leaves_block(self) -> bool:
        """Whether amounts or fields follow here; a label right behind one of a level names an indicator."""
        token, before = self.tokens[self.place], self.tokens[self.place - 1]
        item = token.item
        if item.level1 or item.level2 or item.header:
            return False
        ahead = self.tokens[self.place + 1 : self.place + 3]
        amounts = [squash(part.text) for part in ahead[:1] if _PLAIN_AMOUNT.fullmatch(squash(part.text))]
        if item.fund is not None:
            return bool(amounts or (ahead and ahead[0].item.fund)) and not (before.item.level2 and amounts)
        if item.field is not None:
            # 项目完工时间 | 2020年11月底 below other rows: a date to be reached, as amounts and values are.
            reached = item.field in _DATES and ahead and parse_dates(ahead[0].text) is not None
            return not (before.item.level2 or amounts or reached or self._is_remark(token))
        return bool(_FUND_HEAD.fullmatch(squash(token.text))) and bool(ahead) and ahead[0].item.fund is not None

    def _is_remark(self, token: Token) -> bool:
        """Whether a cell that may head a text stands in a column of remarks: 工作方案 beside several indicators.

        The levels go on behind it below the same header, or they did so where it stood before.
        """
        if token.item.field not in _TEXTS:
            return False
        if token.text in self.remarks:
            return True
        for ahead, following in enumerate(self.tokens[self.place + 1 : self.place + 1 + _FAR], 1):
            if following.item.field == "project_name" or title_of(following.text) or self._header_here(ahead):
                return False
            if following.item.level2:
                self.remarks.add(token.text)
                return True
        return False


def _with_parts(columns: list[Column]) -> list[Column]:
    """Put what a head of values is parted into where that head stands: 指标值 | 权重 above 长期指标值 | 年度指标值."""
    start = next((n + 1 for n in range(len(columns) - 1, -1, -1) if columns[n].role not in OF_VALUES), 0)
    parts = columns[start:]
    heads = [n for n, column in enumerate(columns[:start]) if column.role == "value"]
    parted = len(parts) > 1 and any(column.role == "value" for column in parts)
    if not parted or len(heads) != 1 or horizon_of(columns[heads[0]].token.text) is not None:
        return columns
    return [*columns[: heads[0]], *parts, *columns[heads[0] + 1 : start]]


def _names_no_part(word: Token) -> bool:
    """Whether a word is no label but perhaps the plain 指标, which also heads a column."""
    return not (word.item.level1 or word.item.level2 or word.item.field or word.item.fund)


def _valued(pair: list[Token]) -> bool:
    """Whether a label has its amount, behind it or in its own cell."""
    return len(pair) == 2 or bool(_INLINE.search(pair[0].text))


def _is_block(first: Token, second: Token, labels: list[Token]) -> bool:
    """Whether of two labels the first only names the block of goals: 绩效目标 | 年度目标, 总体目标 | 年度目标."""
    plain = re.sub(r"项目|年度|总体|[:：]", "", squash(first.text)) in ("绩效目标", "目标")
    return len(labels) == 2 and plain and first.item.field == "goal" and second.item.field in ("goal.annual", "goal")

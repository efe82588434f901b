"""Put forms back into rows that arrive as a sequence of cells: one cell a line, glued, or one blank between them.

Converters print a table cell by cell, drop its empty cells, break labels over lines or join a whole row. What is left
is order. The labels say which part of the form a cell belongs to; in the indicator block the header says which
columns there are, and each run of texts between two labels is laid into rows by the cheapest fit of texts to columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from indicators.forms.funds import parse_amount
from indicators.forms.layout import is_block_word
from indicators.forms.locate import title_of
from indicators.forms.rows import Meaning, Row, meaning
from indicators.quantities import parse_dates, parse_quantity
from indicators.records import Cell, Location, Table
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF, block_label, horizon_of, operator_word

__all__ = ["regroup"]

#: Lines behind the name of a project within which the labels of a form must follow, and how many of them.
_WINDOW = 60
_ENOUGH = 5
_SECTION = re.compile(r"^(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、[^：:]{2,20}$)")
#: What stands below a form on a web page or closes it: never a cell of it.
_FURNITURE = re.compile(
    r"^(?:附件?\d*[:：]?|扫一扫.*|\[?(?:下载|打印|关闭|返回)\]?.*|分享.*|版权.*|上一篇.*|下一篇.*|相关(?:解读|链接|阅读).*|-?全部留言|注[:：].*|字号.*|来源[:：].*|表[一二三四五六七八九十\d]{1,3})$"
)
_SIGN = {"leader", "handler", "contact_phone", "filled_on"}
_TEXTS = {"overview", "basis", "necessity", "measures", "plan", "duties", "tasks"}
_LONGEST_TEXT = 600


@dataclass(slots=True)
class Token:
    """One cell of the sequence; ``line`` numbers the printed line it stood on."""

    text: str
    at: Location
    confidence: float
    line: int
    item: Meaning


def regroup(rows: list[Row]) -> list[Row]:
    """Return the rows with every form that stands as a sequence of cells put back into rows."""
    out: list[Row] = []
    position = 0
    while position < len(rows):
        if not _begins(rows, position):
            out.append(rows[position])
            position += 1
            continue
        end = _end(rows, position)
        built = _Builder(tokens(rows[position:end])).build()
        out.extend(built or rows[position:end])
        position = end
    return out


# --- where such a form stands -----------------------------------------------------------------------------


def _loose(row: Row) -> bool:
    return row.table is None or (row.table.grid == "ragged" and len(row.cells) == 1)


def _begins(rows: list[Row], position: int) -> bool:
    row = rows[position]
    if not _loose(row) or not _names_project(row.cells[0].text):
        return False
    ahead = rows[position : position + _WINDOW]
    if sum(not _loose(item) for item in ahead[:12]) > 3:
        return False
    found = 0
    header = False
    for item in ahead:
        if not _loose(item):
            continue
        for piece in pieces(item.cells[0].text, block=True):
            known = meaning(piece)
            found += known.label
            header = header or known.header in ("level1", "level2", "name")
    return found >= _ENOUGH and header


@lru_cache(maxsize=8192)
def _names_project(text: str) -> bool:
    if len(text) > 120:
        return False
    first = pieces(text, block=False)
    return bool(first) and meaning(first[0]).field in ("project_name", "department_name") and "填报" not in first[0]


def _end(rows: list[Row], position: int) -> int:
    """Return where the sequence ends: a second name, a real table, a section heading or what follows a form."""
    levels = False
    for number in range(position + 1, len(rows)):
        row = rows[number]
        if not _loose(row) and len(row.cells) > 2:
            return number
        text = row.cells[0].text
        if levels and (_FURNITURE.match(text) or title_of(text) or (_SECTION.match(text) and not meaning(text).label)):
            return number
        if levels and _names_project(text):
            return number
        if len(text) > _LONGEST_TEXT:
            return number
        levels = levels or any(meaning(piece).level2 for piece in pieces(text, block=True))
    return len(rows)


# --- lines into cells -------------------------------------------------------------------------------------

_GAP = re.compile(r"\s*[|｜]+\s*|\s{2,}|\t+|\u3000+")
_TRAILING_VALUE = re.compile(
    r"(?:[≥≤＞＜><=＝≈]+|不少于|不低于|不超过|不高于|大于等于|小于等于|大于|小于|达到|超过|控制在)?"
    r"\d[\d,.]*(?:\s*[-—~至]\s*\d[\d.]*)?\s*(?:%|‰|[\u4e00-\u9fff/·]{0,5}|[A-Za-z]{1,4})(?:以上|以下|以内|左右)?[。；;]?$"
)
_TRAILING_WORDS = re.compile(
    r"(?:(?:稳步|逐步|持续|不断|显著|明显|有效|进一步|大幅|长期|基本|切实)(?:地)?(?:提高|提升|改善|增强|增加|降低|减少|优化|推进|稳定|加强|巩固|扩大|缓解|发挥)(?:提高|提升)?"
    r"|[优良]好?|较好|合格|达标|及时|长期|健全|完善)$"
)
_LONGEST_LABEL_PART = 24


@lru_cache(maxsize=32768)
def pieces(text: str, block: bool = False) -> tuple[str, ...]:
    """Cut a line into the cells it holds.

    Parameters
    ----------
    text
        The line.
    block
        Whether it stands in the indicator block, where a single blank parts cells and glued cells are cut at level
        labels and before the value at the end.
    """
    found: list[str] = []
    for part in _GAP.split(text.strip()):
        part = part.strip()
        if not part or not squash(part).strip("|｜- "):
            continue
        for word in _at_blanks(part, block):
            found.extend(_unglued(word, block))
    return tuple(found)


def _at_blanks(part: str, block: bool) -> list[str]:
    """Cut at single blanks outside brackets where a label, a value or, in the block, Chinese text stands beside."""
    if " " not in part or meaning(part).label:
        return [part]
    words: list[str] = []
    depth = 0
    current = ""
    for character in part:
        depth += (character in "(（[【") - (character in ")）]】")
        if character == " " and depth <= 0 and current:
            words.append(current)
            current = ""
        elif character != " " or depth > 0:
            current += character
    words.append(current)
    out: list[str] = []
    for word in words:
        if out and not _parts(out[-1], word, block):
            out[-1] += " " + word
        elif word:
            out.append(word)
    return out


def _parts(left: str, right: str, block: bool) -> bool:
    both = left + right
    if meaning(right).fund is not None and parse_amount(left) is not None:
        return True
    if meaning(both).label and not (meaning(left).label and meaning(right).label):
        return False
    if meaning(left).label or meaning(right).label:
        return True
    value = parse_amount(right) is not None or bool(re.match(r"[≥≤><=＞＜]", right))
    if value:
        return True
    return block and bool(re.search(r"[\u4e00-\u9fff)）%]$", left)) and bool(re.match(r"[\u4e00-\u9fff\d*《]", right))


def _unglued(word: str, block: bool) -> list[str]:
    """Cut cells printed without anything between them, at labels."""
    if len(word) < 6 or meaning(word).label:
        return [word]
    chain = _chain(squash(word)) if len(word) <= 80 else None
    if chain:
        return chain
    if not block:
        return _heading_parts(word)
    labels: list[str] = []
    rest = word
    while True:
        label = _level_prefix(rest)
        if label is None:
            break
        labels.append(rest[: len(label)])
        rest = rest[len(label) :]
    if not labels:
        return [word]
    return [*labels, *_name_and_value(rest)] if rest else labels


def _name_and_value(rest: str) -> list[str]:
    for pattern in (_TRAILING_VALUE, _TRAILING_WORDS):
        match = pattern.search(rest)
        if match is not None and match.start() >= 2:
            return [rest[: match.start()], match.group()]
    return [rest]


def _level_prefix(text: str) -> str | None:
    """Return the level label a glued text begins with; only one that ends in 指标."""
    for length in range(min(len(text), _LONGEST_LABEL_PART), 3, -1):
        head = text[:length]
        if head.endswith("指标") and (meaning(head).level1 or meaning(head).level2):
            return head
    return None


def _chain(text: str) -> list[str] | None:
    """Return the labels a text consists of, if it is nothing but labels: 总体目标年度目标, 一级指标二级指标指标值."""
    best: list[tuple[int, list[str]] | None] = [(0, [])] + [None] * len(text)
    for end in range(2, len(text) + 1):
        for start in range(max(0, end - 16), end - 1):
            before = best[start]
            piece = text[start:end]
            if before is None or not _is_chain_label(piece):
                continue
            cost = before[0] + 1 + 2 * max(0, piece.count("指标") + piece.count("目标") - 1)
            known = best[end]
            if known is None or cost < known[0]:
                best[end] = (cost, [*before[1], piece])
    found = best[len(text)]
    return found[1] if found is not None and len(found[1]) >= 2 else None


def _is_chain_label(text: str) -> bool:
    item = meaning(text)
    if item.header is not None or (item.field or "").startswith("goal"):
        return len(text) >= 3 or text in ("备注", "分值", "权重")
    return block_label(text) or (text.endswith("指标") and bool(item.level1 or item.level2))


_GLUED_FIELDS = {"project_name", "department", "implementing_unit", "project_attribute", "project_period"}


def _heading_parts(word: str) -> list[str]:
    """Cut a glued heading line: 项目主管部门甲局项目执行单位乙校."""
    starts: list[tuple[int, int]] = []
    place = 0
    while place < len(word) - 3:
        for length in range(min(12, len(word) - place), 3, -1):
            head = word[place : place + length]
            if meaning(head).field in _GLUED_FIELDS and head[-1] not in ":：":
                starts.append((place, place + length))
                place += length - 1
                break
        place += 1
    if not starts or starts[0][0] != 0 or starts[0][1] >= len(word):
        amount = re.match(r"^([^\d]{4,20}?[:：])\s*(-?\d[\d,.]*\s*(?:万元?|元|亿元)?)(?:[(（].*)?$", word)
        if amount is not None and meaning(amount.group(1)).fund is not None:
            return [amount.group(1), amount.group(2)]
        return [word]
    out: list[str] = []
    for number, (start, stop) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(word)
        out.append(word[start:stop])
        if value := word[stop:end].lstrip(":：").strip():
            out.append(value)
    return out


def tokens(rows: Sequence[Row]) -> list[Token]:
    """Return the cells of the lines, with labels broken over lines put together."""
    found: list[Token] = []
    block = glued = False
    for line, row in enumerate(rows):
        for cell in row.cells:
            parts = pieces(cell.text, block)
            if not block and any(meaning(part).header in ("level1", "level2") for part in parts):
                block = True
                parts = pieces(cell.text, block)
            if block and len(parts) >= 3 and _level_prefix(squash(cell.text)) and " " not in cell.text.strip():
                glued = True
            if glued and len(parts) == 1 and not meaning(parts[0]).label:
                parts = tuple(_name_and_value(parts[0]))
            for part in parts:
                found.append(Token(part, cell.at, cell.confidence, line, meaning(part)))
    return _joined(found)


_REST = re.compile(
    r"^(?:[及和与]其?(?:代码|编码|编号|名称)|指?标|指标[(（].{2,8}[)）]|[(（](?:必填|选填|万元|元).{0,4}[)）]|目标|预算金额)$"
)


def _joined(found: list[Token]) -> list[Token]:
    """Put labels together that stand over several lines (经济效益 / 指标, 项目起 / 止时间, 年度 / 绩效 / 目标)."""
    out: list[Token] = []
    place = 0
    while place < len(found):
        token = found[place]
        size = _broken(found, place)
        if size > 1:
            text = "".join(squash(item.text) for item in found[place : place + size])
            token = Token(text, token.at, token.confidence, token.line, meaning(text))
        out.append(token)
        place += size
    return out


def _broken(found: list[Token], place: int) -> int:
    first = found[place]
    if len(first.text) > 12:
        return 1
    for size in (4, 3, 2):
        parts = found[place : place + size]
        if len(parts) < size or any(len(part.text) > 12 for part in parts):
            continue
        if any(a.line == b.line for a, b in pairwise(parts)):
            continue
        whole = meaning("".join(squash(part.text) for part in parts))
        if not whole.label:
            continue
        last = parts[-1]
        if size == 2 and _REST.match(squash(last.text)) and not (first.item.field or "").startswith("goal"):
            return size
        begun = not first.item.label or (whole.level2 is not None and first.item.level2 == whole.level2)
        if begun and (not last.item.label or whole.level2 or whole.level1):
            if all(len(part.text) <= 6 for part in parts) and not (whole.field and last.item.label):
                return size
    return 1


# --- cells into rows --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Column:
    """A column of the indicator block, in printing order."""

    role: str
    token: Token


class _Builder:
    """Reads the sequence once, from heading to sign-off."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.place = 0
        self.rows: list[list[tuple[int, Token]]] = []
        self.columns: list[Column] = []

    def build(self) -> list[Row]:
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if self._header_here():
                self._block()
            elif self.columns and (token.item.level1 or token.item.level2):
                # A second block below the header of the first (长期 above 年度).
                self._rows_of(self.columns)
            elif (token.item.field or "").startswith("goal"):
                self._goals()
            elif token.item.fund is not None and not token.item.level2:
                self._fund()
            elif token.item.field is not None:
                self._field()
            else:
                self.rows.append([(0, token)])
                self.place += 1
        return self._as_rows()

    def _ends_text(self, token: Token, path: str) -> bool:
        if path in _TEXTS:
            return token.item.label and not token.item.level1 and not token.item.level2 and len(token.text) >= 3
        return token.item.label and token.item.header != "unit"

    def _texts(self, path: str) -> list[Token]:
        found: list[Token] = []
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if self._ends_text(token, path) or block_label(token.text) or self._header_here():
                break
            found.append(token)
            self.place += 1
        return found

    def _field(self) -> None:
        label = self.tokens[self.place]
        self.place += 1
        values = self._texts(label.item.field or "")
        self.rows.append([(0, label), *([(1, _whole(values))] if values else [])])

    def _fund(self) -> None:
        label = self.tokens[self.place]
        self.place += 1
        row = [(0, label)]
        if self.place < len(self.tokens):
            token = self.tokens[self.place]
            if not token.item.label or parse_amount(token.text) is not None:
                row.append((1, token))
                self.place += 1
        self.rows.append(row)

    def _goals(self) -> None:
        labels: list[Token] = []
        while self.place < len(self.tokens) and (self.tokens[self.place].item.field or "").startswith("goal"):
            labels.append(self.tokens[self.place])
            self.place += 1
        while self.place < len(self.tokens) and self.tokens[self.place].text.endswith("完成情况"):
            self.place += 1
        texts = self._texts("goal")
        sides = labels[-2:] if len(labels) >= 2 else labels
        if len(sides) == 2 and _is_block(sides[0], sides[1], labels):
            sides = labels[-1:]
        if len(sides) == 1:
            self.rows.append([(0, sides[0]), *([(1, _whole(texts))] if texts else [])])
            return
        self.rows.append([(1, sides[0]), (2, sides[1])])
        first, second = _halves(texts)
        self.rows.append([(number, _whole(part)) for number, part in ((1, first), (2, second)) if part])

    # -- the indicator block

    def _header_here(self) -> bool:
        """Whether at least two headers, a name or levels and a value among them, stand in a row here."""
        roles = []
        for token in self.tokens[self.place : self.place + 12]:
            if token.item.header is None:
                break
            roles.append(token.item.header)
        return ("value" in roles and bool({"name", "level1", "level2"} & set(roles))) or {"level1", "level2"} <= set(
            roles
        )

    def _block(self) -> None:
        columns: list[Column] = []
        while self.place < len(self.tokens) and self.tokens[self.place].item.header is not None:
            token = self.tokens[self.place]
            columns.append(Column(token.item.header or "", token))
            self.place += 1
        if is_block_word([(column.token.text, column.role) for column in columns]):
            self.rows.append([(0, columns.pop(0).token)])
        self._drop_second_names(columns)
        self.rows.append([(number + 1, column.token) for number, column in enumerate(columns)])
        self.columns = columns
        self._rows_of(columns)

    def _rows_of(self, columns: list[Column]) -> None:
        body: list[Token] = []
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if self._closes(token):
                break
            body.append(token)
            self.place += 1
        _Body(columns, body, self.rows).read()

    @staticmethod
    def _drop_second_names(columns: list[Column]) -> None:
        names = [column for column in columns if column.role == "name"]
        if len(names) == 2 and sum(column.role == "value" for column in columns) == 1:
            numbered = [column for column in names if "级" in column.token.text]
            other = names[0] if numbered == names[1:] else names[1]
            other.role = "explanation"

    def _closes(self, token: Token) -> bool:
        item = token.item
        if item.field in _SIGN or item.field == "review" or item.field in ("project_name", "department_name"):
            return True
        if title_of(token.text) or _FURNITURE.match(token.text):
            return True
        if block_label(token.text) and horizon_of(token.text) is not None:
            return True
        if re.match(r"^(?:单位|项目)?(?:负责人|填报人|填表人|经办人|填报日期).{0,6}[:：]", token.text):
            return True
        return self._header_here() and bool(self.rows)

    def _as_rows(self) -> list[Row]:
        placed: list[list[Cell]] = []
        for index, row in enumerate(self.rows):
            placed.append(
                [
                    Cell(
                        text=token.text,
                        at=Location(row=index, column=column, line=token.at.line, page=token.at.page),
                        confidence=token.confidence,
                    )
                    for column, token in row
                ]
            )
        placed = [row for row in placed if row]
        if not placed:
            return []
        cells = tuple(cell for row in placed for cell in row)
        width = max(cell.at.column or 0 for cell in cells) + 1
        table = Table(cells=cells, rows=len(self.rows), columns=width, at=cells[0].at, grid="guessed")
        return [Row(row, table, row[0].at.row or 0, row[0].at) for row in placed]


def _is_block(first: Token, second: Token, labels: list[Token]) -> bool:
    """Whether of two labels the first only names the block of goals: 绩效目标 | 年度目标, 总体目标 | 年度目标."""
    plain = re.sub(r"项目|年度|总体|[:：]", "", squash(first.text)) in ("绩效目标", "目标")
    return len(labels) == 2 and plain and first.item.field == "goal" and second.item.field in ("goal.annual", "goal")


def _whole(parts: Sequence[Token]) -> Token:
    first = parts[0]
    text = ""
    for part in parts:
        glue = " " if text and re.search(r"[A-Za-z0-9]$", text) and re.match(r"[A-Za-z]", part.text) else ""
        text += glue + part.text
    return Token(text, first.at, min(part.confidence for part in parts), first.line, meaning(text))


_SENTENCE_END = re.compile(r"[。；;！!]$")


def _halves(texts: list[Token]) -> tuple[list[Token], list[Token]]:
    """Part the texts of two goals: at the end of a sentence next to the middle; one text alone is the year's."""
    if len(texts) <= 1:
        return [], texts
    total = sum(len(token.text) for token in texts)
    best = (10.0, 1)
    done = 0
    for cut in range(1, len(texts)):
        done += len(texts[cut - 1].text)
        cost = abs(done / total - 0.5) + (0.0 if _SENTENCE_END.search(texts[cut - 1].text) or len(texts) == 2 else 1.0)
        best = min(best, (cost, cut))
    return texts[: best[1]], texts[best[1] :]


class _Body:
    """Lays the cells of an indicator block into rows of its columns."""

    def __init__(self, columns: list[Column], body: list[Token], rows: list[list[tuple[int, Token]]]) -> None:
        self.columns = columns
        self.body = body
        self.rows = rows
        self.repeated = {text for text, count in Counter(squash(token.text) for token in body).items() if count >= 3}
        roles = [column.role for column in columns]
        self.sides = self._side_columns(roles)
        self.level1 = roles.index("level1") if "level1" in roles else None

    @staticmethod
    def _side_columns(roles: list[str]) -> list[list[int]]:
        """Return the columns of each side from its second level on; two where names are headed twice."""
        names = [place for place, role in enumerate(roles) if role == "name"]
        start = next((place for place, role in enumerate(roles) if role != "level1"), 0)
        if len(names) < 2:
            return [[place for place in range(len(roles)) if roles[place] != "level1"]]
        cut = next(
            (place for place in range(names[0] + 1, names[1] + 1) if roles[place] in ("level1", "level2", "name")),
            names[1],
        )
        left = [place for place in range(start, cut) if roles[place] != "level1"]
        right = [place for place in range(cut, len(roles)) if roles[place] != "level1"]
        return [left, right]

    def read(self) -> None:
        level1: Token | None = None
        level2: Token | None = None
        side = 0
        texts: list[Token] = []
        groups: list[tuple[Token | None, Token | None, int, list[Token]]] = []

        def close() -> None:
            nonlocal texts
            if level2 is not None or texts:
                groups.append((level1, level2, side, texts))
            texts = []

        leveled = any(column.role in ("level1", "level2") for column in self.columns)
        for place, token in enumerate(self.body):
            kind = self._level_kind(place, token, level1, level2, texts, side) if leveled else None
            if kind is None:
                texts.append(token)
                continue
            if kind == "twin":
                close()
                side = 1
                level2 = token
                continue
            close()
            if kind == "level1":
                level1, level2, side = token, None, 0
            else:
                level2, side = token, 0
        close()
        self._write(groups)

    def _level_kind(
        self, place: int, token: Token, level1: Token | None, level2: Token | None, texts: list[Token], side: int
    ) -> str | None:
        """Return what a level label does here; ``None`` where it stands as a name or value."""
        item = token.item
        if item.level1 is None and item.level2 is None:
            return None
        following = self.body[place + 1] if place + 1 < len(self.body) else None
        same = following is not None and squash(following.text) == squash(token.text)
        short = not re.search(r"(?:指标|值)(?:[(（].*[)）])?$", squash(token.text))
        if len(self.sides) == 2 and level2 is not None and side == 0 and item.level2 == level2.item.level2:
            return "twin"
        if short and level2 is not None and not texts and following is not None and not following.item.label:
            # 满意度 | 公众满意度: a name that is a level elsewhere, right behind its label.
            return None
        if item.level2 is None:
            return "level1"
        opened = level1 is not None and level2 is None and level1.item.level1 == LEVEL1_OF[item.level2]
        if item.level1 is not None and following is not None and following.item.level2 is not None and not opened:
            fresh = level1 is None or level1.item.level1 != item.level1
            if (LEVEL1_OF[following.item.level2] == item.level1 and not same) or (
                same and self.level1 is not None and (fresh or self._thrice(place))
            ):
                return "level1"
        return "level2"

    def _thrice(self, place: int) -> bool:
        """Whether a label stands three times in a row: level 1 and both sides' level 2 of one name (满意度指标)."""
        texts = [squash(token.text) for token in self.body[place : place + 3]]
        return len(texts) == 3 and len(set(texts)) == 1 and len(self.sides) == 2

    def _write(self, groups: list[tuple[Token | None, Token | None, int, list[Token]]]) -> None:
        number = 0
        while number < len(groups):
            level1, level2, side, texts = groups[number]
            rows = [self._fit(texts, self.sides[side])]
            if len(self.sides) == 2 and side == 0 and number + 1 < len(groups) and groups[number + 1][2] == 1:
                rows.append(self._fit(groups[number + 1][3], self.sides[1]))
                self._part_sides(rows)
                number += 1
            self._write_rows(level1, level2, rows)
            number += 1

    def _part_sides(self, rows: list[list[list[tuple[int, Token]]]]) -> None:
        """Give rows printed left, right, left, right behind one pair of labels back to their sides, in place."""
        left, right = rows
        if len(left) > 1 or len(right) < 3 or len(right) % 2 == 0:
            return
        to_left = {
            theirs: ours
            for role in ("name", "value", "operator", "unit")
            for ours, theirs in zip(self._of(0, role), self._of(1, role))
        }
        for index in range(1, len(right), 2):
            left.append([(to_left.get(place, place), token) for place, token in right[index]])
        rows[1] = [right[0], *right[2::2]]

    def _of(self, side: int, role: str) -> list[int]:
        return [place for place in self.sides[side] if self.columns[place].role == role]

    def _write_rows(
        self, level1: Token | None, level2: Token | None, sides: list[list[list[tuple[int, Token]]]]
    ) -> None:
        count = max([len(side) for side in sides] + [1])
        for index in range(count):
            row: list[tuple[int, Token]] = []
            if level1 is not None and self.level1 is not None:
                row.append((self.level1 + 1, level1))
            elif level1 is not None:
                row.append((0, level1))
            for place, columns in enumerate(self.sides):
                level_column = next((p for p in columns if self.columns[p].role == "level2"), None)
                if level2 is not None and level_column is not None:
                    row.append((level_column + 1, level2))
                if place < len(sides) and index < len(sides[place]):
                    row.extend((p + 1, token) for p, token in sides[place][index])
            if row:
                self.rows.append(sorted(row, key=lambda item: item[0]))

    # -- texts to columns

    def _fit(self, texts: list[Token], columns: list[int]) -> list[list[tuple[int, Token]]]:
        """Lay texts into rows of the text columns at the least cost: dynamic programming over text and column."""
        places = [place for place in columns if self.columns[place].role not in ("level1", "level2")]
        if not places or not texts:
            return []
        roles = [self.columns[place].role for place in places]
        width = len(roles)
        infinite = float("inf")
        cost = [[infinite] * width for _ in texts]
        trail = [[-1] * width for _ in texts]
        for index, token in enumerate(texts):
            for column in range(width):
                local = self._cost(token, roles[column])
                if index == 0:
                    cost[0][column] = local + _skipped(roles[:column])
                    continue
                same_line = token.line == texts[index - 1].line
                for before in range(width):
                    if before < column:
                        step = _skipped(roles[before + 1 : column])
                    else:
                        step = _skipped(roles[before + 1 :]) + _skipped(roles[:column]) + (0.8 if same_line else 0.0)
                    total = cost[index - 1][before] + step + local
                    if total < cost[index][column]:
                        cost[index][column], trail[index][column] = total, before
        last = min(range(width), key=lambda column: cost[-1][column] + _skipped(roles[column + 1 :]))
        assigned = [last]
        for index in range(len(texts) - 1, 0, -1):
            assigned.append(trail[index][assigned[-1]])
        assigned.reverse()
        rows: list[list[tuple[int, Token]]] = []
        for token, column in zip(texts, assigned):
            if not rows or places[column] <= rows[-1][-1][0]:
                rows.append([])
            rows[-1].append((places[column], token))
        return rows

    def _cost(self, token: Token, role: str) -> float:
        key = squash(token.text)
        quantity = _is_value(key)
        operator = operator_word(token.text) is not None
        if role == "operator":
            return 0.0 if operator else 4.0
        if role == "name":
            return (
                (1.6 if quantity else 0.0)
                + (2.0 if operator or len(key) < 2 else 0.0)
                + (0.8 if key in self.repeated else 0.0)
                + (0.5 if len(key) < 4 else 0.0)
            )
        if role == "value":
            return 0.0 if quantity else 0.5 + (2.0 if operator else 0.0) + (0.5 if len(key) > 14 else 0.0)
        if role == "unit":
            return 0.2 if len(key) <= 5 and not quantity and not operator else 3.0
        if role in ("score", "weight", "sequence", "gained"):
            return 0.0 if re.fullmatch(r"\d{1,3}(?:\.\d+)?[分%]?", key) else 4.0
        if role in ("previous", "interim", "actual"):
            return 0.3 if quantity else 1.2
        return (0.1 if key in self.repeated else 0.9) + (0.5 if quantity else 0.0)


#: What it costs to leave a column of a row empty; a row without a name is hardly one.
_EMPTY = {"name": 2.2, "value": 1.1, "operator": 0.5, "unit": 0.4, "score": 0.5, "weight": 0.5}


def _skipped(roles: Sequence[str]) -> float:
    return sum(_EMPTY.get(role, 0.3) for role in roles)


@lru_cache(maxsize=16384)
def _is_value(key: str) -> bool:
    if re.match(r"[≥≤><=＞＜＝]", key):
        return True
    if len(key) > 18:
        return False
    return bool(re.search(r"\d", key)) and (parse_quantity(key) is not None or parse_dates(key) is not None)

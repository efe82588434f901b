"""Amounts of a form that arrives cell by cell, where one row names the sources and the rows below it a side each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indicators.forms.fund_amounts import KIND_OF_FISCAL, parse_amount
from indicators.forms.pieces import Token
from indicators.text import squash
from indicators.vocabulary import is_sum

__all__ = ["crossed_funds", "other_side"]

#: The column of totals among the sources.
_HEAD = re.compile(r"[^\d]{0,6}(?:资金|经费|预算)[^\d]{0,8}")
#: Sources in a row at most, and characters of their longest label.
_MOST, _LONGEST = 9, 16
#: What stands for no amount: —, /.
_NOTHING = re.compile(r"\s*[-—–/]+\s*")


def crossed_funds(tokens: Sequence[Token], place: int) -> tuple[list[list[Token]], int] | None:
    """Return rows of label and amount pairs of amounts crossed with their sources, and the place behind them.

    资金情况 | 合计 | 财政拨款 | 其他资金 above 年度资金总额 | 12 | 10 | 2: each amount goes behind its source, a side
    after the other, as a form prints them that has a row a source.

    Parameters
    ----------
    tokens
        Cells of the form.
    place
        Of the word that heads the amounts, or of the first source.
    """
    head = [tokens[place]] if not is_sum(tokens[place].text) and _heads(tokens[place]) else []
    start = stop = place + len(head)
    while stop < len(tokens) and stop - start <= _MOST and _is_source(tokens, stop):
        stop += 1
    sources = tokens[start:stop]
    if not any(is_sum(source.text) for source in sources):
        return None
    if stop < len(tokens) and _names_source(tokens[stop]):
        below = _below_sources(head, tokens[start : stop + 1], tokens, stop + 1)
        if below is not None:
            return below
    if len(sources) < 2:
        return None
    sides: list[tuple[Token, Sequence[Token]]] = []
    while stop < len(tokens) and (label := tokens[stop]).item.fund is not None and label.item.fund[0] == "total":
        amounts = tokens[stop + 1 : stop + 1 + len(sources)]
        if len(amounts) < len(sources) or not all(map(_is_amount, amounts)):
            break
        sides.append((label, amounts))
        stop += 1 + len(sources)
    if not sides:
        return None
    rows = []
    for number, source in enumerate(sources):
        whole = is_sum(source.text)
        rows.append([part for label, amounts in sides for part in (label if whole else source, amounts[number])])
    rows.sort(key=lambda row: row[0] is not sides[0][0])
    return [[*head, *rows[0]], *rows[1:]], stop


def _below_sources(
    head: Sequence[Token], sources: Sequence[Token], tokens: Sequence[Token], place: int
) -> tuple[list[list[Token]], int] | None:
    """Return the pairs of sources with as many amounts behind them and none more: 合计 | 财政 | 其他 | 12 | 10 | 2."""
    stop = place + len(sources)
    amounts = tokens[place:stop]
    more = stop < len(tokens) and _is_amount(tokens[stop])
    if len(amounts) < len(sources) or more or not all(map(_is_amount, amounts)):
        return None
    return [[*head, sources[0], amounts[0]], *map(list, zip(sources[1:], amounts[1:]))], stop


def _is_amount(token: Token) -> bool:
    return parse_amount(token.text) is not None or _NOTHING.fullmatch(token.text) is not None


def _heads(token: Token) -> bool:
    return token.item.fund is None and token.item.field is None and _HEAD.fullmatch(squash(token.text)) is not None


def _is_source(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    return _names_source(token) and (place + 1 == len(tokens) or not _is_amount(tokens[place + 1]))


def _names_source(token: Token) -> bool:
    known = token.item.fund is not None or is_sum(token.text) or KIND_OF_FISCAL.search(token.text)
    return bool(known) and len(token.text) <= _LONGEST


def other_side(first: tuple[str, str | None] | None, second: tuple[str, str | None] | None) -> bool:
    """Whether two amounts are of one source and of different sides: 年度资金总额 | 项目资金总额."""
    if first is None or second is None or first[0] != second[0]:
        return False
    return first[1] is None or first[1] != second[1]

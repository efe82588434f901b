"""The columns of projects that a list prints left of the levels, where its header arrives cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.forms.body import Column
from indicators.forms.pieces import Token
from indicators.forms.rows import Meaning
from indicators.vocabulary import likely_fund, list_column

__all__ = ["list_columns", "shared_role"]

#: How many such columns there are, and how many of them may bear words nobody met (年度).
_FEWEST, _MOST, _MOST_UNKNOWN = 2, 10, 2
#: Characters of the longest head of a column.
_LONGEST = 16


def shared_role(text: str, item: Meaning) -> str | None:
    """Return what a column holds that is printed once a project: ``project``, ``goal``, ``funds`` or ``sequence``."""
    if item.header == "sequence":
        return "sequence"
    if item.field in ("project_name", "department", "implementing_unit", "department_name"):
        return "project"
    if (item.field or "").startswith("goal"):
        return "goal"
    if item.fund is not None or likely_fund(text) is not None:
        return "funds"
    return None


def list_columns(tokens: Sequence[Token], header: int) -> list[Column]:
    """Return the columns left of the levels, none where the cells before the header are no heads of a list.

    Parameters
    ----------
    tokens
        From the first head on, 项目名称, as far as the first cell below the header.
    header
        Where the heads of the levels, names and values begin.
    """
    heads = tokens[:header]
    body = next((token for token in tokens[header:] if token.item.header is None), None)
    if not _FEWEST <= len(heads) <= _MOST or body is None or body.item.level1 or body.item.level2:
        # A form goes on with its first level below the header, a list with the name of a project.
        return []
    line = [token for token in heads if token.line == tokens[header].line]
    if len(line) < len(heads) and any(list_column(token.text) for token in line):
        # 部门名称：甲局　金额单位：元 in the line above that of the heads.
        return []
    if not any(list_column(token.text) for token in heads) or any(len(token.text) > _LONGEST for token in heads):
        return []
    roles = [shared_role(token.text, token.item) for token in heads]
    unknown = sum(
        role is None and not token.item.label and not list_column(token.text) for role, token in zip(roles, heads)
    )
    if unknown > min(_MOST_UNKNOWN, len(heads) // 3) or not {"goal", "funds"} & set(roles):
        return []
    return [Column(role or "other", token) for role, token in zip(roles, heads)]

"""Fold Chinese text to a width of columns, as a typesetter would."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["columns_of", "cut", "fold"]

_TOKEN = re.compile(r"[\x21-\x7e]+|.", re.DOTALL)
_NOT_AT_START = set("，。、；：？！）》」』】”’…％,.;:?!)]}%·")
_NOT_AT_END = set("（《「『【“‘([{≥≤±")


def columns_of(text: str, *, paper: bool = False) -> int:
    """Return the width of a text: a Chinese character takes two columns.

    Parameters
    ----------
    paper
        Whether signs such as “ ” ≥ … take two as well, as Chinese fonts print them; terminals give them one.
    """
    wide = "WFA" if paper else "WF"
    return sum(1 + (unicodedata.east_asian_width(sign) in wide) for sign in text)


def cut(text: str, width: int) -> str:
    """Cut a text to ``width`` columns, with a mark where it was cut."""
    if columns_of(text) <= width:
        return text
    while text and columns_of(text) > width - 1:
        text = text[:-1]
    return text + "…"


def fold(text: str, width: int, *, paper: bool = False) -> str:
    """Return a text with line breaks so that no line is wider than ``width`` columns.

    Numbers and Latin words stay whole where they fit; no line begins with a closing sign or ends with an opening one.

    Parameters
    ----------
    width
        Columns of the screen, a Chinese character taking two; at least 4.
    paper
        See :func:`columns_of`.
    """
    width = max(4, width)
    return "\n".join(line for part in text.splitlines() for line in _lines(part, width, paper)) if text else ""


def _lines(text: str, width: int, paper: bool) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for token in _tokens(text, width):
        size = columns_of(token, paper=paper)
        if used + size > width and line:
            carried = _carried(line, token)
            lines.append("".join(line).rstrip())
            line, used = carried, sum(columns_of(item, paper=paper) for item in carried)
        if not line and token.isspace():
            continue
        line.append(token)
        used += size
    if line:
        lines.append("".join(line).rstrip())
    return lines


def _tokens(text: str, width: int) -> list[str]:
    """Split into what stays whole; a word wider than half a line is cut by characters."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        tokens.extend(token if len(token) * 2 > width else (token,))
    return tokens


def _carried(line: list[str], token: str) -> list[str]:
    """Take off the end of a full line what must stand with the next token."""
    carried: list[str] = []
    first = token
    while len(line) > 1 and len(carried) < 3 and (first[0] in _NOT_AT_START or line[-1][-1] in _NOT_AT_END):
        first = line.pop()
        carried.insert(0, first)
    return carried

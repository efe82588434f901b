"""What a page prints below the last indicator of a form."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indicators.forms.pieces import pieces
from indicators.forms.rows import Row, labelled_parts, meaning
from indicators.text import squash
from indicators.vocabulary import LEVEL2_ORDER

__all__ = ["FURNITURE", "behind_last", "below_last", "is_of_page", "is_signed", "signs"]

#: What stands below a form on a web page or closes it: never a cell of it.
FURNITURE = re.compile(
    r"^(?:附[件表]?\d*(?:[:：].*)?|名词解释.*|扫一扫.*|\[?(?:下载|打印|关闭|返回)\]?.*|分享.*|版权.*|上一篇.*|下一篇.*|相关(?:解读|链接|阅读).*|.{0,12}下载后.{0,12}|-?全部留言|备?注[:：].*|字号.*|来源[:：].*|表[一二三四五六七八九十\d]{1,3})$"
)
#: What a page prints below a form, whatever its words: a button, a file, a label with or without its text.
_OF_PAGE = re.compile(
    r"[\[【〖〔][^\[\]【】]{1,12}[\]】〗〕]|.{1,80}\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)|([^\d:：，。；]{2,8})[:：][^%％≥≤]*"
)
#: What labels speak of that belong to a form.
_OF_FORM = re.compile("指标|目标|绩效|资金|金额|其中|满意|^(?:货币|计量)?单位$")


def is_of_page(text: str) -> bool:
    """Whether a line below the last indicator belongs to the page: 【打印本页】, 主办：甲局, 目标表.xls.

    Parameters
    ----------
    text
        The line.
    """
    found = _OF_PAGE.fullmatch(squash(text))
    return found is not None and not (found[1] and (meaning(found[1]).label or _OF_FORM.search(found[1])))


#: The day on which a form was signed, alone in its line; who signed stands above it in words without a figure.
_DAY, _SIGNER = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日"), re.compile(r"[\u4e00-\u9fff（）()、]{4,40}")


def is_signed(text: str, below: str) -> bool:
    """Whether a line names who signed a form, right above the day.

    Parameters
    ----------
    text, below
        The line and the next one.
    """
    own = squash(text)
    return _DAY.fullmatch(squash(below)) is not None and bool(_SIGNER.fullmatch(own)) and not meaning(own).label


#: Labels behind which a form is signed, whoever signs.
_SIGNS = re.compile(r"[^:：，。；≥≤%％\d]{2,16}(?:签字|签章|签名|盖章|公章)[)）]?[:：].*")
_SIGN_FIELDS = {"leader", "handler", "contact_phone", "filled_on"}


def signs(text: str) -> bool:
    """Whether a text is a line of signatures: 学院（部门）负责人签字：, 联系人：甲 联系电话：…."""
    if _SIGNS.fullmatch(squash(text)):
        return True
    parts = labelled_parts(text)
    return bool(parts) and parts[0][0] in _SIGN_FIELDS


#: Characters of the longest label that is broken over two lines.
_LONGEST_LABEL = 16


def behind_last(text: str, before: int | None, above: str = "") -> int | None:
    """Return how many cells stand behind 满意度指标, the last category of all; ``None`` where another is the last.

    Parameters
    ----------
    text
        A line.
    before
        What was returned of the line above it.
    above
        The line above it, with which it may be one label: 服务对象满 / 意度指标.
    """
    for number, piece in enumerate(pieces(text, block=True)):
        label = meaning(piece).level2
        if label is None and not number and above and len(above) + len(piece) <= _LONGEST_LABEL:
            label = meaning(squash(above + piece)).level2
        if label is not None:
            before = 0 if label == LEVEL2_ORDER[-1] else None
        elif before is not None:
            before += 1
    return before


def below_last(rows: Sequence[Row], row: Row) -> bool:
    """Whether a row below the last category is the page's, or the head of what comes next: 项目 | 内容.

    Parameters
    ----------
    rows
        The rows of the form.
    row
        A row of a text, without a category of its own.
    """
    levels = (item.level2 for above in reversed(rows) for item in reversed(above.meanings) if item.level2)
    if row.table is None or row.table.grid != "ragged" or next(levels, None) != LEVEL2_ORDER[-1]:
        return False
    texts = [cell.text for cell in row.cells]
    if all(map(is_of_page, texts)):
        return True
    # A further row of the category on the next page holds a figure.
    figured = any(map(str.isdigit, "".join(texts)))
    return row.table is not rows[-1].table and (is_of_page(texts[0]) or not figured)

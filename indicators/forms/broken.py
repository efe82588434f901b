"""Whether a document ends in the midst of its last form: previews, copies and crawled pages break off anywhere.

What stands behind the break is not missing, only not seen: the form is doubtful, and rules that ask for what is not
there do not ask it (``ends`` in their files). Seen in lists of Sichuan and in previews of file sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from indicators.forms.ends import FURNITURE, is_of_page
from indicators.forms.rows import Row, meaning
from indicators.quantities import points_of
from indicators.records import CUT_OFF, Form, Indicator, Note
from indicators.text import squash

__all__ = ["broken_off"]

#: Rows with points above the last one from which it must have some too.
_LEAST_ROWS = 3
#: Points of a whole form, and the share of the points of another form below which rows are lost.
_WHOLE, _PART = range(90, 101), Decimal("0.75")
#: A value that ends so goes on.
_OPEN = tuple("≥≤><=＝＞＜（(、，,：:~～-—")


def broken_off(forms: Sequence[Form], rows: Sequence[Row], behind: Sequence[Row]) -> Form:
    """Return the last form of a document, with a doubt if the document ends before it does.

    Parameters
    ----------
    forms
        Of the document, in reading order; at least one.
    rows
        Of the last form.
    behind
        Rows of the document below it.
    """
    last = forms[-1]
    closed = rows[-1].table is not None and rows[-1].table.grid == "exact"
    texts = [squash(row.text).strip("|｜") for row in behind]
    labels = [text for text in texts if meaning(text).level1 or meaning(text).level2]
    if closed or not last.indicators or len(labels) + sum(map(_of_page, texts)) < len(texts):
        return last
    reason = _reason(last, forms[:-1], labels)
    if not reason or last.reading == "not understood":
        return last
    doubt = Note(code=CUT_OFF, message=f"文件到这里就结束了，{reason}，表可能没有收全", at=last.indicators[-1].at)
    return replace(last, reading="doubtful", doubts=(*last.doubts, doubt))


def _of_page(text: str) -> bool:
    return FURNITURE.match(text) is not None or is_of_page(text)


def _reason(form: Form, others: Sequence[Form], labels: Sequence[str]) -> str:
    """Return what shows that a form goes on behind the end of its document, ``""`` if nothing does."""
    if labels:
        return f"“{labels[0]}”后面没有内容"
    points = _points(form)
    if points in _WHOLE:
        return ""
    if _unfinished(form.indicators[-1], [item for item in form.indicators[:-1] if not item.empty]):
        return "最后一行不完整"
    whole = [sum_ for one in others if (sum_ := _points(one)) in _WHOLE]
    if points and whole and points <= _PART * min(whole):
        return f"各指标分值合计只有 {points.normalize():f}，其他表合计 {min(whole).normalize():f}"
    return ""


def _unfinished(last: Indicator, above: Sequence[Indicator]) -> bool:
    """Whether the last row stops short: in its value, or before a value or points that every row above has."""
    if last.empty:
        return False
    if squash(last.value).endswith(_OPEN):
        return True
    if not above or not all(item.name for item in above):
        return False
    if not last.value and all(item.value for item in above):
        return True
    pointed = all(points_of(item) is not None for item in above)
    return len(above) >= _LEAST_ROWS and pointed and points_of(last) is None


def _points(form: Form) -> Decimal:
    """Return the sum of the points printed with the indicators, 0 where one has none."""
    numbers = [points_of(item) for item in form.indicators if not item.empty]
    return sum((one for one in numbers if one is not None), Decimal(0)) if None not in numbers else Decimal(0)

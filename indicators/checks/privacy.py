"""What must not be published (family P)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from indicators.records import Extraction, Field, Form, Indicator, Line, Mark
from indicators.text import is_card, mask_numbers, mobile_numbers, squash

from .base import Hit, Lexicon, NotApplicable, check

__all__ = [
    "internal_mark_absent",
    "mobile_number_absent",
    "office_phone_absent",
    "personal_number_absent",
    "secret_wording_absent",
]


@check(scope="form")
def mobile_number_absent(form: Form) -> Iterator[Hit]:
    """Look for personal mobile numbers in every text of a form.

    Yields
    ------
    Hit
        At the first text with one, with ``phone`` (masked) and ``count``.
    """
    found: list[tuple[Field | Indicator, str]] = []
    for item in form.fields:
        if item.path != "filled_on":
            found.extend((item, number) for number in mobile_numbers(item.text))
    for indicator in form.indicators:
        found.extend((indicator, number) for number in mobile_numbers(f"{indicator.name} {indicator.value}"))
    if found:
        place, masked = found[0]  # the reader masks the cell 联系电话: what is masked was printed
        yield Hit(place, {"phone": masked, "count": len({number for _, number in found})}, key=masked)


_SHORT = 40
_IN_TITLE = re.compile(r"《[^》]*》")


@check(scope="document")
def internal_mark_absent(extraction: Extraction, *, marks: Lexicon) -> Iterator[Hit]:
    """Look for marks of internal versions: in watermarks, running heads, form titles and short lines.

    A word inside 《》 names another document, and in a long sentence it speaks of something else.

    Parameters
    ----------
    marks
        The marks, e.g. 送审稿.

    Yields
    ------
    Hit
        At the first place of each mark, with ``mark`` and ``count``.
    """
    places: dict[str, list[Mark | Line | Form]] = {}
    texts: list[tuple[Mark | Line | Form, str]] = [(item, item.text) for item in extraction.document.marks]
    texts += [(item, item.text) for item in extraction.document.lines if len(item.text) <= _SHORT]
    texts += [(form, form.title) for form in extraction.forms if form.title]
    for place, text in texts:
        word = marks.find(_IN_TITLE.sub("", squash(text)))
        if word:
            places.setdefault(word, []).append(place)
    for word, found in places.items():
        yield Hit(found[0], {"mark": word, "count": len(found)}, subject="document", key=word)


@check(scope="form")
def secret_wording_absent(form: Form, *, words: Lexicon, duties: Lexicon) -> Iterator[Hit]:
    """Look for wording that says the content is secret.

    Parameters
    ----------
    words
        Words of secrecy.
    duties
        Expressions that speak of secrecy as work or of what is not secret (保密工作, 非涉密).

    Yields
    ------
    Hit
        At the first text, with ``word`` and ``excerpt``.
    """
    for place, text in _texts(form):
        word = words.find(duties.without(squash(text)))
        if word:
            yield Hit(place, {"word": word, "excerpt": mask_numbers(text[:40])}, key=word)
            return


def _texts(form: Form) -> Iterator[tuple[Field | Indicator, str]]:
    for item in form.fields:
        if item.path not in ("contact_phone", "filled_on", "leader", "handler"):
            yield item, item.text
    for indicator in form.indicators:
        if not indicator.empty:
            yield indicator, f"{indicator.name} {indicator.value}"


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{16}[0-9Xx])(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9])(62[0-9]{14}(?:[0-9]{3})?)(?![0-9])")
_BANK_WORD = re.compile(r"账号|帐号|卡号|银行|开户|账户|帐户")
_PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}


def _is_identity(number: str) -> bool:
    if int(number[:2]) not in _PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number))
    return 1900 <= born.year <= 2030 and "10X98765432"[total % 11] == number[-1].upper()


@check(scope="document")
def personal_number_absent(extraction: Extraction) -> Iterator[Hit]:
    """Look for identity card and bank card numbers, proved by their check digit.

    A bank card number also needs the prefix 62 and a word such as 账号 before it.

    Yields
    ------
    Hit
        At the line or field, with ``kind`` and ``number`` (masked).
    """
    for place, text in _everything(extraction):
        if len(text) < 16:
            continue
        for match in _IDENTITY.finditer(text):
            if _is_identity(match.group(1)):
                yield _personal(place, "身份证号", match.group(1))
        for match in _CARD.finditer(text):
            before = text[max(0, match.start() - 24) : match.start()]
            if _BANK_WORD.search(before) and is_card(match.group(1)):
                yield _personal(place, "银行卡号", match.group(1))


def _everything(extraction: Extraction) -> Iterator[tuple[Line | Field | Indicator, str]]:
    for line in extraction.document.lines:
        yield line, line.text
    for table in extraction.document.tables:
        for cell in table.cells:
            if len(cell.text) >= 16:
                yield Line(text=cell.text, at=cell.at), cell.text


def _personal(place: Line | Field | Indicator, kind: str, number: str) -> Hit:
    masked = (
        f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"
        if kind == "银行卡号"
        else f"{number[:6]}********{number[-4:]}"
    )
    return Hit(place, {"kind": kind, "number": masked}, subject="document", key=masked)


_LANDLINE = re.compile(r"(?:电话|联系方式|热线)[:：]?\s*((?:0[0-9]{2,3}[-—－]?)?[2-8][0-9]{6,7})(?![0-9])")


@check(scope="form")
def office_phone_absent(form: Form) -> Iterator[Hit]:
    """Look for office telephone numbers.

    Yields
    ------
    Hit
        At the field.
    """
    phone = form.field("contact_phone")
    if phone is None:
        raise NotApplicable
    if phone.text and not mobile_numbers(phone.text) and re.search(r"[0-9*]{5,}", phone.text):
        yield Hit(phone, {"phone": re.sub(r"[0-9](?=[0-9]{2})", "*", phone.text)}, key="office")
        return
    for place, text in _texts(form):
        if _LANDLINE.search(text):
            yield Hit(place, {"phone": "固定电话"}, key="office-text")
            return

"""Text as a reader sees it, and keys for comparing it.

Nothing here knows of forms: characters, white space, masks and similarity only.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

__all__ = [
    "clean",
    "clean_space",
    "cleaned",
    "csv_text",
    "is_card",
    "is_phone",
    "join_lines",
    "mask_numbers",
    "mask_phone",
    "mobile_numbers",
    "one_line",
    "plain_cell",
    "printed",
    "squash",
    "strip_empty_unit",
]

# CJK Radicals Supplement without a compatibility decomposition: PDF text layers deliver these for the
# everyday character of the same shape (seen with WPS and Founder fonts).
_RADICALS = {
    "⺁": "厂", "⺄": "乙", "⺅": "亻", "⺆": "冂", "⺇": "几", "⺈": "刀", "⺉": "刂", "⺊": "卜", "⺋": "㔾",
    "⺌": "小", "⺍": "小", "⺎": "兀", "⺏": "尣", "⺐": "尢", "⺑": "尣", "⺒": "巳", "⺓": "幺", "⺔": "彑",
    "⺕": "彐", "⺖": "忄", "⺗": "心", "⺘": "扌", "⺙": "攵", "⺛": "旡", "⺜": "日", "⺝": "月", "⺞": "歺",
    "⺟": "母", "⺠": "民", "⺡": "氵", "⺢": "氺", "⺣": "灬", "⺤": "爫", "⺥": "爫", "⺦": "丬", "⺧": "牛",
    "⺨": "犭", "⺩": "王", "⺪": "疋", "⺫": "目", "⺬": "示", "⺭": "礻", "⺮": "竹", "⺯": "糹", "⺰": "纟",
    "⺱": "罓", "⺲": "罒", "⺳": "网", "⺴": "网", "⺵": "网", "⺶": "羊", "⺷": "羊", "⺸": "羋", "⺹": "耂",
    "⺺": "肀", "⺻": "聿", "⺼": "肉", "⺽": "臼", "⺾": "艹", "⺿": "艹", "⻀": "艹", "⻁": "虎", "⻂": "衤",
    "⻃": "覀", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角", "⻈": "讠", "⻉": "贝", "⻊": "足", "⻋": "车",
    "⻌": "辶", "⻍": "辶", "⻎": "辶", "⻏": "阝", "⻐": "钅", "⻑": "長", "⻒": "镸", "⻓": "长", "⻔": "门",
    "⻕": "阜", "⻖": "阝", "⻗": "雨", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食",
    "⻞": "食", "⻟": "飠", "⻠": "饣", "⻡": "首", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟",
    "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻪": "黾", "⻫": "斉", "⻬": "齐", "⻭": "歯", "⻮": "齿", "⻯": "竜",
    "⻰": "龙", "⻱": "龜", "⻲": "亀", "⻳": "龟",
}  # fmt: skip


def _look_alikes() -> dict[int, str]:
    table: dict[int, str] = {}
    ranges = ((0x2E80, 0x2FD5), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0x2F800, 0x2FA1F))
    for first, last in ranges:
        for code in range(first, last + 1):
            seen = unicodedata.normalize("NFKC", chr(code))
            if seen != chr(code):
                table[code] = seen
    table.update({ord(key): value for key, value in _RADICALS.items()})
    table.update(
        {
            0x2015: "—",
            0x0002: "-",  # pdfium's mark for a hyphen at a line end
            0x00AD: "",
            0x200B: "",
            0x200C: "",
            0x200D: "",
            0x2060: "",
            0xFEFF: "",
            0x00A0: " ",
            0x202F: " ",
            0x2007: " ",
        }
    )
    return table


_PRINTED = _look_alikes()
_NEEDS_MAPPING = re.compile(
    "[\u0002\u00a0\u00ad\u200b-\u200d\u2007\u2015\u202f\u2060\u2e80-\u2fd5\uf900-\ufaff\ufe30-\ufe4f\ufeff\U0002f800-\U0002fa1f]"
)


def printed(text: str) -> str:
    """Return the characters a reader sees in place of look-alike code points.

    Kangxi and CJK radicals, compatibility ideographs, vertical forms, U+2015, soft hyphens, zero-width
    characters and pdfium's U+0002 are mapped; full-width forms and signs such as ㎡ stay as printed.
    """
    return text.translate(_PRINTED) if _NEEDS_MAPPING.search(text) else text


_SPACE = re.compile(r"\s+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2010-\u2027≥≤"
_LAYOUT_SPACE = re.compile(rf"(?<=[{_WIDE}])[ \t\u3000]*\n[ \t\u3000]*|[ \t\u3000]*\n[ \t\u3000]*(?=[{_WIDE}])")


def clean_space(text: str) -> str:
    """Join the line breaks of a cell that only come from its width.

    No blank is left between Chinese characters; one blank is kept between Latin words.
    """
    text = text.strip()
    if "\n" not in text and "\r" not in text:
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LAYOUT_SPACE.sub("", text).replace("\n", " ")


def join_lines(parts: Iterable[str]) -> str:
    """Join the printed lines of one cell or paragraph."""
    return clean_space("\n".join(part for part in parts if part.strip()))


@lru_cache(maxsize=65536)
def squash(text: str) -> str:
    """Return a key for comparison: NFKC, no white space. Never shown to a user."""
    if text.isascii() and " " not in text and "\t" not in text and "\n" not in text:
        return text
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


_EMPTY_UNIT = re.compile(r"(?<=[^\s有])无$")


def strip_empty_unit(value: str) -> str:
    """Drop the 无 that the export system glues to a value whose unit is empty (及时无 -> 及时)."""
    return _EMPTY_UNIT.sub("", value) if value.endswith("无") else value


# Personal numbers as people write them, once flattened: groups set off by hyphens, points, blanks; +86 and 0 in front.
_GAP = "[-./_* ]{0,3}"
_NOT_INSIDE = r"(?<![0-9])(?<![0-9]\.)"
_ENDS = r"(?!\.?[0-9])"
_PHONE = re.compile(
    rf"{_NOT_INSIDE}(?:\+?86{_GAP}|\(\+?86\){_GAP}|0{_GAP})?(?P<number>1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}){_ENDS}"
)
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z])(?P<number>[1-9][0-9]{{5}}{_GAP}(?:1[89]|20)[0-9]{{2}}"
    rf"{_GAP}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]){_GAP}[0-9]{{3}}[0-9Xx])(?![0-9A-Za-z])"
)
_CARD = re.compile(rf"{_NOT_INSIDE}(?P<number>[0-9]{{4}}(?:{_GAP}[0-9]{{4}}){{2,3}}{_GAP}[0-9]{{1,7}}){_ENDS}")
#: Digit by digit, the same gap between all of them.
_SINGLY = re.compile(
    rf"{_NOT_INSIDE}(?P<number>[0-9](?P<gap>[-./_* ]{{1,3}})[0-9](?:(?P=gap)[0-9Xx]){{9,17}})(?!(?P=gap)?[0-9])"
)
_ACCOUNT = re.compile("账号|帐号|卡号|账户|帐户|开户")
_BEFORE = 24
#: Numerals said one by one, raised and circled digits; eleven in a row are a number, one alone may mark a list.
_SAID = "零〇幺一二三四五六七八九⓪①②③④⑤⑥⑦⑧⑨⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_SPOKEN = re.compile(f"[{_SAID}]{{11,}}")
_TO_DIGITS = str.maketrans(_SAID, "001123456789" + "0123456789" * 3)
#: Eleven digits of any script with nothing but signs between them: only such texts are looked at closely.
_MANY = re.compile(rf"\d(?:[\W_]{{0,4}}\d){{10}}|[{_SAID}]{{11}}")


def mask_numbers(text: str) -> str:
    """Mask every personal number inside a running text, however it is written.

    Mobile numbers become ``138****1234``, identity numbers ``110101********1234``; bank numbers, known by their check
    digit or a word such as 账号 before them, ``6222********1234``. Digits of any script and said in words count, and
    what stands between them unseen does not.
    """
    if not _MANY.search(text):
        return text
    for pattern in (_IDENTITY, _PHONE, _CARD, _SINGLY):
        flat, places = _flattened(text)
        done, parts = 0, []
        for found in pattern.finditer(flat):
            shown = _masked(found)
            if shown:
                parts += [text[done : places[found.start()]], shown]
                done = places[found.end() - 1] + 1
        text = "".join((*parts, text[done:])) if parts else text
    return text


def _flattened(text: str) -> tuple[str, list[int]]:
    """Return a text as its numbers are dialled, and where each of its signs stands: plain digits, nothing unseen."""
    text = _SPOKEN.sub(lambda found: found[0].translate(_TO_DIGITS), text)
    flat, places = [], []
    for place, sign in enumerate(text):
        if not sign.isascii():
            sign = _flat(sign)
        elif sign < " ":
            sign = " " if sign == "\t" else sign if sign in "\r\n" else ""
        if sign:
            flat.append(sign)
            places.append(place)
    return "".join(flat), places


@lru_cache(maxsize=4096)
def _flat(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Mn", "Me", "Cc"):
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind in ("Zs", "Pd") or sign in "−·•・":
        return " " if kind == "Zs" else "-"
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 and not plain.isdigit() else sign


def _masked(found: re.Match[str]) -> str:
    """Return what is shown for a number that was found, ``""`` where it is none of a person."""
    number = re.sub("[^0-9Xx]", "", found["number"])
    if re.fullmatch("1[3-9][0-9]{9}", number):
        return f"{number[:3]}****{number[-4:]}"
    if found.re is _IDENTITY or (found.re is _SINGLY and _IDENTITY.fullmatch(number)):
        return f"{number[:6]}********{number[-4:]}"
    before = found.string[max(0, found.start() - _BEFORE) : found.start()]
    card = number.startswith("62") and 16 <= len(number) <= 19 and number.isdigit() and is_card(number)
    if not card and not _ACCOUNT.search(before):
        return ""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def is_card(number: str) -> bool:
    """Whether the check digit of a bank card number is right (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_MASKED_MOBILE = re.compile(r"(?<![0-9*])1[3-9][0-9]\*{4}[0-9]{4}(?![0-9*])")


def mobile_numbers(text: str) -> list[str]:
    """Return the mobile numbers in a text, masked; also those that were masked before."""
    return _MASKED_MOBILE.findall(mask_numbers(text))


# XML 1.0 cannot hold these, a terminal would obey some, and right-to-left marks reorder what a reader sees.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# Full-width signs too: some spreadsheets read them as the plain ones.
_FORMULA_START = "=+-@\t\r\n＝＋－＠"


def clean(text: str) -> str:
    """Return text as whatever leaves may show it: personal numbers masked, no control characters.

    This is the one door: every report, table, store, log and message goes through it.
    """
    return _UNPRINTABLE.sub("", mask_numbers(text))


def cleaned(value: Any) -> Any:
    """Return a value with every text in it, keys of mappings aside, as :func:`clean` gives it."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value


def one_line(text: str) -> str:
    """Return text as :func:`clean` does, on one line: a file name must not write lines of its own into a log."""
    return _SPACE.sub(" ", clean(text))


def plain_cell(text: str) -> str:
    """Keep a spreadsheet that opens a CSV from reading document text as a formula."""
    return f"'{text}" if text and text.lstrip(" \u3000\u00a0")[:1] in _FORMULA_START else text


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as a CSV that Excel and WPS open as UTF-8; text cleaned and never a formula, numbers as they are."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return out.getvalue()


def _csv_value(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return plain_cell(clean(value)) if isinstance(value, str) else value


def is_phone(text: str) -> str | None:
    """Say whether a 联系电话 cell holds a ``mobile`` or a ``landline`` number, else ``None``."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"(?:86|0)?1[3-9][0-9]{9}", digits):
        return "mobile"
    if 7 <= len(digits) <= 12:
        return "landline"
    return None


def mask_phone(text: str) -> str:
    """Mask a phone cell, keeping the first three and last four digits of a mobile number.

    A land line keeps its last two digits only.
    """
    kind = is_phone(text)
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text))
    if kind == "mobile":
        return f"{digits[-11:-8]}****{digits[-4:]}"
    if kind == "landline":
        return "*" * (len(digits) - 2) + digits[-2:]
    return mask_numbers(text) if not digits else "已填"

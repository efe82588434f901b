"""Why an indicator got its level: one plain sentence, every part of which can be checked on the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.corpus import REASONS
from indicators.classify.features import Row
from indicators.classify.lexicon import Lexicon
from indicators.classify.marks import Marks
from indicators.classify.patterns import BIT, KINDS, has_placeholder, oddness
from indicators.classify.segment import LONGEST_TEXT
from indicators.errors import PackError
from indicators.quantities import parse_dates, unit_kind
from indicators.text import one_line

__all__ = ["Explainer", "read_reasons", "stands"]

_SHORT = 16
_FIGURE = re.compile("[0-9一二两三四五六七八九十百千万半]")
_PERIOD = re.compile("[年月日季周天期]|时$")
_PLAIN_WORDS = re.compile("[\u4e00-\u9fff0-9A-Za-z]")
_LEVELS = ("无效", "方向空泛", "定性可核", "量化可核")

_SECTIONS: dict[str, tuple[str, ...]] = {
    "standard": ("standard", "named-document"),
    "state": ("state", "yes", "event"),
    "yes-no": ("no-event", "zero", "compare", "yes", "ask"),
    "direction": ("direction", "gradual"),
    "adjective": ("adjective", "gradual"),
    "timely": ("timely",),
    "withheld": ("withheld",),
}
"""Reason codes that rest on a word, and the kinds of words."""
_MASK = {code: sum(BIT[section] for section in sections) for code, sections in _SECTIONS.items()}
_UNCOUNTED = BIT["abstract"] | BIT["direction"] | BIT["loss"] | BIT["gradual"] | BIT["adjective"]


def read_reasons(path: Path) -> dict[str, str]:
    """Read ``reasons.tsv``: ``reason:code`` or ``level``, a tab, its wording; ``#`` begins a comment.

    Raises
    ------
    PackError
        If it cannot be read or lacks the wording of a reason code.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        words = dict(line.split("\t", 1) for line in lines if line.strip() and not line.startswith("#"))
    except (OSError, ValueError) as error:
        raise PackError("原因说明无法读取", where=str(path), why=str(error), remedy="恢复随软件提供的模型包") from error
    missing = [key for key in (*(f"reason:{code}" for code in REASONS), "level") if key not in words]
    if missing:
        raise PackError("原因说明不全", where=str(path), why="缺少 " + "、".join(missing), remedy="补齐后重新训练")
    return words


def _figure(name: Marks, value: Marks) -> bool:
    return value.quantity is not None or _FIGURE.search(value.text) is not None or name.quantity is not None


def _amount(name: Marks, value: Marks) -> bool:
    return _figure(name, value) and any(sign in value.text + name.text for sign in "元万亿价费金款资本薪")


def _ratio(name: Marks, value: Marks) -> bool:
    return _figure(name, value) and any(sign in value.text + name.text for sign in "%‰率比成倍分度")


def _date(name: Marks, value: Marks) -> bool:
    quantity = value.quantity
    timed = quantity is not None and unit_kind(quantity.unit) in {"time", "bare"}
    return timed or parse_dates(value.text) is not None or KINDS[value.kind] == "feast"


def _coarse(name: Marks, value: Marks) -> bool:
    return bool(value.present & (BIT["coarse"] | BIT["cycle"])) or _PERIOD.search(value.text) is not None


def _category(name: Marks, value: Marks) -> bool:
    return bool(name.exact & BIT["category"])


def _repeats(name: Marks, value: Marks) -> bool:
    return value.text in name.text or name.text in value.text or set(value.text) <= set(name.text)


def _mismatch(name: Marks, value: Marks) -> bool:
    return value.text not in name.text


def _placeholder(name: Marks, value: Marks) -> bool:
    return (
        bool(value.present & BIT["placeholder"]) or has_placeholder(value.text) or not _PLAIN_WORDS.search(value.text)
    )


def _garbled(name: Marks, value: Marks) -> bool:
    return any(oddness(text, max(len(text), 1)) > 0 for text in (name.text, value.text))


_CHECKS: dict[str, Callable[[Marks, Marks], bool]] = {
    "quantity": _figure,
    "amount": _amount,
    "ratio": _ratio,
    "date": _date,
    "coarse-period": _coarse,
    "category-name": _category,
    "repeats-name": _repeats,
    "mismatch": _mismatch,
    "placeholder": _placeholder,
    "garbled": _garbled,
}
"""What must hold of a row for the other codes."""


def _word(marks: Marks, mask: int, lexicon: Lexicon, *, last: bool = False) -> str:
    found = lexicon.words(marks.text, mask) if marks.present & mask else []
    return found[-1 if last else 0] if found else ""


def stands(code: str, name: Marks, value: Marks, lexicon: Lexicon) -> str | None:
    """Say whether a reason holds of a row.

    Parameters
    ----------
    code
        A reason code of the guideline.
    name, value
        Marks of the row.
    lexicon
        The words of the pack.

    Returns
    -------
    str or None
        The word of the row it rests on, ``""`` if it rests on no single word, ``None`` if it does not hold.
    """
    if code == "pseudo":
        if value.quantity is None:
            return None
        return _word(name, _UNCOUNTED, lexicon, last=True) or _word(value, _UNCOUNTED, lexicon) or None
    if code in _MASK:
        if code in {"direction", "adjective", "timely"} and value.quantity is not None:
            return None
        return _word(value, _MASK[code], lexicon) or _word(name, _MASK[code], lexicon) or None
    return "" if _CHECKS[code](name, value) else None


class Explainer:
    """Says in one sentence what decided a level.

    Parameters
    ----------
    words
        Wording by reason code.
    classes
        Reason codes in the order of the linear model.
    lexicon
        The words of the pack.
    """

    def __init__(self, words: dict[str, str], classes: Sequence[str], lexicon: Lexicon) -> None:
        self.words = words
        self.pieces = {key: [piece[:2] for piece in Formatter().parse(wording)] for key, wording in words.items()}
        self.classes = tuple(classes)
        self.lexicon = lexicon
        self.level_of = np.asarray([REASONS[code] for code in classes])

    def explain(
        self,
        rows: Sequence[Row],
        marks: Sequence[tuple[Marks, Marks]],
        reasons: NDArray[Any],
        levels: NDArray[Any],
    ) -> list[tuple[str, ...]]:
        """Word the reason of each row: the likeliest code of its level that holds of the row."""
        own = np.where(self.level_of[None, :] == levels[:, None], reasons, -1.0)
        found = []
        for row, (name, value), best, chances, level in zip(
            rows, marks, own.argmax(axis=1).tolist(), own, levels.tolist(), strict=True
        ):
            why = [self._sentence(name, value, best, chances, level)]
            if len(row[2]) > LONGEST_TEXT or len(row[1]) > LONGEST_TEXT:
                why.append(f"内容过长，只判读前{LONGEST_TEXT}字")
            found.append(tuple(why))
        return found

    def _sentence(self, name: Marks, value: Marks, best: int, chances: NDArray[Any], level: int) -> str:
        if not value.text:
            return "指标值空白"
        if not name.text:
            return "指标名空白"
        code = self.classes[best]
        word = stands(code, name, value, self.lexicon) if REASONS[code] == level else None
        if word is None:
            code, word = self._next(name, value, chances, level)
        told = {"word": word, "level": _LEVELS[level], "name": name.text, "value": value.text}
        pieces = self.pieces[f"reason:{code}" if code else "level"]
        return "".join([before + (_cut(one_line(told[field])) if field else "") for before, field in pieces])

    def _next(self, name: Marks, value: Marks, chances: NDArray[Any], level: int) -> tuple[str, str]:
        """Return the likeliest code of the level that holds of the row and its word; empty if none does."""
        for index in np.argsort(-chances).tolist():
            code = self.classes[index]
            if REASONS[code] == level:
                word = stands(code, name, value, self.lexicon)
                if word is not None:
                    return code, word
        return "", ""


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"

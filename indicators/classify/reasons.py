"""Why an indicator got its level, in words a clerk reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.component import Marks
from indicators.classify.corpus import REASONS
from indicators.classify.features import DENSE, Row
from indicators.classify.tokens import LONGEST_TEXT
from indicators.errors import PackError

__all__ = ["Explainer", "read_reasons"]

_SHORT = 16
_LEAST = 0.15
_MOST = 3


def read_reasons(path: Path) -> dict[str, str]:
    """Read ``reasons.tsv``: a feature or ``reason:code``, a tab, its wording; ``#`` begins a comment.

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
    missing = [code for code in REASONS if f"reason:{code}" not in words]
    if missing:
        raise PackError("原因说明不全", where=str(path), why="缺少 " + "、".join(missing), remedy="补齐后重新训练")
    return words


class Explainer:
    """Names what moved a score.

    Parameters
    ----------
    words
        Wording by feature and by reason code.
    classes
        Reason codes in the order of the linear model.
    weights
        Its weights on the dense block, ``(len(DENSE), classes)``.
    """

    def __init__(self, words: dict[str, str], classes: Sequence[str], weights: NDArray[Any]) -> None:
        self.main = [words[f"reason:{code}"] for code in classes]
        self.level_of = np.asarray([REASONS[code] for code in classes])
        named = [(index, words[feature]) for index, feature in enumerate(DENSE) if feature in words]
        self.columns = np.asarray([index for index, _ in named], dtype=np.int64)
        self.phrases = [phrase for _, phrase in named]
        self.weights = weights[self.columns]

    def explain(
        self,
        rows: Sequence[Row],
        marks: Sequence[tuple[Marks, Marks]],
        dense: NDArray[Any],
        reasons: NDArray[Any],
        levels: NDArray[Any],
    ) -> list[tuple[str, ...]]:
        """Word two or three reasons for each row.

        The first says what the indicator is taken for; the others name the features whose weight pulled most
        towards the level and away from the likeliest code of another one.
        """
        own = np.where(self.level_of[None, :] == levels[:, None], reasons, -1.0).argmax(axis=1)
        other = np.where(self.level_of[None, :] != levels[:, None], reasons, -1.0).argmax(axis=1)
        pull = dense[:, self.columns] * (self.weights.T[own] - self.weights.T[other])
        order = np.argsort(-pull, axis=1)[:, : 2 * _MOST]
        top = np.take_along_axis(pull, order, axis=1)
        found = []
        for index, (row, pair) in enumerate(zip(rows, marks, strict=True)):
            why = [_main(self.main[own[index]], row, pair)]
            for column, strength in zip(order[index].tolist(), top[index].tolist(), strict=True):
                if len(why) >= _MOST or (strength < _LEAST and len(why) >= 2) or strength <= 0:
                    break
                phrase = self.phrases[column]
                # The first reason quotes the text, and may say the same before the quotation.
                if phrase not in why and not why[0].startswith(phrase):
                    why.append(phrase)
            if len(row[2]) > LONGEST_TEXT or len(row[1]) > LONGEST_TEXT:
                why[-1 if len(why) == _MOST else len(why) :] = [f"内容过长，只判读前{LONGEST_TEXT}字"]
            found.append(tuple(why))
        return found


def _main(phrase: str, row: Row, marks: tuple[Marks, Marks]) -> str:
    name, value = marks
    if not value.text:
        return "指标值空白"
    if not name.text:
        return "指标名空白"
    return phrase.format(name=_cut(name.text), value=_cut(value.text))


def _cut(text: str) -> str:
    text = text.replace("{", "(").replace("}", ")")
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"

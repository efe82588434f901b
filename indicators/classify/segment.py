"""Cut names and values into words by jieba's most probable route, over a dictionary that is plain data.

The dictionary is jieba's (see ``tokens.private_jieba``); the model pack carries it as two arrays, so that a check
needs neither jieba's start-up nor spaCy. Tests compare the words with those of jieba itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["LONGEST_TEXT", "Segmenter"]

LONGEST_TEXT = 400
"""Characters of a text that are looked at; a longer cell is prose or damage."""

_PARTS = re.compile("[0-9０-９][0-9０-９.,，．]*|[A-Za-z]+|[\u4e00-\u9fff]+|\n|[^\\S\n]+|.", re.DOTALL)


class Segmenter:
    """Numbers, Latin words, signs, and Chinese words by the most probable route.

    Parameters
    ----------
    scores
        Logarithm of the frequency of each word; 0 marks a mere beginning of longer words.
    total
        Logarithm of the sum of all frequencies.
    """

    def __init__(self, scores: Mapping[str, float], total: float) -> None:
        self.scores = scores
        self.total = total

    def words(self, text: str) -> list[str]:
        """Cut a text into words; joined again they are the text."""
        words: list[str] = []
        for part in _PARTS.findall(text):
            if len(part) > 1 and "\u4e00" <= part[0] <= "\u9fff":
                words += self._cut(part)
            else:
                words.append(part)
        return words

    def _cut(self, text: str) -> list[str]:
        """Follow the route of ``jieba.Tokenizer.cut(text, HMM=False)``, with logarithms taken once."""
        scores, total = self.scores.get, self.total
        size = len(text)
        best = [0.0] * (size + 1)
        ends = [0] * size
        for start in range(size - 1, -1, -1):
            top, end_of_top = -1e300, start + 1
            end = start + 1
            piece = text[start]
            score = scores(piece)
            while score is not None:
                # A score of zero marks a mere beginning of longer words; single characters may always stand.
                if score or end == start + 1:
                    value = score - total + best[end]
                    if value >= top:
                        top, end_of_top = value, end
                if end >= size:
                    break
                end += 1
                piece = text[start:end]
                score = scores(piece)
            best[start] = top if top > -1e299 else best[start + 1] - total
            ends[start] = end_of_top
        words = []
        start = 0
        while start < size:
            words.append(text[start : ends[start]])
            start = ends[start]
        return words

"""The words at the head of an indicator name, as ``rules/lexicons/heads.txt`` lists them.

The rules read from them which way is better, the classifier what can be counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["HeadWord", "head_words"]


class HeadWord(NamedTuple):
    """One word of the list.

    Parameters
    ----------
    word
        As names print it.
    role
        ``measure`` (how it is counted), ``stem`` (what is counted), ``event`` (a stem only before 发生率 and kin),
        ``onset`` or ``close`` (first or last character of a stem of something that went wrong), ``rule`` (a stem that
        only the rules know).
    kind
        Of a measure or stem; the head of the file names them.
    polarity
        ``+`` the more the better, ``-`` the less the better, ``0`` by itself neither.
    countable
        Whether two people work out the same figure on it.
    """

    word: str
    role: str
    kind: str
    polarity: str
    countable: bool


def head_words(lines: Iterable[str]) -> Iterator[HeadWord]:
    """Read lines ``WORDS = ROLE KIND POLARITY COUNTABLE`` without comments, a word at a time."""
    for line in lines:
        words, _, meaning = line.partition("=")
        role, kind, polarity, countable = meaning.split()
        for word in words.split():
            yield HeadWord(word, role, kind, polarity, countable == "yes")

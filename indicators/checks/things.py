"""What a name speaks of, without what is done to it and how it is counted: names compared as sets of meanings."""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.vocabulary.heads import head_words

from .base import Lexicon, pairs, plain

__all__ = ["of_one_thing", "things", "whose_cut"]

#: Whose year or period a name says it is of, and that it is all of it.
_WHOSE = re.compile(
    "^(?:(?:年度|本年度?|当年|今年|每年|年(?!均|龄)|20[0-9]{2}年度?|实施期内?|[一二两三四五]年|累计|全部|合计|总计|整体)(?=.{3}))+"
)
#: Kinds of words of work in the list of heads: what is done, what somebody keeps a record of.
_WORK = ("output", "act")
#: The work itself, and all of it.
_ALL_OF_IT = ("任务", "总")
#: A single character is part of too many other words.
_SHORTEST = 2


def whose_cut(name: str) -> str:
    """Return a name for comparing, without whose year or period it says it is of: 年度任务量, 累计任务量."""
    return _WHOSE.sub("", plain(name))


@lru_cache(maxsize=8)
def _general(heads: Lexicon, others: tuple[Lexicon, ...]) -> re.Pattern[str]:
    """Return a pattern of the words that name no thing: work done, ways of counting, nouns that are too general."""
    counted = (row.word for row in head_words(heads.words) if row.role == "measure" or row.kind in _WORK)
    listed = (word for lexicon in others for word in lexicon.words)
    words = {word for word in (*counted, *listed) if len(word) >= _SHORTEST} | set(_ALL_OF_IT)
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join((*map(re.escape, longest_first), "[率数量度额]$")))


def things(name: str, heads: Lexicon, *others: Lexicon) -> frozenset[str]:
    """Return the pairs of neighbouring characters of what a name speaks of.

    Parameters
    ----------
    name
        As printed.
    heads
        Kinds of names: ways of counting and work done name no thing.
    others
        More words that name none: what is too general, what stands between a noun and its number.

    Returns
    -------
    frozenset of str
        Empty where a name only says that the work is done (年度任务完成时间): it may be of anything.
    """
    rest = _general(heads, others).split(whose_cut(name))
    return frozenset().union(*map(pairs, rest))


def of_one_thing(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names speak of one thing, in whatever order: 修缮文物保护单位 and 文物保护单位修缮数量.

    What speaks of the whole work has everything as its part.
    """
    if not one or not other:
        return True
    return 3 * len(one & other) >= 2 * min(len(one), len(other))

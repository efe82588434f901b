"""What a text must hold to be a label at all, drawn from the patterns of the labels themselves.

Most texts that are asked whether they are a label are none, and hold no word of one. A pattern that is made of words
names them: 负责人 or 责任人 or 领导 stands in whatever the pattern of the leader matches. Looking for one of those words
first spares the patterns, and as the words are drawn from the patterns there is no second list to keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from indicators.text import squash

__all__ = ["any_of", "either", "least_length", "may_hold", "may_hold_several", "words_of"]

#: Members of a class that are told apart; a larger one says nothing.
_MOST_MEMBERS = 40


def any_of(patterns: Iterable[re.Pattern[str]], *others: str) -> re.Pattern[str]:
    """Return a pattern that is found in every text in which one of the patterns is, or which holds one of the others.

    Raises
    ------
    ValueError
        If a pattern matches texts that have no word in common, so that nothing can be looked for.
    """
    words = set(others)
    for pattern in patterns:
        found = words_of(pattern)
        if not found:
            raise ValueError(f"no word stands in all matches of {pattern.pattern}")
        words |= found
    # What holds a longer word holds the shorter one in it.
    least = {word for word in words if not any(other in word for other in words - {word})}
    return re.compile("|".join(map(re.escape, sorted(least))))


def either(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """Return a pattern that matches as a whole what one of the patterns does: most texts are told by it to be none."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns))


#: Brackets around a remark, which is taken off and may stand within a word.
_REMARK = re.compile(r"[(\[【<]")


def may_hold(word: re.Pattern[str], key: str) -> bool:
    """Whether a part of a text without blanks may be a label one of whose words a pattern of :func:`any_of` finds."""
    return word.search(key) is not None or _REMARK.search(key) is not None


def may_hold_several(word: re.Pattern[str], key: str) -> bool:
    """Whether two parts of a text without blanks may be such labels."""
    return len(word.findall(key)) > 1 or _REMARK.search(key) is not None


def least_length(word: re.Pattern[str], text: str) -> int:
    """Return how many characters from its first on a text must have to be such a label, 0 where no part of it is one.

    What stands in brackets may be taken off and blanks do not count, so that little is known of a text with them.
    """
    key = squash(text)
    if key != text or _REMARK.search(key) is not None:
        return 1 if may_hold(word, key) else 0
    found = word.search(key)
    return found.end() if found is not None else 0


def words_of(pattern: re.Pattern[str]) -> frozenset[str]:
    """Return words one of which stands in whatever a pattern matches; none where no such words are known."""
    return _of_sequence(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))


def _of_sequence(items: Iterable[Any]) -> frozenset[str]:
    """Return the most telling words among those of the parts that stand one after the other."""
    found: list[frozenset[str]] = []
    run = ""
    for code, value in [*items, (codes.ANY, None)]:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if run:
            found.append(frozenset({run}))
            run = ""
        found.append(_of_part(code, value))
    return max(found, key=_telling, default=frozenset())


def _of_part(code: Any, value: Any) -> frozenset[str]:
    if code is codes.BRANCH:
        choices = [_of_sequence(choice) for choice in value[1]]
        return frozenset().union(*choices) if all(choices) else frozenset()
    if code is codes.SUBPATTERN:
        return _of_sequence(value[-1])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] > 0:
        return _of_sequence(value[2])
    if code is codes.IN and all(one in (codes.LITERAL, codes.RANGE) for one, _ in value):
        spans = [(member, member) if one is codes.LITERAL else member for one, member in value]
        if sum(last - first + 1 for first, last in spans) <= _MOST_MEMBERS:
            return frozenset(chr(place) for first, last in spans for place in range(first, last + 1))
    return frozenset()


def _telling(words: frozenset[str]) -> tuple[bool, int, int]:
    """Long words tell more than short ones, few more than many."""
    return bool(words), min(map(len, words), default=0), -len(words)

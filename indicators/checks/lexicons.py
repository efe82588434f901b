"""Word lists of a rule pack, compiled to one longest-first matcher each.

A lexicon is a text file ``lexicons/NAME.txt``: one entry a line, ``#`` starts a comment, blank lines are skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Lexicon"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A named set of words.

    Parameters
    ----------
    name
        File name without ending.
    words
        Entries, longest first, without duplicates.
    """

    name: str
    words: tuple[str, ...]
    _pattern: re.Pattern[str] = field(repr=False, compare=False)
    _members: frozenset[str] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, name: str, text: str) -> Lexicon:
        """Build a lexicon from the text of its file."""
        stripped = (line.split("#", 1)[0].strip() for line in text.splitlines())
        words = tuple(sorted({word for word in stripped if word}, key=lambda word: (-len(word), word)))
        # Longest first, so that 逐步提高 is found before 提高; an empty list must match nothing.
        pattern = re.compile("|".join(map(re.escape, words)) if words else r"(?!)")
        return cls(name, words, pattern, frozenset(words))

    def __hash__(self) -> int:
        # By name: checks cache by lexicon, and hashing a thousand words each time costs more than they save.
        return hash(self.name)

    def __contains__(self, text: object) -> bool:
        """Whether the whole of ``text`` is an entry."""
        return text in self._members

    def find(self, text: str) -> str:
        """Return the first, longest entry that occurs in ``text``, ``""`` if none does."""
        match = self._pattern.search(text)
        return match.group() if match else ""

    def found(self, text: str) -> tuple[str, ...]:
        """Return every entry that occurs in ``text``, without overlaps, in order."""
        return tuple(self._pattern.findall(text))

    def without(self, text: str) -> str:
        """Return ``text`` with every entry cut out; what is left decides whether there was more than them."""
        return self._pattern.sub("", text)

    def consists(self, text: str) -> bool:
        """Whether ``text`` is made of entries only (and is not empty)."""
        return bool(text) and not self.without(text)

"""The word list of the model pack: which words say what about an indicator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from indicators.errors import PackError

__all__ = ["SECTIONS", "Lexicon", "read_lexicon"]

SECTIONS: tuple[str, ...] = (
    *("direction", "gradual", "adjective", "timely", "placeholder", "withheld", "yes", "no-event", "zero", "compare"),
    *("standard", "state", "cycle", "coarse", "trend", "statistic", "abstract", "loss", "feeling", "rate"),
    *("counted-rate", "money", "duration", "number", "person", "event", "named-document", "ask", "category"),
)
"""Kinds of words, in the order of the bits of a mask."""


@dataclass(frozen=True)
class Lexicon:
    """Words with the kinds they belong to.

    Parameters
    ----------
    masks
        Word to bit mask; bit ``i`` stands for ``SECTIONS[i]``.
    """

    masks: dict[str, int]
    _from: dict[str, tuple[int, ...]] = field(init=False, repr=False)
    _to: dict[str, tuple[int, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_from", _lengths(self.masks, 0))
        object.__setattr__(self, "_to", _lengths(self.masks, -1))

    def found(self, text: str) -> list[tuple[int, int]]:
        """Find the words of the list, longest first, without overlaps.

        Returns
        -------
        list
            ``(length, mask)`` of each, in order.
        """
        found = []
        lengths, masks = self._from, self.masks
        position, end = 0, len(text)
        while position < end:
            step = 1
            for length in lengths.get(text[position], ()):
                mask = masks.get(text[position : position + length])
                # Near the end of the text a slice is shorter than asked for, and may be a shorter word.
                if mask is not None and position + length <= end:
                    found.append((length, mask))
                    step = length
                    break
            position += step
        return found

    def word(self, text: str, mask: int, *, last: bool = False) -> str:
        """Return the first (or last) word found in a text that is of one of the kinds of a mask, ``""`` if none."""
        found, position, lengths, masks = "", 0, self._from, self.masks
        while position < len(text):
            step = 1
            for length in lengths.get(text[position], ()):
                piece = text[position : position + length]
                kinds = masks.get(piece)
                if kinds is not None and len(piece) == length:
                    step = length
                    if kinds & mask:
                        if not last:
                            return piece
                        found = piece
                    break
            position += step
        return found

    def ending(self, text: str) -> tuple[int, int]:
        """Return the mask and length of the longest word at the end of the text, ``(0, 0)`` if none."""
        for length in self._to.get(text[-1:], ()):
            mask = self.masks.get(text[-length:])
            if mask is not None and length <= len(text):
                return mask, length
        return 0, 0

    def beginning(self, text: str) -> tuple[int, int]:
        """Return the mask and length of the longest word at the beginning of the text."""
        for length in self._from.get(text[:1], ()):
            mask = self.masks.get(text[:length])
            if mask is not None and length <= len(text):
                return mask, length
        return 0, 0


def _lengths(words: Iterable[str], place: int) -> dict[str, tuple[int, ...]]:
    """Return the lengths of the words that have a character at a place, longest first."""
    groups: dict[str, set[int]] = {}
    for word in words:
        groups.setdefault(word[place], set()).add(len(word))
    return {character: tuple(sorted(group, reverse=True)) for character, group in groups.items()}


def read_lexicon(path: Path) -> Lexicon:
    """Read a word list: ``[section]`` headings, words divided by white space, ``#`` comments.

    Parameters
    ----------
    path
        A ``words.txt``, UTF-8.

    Raises
    ------
    PackError
        If the file cannot be read or names an unknown section.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PackError("词表无法读取", where=str(path), why=str(error), remedy="恢复随软件提供的 words.txt") from error
    masks: dict[str, int] = {}
    section = ""
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            section = stripped[1:-1]
            if section not in SECTIONS:
                raise PackError(f"词表中没有“{section}”这一节", where=f"{path} 第{number}行", remedy="改为已有的节名")
        elif stripped and not stripped.startswith("#"):
            if not section:
                raise PackError("词表第一节之前有词", where=f"{path} 第{number}行", remedy="先写节名，如 [direction]")
            for word in stripped.split():
                masks[word] = masks.get(word, 0) | 1 << SECTIONS.index(section)
    return Lexicon(masks)

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
    _by_first: dict[str, tuple[str, ...]] = field(init=False, repr=False)
    _by_last: dict[str, tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_first", _grouped(self.masks, 0))
        object.__setattr__(self, "_by_last", _grouped(self.masks, -1))

    def spans(self, text: str) -> list[tuple[int, int, int]]:
        """Find the words of the list, longest first, without overlaps.

        Returns
        -------
        list
            ``(start, end, mask)`` in order.
        """
        found = []
        by_first, masks = self._by_first, self.masks
        position, end = 0, len(text)
        while position < end:
            for word in by_first.get(text[position], ()):
                if text.startswith(word, position):
                    found.append((position, position + len(word), masks[word]))
                    position += len(word)
                    break
            else:
                position += 1
        return found

    def ending(self, text: str) -> tuple[int, int]:
        """Return the mask and length of the longest word at the end of the text, ``(0, 0)`` if none."""
        for word in self._by_last.get(text[-1:], ()):
            if text.endswith(word):
                return self.masks[word], len(word)
        return 0, 0

    def beginning(self, text: str) -> tuple[int, int]:
        """Return the mask and length of the longest word at the beginning of the text."""
        for word in self._by_first.get(text[:1], ()):
            if text.startswith(word):
                return self.masks[word], len(word)
        return 0, 0


def _grouped(words: Iterable[str], place: int) -> dict[str, tuple[str, ...]]:
    """Group words by the character at a place, longest first."""
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[place], []).append(word)
    return {character: tuple(sorted(group, key=len, reverse=True)) for character, group in groups.items()}


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

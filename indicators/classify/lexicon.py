"""The word list of the model pack: which words say what about an indicator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from indicators.errors import PackError
from indicators.packs import rules_dir
from indicators.vocabulary.heads import head_words

__all__ = ["SECTIONS", "Lexicon", "heads_path", "of_heads", "pack_lexicon", "read_lexicon"]

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "_from", _lengths(self.masks))

    def words(self, text: str, mask: int) -> list[str]:
        """Return the words of a text that are of one of the kinds of a mask: the longest at each place, in order."""
        found, position, lengths, masks = [], 0, self._from, self.masks
        while position < len(text):
            step = 1
            for length in lengths.get(text[position], ()):
                piece = text[position : position + length]
                kinds = masks.get(piece)
                # Near the end of the text a slice is shorter than asked for, and may be a shorter word.
                if kinds is not None and len(piece) == length:
                    step = length
                    if kinds & mask:
                        found.append(piece)
                    break
            position += step
        return found


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the lengths of the words that begin with a character, longest first."""
    groups: dict[str, set[int]] = {}
    for word in words:
        groups.setdefault(word[0], set()).add(len(word))
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


_MEASURES = {
    **dict.fromkeys(("count", "area", "length", "person"), "number"),
    **dict.fromkeys(("rate", "index"), "rate"),
    **dict.fromkeys(("date", "time"), "duration"),
    "money": "money",
}
_TRENDS = ("growth", "change", "saving")
_COUNTED = ("harm", "slip", "use")
"""Kinds of stems: those that say which way something went, and those a statistic is kept of."""


def heads_path() -> Path:
    """Return the rules' list of heads of names."""
    return rules_dir() / "lexicons" / "heads.txt"


def of_heads(lines: Iterable[str]) -> dict[str, int]:
    """Say what the heads of names say about an indicator: words and masks.

    A measure stands for itself (人数: number). The rate of a stem that can be counted is a counted rate (办结率), that
    of one that says which way something went is a trend (提升率), and what a statistic is kept of is one (事故).

    Parameters
    ----------
    lines
        Of ``heads.txt``, without comments.
    """
    masks: dict[str, int] = {}

    def add(word: str, section: str) -> None:
        masks[word] = masks.get(word, 0) | 1 << SECTIONS.index(section)

    for word, role, kind, _, countable in head_words(lines):
        if role in ("onset", "close", "rule"):
            continue
        if role == "measure":
            add(word, _MEASURES[kind])
        elif kind in _TRENDS:
            for tail in ("", "率", "度", "程度", "幅度"):
                add(word + tail, "trend")
        else:
            if kind in _COUNTED or role == "event":
                add(word, "statistic")
            if countable and role == "stem":
                add(word + "率", "counted-rate")
    return masks


def pack_lexicon(path: Path) -> Lexicon:
    """Read the word list of a pack and the rules' heads of names.

    Parameters
    ----------
    path
        ``words.txt`` of the pack.

    Raises
    ------
    PackError
        If either cannot be read.
    """
    masks = dict(read_lexicon(path).masks)
    heads = heads_path()
    try:
        lines = [line for line in heads.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"]
        for word, mask in of_heads(lines).items():
            masks[word] = masks.get(word, 0) | mask
    except (OSError, ValueError, KeyError) as error:
        remedy = "恢复随软件提供的 heads.txt"
        raise PackError("词表无法读取", where=str(heads), why=str(error), remedy=remedy) from error
    return Lexicon(masks)

"""Offer one indicator of the library unasked, in the fix of a finding on a vague row."""

from __future__ import annotations

from functools import lru_cache

from indicators.classify.nearness import Rarity, pieces
from indicators.classify.suggest import LIBRARY, Suggestion, read_library, suggest
from indicators.packs import models_dir
from indicators.quantities import half_width

__all__ = ["neighbour"]

#: Likeness from which an indicator is offered unasked: of a hundred vague rows of bureaus the library did not hold, 29
#: had one so near, and two readings found one of their first three usable for 26 and 25 of them.
_SURE = 0.32
#: Weight from which a pair of characters tells a subject: fewer than one text of the library in 130 holds it (道路,
#: 隐患, not 生活, 管理, 居民). Of 198 vague rows 22 get an offer so, 20 of them one that fits; without it 49 and 27.
_TELLING = 5.2
#: So many near ones are looked at for one of the subject.
_LOOKED_AT = 20


@lru_cache(maxsize=4096)
def neighbour(level2: str, name: str, project: str) -> Suggestion | None:
    """Return the indicator of the library that a vague row could have been, ``None`` where none is surely near.

    For findings: fewer and surer than ``suggest``, which a reader asks and chooses from. What is offered speaks of
    something that the row or its project speaks of: many rows share a topic (保障能力), and few its answer (工资).
    """
    rarity = read_library((models_dir() / LIBRARY).resolve()).rarity
    told = pieces(half_width(f"{name}|{project}"))
    for found in suggest(level2, name, project, limit=_LOOKED_AT):
        # A row that the library has as it stands is no vague one.
        if found.likeness < _SURE or found.name == name:
            break
        if _of_one_subject(found.name, told, rarity):
            return found
    return None


def _of_one_subject(name: str, told: frozenset[str], rarity: Rarity) -> bool:
    """Whether an entry speaks of what a row or its project speaks of: a topic (保障能力) is answered for many."""
    return any(len(piece) > 1 and rarity.of(piece) >= _TELLING for piece in pieces(name) & told)

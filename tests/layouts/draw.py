"""Drawing of options: every option is usual or unusual, and shown or held out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Wordings = Literal["shown", "held-out", "both"]


@dataclass(frozen=True, slots=True)
class Option:
    """``tag`` is ``shown``, ``held_out``, ``both`` or ``neutral`` (what is no wording and no structure, as the format)."""

    usual: bool
    tag: str


#: ``{dimension: {option: Option}}`` of every dimension drawn so far in this process.
CATALOGUE: dict[str, dict[str, Option]] = {}


@dataclass(slots=True)
class Draw:
    """One document's random choices.

    Parameters
    ----------
    seed
        The same seed, ``unusual`` and ``wordings`` give the same document.
    unusual
        Chance (0..1) that a dimension is drawn from its unusual options.
    wordings
        ``shown``, ``held-out`` or ``both``. Where a dimension has no option of the wished tag among the usual (unusual)
        ones, the other ones are tried, at last all: a dimension of one option cannot be held out.
    fixed
        Dimensions that are not drawn but set.
    """

    seed: int
    unusual: float = 0.25
    wordings: Wordings = "both"
    fixed: dict[str, str] = field(default_factory=dict)
    random: Random = field(init=False)
    drawn: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed}/{self.unusual}/{self.wordings}")

    def pick(self, dimension: str, usual: Iterable[str], unusual: Iterable[str] = ()) -> str:
        """Draw an option of a wording or a structure.

        Options take the tags ``shown`` and ``held_out`` in turn, in the order of ``usual`` followed by ``unusual``;
        new options are appended, so that what was held out stays held out. An only usual option is in ``both`` halves.
        A dimension is drawn once a document: asked again, it answers the same.
        """
        if dimension in self.drawn:
            return self.drawn[dimension]
        first, second = list(usual), list(unusual)
        known = CATALOGUE.setdefault(dimension, {})
        for place, option in enumerate(first):
            known.setdefault(option, Option(True, "both" if len(first) == 1 else ("shown", "held_out")[place % 2]))
        for place, option in enumerate(second, start=len(first)):
            known.setdefault(option, Option(False, ("shown", "held_out")[place % 2]))
        wish = bool(second) and self.random.random() < self.unusual
        pools = [second, first] if wish else [first, second]
        pools = [*(self._allowed(known, pool) for pool in pools), *pools]
        drawn = self.random.choice(next(pool for pool in pools if pool))
        choice = self.fixed.get(dimension, drawn)
        self.drawn[dimension] = choice
        return choice

    def _allowed(self, known: dict[str, Option], pool: list[str]) -> list[str]:
        if self.wordings == "both":
            return pool
        tag = "shown" if self.wordings == "shown" else "held_out"
        return [option for option in pool if known[option].tag in (tag, "both")]

    def plain(self, dimension: str, options: Iterable[str], unusual: Iterable[str] = ()) -> str:
        """Draw an option that is neither wording nor structure: the format, the number of forms, what stands around."""
        first, second = list(options), list(unusual)
        known = CATALOGUE.setdefault(dimension, {})
        for option in first:
            known.setdefault(option, Option(True, "neutral"))
        for option in second:
            known.setdefault(option, Option(False, "neutral"))
        pool = second if second and self.random.random() < self.unusual else first
        choice = self.fixed.get(dimension, self.random.choice(pool))
        self.drawn[dimension] = choice
        return choice

    def flag(self, dimension: str, chance: float) -> bool:
        """Draw ``yes`` or ``no``."""
        known = CATALOGUE.setdefault(dimension, {})
        known.setdefault("yes", Option(True, "neutral"))
        known.setdefault("no", Option(True, "neutral"))
        drawn = "yes" if self.random.random() < chance else "no"
        self.drawn[dimension] = self.fixed.get(dimension, drawn)
        return self.drawn[dimension] == "yes"

    def note(self, dimension: str, value: str) -> str:
        """Keep a composed wording among the drawn dimensions without making it one of them."""
        self.drawn["= " + dimension] = value
        return value

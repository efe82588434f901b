"""The labelled indicators of corpus/labels."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indicators.errors import PackError

__all__ = ["REAL_SECTOR", "REASONS", "Labelled", "corpus_digest", "read_corpus"]

REAL_SECTOR = "公安"
"""The sector of the real, published indicators; the written rows have others."""

# The two whole budgets; what other budgets print as well goes with them.
_SEED_BUREAUS = ("001", "003")

REASONS: dict[str, int] = {
    **dict.fromkeys(("quantity", "amount", "ratio", "date"), 3),
    **dict.fromkeys(("standard", "state", "coarse-period", "yes-no"), 2),
    **dict.fromkeys(("direction", "adjective", "timely", "pseudo"), 1),
    **dict.fromkeys(("category-name", "repeats-name", "mismatch", "withheld", "placeholder", "garbled"), 0),
}
"""Reason codes of the guideline and the level each belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One labelled indicator; ``source`` names the document of a real one, else 自拟."""

    level2: str
    level3: str
    value: str
    level: int
    reason: str
    sector: str
    project: str = ""
    source: str = "自拟"

    @property
    def row(self) -> tuple[str, str, str]:
        """The part a classifier may see."""
        return self.level2, self.level3, self.value

    @property
    def bureau(self) -> str:
        """The publishing bureau of a real row; rows printed by several documents of one sector count as one bureau."""
        parts = self.source.split("+")
        return next((part for part in parts if part in _SEED_BUREAUS), parts[0])

    @property
    def real(self) -> bool:
        """Whether it was observed in a published document."""
        return self.source != "自拟"

    def changed(self, *, level3: str, value: str, level: int, reason: str) -> Labelled:
        """Return the row with another name, value and label."""
        return replace(self, level3=level3, value=value, level=level, reason=reason)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.csv") if not path.name.startswith("second-"))


def read_corpus(folder: Path) -> list[Labelled]:
    """Read every ``*.csv`` of a folder, in the order of file names; second readings (``second-*.csv``) are left out.

    Parameters
    ----------
    folder
        ``corpus/labels``; columns level2, level3, value, level, reason, sector, project, source.

    Raises
    ------
    PackError
        If there is no file, a column is missing, or a level and its reason disagree.
    """
    rows: list[Labelled] = []
    for path in _files(folder):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for number, record in enumerate(csv.DictReader(stream), start=2):
                rows.append(_labelled(record, path, number))
    if not rows:
        raise PackError(
            "没有标注语料", where=str(folder), why="目录为空或不存在", remedy="在源码目录中运行，或指明语料目录"
        )
    return rows


def _labelled(record: dict[str, str], path: Path, number: int) -> Labelled:
    try:
        level = int(record["level"])
        if REASONS[record["reason"]] != level:
            raise ValueError(f"level {level}, reason {record['reason']}")
        return Labelled(
            level2=record["level2"],
            level3=record["level3"] or "",
            value=record["value"] or "",
            level=level,
            reason=record["reason"],
            sector=record["sector"],
            project=record.get("project") or "",
            source=record.get("source") or "自拟",
        )
    except (KeyError, TypeError, ValueError) as error:
        where = f"{path} 第{number}行"
        raise PackError("标注行有误", where=where, why=repr(error), remedy="按标注规程改正 level 与 reason") from error


def corpus_digest(rows: Sequence[Labelled]) -> str:
    """Return a digest of the rows a model is trained on, whatever their files are called."""
    digest = hashlib.sha256()
    for row in sorted((row.sector, *row.row, str(row.level), row.reason) for row in rows):
        digest.update("\x1f".join(row).encode() + b"\x1e")
    return digest.hexdigest()

"""How specific the indicators of a project, unit, department, sector or year are, and which phrases cost most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from indicators.classify.lexicon import Lexicon
from indicators.classify.patterns import BIT
from indicators.records import Specificity

__all__ = ["GROUPS", "by_group", "by_phrase", "interval"]

GROUPS = ("project", "unit", "department", "sector", "year")
"""What indicators can be added up by: keys of the rows."""
_DRAWS = 2_000
_LEAST_LIKE = 3
"""So many departments of a sector must be known before one is compared with the others."""
_KINDS = {
    "placeholder": "占位",
    "withheld": "不公开",
    "timely": "没有时限",
    "direction": "只有方向",
    "gradual": "程度词",
    "adjective": "形容词",
}


def interval(scores: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """Return the middle 95 % of the means of bootstrap samples, the same for the same scores in any order.

    Parameters
    ----------
    scores
        0..100, of the indicators that are drawn anew.
    seed
        Of the draws.
    """
    values, counts = np.unique(np.asarray(scores, np.float64), return_counts=True)
    rng = np.random.default_rng(seed)
    # How often each value is drawn is all a mean depends on.
    drawn = rng.multinomial(counts.sum(), counts / counts.sum(), size=_DRAWS)
    low, high = np.percentile(drawn @ values / counts.sum(), (2.5, 97.5))
    return float(low), float(high)


def by_group(rows: Sequence[Mapping[str, Any]], judged: Sequence[Specificity], by: str) -> list[dict[str, Any]]:
    """Sum up judgements by group, the least specific first; a group without a name stands last.

    Doubtful judgements are counted, and left out of the mean: they cost no points.

    Parameters
    ----------
    rows
        Indicators with the keys ``GROUPS``, each as far as it is known.
    judged
        One judgement a row.
    by
        One of ``GROUPS``.

    Returns
    -------
    list
        ``by``, ``indicators``, ``doubtful``, ``mean`` (0..100), ``low`` and ``high`` (bootstrap, 95 %), shares
        ``level3`` to ``level0`` of the sure ones, and the standing among like groups: ``place`` (1 is the most
        specific), ``of``, ``like`` (their sector, ``全部`` where too few share one), ``median`` and ``standing``.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        members[str(row.get(by) or "")].append(index)
    found = []
    for name, indices in members.items():
        sure = [judged[index] for index in indices if not judged[index].doubtful]
        scores = [item.score for item in sure]
        low, high = interval(scores) if scores else (None, None)
        sectors = {str(rows[index].get("sector") or "") for index in indices}
        found.append(
            {
                by: name,
                "indicators": len(indices),
                "doubtful": len(indices) - len(sure),
                "mean": _rounded(sum(scores) / len(scores)) if scores else None,
                "low": _rounded(low),
                "high": _rounded(high),
                **{f"level{level}": _share(sure, level) for level in (3, 2, 1, 0)},
                "sector of": sectors.pop() if len(sectors) == 1 else "",
            }
        )
    if by in ("department", "unit", "project"):
        _compare(found, by)
    for row in found:
        del row["sector of"]
    return sorted(found, key=lambda row: (not row[by], row["mean"] is None, row["mean"] or 0.0, row[by]))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _share(sure: Sequence[Specificity], level: int) -> float | None:
    return round(sum(item.level == level for item in sure) / len(sure), 4) if sure else None


def _compare(found: Sequence[dict[str, Any]], by: str) -> None:
    """Say how each group stands among those of its sector; a difference within its interval is none."""
    known = [row for row in found if row[by] and row["mean"] is not None]
    sectors: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in known:
        sectors[row["sector of"]].append(row)
    for row in known:
        own = sectors[row["sector of"]] if row["sector of"] else []
        like = own if len(own) >= _LEAST_LIKE else known
        if len(like) < _LEAST_LIKE:
            continue
        middle = median(other["mean"] for other in like)
        row["like"] = row["sector of"] if like is own else "全部"
        row["place"] = 1 + sum(other["mean"] > row["mean"] for other in like)
        row["of"] = len(like)
        row["median"] = round(middle, 1)
        row["standing"] = "低于同类" if row["high"] < middle else "高于同类" if row["low"] > middle else "与同类相当"


def by_phrase(
    rows: Sequence[Mapping[str, Any]], judged: Sequence[Specificity], lexicon: Lexicon
) -> list[dict[str, Any]]:
    """Say which phrases cost most: vague words in the values of void and directional indicators.

    Parameters
    ----------
    rows
        Indicators with ``level3`` and ``value``.
    judged
        One judgement a row; doubtful ones cost nothing.
    lexicon
        The words of the pack.

    Returns
    -------
    list
        ``phrase``, ``kind``, ``indicators`` (how many hold it), ``cost`` (by how much the mean of all indicators would
        rise if they were quantified; where a value holds several phrases, each bears a part) and an ``example``.
    """
    kinds = sum(BIT[section] for section in _KINDS)
    sure = sum(not item.doubtful for item in judged)
    cost: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    example: dict[str, str] = {}
    for row, item in zip(rows, judged, strict=True):
        if item.doubtful or item.level > 1:
            continue
        value = "".join(str(row.get("value") or "").split())
        phrases = set(lexicon.words(value, kinds)) or ({"（空白）"} if not value else set())
        for phrase in phrases:
            cost[phrase] += (100 - item.score) / len(phrases)
            count[phrase] += 1
            example.setdefault(phrase, f"{row.get('level3') or ''} = {value}")
    found = [
        {
            "phrase": phrase,
            "kind": _kind(lexicon.masks.get(phrase, 0)),
            "indicators": count[phrase],
            "cost": round(cost[phrase] / max(sure, 1), 2),
            "example": example[phrase],
        }
        for phrase in cost
    ]
    return sorted(found, key=lambda row: (-row["cost"], -row["indicators"], row["phrase"]))


def _kind(mask: int) -> str:
    return next((word for section, word in _KINDS.items() if mask & BIT[section]), "空白")

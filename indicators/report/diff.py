"""What changed between two checks of the same submission: findings gone, new and kept, by fingerprint."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass

from indicators.report.flat import Flat, write_flat
from indicators.report.folding import fold
from indicators.report.places import SEVERITY_NAMES, SEVERITY_RANK, clean
from indicators.report.saved import SavedFinding, SavedReport, Source, as_saved

__all__ = ["Difference", "diff", "difference_json", "difference_table", "difference_text", "write_diff"]

_SCHEMA = "indicators.diff"
_COLUMNS = {
    "change": "变化", "severity": "级别", "rule": "规则", "project": "项目", "subject": "对象", "place": "位置",
    "message": "问题", "fix": "怎么改", "source": "文件", "fingerprint": "指纹",
}  # fmt: skip
_NAMES = (("gone", "已消除"), ("new", "新出现"), ("kept", "仍存在"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Findings only in the old report, only in the new one, and in both (as the new one words them)."""

    gone: tuple[SavedFinding, ...]
    new: tuple[SavedFinding, ...]
    kept: tuple[SavedFinding, ...]


def diff(old: SavedReport, new: SavedReport) -> Difference:
    """Compare two reports finding by finding; one that stands twice must stand twice in both."""
    left = Counter(item.fingerprint for item in old.findings)
    kept, added = [], []
    for item in new.findings:
        if left[item.fingerprint] > 0:
            left[item.fingerprint] -= 1
            kept.append(item)
        else:
            added.append(item)
    gone = []
    for item in old.findings:
        if left[item.fingerprint] > 0:
            left[item.fingerprint] -= 1
            gone.append(item)
    return _renamed(Difference(gone=tuple(gone), new=tuple(added), kept=tuple(kept)))


def _renamed(found: Difference) -> Difference:
    """Take as kept what says the same of a project whose name was corrected."""
    left = Counter(map(_said, found.gone))
    kept, new = list(found.kept), []
    for item in found.new:
        if left[_said(item)] > 0:
            left[_said(item)] -= 1
            kept.append(item)
        else:
            new.append(item)
    gone = []
    for item in reversed(found.gone):
        if left[_said(item)] > 0:
            left[_said(item)] -= 1
            gone.append(item)
    return Difference(gone=_sorted(gone[::-1]), new=_sorted(new), kept=_sorted(kept))


def _said(item: SavedFinding) -> tuple[str, str]:
    """Return what a finding says, the name of its project left out."""
    return item.rule, item.message.replace(item.project, "") if item.project else item.message


def _sorted(findings: list[SavedFinding]) -> tuple[SavedFinding, ...]:
    return tuple(sorted(findings, key=lambda item: SEVERITY_RANK.get(item.severity, 9)))


def write_diff(
    old: Source, new: Source, *, kind: str = "table", verbose: bool = False, width: int = 100
) -> str | bytes:
    """Compare two checks of one submission and return the result.

    Parameters
    ----------
    old, new
        What ``indicators check --format json`` wrote: its path, its content, or a report read already.
    kind
        ``table``, ``json``, ``html``, ``xlsx`` or ``docx``.
    verbose, width
        See :func:`difference_text`.

    Raises
    ------
    ConfigError
        If one of them is no report.
    """
    difference = diff(as_saved(old), as_saved(new))
    if kind == "json":
        return difference_json(difference)
    if kind != "table":
        return write_flat(difference_table(difference, verbose=verbose), kind)
    return difference_text(difference, verbose=verbose, width=width)


def difference_text(difference: Difference, *, verbose: bool = False, width: int = 100) -> str:
    """Return the difference as text.

    Parameters
    ----------
    verbose
        Whether the findings that were kept are listed too.
    width
        Columns of the screen.
    """
    lines = [_counts(difference)]
    for key, name in _NAMES:
        found: tuple[SavedFinding, ...] = getattr(difference, key)
        if not found or (key == "kept" and not verbose):
            continue
        lines += ["", f"■ {name}（{len(found)}）"]
        for item in found:
            head = f"{SEVERITY_NAMES.get(item.severity, item.severity)} {item.rule} {item.project or '全文'}"
            place = f"（{item.place}）" if item.place else ""
            body = fold(clean(f"{head}{place}：{item.message}"), width - 4)
            lines.append("  " + body.replace("\n", "\n    "))
    return "\n".join(lines) + "\n"


def _counts(difference: Difference) -> str:
    return "，".join(f"{name} {len(getattr(difference, key))}" for key, name in _NAMES)


def difference_table(difference: Difference, *, verbose: bool = False) -> Flat:
    """Return the difference as a table, one row a finding.

    Parameters
    ----------
    verbose
        Whether the findings that were kept are listed too.
    """
    rows = [
        {**asdict(item), "change": name, "project": item.project or "全文"}
        for key, name in _NAMES
        if key != "kept" or verbose
        for item in getattr(difference, key)
    ]
    return Flat(title="两次检查的比较", names=_COLUMNS, rows=rows, end=f"{_counts(difference)}。")


def difference_json(difference: Difference) -> str:
    """Return the difference as JSON with the lists ``gone``, ``new`` and ``kept``."""
    data = {
        "schema": _SCHEMA,
        "version": 1,
        **{key: [asdict(item) for item in getattr(difference, key)] for key, _ in _NAMES},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

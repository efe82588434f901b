"""The result of a document that could not be judged: no form, and the finding X101 that says why."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from indicators.batch.rows import rows_of
from indicators.batch.tasks import Result, Settings, Task
from indicators.catalogue import RuleSet
from indicators.errors import IndicatorsError
from indicators.pipeline import Checker, unreadable

__all__ = ["failed"]


def failed(
    task: Task, settings: Settings, error: IndicatorsError, status: str, *, digest: str = "", size: int = 0
) -> Result:
    """Return the result of a document that could not be judged.

    Parameters
    ----------
    task, settings
        What was to be judged, and how.
    error
        Why not.
    status
        One of ``indicators.store.rows.STATUSES`` besides ``ok``.
    digest, size
        Of the bytes, where they were read.
    """
    report = unreadable(task.shown, error, _rules(settings.config.rules))
    rows = rows_of(
        report, key=task.key, versions=settings.versions, digest=digest, size=size, status=status, reason=str(error)
    )
    return Result(rows=rows)


@lru_cache(maxsize=4)
def _rules(folders: tuple[Path, ...]) -> RuleSet:
    from indicators.config import Config

    return Checker(config=Config(rules=folders)).rules

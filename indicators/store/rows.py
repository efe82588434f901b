"""What is written for one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["STATUSES", "DocumentRows", "Known", "storable"]

#: ``ok``, or why there is no result: the file cannot be read, took too long, brought its process down, took too much.
STATUSES = ("ok", "unreadable", "timeout", "crashed", "memory")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of a document: enough to see whether it must be judged again."""

    digest: str
    versions: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRows:
    """The rows of one document, by table; keys are the columns of :mod:`indicators.store.schema`.

    Parameters
    ----------
    document
        The row of ``documents``, report included.
    forms, indicators, findings, scores, goals
        Rows of the tables of those names.
    """

    document: Row
    forms: tuple[Row, ...] = ()
    indicators: tuple[Row, ...] = ()
    findings: tuple[Row, ...] = ()
    scores: tuple[Row, ...] = ()
    goals: tuple[Row, ...] = ()

    @property
    def key(self) -> str:
        """The document, as the store calls it."""
        key: str = self.document["document"]
        return key

    @property
    def status(self) -> str:
        """One of ``STATUSES``."""
        status: str = self.document["status"]
        return status


def storable(text: str) -> str:
    r"""Return a text every database takes: no NUL, and undecodable bytes of file names as ``\udcXX``."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "backslashreplace").decode("utf-8")

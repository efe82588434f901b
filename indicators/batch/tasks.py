"""What travels between the process that writes and the processes that judge."""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.config import Config
from indicators.pipeline import Options
from indicators.store.rows import DocumentRows

__all__ = ["Limits", "Result", "Settings", "Spent", "Task"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One document to judge.

    Parameters
    ----------
    key
        The document, as the store calls it: the path as given, members of archives as ``a.zip!/inner.pdf``.
    path
        File, or an address fsspec understands (``s3://…``).
    member
        Name inside the archive ``path``, exactly as the archive spells it.
    number
        Place of the member in the archive's directory, where several may have one name.
    expected
        SHA-256 the bytes must have, ``""`` where nobody knows it.
    fault
        Why it cannot be judged at all (an archive that does not open), else ``""``.
    name
        What people call the file where its path does not say (an upload kept under its digest), else ``""``.
    """

    key: str
    path: str
    member: str = ""
    number: int = -1
    expected: str = ""
    fault: str = ""
    name: str = ""

    @property
    def remote(self) -> bool:
        """Whether ``path`` is an address rather than a file."""
        return "://" in self.path

    @property
    def shown(self) -> str:
        """What reports call it: files as the command line does, all else as the store does."""
        return self.key if self.member or self.remote or self.name else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How documents are judged; ``versions`` is the digest of tool, rules, model and these settings."""

    config: Config = field(default_factory=Config)
    options: Options = field(default_factory=Options)
    versions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost.

    Parameters
    ----------
    seconds
        Wall time; then its process is ended.
    megabytes
        Resident memory of its process.
    documents
        A process is replaced after so many, so that what libraries leak does not add up.
    start
        Seconds a process may take until it is ready: rules and model are loaded then.
    """

    seconds: float = 300.0
    megabytes: float = 2048.0
    documents: int = 1000
    start: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds and megabytes one document cost.

    ``reading`` bytes to tables, ``finding`` tables to forms, ``scoring`` the classifier, ``judging`` rules and score,
    ``packing`` rows for the store; ``seconds`` is all of it.
    """

    seconds: float = 0.0
    reading: float = 0.0
    finding: float = 0.0
    scoring: float = 0.0
    judging: float = 0.0
    packing: float = 0.0
    megabytes: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a task."""

    rows: DocumentRows
    spent: Spent = field(default_factory=Spent)

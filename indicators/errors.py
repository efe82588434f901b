"""What can go wrong, as exceptions a caller can catch and a clerk can act on.

Every message shown to a user is Chinese and says what, where, why and what to do.
"""

from __future__ import annotations

__all__ = ["ConfigError", "IndicatorsError", "MissingExtraError", "PackError", "ReadError"]


class IndicatorsError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    what
        What failed, one Chinese clause.
    where
        File, sheet, key or place; may be empty.
    why
        The cause as far as it is known; may be empty.
    remedy
        What the user can do; may be empty.
    """

    def __init__(self, what: str, *, where: str = "", why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [f"{self.where}：{self.what}" if self.where else self.what]
        if self.why:
            parts.append(f"原因：{self.why}")
        if self.remedy:
            parts.append(f"处理办法：{self.remedy}")
        return "；".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling between worker processes.
        return (_rebuild, (type(self), self.what, self.where, self.why, self.remedy))


def _rebuild(kind: type[IndicatorsError], what: str, where: str, why: str, remedy: str) -> IndicatorsError:
    return kind(what, where=where, why=why, remedy=remedy)


class ReadError(IndicatorsError):
    """A file cannot be read into a Document."""


class PackError(IndicatorsError):
    """A rule pack or model pack is broken; names the file and the key."""


class ConfigError(IndicatorsError):
    """A configuration file or option is wrong; names the file and the key."""


class MissingExtraError(IndicatorsError):
    """An optional library is not installed; the remedy names the command."""

"""What can go wrong, as exceptions a caller can catch and a clerk can act on.

Every message shown to a user is Chinese and says what, where, why and what to do.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = [
    "EXTRAS",
    "ConfigError",
    "IndicatorsError",
    "MissingExtraError",
    "PackError",
    "ReadError",
    "damage_as_read_error",
    "install_command",
    "system_reason",
]

#: What the system says, by number; what is not named here comes in its own words.
_REASONS = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.EACCES: "没有权限，或文件正被占用",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EADDRINUSE: "已被占用",
}


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


def system_reason(error: Exception) -> str:
    """Return why the system refused something."""
    if not isinstance(error, OSError):
        return str(error)
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def _rebuild(kind: type[IndicatorsError], what: str, where: str, why: str, remedy: str) -> IndicatorsError:
    return kind(what, where=where, why=why, remedy=remedy)


class ReadError(IndicatorsError):
    """A file cannot be read into a Document."""


@contextmanager
def damage_as_read_error(what: str, *, where: str, remedy: str) -> Iterator[None]:
    """Turn whatever a mutated file provokes in the walk through it into one kind of error, which names the file."""
    try:
        yield
    except ReadError as error:
        error.where = error.where or where
        raise
    except Exception as error:
        raise ReadError(what, where=where, why=f"内容结构异常（{type(error).__name__}）", remedy=remedy) from error


class PackError(IndicatorsError):
    """A rule pack or model pack is broken; names the file and the key."""


class ConfigError(IndicatorsError):
    """A configuration file or option is wrong; names the file and the key."""


#: The extras of the package: a module that shows it is there, and what it is for. ``dev`` is for developers.
EXTRAS = {
    "ocr": ("rapidocr", "识别扫描件和图片"),
    "parquet": ("pyarrow", "写 Parquet"),
    "postgres": ("psycopg", "结果库用 PostgreSQL"),
    "dask": ("distributed", "在集群上运行"),
    "review": ("starlette", "审核页面"),
}


def install_command(extra: str) -> str:
    """Return the command that installs an extra."""
    return f'pip install "jixiao-indicators[{extra}]"'


class MissingExtraError(IndicatorsError):
    """An optional library is not installed; the remedy names the command."""

    @classmethod
    def of(cls, extra: str, what: str, *, where: str = "", why: str = "") -> MissingExtraError:
        """Return the error of something that needs an extra of the package."""
        remedy = f"运行 {install_command(extra)}"
        return cls(what, where=where, why=why or f"没有安装 {EXTRAS[extra][0]}", remedy=remedy)

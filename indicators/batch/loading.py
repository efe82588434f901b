"""The bytes of a task: a file, a member of an archive, or an object behind an address."""

from __future__ import annotations

import hashlib
import os
from typing import IO, Any

from indicators.batch.archives import read_member
from indicators.batch.tasks import Task
from indicators.errors import MissingExtraError, ReadError, install_command, system_reason
from indicators.readers import LARGEST, file_bytes, too_large

__all__ = ["digest_of", "filesystem", "load"]


def load(task: Task) -> bytes:
    """Return the bytes of a task.

    Raises
    ------
    ReadError
        If they cannot be had: what, where, why and what to do.
    """
    if task.fault:
        raise ReadError(task.fault, where=task.key, remedy="请重新下载，或解压后再检查")
    try:
        if task.remote:
            return _remote(task)
        if task.member:
            facts = os.stat(task.path)  # noqa: PTH116 - one call for both
            return read_member(task.path, task.member, task.key, (facts.st_size, facts.st_mtime_ns), number=task.number)
        return file_bytes(task.path, task.key)
    except FileNotFoundError:
        raise ReadError("找不到文件", where=task.key, remedy="请检查路径和文件名是否正确") from None
    except PermissionError:
        raise ReadError("没有读取权限", where=task.key, remedy="请检查文件权限，或关闭正在占用它的程序") from None
    except OSError as error:
        raise ReadError("文件读取失败", where=task.key, why=system_reason(error)) from None


def digest_of(task: Task) -> str:
    """Return the SHA-256 of a task's bytes, ``""`` where they cannot be had."""
    try:
        return hashlib.sha256(load(task)).hexdigest()
    except (ReadError, OSError):
        return ""


def _remote(task: Task) -> bytes:
    system, path = filesystem(task.path)
    if task.member:
        with system.open(path, "rb") as stream:
            return read_member(stream, task.member, task.key, number=task.number)
    size = system.size(path)
    if size is not None and size > LARGEST:
        raise too_large(task.key, size, LARGEST)
    with system.open(path, "rb") as stream:
        return _read(stream, task.key)


def _read(stream: IO[bytes], name: str) -> bytes:
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise too_large(name, len(data), LARGEST)
    return data


def filesystem(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of an address and the path on it.

    Raises
    ------
    MissingExtraError
        If fsspec or the driver of the protocol is not installed.
    """
    remedy = f"运行 {install_command('dask')}，对象存储另装其驱动，例如 pip install s3fs"
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingExtraError("不能读取网络地址", where=url, why="没有安装 fsspec", remedy=remedy) from None
    try:
        system, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise MissingExtraError("不能读取网络地址", where=url, why=str(error), remedy=remedy) from None
    return system, path

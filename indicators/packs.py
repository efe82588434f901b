"""Where the data that ships with the package lies: rules and models.

In a wheel they are ``indicators/_packs/rules`` and ``indicators/_packs/models``; in a checkout they are the
folders ``rules/`` and ``models/`` beside the package. Nothing else in the package knows the difference.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from .errors import PackError

__all__ = ["models_dir", "rules_dir"]


def rules_dir() -> Path:
    """Return the folder of the built-in rule pack.

    Raises
    ------
    PackError
        If the installation lacks it.
    """
    return _pack("rules", "pack.toml")


def models_dir() -> Path:
    """Return the folder of the built-in models.

    Raises
    ------
    PackError
        If the installation lacks it.
    """
    return _pack("models", "")


@cache
def _pack(name: str, landmark: str) -> Path:
    packed = files("indicators") / "_packs" / name
    if packed.is_dir():
        # as_file leaves a plain folder where it is; wheels are installed unpacked, so nothing is copied.
        with as_file(packed) as folder:
            return Path(folder)
    checkout = Path(__file__).resolve().parent.parent / name
    if (checkout / landmark).exists():
        return checkout
    raise PackError(
        f"找不到随软件提供的数据目录 {name}",
        where=str(checkout),
        why="安装不完整",
        remedy="重新安装 jixiao-indicators",
    )

"""TOML of settings and rule packs, which may come from strangers: whatever is wrong with it is one kind of error."""

from __future__ import annotations

import re
import tomllib
from typing import Any

__all__ = ["parse_toml"]

#: A dotted key of more parts than any table has levels; the parser makes a table of each, in a time that grows squared.
_ENDLESS_KEY = re.compile(r"""(?:(?:[\w-]{1,60}|"[^"\n]{0,60}"|'[^'\n]{0,60}')[ \t]*\.[ \t]*){30}""")


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises
    ------
    tomllib.TOMLDecodeError
        If it is no TOML, nested too deeply, or a number of it is of thousands of digits.
    """
    if _ENDLESS_KEY.search(text):
        raise tomllib.TOMLDecodeError("键的层数过多")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("嵌套过深") from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:
        raise tomllib.TOMLDecodeError("数字的位数过多") from error

"""Checks the quality of Chinese government budget performance targets.

The public functions are loaded on first use, so that ``import indicators`` stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.forms import find_forms
    from indicators.pipeline import check, score
    from indicators.readers import read
    from indicators.report.frames import to_frame

__version__ = "0.1.0"
__all__ = ["__version__", "check", "find_forms", "read", "score", "to_frame"]

#: No function may bear the name of a module of this package: importing the module would put it in the function's place.
_HOMES = {
    "read": "indicators.readers",
    "find_forms": "indicators.forms",
    "check": "indicators.pipeline",
    "score": "indicators.pipeline",
    "to_frame": "indicators.report.frames",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'indicators' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

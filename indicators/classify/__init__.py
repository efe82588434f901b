"""How specific an indicator is: features, model, reasons, and suggestions for vague ones.

Nothing heavy is imported until a function needs it. ``train``, ``evaluate`` and ``suggest`` are functions of the
modules of those names.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.classify.figures import agreement
    from indicators.classify.model import Classifier, load_classifier
    from indicators.classify.suggest import Suggestion
    from indicators.classify.table import score_csv, score_frame

__all__ = [
    "Classifier",
    "Suggestion",
    "agreement",
    "load_classifier",
    "score_csv",
    "score_frame",
]

_HOMES = {
    "Classifier": "model",
    "Suggestion": "suggest",
    "agreement": "figures",
    "load_classifier": "model",
    "score_csv": "table",
    "score_frame": "table",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"indicators.classify.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'indicators.classify' has no attribute {name!r}")

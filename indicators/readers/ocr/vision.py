"""The one door to OpenCV, opened when the first picture is read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

__all__ = ["vision"]


@lru_cache(maxsize=1)
def vision() -> Any:
    """Return the module ``cv2``, told to keep to one thread: batches run a process a core."""
    import cv2

    cv2.setNumThreads(1)
    return cv2

"""As :mod:`indicators.batch.preload`, with the specificity model: loaded once, shared by all worker processes."""

from __future__ import annotations

from contextlib import suppress

with suppress(Exception):
    import indicators.batch.preload  # noqa: F401
    from indicators.classify import load_classifier

    load_classifier()

"""Imported once by the fork server, so that every worker process starts with libraries and rules already in memory.

Importing this module is its only use. A failure is left to the worker, which can say what is wrong.
"""

from __future__ import annotations

from contextlib import suppress

with suppress(Exception):
    import indicators.batch.child
    import indicators.readers.docx
    import indicators.readers.html
    import indicators.readers.pdf
    import indicators.readers.text
    import indicators.readers.xlsx  # noqa: F401
    from indicators.catalogue import builtin_rules

    builtin_rules()

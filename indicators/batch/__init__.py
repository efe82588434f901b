"""Many documents: worker processes with limits, resume, a store, other machines.

``run_batch(Finder(paths=("docs",)), open_store("results.db"))`` is the whole of it.
"""

from __future__ import annotations

from indicators.batch.discovery import Finder
from indicators.batch.run import Progress, Summary, run_batch
from indicators.batch.tasks import Limits, Result, Task

__all__ = ["Finder", "Limits", "Progress", "Result", "Summary", "Task", "run_batch"]

"""``python -m tests.batch.resumed STORE FOLDER``: a batch in a process of its own, to be killed."""

from __future__ import annotations

import sys

from indicators.batch import Finder, run_batch
from indicators.pipeline import Options
from indicators.store import open_store
from tests.batch import faults

if __name__ == "__main__":
    with open_store(sys.argv[1]) as store:
        run_batch(
            Finder(paths=(sys.argv[2],)),
            store,
            options=Options(classifier=False, ocr=False),
            workers=faults.workers(2, faults.slow),
        )

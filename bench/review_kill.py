"""The review page killed at random moments: ``python -m bench.review_kill [--kills 20] [--stage upload] [--seed 1]``.

SIGKILL to the server and its workers while files are sent, judged, and decided on; after each new start all that was
acknowledged must be there, and nothing half. Returns 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.review.killing import STAGES, run
from tests.review.making import Served


def main() -> int:
    """Kill and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stage", choices=tuple(STAGES), action="append")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    faults = []
    for stage in given.stage or STAGES:
        with tempfile.TemporaryDirectory() as folder:
            served = Served(Path(folder))
            served.start()
            try:
                found = run(stage, served, kills=given.kills, seed=given.seed)
            finally:
                served.stop()
        print(
            f"{stage:9} {found.kills} kills, {found.hits} while at work, {found.acknowledged} acknowledged, "
            f"{len(found.faults)} faults",
            flush=True,
        )
        faults += [f"{stage}, {fault}" for fault in found.faults]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.layouts DIR --count N``: write random documents with gold records and drawn dimensions.

``DIR`` gets ``NAME.EXT``, ``NAME.gold.jsonl`` and ``NAME.meta.json``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.layouts import FAMILIES, FORMATS, generate


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.layouts", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1, help="of the first document; the next one has the next")
    parser.add_argument("--unusual", type=float, default=0.25, help="chance (0..1) of an unusual option a dimension")
    parser.add_argument("--wordings", choices=("shown", "held-out", "both"), default="both")
    parser.add_argument("--format", choices=sorted(FORMATS))
    parser.add_argument("--family", choices=sorted(FAMILIES))
    options = parser.parse_args()
    fixed = {name: value for name in ("format", "family") if (value := getattr(options, name))}
    options.folder.mkdir(parents=True, exist_ok=True)
    forms = 0
    for seed in range(options.seed, options.seed + options.count):
        layout = generate(seed, unusual=options.unusual, wordings=options.wordings, fixed=fixed)
        layout.write(options.folder)
        forms += len(layout.gold)
    print(f"{options.count} documents with {forms} forms in {options.folder}")


if __name__ == "__main__":
    main()

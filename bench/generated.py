"""Files made from others: write them, or check that they are current.

usage: python -m bench.generated [--check]
"""

from __future__ import annotations

import argparse
import sys

from indicators.catalogue import builtin_rules
from indicators.report.rules_page import is_current, write_rules_page


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 where a file is stale")
    args = parser.parse_args()
    rules = builtin_rules()
    if not args.check:
        print(write_rules_page(rules))
        return 0
    if not is_current(rules):
        print("rules/README.md is stale: run python -m bench.generated")
        return 1
    print("generated files are current")
    return 0


if __name__ == "__main__":
    sys.exit(main())

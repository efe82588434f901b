"""Writes what comes of the documents and of the rules' cases as it is now: python -m tests.golden."""

from __future__ import annotations

from indicators.catalogue import builtin_rules
from tests.golden import described, documents, expected_at
from tests.golden.cases import CASES, told


def main() -> None:
    """Write every expectation that is not what it was."""
    wanted = {expected_at(path): described(path) for path in documents()}
    wanted[CASES] = "".join(f"{line}\n" for rule in builtin_rules() for line in told(rule))
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.name)


if __name__ == "__main__":
    main()

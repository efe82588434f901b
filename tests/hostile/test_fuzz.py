"""A sample of ``make fuzz``: every format and kind of damage, few cases each; nothing crashes, hangs or grows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import fuzz

ROOT = Path(__file__).parents[2]
FOUND = Path(__file__).with_name("found")


@pytest.mark.parametrize("ending", ["pdf", "docx", "xlsx", "xls", "html", "txt"])
def test_damaged_documents_are_read_or_refused(ending: str) -> None:
    # In a process of its own: limits of memory must not count what the test runner holds.
    arguments = ["--cases", "28", "--seed", "7", "--formats", ending, "--seconds", "300"]
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.fuzz", *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    total = run.stdout.splitlines()[-1].split("\t")
    cases, crash, slow, big = (int(total[place]) for place in (2, 5, 6, 7))
    assert cases == 28
    assert (crash, slow, big) == (0, 0, 0)


@pytest.mark.parametrize("path", sorted(p for p in FOUND.iterdir() if p.suffix != ".md"), ids=lambda path: path.name)
def test_what_was_found_stays_harmless(path: Path) -> None:
    guarded = fuzz.Campaign().guarded(300.0)
    outcome, _ = fuzz.run(fuzz.Case("found", path.suffix[1:], path.read_bytes(), path.name), guarded, 0)
    guarded.close()
    assert outcome in ("read", "refused")

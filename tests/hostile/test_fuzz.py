"""A sample of ``make fuzz``: every format and kind of damage, few cases each; nothing crashes, hangs or grows."""

from __future__ import annotations

import pytest

from tests.hostile import fuzz


@pytest.mark.parametrize("ending", ["pdf", "docx", "xlsx", "xls", "html", "txt"])
def test_damaged_documents_are_read_or_refused(ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    fuzz.main(["--cases", "24", "--seed", "7", "--formats", ending])
    total = capsys.readouterr().out.splitlines()[-1].split("\t")
    cases, crash, slow, big = (int(total[place]) for place in (2, 5, 6, 7))
    assert cases == 24
    assert (crash, slow, big) == (0, 0, 0)

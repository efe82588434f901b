"""Facts that drifted apart when they stood in several places stand in one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from indicators.errors import EXTRAS, MissingExtraError
from indicators.records import SEVERITIES
from indicators.text import csv_text
from indicators.wording import SEVERITY_NAMES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "indicators"

#: Fact, what gives a second copy away, the modules that may hold it.
ONCE = {
    "a scale of money, or a list of its units": (
        r"(?:[*/] ?\(?|Decimal\()(?:10_?000|10 ?\*\* ?4|1e4)\b|(?:亿元|千元|百万元)\|万元|万元\|(?:元|亿元|千元)",
        # readers.text and bounds count cells and characters in 万; totals looks for the very mix-up of 万元 and 元.
        {"money.py", "units.py", "readers/text.py", "readers/bounds.py", "checks/totals.py"},
    ),
    "the names of severities": (r"\"warning\": \"警告\"|'warning': '警告'", {"wording.py"}),
    "the order of severities": (r"\"error\": 0|\"error\", \"warning\", \"note\"", {"records.py"}),
    "the guard against formulas": (r"[=＝]\+-|＝＋|startswith\(\(?\"=\"", {"text.py"}),
    # What the trainer writes goes back into it, letter for letter; score adds columns to a table of the user's own.
    "the writing of CSV": (
        r"csv\.(?:Dict)?[wW]riter\(",
        {"text.py", "classify/evaluate.py", "classify/suggest.py", "classify/table.py"},
    ),
    "the command that installs an extra": (r"jixiao-indicators\[", {"errors.py"}),
}


@pytest.mark.parametrize("fact", ONCE)
def test_a_fact_stands_in_one_place(fact: str) -> None:
    pattern, allowed = ONCE[fact]
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }
    assert found <= allowed
    # Each place is still one, or the pattern finds nothing any more.
    assert found


def test_severities_have_a_name_each() -> None:
    assert tuple(SEVERITY_NAMES) == SEVERITIES


def _extras() -> dict[str, list[str]]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = data["project"]["optional-dependencies"]
    return found


def test_the_extras_are_those_of_the_package() -> None:
    assert set(EXTRAS) == set(_extras()) - {"dev"}
    for extra, (module, _) in EXTRAS.items():
        error = MissingExtraError.of(extra, "不能写")
        assert f"[{extra}]" in str(error)
        assert module in str(error)


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *PACKAGE.rglob("*.py")], ids=lambda page: page.name
)
def test_no_page_names_an_extra_that_does_not_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:jixiao-indicators|\"\.|\./?)\[([a-z, ]+)\](?=\")", text) + re.findall(
        r"extras? ``?([a-z]+)``?", text
    )
    assert {name.strip() for names in named for name in names.split(",")} <= set(_extras())


def test_a_csv_is_what_a_spreadsheet_opens() -> None:
    from decimal import Decimal

    text = csv_text([("甲", None, 1, Decimal("1E+3"), -0.5), ("=1+1", "＝cmd", "电话13800138000", "\x1b乙,丙", "-1")])
    assert text == "\ufeff甲,,1,1000,-0.5\r\n'=1+1,'＝cmd,电话138****8000,\"乙,丙\",'-1\r\n"

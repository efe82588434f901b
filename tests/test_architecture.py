"""Promises of the layout: data folders hold no Python, only one module prints, layers point down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "indicators"


@pytest.mark.parametrize("folder", ["rules", "models", "corpus"])
def test_data_folders_hold_no_python(folder: str) -> None:
    assert not list((ROOT / folder).rglob("*.py"))


def test_only_the_command_line_prints() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.is_relative_to(PACKAGE / "cli"):
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(?:print|click\.echo)\(", text, re.M), path


def test_modules_stay_short() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.name == "records.py":
            continue  # nothing but documented records
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 480, path


def test_nothing_names_a_machine_or_a_session() -> None:
    words = re.compile(r"/work/(?:main|shared)|/root/|\bhelper-\d|localhost:\d{4,}")
    for folder in ("indicators", "rules", "models", "tests", "bench", "docs", "corpus"):
        for path in (ROOT / folder).rglob("*"):
            if path == Path(__file__) or path.suffix not in {".py", ".toml", ".md", ".txt", ".json", ".html", ".csv"}:
                continue
            assert not words.search(path.read_text(encoding="utf-8", errors="ignore")), path


def test_no_phone_number_lies_in_the_repository() -> None:
    """Numbers used by tests and samples are made up: 138/139 0000 xxxx and the like."""
    mobile = re.compile(r"(?<![0-9.])1[3-9][0-9]{9}(?![0-9])")
    made_up = re.compile(r"1[3-9][0-9](?:0000|1234|8000|0013|1111)[0-9]{4}|1[3-9][0-9]{5}(?:0000|1234|5678|1111|0000)")
    for folder in ("indicators", "rules", "tests", "corpus", "docs", "bench"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix not in {".py", ".toml", ".md", ".txt", ".csv", ".jsonl", ".html"}:
                continue
            for number in mobile.findall(path.read_text(encoding="utf-8", errors="ignore")):
                assert made_up.fullmatch(number) or path.name.startswith("test_"), (path, number)

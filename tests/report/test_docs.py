"""The tutorials say what is so: pictures exist, fields of the letter exist, the Python of the page runs."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from indicators.report.letter import Entry, Group, Letter, Point, Project

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("clerk.zh-CN.md", "auditor.zh-CN.md")


@pytest.mark.parametrize("name", PAGES)
def test_pictures_and_links_exist(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    assert targets
    for target in targets:
        assert (DOCS / target).is_file(), target


def test_fields_of_the_letter_are_those_of_the_page():
    text = (DOCS / PAGES[0]).read_text(encoding="utf-8")
    for name, kind in (("letter", Letter), ("project", Project), ("item", Entry), ("group", Group), ("point", Point)):
        known = {field.name for field in fields(kind)}
        named = set(re.findall(rf"\b{name}\.([a-z]+)", text)) - {"docx", "png"}
        assert named <= known, named - known


@pytest.mark.slow
def test_python_of_the_auditors_page_runs(monkeypatch, capsys):
    monkeypatch.chdir(DOCS.parent)
    text = (DOCS / PAGES[1]).read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, PAGES[1], "exec"), {})
    assert "F101" in capsys.readouterr().out

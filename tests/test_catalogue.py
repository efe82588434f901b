"""Rule packs: strict files, local packs on top, a page that is current."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indicators.cases import run_cases
from indicators.catalogue import builtin_rules, load_rules
from indicators.checks import Lexicon
from indicators.errors import PackError
from indicators.packs import models_dir, rules_dir
from indicators.report.rules_page import is_current, rules_page

LOCAL = (rules_dir() / "V" / "V101.toml").read_text(encoding="utf-8")


def pack(folder: Path, text: str, code: str = "L101") -> Path:
    (folder / "L").mkdir()
    (folder / "L" / f"{code}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_local_pack_lies_on_top(tmp_path: Path) -> None:
    text = LOCAL.replace('"V101"', '"L101"').replace('"directional-value"', '"our-words"')
    pack(tmp_path, text.replace('words = "directions"', 'words = "ours"'))
    (tmp_path / "lexicons").mkdir()
    (tmp_path / "lexicons" / "ours.txt").write_text("提高 # 注释\n有效改善\n", encoding="utf-8")
    rules = load_rules(tmp_path)
    assert len(rules) == len(builtin_rules()) + 1
    assert all(result.passed for result in run_cases(rules, ["L101"]))
    assert tmp_path.name in rules.version


def test_a_failing_case_is_told(tmp_path: Path) -> None:
    text = LOCAL.replace('"V101"', '"L101"').replace('word = "提高"', 'word = "降低"')
    results = [item for item in run_cases(load_rules(pack(tmp_path, text)), ["L101"]) if not item.passed]
    assert [(item.kind, item.number) for item in results] == [("bad", 0)]
    assert "降低" in results[0].message


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("title =", "titel =", "titel"),
        ('severity = "warning"', 'severity = "fatal"', "severity"),
        ('scope = "indicator"', 'scope = "form"', "scope"),
        ('check = "lexicon"', 'check = "lexikon"', "check"),
        ('words = "directions"', 'words = "nowhere"', "params.words"),
        ('words = "directions", ', "", "params"),
        ('"caiyu-2015-88"', '"caiyu-1949-1"', "sources"),
        ('why = "', 'why = ""\n#', "why"),
        ("[[good]]", "[[bad]]", "bad / good"),
        ('code = "V101"', 'code = "V999"', "code"),
        ("sources", 'requires = ["Z999"]\nsources', "requires"),
        ("sources", 'categories = ["产量指标"]\nsources', "categories"),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    folder = pack(tmp_path, LOCAL.replace(old, new), "V101")
    with pytest.raises(PackError) as caught:
        load_rules(folder)
    assert "V101.toml" in str(caught.value)
    assert key in str(caught.value)


def test_unknown_keys_of_a_case_are_errors(tmp_path: Path) -> None:
    text = LOCAL.replace('"V101"', '"L101"').replace('note = "分级分档"', "goals = []")
    with pytest.raises(PackError, match="goals"):
        run_cases(load_rules(pack(tmp_path, text)), ["L101"])


def test_lexicons_find_the_longest_word_first() -> None:
    words = Lexicon.parse("x", "提高\n逐步提高 # 长的在前\n\n# 注\n")
    assert words.find("逐步提高水平") == "逐步提高"
    assert words.consists("逐步提高提高")
    assert not words.consists("逐步提高水平")
    assert words.without("逐步提高水平") == "水平"
    assert Lexicon.parse("x", "").find("提高") == ""


def test_packs_hold_no_python() -> None:
    for folder in (rules_dir(), models_dir()):
        assert not list(folder.rglob("*.py"))


def test_every_lexicon_is_used() -> None:
    given = [value for rule in builtin_rules() for value in rule.params.values()]
    used = {word for value in given for word in (value if isinstance(value, list) else [value])}
    assert set(builtin_rules().lexicons) <= used


def test_the_page_of_the_catalogue_is_current() -> None:
    assert is_current(builtin_rules()), "python -m bench.generated"
    assert all(f"| {rule.code} |" in rules_page(builtin_rules()) for rule in builtin_rules())


def test_version_without_pack_file(tmp_path: Path) -> None:
    shutil.copytree(rules_dir() / "V", tmp_path / "V")
    assert load_rules(tmp_path).rules["V101"].path.is_relative_to(tmp_path)

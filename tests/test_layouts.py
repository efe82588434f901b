"""The generator of random layouts: deterministic, every option reachable, gold records what is printed; its scorer."""

from __future__ import annotations

import copy
import json
import re
from html import unescape
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from bench.layouts import Job, run, summary
from tests.layouts import FAMILIES, FORMATS, Layout, generate
from tests.layouts.draw import CATALOGUE, Draw
from tests.layouts.score import judge, norm
from tests.samples.page import Grid

KINDS = Path(__file__).parent / "kinds"
PLACES = [(family, name) for family, names in FAMILIES.items() for name in names]
LEVELS1 = {"成本指标", "产出指标", "效益指标", "满意度指标", ""}


def printed(layout: Layout) -> str:
    """Return all that the document shows, without white space."""
    texts = []
    for item in layout.sample.items:
        texts += [cell.text for cell in item.cells] if isinstance(item, Grid) else [getattr(item, "text", "")]
    return "\n".join(norm(text) for text in texts)


def shows(text: str, value: str) -> bool:
    """Whether a value is printed, in one piece or as operator, number and unit."""
    value = norm(value)
    if value in text:
        return True
    match = re.fullmatch(r"([≥≤=]?)(?:大于等于|小于等于|等于|不低于|不超过)?([\d.]+)(.*)", value)
    return bool(match) and all(part in text for part in match.groups()[1:])  # type: ignore[union-attr]


def amounts(number: float) -> tuple[str, ...]:
    return f"{number:,.2f}", f"{number:f}".rstrip("0").rstrip("."), f"{number:.2f}"


def sound(layout: Layout) -> None:
    """Assert that every gold record is printed."""
    text = printed(layout)
    for form in layout.gold:
        for name in (
            "project_name",
            "department",
            "implementing_unit",
            "project_attribute",
            "project_period",
            "basis",
            "plan",
        ):
            assert norm(form[name]) in text, (layout.name, name, form[name])
        for horizon in ("lifetime", "annual"):
            assert norm(form["goal"][horizon]) in text
            for amount in form["funds"][horizon].values():
                assert amount is None or any(shown in text for shown in amounts(amount)), (layout.name, amount)
        assert form["indicators"]
        for item in form["indicators"]:
            assert item["level1"] in LEVELS1
            assert norm(item["level3"]) in text, (layout.name, item)
            assert shows(text, item["value"]), (layout.name, item)


@pytest.mark.parametrize(("family", "format_"), PLACES, ids=[f"{a}-{b}" for a, b in PLACES])
def test_every_family_in_every_format_records_what_it_prints(family: str, format_: str) -> None:
    number = PLACES.index((family, format_))
    layout = generate(1000 + number, unusual=0.4, fixed={"family": family, "format": format_}, render=False)
    assert bool(layout.gold) == (family != "negative")
    sound(layout)


def test_many_compositions_record_what_they_print() -> None:
    for seed in range(200):
        sound(generate(seed, unusual=(seed % 5) / 4, render=False))


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "laid-pdf"])
def test_the_same_seed_gives_the_same_document(format_: str) -> None:
    first, second = (generate(7, fixed={"format": format_}) for _ in range(2))
    assert first.content == second.content
    assert (first.name, first.gold, first.meta) == (second.name, second.gold, second.meta)
    assert first.content != generate(8, fixed={"format": format_}).content


def test_every_option_is_drawn() -> None:
    left: dict[str, set[str]] = {}
    drawn: dict[str, set[str]] = {}
    for seed in range(800):
        for name, option in generate(seed, unusual=0.6, render=False).meta["dimensions"].items():
            drawn.setdefault(name, set()).add(option)
    for name, options in CATALOGUE.items():
        if missing := set(options) - drawn.get(name, set()) - {"laid-pdf"}:
            left[name] = missing
    assert not left


@pytest.mark.parametrize(("wordings", "other"), [("shown", "held_out"), ("held-out", "shown")])
def test_held_out_options_stay_apart(wordings: Any, other: str) -> None:
    for seed in range(100):
        for name, option in generate(seed, unusual=0.5, wordings=wordings, render=False).meta["dimensions"].items():
            known = CATALOGUE.get(name, {})
            assert option not in known or known[option].tag != other, (name, option)


def test_about_half_of_the_options_are_held_out() -> None:
    generate(1, render=False)
    tags = [option.tag for options in CATALOGUE.values() for option in options.values()]
    shown, held_out = tags.count("shown"), tags.count("held_out")
    assert 0.35 < held_out / (shown + held_out) < 0.65


def test_usual_documents_draw_no_unusual_option() -> None:
    for seed in range(60):
        for name, option in generate(seed, unusual=0.0, render=False).meta["dimensions"].items():
            assert option not in CATALOGUE.get(name, {}) or CATALOGUE[name][option].usual, (name, option)


def test_a_set_dimension_is_not_drawn() -> None:
    draw = Draw(1, fixed={"money.unit": "亿元"})
    assert draw.pick("money.unit", ("万元", "元"), ("千元", "亿元")) == "亿元"


def test_documents_are_written_with_gold_and_dimensions(tmp_path: Path) -> None:
    layout = generate(3, fixed={"format": "tsv", "family": "pairs"})
    path = layout.write(tmp_path)
    stem = path.name.rsplit(".", 1)[0]
    lines = (tmp_path / f"{stem}.gold.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["indicators"] for line in lines] == [form["indicators"] for form in layout.gold]
    assert json.loads((tmp_path / f"{stem}.meta.json").read_text(encoding="utf-8"))["dimensions"]["family"] == "pairs"


# the scorer


@pytest.fixture
def gold() -> list[dict[str, Any]]:
    forms = generate(5, fixed={"format": "tsv", "family": "one_sided", "forms": "2"}, render=False).gold
    return copy.deepcopy(list(forms))


def test_what_is_read_right_scores_one(gold: list[dict[str, Any]]) -> None:
    score = judge(gold, copy.deepcopy(gold))
    assert score.f1 == 1.0
    assert score.invented == 0
    assert not any(form.differences for form in score.forms)


def test_a_form_not_found_scores_nothing(gold: list[dict[str, Any]]) -> None:
    score = judge(gold, gold[:1])
    assert [form.found for form in score.forms] == [True, False]
    assert score.forms[1].f1 == 0.0
    assert 0 < score.f1 < 1


def test_a_form_of_nothing_lowers_the_document(gold: list[dict[str, Any]]) -> None:
    score = judge([], gold[:1])
    assert (score.invented, score.f1) == (1, 0.0)
    assert judge([], []).f1 == 1.0
    assert judge(gold[:1], gold).f1 < 1.0


def test_a_wrong_level_costs_its_row_twice(gold: list[dict[str, Any]]) -> None:
    got = copy.deepcopy(gold[:1])
    got[0]["indicators"][0]["level1"] = "效益指标" if got[0]["indicators"][0]["level1"] != "效益指标" else "产出指标"
    form = judge(gold[:1], got).forms[0]
    assert form.right == form.gold - 1
    assert len([line for line in form.differences if line.startswith(("missing", "extra"))]) == 2


def test_the_same_row_twice_counts_once(gold: list[dict[str, Any]]) -> None:
    got = copy.deepcopy(gold[:1])
    got[0]["indicators"].append(dict(got[0]["indicators"][0]))
    form = judge(gold[:1], got).forms[0]
    assert form.right == form.gold == form.got - 1


def test_an_amount_in_another_unit_is_wrong(gold: list[dict[str, Any]]) -> None:
    got = copy.deepcopy(gold[:1])
    right, of = judge(gold[:1], got).forms[0].funds
    assert right == of > 0
    got[0]["fund_unit"] = "元" if got[0]["fund_unit"] != "元" else "万元"
    assert judge(gold[:1], got).forms[0].funds[0] == 0


def test_blanks_and_wide_forms_are_no_difference(gold: list[dict[str, Any]]) -> None:
    got = copy.deepcopy(gold[:1])
    got[0]["project_name"] = " ".join(got[0]["project_name"])
    got[0]["goal"]["annual"] = got[0]["goal"]["annual"].replace("，", ",")
    assert not judge(gold[:1], got).forms[0].differences


def test_the_bench_reads_a_document(tmp_path: Path) -> None:
    result = run(
        Job(seed=2, unusual=0.0, wordings="both", fixed={"format": "xlsx", "family": "one_sided"}, save=tmp_path)
    )
    assert not result.error
    assert result.score.forms
    assert any(line.startswith("indicators F1 micro") for line in summary([result]))


# the kinds of tests/kinds


@pytest.mark.parametrize("gold_file", sorted(KINDS.glob("*.gold.jsonl")), ids=lambda path: path.name.split(".")[0])
def test_kinds_record_what_they_print(gold_file: Path) -> None:
    stem = gold_file.name.removesuffix(".gold.jsonl")
    document = next(path for path in KINDS.iterdir() if path.stem == stem and path.suffix in (".txt", ".html"))
    whole = document.read_text(encoding="utf-8")
    printed = unescape(re.sub(r"<[^>]*>|[|│]", "", whole))
    # Without the characters of a label that runs downwards beside the lines of its text.
    text, beside = norm(printed), norm(re.sub(r"(?m)^\s*[\u4e00-\u9fff](?=\s)", "", printed))
    down = norm(_downwards(whole))
    forms = [json.loads(line) for line in gold_file.read_text(encoding="utf-8").splitlines()]
    assert bool(forms) == (stem not in ("self_evaluation", "prose", "scoring_scheme"))
    for form in forms:
        for name in ("project_name", "department", "implementing_unit", "overview", "basis"):
            assert norm(form[name]) in text or norm(form[name]) in down
        for goal in form["goal"].values():
            assert norm(goal) in text or norm(goal) in beside or norm(goal) in down
        for item in form["indicators"]:
            assert item["horizon"] in ("lifetime", "annual")
            assert norm(item["level3"]) in text or norm(item["level3"]) in down
            assert shows(text, item["value"]), item


def _downwards(printed: str) -> str:
    """Return the texts between the bars of a document column by column, as cells of several lines read."""
    rows = [re.split("[|│]", line) for line in printed.splitlines()]
    return "".join(piece for column in zip_longest(*rows, fillvalue="") for piece in column if "--" not in piece)

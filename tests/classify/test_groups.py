"""Specificity by project, unit, department, sector and year, and what costs most."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from indicators.checks import values_wording
from indicators.classify.groups import GROUPS, by_group, by_phrase, interval
from indicators.classify.lexicon import pack_lexicon
from indicators.cli import app
from indicators.packs import models_dir
from indicators.records import Specificity


def judged(level, *, sure=True):
    chances = [0.0] * 4
    chances[level] = 1.0 if sure else 0.5
    if not sure:
        chances[(level + 1) % 4] = 0.5
    return Specificity(level=level, score=level * 100 / 3, probabilities=tuple(chances), reasons=())


def rows_of(**levels):
    rows, found = [], []
    for department, (sector, numbers) in levels.items():
        for level in numbers:
            rows.append({"department": department, "sector": sector, "level3": "名称", "value": "提高"})
            found.append(judged(level))
    return rows, found


def test_the_interval_is_that_of_the_mean_of_samples():
    scores = [0.0] * 30 + [100.0] * 70
    low, high = interval(scores)
    # The mean of n draws of a coin has the spread of a binomial: 70 ± 1.96 · 4.58.
    assert low == pytest.approx(61, abs=2)
    assert high == pytest.approx(79, abs=2)
    assert interval(list(reversed(scores))) == (low, high)
    assert interval([66.7] * 5) == pytest.approx((66.7, 66.7))
    narrow = interval(scores * 16)
    assert narrow[1] - narrow[0] < (high - low) / 3


def test_groups_stand_among_their_like():
    rows, found = rows_of(
        甲局=("水利", [3] * 40),
        乙局=("水利", [2] * 40),
        丙局=("水利", [1] * 40),
        丁局=("教育", [0] * 5),
        戊局=("", [3] * 5),
    )
    table = {row["department"]: row for row in by_group(rows, found, "department")}
    assert list(table) == ["丁局", "丙局", "乙局", "戊局", "甲局"]
    assert (table["甲局"]["place"], table["甲局"]["of"], table["甲局"]["like"]) == (1, 3, "水利")
    assert table["甲局"]["standing"] == "高于同类"
    assert table["丙局"]["standing"] == "低于同类"
    assert table["乙局"]["standing"] == "与同类相当"
    assert table["丁局"]["like"] == "全部", "one department of a sector is compared with all"
    assert table["丁局"]["of"] == 5
    assert table["甲局"]["level3"] == 1
    assert sum(row["indicators"] for row in table.values()) == len(rows)


def test_a_difference_within_the_interval_is_none():
    rng = np.random.default_rng(1)
    rows, found = rows_of(**{f"局{n}": ("水利", rng.integers(0, 4, 12).tolist()) for n in range(9)})
    standings = [row["standing"] for row in by_group(rows, found, "department")]
    assert standings.count("与同类相当") >= 7


@pytest.mark.parametrize("by", GROUPS)
def test_doubtful_ones_are_counted_and_cost_nothing(by):
    rows = [{by: "甲"}] * 4
    (row,) = by_group(rows, [judged(3), judged(3), judged(0, sure=False), judged(1, sure=False)], by)
    assert row["doubtful"] == 2
    assert row["mean"] == 100
    (none,) = by_group(rows[:1], [judged(0, sure=False)], by)
    assert none["mean"] is None
    assert none["low"] is None


def test_phrases_bear_what_they_cost():
    lexicon = pack_lexicon(models_dir() / "specificity" / "words.txt")
    rows = [
        {"level3": "治安", "value": "提高"},
        {"level3": "环境", "value": "逐步提高"},
        {"level3": "支付", "value": "及时"},
        {"level3": "人数", "value": "提高到20人"},
        {"level3": "名", "value": ""},
        {"level3": "形象", "value": "良好"},
    ]
    levels = [judged(1), judged(1), judged(1), judged(3), judged(0), judged(1, sure=False)]
    table = {row["phrase"]: row for row in by_phrase(rows, levels, lexicon)}
    assert table["提高"]["indicators"] == 2
    assert table["提高"]["cost"] == pytest.approx((66.7 + 33.3) / 5, abs=0.05)
    assert table["逐步"]["cost"] == pytest.approx(33.3 / 5, abs=0.05)
    assert table["及时"]["kind"] == "没有时限"
    assert table["（空白）"]["cost"] == 20
    assert "良好" not in table
    assert sum(row["cost"] for row in table.values()) == pytest.approx(100 * (3 * 2 / 3 + 1) / 5, abs=0.1)


def test_a_doubtful_level_is_no_finding():
    indicator = SimpleNamespace(name="校园文化", value="让学校更有温度", level2="社会效益指标", quantity=None)

    def found(probabilities):
        item = Specificity(level=1, score=30.0, probabilities=probabilities, reasons=("“温度”只是形容",))
        context = SimpleNamespace(specificity=lambda _: item)
        words = SimpleNamespace(find=lambda _: "", words=())
        check = values_wording.specific_enough
        run = getattr(check, "function", check)
        return list(run(indicator, context, at_least=2, countable=words, heads=words, abstractions=words, sure=0.75))

    assert found((0.1, 0.8, 0.1, 0.0))
    assert not found((0.05, 0.45, 0.3, 0.2))
    assert found((0.4, 0.5, 0.1, 0.0)), "void or directional: that it is vague is sure"


CSV = """level2,level3,value,department,sector,year
社会效益指标,社会治安稳定性,提高,甲局,水利,2025
数量指标,培训人数,≥200人,甲局,水利,2025
数量指标,培训人数,≥100人,乙局,水利,2025
社会效益指标,群众生活,有所改善,乙局,水利,2024
"""


def run_score(arguments, **given):
    # Through the group: a command called by itself keeps other names of its help option for the whole process.
    return CliRunner().invoke(app, ["score", *arguments], **given)


def test_score_sums_up_by_group_and_draws(tmp_path):
    pairs, picture = tmp_path / "pairs.csv", tmp_path / "图.svg"
    pairs.write_text(CSV, encoding="utf-8")
    run = run_score([str(pairs), "--by", "department", "--format", "json", "--picture", str(picture)])
    assert run.exit_code == 0, run.output
    assert '"department": "甲局"' in run.output
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "甲局" in drawn
    assert drawn.count("<circle") == 2
    book = tmp_path / "汇总.xlsx"
    assert run_score([str(pairs), "--by", "year", "-o", str(book)]).exit_code == 0
    assert book.read_bytes().startswith(b"PK")
    run = run_score([str(pairs), "--by", "phrase", "--format", "csv"])
    assert "提高" in run.output
    run = run_score([str(pairs), "--by", "unit"])
    assert run.exit_code != 0
    assert "unit" in str(run.exception)


def test_a_list_or_a_store_and_what_goes_with_it(tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(CSV, encoding="utf-8")
    listed = str(pairs)
    for arguments in ([], [listed, "--store", "x.db"], ["--store", "x.db"], [listed, "--limit", "1"]):
        assert run_score(arguments).exit_code != 0
    picture = tmp_path / "图.svg"
    for arguments in ([listed, "--picture", str(picture)], [listed, "--by", "phrase", "--picture", str(picture)]):
        assert run_score(arguments).exit_code != 0
    assert not picture.exists()
    run = run_score([listed, "--by", "department", "-o", listed])
    assert "不能覆盖" in str(run.exception)
    assert run_score([listed, "-o", str(tmp_path / "out.csv"), "-q"]).exit_code == 0


FORMS = """二级指标,三级指标,指标值,单位,单位
数量指标,培训人数,≥200人,甲局,x
社会效益指标,群众生活,有所改善,乙局,y
"""


def test_lists_with_the_headers_of_forms_are_summed_up():
    run = run_score(["-", "--by", "unit", "--format", "json"], input=FORMS.encode())
    assert run.exit_code == 0, run.output
    assert {row["unit"] for row in json.loads(run.stdout)} == {"甲局", "乙局"}
    run = run_score(["-", "--by", "department"], input=FORMS.encode())
    assert "部门" in str(run.exception)


@pytest.mark.parametrize(
    ("form", "held"), [("table", "培训人数"), ("html", "<td>培训人数</td>"), ("json", '"单位_5": "x"')]
)
def test_rows_in_other_formats(form, held):
    run = run_score(["-", "-q", "--format", form], input=FORMS.encode())
    assert run.exit_code == 0, run.output
    assert held in run.stdout


def test_shares_are_percentages_on_paper(tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(CSV, encoding="utf-8")
    run = run_score([str(pairs), "--by", "department", "--format", "html"])
    assert "100%" in run.stdout or "50%" in run.stdout

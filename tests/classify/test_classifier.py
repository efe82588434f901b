"""The model pack as it ships: levels, probabilities, reasons, refusal of changed packs, staleness."""

import csv
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from indicators.classify import load_classifier
from indicators.classify.corpus import REASONS, corpus_digest, read_corpus
from indicators.classify.evaluate import BUREAU_FOLDS, bureau_folds, read_splits
from indicators.classify.figures import agreement, expected_calibration_error, summary
from indicators.classify.fitting import PARAMETERS
from indicators.classify.pack import MANIFEST, PLAIN, load_tables
from indicators.classify.persist import EXPECTED_TYPES, MODEL, load_parts
from indicators.classify.train import features_digest
from indicators.errors import PackError, ReadError
from indicators.packs import models_dir

ROOT = Path(__file__).resolve().parents[2]
PACK = models_dir() / "specificity"


@pytest.fixture(scope="module")
def classifier():
    return load_classifier()


@pytest.fixture(scope="module")
def corpus():
    if not (ROOT / "corpus" / "labels").is_dir():
        pytest.skip("the corpus does not ship with the package")
    return read_corpus(ROOT / "corpus" / "labels")


CLEAR = [
    ("数量指标", "涉及取暖部门", "10个", 3),
    ("服务对象满意度指标", "群众满意度", "≥95%", 3),
    ("时效指标", "租赁时间", "2024年1月1日至12月31日", 3),
    ("质量指标", "培训合格率", "≥90%", 3),
    ("成本指标", "年租金", "80000元", 3),
    ("数量指标", "建筑层数", "三层", 3),
    ("质量指标", "供暖质量", "符合国家标准", 2),
    ("质量指标", "工程质量", "验收合格", 2),
    ("时效指标", "费用期间", "1年", 2),
    ("社会效益指标", "重大安全事故", "不发生", 2),
    ("社会效益指标", "维护社会稳定", "维护", 1),
    ("时效指标", "支付及时性", "及时", 1),
    ("质量指标", "服务质量", "保质保量", 1),
    ("社会效益指标", "社会治安稳定性", "提高99%", 1),
    ("社会效益指标", "改善了生态宜居环境", "≥90%", 1),
    ("质量指标", "质量指标", "保质保量", 0),
    ("数量指标", "羁押人员数量", "涉密", 0),
    ("数量指标", "慰问品", "若干", 0),
    ("时效指标", "完工时限", "795.2元", 0),
    ("数量指标", "培训人数", "", 0),
    ("数量指标", "", "10人", 0),
    ("时效指标", "完成时间", "□□▇", 0),
]


@pytest.mark.parametrize(("level2", "name", "value", "level"), CLEAR)
def test_clear_cases(classifier, level2, name, value, level):
    (judged,) = classifier.score([(level2, name, value)])
    assert judged.level == level, judged


def test_each_score_is_whole(classifier):
    rows = [(level2, name, value) for level2, name, value, _ in CLEAR]
    for judged in classifier.score(rows):
        assert sum(judged.probabilities) == pytest.approx(1, abs=1e-6)
        assert judged.level == int(np.argmax(judged.probabilities))
        expected = sum(k * p for k, p in enumerate(judged.probabilities)) / 3 * 100
        assert judged.score == pytest.approx(expected, abs=0.06)
        assert 1 <= len(judged.reasons) <= 2
        assert (judged.reasons[-1] == "把握不大，宜由人判断") == judged.doubtful
        assert all(reason and "{" not in reason for reason in judged.reasons)


def test_a_batch_scores_as_its_rows_alone(classifier):
    rows = [(level2, name, value) for level2, name, value, _ in CLEAR]
    together = classifier.score(rows + rows[::-1])
    assert together == [classifier.score([row])[0] for row in rows + rows[::-1]]
    assert classifier.score([]) == []


def test_damage_does_not_crash(classifier):
    rows = [
        ("", "", ""),
        ("数量指标", "提高" * 5000, "及时" * 100_000),
        ("x", "=1+1", "\x00\ud800"),
        ("质量指标", "\n", "\t"),
    ]
    judged = classifier.score(rows)
    assert [item.level for item in judged][:1] == [0]
    assert "内容过长" in "".join(judged[1].reasons)


def test_pack_is_small_and_its_digests_hold():
    assert sum(path.stat().st_size for path in PACK.iterdir()) < 8_000_000
    _, manifest = load_parts(PACK)
    assert set(manifest["types"]) <= EXPECTED_TYPES
    assert manifest["parameters"] == json.loads(json.dumps(PARAMETERS))


@pytest.fixture
def pack(tmp_path):
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
    return copy


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("model.skops", load_parts),
        ("words.txt", load_parts),
        ("model.npz", load_tables),
        ("words.txt", load_tables),
        ("reasons.tsv", load_tables),
    ],
)
def test_a_changed_file_is_refused(pack, name, load):
    (pack / name).write_bytes((pack / name).read_bytes() + b"\n")
    with pytest.raises(PackError, match="清单不符"):
        load(pack)


def test_tables_hold_no_code(pack):
    import hashlib

    np.savez(pack / PLAIN, classes=np.asarray([shutil.copytree], dtype=object))
    manifest = json.loads((pack / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][PLAIN] = hashlib.sha256((pack / PLAIN).read_bytes()).hexdigest()
    (pack / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(PackError, match="无法读取"):
        load_tables(pack)


def test_a_missing_file_is_refused(pack):
    (pack / MODEL).unlink()
    with pytest.raises(PackError, match="不完整"):
        load_parts(pack)
    (pack / PLAIN).unlink()
    with pytest.raises(PackError, match="不完整"):
        load_tables(pack)
    (pack / MANIFEST).unlink()
    with pytest.raises(PackError, match="模型清单"):
        load_parts(pack)


def test_an_unexpected_type_is_refused_before_it_is_built(pack):
    import hashlib

    import skops.io

    data = skops.io.dumps({"linear": shutil.copytree}, compression=zipfile.ZIP_DEFLATED)
    (pack / MODEL).write_bytes(data)
    manifest = json.loads((pack / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][MODEL] = hashlib.sha256(data).hexdigest()
    (pack / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(PackError, match="被拒绝"):
        load_parts(pack)


def test_the_model_is_not_stale(classifier, corpus):
    manifest = json.loads((PACK / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["corpus"] == corpus_digest(corpus), "corpus/labels changed: run indicators train"
    assert manifest["features"] == features_digest(classifier.encoder, corpus), "the code changed: run indicators train"


def test_the_figures_of_the_pack_reach_their_floors():
    figures = json.loads((PACK / MANIFEST).read_text(encoding="utf-8"))["figures"]
    sectors, bureaus = figures["sectors_out"], figures["bureaus_out"]["all"]
    assert sectors["macro_f1"] >= 0.92
    assert sectors["qwk"] >= 0.93
    assert sectors["ece"] <= 0.03
    assert bureaus["macro_f1"] >= 0.88
    assert bureaus["qwk"] >= 0.93
    assert bureaus["ece"] <= 0.03


def test_no_sector_is_in_training_and_test(corpus):
    folds = read_splits(ROOT / "corpus" / "splits", corpus)
    assert set(folds.values()) == set(range(5))
    assert {row.sector for row in corpus if not row.real} <= set(folds)


def test_no_bureau_is_in_training_and_test(corpus):
    folds = bureau_folds(corpus)
    real = [row for row in corpus if row.real]
    assert {row.bureau for row in real} == set(folds)
    assert set(folds.values()) == set(range(BUREAU_FOLDS))
    # A row both budgets print goes with one of them; no document of one bureau is in two parts.
    assert all(folds[row.bureau] == folds["003"] for row in real if "003" in row.source.split("+"))
    with (ROOT / "corpus" / "SOURCES.tsv").open(encoding="utf-8", newline="") as stream:
        sources = {row["bureau"] for row in csv.DictReader(stream, delimiter="\t")}
    assert {row.bureau for row in real if row.sector != "公安"} <= sources


def test_the_corpus_is_wide_enough(corpus):
    written = [row for row in corpus if not row.real]
    assert len(written) >= 3000
    assert len({row.sector for row in written}) >= 20
    assert len({row.level2 for row in written}) >= 9
    assert {row.reason for row in written} == set(REASONS)
    assert sum(row.real for row in corpus) >= 600
    assert len({row.bureau for row in corpus if row.real}) >= 20


def test_corpus_errors_name_file_and_line(tmp_path):
    with pytest.raises(PackError, match="没有标注语料"):
        read_corpus(tmp_path)
    path = tmp_path / "x.csv"
    path.write_text("level2,level3,value,level,reason,sector\n数量指标,甲,1个,2,quantity,教育\n", encoding="utf-8")
    with pytest.raises(PackError, match="第2行"):
        read_corpus(tmp_path)


def test_figures_of_merit():
    labels, scored = [0, 1, 2, 3, 3, 1], [0, 1, 2, 3, 0, 2]
    found = summary(labels, scored)
    assert found["accuracy"] == pytest.approx(4 / 6, abs=1e-4)
    assert found["confusion"][3] == [1, 0, 0, 1]
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 2 / 3 + 2 / 3) / 4, abs=1e-4)
    # Weighted disagreement 10/9, by chance (6·Σw·row·column)/36.
    assert summary([0, 3], [0, 3])["qwk"] == 1
    sure = np.asarray([[1.0, 0, 0, 0], [1.0, 0, 0, 0]])
    assert expected_calibration_error([0, 1], sure) == pytest.approx(0.5)


@pytest.mark.parametrize(("name", "count"), [("two-readings.csv", 300), ("real-forms.csv", 170)])
def test_the_second_reading_agrees_with_the_first(name, count):
    path = ROOT / "corpus" / "agreement" / name
    if not path.exists():
        pytest.skip("the corpus does not ship with the package")
    found = agreement(path)
    assert found["n"] >= count
    assert found["macro_f1"] >= 0.85
    assert found["qwk"] >= 0.9


def test_agreement_of_two_readings(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    for path, levels in ((one, [3, 1, 0]), (two, [3, 1, 1])):
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["level2", "level3", "value", "level"])
            writer.writerows([["数量指标", f"名{i}", "1个", level] for i, level in enumerate(levels)])
    found = agreement(one, two)
    assert found["n"] == 3
    assert found["differences"] == [["数量指标", "名2", "1个", 0, 1]]
    one.write_text("level2,level3,value,level\n质量指标,甲,乙,1\n", encoding="utf-8")
    with pytest.raises(ReadError, match="没有相同"):
        agreement(one, two)
    one.write_text("level2,value\n质量指标,乙\n", encoding="utf-8")
    with pytest.raises(ReadError, match="标注文件有误"):
        agreement(one, two)

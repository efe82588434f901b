"""The tables read with numpy judge as the models they were made of, on the whole corpus; reasons hold of their rows."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indicators.classify import load_classifier
from indicators.classify.corpus import read_corpus

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"sklearn", "scipy", "spacy", "skops", "pandas", "jieba", "thinc", "joblib"}


@pytest.fixture(scope="module")
def corpus():
    if not (ROOT / "corpus" / "labels").is_dir():
        pytest.skip("the corpus does not ship with the package")
    return read_corpus(ROOT / "corpus" / "labels")


def test_both_engines_judge_the_same(corpus):
    rows = [row.row for row in corpus]
    plain, oracle = load_classifier(), load_classifier(engine="sklearn")
    found = []
    for classifier in (plain, oracle):
        dense, sparse, _ = classifier.encoder.encode(rows)
        found.append(classifier.scorer.probabilities(dense, sparse))
    assert np.abs(found[0][0] - found[1][0]).max() < 1e-6
    assert np.abs(found[0][1] - found[1][1]).max() < 1e-6
    assert [item.level for item in plain.score(rows)] == [item.level for item in oracle.score(rows)]


def test_the_words_are_those_of_jieba(corpus):
    plain, oracle = load_classifier().encoder.marker, load_classifier(engine="sklearn").encoder.marker
    jieba = oracle.nlp.tokenizer.jieba
    for text in dict.fromkeys(text for row in corpus for text in row.row[1:]):
        assert plain.segmenter.words(text) == oracle.nlp.tokenizer.segmenter.words(text)
        for run in re.findall("[\u4e00-\u9fff]+", text):
            assert plain.segmenter.words(run) == list(jieba.cut(run, HMM=False))


def test_scoring_loads_nothing_heavy():
    code = (
        "import sys; from indicators.classify import load_classifier;"
        "load_classifier().score([('数量指标', '培训人数', '≥200人')]);"
        "print(' '.join({name.split('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert "numpy" in loaded.split()
    assert not HEAVY & set(loaded.split())


QUOTING = {
    "只是方向或愿望": "",
    "只是形容，没有": "",
    "没有说明时限": "",
    "难以计量，却配了数字": "",
    "内容不公开": "",
    "提到了可对照的": "",
    "提到了可查证的": "",
    "可以答是或否": "",
}
FIGURE = re.compile("[0-9０-９一二两三四五六七八九十百千万半]|[年月日季周天期]|[壹贰叁肆伍陆柒捌玖拾廿卅]")


def untrue(level2, name, value, sentence):
    """Say what a sentence claims of a row that a reader cannot find there."""
    flat = lambda text: re.sub(r"\s", "", load_classifier().encoder.marks([text])[0].text)  # noqa: E731
    name, value = flat(name), flat(value)
    if any(phrase in sentence for phrase in QUOTING):
        word = re.search("“(.+?)”", sentence).group(1).rstrip("…")
        if re.sub(r"\s", "", word) not in name + "|" + value:
            return f"{word} does not occur"
        if "却配了数字" in sentence and not FIGURE.search(value):
            return "no number"
        if "没有可核对的标准" in sentence and re.search("[0-9]+(?:%|人|元|个)", value):
            return "a number"
    elif (
        sentence.startswith("写明了")
        and not FIGURE.search(name + value)
        and not re.search("[节零前后]|元旦|除夕", value)
    ):
        return "no figure"
    elif sentence.startswith("指标值只是重复") and not set(value) & set(name):
        return "no repetition"
    elif sentence == "指标值空白":
        return "value" if value else ""
    elif sentence == "指标名空白":
        return "name" if name else ""
    return ""


def test_every_reason_holds_of_its_row(corpus):
    judged = load_classifier().score([row.row for row in corpus])
    wrong = [
        (row.row, item.reasons[0], why)
        for row, item in zip(corpus, judged, strict=True)
        if (why := untrue(*row.row, item.reasons[0]))
    ]
    assert wrong == []
    vague = sum(item.reasons[0].startswith("写法与") for item in judged)
    assert vague / len(judged) < 0.05


def test_the_check_of_reasons_can_fail():
    assert untrue("社会效益指标", "群众生活水平", "稳定", "“提高”只是方向或愿望，没有可核对的标准")
    assert untrue("质量指标", "疫情防控质量标准", "达标", "写明了金额：疫情防控质量标准 = 达标")
    assert not untrue("社会效益指标", "维护社会稳定", "提高", "“提高”只是方向或愿望，没有可核对的标准")

"""The tables read with numpy judge as the models they were made of, on the whole corpus; reasons hold of their rows."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indicators.classify import load_classifier
from indicators.classify.corpus import REASONS, read_corpus
from indicators.classify.marks import plain_texts
from indicators.classify.reasons import read_reasons
from indicators.packs import models_dir

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
    tokenizer = oracle.nlp.tokenizer
    texts = list(dict.fromkeys(text for row in corpus for text in row.row[1:] if "\n" not in text))
    cut = plain.vocabulary.words(texts)
    assert cut == tokenizer.vocabulary.words(texts)
    assert ["".join(words) for words in cut] == texts
    runs = list(dict.fromkeys(run for text in texts for run in re.findall("[\u4e00-\u9fff]+", text)))
    assert plain.vocabulary.words(runs) == [list(tokenizer.jieba.cut(run, HMM=False)) for run in runs]


def test_texts_are_marked_alike_alone_and_in_company(corpus):
    marker = load_classifier().encoder.marker
    texts = plain_texts(["", "提高", "—", *(text.replace("\n", " ") for row in corpus[::40] for text in row.row[1:])])
    together = marker(texts)
    rows = together.rows()
    for index, text in enumerate(texts):
        alone = marker([text])
        assert alone.rows()[0] == rows[index]
        assert (alone.figures[0] == together.figures[index]).all()
        assert (alone.covered[0] == together.covered[index]).all()
        assert (alone.words[1] == together.words[1][together.words[0] == index]).all()


def test_scoring_loads_nothing_heavy():
    code = (
        "import sys; from indicators.classify import load_classifier;"
        "load_classifier().score([('数量指标', '培训人数', '≥200人')]);"
        "print(' '.join({name.split('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert "numpy" in loaded.split()
    assert not HEAVY & set(loaded.split())


FIGURE = re.compile("[0-9０-９一二两三四五六七八九十百千万半]|[年月日季周天期]|[壹贰叁肆伍陆柒捌玖拾廿卅]")
DEBRIS = re.compile(
    "[□▢▇■囗�?？☆★#\u2e80-\u2fdf\u2500-\u25ff\u3400-\u4dbf\uff61-\uff9f]|[亻氵扌纟讠钅饣忄犭礻衤疒辶阝刂攵彳丨丿亅冫宀艹乚厶匚丅冖卩氺灬]"
)
CATEGORY = re.compile("指标|效益|效应|影响|持续|时效|成本|数量|质量|产出|满意|效果|时[限间]|对象|其他|环境")
EMPTY = re.compile("正在|另行|一[批宗]|[见详待据按实同附视依若数批部分暂未不无几多市随适][^ ]*|[*×xX/?—–√.…-]+|为准|某")


def figures(name, value):
    return "" if FIGURE.search(name + value) or re.search("[节零前后]|元旦|除夕", value) else "no figure"


def quoted(name, value, sentence):
    word = re.search("“(.+?)”", sentence).group(1).rstrip("…")
    return "" if re.sub(r"\s", "", word) in name + "|" + value else f"{word} does not occur"


def wish(name, value, sentence):
    return quoted(name, value, sentence) or ("a number" if re.search("[0-9]+(?:%|人|元|个)", value) else "")


# What a reader can look up in the row, for every wording of reasons.tsv.
CLAIMS = {
    "写明了数量": lambda name, value, sentence: figures(name, value),
    "写明了金额": lambda name, value, sentence: (
        figures(name, value) or ("" if re.search("[元万亿价费金款资本薪]", name + value) else "no money")
    ),
    "写明了比率": lambda name, value, sentence: (
        figures(name, value) or ("" if re.search("[%‰率比成倍分度％]", name + value) else "no ratio")
    ),
    "写明了日期或期限": lambda name, value, sentence: figures("", value),
    "提到了可对照的": quoted,
    "提到了可查证的": quoted,
    "只有粗略的时段": lambda name, value, sentence: (
        "" if re.search("[年月日季周天期时汛学节暑寒假季春夏秋冬旺淡前后]", value) else "no time"
    ),
    "可以答是或否": quoted,
    "只是方向或愿望": wish,
    "只是形容，没有": wish,
    "没有说明时限": wish,
    "难以计量，却配了数字": lambda name, value, sentence: (
        quoted(name, value, sentence) or ("" if FIGURE.search(value) else "no number")
    ),
    "指标名只是类别名": lambda name, value, sentence: "" if CATEGORY.search(name) and len(name) < 13 else "no category",
    "指标值只是重复": lambda name, value, sentence: "" if set(value) & set(name) else "no repetition",
    "指标值像是答非所问": lambda name, value, sentence: "the name says it" if value in name else "",
    "内容不公开": quoted,
    "占位或未填实": lambda name, value, sentence: (
        "" if EMPTY.search(value) or not re.search(r"\w", value) else "filled in"
    ),
    "含无法辨读的字符": lambda name, value, sentence: "" if DEBRIS.search(name + value) else "no debris",
    "写法与": lambda name, value, sentence: "",
    "指标值空白": lambda name, value, sentence: value,
    "指标名空白": lambda name, value, sentence: name,
}


def untrue(rows, sentences):
    """Yield of each row what its sentence claims that a reader cannot find there."""
    texts = [text for _, *texts in rows for text in texts]
    flat = iter([re.sub(r"\s", "", marks.text) for marks in load_classifier().encoder.marks(texts)])
    for name, value, sentence in zip(flat, flat, sentences, strict=True):
        (claim,) = [check for words, check in CLAIMS.items() if words in sentence.split("：")[0]]
        yield claim(name, value, sentence)


def test_every_wording_is_looked_up():
    words = read_reasons(models_dir() / "specificity" / "reasons.tsv")
    for wording in words.values():
        sentence = wording.format(name="培训人数", value="≥20人", word="提高", level="量化可核")
        assert len([claim for claim in CLAIMS if claim in sentence.split("：")[0]]) == 1, sentence


@pytest.mark.parametrize("code", list(REASONS))
def test_the_look_up_of_each_reason_can_fail(code):
    """A reason put on a row that it does not hold of is found out."""
    words = read_reasons(models_dir() / "specificity" / "reasons.tsv")
    others = {
        "amount": ("数量指标", "参训率", "≥9次"),
        "repeats-name": ("质量指标", "参训人数", "及时"),
        "mismatch": ("质量指标", "按时发放", "发放"),
        **dict.fromkeys(
            ("ratio", "category-name", "placeholder", "garbled", "pseudo"), ("数量指标", "参训人数", "3人")
        ),
        **dict.fromkeys(("quantity", "date", "coarse-period"), ("社会效益指标", "社会稳定", "提高")),
    }
    row = others.get(code, ("社会效益指标", "社会稳定", "改善"))
    sentence = words[f"reason:{code}"].format(name=row[1], value=row[2], word="优良")
    assert all(untrue([row], [sentence]))


def test_every_reason_holds_of_its_row(corpus):
    rows = [row.row for row in corpus]
    judged = load_classifier().score(rows)
    said = [item.reasons[0] for item in judged]
    wrong = [told for told in zip(rows, said, untrue(rows, said), strict=True) if told[-1]]
    assert wrong == []
    vague = sum(item.reasons[0].startswith("写法与") for item in judged)
    assert vague / len(judged) < 0.05

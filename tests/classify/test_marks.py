"""The spaCy pipeline: what it sees in names and values."""

import jieba
import numpy as np
import pytest

from indicators.classify import patterns
from indicators.classify.features import DENSE, SPARSE_WIDTH, Encoder
from indicators.classify.fitting import build_encoder
from indicators.classify.lexicon import SECTIONS, Lexicon, heads_path, of_heads, pack_lexicon, read_lexicon
from indicators.classify.lines import Lines
from indicators.classify.marks import HEADS, mark, plain_texts
from indicators.classify.model import load_classifier
from indicators.classify.patterns import KINDS
from indicators.classify.segment import Vocabulary
from indicators.errors import PackError
from indicators.packs import models_dir


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return build_encoder(models_dir() / "specificity")


KIND_OF = {
    "": "empty",
    "——": "symbols",
    "≥95%": "number-ratio",
    "10个": "number-count",
    "29人": "number-person",
    "96万元": "number-money",
    "800元/人": "number-money-rate",
    "≤24小时": "number-time",
    "3175.77平方米": "number-area",
    "三层": "number-count",
    "95": "number-bare",
    "1年": "whole-year",
    "2023年1月-12月": "whole-year",
    "≤1年": "number-time",
    "2024年度": "date-year",
    "2024年12月底前": "date-deadline",
    "2022年12月1日至2027年11月30日": "date-day",
    "春节前": "feast",
    "及时": "word-timely",
    "及时无": "word-timely",
    "提高": "word-direction",
    "逐步提高": "all-vague",
    "良好": "word-adjective",
    "涉密": "word-withheld",
    "若干": "word-placeholder",
    "零投诉": "word-zero",
    "验收合格": "word-state",
    "开学前": "word-coarse",
    "按月": "word-cycle",
    "较上年减少": "has-compare",
    "符合GB/T 18883-2022": "has-document",
    "按《会议费管理办法》执行": "has-document",
    "□▢囗": "odd",
    "，。": "empty",
}


@pytest.mark.parametrize("text", KIND_OF)
def test_kinds_of_values(encoder, text):
    (marks,) = encoder.marks([text])
    assert KINDS[marks.kind] == KIND_OF[text]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("群众满意度", "feeling"),
        ("培训合格率", "counted-rate"),
        ("安全意识提升率", "trend"),
        ("年租金", "money"),
        ("完工时间", "duration"),
        ("参训人数", "number"),
        ("交通事故", "statistic"),
        ("工作效率", "abstract"),
        ("质量指标", "category"),
        ("", "empty"),
    ],
)
def test_heads_of_names(encoder, name, head):
    (marks,) = encoder.marks([name])
    assert HEADS[marks.head] == head


def test_the_base_of_a_rate_is_seen(encoder):
    wish, counted = encoder.marks(["安全意识提升率", "道路交通事故下降率"])
    assert HEADS[wish.before] == "abstract"
    assert HEADS[counted.before] == "statistic"


def test_texts_in_one_document_are_marked_as_alone(encoder):
    texts = ["供暖面积", "≥95%", "两行\n文字", "", "提高\u3000无", "x" * 1000]
    together = encoder.marks(texts)
    for text, marks in zip(texts, together, strict=True):
        assert encoder.marks([text]) == [marks]


def test_words_join_to_the_text_and_follow_jieba(encoder):
    tokenizer = encoder.marker.nlp.tokenizer
    for text in (
        "物业管理工作验收合格率≥95%",
        "按《办法》〔2023〕12号执行",
        "保障我市视频监控系统正常运转",
        "㐂丂𠀀",
        "a1，。",
    ):
        assert ["".join(words) for words in tokenizer.vocabulary.words([text])] == [text]
    name = "提升驾驶员道路交通安全意识"
    assert tokenizer.vocabulary.words([name]) == [list(tokenizer.jieba.cut(name, HMM=False))]


def test_a_document_of_lines_has_their_words_as_tokens(encoder):
    nlp = encoder.marker.nlp
    doc = nlp("验收合格率\n\n≥95%")
    assert doc.text == "验收合格率\n\n≥95%"
    assert doc._.marks.texts == ["验收合格率", "", "≥95%"]
    assert [KINDS[row.kind] for row in doc._.marks.rows()] == ["has-state", "empty", "number-ratio"]


def test_the_global_jieba_is_untouched(encoder):
    assert encoder.marker.nlp.tokenizer.jieba is not jieba.dt
    assert "应保尽保" not in (jieba.dt.FREQ or {})


def test_blocks_have_the_named_columns(encoder):
    rows = [("数量指标", "供暖面积", "≥10平方米"), ("没有的类别", "", ""), ("质量指标", "质量", "𠀀\ud800")]
    dense, sparse, marks = encoder.encode(rows)
    assert dense.shape == (3, len(DENSE))
    assert sparse.csr().shape == (3, SPARSE_WIDTH)
    assert len(marks) == 3
    column = DENSE.index("value.kind:number-area")
    assert dense[:, column].tolist() == [1, 0, 0]


def test_encoding_does_not_depend_on_the_batch(encoder):
    rows = [("数量指标", "供暖面积", "≥10平方米"), ("质量指标", "工程质量", "验收合格"), ("时效指标", "完工时间", "")]
    dense, sparse, _ = encoder.encode(rows)
    for index, row in enumerate(rows):
        alone, alone_sparse, _ = encoder.encode([row])
        assert (alone[0] == dense[index]).all()
        assert abs(alone_sparse.csr() - sparse.csr()[index]).sum() == 0


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("★★★农村低保发放人数(≥**人)", "农村低保发放人数"),
        ("指标1:小区居民满意度(≥**%)", "小区居民满意度"),
        ("受益建档立卡贫困人口数≥**人", "受益建档立卡贫困人口数"),
        ("═100%", "=100%"),
        ("**", "**"),
        ("培训(2次)", "培训(2次)"),
    ],
)
def test_what_the_template_prints_is_not_read(encoder, printed, read):
    (marks,) = encoder.marks([printed])
    assert marks.text == read


def test_lexicon_errors_name_the_line(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("[direction]\n提高\n[nonsense]\n", encoding="utf-8")
    with pytest.raises(PackError, match="第3行"):
        read_lexicon(path)
    path.write_text("提高\n", encoding="utf-8")
    with pytest.raises(PackError, match="第1行"):
        read_lexicon(path)
    with pytest.raises(PackError):
        read_lexicon(tmp_path / "none.txt")


def test_the_longest_word_of_the_list_is_taken():
    timely, direction = (1 << SECTIONS.index(name) for name in ("timely", "direction"))
    lexicon = Lexicon({"及时": timely, "及时发放": timely, "发放": direction})
    assert lexicon.words("已及时发放到位", timely | direction) == ["及时发放"]
    assert lexicon.words("已及时发", timely) == ["及时"]
    vocabulary = Vocabulary("发\n及\n及时", np.asarray([30, 30, 40], np.int32), lexicon.masks)
    whole, late, twice = mark(Lines.of(["及时发放", "已及时发", "发放，及时"]), vocabulary).rows()
    assert (whole.exact, whole.first, whole.last, whole.present) == (timely,) * 4
    assert (late.exact, late.first, late.last, late.present) == (0, 0, 0, timely)
    assert (twice.first, twice.last, twice.base) == (direction, timely, direction)


def test_unknown_characters_and_gaps_do_not_cross_texts():
    vocabulary = Vocabulary("人\n人员", np.asarray([9, 99], np.int32), {})
    assert vocabulary.words(["人", "员", "人员", "", "\U00020000人员a1.5,b"]) == [
        ["人"],
        ["员"],
        ["人员"],
        [],
        ["\U00020000", "人员", "a", "1.5,", "b"],
    ]


@pytest.mark.parametrize("name", patterns.PATTERNS)
def test_an_expression_is_tried_wherever_it_can_match(name):
    """The characters that let a text be tried hold at least one of each match."""
    texts = [
        f"{head}{word}{tail}"
        for head in ("", "应", "不", "每", "第")
        for word in "每周次月后内实同附视一见详据按依待零无未没正腊星上中下底三逐"
        for tail in ("", "底", "前", "旬", "日前", "保尽保", "半年", "夕", "表", "发生", "村一名", "三")
    ]
    texts += ["XX", "12时", "9:30", "8点", "?", "×", "*", "随市场调整", "以实际为准", "节前", "除夕", "三次", "国庆"]
    search = patterns.PATTERNS[name].search
    lines = Lines.of(texts)
    assert patterns.matches(lines, name, search).tolist() == [search(text) is not None for text in texts]


def test_formal_numerals_are_numbers_and_words_are_words():
    assert plain_texts(["壹万元", "伍拾人", "队伍建设", "登陆次数", "收拾"]) == [
        "一万元",
        "五十人",
        "队伍建设",
        "登陆次数",
        "收拾",
    ]


def test_heads_of_names_stand_in_one_list():
    path = models_dir() / "specificity" / "words.txt"
    own = read_lexicon(path).masks
    lines = [line for line in heads_path().read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    heads = of_heads(lines)
    assert not [word for word, mask in heads.items() if own.get(word, 0) & mask]
    whole = pack_lexicon(path).masks
    rate, trend, statistic = (1 << SECTIONS.index(name) for name in ("counted-rate", "trend", "statistic"))
    assert whole["办结率"] & rate
    assert not whole["稳定率"] & rate
    assert whole["提升率"] & trend
    assert whole["投诉"] & statistic
    stored = load_classifier().encoder.marker.vocabulary
    assert stored.masks_of(list(whole)).tolist() == list(whole.values()), "run indicators train"

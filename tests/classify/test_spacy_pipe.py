"""The component for users of spaCy: found by entry point, spans, serialisation, and the page that shows it."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest
import spacy

from indicators.classify import load_classifier
from indicators.errors import PackError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def factory():
    """Load what the entry point names, as spaCy does where the package is installed."""
    path = ROOT / "pyproject.toml"
    if not path.exists():
        pytest.skip("only in a checkout")
    points = tomllib.loads(path.read_text(encoding="utf-8"))["project"]["entry-points"]["spacy_factories"]
    module, name = points["indicator_specificity"].split(":")
    return getattr(importlib.import_module(module), name)


@pytest.fixture(scope="module")
def nlp(factory):
    made = spacy.blank("zh")
    made.add_pipe("indicator_specificity")
    return made


def labelled(doc):
    return {(span.text, span.label_) for span in doc.spans["indicator"]}


def test_it_judges_as_the_classifier(nlp):
    rows = [("社会效益指标", "维护社会稳定", "提高99%"), ("数量指标", "培训人数", "≥200人"), ("", "", "若干")]
    judged = [doc._.specificity for doc in nlp.pipe(["｜".join(row) for row in rows[:2]] + ["若干"], batch_size=2)]
    assert judged == load_classifier().score(rows)


def test_spans(nlp):
    doc = nlp("质量指标｜供暖质量｜符合国家标准，室内温度不低于20度")
    assert ("国家标准", "STANDARD") in labelled(doc)
    assert ("不低于", "COMPARATOR") in labelled(doc)
    (quantity,) = [span for span in doc.spans["indicator"] if span.label_ == "QUANTITY"]
    assert quantity._.quantity.number == 20
    assert ("提高", "VAGUE") in labelled(nlp("社会效益指标｜维护社会稳定｜提高"))
    assert ("若干", "PLACEHOLDER") in labelled(nlp("数量指标｜慰问品｜若干"))
    assert not nlp("").spans["indicator"]


def test_it_travels_with_the_pipeline(nlp, tmp_path):
    text = "社会效益指标｜维护社会稳定｜提高99%"
    nlp.to_disk(tmp_path / "pipe")
    for again in (spacy.load(tmp_path / "pipe"), spacy.blank("zh")):
        if not again.pipe_names:
            again.add_pipe("indicator_specificity")
            again.from_bytes(nlp.to_bytes())
        assert again(text)._.specificity == nlp(text)._.specificity
        assert labelled(again(text)) == labelled(nlp(text))
    words = tmp_path / "pipe" / "indicator_specificity" / "words.txt"
    words.write_text("[direction]\n别的\n", encoding="utf-8")
    from indicators.classify import model

    model._loaded.cache_clear()
    with pytest.raises(PackError, match="清单不符"):
        spacy.load(tmp_path / "pipe")


def test_the_page_runs(capsys):
    names: dict[str, object] = {}
    for block in re.findall("```python\n(.+?)```", (ROOT / "docs" / "spacy.md").read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
    printed = capsys.readouterr().out
    assert "99% QUANTITY %" in printed
    assert names["frame"]["level"].tolist() == [3, 1, 0]

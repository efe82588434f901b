"""The spaCy component ``indicator_specificity``: levels, and spans for what makes an indicator specific or vague.

spaCy finds it by the entry point ``spacy_factories``; ``nlp.add_pipe("indicator_specificity")`` is all that is needed.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from indicators.classify.lexicon import read_lexicon
from indicators.classify.model import Classifier, load_classifier
from indicators.classify.pack import MANIFEST, PLAIN, REASON_WORDS, WORDS
from indicators.classify.patterns import BIT
from indicators.packs import models_dir
from indicators.quantities import find_quantities

__all__ = ["LABELS", "NAME", "SEPARATOR", "SPANS", "SpecificityComponent", "create"]

NAME = "indicator_specificity"
SPANS = "indicator"
"""Key of ``doc.spans``."""
SEPARATOR = "｜"
"""Divides 二级指标, 三级指标 and 指标值 in the text of a document; the first two may be left out."""
LABELS = {
    "STANDARD": BIT["standard"] | BIT["named-document"],
    "VAGUE": BIT["direction"] | BIT["gradual"] | BIT["adjective"] | BIT["timely"],
    "PLACEHOLDER": BIT["placeholder"] | BIT["withheld"],
}
"""Labels of spans that come from the word list, and the kinds of words they stand for; besides QUANTITY, COMPARATOR."""
_COMPARATORS = (
    *("≥", "≤", ">", "<", "=", ">=", "<=", "≧", "≦", "＞", "＜", "＝", "不低于", "不少于", "不高于", "不超过"),
    *("大于", "小于", "大于等于", "小于等于", "高于", "低于", "至少", "至多", "以上", "以下", "以内"),
)
_FILES = (PLAIN, WORDS, REASON_WORDS, MANIFEST)


class SpecificityComponent:
    """Sets ``doc._.specificity`` and ``doc.spans["indicator"]`` of documents ``二级指标｜三级指标｜指标值``.

    Spans are labelled QUANTITY (``span._.quantity`` holds it), COMPARATOR, STANDARD, VAGUE and PLACEHOLDER.

    Parameters
    ----------
    nlp
        The pipeline it belongs to.
    """

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self._load(models_dir() / "specificity")

    def _load(self, folder: Path) -> None:
        self.files = {name: (folder / name).read_bytes() for name in _FILES}
        self.classifier: Classifier = load_classifier(folder)
        masks = read_lexicon(folder / WORDS).masks
        self.matcher = PhraseMatcher(self.nlp.vocab)
        make = self.nlp.make_doc
        for label, kinds in LABELS.items():
            self.matcher.add(label, [make(word) for word, mask in masks.items() if mask & kinds])
        self.matcher.add("COMPARATOR", [make(word) for word in _COMPARATORS])

    def __call__(self, doc: Doc) -> Doc:
        """Judge one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 1_000) -> Iterator[Doc]:
        """Judge many documents, a batch at once."""
        documents = iter(stream)
        while batch := list(islice(documents, batch_size)):
            judged = self.classifier.score([_row(doc.text) for doc in batch])
            for doc, specificity in zip(batch, judged, strict=True):
                doc._.specificity = specificity
                doc.spans[SPANS] = self._spans(doc)
                yield doc

    def _spans(self, doc: Doc) -> list[Span]:
        found: list[Span] = []
        for quantity, start, end in find_quantities(doc.text):
            span = doc.char_span(start, end, label="QUANTITY", alignment_mode="expand")
            if span is not None:
                span._.quantity = quantity
                found.append(span)
        labels: dict[str, list[Span]] = {}
        for span in self.matcher(doc, as_spans=True):
            labels.setdefault(span.label_, []).append(span)
        for spans in labels.values():
            found += filter_spans(spans)
        return sorted(found, key=lambda span: (span.start, -span.end, span.label_))

    def to_bytes(self, **_: Any) -> bytes:
        """Return the plain pack: a pipeline read back needs no other file."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in self.files.items():
                archive.writestr(name, content)
        return packed.getvalue()

    def from_bytes(self, data: bytes, **_: Any) -> SpecificityComponent:
        """Read what ``to_bytes`` wrote; digests are checked."""
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in _FILES:
                (Path(folder) / name).write_bytes(archive.read(name))
            self._load(Path(folder))
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the plain pack into a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: str | Path, **_: Any) -> SpecificityComponent:
        """Read what ``to_disk`` wrote; digests are checked."""
        self._load(Path(path))
        return self


def _row(text: str) -> tuple[str, str, str]:
    level2, name, value = (["", "", *text.split(SEPARATOR, 2)])[-3:]
    return level2, name, value


def create(nlp: Language, name: str) -> SpecificityComponent:
    """Make the component; the factory named in the entry point."""
    return SpecificityComponent(nlp)


if not Doc.has_extension("specificity"):
    Doc.set_extension("specificity", default=None)
if not Span.has_extension("quantity"):
    Span.set_extension("quantity", default=None)
if not Language.has_factory(NAME):
    Language.factory(NAME, assigns=["doc._.specificity", "doc.spans"], func=create)

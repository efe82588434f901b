"""The spaCy side: the pipeline that training and evaluation run through, and the component for users of spaCy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from indicators.classify.lexicon import Lexicon
from indicators.classify.marks import Marks, mark

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["MARKS", "MarkComponent", "PipelineMarker", "register"]

MARKS = "indicator_marks"
LINE_END = "\n"
"""Divides the texts that share a document."""
_CHUNK = 64


class MarkComponent:
    """Pipeline component that sets ``doc._.marks``: one ``Marks`` for each line of the document.

    Names and values are a few words long, so that many travel in one document, one a line: making a document
    costs more than marking a name.

    Parameters
    ----------
    lexicon
        The words of the pack.
    frequencies
        The tokenizer's dictionary.
    """

    def __init__(self, lexicon: Lexicon, frequencies: dict[str, float]) -> None:
        self.lexicon = lexicon
        self.frequencies = frequencies

    def __call__(self, doc: Doc) -> Doc:
        """Mark the lines of one document."""
        words = [token.text for token in doc]
        marks = []
        start = 0
        for stop in [index for index, word in enumerate(words) if word == LINE_END] + [len(words)]:
            marks.append(mark(words[start:stop], self.lexicon, self.frequencies))
            start = stop + 1
        doc._.marks = tuple(marks)
        return doc


class PipelineMarker:
    """Marks texts through a spaCy pipeline of ``tokens.build_pipeline``.

    Parameters
    ----------
    nlp
        The pipeline.
    """

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp

    def __call__(self, texts: Sequence[str]) -> list[Marks]:
        """Mark each text."""
        chunks = [LINE_END.join(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
        return [marks for doc in self.nlp.pipe(chunks) for marks in doc._.marks]


def register() -> None:
    """Make the component and its extension known to spaCy; harmless when called again."""
    from spacy.language import Language
    from spacy.tokens import Doc

    if not Doc.has_extension("marks"):
        Doc.set_extension("marks", default=None)
    if not Language.has_factory(MARKS):

        def create(nlp: Any, name: str) -> MarkComponent:
            return MarkComponent(Lexicon({}), nlp.tokenizer.segmenter.scores)

        Language.factory(MARKS, func=create)

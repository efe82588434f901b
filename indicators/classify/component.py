"""The spaCy side: the pipeline that training and evaluation run through, and the component for users of spaCy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.classify.lines import Lines
from indicators.classify.marks import Marked, mark
from indicators.classify.segment import Vocabulary

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["MARKS", "MarkComponent", "PipelineMarker", "register"]

MARKS = "indicator_marks"
LINE_END = "\n"
"""Divides the texts that share a document."""
_CHUNK = 64


class MarkComponent:
    """Pipeline component that sets ``doc._.marks``: the ``Marked`` of the lines of the document.

    Names and values are a few words long, so that many travel in one document, one a line: making a document
    costs more than marking a name.

    Parameters
    ----------
    vocabulary
        Dictionary and words of the pack.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __call__(self, doc: Doc) -> Doc:
        """Mark the lines of one document by its tokens."""
        cuts = [token.idx for token in doc if token.text != LINE_END]
        lines = Lines.of(doc.text.split(LINE_END))
        doc._.marks = mark(lines, self.vocabulary, np.asarray(cuts, np.int64))
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

    def __call__(self, texts: Sequence[str]) -> Marked:
        """Mark each text."""
        chunks = [LINE_END.join(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
        return Marked.joined([doc._.marks for doc in self.nlp.pipe(chunks or [""])])


def register() -> None:
    """Make the component and its extension known to spaCy; harmless when called again."""
    from spacy.language import Language
    from spacy.tokens import Doc

    if not Doc.has_extension("marks"):
        Doc.set_extension("marks", default=None)
    if not Language.has_factory(MARKS):

        def create(nlp: Any, name: str) -> MarkComponent:
            return MarkComponent(nlp.tokenizer.vocabulary)

        Language.factory(MARKS, func=create)

"""A spaCy pipeline for indicator names and values, with a private jieba tokenizer behind it.

jieba's global state is never touched and its cache file in the temporary folder is neither written nor read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from indicators.classify.lexicon import Lexicon

if TYPE_CHECKING:
    import jieba
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["LONGEST_TEXT", "WORDS_KEY", "JiebaTokenizer", "build_pipeline", "private_jieba"]

LONGEST_TEXT = 400
"""Characters of a text that are looked at; a longer cell is prose or damage."""

WORDS_KEY = "indicator_words"
"""Where a document keeps its words as plain strings."""
_RARE = 20
_USER_FREQUENCY = 50_000
_PARTS = re.compile("[0-9０-９][0-9０-９.,，．]*|[A-Za-z]+|[\u4e00-\u9fff]+|\n|[^\\S\n]+|.", re.DOTALL)


def private_jieba(lexicon: Lexicon) -> jieba.Tokenizer:
    """Build a jieba tokenizer of our own: its dictionary without rare words, and the words of the pack.

    Parameters
    ----------
    lexicon
        Its words are kept together where they can stand.
    """
    import jieba

    tokenizer = jieba.Tokenizer()
    frequencies: dict[str, int] = {}
    with tokenizer.get_dict_file() as lines:
        for line in lines:
            word, count, _ = line.split(b" ", 2)
            if (len(count) > 1 and (int(count) >= _RARE or len(word) <= 3)) or len(word) <= 3:
                frequencies[word.decode()] = int(count)
    for word in lexicon.masks:
        if len(word) > 1:
            frequencies[word] = max(_USER_FREQUENCY, frequencies.get(word, 0))
    tokenizer.total = sum(frequencies.values())
    for word in list(frequencies):
        for stop in range(1, len(word)):
            frequencies.setdefault(word[:stop], 0)
    tokenizer.FREQ, tokenizer.initialized = frequencies, True
    return tokenizer


def _cutter(tokenizer: jieba.Tokenizer) -> tuple[Callable[[str], list[str]], dict[str, float]]:
    """Return jieba's most probable segmentation as one loop over logarithms taken once, and those logarithms.

    The same route as ``Tokenizer.cut(text, HMM=False)``, at a third of the time: texts here are short and many.
    """
    scores = {word: math.log(count) if count else 0.0 for word, count in tokenizer.FREQ.items()}
    total = math.log(tokenizer.total)

    def cut(text: str) -> list[str]:
        size = len(text)
        best = [0.0] * (size + 1)
        ends = [0] * size
        for start in range(size - 1, -1, -1):
            top, end_of_top = -1e300, start + 1
            end = start + 1
            piece = text[start]
            score = scores.get(piece)
            while score is not None:
                # A score of zero marks a mere beginning of longer words; single characters may always stand.
                if score or end == start + 1:
                    value = score - total + best[end]
                    if value >= top:
                        top, end_of_top = value, end
                if end >= size:
                    break
                end += 1
                piece = text[start:end]
                score = scores.get(piece)
            best[start] = top if top > -1e299 else best[start + 1] - total
            ends[start] = end_of_top
        words = []
        start = 0
        while start < size:
            words.append(text[start : ends[start]])
            start = ends[start]
        return words

    return cut, scores


class JiebaTokenizer:
    """The tokenizer of the pipeline: numbers, Latin words, signs, and Chinese words by jieba.

    Parameters
    ----------
    nlp
        The pipeline it belongs to.
    jieba_tokenizer
        A private one.
    """

    def __init__(self, nlp: Language, jieba_tokenizer: jieba.Tokenizer) -> None:
        self.vocab = nlp.vocab
        self.jieba = jieba_tokenizer
        self._cut, self.frequencies = _cutter(jieba_tokenizer)

    def words(self, text: str) -> list[str]:
        """Cut a text into words; joined again they are the text."""
        words: list[str] = []
        for part in _PARTS.findall(text):
            if len(part) > 1 and "\u4e00" <= part[0] <= "\u9fff":
                words += self._cut(part)
            else:
                words.append(part)
        return words

    def __call__(self, text: str) -> Doc:
        """Tokenise one text."""
        from spacy.tokens import Doc

        words = self.words(text)
        # The words travel along: asking each token for its text again would cost as much as cutting it.
        return Doc(self.vocab, words=words, spaces=[False] * len(words), user_data={WORDS_KEY: words})

    def pipe(self, texts: Iterable[str], **_: Any) -> Iterator[Doc]:
        """Tokenise many texts."""
        return map(self, texts)


def build_pipeline(lexicon: Lexicon) -> Language:
    """Build the pipeline: private tokenizer, then the component that marks quantities, dates and words.

    Parameters
    ----------
    lexicon
        The words of the model pack.

    Returns
    -------
    Language
        Each ``Doc`` it makes carries ``doc._.marks``, one entry a line (see ``component``).
    """
    import spacy

    from indicators.classify.component import COMPONENT, register

    register()
    nlp = spacy.blank("zh")
    # Nobody asks a lexeme for its shape or whether it looks like an address; working that out is dear.
    vocab: Any = nlp.vocab
    vocab.lex_attr_getters = {}
    nlp.tokenizer = JiebaTokenizer(nlp, private_jieba(lexicon))
    component: Any = nlp.add_pipe(COMPONENT)
    component.lexicon = lexicon
    return nlp

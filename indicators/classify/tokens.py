"""A spaCy pipeline for indicator names and values, with a private jieba tokenizer behind it.

jieba's global state is never touched and its cache file in the temporary folder is neither written nor read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.classify.lexicon import Lexicon
from indicators.classify.segment import Vocabulary

if TYPE_CHECKING:
    import jieba
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["JiebaTokenizer", "build_pipeline", "private_jieba"]

_RARE = 20
_USER_FREQUENCY = 50_000


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


class JiebaTokenizer:
    """The tokenizer of the pipeline: numbers, Latin words, signs, and Chinese words by jieba.

    Parameters
    ----------
    nlp
        The pipeline it belongs to.
    jieba_tokenizer
        A private one.
    lexicon
        The words of the pack.
    """

    def __init__(self, nlp: Language, jieba_tokenizer: jieba.Tokenizer, lexicon: Lexicon) -> None:
        self.vocab = nlp.vocab
        self.jieba = jieba_tokenizer
        words, counts = zip(*sorted(jieba_tokenizer.FREQ.items()), strict=True)
        self.vocabulary = Vocabulary("\n".join(words), np.asarray(counts, np.int32), lexicon.masks)

    def __call__(self, text: str) -> Doc:
        """Tokenise one text; a line break is a word of its own."""
        from spacy.tokens import Doc

        cut = self.vocabulary.words(text.split("\n"))
        words = [word for line in cut for word in (*line, "\n")][:-1]
        return Doc(self.vocab, words=words, spaces=[False] * len(words))

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

    from indicators.classify.component import MARKS, register

    register()
    nlp = spacy.blank("zh")
    # Nobody asks a lexeme for its shape or whether it looks like an address; working that out is dear.
    vocab: Any = nlp.vocab
    vocab.lex_attr_getters = {}
    nlp.tokenizer = JiebaTokenizer(nlp, private_jieba(lexicon), lexicon)
    nlp.add_pipe(MARKS)
    return nlp

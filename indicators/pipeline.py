"""The main job end to end: files in, judged indicators out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import __version__
from indicators.catalogue import RuleSet, load_rules
from indicators.config import Config, acceptance_notices, describe
from indicators.engine import Statistics, check_extraction, tool_finding
from indicators.errors import IndicatorsError, ReadError
from indicators.forms import find_forms
from indicators.packs import rules_dir
from indicators.readers import PdfEngine, read
from indicators.records import Document, DocumentReport, Extraction, Note, Report, Specificity
from indicators.score import load_weights, score_document

if TYPE_CHECKING:
    import pandas as pd

    from indicators.classify import Classifier
    from indicators.score import Weights

__all__ = ["Checker", "Options", "check", "expand", "extract_file", "score", "unreadable", "unreadable_extraction"]

#: Endings looked for when a folder is given; a file named by hand is read whatever its name.
SUFFIXES = frozenset(
    (
        *(".pdf", ".docx", ".docm", ".doc", ".wps", ".rtf", ".odt"),
        *(".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods"),
        *(".txt", ".tsv", ".md", ".html", ".htm"),
        *(".png", ".jpg", ".jpeg", ".tif", ".tiff"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How documents are read and judged.

    Parameters
    ----------
    engine
        PDF library.
    ocr
        Whether pictured pages are recognised, where the extra is installed.
    classifier
        Whether indicators are scored for specificity.
    """

    engine: PdfEngine = "pypdfium2"
    ocr: bool = True
    classifier: bool = True


@dataclass
class Checker:
    """Judges documents one after another with the same rules, settings and model.

    Parameters
    ----------
    config
        Settings of the run.
    options
        How documents are read.
    """

    config: Config = field(default_factory=Config)
    options: Options = field(default_factory=Options)
    statistics: Statistics = field(default_factory=Statistics)

    @cached_property
    def rules(self) -> RuleSet:
        """The built-in pack and the local ones."""
        return load_rules(*self.config.rules)

    @cached_property
    def weights(self) -> Weights:
        """Weights of the review score."""
        return load_weights(rules_dir() / "score.toml")

    @cached_property
    def classifier(self) -> Classifier | None:
        """The specificity model, ``None`` where it is switched off."""
        if not self.options.classifier:
            return None
        from indicators.classify import load_classifier

        return load_classifier()

    def check_file(self, path: str | Path) -> DocumentReport:
        """Judge one file; a file that cannot be read gives the finding X101 instead of an error."""
        try:
            document = read(path, engine=self.options.engine, ocr=self.options.ocr)
        except ReadError as error:
            return unreadable(path, error, self.rules)
        return self.check_document(document, path=str(path))

    def check_document(self, document: Document, *, path: str = "") -> DocumentReport:
        """Judge one document."""
        return self.check_extraction(find_forms(document), path=path)

    def check_extraction(self, extraction: Extraction, *, path: str = "") -> DocumentReport:
        """Judge what was read out of one document."""
        levels = self.specificity(extraction)
        report = check_extraction(extraction, self.rules, self.config, levels, path=path, statistics=self.statistics)
        return score_document(report, self.rules, self.weights)

    def specificity(self, extraction: Extraction) -> tuple[tuple[Specificity | None, ...], ...]:
        """Score every filled indicator in one batch; ``[form][indicator]``, empty slots ``None``."""
        classifier = self.classifier
        if classifier is None:
            return ()
        rows = [
            (item.level2, item.name, item.value)
            for form in extraction.forms
            for item in form.indicators
            if not item.empty
        ]
        scores = iter(classifier.score(rows)) if rows else iter(())
        return tuple(
            tuple(None if item.empty else next(scores) for item in form.indicators) for form in extraction.forms
        )

    def report(self, documents: Iterable[DocumentReport]) -> Report:
        """Put the documents of a run together."""
        documents = tuple(documents)
        return Report(
            documents=documents,
            tool_version=__version__,
            rules_version=self.rules.version,
            model_version=getattr(self.classifier, "version", "") if self.options.classifier else "",
            statistics=self.statistics.rows(),
            notices=acceptance_notices(self.config, documents),
            settings=describe(self.config),
        )


def unreadable_extraction(path: str | Path, error: IndicatorsError) -> Extraction:
    """Return the empty records of a file that cannot be read, with the problem."""
    problems = (Note(code="unreadable", message=str(error)),)
    document = Document(name=Path(path).name, sha256="", media_type="", reader="", problems=problems)
    return Extraction(document=document, department="", fiscal_year=None, forms=())


def unreadable(path: str | Path, error: IndicatorsError, rules: RuleSet) -> DocumentReport:
    """Return the report on a file that cannot be read: no form, and the finding X101."""
    reason = error.what + (f"（{error.why}）" if error.why else "")
    finding = tool_finding(rules, "X101", {"reason": reason, "remedy": error.remedy or "请检查文件后重试。"})
    return DocumentReport(extraction=unreadable_extraction(path, error), findings=(finding,), path=str(path))


def extract_file(path: str | Path, options: Options | None = None) -> Extraction:
    """Read the forms of one file.

    Raises
    ------
    ReadError
        If the file cannot be read.
    """
    options = options or Options()
    return find_forms(read(path, engine=options.engine, ocr=options.ocr))


def check(source: str | Path | Document, *, config: Config | None = None, options: Options | None = None) -> Report:
    """Judge a file or a document.

    Parameters
    ----------
    source
        Path, or a Document from :func:`indicators.read`.
    config
        Settings; ``None`` = the defaults.
    options
        How to read and judge.
    """
    checker = Checker(config=config or Config(), options=options or Options())
    if isinstance(source, Document):
        return checker.report([checker.check_document(source)])
    return checker.report([checker.check_file(source)])


def score(frame: pd.DataFrame) -> pd.DataFrame:
    """Score the specificity of indicators in a DataFrame.

    Parameters
    ----------
    frame
        With columns ``level2``, ``level3`` and ``value``.

    Returns
    -------
    pandas.DataFrame
        The same rows with ``level``, ``score``, ``p0`` .. ``p3`` and ``reason`` added or replaced.
    """
    from indicators.classify import score_frame

    result: pd.DataFrame = score_frame(frame)
    return result


def expand(paths: Iterable[str], on_missing: Callable[[str], None] | None = None) -> Iterator[Path]:
    """Yield the files that files, folders and globs name, each once, folders walked in name order.

    Parameters
    ----------
    paths
        As the user gave them.
    on_missing
        Called with a path or pattern that names nothing; without it such a path is yielded as it is,
        so that reading it gives the error.
    """
    seen: set[Path] = set()
    for given in paths:
        found = list(_expand_one(given))
        if not found:
            if on_missing is not None:
                on_missing(given)
            else:
                yield Path(given)
        for path in found:
            key = path.resolve()
            if key not in seen:
                seen.add(key)
                yield path


def _expand_one(given: str) -> Iterator[Path]:
    path = Path(given)
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            hidden = any(part.startswith((".", "~$")) for part in inner.relative_to(path).parts)
            if inner.is_file() and inner.suffix.lower() in SUFFIXES and not hidden:
                yield inner
    elif path.exists():
        yield path
    elif any(sign in given for sign in "*?["):
        root = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else given
        yield from (inner for inner in sorted(root.glob(pattern)) if inner.is_file())

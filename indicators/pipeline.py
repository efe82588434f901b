"""The main job end to end: files in, judged indicators out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import __version__
from indicators.catalogue import RuleSet, load_rules
from indicators.config import Config, acceptance_notices, describe
from indicators.engine import Statistics, check_extraction, tool_finding
from indicators.errors import ConfigError, IndicatorsError, PackError, ReadError, system_reason
from indicators.forms import find_forms
from indicators.guarding import Guarded, fault
from indicators.packs import rules_dir
from indicators.readers import PdfEngine, read
from indicators.readers.formats import SUFFIXES
from indicators.records import Document, DocumentReport, Extraction, Note, Report, Specificity
from indicators.scoring import load_weights, score_document

if TYPE_CHECKING:
    import pandas as pd

    from indicators.classify import Classifier
    from indicators.scoring import Weights

__all__ = [
    "MEGABYTES",
    "SECONDS",
    "Checker",
    "Options",
    "check",
    "expand",
    "extract_file",
    "forms_of",
    "guarded_check",
    "guarded_extract",
    "score",
    "unreadable",
    "unreadable_extraction",
    "walk",
]

#: What one file may take in a single run: a hundred scanned pages take some five minutes.
SECONDS = 600.0
MEGABYTES = 2048.0
#: Most that a form is trusted out of a damaged file.
_DOUBTED = 0.9


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


def full_catalogue(config: Config) -> bool:
    """Whether a run asks every rule that is on by default, as it is shipped."""
    return not (config.select or config.ignore or config.path_ignores or config.severities or config.thresholds)


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
        """Judge one file; a file that cannot be judged gives the finding X101 instead of an error."""
        try:
            document = read(path, engine=self.options.engine, ocr=self.options.ocr)
            return self.check_document(document, path=str(path))
        except (PackError, ConfigError):
            raise  # no file could be judged
        except IndicatorsError as error:
            return unreadable(path, error, self.rules)
        except Exception as error:  # whatever a document provokes costs this document only
            return unreadable(path, fault(str(path), error), self.rules)

    def check_document(self, document: Document, *, path: str = "") -> DocumentReport:
        """Judge one document."""
        return self.check_extraction(forms_of(document), path=path)

    def check_extraction(self, extraction: Extraction, *, path: str = "") -> DocumentReport:
        """Judge what was read out of one document."""
        levels = self.specificity(extraction)
        report = check_extraction(extraction, self.rules, self.config, levels, path=path, statistics=self.statistics)
        return self.scored(report, path)

    def scored(self, report: DocumentReport, path: str) -> DocumentReport:
        """Return the report with scores, which come from the whole catalogue whatever rules were selected."""
        if full_catalogue(self.config):
            return score_document(report, self.rules, self.weights)
        whole = Config(rules=self.config.rules, accepted=self.config.accepted, today=self.config.today)
        judged = check_extraction(report.extraction, self.rules, whole, report.specificity, path=path)
        return replace(report, scores=score_document(judged, self.rules, self.weights).scores)

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


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a guarded process does with a file: the report, and what the rules took."""

    checker: Checker

    def __call__(self, path: Path) -> tuple[DocumentReport, Statistics]:
        self.checker.statistics = Statistics()
        return self.checker.check_file(path), self.checker.statistics


@contextmanager
def guarded_check(
    checker: Checker,
    *,
    seconds: float = SECONDS,
    megabytes: float = MEGABYTES,
    waiting: Callable[[Path, float, float], None] | None = None,
    paged: Callable[[Path, int, int], None] | None = None,
) -> Iterator[Callable[[Path], DocumentReport]]:
    """Give what judges files in a process that may be lost: then the file has the finding X101.

    Parameters
    ----------
    checker
        Judges; what it counts is added to its statistics.
    seconds, megabytes
        What one file may take.
    waiting
        Called while a file takes long: with the file, the seconds and the megabytes so far.
    paged
        Called when a page is begun: with the file, the page and the number of pages, 0 where it is not known.
    """
    # What is loaded before the process is forked need not be loaded in it.
    _ = checker.rules, checker.weights, checker.classifier
    work = _Judged(Checker(config=checker.config, options=checker.options) if sys.platform != "linux" else checker)
    guarded = Guarded(work, seconds=seconds, megabytes=megabytes, waiting=waiting, paged=paged)

    def judge(path: Path) -> DocumentReport:
        try:
            report, counted = guarded(path, str(path))
        except ReadError as error:
            return unreadable(path, error, checker.rules)
        checker.statistics.add(counted)
        return report

    try:
        yield judge
    finally:
        guarded.close()


@contextmanager
def guarded_extract(
    options: Options,
    *,
    seconds: float = SECONDS,
    megabytes: float = MEGABYTES,
    waiting: Callable[[Path, float, float], None] | None = None,
    paged: Callable[[Path, int, int], None] | None = None,
) -> Iterator[Callable[[Path], Extraction]]:
    """Give what reads the forms of files in a process that may be lost: a ReadError says so.

    Parameters
    ----------
    options
        How to read.
    seconds, megabytes, waiting, paged
        See :func:`guarded_check`.
    """
    work = partial(extract_file, options=options)
    guarded: Guarded[Path, Extraction] = Guarded(
        work, seconds=seconds, megabytes=megabytes, waiting=waiting, paged=paged
    )
    try:
        yield lambda path: guarded(path, str(path))
    finally:
        guarded.close()


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


def forms_of(document: Document) -> Extraction:
    """Return the forms of a document; where something of it may be missing, none comes with full confidence."""
    extraction = find_forms(document)
    if not any(note.doubt for note in document.problems):
        return extraction
    forms = tuple(replace(form, confidence=min(form.confidence, _DOUBTED)) for form in extraction.forms)
    return replace(extraction, forms=forms)


def extract_file(path: str | Path, options: Options | None = None) -> Extraction:
    """Read the forms of one file.

    Raises
    ------
    ReadError
        If the file cannot be read.
    """
    options = options or Options()
    return forms_of(read(path, engine=options.engine, ocr=options.ocr))


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
    seen: set[str] = set()
    for given in paths:
        found = list(_expand_one(given))
        if not found:
            if on_missing is not None:
                on_missing(given)
            else:
                yield Path(given)
        for path in found:
            # Not Path.resolve, which raises at links that lead to themselves.
            key = os.path.realpath(path)
            if key not in seen:
                seen.add(key)
                yield path


def _expand_one(given: str) -> Iterator[Path]:
    path = Path(given)
    if os.path.isdir(given):  # noqa: PTH112 - Path.is_dir raises at names the system does not take
        yield from (Path(inner) for inner, fault in walk(given) if fault or Path(inner).suffix.lower() in SUFFIXES)
    elif os.path.lexists(given):
        yield path
    elif any(sign in given for sign in "*?["):
        root = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else given
        with suppress(ValueError, OSError):  # a pattern that is none, or longer than a name may be, fits no file
            yield from (inner for inner in sorted(root.glob(pattern)) if os.path.isfile(inner))  # noqa: PTH113


def walk(folder: str) -> Iterator[tuple[str, str]]:
    """Yield ``(path, fault)`` of the files of a folder, each level in the order of names, without reading it all.

    Links to folders are not followed. ``fault`` says in Chinese why something that is named like a document, or a
    folder, cannot be read; else it is ``""``.
    """
    waiting: list[Iterator[os.DirEntry[str]]] = []
    entries: Iterator[os.DirEntry[str]] | None
    entries, fault = _entries(folder)
    if entries is None:
        yield folder, fault
        return
    waiting.append(entries)
    while waiting:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
        elif entry.name.startswith((".", "~$")):
            continue
        elif entry.is_dir(follow_symlinks=False):
            entries, fault = _entries(entry.path)
            if entries is None:
                yield entry.path, fault
            else:
                waiting.append(entries)
        else:
            fault = _no_file(entry)
            if not fault or Path(entry.name).suffix.lower() in SUFFIXES:
                yield entry.path, fault


def _entries(folder: str) -> tuple[Iterator[os.DirEntry[str]] | None, str]:
    try:
        with os.scandir(folder) as found:
            return iter(sorted(found, key=lambda entry: entry.name)), ""
    except OSError as error:
        return None, f"文件夹读不出来（{system_reason(error)}）"


def _no_file(entry: os.DirEntry[str]) -> str:
    """Return why a name in a folder is no file, ``""`` if it is one; links to folders are not looked into."""
    try:
        if entry.is_file():
            return ""
        return "链接指向文件夹，未进入" if entry.is_dir() else "不是普通文件，或链接指向的文件不存在"
    except OSError as error:
        return f"链接打不开（{system_reason(error)}）"

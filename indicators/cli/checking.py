"""``check`` and ``extract``: documents in, findings or records out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicators.cli.chinese import Command
from indicators.cli.outputs import FORCE, check_output, chosen_format
from indicators.errors import ConfigError, IndicatorsError
from indicators.records import SEVERITIES, SEVERITY_RANK
from indicators.text import one_line

if TYPE_CHECKING:
    from indicators.config import Config
    from indicators.pipeline import Checker, Options
    from indicators.records import DocumentReport, Report

__all__ = ["check", "extract"]

_FORMATS = ("table", "line", "json", "jsonl", "csv", "xlsx", "docx", "html", "parquet", "sarif", "junit")
_BINARY = {"xlsx", "docx", "parquet"}

PATHS = click.argument("paths", nargs=-1, required=True, metavar="路径...")
OUTPUT = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="写入文件，不显示在屏幕上。"
)
READER = click.option(
    "--reader",
    type=click.Choice(["pypdfium2", "pdfplumber"]),
    default="pypdfium2",
    help="读取 PDF 的引擎；表格识别可疑时可换 pdfplumber 核对（较慢）。",
)
NO_OCR = click.option("--no-ocr", is_flag=True, help="不识别图片页（扫描件）。")
QUIET = click.option("-q", "--quiet", is_flag=True, help="只输出结果，不显示进度和提示。")


NO_GUARD = click.option("--no-guard", is_flag=True, help="不用受限的独立进程（供调试）。")
TIME_LIMIT = click.option(
    "--time-limit", type=click.FloatRange(min=1), default=600, show_default=True, help="每份文件最多用几秒。"
)
MEMORY_LIMIT = click.option(
    "--memory-limit", type=click.IntRange(min=400), default=2048, show_default=True, help="每份文件最多用多少 MB 内存。"
)


def guard(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the process that reads for it."""
    return TIME_LIMIT(MEMORY_LIMIT(NO_GUARD(command)))


def limits_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the limits of the process that reads, and what tells of waiting for it."""
    told: dict[Path, float] = {}

    def waiting(path: Path, spent: float, size: float) -> None:
        if spent >= told.get(path, 0.0):
            told[path] = 2 * spent
            click.echo(f"仍在读取 {one_line(path.name)}：已用 {spent:.0f} 秒、{size:.0f} MB", err=True)

    quiet = given["quiet"] or not sys.stderr.isatty()
    return {
        "seconds": given["time_limit"],
        "megabytes": given["memory_limit"],
        "waiting": None if quiet else waiting,
    }


@contextmanager
def judging(checker: Checker, given: dict[str, Any]) -> Iterator[Callable[[Path], DocumentReport]]:
    """Give what judges a file: in a guarded process, or here with ``--no-guard``."""
    from indicators.pipeline import guarded_check

    if given["no_guard"]:
        yield checker.check_file
        return
    with guarded_check(checker, **limits_of(given)) as judge:
        yield judge


def read_options(reader: str, no_ocr: bool, classifier: bool = True) -> Options:
    """Return how documents are read."""
    from indicators.pipeline import Options

    return Options(engine=reader, ocr=not no_ocr, classifier=classifier)  # type: ignore[arg-type]


def files_of(paths: Iterable[str]) -> list[Path]:
    """Return the files that the arguments name.

    Raises
    ------
    ConfigError
        If they name none.
    """
    from indicators.pipeline import expand
    from indicators.report.marks import is_ours

    given = {os.path.realpath(path) for path in paths}
    files: list[Path] = []
    ours: list[Path] = []
    for path in expand(paths):
        if path.is_dir():  # nothing to read in it
            click.echo(f"注意：{path} 中没有可检查的文件", err=True)
            continue
        # What is named by hand is read whatever it is.
        (ours if os.path.realpath(path) not in given and is_ours(path) else files).append(path)
    if ours:
        names = "、".join(path.name for path in ours[:3]) + ("……" if len(ours) > 3 else "")
        click.echo(f"注意：{len(ours)} 个文件是本软件以前的输出，没有检查（{names}）", err=True)
    if not files:
        raise ConfigError(
            "没有找到可检查的文件",
            where="、".join(paths),
            remedy="请检查路径；文件夹中只查找 PDF、Word、Excel、文本和图片",
        )
    return files


@contextmanager
def progress(count: int, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show a progress bar on a terminal when there is more than one file."""
    if quiet or count < 2 or not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("读取中", total=count)

        def step(name: str) -> None:
            bar.update(task, advance=1, description=name[-28:])

        yield step


def write(text: str | bytes, output: Path | None) -> None:
    """Write to the file, else to the screen."""
    if output is None:
        click.echo(text, nl=isinstance(text, str) and not text.endswith("\n"))
        return
    body = text if isinstance(text, bytes) else (text if text.endswith("\n") else text + "\n").encode()
    output.write_bytes(body)


STORE = click.option("--store", help="审核页面的结果库：在那里定为“误报”“属实保留”的问题不再列出（算作已接受）。")


def decided_in(store: str) -> dict[str, str]:
    """Return the fingerprints that people settled in a store, with the name of the decision."""
    from indicators.store import open_store
    from indicators.store.settling import settled

    with open_store(store, create=False) as opened, opened.engine.connect() as connection:
        return settled(connection)


@click.command(cls=Command, help="提取绩效目标表的全部内容。路径可以是文件、文件夹或通配符。")
@PATHS
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), help="输出格式；屏幕默认 table，其他默认 json。"
)
@OUTPUT
@FORCE
@READER
@NO_OCR
@click.option("--brief", is_flag=True, help="不含长段文字。")
@guard
@QUIET
def extract(paths: tuple[str, ...], **given: Any) -> int:
    """Read forms and print them."""
    from indicators.pipeline import extract_file, guarded_extract, unreadable_extraction
    from indicators.report.records import records_csv, records_json, records_table

    options = read_options(given["reader"], given["no_ocr"])
    output, brief = given["output"], given["brief"]
    found, failed = [], 0
    files = files_of(paths)
    kind = chosen_format(given["form"], output, ("table", "json", "csv"), _default(output))
    check_output(output, files, force=given["force"])
    plain = nullcontext(partial(extract_file, options=options))
    reading = plain if given["no_guard"] else guarded_extract(options, **limits_of(given))
    with reading as read, progress(len(files), given["quiet"]) as step:
        for path in files:
            try:
                found.append((str(path), read(path)))
            except IndicatorsError as error:
                failed += 1
                found.append((str(path), unreadable_extraction(path, error)))
                click.echo(one_line(f"错误：{error}"), err=True)
            step(one_line(path.name))
    if kind == "json":
        write(records_json(found, brief=brief), output)
    elif kind == "csv":
        write(records_csv(found), output)
    else:
        write(records_table(found), output)
    if failed == len(files):
        return 2
    forms = sum(len(extraction) for _, extraction in found)
    if not forms:
        click.echo("没有找到绩效目标表。", err=True)
    return 0 if forms and not failed else 1


def _default(output: Path | None) -> str:
    return "table" if output is None and sys.stdout.isatty() else "json"


def load_settings(
    config: Path | None,
    no_config: bool,
    packs: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool,
    paths: Iterable[Path],
) -> Config:
    """Return the settings of a run: the file that was named, then what the command line adds.

    A file of settings beside the documents is not used, because it may be the submitter's; the user is told of it.
    """
    from indicators.config import Config, load_config, unused_settings

    settings = Config(today=date.today())
    if config is not None:
        settings = load_config(config, today=date.today())
    elif not no_config and (unused := unused_settings(paths)) is not None:
        click.echo(f"注意：{unused} 没有采用，因为它可能随材料而来；确属本单位的设置，请加 --config {unused}", err=True)
    return replace(
        settings,
        rules=(*settings.rules, *packs),
        select=_codes(select) or settings.select,
        ignore=(*settings.ignore, *_codes(ignore)),
        preview=settings.preview or preview,
    )


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip().upper() for item in given for code in item.split(",") if code.strip())


def check_settings(settings: Config, checker: Checker) -> None:
    """Refuse codes that name no rule, so that a typing error does not silently check nothing.

    Raises
    ------
    ConfigError
        If a selected or ignored code names no rule.
    """
    for code in (*settings.select, *settings.ignore):
        if not any(rule.code.startswith(code) for rule in checker.rules):
            raise ConfigError(f"没有规则“{code}”", remedy="用“indicators rules”查看全部编号")


RULES = click.option(
    "--rules",
    "packs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="另加本地规则目录。",
)
CONFIG = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="配置文件；只用这里指定的，不采用材料所在文件夹中的。",
)
NO_CONFIG = click.option("--no-config", is_flag=True, help="不用配置文件，也不提示未采用的。")
SELECT = click.option("--select", multiple=True, help="只用这些规则（编号或开头，逗号分隔），例如 F,V101。")
IGNORE = click.option("--ignore", multiple=True, help="不用这些规则。")
PREVIEW = click.option("--preview", is_flag=True, help="同时运行试行中的规则。")


@click.command(
    cls=Command,
    help="检查绩效目标表。路径可以是文件、文件夹或通配符。"
    "没有问题返回 0；有问题、没有找到表或有页面没读出返回 1；无法检查返回 2。",
)
@PATHS
@click.option("--format", "form", type=click.Choice(_FORMATS), help="输出格式；屏幕默认 table，其他默认 json。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=str),
    help="写入文件，不显示在屏幕上；html 可写到文件夹（以 / 结尾）：一份文件一页，另有总览。",
)
@FORCE
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="error",
    show_default=True,
    help="达到哪一级时返回 1。",
)
@click.option("--exit-zero", is_flag=True, help="有问题也返回 0。")
@SELECT
@IGNORE
@RULES
@CONFIG
@NO_CONFIG
@PREVIEW
@STORE
@click.option("--form", "number", type=click.IntRange(min=1), help="只显示第几张表（从 1 起），显示全部内容。")
@click.option("--statistics", is_flag=True, help="显示每条规则的问题数和用时。")
@click.option("--no-classifier", is_flag=True, help="不用具体性模型（更快）。")
@READER
@NO_OCR
@click.option("--brief", is_flag=True, help="JSON 不含长段文字。")
@guard
@QUIET
@click.option("-v", "--verbose", is_flag=True, help="同时显示提示级问题和读取时的修补。")
def check(paths: tuple[str, ...], **given: Any) -> int:
    """Judge documents and print the report."""
    from indicators.config import Config
    from indicators.pipeline import Checker

    files = files_of(paths)
    name = given["output"]
    folder = name is not None and (name.endswith(("/", "\\")) or Path(name).is_dir())
    given["output"] = output = Path(name) if name is not None else None
    if folder and given["form"] in (None, "html"):
        kind, given["folder"] = "html", output
        check_output(Path(name) / "index.html" if Path(name).is_dir() else Path(name), files, force=given["force"])
    else:
        kind, given["folder"] = chosen_format(given["form"], output, _FORMATS, _default(output)), None
        check_output(output, files, force=given["force"], kind=kind)
    if kind in _BINARY and given["output"] is None:
        raise ConfigError(f"{kind} 是二进制格式，不能显示在屏幕上", remedy=f"请加上 -o 文件名.{kind}")
    settings = load_settings(
        given["config"], given["no_config"], given["packs"], given["select"], given["ignore"], given["preview"],
        (Path(path) for path in paths),
    )  # fmt: skip
    options = read_options(given["reader"], given["no_ocr"], not given["no_classifier"])
    checker = Checker(config=settings, options=options)
    check_settings(settings, checker)
    reports: list[DocumentReport] = []
    with judging(checker, given) as judge, progress(len(files), given["quiet"]) as step:
        for path in files:
            reports.append(judge(path))
            step(one_line(path.name))
    if given["store"] is not None:
        from indicators.store.settling import without

        decided = decided_in(given["store"])
        reports = [without(item, decided, checker.rules, checker.weights) for item in reports]
    report = checker.report(reports)
    _emit(report, kind, checker, given)
    if not given["quiet"] and settings != replace(Config(), today=settings.today):
        click.echo(f"设置：{report.settings}", err=True)
    for note in () if given["quiet"] else report.notices:
        click.echo(one_line(f"注意：{note.message}"), err=True)
    return status_of(report, given["fail_on"], given["exit_zero"])


def _emit(report: Report, kind: str, checker: Checker, given: dict[str, Any]) -> None:
    from indicators.report import render

    if given["folder"] is not None:
        _write_pages(report, checker, given)
        return
    result = render(
        report, kind, rules=checker.rules, form=given["number"], verbose=given["verbose"], brief=given["brief"],
        colour=given["output"] is None and sys.stdout.isatty(), statistics=given["statistics"],
    )  # fmt: skip
    write(result, given["output"])
    if given["output"] is not None and not given["quiet"]:
        click.echo(f"已写入 {given['output']}", err=True)
    if given["statistics"] and kind != "table":
        for code, count, seconds in report.statistics:
            click.echo(f"{code}\t{count}\t{seconds * 1000:.1f} ms", err=True)


def _write_pages(report: Report, checker: Checker, given: dict[str, Any]) -> None:
    """Write one page a document and the overview into a folder."""
    from indicators.report.html import html_folder

    folder: Path = given["folder"]
    folder.mkdir(exist_ok=True)
    for name, page in html_folder(report, checker.rules):
        check_output(folder / name, (), force=given["force"])
        write(page, folder / name)
    if not given["quiet"]:
        click.echo(f"已写入 {folder / 'index.html'} 和 {len(report.documents)} 份文件各自的页", err=True)


def _unsure(document: DocumentReport) -> bool:
    """Return whether nothing found says little: no form, pages not read, or no form read for sure."""
    from indicators.report.trust import UNREAD_CODES

    extraction = document.extraction
    pages = any(note.code in UNREAD_CODES for note in (*extraction.document.problems, *extraction.problems))
    return pages or all(form.reading != "understood" for form in extraction.forms)


def status_of(report: Report, fail_on: str, exit_zero: bool) -> int:
    """Return the exit status of a report."""
    if report.documents and all(not document.extraction.document.reader for document in report.documents):
        return 2
    if exit_zero or fail_on == "never":
        return 0
    if any(_unsure(document) for document in report.documents):
        return 1
    worst = min((SEVERITY_RANK[finding.severity] for finding in report.findings), default=9)
    return 1 if worst <= SEVERITY_RANK[fail_on] else 0

"""``annotate``: the submission itself, with the findings on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from indicators.cli.checking import (
    CONFIG,
    IGNORE,
    NO_CONFIG,
    NO_OCR,
    PREVIEW,
    QUIET,
    READER,
    RULES,
    SELECT,
    guard,
    judging,
    load_settings,
    read_options,
    status_of,
)
from indicators.cli.chinese import Command
from indicators.cli.outputs import FORCE, check_output
from indicators.cli.waiting import shown
from indicators.errors import ConfigError

__all__ = ["annotate"]


@click.command(
    cls=Command,
    help="检查一个文件，在它的副本上标注问题：PDF 高亮批注、Word 批注、Excel 批注和底色；文本给出网页。原文件不变。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的副本。")
@FORCE
@SELECT
@IGNORE
@RULES
@CONFIG
@NO_CONFIG
@PREVIEW
@READER
@NO_OCR
@guard
@QUIET
def annotate(file: Path, output: Path, **given: Any) -> int:
    """Write the annotated copy."""
    from indicators.pipeline import Checker
    from indicators.readers import file_bytes
    from indicators.report.annotate import annotate_file, annotated_ending

    check_output(output, [file], force=given["force"])
    settings = load_settings(
        given["config"], given["no_config"], given["packs"], given["select"], given["ignore"], given["preview"], [file]
    )
    checker = Checker(config=settings, options=read_options(given["reader"], given["no_ocr"]))
    data = file_bytes(file)
    with shown(1, quiet=given["quiet"]) as seen, judging(checker, given, seen) as judge:
        report = checker.report([judge(file)])
    document = report.documents[0]
    ending = annotated_ending(document)
    if output.suffix.lower() != ending and document.extraction.document.reader:
        raise ConfigError(
            f"这份文件的批注副本是 {ending} 格式", where=str(output), remedy=f"请写成 -o {output.with_suffix(ending)}"
        )
    output.write_bytes(annotate_file(document, data))
    if not given["quiet"]:
        click.echo(f"已写入 {output}：标注 {len(report.findings)} 条问题", err=True)
    return 2 if status_of(report, "never", True) == 2 else 0

"""Letters: the options of ``check --format docx`` and ``letter``, and one file a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from indicators.cli.chinese import Command
from indicators.cli.outputs import FORCE, check_output
from indicators.errors import ConfigError
from indicators.records import Report
from indicators.report.letter import Terms, units, write_letter
from indicators.report.marks import marked_office
from indicators.report.places import file_stem

__all__ = ["LETTER", "day", "letter", "wants_letters", "write_letters"]

_OPTIONS = (
    click.option("--split-by", type=click.Choice(["unit"]), help="审核意见按单位（unit）各写一个文件，-o 给出文件夹。"),
    click.option(
        "--template",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="审核意见用本单位的 Word 模板。",
    ),
    click.option("--sender", default="", help="审核意见的落款，例如 云溪县财政局。"),
    click.option("--date", "dated", default="", help="审核意见的日期（年-月-日）；默认留空，手填。"),
    click.option("--deadline", default="", help="请单位在哪一天前重新报送（年-月-日）。"),
    click.option("--contact", default="", help="审核意见的联系人和电话。"),
)


def LETTER(command: Callable[..., Any]) -> Callable[..., Any]:  # noqa: N802 - one of the option decorators
    """Give a command the options of letters."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def day(text: str) -> date:
    """Return a date of the command line.

    Raises
    ------
    ConfigError
        If it is none.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ConfigError(f"日期“{text}”写法不对", remedy="写成 2026-12-31 的样子") from None


def wants_letters(given: dict[str, Any]) -> list[str]:
    """Return the options of letters that were given."""
    names = {"dated": "date", "split_by": "split-by"}
    known = ("split_by", "template", "sender", "dated", "deadline", "contact")
    return [f"--{names.get(name, name)}" for name in known if given.get(name)]


def write_letters(report: Report, output: Path, given: dict[str, Any]) -> list[Path]:
    """Write the letters of a report and return the files: one, or with ``--split-by`` one a unit in a folder.

    Raises
    ------
    ConfigError
        If a date, the template or the place is no good.
    """

    def made(unit: str | None) -> bytes:
        deadline = day(given["deadline"]) if given["deadline"] else None
        data = write_letter(
            report,
            unit=unit,
            template=given["template"],
            bureau=given["sender"],
            today=day(given["dated"]) if given["dated"] else None,
            terms=Terms(deadline=deadline, contact=given["contact"]),
        )
        return marked_office(data)

    if given["split_by"]:
        return _split(units(report), made, output, force=given["force"])
    output.write_bytes(made(None))
    return [output]


def _split(names: Iterable[str], made: Callable[[str], bytes], folder: Path, *, force: bool) -> list[Path]:
    folder.mkdir(exist_ok=True)
    written: list[Path] = []
    for name in names:
        stem = file_stem(name)
        path = folder / f"{stem}.docx"
        if path in written:  # two units whose names differ in signs only
            path = folder / f"{stem}-{len(written) + 1}.docx"
        check_output(path, (), force=force)
        path.write_bytes(made(name))
        written.append(path)
    return written


@click.command(cls=Command, help="按结果库里的处理意见写审核意见（Word）：只写“退回修改”的问题，误报和属实保留的不写。")
@click.option("--store", help="结果库：文件路径，或数据库地址（postgresql://…）；默认放在用户数据文件夹。")
@click.option("--unit", default="", help="只写这个单位；默认全部单位，各起一页。")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="写入的 Word 文件；按单位分开时是文件夹。"
)
@FORCE
@LETTER
def letter(store: str | None, unit: str, output: Path, **given: Any) -> None:
    """Write the letters out of the decisions in a store."""
    from indicators.cli.reviewing import opened_store
    from indicators.review.sending import letter_of, returned_report
    from indicators.review.serving import data_folder

    terms = {
        "bureau": given["sender"], "contact": given["contact"], "phone": "",
        "deadline": given["deadline"] and day(given["deadline"]).isoformat(),
        "date": given["dated"] and day(given["dated"]).isoformat(),
    }  # fmt: skip
    if not given["split_by"]:
        check_output(output, (), force=given["force"])
    with opened_store(store, data_folder()) as opened:

        def made(name: str) -> bytes:
            # What is left out on the command line is as the settings of the review page have it.
            kept = {key: value for key, value in terms.items() if value or (key == "phone" and given["contact"])}
            return marked_office(letter_of(opened, name, template=given["template"], terms=kept))

        if given["split_by"]:
            names = [unit] if unit else units(returned_report(opened))
            written = _split(names, made, output, force=given["force"])
            click.echo(f"已写入 {output}：{len(written)} 份", err=True)
            return
        output.write_bytes(made(unit))
    click.echo(f"已写入 {output}", err=True)

"""A report for the screen: form by form, worst first; what, where, what to do."""

from __future__ import annotations

import io
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from indicators.records import DocumentReport, Finding, Form, Report, Score, Severity, Specificity
from indicators.report.folding import fold
from indicators.report.places import (
    SEVERITY_NAMES,
    clean,
    money_text,
    place_text,
    shortened,
    subject_text,
)
from indicators.report.rows import LEVEL_NAMES, FormReport, form_reports, worst_first
from indicators.wording import FIELD_NAMES, HORIZON_NAMES, SOURCE_NAMES

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

__all__ = ["write_terminal"]

_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
_GRADES = {"优": "green", "良": "green", "中": "yellow", "差": "red"}
_LABEL = 18
_WIDTH, _NARROWEST, _WIDEST = 100, 60, 140
_LONG_FIELDS = ("overview", "basis", "necessity", "measures", "plan", "goal.lifetime", "goal.annual")


def write_terminal(
    report: Report,
    *,
    form: int | None = None,
    verbose: bool = False,
    colour: bool = False,
    statistics: bool = False,
    width: int | None = None,
) -> str:
    """Return the report as text for a screen.

    Parameters
    ----------
    form
        Index of the only form to show, in full.
    verbose
        Whether notes, repairs of reading and accepted findings are shown too.
    colour
        Whether the screen takes colour; ``NO_COLOR`` in the environment overrules it.
    statistics
        Whether count and time per rule end the text.
    width
        Columns of the screen; ``None`` = those of the terminal, 100 where there is none.
    """
    from rich.console import Console

    colour = colour and not os.environ.get("NO_COLOR")
    size = width or shutil.get_terminal_size((_WIDTH, 24)).columns
    # legacy_windows off: the text is captured here and printed by click, never through the Windows console API.
    console = Console(
        file=io.StringIO(),
        width=max(_NARROWEST, min(size, _WIDEST)),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    for document in report.documents:
        _document(console, document, form, verbose)
    if form is None:
        _summary(console, report, verbose)
    if statistics:
        _statistics(console, report)
    stream = console.file
    assert isinstance(stream, io.StringIO)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _document(console: Console, document: DocumentReport, only: int | None, verbose: bool) -> None:
    from rich.text import Text

    extraction = document.extraction
    forms = form_reports(document)
    if only is not None:
        forms = [item for item in forms if item.form is not None and item.form.index == only]
    head = Text(clean(extraction.document.name), style="bold")
    facts = [clean(extraction.department), f"{extraction.fiscal_year}年" if extraction.fiscal_year else ""]
    facts.append(f"{len(extraction)} 张绩效目标表")
    head.append("　" + " · ".join(item for item in facts if item), style="not bold")
    console.print(head)
    if only is not None and not forms:
        count = len(extraction)
        console.print(f"  没有第 {only} 张表：本文件有 {count} 张" + (f"，编号 0 到 {count - 1}。" if count else "。"))
    for note in (*extraction.document.problems, *extraction.problems):
        console.print(Text(f"  读取：{clean(note.message)}", style="yellow"))
    for item in worst_first(forms):
        if only is not None:
            _whole_form(console, item)
        else:
            _form(console, item, verbose)
    clear = sum(item.form is not None and not _shown(item, verbose) for item in forms)
    if only is None and clear:
        console.print(Text(f"  其余 {clear} 张表没有发现错误或警告。", style="green"))
    if verbose:
        _accepted(console, document)
    console.print()


def _shown(item: FormReport, verbose: bool) -> list[Finding]:
    return [finding for finding in item.findings if verbose or finding.severity != "note"]


def _form(console: Console, item: FormReport, verbose: bool) -> None:
    shown = _shown(item, verbose)
    if not shown:
        return
    console.print()
    console.print(_heading(item))
    console.print(_findings(shown, item.form, console.width))
    if verbose and item.form is not None:
        for note in item.form.notes:
            console.print(f"  读取修补：{clean(note.message)}", style="dim")


def _heading(item: FormReport) -> Text:
    from rich.text import Text

    if item.form is None:
        return Text("■ 全文", style="bold")
    text = Text(f"■ [{item.form.index}] {item.project}", style="bold")
    facts = [item.unit, f"年度 {money_text(item.form)}"]
    text.append("　" + " · ".join(fact for fact in facts if fact), style="not bold")
    if item.score is not None:
        text.append("　参考分 ", style="not bold")
        style = _GRADES.get(item.score.grade, "")
        text.append(f"{item.score.total:.1f}（{item.score.grade}）", style=f"{style} not bold".strip())
    return text


def _plain_table(**options: Any) -> Table:
    from rich.table import Table

    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, **options)


def _findings(findings: list[Finding], form: Form | None, width: int) -> Table:
    from rich.text import Text

    place = 20 if width >= 90 else 14
    rest = width - (6 + 4 + place + 4 * 2)
    message = rest * 3 // 5
    table = _plain_table(header_style="dim")
    names = (("  级别", 6), ("规则", 4), ("位置", place), ("问题", message), ("怎么改", rest - message))
    for name, size in names:
        table.add_column(name, width=size, no_wrap=True)
    for finding in findings:
        where = [part for part in (clean(place_text(finding.at)), subject_text(finding, form)) if part]
        table.add_row(
            Text(f"  {SEVERITY_NAMES[finding.severity]}", style=_STYLES[finding.severity]),
            Text(finding.rule),
            Text("\n".join(fold(part, place) for part in where)),
            Text(fold(clean(finding.message), message)),
            Text(fold(clean(finding.fix), rest - message)),
        )
    return table


def _whole_form(console: Console, item: FormReport) -> None:
    from rich.text import Text

    form = item.form
    assert form is not None
    console.print()
    console.print(_heading(item))
    table = _plain_table(show_header=False)
    table.add_column(no_wrap=True, width=_LABEL)
    table.add_column(no_wrap=True)
    rest = console.width - _LABEL - 2
    for name, text in _lines_of(form):
        label = fold(name, _LABEL - 2).replace("\n", "\n  ")
        table.add_row(Text(f"  {label}"), Text(fold(text or "（空）", rest)))
    console.print(table)
    console.print(_indicators(item, console.width))
    if item.score is not None:
        console.print(_score_lines(item.score))
    if item.findings:
        console.print()
        console.print(_findings(list(item.findings), form, console.width))
    else:
        console.print("  没有发现问题。", style="green")
    for note in form.notes:
        console.print(f"  读取修补：{clean(note.message)}", style="dim")


def _lines_of(form: Form) -> Iterator[tuple[str, str]]:
    """Yield what a form prints beside its indicators: short fields, amounts, long texts."""
    for field in form.fields:
        if field.path not in _LONG_FIELDS and field.path != "project_name":
            yield FIELD_NAMES.get(field.path, field.path), clean(field.text)
    for line in form.funds:
        name = HORIZON_NAMES[line.horizon] + SOURCE_NAMES.get(line.source, line.source)
        yield name, f"{line.amount:,f} {line.unit}" if line.amount is not None else ""
    for field in form.fields:
        if field.path in _LONG_FIELDS:
            yield FIELD_NAMES.get(field.path, field.path), clean(field.text)


def _indicators(item: FormReport, console_width: int) -> Table:
    from rich.text import Text

    form = item.form
    assert form is not None
    marked = {finding.indicator: finding.severity for finding in reversed(item.findings)}
    levels = _levels(item)
    rest = console_width - (8 + 18 + (16 if levels else 0) + 2 * (4 if levels else 3))
    sizes = [8, 18, rest * 3 // 5, rest - rest * 3 // 5, 16]
    table = _plain_table(header_style="dim")
    for name, size in list(zip(("  期限", "类别", "指标", "指标值", "具体程度"), sizes))[: 5 if levels else 4]:
        table.add_column(name, width=size, no_wrap=True)
    for number, indicator in enumerate(form.indicators):
        level = levels[number] if number < len(levels) else None
        cells = [
            Text(f"  {HORIZON_NAMES[indicator.horizon]}"),
            Text(fold(indicator.level2 or indicator.level1, 18)),
            Text(fold(clean(indicator.name) or "（空）", sizes[2])),
            Text(fold(clean(indicator.value) or "（空）", sizes[3]), style=_STYLES.get(marked.get(number, ""), "")),
        ]
        if levels:
            cells.append(Text(f"{LEVEL_NAMES[level.level]} {level.score:.0f}" if level is not None else ""))
        table.add_row(*cells)
    return table


def _levels(item: FormReport) -> tuple[Specificity | None, ...]:
    for position, form in enumerate(item.document.extraction.forms):
        if form is item.form and position < len(item.document.specificity):
            return item.document.specificity[position]
    return ()


def _score_lines(score: Score) -> Text:
    from rich.text import Text

    parts = "　".join(f"{name} {points:g}" for name, points in score.dimensions)
    text = Text(f"  参考分（机器初审） {score.total:.1f}（{score.grade}）　{parts}")
    for item in score.deductions:
        text.append(f"\n    −{item.points:g} {item.dimension} {item.rule}", style="dim")
    return text


def _accepted(console: Console, document: DocumentReport) -> None:
    from rich.text import Text

    for finding in document.accepted:
        place = clean(place_text(finding.at))
        console.print(Text(f"  已接受：{finding.rule} {place} {clean(finding.message)}", style="dim"))


def _summary(console: Console, report: Report, verbose: bool) -> None:
    from rich.text import Text

    counts = Counter(finding.severity for finding in report.findings)
    forms = sum(len(document.extraction) for document in report.documents)
    text = Text(f"合计　{len(report.documents)} 个文件，{forms} 张表：", style="bold")
    text.append(f"错误 {counts['error']}", style=_STYLES["error"] if counts["error"] else "green")
    text.append("，")
    text.append(f"警告 {counts['warning']}", style=_STYLES["warning"] if counts["warning"] else "green")
    text.append(f"，提示 {counts['note']}")
    accepted = sum(len(document.accepted) for document in report.documents)
    if accepted:
        text.append(f"，已接受 {accepted}")
    console.print(text)
    rules = Counter((finding.rule, finding.title) for finding in report.findings)
    for (code, title), count in rules.most_common(5):
        console.print(Text(f"  {count:>5}  {code} {clean(title)}"))
    for hint in _hints(report, verbose, counts):
        console.print(Text(hint, style="dim"))


def _hints(report: Report, verbose: bool, counts: Counter[Severity]) -> Iterator[str]:
    if any(document.scores for document in report.documents):
        yield "参考分是机器初审的提示，不是审核结论。"
    if counts["note"] and not verbose:
        yield f"另有 {counts['note']} 条提示，加 -v 显示。"
    if report.findings:
        rule = shortened(report.findings[0].rule, 8)
        yield f"看一张表的全部内容：加 --form 编号；看一条规则：indicators explain {rule}"


def _statistics(console: Console, report: Report) -> None:
    console.print()
    table = _plain_table(header_style="bold")
    table.add_column("规则")
    table.add_column("问题数", justify="right")
    table.add_column("用时（毫秒）", justify="right")
    for code, count, seconds in sorted(report.statistics, key=lambda row: -row[2]):
        table.add_row(code, str(count), f"{seconds * 1000:.1f}")
    console.print(table)

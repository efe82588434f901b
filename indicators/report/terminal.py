"""A report for the screen: form by form, worst first; what, where, what to do."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence

from indicators.grouping import Group, grouped
from indicators.records import DocumentReport, Finding, Form, Report, Score, Severity, Specificity
from indicators.report.folding import columns_of, fold
from indicators.report.grouped import GroupLine, document_line, form_line
from indicators.report.overview import overview
from indicators.report.places import (
    SEVERITY_NAMES,
    SEVERITY_RANK,
    clean,
    money_text,
    place_text,
    shortened,
    subject_text,
)
from indicators.report.rows import LEVEL_NAMES, FormReport, form_reports, worst_first
from indicators.report.trust import APART, apart_rows, trust
from indicators.wording import FIELD_NAMES, HORIZON_NAMES, SOURCE_NAMES

__all__ = ["write_terminal"]

_STYLES = {"error": "1;31", "warning": "33", "note": "36"}
_GRADES = {"优": "32", "良": "32", "中": "33", "差": "31"}
_BOLD, _DIM, _GOOD, _WARNING = "1", "2", "32", "33"
_LABEL = 18
#: More files than this are listed one a line.
_MANY, _WORST = 5, 10
_WIDTH, _NARROWEST, _WIDEST = 100, 60, 140
_LONG_FIELDS = ("overview", "basis", "necessity", "measures", "plan", "goal.lifetime", "goal.annual")

#: Text with the number of its style, ``""`` = none.
Part = tuple[str, str]


class _Screen:
    """Lines of a terminal; rich would spend longer on them than the checks on the forms.

    Terminals disagree on the width of “ ” ≥ and the like. On one, columns are therefore set by moving the cursor, and
    these signs count as wide, so that no column runs into the next whichever way they are shown.
    """

    def __init__(self, width: int, colour: bool) -> None:
        self.width = width
        self.colour = colour
        self.lines: list[str] = []

    def line(self, *parts: Part) -> None:
        """Add a line of styled parts."""
        self.lines.append("".join(self._styled(text, style) for text, style in parts).rstrip())

    def fold(self, text: str, width: int) -> list[str]:
        """Return the lines a text takes; at least one."""
        return fold(text, width, paper=self.colour).splitlines() or [""]

    def text(self, text: str, style: str = "", indent: int = 2) -> None:
        """Add a paragraph, folded to the width."""
        for line in self.fold(text, self.width - indent):
            self.line((" " * indent + line, style))

    def table(self, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Part]]) -> None:
        """Add rows below headings; every text is folded to the width of its column."""
        self.row([(name, _DIM) for name, _ in columns], [size for _, size in columns])
        for row in rows:
            self.row(row, [size for _, size in columns])

    def row(self, cells: Sequence[Part], sizes: Sequence[int]) -> None:
        """Add one row, as many lines as its fullest cell takes."""
        folded = [self.fold(text, size) for (text, _), size in zip(cells, sizes)]
        for number in range(max(map(len, folded))):
            parts, used, start = [], 0, 2
            for lines, (_, style), size in zip(folded, cells, sizes):
                text = lines[number] if number < len(lines) else ""
                if text:
                    move = f"\x1b[{start + 1}G" if self.colour and used else ""
                    parts += [(" " * (start - used) + move, ""), (text, style)]
                    used = start + columns_of(text, paper=self.colour)
                start += size + 2
            self.line(*parts)

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and style and text.strip() else text


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
        Number of the only form to show, in full, from 1.
    verbose
        Whether notes, repairs of reading and accepted findings are shown too.
    colour
        Whether the screen takes colour; ``NO_COLOR`` in the environment overrules it.
    statistics
        Whether count and time per rule end the text.
    width
        Columns of the screen; ``None`` = those of the terminal, 100 where there is none.
    """
    size = width or shutil.get_terminal_size((_WIDTH, 24)).columns
    screen = _Screen(max(_NARROWEST, min(size, _WIDEST)), colour and not os.environ.get("NO_COLOR"))
    if form is None and not verbose and len(report.documents) > _MANY:
        _many(screen, report)
    else:
        for document in report.documents:
            _document(screen, document, form, verbose)
    if form is None:
        _apart(screen, report)
        _summary(screen, report, verbose)
    if statistics:
        _statistics(screen, report)
    return "\n".join(screen.lines) + "\n"


def _document(screen: _Screen, document: DocumentReport, only: int | None, verbose: bool) -> None:
    extraction = document.extraction
    forms = form_reports(document)
    if only is not None:
        forms = [item for item in forms if item.form is not None and item.form.index + 1 == only]
    facts = [clean(extraction.department), f"{extraction.fiscal_year}年" if extraction.fiscal_year else ""]
    said = trust(document)
    screen.line((clean(extraction.document.name), _BOLD), ("　" + " · ".join(item for item in facts if item), ""))
    screen.line((said.text, _GOOD if said.sure else _WARNING))
    if only is not None and not forms:
        count = len(extraction)
        screen.text(f"没有第 {only} 张表：本文件有 {count} 张" + (f"，编号 1 到 {count}。" if count else "。"))
    for note in dict.fromkeys((*extraction.document.problems, *extraction.problems)):
        screen.text(f"读取：{clean(note.message)}", _WARNING)
    groups = () if only is not None or verbose else grouped(document)
    if groups:
        _grouped_forms(screen, document, forms, groups)
    for item in worst_first(forms) if not groups else ():
        if only is not None:
            _whole_form(screen, item)
        else:
            _form(screen, item, verbose)
    clear = sum(
        item.form is not None and item.form.reading != "not understood" and not _shown(item, verbose) for item in forms
    )
    if only is None and clear:
        screen.text(f"其余 {clear} 张表没有发现错误或警告。", _GOOD)
    if verbose:
        for finding in document.accepted:
            place = clean(place_text(finding.at))
            screen.text(f"已接受：{finding.rule} {place} {clean(finding.message)}", _DIM)
    screen.line()


def _grouped_forms(
    screen: _Screen, document: DocumentReport, forms: list[FormReport], groups: tuple[Group, ...]
) -> None:
    """Show what is one thing once: first what concerns the document, then the forms, worst first."""
    known = {form.index: form for form in document.extraction.forms}
    whole = [document_line(group, known) for group in groups if group.form is None]
    whole = [line for line in whole if line.severity != "note"]
    ordered = worst_first(forms)
    if whole and all(item.form is not None for item in ordered):
        _section(screen, None, whole)
    told = 0
    for item in ordered:
        if item.form is None:
            _section(screen, None, whole)
            continue
        own = [form_line(group, item.form) for group in groups if group.form == item.form.index]
        own = [line for line in own if line.severity != "note"]
        _section(screen, item, sorted(own, key=lambda line: SEVERITY_RANK[line.severity]))
        told += not own and bool(_shown(item, False))
    if told:
        screen.line()
        screen.text(f"另有 {told} 张表只有“全文”中列出的问题。", "")


def _section(screen: _Screen, item: FormReport | None, lines: list[GroupLine]) -> None:
    if lines:
        screen.line()
        if item is None:
            screen.line(("■ 全文", _BOLD))
        else:
            _heading(screen, item)
        _lines(screen, lines, item.form if item is not None else None)


def _many(screen: _Screen, report: Report) -> None:
    """List the files of a long run, one a line, then the worst forms: nobody reads 100 KB of findings."""
    room = screen.width - 2 - 4 * 8 - 2 * 5
    columns = (("文件", room * 2 // 5), ("读出", room - room * 2 // 5), ("错误", 6), ("警告", 6), ("平均分", 6))
    rows = []
    for document, facts in zip(report.documents, overview(report).documents):
        name, _, errors, warnings, _, mean = facts
        said = trust(document)
        row = [
            (name, ""),
            (said.text, "" if said.sure else _WARNING),
            (f"{errors:>4}", _STYLES["error"] if errors else ""),
        ]
        rows.append([*row, (f"{warnings:>4}", ""), (f"{mean:>5.1f}" if mean is not None else "", "")])
    screen.table(columns, rows)
    items = [item for document in report.documents for item in form_reports(document)]
    worst = [item for item in worst_first(items) if item.form is not None and item.findings][:_WORST]
    screen.line()
    screen.line((f"问题最多的 {len(worst)} 张表", _BOLD))
    for item in worst:
        where = f"{clean(item.document.extraction.document.name)} [{item.form.index + 1 if item.form else ''}]"
        counts = f"错误 {item.count('error')}，警告 {item.count('warning')}"
        screen.text(f"{item.project}　{item.unit}　{counts}　{where}")
    screen.line()
    screen.text("看每张表的问题：加 -v，或检查单个文件；存成表格：-o 审核.xlsx", _DIM, 0)
    screen.line()


def _apart(screen: _Screen, report: Report) -> None:
    rows = apart_rows(report)
    if not rows:
        return
    screen.line((f"■ {APART}（{len(rows)} 张，没有检查，不评分）", _WARNING))
    for row in rows:
        screen.text("　".join(part for part in (row.source, row.place, row.name, row.recognised) if part))
    screen.line()


def _shown(item: FormReport, verbose: bool) -> list[Finding]:
    return [finding for finding in item.findings if verbose or finding.severity != "note"]


def _form(screen: _Screen, item: FormReport, verbose: bool) -> None:
    shown = _shown(item, verbose)
    if not shown:
        return
    screen.line()
    _heading(screen, item)
    _findings(screen, shown, item.form, verbose)
    if verbose and item.form is not None:
        for note in item.form.notes:
            screen.text(f"读取修补：{clean(note.message)}", _DIM)


def _heading(screen: _Screen, item: FormReport) -> None:
    if item.form is None:
        screen.line(("■ 全文", _BOLD))
        return
    facts = " · ".join(fact for fact in (item.unit, f"年度 {money_text(item.form)}") if fact)
    score = f"　参考分 {item.score.total:.1f}（{item.score.grade}）" if item.score is not None else ""
    head = f"■ [{item.form.index + 1}] {item.project}"
    style = _GRADES.get(item.score.grade, "") if item.score is not None else ""
    if columns_of(head + facts + score) + 2 <= screen.width:
        screen.line((head, _BOLD), (f"　{facts}", ""), (score, style))
        return
    for line in screen.fold(head, screen.width):
        screen.line((line, _BOLD))
    screen.text(facts + score)


def _findings(screen: _Screen, findings: list[Finding], form: Form | None, fingerprints: bool) -> None:
    _table(screen, [(item, item.severity, clean(item.message)) for item in findings], form, fingerprints)


def _lines(screen: _Screen, lines: list[GroupLine], form: Form | None) -> None:
    _table(screen, [(line.finding, line.severity, line.message) for line in lines], form, False)


def _table(screen: _Screen, lines: Sequence[tuple[Finding, str, str]], form: Form | None, fingerprints: bool) -> None:
    place = 20 if screen.width >= 90 else 14
    rest = screen.width - (2 + 4 + 4 + place + 5 * 2)
    message = rest * 3 // 5
    columns = (("级别", 4), ("规则", 4), ("位置", place), ("问题", message), ("怎么改", rest - message))
    rows = []
    for finding, severity, text in lines:
        parts = [clean(place_text(finding.at)), subject_text(finding, form)]
        parts += [finding.fingerprint] if fingerprints else []
        where = "\n".join(part for part in parts if part)
        level = (SEVERITY_NAMES[severity], _STYLES[severity])
        texts = (finding.rule, where, text, clean(finding.fix))
        rows.append((level, *((cell, "") for cell in texts)))
    screen.table(columns, rows)


def _whole_form(screen: _Screen, item: FormReport) -> None:
    form = item.form
    assert form is not None
    screen.line()
    _heading(screen, item)
    sizes = (_LABEL, screen.width - _LABEL - 6)
    for name, text in _lines_of(form):
        screen.row(((name, ""), (text or "（空）", "")), sizes)
    screen.line()
    _indicators(screen, item)
    if item.score is not None:
        _score_lines(screen, item.score)
    screen.line()
    if item.findings:
        _findings(screen, list(item.findings), form, True)
    else:
        screen.text("没有发现问题。", _GOOD)
    for note in form.notes:
        screen.text(f"读取修补：{clean(note.message)}", _DIM)


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


def _indicators(screen: _Screen, item: FormReport) -> None:
    form = item.form
    assert form is not None
    marked = {finding.indicator: finding.severity for finding in reversed(item.findings)}
    levels = _levels(item)
    rest = screen.width - (2 + 6 + 18 + (16 if levels else 0) + 2 * (5 if levels else 4))
    sizes = (6, 18, rest * 3 // 5, rest - rest * 3 // 5, 16)
    columns = list(zip(("期限", "类别", "指标", "指标值", "具体程度"), sizes))[: 5 if levels else 4]
    rows = []
    for number, indicator in enumerate(form.indicators):
        level = levels[number] if number < len(levels) else None
        cells = [
            (HORIZON_NAMES[indicator.horizon], ""),
            (indicator.level2 or indicator.level1, ""),
            (clean(indicator.name) or "（空）", ""),
            (clean(indicator.value) or "（空）", _STYLES.get(marked.get(number, ""), "")),
            (f"{LEVEL_NAMES[level.level]} {level.score:.0f}" if level is not None else "", ""),
        ]
        rows.append(cells[: len(columns)])
    screen.table(columns, rows)


def _levels(item: FormReport) -> tuple[Specificity | None, ...]:
    for position, form in enumerate(item.document.extraction.forms):
        if form is item.form and position < len(item.document.specificity):
            return item.document.specificity[position]
    return ()


def _score_lines(screen: _Screen, score: Score) -> None:
    screen.line()
    points = "　".join(f"{name} {round(points, 1):g}" for name, points in score.dimensions)
    screen.text(f"参考分（机器初审） {score.total:.1f}（{score.grade}）　{points}")
    for item in score.deductions:
        screen.text(f"−{round(item.points, 1):g} {item.dimension} {item.rule}", _DIM, 4)


def _summary(screen: _Screen, report: Report, verbose: bool) -> None:
    counts = Counter(finding.severity for finding in report.findings)
    forms = sum(len(document.extraction) for document in report.documents)
    accepted = sum(len(document.accepted) for document in report.documents)
    lost = sum(not document.extraction.document.reader for document in report.documents)
    unread = f"（{lost} 个没有读出来）" if lost else ""
    screen.line(
        (f"合计　{len(report.documents)} 个文件{unread}，{forms} 张表：", _BOLD),
        (f"错误 {counts['error']}", _STYLES["error"] if counts["error"] else _GOOD),
        ("，", ""),
        (f"警告 {counts['warning']}", _STYLES["warning"] if counts["warning"] else _GOOD),
        (f"，提示 {counts['note']}" + (f"，已接受 {accepted}" if accepted else ""), ""),
    )
    for (code, title), count in Counter((finding.rule, finding.title) for finding in report.findings).most_common(5):
        screen.line((f"  {count:>5}  {code} {clean(title)}", ""))
    for hint in _hints(report, verbose, counts):
        screen.text(hint, _DIM, 0)


def _hints(report: Report, verbose: bool, counts: Counter[Severity]) -> Iterator[str]:
    if any(document.scores for document in report.documents):
        yield "参考分是机器初审的提示，不是审核结论。"
    if counts["note"] and not verbose:
        yield f"另有 {counts['note']} 条提示，加 -v 显示。"
    if report.findings:
        rule = shortened(report.findings[0].rule, 8)
        yield f"看一张表的全部内容：加 --form 编号；看一条规则：indicators explain {rule}"
        if not verbose:
            yield "接受一条问题：加 -v 看它的指纹，再用 indicators accept 指纹 --reason 理由"


def _statistics(screen: _Screen, report: Report) -> None:
    screen.line()
    columns = (("规则", 8), ("问题数", 8), ("用时（毫秒）", 12))
    rows = [
        ((code, ""), (f"{count:>6}", ""), (f"{seconds * 1000:>10.1f}", ""))
        for code, count, seconds in sorted(report.statistics, key=lambda row: -row[2])
    ]
    screen.table(columns, rows)

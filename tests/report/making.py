"""Reports for the tests of this folder: read from documents made here, judged by made-up findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from indicators.forms import find_forms
from indicators.readers import read_bytes
from indicators.records import (
    Deduction,
    DocumentReport,
    Extraction,
    Finding,
    Form,
    Location,
    Report,
    Score,
    Specificity,
)

HOSTILE = '=HYPERLINK("http://example.invalid","点我")<script>alert(1)</script>]]>&amp;"\'\x00\x0b'
PHONE = "13800001234"
SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"


def sample(part: str) -> Path:
    """Return the sample document whose name holds ``part``."""
    return next(path for path in sorted(SAMPLES.iterdir()) if part in path.name and path.suffix != ".jsonl")


def finding(rule: str, form: int | None, at: Location, *, severity: str = "error", **given: object) -> Finding:
    subject = str(given.get("subject", "document" if form is None else "form"))
    message = str(given.get("message", f"{rule} 的说明"))
    key = "\n".join((rule, str(form), subject, message))
    return Finding(
        rule=rule,
        name=rule.lower(),
        severity=severity,  # type: ignore[arg-type]
        title=str(given.get("title", f"{rule} 的题目")),
        message=message,
        fix=str(given.get("fix", "请更正。")),
        subject=subject,
        form=form,
        indicator=given.get("indicator"),  # type: ignore[arg-type]
        at=at,
        values=(("total", "1"), ("text", str(given.get("evidence", "原文")))),
        fingerprint=hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(),
    )


def findings_of(form: Form, text: str = "说明") -> list[Finding]:
    """Return one finding of each severity on a form: its total, a filled indicator, a goal."""
    found = []
    total = form.fund("annual", "total")
    if total is not None:
        found.append(finding("F101", form.index, total.at, subject=total.path, message=f"资金 {text}", evidence=text))
    for number, item in enumerate(form.indicators):
        if not item.empty:
            found.append(
                finding(
                    "V101", form.index, item.at, severity="warning", indicator=number,
                    subject=f"indicators.{number}.value", message=f"指标 {text}", title=text, fix=text,
                )
            )  # fmt: skip
            break
    goal = form.field("goal.annual")
    if goal is not None:
        found.append(
            finding(
                "C103", form.index, goal.at, severity="note", subject=goal.path, message=f"目标 {text} 电话 {PHONE}"
            )
        )
    return found


def judged(extraction: Extraction, *, words: str = "说明", path: str = "", levels: bool = True) -> DocumentReport:
    """Return a report with findings on every form and one on the document."""
    found = [finding("A101", None, Location(), severity="warning", message=f"全文 {words}")]
    for form in extraction.forms:
        found += findings_of(form, words)
    scores = tuple(_score(form, found) for form in extraction.forms)
    levels_of = tuple(
        tuple(
            None if item.empty else Specificity(level=3, score=92.0, probabilities=(0, 0, 0, 1), reasons=("有数字",))
            for item in form.indicators
        )
        for form in extraction.forms
    )
    return DocumentReport(
        extraction=extraction,
        findings=tuple(found),
        scores=scores,
        specificity=levels_of if levels else (),
        accepted=(finding("V999", 0, Location(), severity="note", message="已接受的问题"),) if extraction.forms else (),
        path=path,
    )


def _score(form: Form, found: Iterable[Finding]) -> Score:
    lost = [item for item in found if item.form == form.index and item.severity != "note"]
    total = 100.0 - 9 * len(lost) - form.index
    return Score(
        form=form.index,
        total=total,
        grade="优" if total >= 90 else "良" if total >= 80 else "中",
        dimensions=(("完整性", 20.0), ("相关性", 20.0), ("适当性", total - 70), ("可行性", 30.0)),
        specificity=80.0,
        priority=0.3 + form.index / 100,
        deductions=tuple(
            Deduction(rule=item.rule, fingerprint=item.fingerprint, dimension="适当性", points=9.0) for item in lost
        ),
    )


def report_of(*documents: DocumentReport) -> Report:
    return Report(documents=documents, tool_version="0.1.0", rules_version="2026.11", model_version="")


def from_file(path: Path, **given: object) -> DocumentReport:
    """Read a file and judge it with made-up findings."""
    extraction = find_forms(read_bytes(path.read_bytes(), path.name, ocr=False))
    return judged(extraction, path=str(path), **given)  # type: ignore[arg-type]


def form_text(projects: int = 2, *, name: str = "河道清淤", leader: str = "甲乙丙", phone: str = PHONE) -> str:
    """Return the text of a small two-sided document with sign-off rows."""
    parts = ["云溪县水利局2025年部门预算"]
    for number in range(projects):
        title = name if number == 0 else f"{name}{number}期"
        rows = [
            "项目支出绩效目标表",
            "(2025年度)",
            f"项目名称\t\t{title}",
            "主管部门及代码\t\t318-云溪县水利局\t\t实施单位\t\t云溪县水利局",
            "项目属性\t\t一次性项目(1年结束)\t\t项目期\t\t1年",
            "项目资金(元)\t\t实施期资金总额:\t\t520000\t\t年度资金总额:\t\t520000",
            "\t\t其中:中央财政资金\t\t0\t\t其中:中央财政资金\t\t0",
            "\t\t省级财政资金\t\t520000\t\t省级财政资金\t\t520000",
            f"项目概况\t\t清淤{number + 3}公里。",
            "立项依据\t\t云水〔2024〕3号",
            "项目设立必要性\t\t河道淤积。",
            "保证项目实施的制度、措施\t\t按合同验收。",
            "项目实施计划\t\t6月完工。",
            "总体目标\t\t实施期目标\t\t年度目标",
            "\t\t清淤完成\t\t清淤完成",
            "绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值",
            "\t产出指标\t数量指标\t清淤长度\t3公里\t数量指标\t清淤长度\t3公里",
            "\t\t质量指标\t验收合格率\t100%\t质量指标\t验收合格率\t100%",
            "\t\t时效指标\t完工时间\t6月\t时效指标\t完工时间\t6月",
            "\t\t成本指标\t单位成本\t≤17万元\t成本指标\t单位成本\t≤17万元",
            "\t效益指标\t社会效益指标\t受益人口\t≥3000人\t社会效益指标\t受益人口\t≥3000人",
            "\t满意度指标\t服务对象满意度指标\t群众满意度\t≥92%\t服务对象满意度指标\t群众满意度\t≥92%",
            f"负责人:{leader}\t\t经办人:{leader}\t\t联系电话:{phone}\t\t填报日期:\t20250115100357",
        ]
        parts += rows
    return "\n".join(parts) + "\n"


def from_text(text: str, *, name: str = "云溪县水利局.txt", **given: object) -> DocumentReport:
    return judged(find_forms(read_bytes(text.encode(), name, ocr=False)), **given)  # type: ignore[arg-type]


def hostile_report(projects: int = 2) -> Report:
    """Return a report whose document and findings are full of strings meant to break out of their format."""
    text = form_text(projects, name='=HYPERLINK("http://example.invalid")<script>alert(1)</script>]]>')
    document = from_text(text, words=HOSTILE)
    return report_of(replace(document, path=""))

"""Findings for other programs: one a line, SARIF 2.1.0, JUnit."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from indicators.records import DocumentReport, Finding, Report
from indicators.report.places import SEVERITY_NAMES, clean, place_text
from indicators.report.rows import form_reports

__all__ = ["WRITERS", "write_junit", "write_lines", "write_sarif"]

_LEVELS = {"error": "error", "warning": "warning", "note": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def _name(document: DocumentReport) -> str:
    return clean(document.path or document.extraction.document.name)


def _spot(finding: Finding) -> str:
    """Return page or line as a bare number, else the place in words, ``0`` for the whole document."""
    at = finding.at
    number = at.page if at.page is not None else at.line
    return str(number) if number is not None else clean(place_text(at)) or "0"


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def write_lines(report: Report) -> str:
    """Return ``file:page: severity rule message (project)``, one finding a line, as compilers print."""
    lines = []
    for document in report.documents:
        for item in form_reports(document):
            for finding in item.findings:
                text = f"{SEVERITY_NAMES[finding.severity]} {finding.rule} {finding.message}"
                project = f"（{item.project}）" if item.project else ""
                lines.append(_one_line(f"{_name(document)}:{_spot(finding)}: {text}{project}"))
    return "".join(f"{line}\n" for line in lines)


def write_sarif(report: Report) -> str:
    """Return the findings as SARIF 2.1.0."""
    titles = {finding.rule: finding.title for finding in report.findings}
    driver = {
        "name": "indicators",
        "version": report.tool_version,
        "rules": [{"id": code, "shortDescription": {"text": clean(titles[code])}} for code in sorted(titles)],
    }
    results = [_result(document, finding) for document in report.documents for finding in document.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _result(document: DocumentReport, finding: Finding) -> dict[str, Any]:
    from urllib.parse import quote

    place: dict[str, Any] = {"artifactLocation": {"uri": quote(_name(document).replace("\\", "/"))}}
    if finding.at.line is not None:
        place["region"] = {"startLine": finding.at.line}
    location: dict[str, Any] = {"physicalLocation": place}
    words = clean(place_text(finding.at))
    if words:
        location["message"] = {"text": words}
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": clean(f"{finding.message} {finding.fix}".strip())},
        "locations": [location],
        "partialFingerprints": {"indicators/v1": finding.fingerprint},
    }


def write_junit(report: Report) -> str:
    """Return JUnit XML: a suite a document, a case a form; errors fail a case, the rest is its output."""
    from lxml import etree

    root = etree.Element("testsuites", name="indicators")
    for document in report.documents:
        suite = etree.SubElement(root, "testsuite", name=_name(document))
        cases = failed = 0
        for item in form_reports(document):
            title = item.project or "全文"
            name = f"[{item.form.index + 1}] {title}" if item.form is not None else title
            case = etree.SubElement(suite, "testcase", name=name, classname=_name(document))
            errors = [finding for finding in item.findings if finding.severity == "error"]
            rest = [finding for finding in item.findings if finding.severity != "error"]
            cases, failed = cases + 1, failed + bool(errors)
            if errors:
                head = f"{errors[0].rule} {_one_line(errors[0].message)}"
                etree.SubElement(case, "failure", message=head, type="error").text = _listed(errors)
            if rest:
                etree.SubElement(case, "system-out").text = _listed(rest)
        suite.set("tests", str(cases))
        suite.set("failures", str(failed))
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return body.decode()


def _listed(findings: list[Finding]) -> str:
    return "\n".join(
        _one_line(f"{SEVERITY_NAMES[item.severity]} {item.rule} {place_text(item.at)} {item.message}")
        for item in findings
    )


WRITERS: dict[str, Callable[[Report], str]] = {"line": write_lines, "sarif": write_sarif, "junit": write_junit}

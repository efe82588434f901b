"""From raw hits to findings: the most telling of a group, one for both sides, worded, placed and identified."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace

from indicators.checks import Hit, plain
from indicators.config import Config
from indicators.records import (
    SEVERITY_RANK,
    Extraction,
    Field,
    Finding,
    Form,
    FundLine,
    Indicator,
    Line,
    Location,
    Severity,
    Statement,
)
from indicators.rule import Rule, RuleSet
from indicators.wording import HORIZON_NAMES, evidence, facts, fill

__all__ = ["Raw", "identified", "most_telling", "tool_finding", "without_twins"]

_SHORTEST_CUT = 4
_SHORTEST_CUT_VALUE = 6
_CHECK_ORIGINAL = "（请核对原件）"
#: The dimension of rules on what the tool itself did: they name the original themselves.
_OWN_WORK = "工具"


@dataclass(frozen=True, slots=True)
class Raw:
    """A hit with the rule that made it and the form and indicator it belongs to."""

    rule: Rule
    hit: Hit
    form: Form | None
    indicator: int | None
    horizon: str = ""


def most_telling(raws: list[Raw], groups: tuple[tuple[str, ...], ...]) -> list[Raw]:
    """Keep, of each group of rules, only the first in its order on one indicator."""
    for group in groups:
        place = {code: rank for rank, code in enumerate(group)}
        best: dict[tuple[int, int], int] = {}
        for raw in raws:
            if raw.rule.code in place and raw.form is not None and raw.indicator is not None:
                key = (raw.form.index, raw.indicator)
                best[key] = min(best.get(key, len(group)), place[raw.rule.code])
        raws = [
            raw
            for raw in raws
            if raw.rule.code not in place
            or raw.form is None
            or raw.indicator is None
            or best[raw.form.index, raw.indicator] == place[raw.rule.code]
        ]
    return raws


def without_twins(raws: list[Raw]) -> list[Raw]:
    """Report a fault of an indicator once where both sides of the form print it.

    The annual side is often the other cut off by the cell width: names and values are compared by prefix.
    """
    kept: list[Raw] = []
    seen: dict[tuple[str, int, str, str], list[int]] = {}
    for raw in raws:
        item = raw.hit.at
        if not isinstance(item, Indicator) or raw.form is None or len(raw.form.sides) < 2:
            kept.append(raw)
            continue
        # A form's rule may have other evidence on each side; then both are worth saying.
        other = "" if raw.rule.scope == "indicator" else str(dict(raw.hit.values))
        key = (raw.rule.code, raw.form.index, item.level2, other)
        for place in seen.get(key, ()):
            twin = kept[place]
            if twin.horizon != item.horizon and twin.horizon != "both" and _same_print(twin.hit.at, item):
                kept[place] = replace(twin, horizon="both")
                break
        else:
            seen.setdefault(key, []).append(len(kept))
            kept.append(raw)
    return [raw for raw in kept if not _cleared_by_the_full_print(raw)]


def _cleared_by_the_full_print(raw: Raw) -> bool:
    """Whether only the cut-off print of an indicator was found at fault, while the other side prints it in full.

    早发现≥85% is a fault of the cell width where the other side prints 早发现率≥85%.
    """
    item = raw.hit.at
    if raw.form is None or raw.rule.scope != "indicator" or raw.horizon == "both" or not isinstance(item, Indicator):
        return False
    name, value = plain(item.name), plain(item.value)
    if len(name) < _SHORTEST_CUT or not value:
        return False
    for other in raw.form.indicators:
        if other.horizon == item.horizon or other.level2 != item.level2:
            continue
        full = plain(other.name), plain(other.value)
        # 提高 beside 提高10% is a shorter value, not one cut off: cells hold more than that.
        same = full[1] == value or (len(value) >= _SHORTEST_CUT_VALUE and full[1].startswith(value))
        if full != (name, value) and full[0].startswith(name) and same:
            return True
    return False


def _same_print(first: object, second: Indicator) -> bool:
    return isinstance(first, Indicator) and _cut_off(first.name, second.name) and _cut_off(first.value, second.value)


def _cut_off(first: str, second: str) -> bool:
    one, two = plain(first), plain(second)
    return one.startswith(two) or two.startswith(one)


def identified(raws: list[Raw], extraction: Extraction, config: Config) -> list[Finding]:
    """Word every hit, give it a fingerprint, and put the findings in order."""
    findings = [(raw, _finding(raw, extraction, config)) for raw in raws]
    findings.sort(
        key=lambda pair: (
            -1 if pair[1].form is None else pair[1].form,
            SEVERITY_RANK[pair[1].severity],
            pair[1].rule,
            -1 if pair[1].indicator is None else pair[1].indicator,
        )
    )
    repeats: Counter[str] = Counter()
    done = []
    for raw, finding in findings:
        identity = _identity(raw, finding, extraction)
        repeats[identity] += 1
        digest = hashlib.blake2b(f"{identity}\n{repeats[identity]}".encode(), digest_size=8).hexdigest()
        done.append(replace(finding, fingerprint=digest))
    return done


def _finding(raw: Raw, extraction: Extraction, config: Config) -> Finding:
    rule, hit = raw.rule, raw.hit
    variant = rule.variants.get(hit.variant)
    severity: Severity = rule.severity
    title, message, fix = rule.title, rule.message, rule.fix
    if variant is not None:
        severity = variant.severity or severity
        title, message, fix = variant.title or title, variant.message or message, variant.fix or fix
    severity = config.severities.get(rule.code, severity)  # type: ignore[assignment]
    known = facts(hit, raw.form, raw.horizon)
    text = _in_its_words(fill(message, known, where=str(rule.path)), raw)
    confidence = hit.confidence if hit.confidence is not None else getattr(hit.at, "confidence", 1.0)
    if rule.dimension != _OWN_WORK and (
        (confidence < 1 and not isinstance(hit.at, Form)) or _doubtful(raw.form) or _doubted(extraction)
    ):
        # What a damaged print or a picture could explain is no proof.
        severity = "warning" if severity == "error" else severity
        text = text if "请核对原件" in text else text + _CHECK_ORIGINAL
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=severity,
        title=title,
        message=text,
        fix=_in_its_words(fill(fix, known, where=str(rule.path)), raw) + _example(raw),
        subject=hit.subject or _subject(raw),
        form=raw.form.index if raw.form is not None else None,
        indicator=raw.indicator,
        at=hit.at.at if not isinstance(hit.at, Extraction) else Location(),
        values=evidence(hit),
    )


def _in_its_words(text: str, raw: Raw) -> str:
    """Return a text that calls the whole period what the form calls it: 中期目标 for 实施期目标."""
    word, usual = raw.form.period_word if raw.form is not None else "", HORIZON_NAMES["lifetime"]
    told = (_print_of(raw.hit.at), *map(str, dict(raw.hit.values).values()))
    # What is quoted stays as it is printed.
    quoted = any(usual in part and len(part) > _LONGEST_TERM for part in told)
    if not word or quoted:
        return text
    return _ALONE.sub(f"{word}一栏", text).replace(usual, word)


#: 实施期 before no noun: 长期没有填报 would say for how long.
_ALONE = re.compile("实施期(?!目标|资金|指标|一侧|[和、]|[\u4e00-\u9fff]{2,10}指标“)")
#: 实施期指标值, 实施期和年度: longer evidence that says 实施期 is a quotation.
_LONGEST_TERM = 12


def _print_of(record: object) -> str:
    if isinstance(record, Indicator):
        return f"{record.name}={record.value}"
    return record.text if isinstance(record, Field) else ""


def _example(raw: Raw) -> str:
    """Return how an indicator like a vague one may be written, ``""`` where the library knows none surely."""
    at = raw.hit.at
    if not raw.rule.neighbour or not isinstance(at, Indicator) or raw.form is None:
        return ""
    # Read where it is needed: documents without a vague row do not pay for the library.
    from indicators.classify.offer import neighbour

    found = neighbour(at.level2, at.name, raw.form.project_name)
    if found is None:
        return ""
    return f"同类指标可参照：{found.name} {found.value}" + ("（N 填本项目的数）。" if "N" in found.value else "。")


def _doubtful(form: Form | None) -> bool:
    """Return whether a form was read with doubt: then nothing in it is proved."""
    return _pictured(form) or (form is not None and form.reading == "doubtful")


def _doubted(extraction: Extraction) -> bool:
    """Return whether something of the document may be missing."""
    return any(note.doubt for note in extraction.document.problems)


def _pictured(form: Form | None) -> bool:
    """Return whether a form was recognised from a picture: then every text in it is less than sure."""
    if form is None:
        return False
    texts = [item.confidence for item in form.fields if item.text]
    texts += [item.confidence for item in form.indicators if not item.empty]
    return bool(texts) and max(texts) < 1


def _subject(raw: Raw) -> str:
    at = raw.hit.at
    if isinstance(at, FundLine | Field):
        return at.path
    if isinstance(at, Indicator):
        return f"indicators.{raw.indicator}.value" if raw.indicator is not None else "indicators"
    if isinstance(at, Form):
        return "form"
    if isinstance(at, Statement):
        return f"statements.{at.kind}"
    return "document" if isinstance(at, Extraction) else type(at).__name__.lower()


_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:[-—~至](?:19|20)?[0-9]{2,4})?(?:年度|年)?")


def _identity(raw: Raw, finding: Finding, extraction: Extraction) -> str:
    """Say what a finding is about: its content and project, without page, row, position or year."""
    form, at = raw.form, raw.hit.at
    owner = [extraction.department]
    if form is not None:
        unit = form.text("implementing_unit") or form.text("department") or extraction.department
        owner = [unit, _YEAR.sub("", form.project_name) or form.project_name]
    subject, text = finding.subject, raw.hit.key
    if isinstance(at, Indicator):
        # Neither the number of the row nor the side: a scan may lose one of two equal sides.
        subject = raw.hit.subject or f"indicators.{at.level2}"
        text = text or f"{at.name}={at.value}"
    elif isinstance(at, FundLine):
        text = text or str(at.amount)
    elif isinstance(at, Field | Statement):
        text = text or at.text
    else:
        text = text or "|".join(value for _, value in finding.values)
    return "\n".join((finding.rule, *map(plain, owner), subject, plain(_YEAR.sub("", text))))


def tool_finding(rules: RuleSet, code: str, values: dict[str, object], *, at: Location | None = None) -> Finding:
    """Return a finding the tool makes itself (X101: the file cannot be read).

    Parameters
    ----------
    values
        What the message of the rule asks for.

    Raises
    ------
    KeyError
        If there is no such rule or its message asks for more.
    """
    rule = rules.rules[code]
    hit = Hit(Line(text="", at=at or Location()), values)
    known = facts(hit, None, "")
    digest = hashlib.blake2b("\n".join((code, *map(str, values.values()))).encode(), digest_size=8).hexdigest()
    return Finding(
        rule=code,
        name=rule.name,
        severity=rule.severity,
        title=rule.title,
        message=fill(rule.message, known, where=str(rule.path)),
        fix=fill(rule.fix, known, where=str(rule.path)),
        subject="document",
        at=hit.at.at if isinstance(hit.at, Line) else Location(),
        values=evidence(hit),
        fingerprint=digest,
    )

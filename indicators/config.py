"""The project's own settings: ``indicators.toml``.

Only a file that the user names governs a run: documents come from strangers, and a file of settings beside them could
switch their own check off.

::

    select = ["S", "F101"]        # only these rules, by code or beginning of code
    extend-select = ["S117"]      # these as well, though off by default
    ignore = ["V115"]             # not these
    preview = false               # also rules on trial
    rules = ["our-rules"]         # folders of further rules, relative to this file

    [severities]
    S107 = "error"

    [thresholds.F116]             # replaces params of the rule
    amount = "1000000"

    [per-path-ignores]
    "archive/*" = ["D102"]

    [[accepted]]                  # a finding somebody has looked at and lets stand
    fingerprint = "0123456789abcdef"
    reason = "..."
    until = 2026-12-31
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Any

from .errors import ConfigError
from .records import SEVERITIES, DocumentReport, Note
from .toml import parse_toml

__all__ = [
    "CONFIG_NAME",
    "Acceptance",
    "Config",
    "accept",
    "acceptance_notices",
    "describe",
    "load_config",
    "unused_settings",
]

CONFIG_NAME = "indicators.toml"
_KEYS = {
    "select",
    "extend-select",
    "ignore",
    "preview",
    "rules",
    "severities",
    "thresholds",
    "per-path-ignores",
    "accepted",
}
_CODE = re.compile(r"[A-Z](\d{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A finding that is let stand, until the end of the day ``until``."""

    fingerprint: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of a run.

    Parameters
    ----------
    select, extend_select, ignore
        Codes or beginnings of codes; an empty ``select`` means the rules that are on by default.
    preview
        Whether rules on trial run too.
    rules
        Folders of further rule packs.
    severities
        Code to severity.
    thresholds
        Code to the params it replaces.
    path_ignores
        ``(glob, codes)`` pairs.
    accepted
        Findings let stand.
    today
        The day acceptances are held against; ``None`` = they do not expire (for tests and libraries).
    path
        The file the settings came from.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    rules: tuple[Path, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    path_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    today: date | None = None
    path: Path | None = None

    def ignored_for(self, path: str) -> tuple[str, ...]:
        """Return the codes that do not apply to a document, by its path."""
        codes: list[str] = []
        pure = PurePath(path).as_posix()
        for pattern, ignored in self.path_ignores:
            if fnmatch(pure, pattern) or fnmatch(pure, f"*/{pattern}"):
                codes.extend(ignored)
        return tuple(codes)

    def acceptance(self, fingerprint: str) -> Acceptance | None:
        """Return the acceptance in force for a finding, ``None`` if there is none or it has expired."""
        for item in self.accepted:
            if item.fingerprint == fingerprint and not self.expired(item):
                return item
        return None

    def expired(self, item: Acceptance) -> bool:
        """Whether an acceptance is past its end date."""
        return self.today is not None and item.until < self.today


def unused_settings(paths: Iterable[Path]) -> Path | None:
    """Return an ``indicators.toml`` beside files, in their folders or in this one, that nobody asked for."""
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    return next((folder / CONFIG_NAME for folder in (*folders, Path()) if (folder / CONFIG_NAME).is_file()), None)


def describe(config: Config) -> str:
    """Return in one Chinese sentence which settings are in force, as every report prints it."""
    codes = {"只用": config.select, "另加": config.extend_select, "不用": config.ignore}
    parts = [f"{word} {'、'.join(dict.fromkeys(found))}" for word, found in codes.items() if found]
    parts += ["含试行规则"] if config.preview else []
    parts += [f"本地规则 {'、'.join(folder.name for folder in config.rules)}"] if config.rules else []
    parts += [f"改级别 {'、'.join(sorted(config.severities))}"] if config.severities else []
    parts += [f"改参数 {'、'.join(sorted(config.thresholds))}"] if config.thresholds else []
    ignored = [f"{pattern} 不用 {'、'.join(codes)}" for pattern, codes in config.path_ignores]
    parts += ignored
    parts += [f"接受问题 {len(config.accepted)} 条"] if config.accepted else []
    source = f"配置文件 {config.path}" if config.path is not None else "未用配置文件"
    return f"{source}：{'；'.join(parts)}" if parts else f"{source}，全部为默认设置"


def load_config(path: Path, *, today: date | None = None) -> Config:
    """Read an ``indicators.toml``.

    Raises
    ------
    ConfigError
        If it cannot be read, or a key is unknown or of the wrong kind; names the file and the key.
    """
    return _Reader(path).config(_data(path), today)


def _data(path: Path) -> dict[str, Any]:
    """Return what a file of settings says; a pipe or device in its place is not waited for."""
    try:
        if path.exists() and not path.is_file():
            raise OSError("不是普通文件")
        return parse_toml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            "配置文件读不出来", where=str(path), why=str(error), remedy="按 TOML 格式、UTF-8 编码改正后重试"
        ) from error


class _Reader:
    """Checks every value of one file, so that each error can name the file and the key."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def config(self, data: Mapping[str, Any], today: date | None) -> Config:
        self.known(data, _KEYS, "")
        preview = data.get("preview", False)
        if not isinstance(preview, bool):
            raise self.wrong("preview", "应为 true 或 false")
        severities = self.table(data, "severities")
        for code, severity in severities.items():
            self.code(f"severities.{code}", code)
            if severity not in SEVERITIES:
                raise self.wrong(f"severities.{code}", "应为 error、warning 或 note")
        thresholds = self.table(data, "thresholds")
        for code, params in thresholds.items():
            self.code(f"thresholds.{code}", code)
            if not isinstance(params, dict):
                raise self.wrong(f"thresholds.{code}", "应为参数表")
            for key, value in params.items():
                if isinstance(value, float) and not math.isfinite(value):
                    raise self.wrong(f"thresholds.{code}.{key}", "应为普通的数")
        ignores = self.table(data, "per-path-ignores")
        return Config(
            select=self.codes(data, "select"),
            extend_select=self.codes(data, "extend-select"),
            ignore=self.codes(data, "ignore"),
            preview=preview,
            rules=tuple(self.path.parent / name for name in self.strings(data, "rules")),
            severities=severities,
            thresholds=thresholds,
            path_ignores=tuple((pattern, self.codes(ignores, pattern)) for pattern in ignores),
            accepted=tuple(self.acceptance(item, number) for number, item in enumerate(self.list(data, "accepted"), 1)),
            today=today,
            path=self.path,
        )

    def acceptance(self, item: Any, number: int) -> Acceptance:
        where = f"accepted 第 {number} 条"
        if not isinstance(item, dict):
            raise self.wrong(where, "应写作 [[accepted]]")
        self.known(item, {"fingerprint", "reason", "until"}, where)
        for key in ("fingerprint", "reason"):
            if not isinstance(item.get(key), str) or not item[key].strip():
                raise self.wrong(f"{where} {key}", "必须填写")
        until = item.get("until")
        if not isinstance(until, date) or isinstance(until, datetime):
            raise self.wrong(f"{where} until", "必须填写截止日期（不带时刻），如 until = 2026-12-31")
        return Acceptance(fingerprint=item["fingerprint"].strip(), reason=item["reason"].strip(), until=until)

    def known(self, data: Mapping[str, Any], keys: Iterable[str], where: str) -> None:
        for key in data:
            if key not in keys:
                raise self.wrong(f"{where} {key}".strip(), f"没有这个键；可用的键：{'、'.join(sorted(keys))}")

    def table(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "应为一张表")
        return value

    def list(self, data: Mapping[str, Any], key: str) -> list[Any]:
        value = data.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, "应为列表")
        return value

    def strings(self, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
        values = self.list(data, key)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, "应为文字列表")
        return tuple(values)

    def codes(self, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
        codes = self.strings(data, key)
        for code in codes:
            self.code(key, code)
        return codes

    def code(self, key: str, code: str) -> None:
        if not _CODE.fullmatch(code):
            raise self.wrong(key, f"“{code}”不是规则编号；应如 F101，或编号开头如 F")

    def wrong(self, key: str, why: str) -> ConfigError:
        return ConfigError(f"键 {key} 有误", where=str(self.path), why=why, remedy="改正配置文件后重试")


def accept(path: Path, fingerprint: str, *, reason: str, until: date) -> None:
    """Add an acceptance at the end of an ``indicators.toml``, which is created if need be.

    Raises
    ------
    ConfigError
        If the reason is blank, the finding is accepted already, or the file is broken.
    """
    if not reason.strip():
        raise ConfigError("接受一条问题必须写明理由", where=str(path), remedy="用 --reason 写明理由")
    if path.exists() and any(item.fingerprint == fingerprint for item in load_config(path).accepted):
        raise ConfigError(f"问题 {fingerprint} 已在接受清单中", where=str(path), remedy="如需改期，请直接改原有的一条")
    old = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    # An array of tables may stand at the end of any TOML file, so what the user wrote stays as it is.
    lines = [
        "[[accepted]]",
        f"fingerprint = {json.dumps(fingerprint)}",
        f"reason = {json.dumps(reason.strip(), ensure_ascii=False)}",
        f"until = {until.isoformat()}",
    ]
    gap = "" if not old else "\n" if old.endswith("\n") else "\n\n"
    path.write_text(f"{old}{gap}" + "\n".join(lines) + "\n", encoding="utf-8")


def acceptance_notices(config: Config, documents: Iterable[DocumentReport]) -> tuple[Note, ...]:
    """Return what is to be said of acceptances after a run: the expired and those that matched nothing."""
    used = {item.fingerprint for document in documents for item in document.accepted}
    notes = []
    for item in config.accepted:
        if config.expired(item):
            notes.append(
                Note(
                    code="acceptance-expired",
                    message=f"接受的问题 {item.fingerprint} 已于 {item.until} 到期，重新列出；理由曾为：{item.reason}",
                )
            )
        elif item.fingerprint not in used:
            notes.append(
                Note(
                    code="acceptance-unused",
                    message=f"接受的问题 {item.fingerprint} 本次没有出现，可以删去；理由：{item.reason}",
                )
            )
    return tuple(notes)

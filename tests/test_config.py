"""indicators.toml: every key is checked, nothing is silently ignored."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indicators.cases import build
from indicators.catalogue import builtin_rules
from indicators.config import (
    CONFIG_NAME,
    Config,
    accept,
    acceptance_notices,
    describe,
    load_config,
    unused_settings,
)
from indicators.engine import check_extraction
from indicators.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / CONFIG_NAME
    path.write_text(text, encoding="utf-8")
    return path


def test_all_keys(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
select = ["S", "F101"]
extend-select = ["S117"]
ignore = ["V115"]
preview = true
rules = ["our-rules"]
[severities]
S107 = "error"
[thresholds.F116]
amount = "1000000"
[per-path-ignores]
"archive/*" = ["D102"]
[[accepted]]
fingerprint = "0123456789abcdef"
reason = "合同总额"
until = 2026-12-31
""",
    )
    config = load_config(path, today=date(2026, 1, 1))
    assert config.select == ("S", "F101")
    assert config.extend_select == ("S117",)
    assert config.rules == (tmp_path / "our-rules",)
    assert config.thresholds == {"F116": {"amount": "1000000"}}
    assert config.ignored_for("x/archive/1.pdf") == ("D102",)
    assert config.acceptance("0123456789abcdef") is not None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("selct = []", "selct"),
        ('select = "S"', "select"),
        ('select = ["s101"]', "select"),
        ("preview = 1", "preview"),
        ('[severities]\nS107 = "fatal"', "severities.S107"),
        ("[thresholds]\nF116 = 1", "thresholds.F116"),
        ('[[accepted]]\nfingerprint = "a"\nuntil = 2026-01-01', "reason"),
        ('[[accepted]]\nfingerprint = "a"\nreason = "b"', "until"),
        ('[[accepted]]\nfingerprint = "a"\nreason = "b"\nuntil = 2026-01-01\nby = "c"', "by"),
        ("select = [", ""),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(path) in str(caught.value)
    assert key in str(caught.value)


def test_settings_beside_documents_are_seen_but_not_searched_for_above(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    write(tmp_path, "")
    assert unused_settings([inner / "x.txt"]) is None
    nearer = write(inner, "")
    assert unused_settings([inner / "x.txt"]) == nearer


def test_the_settings_in_force_are_said_in_words(tmp_path: Path) -> None:
    path = write(tmp_path, 'ignore = ["V115"]\n[severities]\nS107 = "note"\n')
    assert describe(Config()) == "未用配置文件，全部为默认设置"
    assert describe(load_config(path)) == f"配置文件 {path}：不用 V115；改级别 S107"


def test_accept_keeps_what_the_user_wrote(tmp_path: Path) -> None:
    path = write(tmp_path, '# 我局设置\nignore = ["V115"]')
    accept(path, "0123", reason='含"引号"的理由', until=date(2026, 12, 31))
    accept(path, "4567", reason="第二条", until=date(2026, 12, 31))
    assert path.read_text(encoding="utf-8").startswith("# 我局设置\n")
    assert [item.reason for item in load_config(path).accepted] == ['含"引号"的理由', "第二条"]
    with pytest.raises(ConfigError):
        accept(path, "0123", reason="再来", until=date(2026, 12, 31))
    with pytest.raises(ConfigError):
        accept(path, "89ab", reason=" ", until=date(2026, 12, 31))


def test_expired_and_unused_acceptances_are_reported(tmp_path: Path) -> None:
    path = tmp_path / CONFIG_NAME
    accept(path, "aaaa", reason="旧", until=date(2025, 1, 1))
    accept(path, "bbbb", reason="没有了", until=date(2027, 1, 1))
    config = load_config(path, today=date(2026, 1, 1))
    report = check_extraction(build({}).extraction, builtin_rules(), config)
    assert [item.code for item in acceptance_notices(config, [report])] == ["acceptance-expired", "acceptance-unused"]

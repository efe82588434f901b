"""Settings and rule packs of strangers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indicators.cli import main
from tests.forms.test_forms import FORM

SILENT = 'ignore = ["S", "V", "D", "F", "L", "T", "P", "X"]\n'


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / "预算.txt").write_text(FORM.replace("≥2万人", "提高"), encoding="utf-8")
    return folder


def check(*arguments: str | Path) -> int:
    return main(["check", "--format", "json", "--no-classifier", "--no-ocr", *map(str, arguments)])


@pytest.mark.parametrize("where", [".", ".."])
def test_a_submission_cannot_switch_off_its_own_check(
    submission: Path, where: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (submission / where / "indicators.toml").write_text(SILENT, encoding="utf-8")
    monkeypatch.chdir(submission)
    check(".")
    out = capsys.readouterr()
    report = json.loads(out.out)
    assert report["documents"][0]["findings"]
    assert report["settings"] == "未用配置文件，全部为默认设置"
    assert ("没有采用" in out.err) == (where == ".")


def test_named_settings_govern_and_are_said(submission: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = submission / "indicators.toml"
    settings.write_text('ignore = ["V", "S"]\n', encoding="utf-8")
    check(submission, "--config", settings)
    out = capsys.readouterr()
    report = json.loads(out.out)
    assert not [item for item in report["documents"][0]["findings"] if item["rule"][0] in "VS"]
    assert report["settings"] == f"配置文件 {settings}：不用 V、S"
    assert report["settings"] in out.err

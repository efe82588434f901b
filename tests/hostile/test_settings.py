"""Settings and rule packs of strangers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from indicators.catalogue import load_rules
from indicators.cli import main
from indicators.errors import PackError
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


def pack(folder: Path, **changed: str) -> Path:
    """Write a pack with one rule, copied from a built-in one."""
    from indicators.packs import rules_dir

    source = next(rules_dir().rglob("V101.toml"))
    (folder / "V").mkdir(parents=True)
    text = source.read_text(encoding="utf-8")
    for key, value in changed.items():
        lines = text.splitlines()
        lines[next(n for n, line in enumerate(lines) if line.startswith(f"{key} ="))] = f'{key} = "{value}"'
        text = "\n".join(lines)
    (folder / "V" / "V101.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("{project.__class__}", "只能写值的名称"),
        ("{indicator[0]}", "只能写值的名称"),
        ("{0}", "只能写值的名称"),
        ("{indicator!r}", "格式不对"),
        ("{indicator:>9999999999}", "格式不对"),
        ("{indicator", "花括号"),
    ],
)
def test_a_message_reaches_nothing_inside_its_values(tmp_path: Path, message: str, why: str) -> None:
    with pytest.raises(PackError, match=why) as caught:
        load_rules(pack(tmp_path, message=message))
    assert "V101.toml" in str(caught.value)


def test_a_message_with_an_unknown_value_is_named(
    submission: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = pack(tmp_path / "规则", message="{nothing}")
    for guard in ([], ["--no-guard"]):
        assert check(submission, "--rules", rules, *guard) == 2
        told = capsys.readouterr().err
        assert "V101.toml" in told
        assert "没有“nothing”这个值" in told


def test_broken_files_of_a_pack_are_named(tmp_path: Path) -> None:
    folder = pack(tmp_path)
    (folder / "lexicons").mkdir()
    (folder / "lexicons" / "词.txt").write_bytes("词语".encode("gb18030"))
    with pytest.raises(PackError, match=r"词\.txt.*不是 UTF-8"):
        load_rules(folder)
    (folder / "lexicons" / "词.txt").unlink()
    (folder / "pack.toml").write_text("x = " + "[" * 100_000, encoding="utf-8")
    with pytest.raises(PackError, match=r"pack\.toml"):
        load_rules(folder)
    (folder / "pack.toml").write_text("one_of = [5]", encoding="utf-8")
    with pytest.raises(PackError, match="one_of"):
        load_rules(folder)


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_a_pack_holds_plain_files_of_its_own(tmp_path: Path) -> None:
    folder = pack(tmp_path / "规则")
    os.mkfifo(folder / "V" / "V102.toml")
    with pytest.raises(PackError, match="不是普通文件"):
        load_rules(folder)
    (folder / "V" / "V102.toml").unlink()
    (tmp_path / "外.toml").write_text("", encoding="utf-8")
    (folder / "V" / "V103.toml").symlink_to(tmp_path / "外.toml")
    with pytest.raises(PackError, match="不在规则目录内"):
        load_rules(folder)


@pytest.mark.parametrize(
    "text", ['[[accepted]]\nfingerprint = "a"\nreason = "b"\nuntil = 2026-01-01T10:00:00\n', "x = " + "[" * 100_000]
)
def test_broken_settings_are_an_error_in_words(submission: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = submission / "x.toml"
    settings.write_text(text, encoding="utf-8")
    assert check(submission, "--config", settings) == 2
    assert "x.toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * 20_000) + " = 1",  # a table each: gigabytes and minutes
        "preview = 1" + "0" * 9_000,
        "a = " + "[" * 50_000 + "]" * 50_000,
        "[thresholds.V112]\nsatisfaction = nan",
        "[thresholds.V112]\nsatisfaction = inf",
    ],
)
def test_settings_that_are_none_are_refused_in_words(
    submission: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = submission / "c.toml"
    settings.write_text(text, encoding="utf-8")
    assert check(submission, "--config", settings) == 2
    assert "c.toml" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_a_pipe_in_place_of_settings_is_not_waited_for(submission: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = submission / "c.toml"
    os.mkfifo(pipe)
    assert check(submission, "--config", pipe) == 2
    assert main(["accept", "0123456789abcdef", "--reason", "理由", "--config", str(pipe)]) == 2
    assert "不是普通文件" in capsys.readouterr().err


def test_a_word_list_of_millions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lexicons").mkdir()
    (tmp_path / "pack.toml").write_text('name = "p"\nversion = "1"\n', encoding="utf-8")
    (tmp_path / "lexicons" / "词.txt").write_text("".join(f"词{n}\n" for n in range(300_000)), encoding="utf-8")
    with pytest.raises(PackError, match="过大"):
        load_rules(tmp_path)


@pytest.mark.parametrize("text", ["[" * 50_000, "[" * 50_000 + "]" * 50_000, '{"version": ' + "9" * 9_000 + "}"])
def test_a_saved_report_that_is_none_is_refused_in_words(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "a.json"
    saved.write_text(text, encoding="utf-8")
    assert main(["diff", str(saved), str(saved)]) == 2
    assert "不是检查结果" in capsys.readouterr().err

"""The command line as a clerk uses it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.cli import _COMMANDS, main
from tests.forms.test_forms import FORM

HEAVY = (
    "spacy",
    "jieba",
    "sklearn",
    "skops",
    "pandas",
    "pypdfium2",
    "pdfplumber",
    "openpyxl",
    "numpy",
    "lxml",
    "scipy",
    "starlette",
    "uvicorn",
    "sqlalchemy",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "预算.txt"
    path.write_text(FORM.replace("社会效益指标\t保护人口\t≥2万人", "社会效益指标\t防洪能力\t提高"), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> int:
    return main([str(item) for item in arguments])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["rules"],
        ["explain", "F101"],
        ["check", "--help"],
        ["version"],
        ["extract", "--help"],
        ["review", "--help"],
    ],
)
def test_help_and_rules_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom indicators.cli import main\n"
        f"status = main({arguments!r})\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.stderr.write(' '.join(loaded))\nsys.exit(bool(loaded) or status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_a_chinese_help_page(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, "--help") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("用法：indicators " + command)
    assert "显示帮助并退出" in printed
    for english in ("Usage:", "Options:", "Show this message", "[default:", "[required]", "TEXT", "FILE", "INTEGER"):
        assert english not in printed


def test_extract_prints_the_contract(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("extract", file, "--format", "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["version"]) == ("indicators.records", 1)
    document = data["documents"][0]
    assert (document["source"], document["reader"], document["department"], document["fiscal_year"]) == (
        "预算.txt",
        "text",
        "云溪县水利局",
        2025,
    )
    form = document["forms"][0]
    assert form["funds"]["annual"] == {
        "total": 125000,
        "central": 0,
        "provincial": 25000,
        "local": 100000,
        "self": 0,
        "other": None,
    }
    first = form["indicators"][0]
    assert first["quantity"].items() >= {"relation": "=", "number": "3", "unit": "公里"}.items()
    assert first["location"]["line"] == 21
    assert form["contact_phone"] == "mobile"
    assert "13800001234" not in json.dumps(data)


def test_check_gives_findings_scores_and_the_exit_status(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = run("check", file, "--format", "json", "--no-classifier", "--no-config")
    data = json.loads(capsys.readouterr().out)["documents"][0]
    assert any(item["rule"] == "V101" for item in data["findings"])
    worst = {item["severity"] for item in data["findings"]}
    assert status == (1 if "error" in worst else 0)
    assert {"form", "total", "grade", "dimensions", "priority"} <= set(data["scores"][0])
    assert run("check", file, "--no-classifier", "--fail-on", "warning", "-o", file.with_suffix(".json")) == 1
    assert (
        run("check", file, "--no-classifier", "--fail-on", "warning", "--exit-zero", "-o", file.with_suffix(".json"))
        == 0
    )
    assert (
        run("check", file, "--no-classifier", "--select", "S116", "--fail-on", "note", "-o", file.with_suffix(".json"))
        == 0
    )


def test_the_table_reads_form_by_form(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("check", file, "--format", "table", "--no-classifier")
    printed = capsys.readouterr().out
    assert "堤防维修养护" in printed
    assert "V101" in printed
    assert "参考分" in printed
    assert "\x1b[" not in printed


def test_one_bad_file_never_stops_the_others(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing of the kind")
    assert run("check", tmp_path, "--format", "json", "--no-classifier", "--exit-zero") == 0
    documents = json.loads(capsys.readouterr().out)["documents"]
    rules = {item["source"]: {f["rule"] for f in item["findings"]} for item in documents}
    assert "X101" in rules["坏.pdf"]
    assert "X101" not in rules["预算.txt"]
    assert run("check", bad, "--format", "json", "--no-classifier") == 2


def test_globs_and_folders_name_files_once(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "~$锁.docx").write_bytes(b"x")
    assert run("extract", tmp_path, tmp_path / "*.txt", file, "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["documents"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "缺少参数"),
        (["chek", "a"], "没有命令"),
        (["check", "a", "--formt", "json"], "没有选项 --formt"),
        (["check", "a", "--format", "pptx"], "可选"),
        (["check", "没有.txt", "--no-classifier", "--format", "table"], "找不到"),
        (["explain", "F999"], "没有规则"),
        (["check", "{file}", "--select", "Z9", "--no-classifier"], "没有规则"),
        (["check", "{file}", "--format", "xlsx", "--no-classifier"], "-o"),
        (["accept", "xyz", "--reason", "x"], "指纹"),
        (["rank"], "二者选一"),
    ],
)
def test_mistakes_are_explained_in_chinese_and_give_two(
    arguments: list[str], words: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*(item.replace("{file}", str(file)) for item in arguments)) == 2
    printed = capsys.readouterr()
    assert words in printed.err + printed.out


def test_a_finding_is_accepted_with_reason_and_comes_back_when_it_expires(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run("check", file, "--format", "json", "--no-classifier", "--exit-zero")
    finding = next(f for f in json.loads(capsys.readouterr().out)["documents"][0]["findings"] if f["rule"] == "V101")
    assert run("accept", finding["fingerprint"], "--reason", "上级文件要求如此表述", "--until", "2099-12-31") == 0
    capsys.readouterr()
    run("check", file, "--format", "json", "--no-classifier", "--exit-zero", "--config", "indicators.toml")
    document = json.loads(capsys.readouterr().out)["documents"][0]
    assert finding["fingerprint"] not in {f["fingerprint"] for f in document["findings"]}
    assert finding["fingerprint"] in {f["fingerprint"] for f in document["accepted"]}
    assert run("accept", finding["fingerprint"], "--reason", "再来一次") == 2


def test_explain_prints_the_page_with_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "f101") == 0
    page = capsys.readouterr().out
    assert "F101" in page
    assert "资金来源合计不符" in page
    assert "→ " in page
    assert run("explain", "f101", "-v") == 0
    assert "空白即 0" in capsys.readouterr().out


def test_every_rule_is_explained_without_signs_of_programmers() -> None:
    """No ``{annual:wan}``, no signs of Markdown, no keys; an example of a fault says what is said about it."""
    from indicators.catalogue import builtin_rules
    from indicators.report.explaining import explained, spoken
    from indicators.report.folding import columns_of

    rules = builtin_rules()
    for rule in rules:
        page = explained(rule, rules, width=80)
        asked = re.sub(r"(?ms)^可调.*?^$", "", page)
        assert (
            re.search(r"\{[a-z]|\*\*[一-龥]+\*\*|`|^#|\b(?:level2|horizon|funds|value|name)\b", asked, re.M) is None
        ), rule.code
        assert page.count("    → ") >= min(3, len(rule.bad)), rule.code
        assert max(map(columns_of, page.splitlines())) <= 84, rule.code
        assert not re.search(r"[{}]", spoken(rule.message)), rule.code


def test_rules_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rules", "--format", "json") == 0
    codes = [row["code"] for row in json.loads(capsys.readouterr().out)]
    assert len(codes) == len(set(codes))
    assert "F101" in codes
    assert run("rules", "--family", "S") == 0
    assert "F101" not in capsys.readouterr().out


def test_a_local_pack_runs_its_own_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "本地规则"
    (folder / "L").mkdir(parents=True)
    rule = (Path(__file__).parent.parent / "rules" / "S" / "S116.toml").read_text(encoding="utf-8")
    rule = rule.replace('code = "S116"', 'code = "L101"').replace('"project-name-missing"', '"local-name-missing"')
    (folder / "L" / "L101.toml").write_text(rule, encoding="utf-8")
    (folder / "pack.toml").write_text('name = "本地"\nversion = "1"\n', encoding="utf-8")
    assert run("test-rules", folder) == 0
    assert "通过" in capsys.readouterr().out
    (folder / "L" / "L101.toml").write_text(rule.replace('project_name = ""', 'project_name = "甲"'), encoding="utf-8")
    assert run("test-rules", folder) == 1


def test_doctor_says_what_is_there_and_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("doctor") == 0
    assert "规则 " in capsys.readouterr().out
    import indicators.cli.helping as helping

    monkeypatch.setattr(helping, "find_spec", lambda name: None)
    monkeypatch.setattr(helping, "_LIBRARIES", ("没有这个库",))
    assert run("doctor") == 2
    printed = capsys.readouterr().out
    assert "缺失　没有这个库" in printed
    assert "jixiao-indicators[ocr]" in printed


def test_doctor_looks_into_a_store(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(file.with_name("库.db"))
    assert run("batch", file, "--store", store, "--no-classifier", "--no-config", "-j", "1", "-q") == 0
    assert run("doctor", "--store", store) == 0
    assert f"结果库 {store}：1 份文件" in capsys.readouterr().out
    # A store alone can be written out again.
    assert run("batch", "--store", store, "--export", file.with_name("表")) == 0
    assert "indicators" in capsys.readouterr().err


def test_help_shows_commands_and_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("help", "rank") == 0
    assert capsys.readouterr().out.startswith("用法：indicators rank")
    assert run("help", "F101") == 0
    assert "资金来源合计不符" in capsys.readouterr().out
    assert run("help", "没有") == 2
    capsys.readouterr()
    assert run("help") == 0
    listed = capsys.readouterr().out
    assert all(f"  {name} " in listed for name in _COMMANDS)


def test_the_shell_completes_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("completion", "bash") == 0
    assert "_INDICATORS_COMPLETE" in capsys.readouterr().out
    import os

    done = subprocess.run(
        [sys.executable, "-m", "indicators"],
        env={**os.environ, "_INDICATORS_COMPLETE": "bash_complete", "COMP_WORDS": "indicators ra", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "plain,rank" in done.stdout

"""Nothing is lost by writing; our own outputs are no submissions; what other programs read is what they expect."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from indicators.cli import main
from indicators.report.marks import is_ours
from tests.forms.test_forms import FORM
from tests.readers.office import xlsx


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "预算.txt"
    path.write_text(FORM.replace("社会效益指标\t保护人口\t≥2万人", "社会效益指标\t防洪能力\t提高"), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> int:
    return main([str(item) for item in arguments])


def check(file: Path, *more: str | Path) -> int:
    return run("check", file, "--no-classifier", "--no-config", "--exit-zero", *more)


def test_a_submission_is_never_written_over(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = file.read_bytes()
    other = file.with_name("别人的.html")
    other.write_text("<p>别人的</p>", encoding="utf-8")
    assert check(file, "-o", file, "--format", "table", "--force") == 2
    assert check(file, "-o", other) == 2
    assert "--force" in capsys.readouterr().err
    assert run("annotate", file, "-o", other, "--no-config") == 2
    assert (file.read_bytes(), other.read_text(encoding="utf-8")) == (before, "<p>别人的</p>")
    assert check(file, "-o", other, "--force") == 0
    assert check(file, "-o", other) == 0  # now it is ours


@pytest.mark.parametrize("name", ["审核.html", "审核.xlsx", "意见.docx", "结果.json", "结果.jsonl", "结果.csv"])
def test_the_ending_chooses_the_format_and_outputs_are_known_again(name: str, file: Path) -> None:
    out = file.with_name(name)
    assert check(file, "-o", out) == 0
    assert is_ours(out)
    assert not is_ours(file)
    assert check(file, "-o", out) == 0


def test_ending_and_format_must_agree(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(file, "-o", file.with_name("审核.html"), "--format", "xlsx") == 2
    assert "审核.xlsx" in capsys.readouterr().err
    assert not file.with_name("审核.html").exists()


def test_the_folder_is_checked_before_the_work(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(file, "-o", file.parent / "没有" / "审核.html") == 2
    assert "文件夹不存在" in capsys.readouterr().err


def test_our_own_outputs_in_a_folder_are_left_out_with_a_notice(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(file, "-o", file.with_name("审核.html"))
    check(file, "-o", file.with_name("审核.xlsx"))
    check(file, "-o", file.with_name("意见.docx"))
    run("annotate", file, "-o", file.with_name("标注.html"), "--no-config")
    capsys.readouterr()
    check(file.parent, "--format", "json")
    printed = capsys.readouterr()
    assert [item["source"] for item in json.loads(printed.out)["documents"]] == ["预算.txt"]
    assert "4 个文件是本软件以前的输出" in printed.err
    run("batch", file.parent, "--store", file.with_name("库.db"), "-j", "1", "--no-classifier", "--no-config")
    printed = capsys.readouterr()
    assert "共 1 份" in printed.err
    assert "以前的输出" in printed.err


@pytest.mark.parametrize("name", ["甲.json", "甲.xlsx", "甲.html", "甲.docx"])
def test_the_same_input_gives_the_same_bytes(name: str, file: Path) -> None:
    out = file.with_name(name)
    bodies = []
    for _ in range(2):
        assert check(file, "-o", out) == 0
        bodies.append(out.read_bytes())
        out.unlink()
    assert bodies[0] == bodies[1]


def test_times_are_in_json_only_on_request(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(file, "--format", "json")
    assert json.loads(capsys.readouterr().out)["statistics"] == []
    check(file, "--format", "json", "--statistics")
    assert json.loads(capsys.readouterr().out)["statistics"]


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
@pytest.mark.parametrize("form", ["csv", "json", "line"])
def test_a_pipe_gets_utf8_whatever_the_code_page(encoding: str, form: str, file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("堤防维修养护", "堤防①²𠮷•维修养护"), encoding="utf-8")
    arguments = ["check", str(file), "--format", form, "--no-classifier", "--no-config", "--exit-zero"]
    code = f"import sys\nfrom indicators.cli import main\nsys.exit(main({arguments!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**_environment(), "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode("utf-8")
    assert "𠮷" in text
    assert text.startswith("\ufeff") == (form == "csv")


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def test_diff_reads_what_consoles_write(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = file.with_name("新.json")
    check(file, "-o", out)
    for encoding in ("utf-16", "gb18030", "utf-8-sig"):
        old = file.with_name(f"{encoding}.json")
        old.write_text(out.read_text(encoding="utf-8"), encoding=encoding)
        assert run("diff", old, out) == 0
        assert "新出现 0" in capsys.readouterr().out
    assert run("diff", "-v", out, out) == 0
    assert "■ 仍存在" in capsys.readouterr().out


def test_no_form_found_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "信.txt"
    path.write_text("关于召开会议的通知\n请各单位准时参加。\n", encoding="utf-8")
    arguments = ("check", path, "--no-classifier", "--no-config", "--fail-on", "error")
    assert run(*arguments) == 1
    assert run(*arguments, "--exit-zero") == 0
    assert run("extract", path) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc", "a"], "是否要用 check"),
        (["check", "a", "--formt", "json"], "是否要用 --form"),
        (["annotate", "{folder}", "-o", "b.pdf"], "是文件夹"),
        (["summary", "--store", "没有.db"], "没有.db"),
        (["check", "{empty}"], "没有找到可检查的文件"),
        (["diff", "{file}", "{file}"], "不是检查结果"),
        (["diff", "没有.json", "{file}"], "“没有.json”不存在"),
        (["test-rules", "{file}"], "是文件，这里要一个文件夹"),
        (["test-rules", "{empty}", "--code", "Q999"], "没有规则“Q999”"),
        (["version", "更多"], "多余的参数：更多"),
        (["summary", "--store"], "选项 --store 用法不对"),
        (["batch", "a", "--store", "s.db", "-j", "两"], "“两”不是数字"),
        (["batch", "a", "--store", "s.db", "-j", "0"], "0 超出范围"),
        (["completion", "csh"], "不在可选范围内"),
        (["accept", "0123456789abcdef", "--reason", "试", "--until", "明天"], "日期“明天”写法不对"),
        (["accept", "0123456789abcdef", "--reason", "试", "--until", "2020-01-01"], "已经过去"),
        (["explain", "没有这条"], "没有规则“没有这条”"),
        (["letter", "--store", "s.db", "-o", "{empty}"], "这是文件夹，不是文件"),
        (["rank", "{file}", "-o", "a.docx"], "不能写成 docx"),
        (["score", "{file}", "--format", "xlsx"], "二进制格式"),
        (["score", "{folder}"], "是文件夹"),
        (["score", "{book}", "-q"], "工作簿里没有指标清单"),
        (["annotate", "{file}", "-o", "a.pdf"], "批注副本是 .html 格式"),
        (["batch", "a", "--store", "s.db", "--log", "{empty}"], "是文件夹"),
        (["batch", "{file}", "--store", "s.db", "--log", "{file}", "--no-classifier"], "文件已存在，且不是日志"),
        (["doctor", "--store", "没有.db"], "没有.db"),
        (["decide", "{file}", "--store", "s.db"], "不是初审结果"),
        (["letter", "--store", "s.db", "-o", "a.docx", "--date", "六月"], "日期“六月”写法不对"),
    ],
)
def test_mistakes_get_a_word_of_help(
    arguments: list[str], words: str, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    monkeypatch.setenv("XDG_DATA_HOME", str(file.parent / "data"))
    (file.parent / "空").mkdir()
    book = file.parent / "空.xlsx"
    book.write_bytes(xlsx({"一": "<sheetData/>"}))
    names = {"{folder}": file.parent, "{file}": file, "{empty}": file.parent / "空", "{book}": book}
    assert run(*(names.get(item, item) for item in arguments)) == 2
    printed = capsys.readouterr().err
    assert words in printed
    assert "Error" not in printed


def test_one_finding_a_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(file, "--format", "line")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"{file}:") and "V101" in line and "堤防维修养护" in line for line in lines)
    check(file, "--format", "json")
    findings = json.loads(capsys.readouterr().out)["documents"][0]["findings"]
    assert len(lines) == len(findings)


def test_sarif_and_junit_hold_every_finding(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(file, "--format", "json")
    findings = json.loads(capsys.readouterr().out)["documents"][0]["findings"]
    check(file, "--format", "sarif")
    log = json.loads(capsys.readouterr().out)
    results = log["runs"][0]["results"]
    assert (log["version"], len(results)) == ("2.1.0", len(findings))
    assert {item["ruleId"] for item in results} == {item["id"] for item in log["runs"][0]["tool"]["driver"]["rules"]}
    check(file, "--format", "junit", "-o", file.with_name("结果.xml"))
    root = ElementTree.parse(file.with_name("结果.xml")).getroot()
    texts = "".join(root.itertext())
    assert all(item["rule"] in texts for item in findings)
    suite = root.find("testsuite")
    assert suite is not None
    assert int(suite.get("tests", 0)) == len(suite.findall("testcase"))


def test_money_of_an_overall_form_is_not_counted_on_top_of_its_projects() -> None:
    from indicators.store.queries import money_of

    forms = [("甲", "overall", 300.0), ("甲", "project", 100.0), ("甲", "project", 200.0), ("乙", "overall", 50.0)]
    assert money_of(forms) == 350.0
    assert money_of([("丙", "overall", 7.0), ("丙", "project", None)]) == 7.0


ROWS = [
    {"department": "=1+1", "amount": 1234567.0, "sector": "", "path": "甲.pdf"},
    {"department": "电话13800001234", "amount": None, "sector": "水利", "path": "乙.pdf"},
]
NAMES = {"department": "部门", "amount": "资金", "sector": "行业"}


def written(form: str, tmp_path: Path) -> bytes:
    from indicators.cli.tables import write_table
    from indicators.report.flat import Flat

    out = tmp_path / "表"
    write_table(Flat(title="汇总", names=NAMES, rows=ROWS, end="共 2 项。"), form=form, output=out, force=True)
    return out.read_bytes()


def test_tables_leave_empty_cells_empty_and_hide_phones(tmp_path: Path) -> None:
    lines = written("csv", tmp_path).decode("utf-8").splitlines()
    assert lines == ["\ufeff部门,资金,行业", "'=1+1,1234567,", "电话138****1234,,水利"]
    for form in ("table", "html", "csv"):
        assert "13800001234" not in written(form, tmp_path).decode("utf-8")
    assert "1,234,567" in written("table", tmp_path).decode("utf-8")
    assert "共 2 项" in written("html", tmp_path).decode("utf-8")


def test_a_table_is_a_workbook(tmp_path: Path) -> None:
    import io

    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", tmp_path)))["汇总"]
    assert [cell.value for cell in sheet[1]] == ["部门", "资金", "行业"]
    assert (sheet["A2"].value, sheet["B2"].value, sheet["A2"].data_type) == ("=1+1", 1234567, "s")


def test_rank_says_why_and_where(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("rank", file, "--why", "--no-config", "--format", "csv") == 0
    head, first = capsys.readouterr().out.splitlines()
    assert head.endswith("文件,表序,位置,为什么")
    assert "资金 " in first
    assert "具体性" in first


def test_a_folder_gets_a_page_a_document_and_an_overview(file: Path) -> None:
    import re
    from urllib.parse import unquote

    other = file.with_name("第二份.txt")
    other.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    out = file.parent / "网页"
    assert run("check", file, other, "-o", f"{out}/", "--no-classifier", "--no-config", "--exit-zero") == 0
    names = sorted(path.name for path in out.iterdir())
    assert len(names) == 3
    index = (out / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"#]+\.html)#(f-[^"]+)"', index)
    assert links
    for name, anchor in links:
        assert f'id="{anchor}"' in (out / unquote(name)).read_text(encoding="utf-8")
    assert "<article" not in index
    assert run("check", file, other, "-o", f"{out}/", "--no-classifier", "--no-config", "--exit-zero") == 0
    (out / "index.html").write_text("别人的", encoding="utf-8")
    assert run("check", file, "-o", out, "--no-classifier", "--no-config", "--exit-zero") == 2


SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("库") / "结果.db"
    assert run("batch", SAMPLES, "--store", path, "--no-classifier", "--no-config", "--no-ocr", "-q", "-j", "1") == 0
    return path


def listed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[dict[str, str]]:
    import csv

    capsys.readouterr()
    assert run(*arguments, "--format", "csv") == 0
    return list(csv.DictReader(capsys.readouterr().out.lstrip("\ufeff").splitlines()))


@pytest.mark.slow
def test_every_row_of_a_store_says_file_form_and_place(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = listed(capsys, "rank", "--store", store, "--why")
    assert len(rows) > 20
    for row in rows:
        assert row["文件"]
        assert int(row["表序"]) >= 1
        assert row["为什么"]
        assert row["位置"]
    budget = [row for row in rows if row["文件"].endswith("预算.pdf")]
    assert all(row["位置"].startswith("第") and row["位置"].endswith("页") for row in budget)
    rows = listed(capsys, "outliers", "--store", store, "--far", "1")
    assert rows
    assert all(row["数值"] and row["表序"] for row in rows)


@pytest.mark.slow
def test_a_sample_is_the_same_again_and_gives_each_department_its_share(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, other = (listed(capsys, "rank", "--store", store, "--sample", "10", "--seed", seed) for seed in "445")
    assert one == two != other
    everything = listed(capsys, "rank", "--store", store)
    drawn = listed(capsys, "rank", "--store", store, "--sample", "12", "--by", "department")
    assert len(drawn) == 12
    assert {row["部门"] for row in drawn} == {row["部门"] for row in everything}
    places = {(row["文件"], row["表序"]) for row in drawn}
    assert len(places) == 12
    assert places <= {(row["文件"], row["表序"]) for row in everything}


@pytest.mark.slow
@pytest.mark.parametrize("command", ["rank", "summary", "duplicates", "outliers"])
def test_what_a_store_says_is_a_workbook_and_a_page(command: str, store: Path, tmp_path: Path) -> None:
    for ending in ("xlsx", "html"):
        out = tmp_path / f"结果.{ending}"
        assert run(command, "--store", store, "-o", out) == 0
        assert is_ours(out)
        assert out.stat().st_size > 2000


@pytest.mark.parametrize("width", [60, 100, 160])
def test_many_columns_on_a_screen_are_paragraphs_and_no_slivers(width: int) -> None:
    from indicators.report.flat import Flat, write_flat
    from indicators.report.folding import columns_of

    names = {"rank": "名次", **{f"c{number}": f"第{number}栏" for number in range(14)}, "path": "文件"}
    row = {
        "rank": 1,
        **{f"c{number}": f"云溪县水利工程质量安全站{number}" for number in range(14)},
        "path": "很长/的/甲.pdf",
    }
    text = str(write_flat(Flat(title="", names=names, rows=[row, row]), "table", width=width))
    lines = text.splitlines()
    assert max(map(columns_of, lines)) <= width
    assert sum(columns_of(line) for line in lines) > 0.6 * width * len(lines) - 2 * width
    assert "文件 甲.pdf" in text
    few = {"c0": "第0栏", "c1": "第1栏"}
    table = str(write_flat(Flat(title="", names=few, rows=[row]), "table", width=width))
    assert table.splitlines()[0].split() == ["第0栏", "第1栏"]


def test_a_page_of_very_many_forms_points_to_the_folder(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(file, "-o", file.with_name("审核.html"))
    assert "一份文件一页" not in capsys.readouterr().err
    monkeypatch.setattr("indicators.cli.checking._HEAVY", 0)
    check(file, "-o", file.with_name("审核.html"))
    assert "一份文件一页" in capsys.readouterr().err


def test_a_fault_of_the_program_is_told_without_the_document(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import indicators.pipeline as pipeline

    def broken(*given: object, **more: object) -> None:
        raise RuntimeError("机密")

    monkeypatch.setattr(pipeline.Checker, "report", broken)
    assert check(file) == 70
    said = capsys.readouterr().err
    assert "程序内部出错（RuntimeError" in said
    assert "机密" not in said
    monkeypatch.setenv("INDICATORS_TRACEBACK", "1")
    assert check(file) == 70
    assert "RuntimeError: 机密" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "full", "a.html"), "a.html：磁盘已满"),
        (OSError(999, "odd"), "odd"),
        (BrokenPipeError(), ""),
        (KeyboardInterrupt(), "已中断。"),
    ],
)
def test_what_the_system_refuses_is_told_in_chinese(
    error: BaseException, words: str, file: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import indicators.pipeline as pipeline

    def refused(*given: object, **more: object) -> None:
        raise error

    monkeypatch.setattr(pipeline.Checker, "report", refused)
    status = {BrokenPipeError: 0, KeyboardInterrupt: 130}.get(type(error), 2)
    before = os.dup(1)
    try:
        assert check(file, "-q") == status
    finally:
        os.dup2(before, 1)  # a closed pipe leaves standard output open to nowhere
        os.close(before)
    assert words in capfd.readouterr().err

"""What the manuals of the clerk and the auditor say can be done: commands run, options exist, words stand on the page."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from indicators.cli import app as group
from indicators.cli import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus" / "samples" / "云溪县水利局2025年部门预算.pdf"
MANUALS = ("clerk.zh-CN.md", "auditor.zh-CN.md", "review.zh-CN.md")


def _text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _blocks(name: str) -> list[list[str]]:
    """Return the commands of each fenced block."""
    found = []
    for block in re.findall(r"```(?:sh|bat)\n(.*?)```", _text(name), re.S):
        lines = [line.split(" #")[0].strip() for line in block.splitlines()]
        found.append([line for line in lines if line.startswith("indicators ")])
    return [block for block in found if block]


def _parsed(line: str) -> list[str]:
    return shlex.split(line.replace("\\", "/"))[1:]


@pytest.mark.parametrize("name", MANUALS)
def test_every_command_and_option_of_the_manuals_exists(name: str) -> None:
    inline = [f"indicators {rest}" for rest in re.findall(r"`indicators ([^`]+)`", _text(name))]
    lines = [*inline, *(line for block in _blocks(name) for line in block)]
    assert lines
    for line in lines:
        command: click.Command = group
        words = _parsed(line)
        while isinstance(command, click.Group):
            found = command.get_command(click.Context(command), words[0]) if words else None
            if found is None:
                break
            command, words = found, words[1:]
        options = {option for item in command.params for option in item.opts}
        if isinstance(command, click.Group):  # ``review`` alone opens the page
            opened = command.get_command(click.Context(command), "open")
            assert opened is not None, line
            options = {option for item in opened.params for option in item.opts}
        for word in words:
            if word.startswith("-"):
                assert word.split("=")[0] in options, (line, word)


def test_the_commands_of_the_auditor_run_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2025年公开").mkdir()
    for name in ("2025年公开/云溪县水利局.pdf", "2024年预算.pdf", "2025年预算.pdf", "部门预算.pdf"):
        shutil.copy(SAMPLE, tmp_path / name)
    done = 0
    for block in _blocks("auditor.zh-CN.md"):
        for line in block:
            words = _parsed(line)
            if words[0] == "review":
                continue
            assert main([*words, *(["--exit-zero"] if words[0] == "check" else [])]) == 0, line
            done += 1
    assert done >= 8
    assert {"审计.db", "排序.csv", "部门预算（标注）.pdf", "2024.json"} <= {path.name for path in tmp_path.iterdir()}


def test_the_way_by_excel_runs_as_the_clerk_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "报送"
    folder.mkdir()
    shutil.copy(SAMPLE, folder / SAMPLE.name)
    text = _text("clerk.zh-CN.md")
    written = [line for block in _blocks("clerk.zh-CN.md") for line in block if "初审结果.xlsx" in line]
    inline = [f"indicators {rest}" for rest in re.findall(r"`indicators ((?:letter|check)[^`]+--store[^`]+)`", text)]
    assert [line.split()[1] for line in (*written, *inline)] == ["check", "decide", "letter", "check"]
    assert main(["batch", "报送", "--store", "审核.db", "-q"]) == 0
    given = [_parsed(line.replace("D:\\报送", "报送")) for line in (*written, *inline)]
    assert main([*given[0], "--exit-zero"]) == 0
    _fill(tmp_path / "初审结果.xlsx")
    assert [main(words) for words in given[1:3]] == [0, 0]
    assert main([*given[3], "--exit-zero"]) == 0
    assert (tmp_path / "审核意见.docx").is_file()


def _fill(path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "序号")
    column = next(cell.column for cell in head if cell.value == "处理意见")
    for row, decision in enumerate(("退回修改", "误报", "属实保留"), head[0].row + 1):
        sheet.cell(row, column).value = decision
    book.save(path)


#: What the manuals put into quotes that is no word of the page: programs, sheets, files, figures of speech.
ELSEWHERE = {
    "命令提示符", "问题清单", "处理意见", "处理说明", "第二次", "优", "差", "参考分", "检查—退回—收到改后的文件—核对改了没有",
    "优先程度", "识别：待人工识别", "处理记录", "随改后的文件", "结转", "待核", "上年才有", "本年新增", "请核对原件", "读取时的修补",
    "绩效初审", "（初审）", "与同类相当",
}  # fmt: skip


@pytest.mark.parametrize("name", ["clerk.zh-CN.md", "auditor.zh-CN.md"])
def test_words_of_the_page_are_on_the_page(name: str) -> None:
    folder = ROOT / "indicators" / "review"
    parts = [*(folder / "templates").glob("*.html"), *(folder / "static").glob("app.js"), *folder.glob("*.py")]
    page = "".join(path.read_text(encoding="utf-8") for path in parts)
    page += (ROOT / "indicators" / "store" / "decisions.py").read_text(encoding="utf-8")
    page += (ROOT / "indicators" / "store" / "listing.py").read_text(encoding="utf-8")
    text = re.sub(r"```.*?```|`[^`]*`", "", _text(name), flags=re.S)
    quoted = {word for word in re.findall(r"“([^”]{2,30})”", text) if re.search(r"[一-鿿]", word)}
    missing = {word for word in quoted if word not in page} - ELSEWHERE
    assert not missing


def test_the_keys_of_the_manual_are_those_of_the_help() -> None:
    text = _text("clerk.zh-CN.md")
    start = text.index("| 键 | 意见 |")
    keys = set(re.findall(r"`([a-z0-9/?])`", text[start : text.index("- **成批处理**")]))
    base = (ROOT / "indicators" / "review" / "templates" / "base.html").read_text(encoding="utf-8")
    assert keys == set(re.findall(r"<kbd>([a-z0-9/?])</kbd>", base[base.index('class="keys"') :]))

"""The second round in a real browser: a workbook dropped, many decided at once, overdue, paired by hand, «第二次»."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from indicators.pipeline import Checker
from indicators.readers import read_bytes
from tests.report.making import form_text
from tests.review.making import SOUND, VAGUE, project, submission
from tests.review.test_clerk import download, drop, drop_file, text_of_docx

pytestmark = pytest.mark.slow
#: A project like :data:`VAGUE` of another unit, so that both hold findings of the same text.
TWIN = replace(project(VAGUE), name="河湖保护进校园", unit="云溪县水利宣传中心")


def _workbook(data: bytes, name: str, decision: str) -> tuple[bytes, list[str]]:
    """Return the workbook of a check with a decision on its first two findings, and their messages."""
    import openpyxl

    from indicators.report import render

    checker = Checker()
    report = checker.report([checker.check_document(read_bytes(data, name), path=name)])
    book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx", rules=checker.rules)))  # type: ignore[arg-type]
    sheet = book["问题清单"]
    head = next(row for row in sheet.iter_rows() if row[0].value == "序号")
    heads = {cell.value: cell.column for cell in head}
    messages = []
    for row in (head[0].row + 1, head[0].row + 2):
        sheet.cell(row, heads["处理意见"]).value = decision
        messages.append(str(sheet.cell(row, heads["说明"]).value))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), messages


def _drop_workbook(page: Any, data: bytes) -> str:
    drop_file(page, "初审结果.xlsx", data)
    row = page.locator("#uploads li", has_text="读入处理意见")
    row.wait_for()
    return str(row.inner_text())


def _open(page: Any, name: str) -> None:
    page.goto(f"{page.served.root}/list?q={name}")
    page.click(f"tbody th a:has-text('{name}')")
    page.locator(".finding.current").wait_for()


def test_the_second_round(tab: Any) -> None:
    page = tab
    first = submission(project(VAGUE), TWIN, project(SOUND))
    drop(page, "水利局第一次.docx", first, forms=3)

    # Decided in the workbook, dropped onto the page.
    workbook, messages = _workbook(first, "水利局第一次.docx", "误报")
    assert "读入处理意见 2 条" in _drop_workbook(page, workbook)
    _open(page, VAGUE)
    states = dict(
        zip(
            page.locator("#findings .finding .message").all_inner_texts(),
            page.locator("#findings .finding .state").all_inner_texts(),
        )
    )
    assert [states.get(message) for message in messages] == ["误报", "误报"]

    # Many at once: the page says how many before, leaves what is decided, and takes all back in one step.
    item = page.locator("#findings .finding.open").first
    item.click()
    rule = item.locator(".rule").inner_text()
    with page.expect_response("**/form/alike*"):
        item.locator("summary:has-text('成批处理')").click()
    option = page.locator(".finding.current option[value=text]:has-text('条')")
    option.wait_for(state="attached")
    assert "份文件" in (option.text_content() or "")
    item.locator("select[name=scope]").select_option("rule")
    with page.expect_navigation():
        item.locator("button:has-text('一起处理')").click()
    ours = page.locator("#findings .finding", has=page.locator(f".rule:text-is('{rule}')"))
    assert set(ours.locator(".state").all_inner_texts()) <= {"退回修改", "误报"}
    page.keyboard.press("u")
    page.wait_for_timeout(1500)
    assert page.locator("#findings .finding.return").count() == 0
    while page.locator("#findings .finding.open").count():
        page.locator("#findings .finding.open").first.click()
        with page.expect_response("**/decide"):
            page.keyboard.press("1")
        page.wait_for_timeout(200)

    # Sent with a day that is over: overdue on the desk and in the list of answers.
    page.goto(f"{page.served.root}/settings")
    page.fill("input[name=deadline]", "2020-01-31")
    page.click("main button.primary")
    page.wait_for_selector("text=已保存")
    page.goto(f"{page.served.root}/send")
    page.click("tr:has-text('云溪县水利局') button:has-text('记为已发出')")
    page.wait_for_selector("text=第 1 次")
    page.goto(page.served.root)
    assert "1 个单位逾期未报" in page.locator(".doubts").inner_text()
    page.goto(f"{page.served.root}/received")
    assert "逾期未报" in page.locator("tr:has-text('云溪县水利局')").first.inner_text()

    # The corrected file has the project under a name only alike: doubtful until somebody says what it corrects.
    renamed = replace(project(VAGUE), name="水文化宣传教育活动")
    drop(page, "水利局第二次.docx", submission(renamed), forms=1)
    page.goto(page.served.root)
    assert "对得没有把握" in page.locator(".doubts").inner_text()
    page.goto(f"{page.served.root}/received")
    section = page.locator("section.recheck", has_text="水文化宣传教育活动")
    assert "请确认是不是同一项目" in section.inner_text()
    choice = section.locator("select[name=previous]")
    choice.locator("option:has-text('河湖保护进校园')").wait_for(state="attached")
    assert choice.evaluate("box => box.selectedOptions[0].textContent").startswith(VAGUE)
    with page.expect_navigation():
        section.locator("button:has-text('就这样对')").click()
    section = page.locator("section.recheck", has_text="水文化宣传教育活动")
    assert "（人工指定）" in section.inner_text()
    states_ = {row.split("\n")[0] for row in section.locator("tbody td:first-child").all_inner_texts()}
    assert "未改" in states_  # though its name, which is part of each fingerprint, is another
    assert "不需改" in states_  # what the workbook said is wrong came along

    # What was not corrected goes out again, as the second letter.
    page.goto(f"{page.served.root}/send")
    apart = zipfile.ZipFile(io.BytesIO(download(page, page.locator("a:has-text('一个单位一份')"))))
    assert {name for name in apart.namelist() if "水利局" in name} == {"审核意见（云溪县水利局）.docx"}
    assert "第二次" in text_of_docx(apart.read("审核意见（云溪县水利局）.docx"))
    letter = text_of_docx(download(page, page.locator("tr:has-text('云溪县水利局') a:has-text('审核意见')").first))
    assert "第二次" in letter
    page.click("button:has-text('记为已发出（第 2 次）')")
    page.wait_for_selector("text=第 2 次")


def test_a_form_of_many_findings_comes_in_parts(tab: Any) -> None:
    page = tab
    row = "\t产出指标\t数量指标\t清淤长度\t3公里\t数量指标\t清淤长度\t3公里\n"
    many = "".join(row.replace("清淤长度", f"第{number}段清淤长度").replace("3公里", "若干") for number in range(150))
    drop(page, "清淤.txt", form_text(1).replace(row, many).encode(), forms=1)
    _open(page, "河道清淤")
    items = page.locator("#findings > .finding")
    assert items.count() == 100
    # One that came without its buttons gets them when it is turned to, and is decided by its key.
    late = items.nth(40)
    assert late.locator("button").count() == 0
    late.click()
    items.nth(40).locator("button[data-digit='3']").wait_for()
    assert "current" in (items.nth(40).get_attribute("class") or "")
    with page.expect_response("**/decide"):
        page.keyboard.press("3")
    items.nth(40).locator(".state:text-is('误报')").wait_for()
    # A key pressed before the buttons are there decides as well.
    hurried = items.nth(60)
    assert hurried.locator("button").count() == 0
    with page.expect_response("**/decide"):
        page.evaluate(
            """(item) => {
              item.click();
              document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "3", bubbles: true }));
            }""",
            hurried.element_handle(),
        )
    items.nth(60).locator(".state:text-is('误报')").wait_for()
    # At the end of what is shown, the next key brings the rest.
    items.nth(99).click()
    items.nth(99).locator("button[data-digit='1']").wait_for()
    with page.expect_response("**/form/findings*"):
        page.keyboard.press("j")
    items.nth(120).wait_for()

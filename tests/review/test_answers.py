"""What the page answers: originals and their pictures, what goes out, mistakes, and what there is not; without a browser."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from indicators.batch.rows import rows_of
from indicators.batch.tasks import Limits, Task
from indicators.cli import main
from indicators.errors import ReadError
from indicators.pipeline import Checker, Options
from indicators.readers import read_bytes
from indicators.review.presenting import why_here
from indicators.review.rechecking import rechecks
from indicators.review.trust import trust_of
from indicators.review.viewing import Look, View, Viewer
from indicators.store import open_store
from indicators.store.people import account, user_names
from indicators.store.schema import findings
from indicators.store.submissions import link
from tests.report.making import form_text, sample
from tests.review.making import SOUND, VAGUE, changed, project, submission

pytest.importorskip("starlette", reason="the extra review is not installed")
pytest.importorskip("httpx", reason="httpx is not installed")

from indicators.review.serving import Office
from tests.review.test_guards import HOST, client

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that judged a PDF and a submission."""
    folder = tmp_path_factory.mktemp("office")
    with open_store(folder / "s.db") as store:
        made = Office(store=store, folder=folder / "data", hosts=frozenset({HOST}), accounts=True)
        made.intake.keep(io.BytesIO(sample("农业农村局").read_bytes()), "农业农村局.pdf", "甲")
        made.intake.keep(io.BytesIO(submission(project(VAGUE), project(SOUND))), "水利局.docx", "甲")
        _judged(made)
        yield made
        made.close()


def _judged(office: Office) -> None:
    for _ in range(1200):
        if not office.intake.open:
            return
        time.sleep(0.1)
    raise AssertionError("never judged")


def document(office: Office, ending: str) -> str:
    with office.store.engine.connect() as connection:
        query = select(findings.c.document).distinct()
        return next(row for row in connection.execute(query).scalars() if row.endswith(ending))


def finding(office: Office, ending: str, form: int | None = 0) -> str:
    with office.store.engine.connect() as connection:
        query = select(findings.c.fingerprint).where(
            findings.c.document == document(office, ending), findings.c.form == form, findings.c.severity != "note"
        )
        return str(connection.execute(query.order_by(findings.c.number)).scalars().first())


def test_the_original_its_pages_and_its_copy_with_findings(office: Office) -> None:
    desk, key = client(office, "审核"), document(office, "农业农村局.pdf")
    picture = desk.get("/form/page.png", params={"d": key, "p": 1})
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert desk.get("/form/page.png", params={"d": key, "p": 1}).content == picture.content
    for name, page, words in ((key, 99, "没有第 99 页"), ("没有", 1, "库中没有这份文件")):
        answer = desk.get("/form/page.png", params={"d": name, "p": page})
        assert (answer.status_code, words in answer.text) == (404, True)
    shown = desk.get("/form", params={"d": key, "f": 2}).text
    assert "/form/page.png?" in shown
    assert 'class="mark error"' in shown
    assert desk.get("/form", params={"d": "没有", "f": 0}).status_code == 404
    assert desk.get("/original", params={"d": key}).content == sample("农业农村局").read_bytes()
    copy = desk.get("/send/annotated", params={"d": key})
    assert copy.content.startswith(b"%PDF")
    assert "%EF%BC%88%E5%88%9D%E5%AE%A1%EF%BC%89.pdf" in copy.headers["content-disposition"]
    assert len(copy.content) != len(sample("农业农村局").read_bytes())


def test_an_original_that_changed_is_not_shown(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "甲.pdf"
    path.write_bytes(sample("农业农村局").read_bytes() + b"\n")
    task = Task(key="甲.pdf", path=str(path), expected="0" * 64, name="甲.pdf")
    with pytest.raises(ReadError, match="已改动"):
        office.viewer.picture(task, View(), 1)
    assert "已改动" in office.viewer.view(task, "v").error
    path.unlink()
    with pytest.raises(ReadError, match="找不到文件"):
        office.viewer.picture(task, View(), 1)


def test_looks_that_fail_cost_themselves(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "图.png"
    path.write_bytes(_png())
    task = Task(key="图.png", path=str(path), name="图.png")
    assert office.viewer.picture(task, View(hidden={1: ((0, 0, 5, 5),)}), 1).startswith(b"\x89PNG")
    with pytest.raises(ReadError, match="没有第 2 页"):
        office.viewer.picture(task, View(), 2)
    with pytest.raises(ReadError, match="KeyError"):
        office.viewer.look(Look(key="图.png", path=str(path), what="nothing of the kind"))
    impatient = Viewer(tmp_path)
    monkeypatch.setattr(impatient._guard, "limits", Limits(seconds=0))
    with pytest.raises(ReadError, match="意外退出或超时"):
        impatient.look(Look(key="甲.pdf", path=str(sample("水利局")), name="甲.pdf", what="view"))
    impatient.close()


def _png() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (40, 40), 255).save(out, "PNG")
    return out.getvalue()


def test_what_was_sent_back_goes_out_and_comes_back(office: Office, tmp_path: Path) -> None:
    desk, old = client(office, "审核"), document(office, "水利局.docx")
    assert desk.get("/send/letters.zip").status_code == 422
    assert desk.post("/send/register", data={"unit": "没有"}).status_code == 422
    given = {"d": old, "x": finding(office, "水利局.docx"), "f": "0", "decision": "return", "note": "请改"}
    assert desk.post("/decide", data=given).status_code == 200
    assert desk.post("/remark", data={"d": old, "f": "0", "message": "附上依据", "place": "0,1,2"}).status_code == 303
    assert "附上依据" in desk.get("/form", params={"d": old, "f": 0}).text
    with zipfile.ZipFile(io.BytesIO(desk.get("/send/letters.zip").content)) as archive:
        (name,) = archive.namelist()
        unit = name.removeprefix("审核意见（").removesuffix("）.docx")
    assert desk.post("/send/register", data={"unit": unit}).status_code == 303
    # The command line writes the same letters.
    written = tmp_path / "意见"
    call = ["letter", "--store", str(office.store.engine.url.database), "-o", str(written)]
    assert main([*call, "--split-by", "unit", "--contact", "甲科"]) == 0
    assert [path.name for path in written.iterdir()] == [f"{unit}.docx"]
    assert main([*call[:-1], str(tmp_path / "没有.docx"), "--unit", "没有"]) == 2
    first = project(VAGUE)
    better = changed(first, **{first.targets[0].name: "≥36场次"})
    fresh = replace(project(SOUND), name="乡村道路桥梁涵洞养护")
    office.intake.keep(io.BytesIO(submission(better, project(SOUND), fresh)), "水利局（改）.docx", "甲")
    _judged(office)
    new = document(office, "（改）.docx")
    assert desk.post("/pair", data={"d": new, "f": "0", "previous": f"{old}#0"}).status_code == 303
    received = desk.get("/received", params={"d": new}).text
    assert "附上依据" in received
    assert "乡村道路桥梁涵洞养护" in received
    for kind in ("general", "key"):
        assert desk.get("/send/review-forms.docx", params={"unit": unit, "kind": kind}).content.startswith(b"PK")
    texts = {one: _texts(desk.get("/send/ledger.xlsx", params={"unit": one}).content) for one in (unit, "没有")}
    assert "附上依据" in texts[unit]
    assert "附上依据" not in texts["没有"]
    # What was paired by hand can be parted again; a decision is taken back where it was made.
    assert desk.post("/pair", data={"d": new, "f": "0", "previous": ""}).status_code == 303
    desk.post("/decide", data={**given, "decision": "keep"})
    assert desk.post("/undo", data={"d": old, "f": "0"}).headers["hx-refresh"] == "true"
    desk.post("/decide", data={**given, "decision": "keep"})
    assert "/form?" in desk.post("/undo", data={"d": new, "f": "0"}).headers["hx-redirect"]


@pytest.mark.parametrize(
    ("new", "states"),
    [
        ("≥95%", {"V102": "fixed", "V109": "fixed"}),
        ("明显改善", {"V102": "fixed", "V109": "again"}),
        ("逐步提高", {"V102": "again", "V109": "again"}),
    ],
)
def test_a_finding_sent_back_is_found_again_or_not(new: str, states: dict[str, str], tmp_path: Path) -> None:
    """An indicator whose new wording the same rule still finds fault with was not corrected."""
    vague = form_text(1).replace("≥92%", "进一步提高")
    keys = ("旧.txt", "新.txt")
    with open_store(tmp_path / "s.db") as store:
        for key, text in zip(keys, (vague, form_text(1).replace("≥92%", new)), strict=True):
            report = Checker(options=Options(classifier=False)).check_document(read_bytes(text.encode(), key))
            store.write((rows_of(report, key=key, versions="v", digest="0" * 64, size=1), None))
        store.change(lambda connection: link(connection, keys[1], 0, keys[0], 0))
        (check,) = [item for item in rechecks(store, keys[1]) if item.form == 0]
    found = [item for item in check.changes if "进一步提高" in item.old_value]
    assert {item.rule: item.state for item in found} == states
    assert found[0].new_value.endswith(new)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "没有发现问题"),
        ({"amount": 1_200_000}, "年度资金 120.0 万元"),
        ({"errors": 2, "warnings": 1}, "2 处错误，1 处警告"),
        ({"specificity": 40.0}, "指标具体程度 40，偏空泛"),
        ({"specificity": 80.0, "confidence": 0.5}, "指标具体程度 80，读取可信度 50%，请先核对原件"),
    ],
)
def test_why_a_form_stands_where_it_stands(facts: dict[str, Any], words: str) -> None:
    row = {"amount": None, "errors": 0, "warnings": 0, "specificity": None, "confidence": 1.0, **facts}
    assert why_here(row) == words


def test_wordings_are_offered_for_the_indicator_of_a_finding(office: Office) -> None:
    desk, key = client(office, "审核"), document(office, "水利局.docx")
    with office.store.engine.connect() as connection:
        query = select(findings.c.form, findings.c.indicator).where(
            findings.c.document == key, findings.c.rule == "V101", findings.c.indicator.is_not(None)
        )
        number, index = connection.execute(query).first()
    assert "指标" in desk.get("/form/suggestions", params={"d": key, "f": number, "i": index}).text
    past = desk.get("/form/suggestions", params={"d": key, "f": number, "i": 999})
    assert past.status_code == 200
    assert past.text != desk.get("/form/suggestions", params={"d": key, "f": number, "i": index}).text


def _texts(data: bytes) -> str:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("path", "given", "status", "words"),
    [
        ("/decide", {"d": "{d}", "x": "{x}", "decision": "maybe"}, 422, "没有处理意见“maybe”"),
        ("/decide", {"d": "没有", "x": "{x}", "decision": "keep"}, 409, "已不在"),
        ("/decide/many", {"d": "{d}", "x": "{x}", "decision": ""}, 422, "没有处理意见"),
        ("/remark", {"d": "{d}", "message": ""}, 422, "请写明意见"),
        ("/remark", {"d": "没有", "message": "改"}, 404, "没有这份文件"),
        ("/pair", {"d": "{d}", "f": "0", "previous": "没有#0"}, 422, "没有这张表"),
        ("/pair", {"d": "{d}", "f": "0", "previous": "{d}#0"}, 422, "没有这张表"),
        ("/pair", {"d": "{d}", "f": "0", "previous": "没有"}, 422, "没有这张表"),
        ("/settings", {"deadline": "明天"}, 422, "日期“明天”写法不对"),
        ("/files", {}, 400, "没有收到文件"),
    ],
)
def test_mistakes_in_what_is_sent(path: str, given: dict[str, str], status: int, words: str, office: Office) -> None:
    places = {"{d}": document(office, "水利局.docx"), "{x}": finding(office, "水利局.docx")}
    for sign, text in places.items():
        given = {name: value.replace(sign, text) for name, value in given.items()}
    answer = client(office, "主管").post(path, data=given)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/form/finding?d=none&f=0&x=none", 404, "没有这条问题"),
        ("/form/findings?d=none&f=0", 404, "没有这份文件"),
        ("/form/stands?d=none&f=0", 200, "{}"),
        ("/form/suggestions?d=none&f=0&i=0", 200, ""),
        ("/send/review-forms.docx?kind=other", 422, "没有这种审核表“other”"),
        ("/send/annotated?d=none", 422, "库中没有这份文件"),
        ("/original?d=none", 422, "库中没有这份文件"),
        ("/list/sample.xlsx?way=other", 422, "没有抽样办法“other”"),
        ("/settings", 200, "云溪县财政局"),
        ("/charts", 200, "图"),
        ("/alike?kind=outliers", 200, ""),
        ("/nothing", 404, "没有这个页面"),
    ],
)
def test_pages_of_what_there_is_not(path: str, status: int, words: str, office: Office) -> None:
    desk = client(office, "主管")
    desk.post("/settings", data={"bureau": "云溪县财政局", "deadline": "2026-12-31"})
    answer = desk.get(path)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("程序.exe", b"MZ", "不是可以读取的类型"),
        ("空.pdf", b"", "文件是空的"),
        ("包.zip", b"PK nothing", "压缩包打不开"),
        ("别的.zip", None, "压缩包里没有可以读取的文件"),
    ],
)
def test_files_that_are_not_taken(name: str, data: bytes | None, words: str, office: Office) -> None:
    if data is None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.exe", b"MZ")
            archive.writestr("~$锁.docx", b"-")
        data = out.getvalue()
    answer = client(office, "审核").post("/files", files={"file": (name, data)})
    assert answer.status_code == 422
    assert words in json.loads(answer.text)["error"]
    assert not list(office.intake.folder.glob("*.part"))


def test_files_too_many_or_too_large_are_not_taken(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.review import intake

    monkeypatch.setattr(intake, "LARGEST", 2)
    with pytest.raises(ReadError, match="文件太大"):
        office.intake.keep(io.BytesIO(b"%PDF"), "大.pdf", "甲")
    monkeypatch.setattr(intake, "MOST_WAITING", 0)
    with pytest.raises(ReadError, match="等待检查的文件太多"):
        office.intake.keep(io.BytesIO(b"%PDF"), "多.pdf", "甲")


def test_a_file_is_forgotten_and_files_in_place_are_watched(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "教育局.docx"
    path.write_bytes(submission(project(SOUND)))
    tasks = [Task(key=str(path), path=str(path)), Task(key="坏.zip", path="坏.zip", fault="压缩包打不开")]
    assert office.intake.watch(tasks, "甲") == 1
    _judged(office)
    assert office.intake.watch(tasks, "甲") == 0
    path.write_bytes(submission(project(VAGUE)))
    assert office.intake.watch(tasks, "甲") == 1
    _judged(office)
    desk = client(office, "审核")
    assert "教育局.docx" in desk.get("/files/list").text
    assert desk.post("/files/forget", data={"d": str(path)}).status_code == 303
    assert "教育局.docx" not in desk.get("/files/list").text


def test_what_another_server_left_half_received_is_cleared(office: Office) -> None:
    half = office.intake.folder / "999999999-1-1.part"
    half.write_bytes(b"-")
    mine = office.intake.folder / "1-1-1.part"  # of a process that runs
    mine.write_bytes(b"-")
    office.intake.start()
    assert (half.exists(), mine.exists()) == (False, True)
    mine.unlink()


@pytest.mark.parametrize(
    ("facts", "verdict", "words"),
    [
        ({}, "bad", "没有找到绩效目标表"),
        ({"forms": 2}, "good", ""),
        ({"forms": 2, "reading": "not understood"}, "look", "2 张表待人工识别"),
        ({"forms": 2, "reading": "doubtful"}, "look", "2 张表读取有疑问"),
        ({"forms": 1, "confidence": 0.5}, "look", "最低可信度 50%"),
        ({"forms": 1, "value": ""}, "look", "一半以上的指标没有读到指标值"),
        ({"forms": 1, "budget": ("甲", "乙")}, "look", "预算表列 2 个项目，找到 1 张项目表"),
        ({"forms": 1, "problem": "第 2 页读不出来"}, "look", "第 2 页读不出来"),
    ],
)
def test_how_far_a_file_can_be_trusted(facts: dict[str, Any], verdict: str, words: str) -> None:
    form = {
        "form_type": "project", "fund_unit": "万元", "confidence": facts.get("confidence", 1.0),
        "reading": facts.get("reading", "understood"),
        "indicators": [{"level3": "清淤长度", "value": facts.get("value", "8公里")}],
    }  # fmt: skip
    report = {
        "forms": [form] * facts.get("forms", 0),
        "budget_lines": [{"project": name, "table": "current"} for name in facts.get("budget", ())],
        "problems": [{"message": facts["problem"]}] if "problem" in facts else [],
    }
    told = trust_of(report, "ok", "")
    assert (told["verdict"], told["why"]) == (verdict, words)
    assert trust_of(report, "timeout", "超时")["why"] == "超时"


def test_accounts_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    kept = ["--store", str(tmp_path / "s.db")]
    monkeypatch.setenv("INDICATORS_PASSWORD", "short")
    assert main(["review", "user", "add", "甲", "--role", "审核", *kept]) == 2
    assert "密码太短" in capsys.readouterr().err
    monkeypatch.setenv("INDICATORS_PASSWORD", "long enough for all")
    assert main(["review", "user", "add", "甲", "--role", "审核", *kept]) == 0
    assert main(["review", "user", "add", "甲", "--role", "主管", *kept]) == 0
    assert "已更新账号 甲（主管）" in capsys.readouterr().err
    assert main(["review", "user", "list", *kept]) == 0
    assert capsys.readouterr().out == "甲\t主管\n"
    assert main(["review", "user", "close", "乙", *kept]) == 2
    assert "没有账号“乙”" in capsys.readouterr().err
    assert main(["review", "user", "close", "甲", *kept]) == 0
    with open_store(tmp_path / "s.db") as store, store.engine.connect() as connection:
        assert list(user_names(connection)) == []
        assert account(connection, "甲") is None
    assert main(["review", "user", "--help"]) == 0
    assert "新建账号" in capsys.readouterr().out

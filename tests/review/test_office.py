"""Decisions in the store, the workbook read back, accounts, two people at once, kills at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from indicators.batch.rows import rows_of
from indicators.cli import main
from indicators.pipeline import Checker, Options
from indicators.readers import read_bytes
from indicators.review.charts import amounts_by_grade, rules_by_year, specificity_by_unit
from indicators.store import Store, open_store
from indicators.store.alike import clusters
from indicators.store.decisions import Decision, decide, decided, latest, undo
from indicators.store.listing import Filters, count, facets, listed, sampled, unit_sums
from indicators.store.queries import outliers
from indicators.store.schema_review import decisions, standings
from indicators.store.submissions import link, pair, receive, register_letter, replies, unlink
from tests.review.making import SOUND, VAGUE, changed, project, submission


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(options=Options(classifier=False))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "s.db") as opened:
        yield opened


def put(store: Store, checker: Checker, key: str, data: bytes) -> list[tuple[str, str]]:
    """Judge a document into a store as the page does, and return its findings as places."""
    report = checker.check_document(read_bytes(data, f"{key}.docx"), path=key)
    row = {"document": key, "name": f"{key}.docx", "path": "", "member": "", "digest": "", "bytes": 1, "author": "甲"}
    store.change(lambda connection: receive(connection, {**row, "received": f"2026-11-27T10:00:{len(key):02d}+08:00"}))
    store.write((rows_of(report, key=key, versions="v", digest="0" * 64, size=1), None))
    store.change(lambda connection: pair(connection, key))
    return [(key, item.fingerprint) for item in report.findings if item.severity != "note" and item.form is not None]


def settle(store: Store, places: list[tuple[str, str]], code: str, author: str = "甲") -> int:
    made = Decision(decision=code)
    return store.change(lambda connection: decide(connection, places, author=author, change=lambda _: made))[1]


def standing(store: Store, *keys: str) -> dict[tuple[str, str], str]:
    with store.engine.connect() as connection:
        return {place: item.decision for place, item in decided(connection, keys).items()}


def test_decisions_are_kept_with_their_history_and_taken_back(store: Store, checker: Checker) -> None:
    places = put(store, checker, "a", submission(project(VAGUE)))
    assert settle(store, places[:1], "return") == 1
    assert settle(store, places[:1], "return") == 1  # decided anew, by somebody, at a later time
    assert settle(store, places[1:4], "wrong") == 3
    with store.engine.connect() as connection:
        counts = connection.execute(select(standings)).one()
        assert (counts.returned, counts.wrong) == (1, 3)
        assert count(connection, Filters(decision="wrong")) == 1
        assert listed(connection, Filters())[0]["open"] == len(places) - 4
    assert len(store.change(lambda connection: undo(connection, author="甲"))) == 3
    assert standing(store, "a") == {places[0]: "return"}
    assert store.change(lambda connection: undo(connection, author="乙")) == []
    with store.engine.connect() as connection:
        steps = latest(connection)
    assert [step["undone"] for step in steps][:3] == [True] * 3
    assert {step["author"] for step in steps} == {"甲"}


def test_undo_leaves_what_somebody_else_decided_since(store: Store, checker: Checker) -> None:
    places = put(store, checker, "a", submission(project(VAGUE)))
    settle(store, places[:2], "return", "甲")
    settle(store, places[:1], "keep", "乙")
    store.change(lambda connection: undo(connection, author="甲"))
    assert standing(store, "a") == {places[0]: "keep"}


def test_decisions_survive_a_new_check_and_follow_a_corrected_file(store: Store, checker: Checker) -> None:
    first = submission(project(VAGUE), project(SOUND))
    places = put(store, checker, "a", first)
    settle(store, places, "wrong")
    assert put(store, checker, "a", first) == places
    assert set(standing(store, "a").values()) == {"wrong"}
    later = put(store, checker, "bb", submission(changed(project(VAGUE), 宣传活动场次="12场")))
    carried = standing(store, "bb")
    assert carried
    assert set(carried) <= set(later)
    assert len(carried) < len(places)
    with store.engine.connect() as connection:
        # The earlier version of the project is out of the list, the project that did not come again stays.
        assert {(row["document"], row["project"]) for row in listed(connection, Filters())} == {
            ("a", SOUND),
            ("bb", VAGUE),
        }
    store.change(lambda connection: unlink(connection, "bb", 0))
    assert standing(store, "bb") == {}
    store.change(lambda connection: link(connection, "bb", 0, "a", 0))
    assert standing(store, "bb") == carried
    store.change(lambda connection: pair(connection, "bb"))
    assert standing(store, "bb") == carried


def test_a_name_only_alike_is_doubtful(store: Store, checker: Checker) -> None:
    from indicators.store.schema_review import lineage

    put(store, checker, "a", submission(project(VAGUE)))
    put(store, checker, "bb", submission(replace(project(VAGUE), name="水文化宣传教育活动")))
    with store.engine.connect() as connection:
        row = connection.execute(select(lineage).where(lineage.c.form == 0)).one()
    assert row.chosen == "alike"
    assert 80 < row.likeness < 100


def test_samples(store: Store, checker: Checker) -> None:
    from tests.samples.forms import projects

    for number, item in enumerate(projects()[:12]):
        put(store, checker, f"{'d' * (number + 1)}", submission(item))
    with store.engine.connect() as connection:
        everything = sampled(connection, Filters(), way="top", size=100)
        assert [row["priority"] for row in everything] == sorted((row["priority"] for row in everything), reverse=True)
        one, other = (sampled(connection, Filters(), way="random", size=5, seed=7) for _ in range(2))
        assert [row["project"] for row in one] == [row["project"] for row in other]
        assert one != sampled(connection, Filters(), way="random", size=5, seed=8)
        units = {row["unit"] for row in everything}
        by_unit = sampled(connection, Filters(), way="units", size=len(units))
        assert {row["unit"] for row in by_unit} == units
        assert len(sampled(connection, Filters(), way="units", size=3)) == 3


def test_the_same_from_two_databases(postgres: str, store: Store, checker: Checker) -> None:
    letter = {
        "unit": "云溪县水利局",
        "deadline": "",
        "author": "甲",
        "findings": 3,
        "forms": "[]",
        "sent": "2026-01-01",
    }
    with open_store(postgres) as server:
        found = []
        for one in (store, server):
            places = put(one, checker, "a", submission(project(VAGUE), project(SOUND)))
            settle(one, places[:3], "return")
            one.change(lambda connection: register_letter(connection, letter))
            put(one, checker, "bb", submission(changed(project(VAGUE), 宣传活动场次="12场")))
            with one.engine.connect() as connection:
                filters = [
                    Filters(),
                    Filters(decision="return"),
                    Filters(rule="V107"),
                    Filters(q="水文化", sort="amount"),
                ]
                lists = [listed(connection, item) for item in filters]
                others = (unit_sums(connection), facets(connection), outliers(connection, far=1.0))
                drawn = (amounts_by_grade(connection), specificity_by_unit(connection), rules_by_year(connection))
                answers = [{**row, "sent": "", "returned": bool(row["returned"])} for row in replies(connection)]
                found.append([*lists, *others, *drawn, answers, clusters(connection)])
        assert found[0] == found[1]
        assert found[0][1]


def test_the_workbook_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way by command line: batch into a store, the workbook filled in, ``decide``."""
    import openpyxl

    (tmp_path / "水利局.docx").write_bytes(submission(project(VAGUE)))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> tuple[int, str, str]:
        status = main(args)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    assert run("batch", "水利局.docx", "--store", "s.db", "-q")[0] == 0
    assert run("check", "水利局.docx", "--format", "xlsx", "-o", "初审.xlsx", "--exit-zero")[0] == 0
    book = openpyxl.load_workbook(tmp_path / "初审.xlsx")
    sheet = book["问题清单"]
    heads = {cell.value: cell.column for cell in next(row for row in sheet.iter_rows() if row[0].value == "序号")}
    first = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号") + 1
    for offset, (decision, note) in enumerate(
        (("退回修改", ""), ("情况属实，保留", "云财〔2025〕1号"), ("误报", ""), ("随便", ""))
    ):
        sheet.cell(first + offset, heads["处理意见"]).value = decision
        sheet.cell(first + offset, heads["处理说明"]).value = note
    sheet.cell(first + 4, heads["处理意见"]).value = "误报"
    sheet.cell(first + 4, heads["指纹"]).value = "0000000000000000"
    book.save(tmp_path / "初审.xlsx")
    status, out, err = run("decide", "初审.xlsx", "--store", "s.db", "--author", "甲")
    assert status == 1, err
    assert "读入处理意见 3 条" in out
    assert f"第 {first + 3} 行：“随便”没有读入" in err
    assert f"第 {first + 4} 行：库中没有这条问题" in err
    assert "读入处理意见 0 条，3 条原已相同" in run("decide", "初审.xlsx", "--store", "s.db", "--author", "甲")[1]
    with open_store(tmp_path / "s.db") as store, store.engine.connect() as connection:
        made = {row.decision: row for row in connection.execute(select(decisions))}
    assert set(made) == {"return", "keep", "wrong"}
    assert made["keep"].note == "云财〔2025〕1号"
    assert made["keep"].author == "甲"
    assert run("letter", "--store", "s.db", "-o", "审核意见.docx")[0] == 0
    from tests.review.test_clerk import text_of_docx

    text = text_of_docx((tmp_path / "审核意见.docx").read_bytes())
    messages = [sheet.cell(first + offset, heads["说明"]).value for offset in range(3)]
    assert messages[0] in text
    assert messages[1] not in text
    assert messages[2] not in text
    status, _, err = run("decide", "水利局.docx", "--store", "s.db")
    assert status == 2
    assert "不是初审结果" in err


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["upload", "judging", "deciding"])
def test_a_kill_at_any_moment_loses_nothing_acknowledged(stage: str, serve: Callable[..., Any]) -> None:
    """Two kills a stage; ``python -m bench.review_kill`` makes twenty."""
    pytest.importorskip("httpx")
    from tests.review.killing import run

    served = serve()
    found = run(stage, served, kills=2)
    assert found.faults == []
    assert found.kills == 2
    assert found.acknowledged


@pytest.mark.slow
def test_an_original_is_ready_before_it_is_opened(tmp_path: Path) -> None:
    import io

    from indicators.review.serving import Office

    with open_store(tmp_path / "s.db") as store:
        office = Office(store=store, folder=tmp_path / "data", hosts=frozenset())
        try:
            office.intake.keep(io.BytesIO(submission(project(VAGUE))), "水利局.docx", "甲")
            for _ in range(600):
                if found := list((tmp_path / "data" / "原件视图").glob("*.json")):
                    break
                time.sleep(0.2)
            assert len(found) == 1
            assert "水文化宣传教育" in found[0].read_text(encoding="utf-8")
        finally:
            office.close()

"""The store: schema, migrations, queries, what shows only across documents, and the same answers from two databases."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from indicators.batch.placing import bare_department, region_of, sector_of
from indicators.batch.rows import rows_of
from indicators.cases import build
from indicators.cli import main
from indicators.errors import ConfigError
from indicators.pipeline import Checker, Options
from indicators.records import Field, Form, Location
from indicators.store import Store, open_store, schema
from indicators.store.cross import COPIED, DOUBLE, TEMPLATE, refresh
from indicators.store.decisions import Decision, decide
from indicators.store.export import export
from indicators.store.likeness import SIGNATURE, bare, candidates, likeness, signature
from indicators.store.opening import HEAD, engine_of
from indicators.store.queries import GROUPS, duplicates, outliers, summary

GOAL = "完成云溪河青石镇段3.2公里堤防加固和2座水闸改造，汛前通过验收，保护下游4个村1.2万亩农田防洪安全。"
OTHER = "为全县62所中小学更换课桌椅8400套，秋季开学前全部安装到位，学生和家长满意度达到90%以上。"


def document(checker: Checker, number: int, **texts: str) -> Any:
    """Return the rows of a faultless document with some texts changed."""
    extraction = build({}).extraction
    form = _changed(extraction.forms[0], texts)
    known = replace(extraction.document, sha256=f"{number:064x}", name=f"{number}.txt")
    report = checker.check_extraction(
        replace(extraction, document=known, forms=(form,), budget_lines=()), path=f"docs/{number}.txt"
    )
    return rows_of(report, key=f"docs/{number}.txt", versions="v", digest=known.sha256, size=10)


def _changed(form: Form, texts: dict[str, str]) -> Form:
    paths = {name.replace("__", "."): value for name, value in texts.items()}
    kept = [item for item in form.fields if item.path not in paths]
    new = [Field(path=path, text=value, at=Location(line=1)) for path, value in paths.items()]
    return replace(form, index=0, fields=(*kept, *new))


def fill(store: Store) -> None:
    """Write ten documents: a goal copied between two bureaus, a project in two, and eight others."""
    checker = Checker(options=Options(classifier=False))
    given: list[dict[str, str]] = [
        {"department": "318-云溪县水利局", "project_name": "青石镇段堤防加固", "goal__annual": GOAL},
        {
            "department": "420-白河县水利局",
            "project_name": "堤防加固工程",
            "goal__annual": GOAL.replace("4个村", "5个村"),
        },
        {"department": "205-云溪县教育局", "project_name": "课桌椅更新项目", "goal__annual": OTHER},
        {
            "department": "云溪县财政局",
            "project_name": "课桌椅更新项目（2025年）",
            "goal__annual": "按时足额拨付资金。",
        },
    ]
    for number in range(4, 14):
        goal = f"第{number}批：" + "".join(chr(0x4E00 + (number * 97 + step * 131) % 5000) for step in range(40))
        given.append({"department": "云溪县民政局", "project_name": f"救助项目{number}", "goal__annual": goal})
    for number, texts in enumerate(given):
        store.write((document(checker, number, **texts), None))


def test_migrations_make_the_schema(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with open_store(tmp_path / "a.db") as store, store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.METADATA) == []
        assert context.get_current_revision() == HEAD


def test_durable_settings(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store, store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_a_store_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="找不到结果库"):
        open_store(tmp_path / "none.db", create=False)
    (tmp_path / "text.db").write_text("not a database, whatever its name says\n" * 50, encoding="utf-8")
    with pytest.raises(ConfigError, match="打不开"):
        open_store(tmp_path / "text.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(ConfigError, match="不是结果库"):
        open_store(tmp_path / "empty.db", create=False)
    with pytest.raises(ConfigError, match="只支持"):
        open_store("mysql://root@host/db")
    with pytest.raises(ConfigError, match="文件夹"):
        open_store(tmp_path)


def test_passwords_are_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        open_store("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_store_of_a_newer_tool_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store, store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="版本"):
        open_store(tmp_path / "a.db", create=False)
    with pytest.raises(ConfigError, match="升级"):
        open_store(tmp_path / "a.db")


def test_writing_again_replaces(tmp_path: Path) -> None:
    checker = Checker(options=Options(classifier=False))
    with open_store(tmp_path / "a.db") as store:
        store.write((document(checker, 1, goal__annual=GOAL), None))
        before = store.digest()
        store.write((document(checker, 1, goal__annual=OTHER, project_name=""), None))
        assert store.digest() != before
        store.write((document(checker, 1, goal__annual=GOAL), None))
        assert store.digest() == before


def test_a_broken_report_is_noticed(tmp_path: Path) -> None:
    import zlib

    with open_store(tmp_path / "a.db") as store:
        store.write((document(Checker(options=Options(classifier=False)), 1), None))
        with store.engine.begin() as connection:
            connection.execute(text("UPDATE documents SET report = :r"), {"r": zlib.compress(b"{}")})
        with pytest.raises(ConfigError, match="损坏"):
            store.report("docs/1.txt")


def test_what_shows_across_documents(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        fill(store)
        assert refresh(store)[COPIED] == 2
        with store.engine.connect() as connection:
            rows = list(duplicates(connection))
        copied = [row for row in rows if row["rule"] == COPIED]
        assert [row["path"] for row in copied] == ["docs/0.txt", "docs/1.txt"]
        assert 0.8 <= copied[0]["likeness"] < 1
        assert "白河县水利局" in copied[0]["message"]
        double = [row for row in rows if row["rule"] == DOUBLE]
        assert [row["path"] for row in double] == ["docs/2.txt", "docs/3.txt"], "same name, year and amount"
        template = [row for row in rows if row["rule"] == TEMPLATE]
        assert [row["department"] for row in template] == ["云溪县民政局"]
        assert "100%" in template[0]["message"]


def test_cross_findings_follow_changes_and_do_not_depend_on_the_order(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as one, open_store(tmp_path / "b.db") as other:
        fill(one)
        refresh(one)
        checker = Checker(options=Options(classifier=False))
        other.write((document(checker, 1, department="420-白河县水利局", goal__annual=GOAL), None))
        refresh(other)
        fill(other)
        refresh(other)
        assert one.digest() == other.digest()
        one.write(
            (document(checker, 1, department="420-白河县水利局", project_name="另", goal__annual=OTHER[::-1]), None)
        )
        assert COPIED not in refresh(one)
        assert list(one.rows(schema.likenesses)) == []


def test_two_databases_give_the_same_answers(postgres: str, tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as embedded, open_store(postgres) as server:
        for store in (embedded, server):
            fill(store)
            refresh(store)
            with store.engine.connect() as connection:
                place = connection.execute(select(schema.findings.c.document, schema.findings.c.fingerprint)).first()
            assert place is not None
            made = Decision(decision="keep", note="已核实")
            places = [(place.document, place.fingerprint)]
            assert store.change(lambda c: decide(c, places, author="甲", change=lambda _: made))[1] == 1  # noqa: B023
        assert embedded.digest() == server.digest()
        assert list(embedded.rank()) == list(server.rank())
        with embedded.engine.connect() as one, server.engine.connect() as other:
            for by in GROUPS:
                assert summary(one, by) == summary(other, by)
            assert list(duplicates(one)) == list(duplicates(other))
            assert outliers(one, far=1.5) == outliers(other, far=1.5)
        assert server.report("docs/1.txt") == embedded.report("docs/1.txt")
    with open_store(postgres, create=False) as again:
        assert list(again.known(["docs/1.txt", "docs/never.txt"])) == ["docs/1.txt"]


def test_postgresql_migrations_make_the_schema(postgres: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with open_store(postgres) as store, store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.METADATA) == []


def test_sums_by_group(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        fill(store)
        with store.engine.connect() as connection:
            rows = {row["department"]: row for row in summary(connection, "department")}
            assert rows["云溪县民政局"]["forms"] == 10
            assert sum(row["forms"] for row in summary(connection, "sector")) == 14
            by_rule = summary(connection, "rule")
            assert sum(row["findings"] for row in by_rule) == len(list(store.rows(schema.findings)))


def test_outliers_stand_far_from_their_sector(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        fill(store)
        with store.engine.begin() as connection:
            query = "UPDATE forms SET amount = 1000000 + form + length(document), sector = '民政'"
            connection.execute(text(query))
            connection.execute(text("UPDATE forms SET amount = 9e9 WHERE document = 'docs/5.txt'"))
        with store.engine.connect() as connection:
            found = [row for row in outliers(connection) if row["metric"] == "amount"]
        assert [row["path"] for row in found] == ["docs/5.txt"]
        assert found[0]["z"] > 3.5


def test_export_is_partitioned(tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")
    with open_store(tmp_path / "a.db") as store:
        fill(store)
        counts = export(store, tmp_path / "out")
        assert export(store, tmp_path / "out") == counts, "a second export replaces the first"
        table = dataset.dataset(tmp_path / "out" / "forms", partitioning="hive").to_table()
        assert table.num_rows == counts["forms"] == 14
        assert set(table.column("region").to_pylist()) == {"云溪县", "白河县"}
        assert (tmp_path / "out" / "findings").is_dir()


def test_commands_on_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "a.db")
    with open_store(path) as store:
        fill(store)
        refresh(store)
    assert main(["summary", "--store", path, "--by", "department", "--format", "json"]) == 0
    assert {row["department"] for row in json.loads(capsys.readouterr().out)} >= {"云溪县民政局", "白河县水利局"}
    assert main(["summary", "--store", path, "--by", "rule"]) == 0
    assert "规则" in capsys.readouterr().out
    assert main(["duplicates", "--store", path, "--format", "csv"]) == 0
    assert "绩效目标跨部门雷同" in capsys.readouterr().out
    assert main(["outliers", "--store", path]) == 0
    assert "共" in capsys.readouterr().out
    assert main(["rank", "--store", path, "--format", "json", "--limit", "3"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert main(["summary", "--store", str(tmp_path / "none.db")]) == 2


def test_signatures_estimate_likeness() -> None:
    one, other, third = bare(GOAL * 3), bare((GOAL * 3)[:-30] + "另有一段不同的文字"), bare(OTHER * 3)
    signatures = [signature(text) for text in (one, other, third)]
    assert all(len(item) == 4 * SIGNATURE for item in signatures)
    pairs = candidates(b"".join(signatures))
    assert (0, 1) in pairs
    assert (0, 2) not in pairs
    assert likeness(one, other) > 0.6 > likeness(one, third)
    assert likeness(one, one) == 1
    assert candidates(b"") == set()
    # The numbers are part of the store: another version of the tool must find the same ones.
    assert signature("绩效目标").hex()[:32] == "984adb871afb242a559a34bf530be2cd"


@pytest.mark.parametrize(
    ("name", "region", "sector"),
    [
        ("318-云溪县水利局", "云溪县", "水利"),
        ("云溪市市场监督管理局", "云溪市", "市场监管"),
        ("市场监督管理局", "", "市场监管"),
        ("山西省林业和草原局", "山西省", "自然资源林业"),
        ("明湖市东溪区教育局", "明湖市东溪区", "教育"),
        ("中共云溪县委宣传部", "云溪县", "宣传"),
        ("明湖市社区服务中心", "明湖市", "其他"),
        ("云溪县妇幼保健院", "云溪县", "卫健"),
        ("", "", "其他"),
    ],
)
def test_places_and_sectors(name: str, region: str, sector: str) -> None:
    assert region_of(name) == region
    assert sector_of(name) == sector


def test_budget_codes_are_no_part_of_a_name() -> None:
    assert bare_department("318-云溪县水利局") == bare_department("云溪县水利局（318001）") == "云溪县水利局"


def test_engines_of_paths(tmp_path: Path) -> None:
    assert engine_of(str(tmp_path / "数 据.db")).dialect.name == "sqlite"

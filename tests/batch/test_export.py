"""The export as Parquet: every row of the store is in it once, in the folder of its year and region."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from indicators.errors import ConfigError, MissingExtraError
from indicators.store import Store, open_store, schema
from indicators.store.export import _clear, _rows, export
from tests.batch.test_store import fill

TABLES = (schema.documents, schema.forms, schema.indicators, schema.findings, schema.scores)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with open_store(str(tmp_path_factory.mktemp("store") / "a.db")) as opened:
        fill(opened)
        yield opened


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_row_knows_its_year_and_region(table: Any, store: Store) -> None:
    names = [column.name for column in table.columns if column.name not in ("report", "year", "region")]
    rows = [row for batch in _rows(store, table, names) for row in batch]
    assert len(rows) == len(list(store.rows(table))) > 0
    assert {row["region"] for row in rows} == {"云溪县", "白河县"}
    assert {row["year"] for row in rows} == {2024}
    if table is schema.findings:
        # What concerns a document as a whole has the year and the place of the document.
        assert any(row["form"] is None for row in rows)


def test_the_files_hold_what_the_store_holds(store: Store, tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")
    counts = export(store, tmp_path)
    assert set(counts) == {table.name for table in TABLES}
    for table in TABLES:
        written = dataset.dataset(tmp_path / table.name, partitioning="hive").to_table()
        assert written.num_rows == counts[table.name] == len(list(store.rows(table)))
    forms = dataset.dataset(tmp_path / "forms", partitioning="hive").to_table().to_pylist()
    amounts = {row["project"]: row["amount"] for row in forms}
    assert amounts["青石镇段堤防加固"] == 3_600_000
    assert sorted(path.name for path in (tmp_path / "forms").iterdir()) == ["year=2024"]


def test_what_is_unknown_has_a_folder_too(tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")
    with open_store(str(tmp_path / "a.db")) as opened:
        fill(opened)
        with opened.engine.begin() as connection:
            connection.execute(schema.documents.update().values(region="", fiscal_year=None))
            connection.execute(schema.forms.update().values(region="", year=None))
        export(opened, tmp_path / "out")
    rows = dataset.dataset(tmp_path / "out" / "forms", partitioning="hive").to_table().to_pylist()
    assert {(row["year"], row["region"]) for row in rows} == {(0, "未写明")}


def test_only_our_own_files_are_replaced(tmp_path: Path) -> None:
    ours, others = tmp_path / "year=2024" / "region=甲" / "part-0.parquet", tmp_path / "year=2024" / "说明.txt"
    ours.parent.mkdir(parents=True)
    for path in (ours, others):
        path.write_text("x", encoding="utf-8")
    _clear(tmp_path)
    assert not ours.exists()
    assert others.exists()


def test_without_the_library_the_command_is_named(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.dataset", None)
    with pytest.raises(MissingExtraError, match=r"jixiao-indicators\[parquet\]"):
        export(store, tmp_path)


def test_a_folder_that_cannot_be_written_is_said(store: Store, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow.dataset")
    (tmp_path / "out").write_text("不是文件夹", encoding="utf-8")
    with pytest.raises(ConfigError, match="导出失败"):
        export(store, tmp_path / "out")

"""The standings of forms: equal to what they follow from after every change, carried over by migration, never raced."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import and_, create_engine, delete, func, insert, select, update

from bench.review import rows
from indicators.pipeline import Checker, Options
from indicators.store import Store, open_store, schema
from indicators.store.decisions import CARRIED, Decision, decide, decided, latest, undo
from indicators.store.listing import Filters, count, listed, totals, unit_sums
from indicators.store.schema_review import decisions, history, lineage, standings
from indicators.store.standing import restate
from indicators.store.submissions import forget, link, unlink
from tests.review.making import SOUND, VAGUE, changed, project, submission
from tests.review.test_office import put, settle


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(options=Options(classifier=False))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "s.db") as opened:
        yield opened


def _stated(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(standings).order_by(standings.c.document, standings.c.form)).all())


def _anew(store: Store) -> list[Any]:
    """Return the standings as they are when all of them are worked out from nothing."""
    keys = list(store.documents())

    def work(connection: Any) -> None:
        connection.execute(delete(standings))
        restate(connection, keys)

    store.change(work)
    return _stated(store)


def test_they_follow_every_change(store: Store, checker: Checker) -> None:
    places = put(store, checker, "a", submission(project(VAGUE), project(SOUND)))

    def same() -> list[Any]:
        found = _stated(store)
        assert found == _anew(store)
        return found

    assert [row.current for row in same()] == [True, True]
    settle(store, places[:3], "return")
    assert same()[0].open == same()[0].errors + same()[0].warnings - 3
    put(store, checker, "bb", submission(changed(project(VAGUE), 宣传活动场次="12场")))
    assert [(row.document, row.form, row.current) for row in same()] == [
        ("a", 0, False), ("a", 1, True), ("bb", 0, True)
    ]  # fmt: skip
    put(store, checker, "ccc", submission(changed(project(VAGUE), 宣传活动场次="13场")))
    assert [row.current for row in same()] == [False, True, False, True]
    settle(store, list(places[:4]), "wrong")
    assert {row.document: row.wrong for row in same() if row.form == 0}["ccc"] > 0
    store.change(lambda connection: undo(connection, author="甲"))
    same()
    store.change(lambda connection: unlink(connection, "ccc", 0))
    assert [row.current for row in same()] == [False, True, True, True]
    store.change(lambda connection: link(connection, "ccc", 0, "bb", 0))
    same()
    store.change(lambda connection: forget(connection, "ccc"))
    assert [row.current for row in same()] == [False, True, True]
    store.forget(["bb"])
    same()


def test_the_first_screen_sums_what_the_list_holds(store: Store, checker: Checker) -> None:
    places = put(store, checker, "a", submission(project(VAGUE), project(SOUND)))
    settle(store, places[:2], "return")
    with store.engine.connect() as connection:
        units = unit_sums(connection)
        rows_ = listed(connection, Filters())
        sums = totals(units)
        assert sums["forms"] == len(rows_) == count(connection, Filters())
        assert sums["open"] == sum(row["open"] for row in rows_)
        assert sums["returned"] == 2
        assert sums["open_forms"] == count(connection, Filters(decision="open"))
        assert sum(row["amount"] for row in units) == pytest.approx(sum(row["amount"] for row in rows_))


def _older(address: str) -> None:
    """Make a store of the schema before the standings and put two documents with decisions into it."""
    from alembic import command
    from alembic.config import Config

    import indicators.store.opening as opening

    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    engine = create_engine(f"sqlite:///{address}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for document, forms, scores, findings in rows(20):
            for table, found in ((schema.documents, [document]), (schema.forms, forms), (schema.scores, scores)):
                connection.execute(insert(table), found)
            connection.execute(insert(schema.findings), findings)
            # What was not understood has no score.
            unread = and_(schema.forms.c.document == document["document"], schema.forms.c.form == 5)
            connection.execute(update(schema.forms).where(unread).values(reading="not understood"))
            scored = and_(schema.scores.c.document == document["document"], schema.scores.c.form == 5)
            connection.execute(delete(schema.scores).where(scored))
            first = next(item for item in findings)
            key = f"{first['document']}#{first['form']}"
            connection.execute(insert(decisions), [{
                "thread": key, "fingerprint": first["fingerprint"], "decision": "return", "note": "", "wording": "",
                "author": "甲", "at": "", "rule": first["rule"],
            }])  # fmt: skip
            connection.exec_driver_sql(
                "INSERT INTO progress (document, form, returned, kept, wrong, later) VALUES (?, ?, 1, 0, 0, 0)",
                (first["document"], first["form"]),
            )
        connection.execute(insert(lineage), [{
            "document": "报送/000001.pdf", "form": 9, "thread": "报送/000000.pdf#3", "likeness": 100.0, "chosen": "hand",
            "previous_document": "报送/000000.pdf", "previous_form": 3,
        }])  # fmt: skip
    engine.dispose()


def test_a_migrated_store_stands_as_if_it_had_been_made_now(tmp_path: Path) -> None:
    _older(str(tmp_path / "old.db"))
    with open_store(tmp_path / "old.db") as store:
        carried = _stated(store)
        assert len(carried) == 20
        assert sum(row.returned for row in carried) == 2
        assert sum(not row.current for row in carried) == 1
        assert carried == _anew(store)
        with store.engine.connect() as connection:
            assert totals(unit_sums(connection))["unread"] == 2
            unread = listed(connection, Filters(reading="not understood"))
            counts = {
                row["document"]: connection.execute(
                    select(func.count()).where(
                        schema.findings.c.document == row["document"], schema.findings.c.form == 5
                    )
                ).scalar()
                for row in unread
            }
        # They are in the list with what was found all the same.
        assert [(row["form"], row["grade"]) for row in unread] == [(5, "")] * 2
        assert {row["document"]: row["errors"] + row["warnings"] for row in unread} == counts


def _at_once(store: Store, place: tuple[str, str]) -> list[Any]:
    """Let four people decide on one finding at once, and return what went wrong."""
    faults: list[Any] = []
    start = threading.Barrier(4)

    def person(name: str) -> None:
        start.wait()
        for turn in range(8):
            made = Decision(decision=("return", "keep", "wrong", "later")[turn % 4], note=name)
            try:
                store.change(
                    lambda connection, made=made: decide(connection, [place], author=name, change=lambda _: made)
                )
            except Exception as fault:
                faults.append(fault)

    people = [threading.Thread(target=person, args=(name,)) for name in "甲乙丙丁"]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return faults


def _chained(store: Store) -> None:
    """Each step of the history begins with what the step before it left, and the last one stands."""
    with store.engine.connect() as connection:
        steps = connection.execute(select(history).order_by(history.c.number)).all()
        standing = connection.execute(select(decisions)).one()
    assert len(steps) == 32
    for earlier, later in itertools.pairwise(steps):
        assert later.before == earlier.after
    last = json.loads(steps[-1].after)
    assert (standing.decision, standing.author) == (last["decision"], last["author"])


def test_two_people_on_one_finding(store: Store, checker: Checker) -> None:
    place = put(store, checker, "a", submission(project(VAGUE)))[0]
    assert _at_once(store, place) == []
    _chained(store)


def test_two_people_on_one_finding_in_postgresql(postgres: str, checker: Checker) -> None:
    with open_store(_fresh(postgres)) as store:
        place = put(store, checker, "a", submission(project(VAGUE)))[0]
        assert _at_once(store, place) == []
        _chained(store)
        assert _stated(store) == _anew(store)


def _fresh(postgres: str) -> str:
    """Return the address of an empty database of the same server."""
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE at_once")
    engine.dispose()
    return postgres.replace("/postgres?", "/at_once?")


def test_the_page_reads_the_standing_columns_only(store: Store) -> None:
    """What the list filters and sorts by must stand in the index, or a rare grade costs a look at every form."""
    with store.engine.connect() as connection:
        for filters in (Filters(grade="差"), Filters(decision="open"), Filters(unit="甲"), Filters(sort="unit")):
            plan = _plan(connection, lambda one, filters=filters: listed(one, filters))
            assert "USING COVERING INDEX standings_" in plan, (filters, plan)
            assert "SCAN forms" not in plan


def _plan(connection: Any, work: Callable[[Any], Any]) -> str:
    from sqlalchemy import event

    seen: list[tuple[str, Any]] = []

    def note(one: Any, cursor: Any, statement: str, given: Any, *rest: Any) -> None:
        seen.append((statement, given))

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        work(connection)
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)
    return "\n".join(
        str(row[3])
        for statement, given in seen
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
    )


def test_decisions_follow_a_project_whose_name_was_corrected(store: Store, checker: Checker) -> None:
    """The name is part of the fingerprint: what says the same of the renamed project was decided already."""
    places = put(store, checker, "a", submission(project(VAGUE)))
    settle(store, places[:2], "wrong")
    settle(store, places[2:3], "return")
    put(store, checker, "bb", submission(replace(project(VAGUE), name="水文化宣传教育活动")))
    with store.engine.connect() as connection:
        found = decided(connection, ["bb"])
        steps = latest(connection, document="bb")
    assert sorted(item.decision for item in found.values()) == ["return", "wrong", "wrong"]
    assert not set(found) & {("bb", place[1]) for place in places}
    assert {item.author for item in found.values()} == {"甲"}
    assert [step["author"] for step in steps] == [CARRIED] * 3
    assert _stated(store) == _anew(store)
    # Once handed on they are decisions like others: paired again, what was decided since stands.
    place = next(iter(found))
    settle(store, [place], "later", "乙")
    store.change(lambda connection: link(connection, "bb", 0, "a", 0))
    with store.engine.connect() as connection:
        assert decided(connection, ["bb"])[place].decision == "later"
    store.change(lambda connection: decide(connection, [place], author="乙", change=lambda _: None))
    store.change(lambda connection: link(connection, "bb", 0, "a", 0))
    with store.engine.connect() as connection:
        assert place not in decided(connection, ["bb"])


def test_copies_are_counted_among_current_forms(store: Store, checker: Checker) -> None:
    from indicators.store.alike import clusters
    from indicators.store.cross import refresh

    other = replace(project(SOUND), name="敬老院消防设施改造", department="312-云溪县民政局", unit="云溪县民政局")
    put(store, checker, "a", submission(project(SOUND)))
    put(store, checker, "bb", submission(other))
    refresh(store)

    def found() -> list[tuple[int, int, int]]:
        with store.engine.connect() as connection:
            return [(item["size"], item["departments"], len(item["members"])) for item in clusters(connection)[0]]

    assert found() == [(2, 2, 2)]
    put(store, checker, "ccc", submission(project(SOUND)))
    refresh(store)
    assert found() == [(2, 2, 2)]
    put(
        store,
        checker,
        "dddd",
        submission(replace(other, goal="完成消防设施改造3处", goal_lifetime="完成消防设施改造3处")),
    )
    refresh(store)
    assert found() == []

"""The command line shares the decisions of the page: ``check --store``, ``rank --store``, ``diff --store``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from indicators.cli import main
from indicators.store import Store, open_store
from indicators.store.decisions import Decision, decide
from indicators.store.schema import findings
from indicators.store.schema_review import decisions
from indicators.store.settling import settled
from indicators.store.submissions import link
from tests.review.making import SOUND, VAGUE, changed, project, submission


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A folder with a submission, its store, and a report without decisions."""
    (tmp_path / "水利局.docx").write_bytes(submission(project(VAGUE), project(SOUND)))
    assert main(["batch", str(tmp_path / "水利局.docx"), "--store", str(tmp_path / "s.db"), "-q"]) == 0
    assert _check(tmp_path, "before.json") == 0
    return tmp_path


def _check(folder: Path, name: str, *more: str) -> int:
    document = str(folder / "水利局.docx")
    given = ["check", document, "--format", "json", "-o", str(folder / name), "-q", "--force"]
    return main([*given, "--fail-on", "never", "--no-guard", *more])


def _put(folder: Path, *codes: str) -> list[str]:
    """Decide on the first warnings of the first form, and return their fingerprints."""
    with open_store(folder / "s.db") as store:
        with store.engine.connect() as connection:
            query = select(findings.c.document, findings.c.fingerprint).where(
                findings.c.form == 0, findings.c.severity != "note"
            )
            places = [(row.document, row.fingerprint) for row in connection.execute(query.order_by(findings.c.number))]
        for place, code in zip(places, codes):
            _decide(store, place, code)
    return [place[1] for place in places[: len(codes)]]


def _decide(store: Store, place: tuple[str, str], code: str) -> None:
    made = Decision(decision=code)
    store.change(lambda connection: decide(connection, [place], author="甲", change=lambda _: made))


def _document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["documents"][0]
    return found


def test_what_was_settled_is_not_listed_again(judged: Path) -> None:
    wrong, kept, returned, later = _put(judged, "wrong", "keep", "return", "later")
    assert _check(judged, "after.json", "--store", str(judged / "s.db")) == 0
    before, after = _document(judged / "before.json"), _document(judged / "after.json")
    listed = {item["fingerprint"] for item in after["findings"]}
    assert {wrong, kept} <= {item["fingerprint"] for item in before["findings"]}
    assert listed == {item["fingerprint"] for item in before["findings"]} - {wrong, kept}
    assert {returned, later} <= listed
    assert {item["fingerprint"] for item in after["accepted"]} == {wrong, kept}
    scores = [next(item for item in one["scores"] if item["form"] == 0)["total"] for one in (before, after)]
    assert scores[1] > scores[0]


def test_a_rank_without_what_was_settled(judged: Path) -> None:
    def rows() -> dict[str, Any]:
        target = judged / "rank.json"
        assert main(["rank", "--store", str(judged / "s.db"), "--format", "json", "-o", str(target), "--force"]) == 0
        return {row["project"]: row for row in json.loads(target.read_text(encoding="utf-8"))}

    before = rows()
    _put(judged, "wrong", "keep", "return")
    after = rows()
    assert after[SOUND] == {**before[SOUND], "rank": after[SOUND]["rank"]}
    assert after[VAGUE]["total"] > before[VAGUE]["total"]
    assert after[VAGUE]["priority"] < before[VAGUE]["priority"]
    counts = [row[VAGUE]["errors"] + row[VAGUE]["warnings"] for row in (before, after)]
    assert counts[0] - counts[1] == 2


def test_a_rank_holds_the_current_version_only(judged: Path) -> None:
    (judged / "第二次.docx").write_bytes(submission(changed(project(VAGUE), 宣传活动场次="12场")))
    assert main(["batch", str(judged / "第二次.docx"), "--store", str(judged / "s.db"), "-q"]) == 0
    with open_store(judged / "s.db") as store:
        keys = {Path(key).name: key for key in store.documents()}
        assert len([row for row in store.rank() if row["project"] == VAGUE]) == 2
        store.change(lambda connection: link(connection, keys["第二次.docx"], 0, keys["水利局.docx"], 0))
        assert [row["path"] for row in store.rank() if row["project"] == VAGUE] == [keys["第二次.docx"]]


def test_a_difference_without_what_was_settled(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, *_ = _put(judged, "wrong")
    given = ["diff", str(judged / "before.json"), str(judged / "before.json"), "--format", "json"]
    capsys.readouterr()
    assert main(given) == 0
    before = json.loads(capsys.readouterr().out)["kept"]
    assert main([*given, "--store", str(judged / "s.db")]) == 0
    after = json.loads(capsys.readouterr().out)["kept"]
    assert {item["fingerprint"] for item in before} - {item["fingerprint"] for item in after} == {wrong}


@pytest.mark.parametrize(
    ("codes", "name"),
    [
        (("wrong",), "误报"), (("keep", "keep"), "属实保留"), (("keep", "wrong"), "属实保留"),
        (("keep", "return", "wrong"), None), (("keep", "later", "wrong"), None), (("return", "wrong"), None),
    ],
)  # fmt: skip
def test_a_text_decided_in_several_places_is_settled_if_all_of_them_are(
    tmp_path: Path, codes: tuple[str, ...], name: str | None
) -> None:
    with open_store(tmp_path / "s.db") as store:
        rows = [
            {"thread": f"{place}#0", "fingerprint": "f", "decision": code, "note": "", "wording": "", "author": "甲",
             "at": "", "rule": "V101"}
            for place, code in enumerate(codes)
        ]  # fmt: skip
        store.change(lambda connection: connection.execute(decisions.insert(), rows))
        with store.engine.connect() as connection:
            assert settled(connection).get("f") == name

"""The review page over a large store: ``python -m bench.review [--forms 100000] [--postgres] [--json FILE]``.

Fills a store with generated forms (nothing in them is real), then asks the running application for every screen and
every filter and measures the server's time, the nodes of the page, and the memory over 1,000 requests. Among the
documents are two read from files, one of many forms and its corrected version, for the pages that show one document.
``--postgres`` starts a PostgreSQL server of its own; ``--store`` names a path or a server that is there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import insert

from indicators.batch.rows import rows_of
from indicators.pipeline import Checker
from indicators.readers import read_bytes
from indicators.store import Store, open_store, schema
from indicators.store.decisions import Decision, decide
from indicators.store.people import Person, add_user, new_session
from indicators.store.standing import restate
from indicators.store.submissions import pair, receive
from tests.batch.conftest import server
from tests.report.making import form_text, from_text
from tests.review.making import changed, submission
from tests.samples.forms import projects

RULES = ("F101", "V101", "V103", "V106", "S114", "U101", "D102", "S107", "V107", "F104")
SECTORS = ("教育", "水利", "卫健", "公安", "农业农村", "住建城管", "交通", "文旅体育", "民政", "其他")
#: Forms of the document that is read from a file.
LARGE = 100
SCREENS = {
    "desk": "/",
    "list": "/list",
    "list, page 900": "/list?page=900",
    "unit": "/list?unit=云溪县第7局第3所",
    "rule": "/list?rule=F104",
    "rule and unit": "/list?rule=F104&unit=云溪县第7局第3所",
    "grade": "/list?grade=差",
    "sector": "/list?sector=水利",
    "year": "/list?year=2024",
    "amount": "/list?amount=gt1000",
    "undecided": "/list?decision=open",
    "sent back": "/list?decision=return",
    "reading": "/list?reading=not+understood",
    "search": "/list?q=工程99",
    "by amount": "/list?sort=amount",
    "by unit": "/list?sort=unit",
    "three filters": "/list?sector=水利&grade=中&rule=V101&decision=open&sort=amount",
    "send": "/send",
    "received": "/received",
    "alike": "/alike",
    "outliers": "/alike?kind=outliers",
    "charts": "/charts",
    "history": "/history",
    "form": "/form?d={first}&f=0",
    "file": "/form?d={first}&f=-1",
    "received, file": "/received?d={second}",
}


def rows(
    count: int, seed: int = 1
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]]:
    """Yield documents of ten forms each with their forms, scores and findings."""
    draw = random.Random(seed)
    sample = rows_of(
        Checker().check_extraction(from_text(form_text(1)).extraction), key="x", versions="v", digest="0" * 64, size=1
    )
    for number in range(count // 10):
        key = f"报送/{number:06d}.pdf"
        bureau = f"云溪县第{number % 60}局"
        document = {**sample.document, "document": key, "name": f"{number:06d}.pdf", "department": bureau}
        document |= {"fiscal_year": 2023 + number % 3, "sector": SECTORS[number % 10], "forms": 10}
        forms, scores, findings = [], [], []
        for form in range(10):
            errors, warnings = draw.choice((0, 0, 0, 1, 2)), draw.choice((0, 1, 1, 2, 3))
            total = max(20.0, 100 - 8 * errors - 3 * warnings - 10 * draw.random())
            grade = "优" if total >= 90 else "良" if total >= 80 else "中" if total >= 60 else "差"
            forms.append({
                **sample.forms[0], "document": key, "form": form, "project": f"工程{number}之{form}", "department": bureau,
                "project_key": f"工程{number}之{form}", "year": 2023 + number % 3, "sector": SECTORS[number % 10],
                "unit": f"{bureau}第{draw.randrange(8)}所", "amount": round(10 ** draw.uniform(3.5, 8.5), 2),
                "reading": draw.choices(("understood", "doubtful", "not understood"), (96, 3, 1))[0],
            })  # fmt: skip
            forms[-1]["addressee"] = forms[-1]["unit"]
            scores.append({
                **sample.scores[0], "document": key, "form": form, "total": total, "grade": grade, "errors": errors,
                "warnings": warnings, "priority": round(draw.random(), 4), "specificity": draw.uniform(20, 100),
            })  # fmt: skip
            for one in range(errors + warnings):
                findings.append({
                    "document": key, "number": len(findings), "rule": draw.choice(RULES), "form": form, "indicator": None,
                    "severity": "error" if one < errors else "warning", "subject": "goal.annual", "title": "问题",
                    "message": f"第 {draw.randrange(400)} 种说法", "fingerprint": f"{number:08x}{form:02x}{one:02x}",
                })  # fmt: skip
        yield document, forms, scores, findings


def fill(store: Store, count: int) -> None:
    """Fill a store and decide on a tenth of its findings."""
    batch: list[list[dict[str, Any]]] = [[], [], [], []]

    def flush() -> None:
        tables = (schema.documents, schema.forms, schema.scores, schema.findings)
        with store.engine.begin() as connection:
            for table, found in zip(tables, batch):
                if found:
                    connection.execute(insert(table), found)
        for found in batch:
            found.clear()

    places: list[tuple[str, str]] = []
    for number, parts in enumerate(rows(count)):
        batch[0].append(parts[0])
        for target, found in zip(batch[1:], parts[1:]):
            target.extend(found)
        if number % 10 == 0:
            places += [(item["document"], item["fingerprint"]) for item in parts[3]]
        if number % 200 == 199:
            flush()
    flush()
    documents = list(store.documents())
    for start in range(0, len(documents), 2000):
        part = documents[start : start + 2000]
        store.change(lambda connection, part=part: restate(connection, part))  # type: ignore[misc]
    for start in range(0, len(places), 2000):
        _return(store, places[start : start + 2000])
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _return(store: Store, places: list[tuple[str, str]]) -> None:
    made = Decision(decision="return")
    store.change(lambda connection: decide(connection, places, author="甲", change=lambda _: made))


def read(store: Store, folder: Path) -> dict[str, str]:
    """Judge a document of many forms and its corrected version into the store, and return their keys."""
    found = {}
    kinds = list(projects())
    for name, value in (("first", ""), ("second", "12场")):
        items = []
        for number in range(LARGE):
            item = kinds[number % len(kinds)]
            items.append(replace(changed(item, 宣传活动场次=value) if value else item, name=f"{item.name}{number:03d}"))
        path = folder / f"{name}.docx"
        path.write_bytes(submission(*items))
        data = path.read_bytes()
        report = Checker().check_document(read_bytes(data, path.name), path=str(path))
        digest = hashlib.sha256(data).hexdigest()
        row = {"document": str(path), "name": path.name, "path": str(path), "member": "", "digest": digest}
        row |= {"bytes": len(data), "author": "甲", "received": f"2026-11-27T10:00:0{len(found)}+08:00"}
        store.change(lambda connection, row=row: receive(connection, row))  # type: ignore[misc]
        store.write((rows_of(report, key=str(path), versions="v", digest=digest, size=len(data)), None))
        store.change(lambda connection, key=str(path): pair(connection, key))  # type: ignore[misc]
        found[name] = str(path)
        if name == "first":
            places = [(str(path), item.fingerprint) for item in report.findings if item.severity != "note"]
            _return(store, places)
    return found


def measured(store: Store, requests: int) -> dict[str, Any]:
    """Ask for every screen five times, then a thousand times in turn."""
    from starlette.testclient import TestClient

    from indicators.review import guards
    from indicators.review.app import make_app
    from indicators.review.serving import Office

    host = "127.0.0.1:8000"
    with tempfile.TemporaryDirectory() as folder:
        office = Office(store=store, folder=Path(folder), hosts=frozenset({host}), accounts=True)
        client = TestClient(make_app(office), base_url=f"http://{host}")
        store.change(lambda connection: add_user(connection, "甲", "no digest, no password fits", "审核"))
        token = store.change(lambda connection: new_session(connection, Person(name="甲", role="审核")))
        client.cookies.set(guards.COOKIE, token)
        keys = read(store, Path(folder))
        screens = {name: address.format(**keys) for name, address in SCREENS.items()}
        found: dict[str, Any] = {}
        for name, address in screens.items():
            times, busy, nodes = [], [], 0
            for _ in range(5):
                started, worked = time.perf_counter(), time.process_time()
                answer = client.get(address)
                times.append(time.perf_counter() - started)
                busy.append(time.process_time() - worked)
                assert answer.status_code == 200, (name, answer.text)
                nodes = len(re.findall(r"<[a-zA-Z]", answer.text))
            middle, cpu = statistics.median(times), statistics.median(busy)
            found[name] = {
                "first": round(times[0], 3),
                "median": round(middle, 3),
                "cpu": round(cpu, 3),
                "nodes": nodes,
            }
            item = found[name]
            print(
                f"{name:16} first {item['first']:6.3f} s  median {item['median']:6.3f} s  "
                f"cpu {item['cpu']:6.3f} s  {nodes:5} nodes",
                flush=True,
            )
        process = psutil.Process()
        addresses = list(screens.values())
        memory = []
        for number in range(requests):
            client.get(addresses[number % len(addresses)])
            if number % max(1, requests // 10) == 0:
                memory.append(round(process.memory_info().rss / 1048576, 1))
        memory.append(round(process.memory_info().rss / 1048576, 1))
        office.close()
    return {"screens": found, "requests": requests, "megabytes": memory}


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--forms", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--store", default="")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with ExitStack() as stack:
        address = given.store or f"{stack.enter_context(tempfile.TemporaryDirectory())}/s.db"
        if given.postgres:
            address, why = stack.enter_context(server())
            if address is None:
                parser.error(why)
        store = stack.enter_context(open_store(address))
        started = time.perf_counter()
        fill(store, given.forms)
        filled = time.perf_counter() - started
        found = {"database": store.engine.dialect.name, "forms": given.forms, "filled": round(filled, 1)}
        found |= measured(store, given.requests)
    print(f"{found['database']}, {given.forms} forms, filled in {filled:.0f} s")
    print(f"memory over {given.requests} requests, MB: {found['megabytes']}")
    if given.json is not None:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

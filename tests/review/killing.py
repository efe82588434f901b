"""A served page killed (SIGKILL, with its workers) at random moments of one stage, and what must hold afterwards.

Used by the suite with few kills and by ``python -m bench.review_kill`` with twenty a stage.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, delete, func, select

from indicators.review.guards import COOKIE, csrf_of
from indicators.store import Store, open_store
from indicators.store.schema import documents, findings, forms, scores
from indicators.store.schema_review import decisions, history, standings, submissions
from indicators.store.standing import restate
from tests.review.making import VAGUE, Served, project, submission

__all__ = ["STAGES", "Outcome", "run"]

#: The longest a kill waits in each stage, in seconds: about as long as the stage takes.
STAGES = {"upload": 1.5, "judging": 6.0, "deciding": 2.5}
_FORMS = 6
#: Names far apart: a project named nearly like another would be taken for its corrected version.
_SIGNS = "山水田林路桥渠库校院街巷灯井站所塘坝闸堤"
_Response = httpx.Response


@dataclass(slots=True)
class Outcome:
    """What the kills hit and what was acknowledged before them."""

    kills: int = 0
    #: Kills that came while the stage was at work: a body half sent, a document not judged, a decision not answered.
    hits: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def check(self, holds: bool, words: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.faults.append(f"kill {self.kills}: {words}")


def run(stage: str, served: Served, *, kills: int, seed: int = 1) -> Outcome:
    """Kill a page that was started some times during a stage, and return what was found after each new start."""
    draw, outcome = random.Random(f"{stage} {seed}"), Outcome()
    work: Callable[[_Killed], None] = {"upload": _upload, "judging": _judging, "deciding": _deciding}[stage]
    scene = _Killed(served, draw, outcome)
    for _ in range(kills):
        work(scene)
        outcome.kills += 1
        with open_store(served.store) as store:
            _whole(scene, store)
        served.start()
    _settled(scene)
    with open_store(served.store) as store:
        _whole(scene, store)
        _all_judged(scene, store)
    left = [path.name for path in served.folder.rglob("*.part")]
    outcome.check(not left, f"half files are left: {left}")
    return outcome


@dataclass(slots=True)
class _Killed:
    served: Served
    draw: random.Random
    outcome: Outcome
    #: Name and digest of each file that was acknowledged.
    files: dict[str, str] = field(default_factory=dict)
    #: Decision of each finding as last acknowledged; those in doubt are left out.
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    number: int = 0

    def client(self) -> httpx.Client:
        client = httpx.Client(base_url=self.served.root, headers={"origin": self.served.root}, timeout=60)
        client.get(self.served.address.removeprefix(self.served.root))
        client.headers["x-csrf-token"] = csrf_of(client.cookies[COOKIE])
        return client

    def killer(self, most: float) -> threading.Timer:
        timer = threading.Timer(self.draw.uniform(0.02, most), self.served.kill)
        timer.start()
        return timer

    def file(self, count: int) -> tuple[str, bytes]:
        """Return a submission nobody sent before."""
        from dataclasses import replace

        self.number += 1
        names = ["".join(self.draw.choices(_SIGNS, k=14)) for _ in range(count)]
        data = submission(*(replace(project(VAGUE), name=name) for name in names))
        name = f"{self.number:03d}.docx"
        self.forms[name] = count
        return name, data

    def send(self, client: httpx.Client, name: str, data: bytes, pause: float = 0.0) -> None:
        """Upload a file, with a pause between its pieces, and note that it was acknowledged."""
        head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + data + b"\r\n--edge--\r\n"

        def pieces() -> Iterator[bytes]:
            for start in range(0, len(body), max(1, len(body) // 8)):
                yield body[start : start + max(1, len(body) // 8)]
                time.sleep(pause)

        headers = {"content-type": "multipart/form-data; boundary=edge", "content-length": str(len(body))}
        answer: _Response = client.post("/files", content=pieces(), headers=headers)
        if answer.status_code == 200:
            self.files[name] = hashlib.sha256(data).hexdigest()
            self.outcome.acknowledged += 1


def _upload(scene: _Killed) -> None:
    with closing(scene.client()) as client:
        killer = scene.killer(STAGES["upload"])
        with suppress(httpx.HTTPError):
            while True:
                scene.send(client, *scene.file(1), pause=0.02)
        scene.outcome.hits += 1
        killer.join()
    scene.served.kill()


def _judging(scene: _Killed) -> None:
    with closing(scene.client()) as client:
        name, data = scene.file(_FORMS)
        scene.send(client, name, data)
        killer = scene.killer(STAGES["judging"])
        killer.join()
    scene.served.kill()
    with open_store(scene.served.store) as store, store.engine.connect() as connection:
        waiting = connection.execute(select(submissions.c.state).where(submissions.c.name == name)).scalar()
    scene.outcome.hits += waiting == "waiting"


def _deciding(scene: _Killed) -> None:
    with closing(scene.client()) as client:
        if not scene.files:
            scene.send(client, *scene.file(_FORMS))
            _settled(scene)
        with open_store(scene.served.store) as store, store.engine.connect() as connection:
            query = select(findings.c.document, findings.c.fingerprint, findings.c.form).where(
                findings.c.severity != "note", findings.c.form.is_not(None)
            )
            places = [tuple(row) for row in connection.execute(query.order_by(findings.c.document, findings.c.number))]
        killer = scene.killer(STAGES["deciding"])
        with suppress(httpx.HTTPError):
            while True:
                document, fingerprint, form = scene.draw.choice(places)
                code = scene.draw.choice(("return", "keep", "wrong", "later"))
                # Until the answer comes either decision may stand.
                scene.made.pop((document, fingerprint), None)
                given = {"d": document, "x": fingerprint, "f": str(form), "decision": code}
                if client.post("/decide", data=given).status_code == 200:
                    scene.made[document, fingerprint] = code
                    scene.outcome.acknowledged += 1
        scene.outcome.hits += 1
        killer.join()
    scene.served.kill()


def _whole(scene: _Killed, store: Store) -> None:
    """Check that all that was acknowledged is there, and nothing half."""
    check = scene.outcome.check
    with store.engine.connect() as connection:
        check(connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok", "the store is damaged")
        kept = {row.name: row for row in connection.execute(select(submissions))}
        check(set(scene.files) <= set(kept), f"acknowledged files are lost: {sorted(set(scene.files) - set(kept))}")
        for name, row in kept.items():
            path = Path(row.path)
            there = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest()
            check(there == row.digest == path.stem, f"{name} is not as it was sent")
        _documents(scene, connection)
        standing = {
            (row.thread.rpartition("#")[0], row.fingerprint): row.decision
            for row in connection.execute(select(decisions))
        }
        lost = [place for place, code in scene.made.items() if standing.get(place) != code]
        check(not lost, f"acknowledged decisions are lost: {lost}")
        _chained(scene, connection)
    before = _rows(store)

    def anew(connection: Connection) -> None:
        connection.execute(delete(standings))
        restate(connection, list(connection.execute(select(documents.c.document)).scalars()))

    store.change(anew)
    check(before == _rows(store), "the list does not follow from the decisions")


def _rows(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(standings).order_by(standings.c.document, standings.c.form)).all())


def _documents(scene: _Killed, connection: Connection) -> None:
    """Check that a document that was judged is there with all its forms, scores and findings."""
    for row in connection.execute(select(documents)):
        counts = {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(table.c.document == row.document)
            ).scalar()
            for table in (forms, scores, findings)
        }
        wanted = scene.forms[row.name]
        whole = counts["forms"] == counts["scores"] == row.forms == wanted
        whole = whole and counts["findings"] == row.errors + row.warnings + row.notes
        scene.outcome.check(row.status == "ok" and whole, f"{row.name} is half there: {row.status} {counts}")


def _chained(scene: _Killed, connection: Connection) -> None:
    """Check that each step of the history of a finding begins where the step before it ended."""
    last: dict[tuple[str, str], str] = {}
    for row in connection.execute(select(history).order_by(history.c.number)):
        key = (row.thread, row.fingerprint)
        scene.outcome.check(row.before == last.get(key, ""), f"step {row.number} does not follow")
        last[key] = row.after


def _settled(scene: _Killed) -> None:
    """Wait until everything was judged."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        with open_store(scene.served.store) as store, store.engine.connect() as connection:
            query = select(func.count()).select_from(submissions).where(submissions.c.state == "waiting")
            if not connection.execute(query).scalar():
                return
        time.sleep(0.3)
    scene.outcome.check(False, "something is never judged")


def _all_judged(scene: _Killed, store: Store) -> None:
    with store.engine.connect() as connection:
        judged = set(connection.execute(select(documents.c.name)).scalars())
    scene.outcome.check(set(scene.files) <= judged, f"never judged: {sorted(set(scene.files) - judged)}")

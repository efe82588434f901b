"""Addresses of stores hold passwords, and databases go away and come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from indicators.cli import main
from indicators.errors import IndicatorsError
from indicators.store import open_store
from indicators.store.opening import _shown
from tests.forms.test_forms import FORM

SECRET = "s3cretpw"
ADDRESSES = [
    f"postgresql://user:{SECRET}@127.0.0.1:1/db",
    f"postgresql://127.0.0.1:1/db?user=u&password={SECRET}",
    f"postgresql://user:{SECRET}@[::1/db",
    f"mysql://user:{SECRET}@h/db",
    f"postgresql://user:{SECRET}@h:port/db",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_message_tells_a_password(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(IndicatorsError) as caught:
        open_store(address)
    assert SECRET not in str(caught.value)
    (tmp_path / "a.txt").write_text(FORM, encoding="utf-8")
    log = tmp_path / "log"
    assert main(["batch", str(tmp_path), "--store", address, "--log", str(log), "--no-classifier"]) == 2
    assert SECRET not in capsys.readouterr().err
    assert not log.exists() or SECRET not in log.read_text(encoding="utf-8")


def test_the_end_of_a_run_names_the_store_without_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # A run cannot be had without a server: the store is a file that was opened under an address.
    import indicators.batch as batch
    import indicators.store as stores

    def opened(url: str, *, create: bool = True) -> Any:
        store = open_store(tmp_path / "r.db")
        store.name = _shown(url)
        return store

    monkeypatch.setattr(stores, "open_store", opened)
    monkeypatch.setattr(batch, "run_batch", lambda *args, **given: batch.Summary(state="interrupted"))
    log = tmp_path / "log"
    address = f"postgresql://user:{SECRET}@server/db"
    assert main(["batch", str(tmp_path), "--store", address, "--log", str(log), "--no-classifier", "-j", "1"]) == 130
    said = capsys.readouterr().err + log.read_text(encoding="utf-8")
    assert "user:***@server" in said
    assert SECRET not in said


class RefusedError(Exception):
    sqlstate = None


@pytest.mark.parametrize("error", [RefusedError("connection refused")])
def test_a_database_that_comes_back_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from indicators.store import store as module

    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    with open_store(tmp_path / "r.db") as store:
        tries: list[int] = []

        def work(connection: object) -> str:
            tries.append(1)
            if len(tries) < 4:
                raise OperationalError("select", {}, error)
            return "done"

        assert store._transact(work) == "done"

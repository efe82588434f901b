"""A PostgreSQL server of the tests' own, where the machine has one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Yield the address of an empty database."""
    with server() as (address, why):
        if address is None:
            pytest.skip(why)
        yield address


@contextmanager
def server() -> Iterator[tuple[str | None, str]]:
    """Run a server in a folder of its own; yield its address, or ``None`` and why there is none."""
    missing = [name for name in ("pg_ctl", "initdb") if shutil.which(name) is None]
    if missing or find_spec("psycopg") is None:
        yield None, "no PostgreSQL server on this machine (pg_ctl, initdb) or no psycopg"
        return
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        name = next((name for name in ("postgres", "nobody") if _exists(name)), None)
        if name is None:
            yield None, "PostgreSQL does not run as root, and there is no other user"
            return
        who = {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if who:
            shutil.chown(folder, who["user"])
        data = folder / "data"

        def call(*command: str) -> None:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, **who)
            assert done.returncode == 0, done.stderr

        call("initdb", "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        # Only a socket in the folder: no port that could be taken.
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        call("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}", ""
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True

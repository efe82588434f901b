"""The same batch on a Dask cluster: data through a shared path or fsspec, rules and model checked by digest.

A task runs the guard inside the Dask worker, so limits hold there too. A worker that is lost takes its tasks with it;
the scheduler hands them to another, and as results are keyed by document and written by the client alone, the store
is the same.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from queue import Empty, Queue
from typing import Any

from indicators.batch.failing import failed
from indicators.batch.guard import Guard
from indicators.batch.loading import digest_of
from indicators.batch.run import WorkersFactory
from indicators.batch.tasks import Limits, Result, Settings, Task
from indicators.batch.versions import Versions, versions_of
from indicators.errors import ConfigError, IndicatorsError, MissingExtraError, ReadError

__all__ = ["DaskWorkers", "dask_workers"]

#: Tasks handed out ahead for each thread of the cluster.
_AHEAD = 3
#: Workers lost under the same document before the document is given up.
_LOSSES = 3
_RECOUNT = 5.0
#: Seconds a scheduler may take to answer.
PATIENCE = 30.0

#: The guard of each thread of a worker.
_kept = threading.local()


def dask_workers(scheduler: str) -> WorkersFactory:
    """Return what makes the workers of a cluster, for :func:`indicators.batch.run_batch`.

    Parameters
    ----------
    scheduler
        Address such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    """
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise MissingExtraError.of("dask", "不能使用 Dask 集群") from None

    def make(settings: Settings, limits: Limits, versions: Versions) -> DaskWorkers:
        return DaskWorkers(scheduler, settings, limits, versions)

    return make


class DaskWorkers:
    """Judges tasks on the workers of a Dask cluster.

    Parameters
    ----------
    scheduler
        Its address.
    settings, limits
        How to judge, and what a document may cost.
    versions
        What every worker must have as well.

    Raises
    ------
    ConfigError
        If the scheduler does not answer or has no workers.
    """

    def __init__(self, scheduler: str, settings: Settings, limits: Limits, versions: Versions) -> None:
        from distributed import Client

        self._settings, self._limits, self._versions = settings, limits, versions
        try:
            connect: Any = Client
            self._client: Any = connect(scheduler, timeout=PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=2 * PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            remedy = "请检查地址和防火墙，并先启动 dask scheduler 与 dask worker（见 docs/cluster.md）"
            raise ConfigError("连不上 Dask 集群", where=scheduler, why=str(error), remedy=remedy) from error
        self._settled: Queue[Any] = Queue()
        #: A future nobody holds is cancelled, so they are kept until their results are taken.
        self._out: dict[Any, tuple[Any, Task]] = {}
        self._broken: dict[str, int] = {}
        self._window, self._counted = 0, 0.0

    @property
    def window(self) -> int:
        """Tasks handed out at a time; follows workers that join or leave."""
        if time.monotonic() - self._counted > _RECOUNT:
            self._window = max(1, sum(self._client.nthreads().values())) * _AHEAD
            self._counted = time.monotonic()
        return self._window

    def submit(self, task: Task) -> None:
        """Hand out a task, with the digest of its bytes as the client sees them."""
        if not task.expected:
            task = replace(task, expected=digest_of(task))
        future = self._client.submit(judge, task, self._settings, self._limits, self._versions, pure=False)
        self._out[future.key] = (future, task)
        future.add_done_callback(self._settled.put)

    def result(self, timeout: float) -> Result | None:
        """Return the next result, ``None`` if there is none in time.

        Raises
        ------
        IndicatorsError
            If a worker has other rules, model or code than the client, or the cluster is gone.
        """
        from concurrent.futures import CancelledError

        from distributed import KilledWorker

        try:
            future = self._settled.get(timeout=timeout)
        except Empty:
            if self._client.status != "running":
                raise _gone("与调度器的连接已断开") from None
            return None
        _, task = self._out.pop(future.key)
        try:
            found: Result = future.result()
            return found
        except IndicatorsError:
            raise
        except CancelledError as error:
            raise _gone("任务被取消，调度器可能已停止或重启") from error
        except KilledWorker:
            return self._given_up(task, f"处理它的工作节点接连退出 {_LOSSES} 次")
        except Exception as error:  # a worker that went while answering, a message that was cut
            self._broken[task.key] = self._broken.get(task.key, 0) + 1
            if self._broken[task.key] >= _LOSSES:
                return self._given_up(task, f"{type(error).__name__}：{error}"[:300])
            self.submit(task)
            return None
        finally:
            future.release()

    def close(self, *, kill: bool = False) -> None:
        """Leave the cluster; documents under way are finished there, and their results dropped."""
        with suppress(Exception):
            if kill:
                self._client.cancel([future for future, _ in self._out.values()], force=True)
        with suppress(Exception):
            self._client.close(timeout=10)

    def _given_up(self, task: Task, why: str) -> Result:
        error = ReadError("集群上检查这份文件失败", where=task.key, why=why, remedy="可用 --retry 重试")
        return failed(task, self._settings, error, "crashed")


def judge(task: Task, settings: Settings, limits: Limits, versions: Versions) -> Result:
    """Judge one document on a worker of the cluster; the worker process itself only keeps watch.

    Raises
    ------
    ConfigError
        If this worker has another tool, other rules or another model than the client.
    """
    differences = _own(settings.versions, settings).differences(versions)
    if differences:
        raise ConfigError(
            "集群工作节点与本机的版本不一致",
            where=socket.gethostname(),
            why=f"不同之处：{'、'.join(differences)}",
            remedy="各节点须安装同一版本的软件、规则和模型（见 docs/cluster.md）",
        )
    guard: Guard | None = getattr(_kept, "guard", None)
    if guard is None or (guard.settings.versions, guard.limits) != (settings.versions, limits):
        if guard is not None:
            guard.close()
        guard = _kept.guard = Guard(settings, limits)
    return guard.run(task)


_OWN: dict[str, Versions] = {}


def _own(key: str, settings: Settings) -> Versions:
    """Return the versions of this worker, worked out once for each run's settings."""
    if key not in _OWN:
        _OWN.clear()
        _OWN[key] = versions_of(settings.config, settings.options)
    return _OWN[key]


def _gone(why: str) -> ConfigError:
    remedy = "已写入的结果不受影响；恢复集群后再次运行同一命令即可继续"
    return ConfigError("Dask 集群不可用", why=why, remedy=remedy)

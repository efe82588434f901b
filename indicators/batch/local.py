"""Worker processes on this machine: a thread keeps each."""

from __future__ import annotations

from queue import Empty, Queue
from threading import Event, Thread

from indicators.batch.child import main
from indicators.batch.guard import Entry, Guard, Stopped
from indicators.batch.tasks import Limits, Result, Settings, Task

__all__ = ["LocalWorkers"]


class LocalWorkers:
    """Judges tasks in worker processes.

    Parameters
    ----------
    settings, limits
        How to judge, and what a document may cost.
    processes
        How many at a time.
    entry
        What a process runs.
    """

    def __init__(self, settings: Settings, limits: Limits, processes: int, *, entry: Entry = main) -> None:
        self._tasks: Queue[Task | None] = Queue()
        self._results: Queue[Result | BaseException] = Queue()
        self._stop = Event()
        self.processes = processes
        #: Tasks handed out at a time: enough that no process waits for the writer, few enough to stay small.
        self.window = 2 * processes + 2
        guards = [Guard(settings, limits, self._stop, entry=entry) for _ in range(processes)]
        self._threads = [Thread(target=self._keep, args=(guard,), daemon=True) for guard in guards]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Task) -> None:
        """Hand out a task; never more than ``window`` before their results are taken."""
        self._tasks.put(task)

    def result(self, timeout: float) -> Result | None:
        """Return the next result, ``None`` if there is none within ``timeout`` seconds.

        Raises
        ------
        IndicatorsError
            If rules or model cannot be loaded.
        """
        try:
            found = self._results.get(timeout=timeout)
        except Empty:
            return None
        if isinstance(found, BaseException):
            raise found
        return found

    def close(self, *, kill: bool = False) -> None:
        """End all processes, at once or when they have done what was handed out."""
        if kill:
            self._stop.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join(30)

    def _keep(self, guard: Guard) -> None:
        try:
            while (task := self._tasks.get()) is not None and not self._stop.is_set():
                self._results.put(guard.run(task))
        except Stopped:
            pass
        except BaseException as error:  # the writer must hear of it, whatever it is
            self._results.put(error)
        finally:
            guard.close(kill=self._stop.is_set())

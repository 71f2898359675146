"""Share files among processes: each works through runs of files with one task, which gives its result at the end."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from troubleshooter.sources.log_files import LogFile

_SMALLEST_RUN = 1024 * 1024
_LARGEST_RUN = 32 * 1024 * 1024
_MOST_FILES = 400
_RUNS_EACH = 16
_WORTH_PROCESSES = 6 * 1024 * 1024
_FILE_COST = 8192

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class Task(Protocol[Result_co]):
    """What a process does with runs of files; made once per process."""

    def __call__(self, run: Sequence[LogFile], /) -> Result_co:
        """Work through a run and return what can be told of it at once."""

    def finish(self) -> Result_co:
        """Return what was gathered over all runs."""


class Shares(Generic[Result]):
    """Iterate over it for each run's figures, then over ``finish()`` for each process's gathered result.

    ``finish`` may be called before the runs are through (Ctrl-C): then what was gathered so far comes. ``make_task``
    must be picklable. Few bytes are read in this process.
    """

    def __init__(self, files: Sequence[LogFile], make_task: Callable[[], Task[Result]], *, jobs: int | None) -> None:
        """Start the processes; ``jobs`` is how many, by default one per core."""
        workers = max(1, jobs or os.cpu_count() or 1)
        weight = sum(file.size + _FILE_COST for file in files)
        here = workers == 1 or len(files) < 2 or (jobs is None and weight < _WORTH_PROCESSES)  # noqa: PLR2004 - nothing to share
        self._runs = iter([(file,) for file in files] if here else runs_of(files, weight // (workers * _RUNS_EACH)))
        self._task = make_task() if here else None
        self._workers = [] if here else [_Worker(make_task) for _ in range(min(workers, len(files)))]

    def __enter__(self) -> Self:
        """Return itself; leaving ends every process."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every process that is still there."""
        for worker in self._workers:
            worker.end()

    def __iter__(self) -> Iterator[Result]:
        """Yield each run's figures, in whatever order they are done."""
        if self._task is not None:
            yield from map(self._task, self._runs)
            return
        idle = list(self._workers)
        while True:
            for worker in idle:
                run = next(self._runs, None)
                if run is not None:
                    worker.send(run)
            busy = {worker.connection: worker for worker in self._workers if worker.busy}
            if not busy:
                return
            idle = [busy[ready] for ready in wait(list(busy)) if isinstance(ready, Connection)]
            for worker in idle:
                yield worker.receive()

    def finish(self) -> Iterator[Result]:
        """Yield what each process gathered; runs under way are worked through first, no further ones begun."""
        if self._task is not None:
            yield self._task.finish()
            return
        for worker in self._workers:
            worker.stop()
        for worker in self._workers:
            if worker.busy:
                yield worker.receive()
            yield worker.receive()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, make_task: Callable[[], Task[Any]]) -> None:
        # Forked workers share the parent's memory and start at once; unsafe beside threads and not to be had
        # everywhere.
        can_fork = sys.platform == "linux" and threading.active_count() == 1
        context: Any = multiprocessing.get_context("fork" if can_fork else "spawn")
        self.connection, theirs = context.Pipe()
        self.busy = False
        self._process: BaseProcess = context.Process(target=_work, args=(theirs, make_task), daemon=True)
        self._process.start()
        theirs.close()

    def send(self, run: Sequence[LogFile]) -> None:
        self.connection.send(run)
        self.busy = True

    def receive(self) -> Any:  # noqa: ANN401 - whatever the task returns
        try:
            answer = self.connection.recv()
        except EOFError:
            raise RuntimeError("a worker process ended unexpectedly (out of memory?)") from None
        self.busy = False
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def stop(self) -> None:
        with suppress(BrokenPipeError):
            self.connection.send(None)

    def end(self) -> None:
        self.connection.close()
        self._process.join(timeout=0.2)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()


@contextmanager
def no_collector() -> Iterator[None]:
    """Switch the cycle collector off: reading makes no cycles, and looking for them takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _work(connection: Connection, make_task: Callable[[], Task[Any]]) -> None:
    # Ctrl-C goes to the whole group of processes: the parent alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    with suppress(EOFError, BrokenPipeError):
        try:
            task = make_task()
            while (run := connection.recv()) is not None:
                connection.send(task(run))
            connection.send(task.finish())
        except Exception as trouble:  # noqa: BLE001 - the parent raises it
            connection.send(trouble)


def runs_of(files: Sequence[LogFile], wanted: int) -> Iterator[tuple[LogFile, ...]]:
    """Cut ``files`` into runs of about ``wanted`` bytes, the largest files first so that none is left alone."""
    wanted = min(_LARGEST_RUN, max(_SMALLEST_RUN, wanted))
    yield from ((file,) for file in sorted(files, key=lambda file: -file.size) if file.size >= wanted)
    run: list[LogFile] = []
    size = 0
    for file in files:
        if file.size >= wanted:
            continue
        run.append(file)
        size += file.size + _FILE_COST
        if size >= wanted or len(run) >= _MOST_FILES:
            yield tuple(run)
            run, size = [], 0
    if run:
        yield tuple(run)

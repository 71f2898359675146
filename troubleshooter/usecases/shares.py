"""Share files among processes: cut them into runs of similar size and give back each run's result."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from typing import Any, Generic, Protocol, TypeVar

from troubleshooter.sources.log_files import LogFile

_SMALLEST_RUN = 2 * 1024 * 1024
_LARGEST_RUN = 48 * 1024 * 1024
_MOST_FILES = 400
_RUNS_EACH = 8
_WORTH_A_POOL = 6 * 1024 * 1024
_FILE_COST = 8192

Result_co = TypeVar("Result_co", covariant=True)


class Task(Protocol, Generic[Result_co]):
    """What a process does with a run of files; made once per process."""

    def __call__(self, run: Sequence[LogFile], /) -> Result_co: ...


def shared_out(
    files: Sequence[LogFile], make_task: Callable[[], Task[Result_co]], *, jobs: int | None
) -> Iterator[Result_co]:
    """Yield the result of each run of ``files``, in whatever order they are done.

    ``make_task`` must be picklable. Few bytes are read in this process. Closing the iterator early (Ctrl-C)
    waits for the runs that were started and drops the others.
    """
    workers = max(1, jobs or os.cpu_count() or 1)
    weight = sum(file.size + _FILE_COST for file in files)
    if workers == 1 or (jobs is None and weight < _WORTH_A_POOL) or len(files) < 2:  # noqa: PLR2004 - nothing to share
        task = make_task()
        for file in files:
            yield task((file,))
        return
    with _pool(workers, make_task) as pool:
        waiting = {pool.submit(_run, run) for run in runs_of(files, weight // (workers * _RUNS_EACH))}
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def runs_of(files: Sequence[LogFile], wanted: int) -> Iterator[tuple[LogFile, ...]]:
    """Cut ``files`` into runs of about ``wanted`` bytes, the largest files first so that none is left to the end alone."""
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


def _pool(workers: int, make_task: Callable[[], Task[Any]]) -> ProcessPoolExecutor:
    # Forked workers share the parent's memory and start at once; unsafe beside threads and not to be had everywhere.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(make_task,))


class _Process:
    task: Task[Any]


def _start(make_task: Callable[[], Task[Any]]) -> None:
    # Ctrl-C goes to the whole group of processes: the parent alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Process.task = make_task()


def _run(run: Sequence[LogFile]) -> Any:  # noqa: ANN401 - whatever the task returns
    return _Process.task(run)

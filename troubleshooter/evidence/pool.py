"""A few daemon threads with a deadline: work that hangs is left behind, never waited for at exit."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread, get_ident

from troubleshooter.model.evidence import Gap

Task = Callable[[], object]


class Pool:
    """Runs tasks, which may add tasks, on at most ``workers`` threads.

    ``concurrent.futures`` joins its threads at interpreter exit, so one hanging socket would hold the
    whole program past its ``--timeout``; these threads are daemons.
    """

    def __init__(self, workers: int) -> None:
        """Start no thread yet: they come with the tasks."""
        self._workers = max(1, workers)
        self._tasks: deque[tuple[Task, Gap]] = deque()
        self._doing: dict[int, Gap] = {}
        self._change = Condition()
        self._threads = 0
        self._closed = False
        self._failure: BaseException | None = None

    def add(self, task: Task, if_unfinished: Gap) -> None:
        """Queue a task and the gap that it leaves where time runs out; ignored once the pool is closed."""
        with self._change:
            if self._closed:
                return
            self._tasks.append((task, if_unfinished))
            if self._threads < self._workers:
                self._threads += 1
                Thread(target=self._work, daemon=True).start()
            self._change.notify_all()

    def wait(self, deadline: float) -> bool:
        """Wait until all is done, at most until ``deadline`` (monotonic seconds); return whether it is.

        Raises what a task raised: collectors turn trouble into gaps, so an exception is a bug.
        """
        with self._change:
            while (self._tasks or self._doing) and self._failure is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._change.wait(left)
            if self._failure is not None:
                raise self._failure
            return True

    def close(self) -> tuple[Gap, ...]:
        """Let the threads end and drop what is queued; return the gaps of all that was not finished."""
        with self._change:
            self._closed = True
            left = (*self._doing.values(), *(gap for _, gap in self._tasks))
            self._tasks.clear()
            self._change.notify_all()
            return left

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task()
            except BaseException as failure:  # noqa: BLE001 - handed to the waiting thread
                self._failure = self._failure or failure
            with self._change:
                del self._doing[get_ident()]
                self._change.notify_all()

    def _next(self) -> Task | None:
        with self._change:
            while not self._tasks and not self._closed:
                self._change.wait()
            if self._closed:
                return None
            task, gap = self._tasks.popleft()
            self._doing[get_ident()] = gap
            return task

"""Simulated time, and tasks that take turns in it: threads of which exactly one runs, until it waits for something.

The product's threads run here as they are: `threading` is given to their modules as `Threads`, whose locks, events and threads
wait in simulated time. Who runs next depends on the simulated time and the order of asking alone.
"""

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import ALL_COMPLETED, Future
from typing import Any, ClassVar

Call = Callable[[], object]
_LATENESS_S = 1e-6  # a timer is never early, not even by what a float cannot hold
MOST_EVENTS = 200_000  # in one history: more than that is somebody who runs in a circle


class Crashed(BaseException):
    """The process is gone: unwinds its tasks, and no handler of the product's may hold it up."""


class Livelock(Exception):
    """A history that does not come to its end."""


class Process:
    """What dies together. `crash_in`: dies at that many-th durable step from now, None: lives on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = False
        self.crash_in: int | None = None
        self.tasks: list[Task] = []
        self.closers: list[Call] = []

    def check(self) -> None:
        if self.dead:
            raise Crashed

    def durable_step(self) -> None:
        """Called before and after each thing that reaches the disk: where a crash leaves traces."""
        self.check()
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in <= 0:
                self.dead = True
                raise Crashed

    def close(self) -> None:
        """Gives back what the machine would take from a dead process."""
        while self.closers:
            self.closers.pop()()


class _Worker(threading.Thread):
    """A thread that is used again by the next task: making one costs more than a whole turn."""

    idle: ClassVar["list[_Worker]"] = []

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.gate = threading.Lock()
        self.gate.acquire()
        self.work: Call = lambda: None
        self.start()

    def run(self) -> None:
        while True:
            self.gate.acquire()
            self.work()


class Task:
    """A flow of control inside a process."""

    def __init__(self, sim: "Sim", process: Process, target: Call, name: str) -> None:
        self.sim = sim
        self.process = process
        self.name = name
        self.finished = False
        self._worker = _Worker.idle.pop() if _Worker.idle else _Worker()
        self._worker.work = lambda: self._run(target)
        process.tasks.append(self)

    def resume(self) -> None:
        """Lets the task run until it waits or ends; called by the loop alone."""
        if self.finished:
            return
        sim, before = self.sim, (self.sim.task, self.sim.process)
        sim.task, sim.process = self, self.process
        self._worker.gate.release()
        sim.turn.acquire()
        sim.task, sim.process = before

    def park(self) -> None:
        """Gives the turn back until somebody resumes this task; called by the task itself."""
        self.process.check()
        self.sim.turn.release()
        self._worker.gate.acquire()
        self.process.check()

    def _run(self, target: Call) -> None:
        try:
            self.process.check()
            target()
        except Crashed:
            self.process.dead = True
        except Exception as error:  # noqa: BLE001  told by the loop, as the history's end
            self.sim.failures.append(error)
        self.finished = True
        _Worker.idle.append(self._worker)
        self.sim.turn.release()


class Waiter:
    """Wakes its task once, whoever of several comes first."""

    def __init__(self, sim: "Sim") -> None:
        if sim.task is None:
            raise RuntimeError("Only a task can wait.")
        self._sim, self._task, self._woken = sim, sim.task, False

    def wake(self) -> None:
        if not self._woken:
            self._woken = True
            self._sim.at(0.0, self._task.resume)

    def wait(self, timeout: float | None = None) -> None:
        if timeout is not None:
            self._sim.at(timeout + _LATENESS_S, self.wake)
        self._task.park()


class Sim:
    """The clock, the queue of what is to happen, and who runs now."""

    def __init__(self) -> None:
        self.now = 0.0
        self.task: Task | None = None
        self.process: Process | None = None
        self.turn = threading.Lock()
        self.turn.acquire()
        self.failures: list[BaseException] = []
        self.steps = 0
        self._queue: list[tuple[float, int, Call]] = []
        self._order = itertools.count()
        self._processes: list[Process] = []

    def at(self, delay: float, call: Call) -> None:
        """Has `call` made after `delay` seconds, after all that was asked for the same moment before."""
        heapq.heappush(self._queue, (self.now + max(delay, 0.0), next(self._order), call))

    def spawn(self, process: Process, target: Call, name: str) -> Task:
        task = Task(self, process, target, name)
        if process not in self._processes:
            self._processes.append(process)
        self.at(0.0, task.resume)
        return task

    def sleep(self, seconds: float) -> None:
        Waiter(self).wait(seconds)

    def run_for(self, seconds: float, enough: Callable[[], bool] = lambda: False) -> None:
        """Lets the world go on for so long, or until `enough`. Raises what a task fell over, or Livelock."""
        until = self.now + seconds
        while self._queue and self._queue[0][0] <= until:
            if enough():
                return
            self.now, _, call = heapq.heappop(self._queue)
            self.steps += 1
            if self.steps > MOST_EVENTS:
                raise Livelock
            call()
            self._bury()
            if self.failures:
                raise self.failures[0]
        self.now = until

    def kill(self, process: Process) -> None:
        """Ends a process at once, wherever its tasks are."""
        process.dead = True
        self._bury()

    def end(self) -> None:
        """Nothing runs any more."""
        for process in self._processes:
            process.dead = True
        self._bury()
        self._queue.clear()

    def _bury(self) -> None:
        for process in [one for one in self._processes if one.dead]:
            for task in process.tasks:
                while not task.finished:
                    task.resume()
            process.tasks.clear()
            process.close()
            self._processes.remove(process)


class Threads:
    """Stands in for the module `threading` inside the product's modules."""

    def __init__(self, current: Callable[[], Sim]) -> None:
        self._current = current

    def Lock(self) -> "SimLock":  # noqa: N802  the name in `threading`
        return SimLock(self._current())

    def Event(self) -> "SimEvent":  # noqa: N802  the name in `threading`
        return SimEvent(self._current())

    def Thread(self, target: Call, name: str = "", daemon: bool = True) -> "SimThread":  # noqa: N802  the name in `threading`
        return SimThread(self._current(), target, name)


class SimLock:
    def __init__(self, sim: Sim) -> None:
        self._sim = sim
        self._holder: Task | None = None
        self._queue: deque[Waiter] = deque()

    def __enter__(self) -> None:
        while self._holder is not None and not self._holder.process.dead:
            waiter = Waiter(self._sim)
            self._queue.append(waiter)
            waiter.wait()
        self._holder = self._sim.task

    def __exit__(self, *_exc: object) -> None:
        self._holder = None
        if self._queue:
            self._queue.popleft().wake()


class SimEvent:
    def __init__(self, sim: Sim) -> None:
        self._sim = sim
        self._set = False
        self._waiters: list[Waiter] = []

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter.wake()

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        if not self._set:
            waiter = Waiter(self._sim)
            self._waiters.append(waiter)
            waiter.wait(timeout)
        return self._set


class SimThread:
    def __init__(self, sim: Sim, target: Call, name: str) -> None:
        if sim.process is None:
            raise RuntimeError("A thread belongs to a process.")
        self._sim, self._process, self._target, self._name = sim, sim.process, target, name

    def start(self) -> None:
        self._sim.spawn(self._process, self._target, self._name)


class SimFuture(Future[Any]):
    """A future that is waited for in simulated time."""

    def __init__(self, sim: Sim) -> None:
        super().__init__()
        self._sim = sim

    def result(self, timeout: float | None = None) -> Any:
        wait_for(self._sim, [self], timeout, every=True)
        return super().result(0)


def wait_for(sim: Sim, futures: Collection[Future[Any]], timeout: float | None = None, every: bool = True) -> None:
    """Parks the task until all (or one) of the futures are done."""
    until = None if timeout is None else sim.now + timeout
    while not (all if every else any)(future.done() for future in futures):
        if until is not None and sim.now >= until:
            return
        waiter = Waiter(sim)
        for future in futures:
            future.add_done_callback(lambda _, waiter=waiter: waiter.wake())  # type: ignore[misc]
        waiter.wait(None if until is None else until - sim.now)


Waited = tuple[list[Future[Any]], list[Future[Any]]]


def waiting(current: Callable[[], Sim]) -> Callable[..., Waited]:
    """`concurrent.futures.wait` in simulated time, its answer in the order of asking."""

    def wait(
        futures: Collection[Future[Any]], timeout: float | None = None, return_when: str = ALL_COMPLETED
    ) -> Waited:
        wait_for(current(), futures, timeout, return_when == ALL_COMPLETED)
        return [one for one in futures if one.done()], [one for one in futures if not one.done()]

    return wait

"""The process that forks what is to be killed: `python -m bench.faults.nursery`, one JSON order a line, one answer a line.

Everything is imported once, so that a booth or an office lives in a moment and dies in a moment. What is left when the orders
end is killed.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

_ROOT = Path(__file__).resolve().parents[2]
_LOOK_S = 0.01


class Nursery:
    """The orders' side: starts and kills by process id. What a program says goes to its file `log`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.faults.nursery"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def booth(self, shift: Mapping[str, object], log: Path) -> int:
        """A booth that works so; its process id."""
        return self._order(do="booth", shift=shift, log=str(log))

    def office(self, words: list[str], log: Path) -> int:
        """`kiosk-app office WORDS`; its process id."""
        return self._order(do="office", words=words, log=str(log))

    def kill(self, pid: int) -> None:
        """Kills it with -9 and sees it dead."""
        self._order(do="kill", pid=pid)

    def end(self, pid: int, timeout_s: float = 30.0) -> int:
        """Asks it to end, in good order; its exit status. Raises TimeoutError."""
        return self._order(do="end", pid=pid, timeout_s=timeout_s)

    def wait(self, pid: int, timeout_s: float = 30.0) -> int:
        """The exit status of one that ends by itself. Raises TimeoutError."""
        return self._order(do="wait", pid=pid, timeout_s=timeout_s)

    def alive(self, pid: int) -> bool:
        """Whether it still works."""
        return self._order(do="alive", pid=pid) == 1

    def _order(self, **order: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The nursery ended.")
        answer: int | None = json.loads(line)
        if answer is None:
            raise TimeoutError("A program did not end in time.")
        return answer


def main() -> None:
    """Imports, then obeys."""
    from bench.faults import shift as booth
    from kiosk_app import cli
    from kiosk_app.office import cli as office  # noqa: F401  loaded now, not by each child

    children: dict[int, int | None] = {}

    def obey(order: dict[str, Any]) -> int | None:
        match order["do"]:
            case "booth":
                return _fork(children, order["log"], lambda: booth.main(booth.Shift(**order["shift"])))
            case "office":
                return _fork(children, order["log"], lambda: cli.main(["office", *order["words"]]))
            case "kill":
                return _end(children, order["pid"], signal.SIGKILL, 20)
            case "end":
                return _end(children, order["pid"], signal.SIGTERM, order["timeout_s"])
            case "wait":
                return _end(children, order["pid"], 0, order["timeout_s"])
            case _:
                return int(_status(children, order["pid"]) is None)

    try:
        for line in sys.stdin:
            print(json.dumps(obey(json.loads(line))), flush=True)
    finally:
        for pid in children:
            _end(children, pid, signal.SIGKILL, 20)


def _fork(children: dict[int, int | None], log: str, work: Callable[[], int]) -> int:
    pid = os.fork()
    if pid:
        children[pid] = None
        return pid
    nothing = os.open(os.devnull, os.O_RDONLY)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    status = 70
    try:
        status = work()
    except BaseException:  # noqa: BLE001  the whole program of a child, whose parent must not go on in it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _status(children: dict[int, int | None], pid: int) -> int | None:
    """The exit status (below 0: killed by that signal), None while it lives."""
    if children[pid] is None:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            children[pid] = os.waitstatus_to_exitcode(status)
    return children[pid]


def _end(children: dict[int, int | None], pid: int, number: int, timeout_s: float) -> int | None:
    until = time.monotonic() + timeout_s
    if number and _status(children, pid) is None:
        os.kill(pid, number)
    while (status := _status(children, pid)) is None and time.monotonic() < until:
        time.sleep(_LOOK_S)
    return status


if __name__ == "__main__":
    main()

"""`python -m tests.crash.child`, under the recorder: for each line of arguments of `work` (JSON) on standard input a process that does it.

Answers each with its exit status on a line.
"""

import ctypes
import json
import os
import sys
import traceback
from pathlib import Path

from tests.crash.booths import paths_in
from tests.crash.mutants import MUTANTS
from tests.crash.workloads import WORKLOADS


def work(folder: Path, name: str, part: str, visits: int, log: str, mutant: str) -> None:
    """Prepares or does the part with which something can be wrong; both are recorded."""
    recorder = ctypes.CDLL(None)

    def say(*words: object) -> None:
        recorder.crash_say(" ".join(map(str, words)).encode())

    recorder.crash_begin(str(folder).encode(), log.encode())
    if part == "prepare":
        WORKLOADS[name].prepare(folder, say, visits)
        return
    if mutant:
        MUTANTS[mutant].plant(paths_in(folder).photos)
    WORKLOADS[name].record(folder, say, visits)


def main() -> None:
    for line in sys.stdin:
        arguments = json.loads(line)
        arguments["folder"] = Path(arguments["folder"])
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work(**arguments)
                status = 0
            finally:  # nothing of the nursery's is to be tidied up here
                if status:
                    traceback.print_exc()
                sys.stderr.flush()
                os._exit(status)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()

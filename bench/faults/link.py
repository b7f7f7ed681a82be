"""Two ends of an emulated link, for programs that are started at one end or the other."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from bench.faults.wire import FAR, NEAR, Carried, Shape

End = Literal["near", "far"]
ADDRESSES: dict[End, str] = {"near": NEAR, "far": FAR}
_ROOT = Path(__file__).resolve().parents[2]
_STOP_S = 10


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was carried from near to far, and back."""

    there: Carried
    back: Carried


class Link:
    """A running link; the kernels at its ends are this machine's, with its own TCP."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        told = self._answer()
        self._pid, self._spaces = told["pid"], {"near": told["near"], "far": told["far"]}

    def at(self, end: End, command: Sequence[str]) -> list[str]:
        """The command that runs `command` at that end."""
        space = [str(self._pid), str(self._spaces[end])]
        return [sys.executable, "-m", "bench.faults.namespaces", *space, *command]

    def up(self, up: bool) -> Traffic:
        """Gives the link or takes it away: packets vanish, and nobody is told, as with a cable somewhere in the mall."""
        return self._order({"up": up})

    def lose(self, share: float) -> Traffic:
        """From now on that share of the packets is lost."""
        return self._order({"loss": share})

    def traffic(self) -> Traffic:
        """What was carried so far."""
        return self._order({})

    def _order(self, order: dict[str, float]) -> Traffic:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told = self._answer()
        return Traffic(Carried(**told["there"]), Carried(**told["back"]))

    def _answer(self) -> dict[str, dict[str, int]]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The link's process ended.")
        told: dict[str, dict[str, int]] = json.loads(line)
        return told


@contextmanager
def link(shape: Shape) -> Iterator[Link]:
    """A link for the length of the block; see `namespaces.missing` for whether this machine can have one."""
    words = [sys.executable, "-m", "bench.faults.wire", json.dumps(asdict(shape))]
    process = subprocess.Popen(words, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Link(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(_STOP_S)
        assert process.stdout is not None
        process.stdout.close()

"""A link's two directions, and the process that carries packets over them: rate, delay, a queue's limit, seeded loss.

`python -m bench.faults.wire SHAPE` makes two namespaces that are joined by nothing but this process. Its first line on stdout
says where they are; each line on stdin is an order, answered by one line of what was carried so far.
"""

import json
import os
import random
import select
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from bench.faults.namespaces import MTU, configure, leave, tun

NEAR, FAR = "10.77.0.1", "10.77.0.2"
_DEVICE = "kiosk0"


@dataclass(frozen=True, slots=True)
class Shape:
    """One direction of the link: bits a second, seconds on the way, share of packets lost, bytes that may wait."""

    rate: float = 5e6
    delay_s: float = 0.1
    loss: float = 0.01
    queue: int = 125_000
    seed: int = 1


@dataclass(slots=True)
class Carried:
    """What became of the packets: `lost` on the way, `dropped` because too many waited or the link was down."""

    packets: int = 0
    bytes: int = 0
    lost: int = 0
    dropped: int = 0


@dataclass(slots=True)
class Direction:
    """Time is given, never read: packets leave in the order in which they came, one after the other at the link's rate."""

    shape: Shape
    rng: random.Random
    up: bool = True
    carried: Carried = field(default_factory=Carried)
    _on_the_way: deque[tuple[float, bytes]] = field(default_factory=deque)
    _free_at: float = 0.0

    def take(self, packet: bytes, now: float) -> None:
        """One packet comes to the link. A lost one has used it all the same: it fades on the way, not before."""
        waiting = max(self._free_at - now, 0.0) * self.shape.rate / 8
        if not self.up or waiting + len(packet) > self.shape.queue:
            self.carried.dropped += 1
            return
        self._free_at = max(now, self._free_at) + len(packet) * 8 / self.shape.rate
        if self.rng.random() < self.shape.loss:
            self.carried.lost += 1
            return
        self._on_the_way.append((self._free_at + self.shape.delay_s, packet))

    def arrived(self, now: float) -> Iterator[bytes]:
        """What has come to the other end by `now`."""
        while self._on_the_way and self._on_the_way[0][0] <= now:
            packet = self._on_the_way.popleft()[1]
            self.carried.packets += 1
            self.carried.bytes += len(packet)
            yield packet

    def next_at(self) -> float | None:
        """When the next one arrives; None while nothing is on the way."""
        return self._on_the_way[0][0] if self._on_the_way else None

    def cut(self, up: bool) -> None:
        """Takes the link away, with what is on it, or gives it back."""
        self.up = up
        if not up:
            self.carried.dropped += len(self._on_the_way)
            self._on_the_way.clear()


def carry(near: int, far: int, shape: Shape) -> None:
    """Until stdin ends. Orders: {"up": bool}, {"loss": share}, {}."""
    there, back = (Direction(shape, random.Random(shape.seed + place)) for place in (0, 1))  # noqa: S311 - no secret
    ways = ((near, far, there), (far, near, back))
    orders = sys.stdin.buffer
    while True:
        due = [moment for _, _, way in ways if (moment := way.next_at()) is not None]
        timeout = max(min(due) - time.monotonic(), 0.0) if due else None
        ready, _, _ = select.select([near, far, orders], [], [], timeout)
        now = time.monotonic()
        for source, target, way in ways:
            if source in ready:
                _read_all(source, way, now)
            for packet in way.arrived(now):
                _write(target, packet)
        if orders in ready:
            line = orders.readline()
            if not line:
                return
            _obey(json.loads(line), there, back)
            _say({"there": asdict(there.carried), "back": asdict(back.carried)})


def _read_all(source: int, way: Direction, now: float) -> None:
    try:
        while True:
            way.take(os.read(source, MTU + 100), now)
    except BlockingIOError:
        return


def _write(target: int, packet: bytes) -> None:
    try:
        os.write(target, packet)
    except OSError:  # what a device does not take is lost, as on any link
        return


def _obey(order: dict[str, float], there: Direction, back: Direction) -> None:
    for way in (there, back):
        if "up" in order:
            way.cut(bool(order["up"]))
        if "loss" in order:
            way.shape = Shape(**{**asdict(way.shape), "loss": order["loss"]})


def _say(value: object) -> None:
    print(json.dumps(value), flush=True)


def main() -> None:
    """Makes the namespaces, then carries; before others where that is allowed, for a link must not be slow because the machine is."""
    with suppress(OSError):
        os.nice(-10)
    shape = Shape(**json.loads(sys.argv[1]))
    near_space = leave()
    near = tun(_DEVICE)
    configure(_DEVICE, NEAR, FAR)
    far_space = leave()
    far = tun(_DEVICE)
    configure(_DEVICE, FAR, NEAR)
    _say({"pid": os.getpid(), "near": near_space, "far": far_space})
    carry(near, far, shape)


if __name__ == "__main__":
    main()

"""The emulated link: its arithmetic on given times, and real programs at its two ends."""

import random
import subprocess
import sys

import pytest

from bench.faults.link import ADDRESSES, link
from bench.faults.namespaces import missing
from bench.faults.wire import Direction, Shape

PACKET = bytes(1250)
SECONDS = 0.01  # that one packet takes at 1 Mbit/s

SERVE = """
import socket, sys
listener = socket.create_server((sys.argv[1], 7))
print("ready", flush=True)
while True:
    line, _ = listener.accept()
    while data := line.recv(65536):
        line.sendall(data)
    line.close()
"""
SEND = """
import socket, sys
line = socket.create_connection((sys.argv[1], 7), timeout=float(sys.argv[3]))
line.sendall(bytes(int(sys.argv[2])))
line.shutdown(socket.SHUT_WR)
got = 0
while data := line.recv(65536):
    got += len(data)
print(got)
"""


def direction(**changes: float) -> Direction:
    shape = Shape(**{"rate": 1e6, "delay_s": 0.1, "loss": 0.0, "queue": 5000, **changes})  # type: ignore[arg-type]
    return Direction(shape, random.Random(1))


def test_a_packet_takes_its_time_at_the_rate_and_then_the_delay() -> None:
    way = direction()
    way.take(PACKET, 5.0)
    way.take(PACKET, 5.0)
    assert list(way.arrived(5.0 + SECONDS + 0.0999)) == []
    assert way.next_at() == pytest.approx(5.0 + SECONDS + 0.1)
    assert len(list(way.arrived(5.0 + SECONDS + 0.1001))) == 1
    assert len(list(way.arrived(5.0 + 2 * SECONDS + 0.1001))) == 1
    assert way.next_at() is None


def test_what_does_not_fit_into_the_queue_is_dropped() -> None:
    way = direction()
    for _ in range(6):
        way.take(PACKET, 0.0)
    assert way.carried.dropped == 2
    way.take(PACKET, 10.0)
    assert len(list(way.arrived(20.0))) == 5


def test_packets_are_lost_by_the_seed() -> None:
    lost = []
    for _ in range(2):
        way = direction(loss=0.1)
        for moment in range(2000):
            way.take(PACKET, moment * 1.0)
        lost.append(way.carried.lost)
        assert len(list(way.arrived(1e6))) == 2000 - way.carried.lost
    assert lost[0] == lost[1]
    assert 150 < lost[0] < 250


def test_a_cut_loses_what_is_on_the_way_and_takes_nothing() -> None:
    way = direction()
    way.take(PACKET, 0.0)
    way.cut(up=False)
    way.take(PACKET, 1.0)
    way.cut(up=True)
    way.take(PACKET, 2.0)
    assert len(list(way.arrived(9.0))) == 1
    assert way.carried.dropped == 2


@pytest.mark.skipif(bool(missing()), reason=missing() or "it can")
def test_two_programs_talk_over_the_link_alone() -> None:
    far = ADDRESSES["far"]
    shape = Shape(rate=50e6, delay_s=0.005, loss=0.02, queue=250_000, seed=3)
    with link(shape) as running:
        server = subprocess.Popen(
            running.at("far", [sys.executable, "-c", SERVE, far]), stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            sent = 300_000

            def send(bytes_: int, timeout_s: float) -> "subprocess.CompletedProcess[str]":
                words = [sys.executable, "-c", SEND, far, str(bytes_), str(timeout_s)]
                return subprocess.run(
                    running.at("near", words), capture_output=True, text=True, timeout=60, check=False
                )

            assert send(sent, 30.0).stdout == f"{sent}\n"
            traffic = running.traffic()
            assert traffic.there.bytes > sent
            assert traffic.back.bytes > sent
            assert traffic.there.lost > 0
            running.up(False)
            assert "imed out" in send(10, 0.3).stderr
            running.up(True)
            assert send(10, 30.0).stdout == "10\n"
        finally:
            server.kill()
            server.communicate()

import threading
import time
from pathlib import Path

import pytest

from kiosk_app.store.turns import Turns, turns_of


def test_who_waits_longest_is_next() -> None:
    turns, order = Turns(), []
    assert turns.take(1)

    def wait(name: int) -> None:
        assert turns.take(10)
        order.append(name)
        turns.give_back()

    threads = []
    for name in range(6):
        threads.append(threading.Thread(target=wait, args=(name,)))
        threads[-1].start()
        while len(turns._gates) <= name:
            time.sleep(0.001)
    turns.give_back()
    # The first thread asks again at once and still comes after all who waited.
    assert turns.take(10)
    assert order == list(range(6))
    turns.give_back()
    for thread in threads:
        thread.join()


def test_a_turn_that_does_not_come_in_time_is_not_owed() -> None:
    turns = Turns()
    assert turns.take(0.01)
    assert not turns.take(0.01)
    turns.give_back()
    assert turns.take(0.01)
    turns.give_back()
    assert turns.take(0.01)


def test_one_queue_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = turns_of(tmp_path / "a.db")
    assert turns_of(Path("a.db")) is first
    assert turns_of(tmp_path / "b.db") is not first

import re
import threading
import uuid
from datetime import UTC, datetime, timedelta

from kiosk_app.store import ids
from kiosk_app.store.ids import Uuid7Generator
from tests.memory import ManualClock


def test_an_id_has_the_layout_of_rfc_9562() -> None:
    # The time of RFC 9562's own example of a version 7 UUID, appendix A.6: 017f22e2-79b0-7...
    clock = ManualClock(datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC))
    made = Uuid7Generator(clock).next()
    assert made.startswith("017f22e2-79b0-7")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made)
    assert uuid.UUID(made).variant == uuid.RFC_4122
    assert uuid.UUID(made).version == 7


def test_ids_rise_while_the_clock_stands_still_and_when_it_jumps_back() -> None:
    clock = ManualClock()
    generator = Uuid7Generator(clock)
    made = [generator.next() for _ in range(2000)]
    clock.moment -= timedelta(days=400)
    made += [generator.next() for _ in range(2000)]
    clock.moment += timedelta(days=800)
    made += [generator.next() for _ in range(2)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_a_full_millisecond_runs_over_into_the_next() -> None:
    clock = ManualClock()
    generator = Uuid7Generator(clock)
    first = generator.next()
    generator._random = (1 << ids._RANDOM_BITS) - 1
    second = generator.next()
    assert second > first
    assert uuid.UUID(second).int >> 80 == (uuid.UUID(first).int >> 80) + 1


def test_two_generators_do_not_meet() -> None:
    clock = ManualClock()
    one, other = Uuid7Generator(clock), Uuid7Generator(clock)
    assert not {one.next() for _ in range(1000)} & {other.next() for _ in range(1000)}


def test_threads_share_a_generator() -> None:
    generator = Uuid7Generator(ManualClock())
    made: list[list[str]] = [[] for _ in range(4)]

    def work(mine: list[str]) -> None:
        mine.extend(generator.next() for _ in range(500))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one for mine in made for one in mine}) == 2000
    assert all(mine == sorted(mine) for mine in made)

"""The journal's head in every message: what was cut off, put back, split or lost at a booth is seen at the office."""

import pytest
from sqlalchemy import delete, select, update

from kiosk_app.booth.chain import GENESIS
from kiosk_app.booth.facts import HelpCalled
from kiosk_app.office import heads as rules
from kiosk_app.office.archive import list_booths, list_records
from kiosk_app.office.chain_check import ChainView
from kiosk_app.office.office import Office
from kiosk_app.office.tables import alarms, heads, links

from .booth_double import BoothDouble

HELP = HelpCalled("scan")


def alarms_of(office: Office) -> dict[str, int]:
    (booth,) = list_booths(office)
    return booth.alarms


def send(booth: BoothDouble, count: int = 1) -> None:
    results = booth.sync(*[booth.record(HELP) for _ in range(count)])
    assert {result["status"] for result in results} <= {"accepted"}


def test_a_booth_that_goes_on_as_it_should_is_left_alone(office: Office, booth: BoothDouble) -> None:
    booth.sync()
    for count in (1, 5, 2):
        send(booth, count)
    waiting = [booth.record(HELP) for _ in range(3)]
    booth.sync(waiting[0])
    booth.boot_id = "boot-2"
    booth.sync()
    booth.sync(*waiting[1:])
    booth.sync()
    assert alarms_of(office) == {}


@pytest.mark.parametrize("left", [3, 0])
def test_a_tail_that_was_cut_off_is_seen(office: Office, booth: BoothDouble, left: int) -> None:
    send(booth, 5)
    booth.rewind(left)
    booth.sync()
    booth.sync()
    assert alarms_of(office) == {"chain-truncated": 1}


def test_a_tail_that_never_came_in_is_missed_too(office: Office, booth: BoothDouble) -> None:
    send(booth, 2)
    kept = [booth.record(HELP) for _ in range(2)]
    booth.sync()
    booth.rewind(2)
    booth.sync()
    assert kept
    assert alarms_of(office) == {"chain-truncated": 1}


def test_an_old_disk_that_goes_on_differently_is_seen_by_its_head(office: Office, booth: BoothDouble) -> None:
    send(booth, 5)
    booth.rewind(2)
    booth.record(HELP)
    booth.sync()
    assert alarms_of(office) == {"chain-rollback": 1}


def test_an_old_disk_that_has_written_more_is_seen_by_its_records(office: Office, booth: BoothDouble) -> None:
    send(booth, 2)
    booth.rewind(1)
    other = [booth.record(HELP) for _ in range(3)]
    answer = booth.try_to_sync(*other)
    assert (answer.status_code, answer.json()["type"]) == (409, "epoch-conflict")
    assert {"epoch-conflict", "chain-rollback"} <= set(alarms_of(office))
    assert len(list_records(office)) == 2


def test_two_records_at_the_head_are_a_fork(office: Office, booth: BoothDouble) -> None:
    send(booth, 3)
    booth.rewind(2)
    booth.record(HELP)
    booth.sync()
    assert alarms_of(office) == {"chain-fork": 1}


def test_a_record_that_came_before_its_head_was_told_counts_as_well(office: Office, booth: BoothDouble) -> None:
    """The head of a message may be older than its records; another head at their place is a fork all the same."""
    first = booth.record(HELP)
    queue = booth.sync_body([])["queue"]
    second = booth.record(HELP)
    booth.sync(first, second, queue=queue)
    booth.rewind(1)
    booth.record(HELP)
    booth.sync()
    assert alarms_of(office) == {"chain-fork": 1}


def test_the_same_record_with_another_past_is_a_fork(office: Office, booth: BoothDouble) -> None:
    send(booth, 1)
    body, name = b"{}", "01a20d80-0494-7fd7-b3f9-aeb0709ed252"
    booth.sync(booth.raw_record("help_call", body, identifier=name))
    booth.seq, booth.head = 1, "7" * 64
    (result,) = booth.sync(booth.raw_record("help_call", body, identifier=name))
    assert result["status"] == "duplicate", "the fact is no other"
    assert "chain-fork" in alarms_of(office)


def test_a_record_that_neither_came_nor_waits_is_a_gap(office: Office, booth: BoothDouble) -> None:
    send(booth, 2)
    booth.record(HELP)
    last = booth.record(HELP)
    booth.sync(last)
    assert alarms_of(office) == {}, "it still waits"
    booth.settled.add(3)  # the booth takes it for sent
    booth.sync()
    booth.sync()
    (found,) = alarm_rows(office)
    assert (found.type, found.seq) == ("chain-gap", 3)
    assert "1 records" in found.detail


def alarm_rows(office: Office) -> list[object]:
    with office.database.read() as connection:
        return list(connection.execute(select(alarms).order_by(alarms.c.pos)))


def test_what_was_captured_while_the_message_was_put_together_is_no_gap(office: Office, booth: BoothDouble) -> None:
    send(booth, 2)
    queue = booth.sync_body([])["queue"]
    booth.record(HELP)  # after its queue was counted, before its head was read
    booth.sync(queue={**queue, "head_seq": booth.seq, "head_sha256": booth.head, "head_count": 3})
    assert alarms_of(office) == {}


def test_records_that_the_booth_itself_has_lost_are_a_gap(office: Office, booth: BoothDouble) -> None:
    send(booth, 3)
    body = booth.sync_body([])
    booth.sync(queue={**body["queue"], "head_count": 2})
    assert alarms_of(office) == {"chain-gap": 1}


def test_a_message_that_was_held_up_is_no_rollback(office: Office, booth: BoothDouble) -> None:
    send(booth, 1)
    late = booth.sync_body([])
    late["clock"]["mono_ms"] -= 1
    send(booth, 2)
    assert booth.call("POST", "/v1/sync", json=late).status_code == 200
    assert alarms_of(office) == {}


def test_a_new_epoch_goes_on_with_the_numbers(office: Office, booth: BoothDouble) -> None:
    send(booth, 4)
    old_epoch, third = booth.epoch, next(sha for place, sha in booth.places.values() if place == 3)
    booth.start_epoch("second", 4, third)
    send(booth, 2)
    booth.sync()
    assert alarms_of(office) == {"new-epoch": 1}
    with office.database.read() as connection:
        row = connection.execute(select(heads).where(heads.c.epoch == "second")).one()
    assert (row.generation, row.started, row.held) == (2, 4, 2)
    booth.epoch = old_epoch
    booth.boot_id = "an older disk"
    booth.sync()
    assert alarms_of(office) == {"new-epoch": 1, "chain-rollback": 1}


def test_a_new_epoch_that_follows_nothing_is_a_fork(office: Office, booth: BoothDouble) -> None:
    send(booth, 4)
    booth.start_epoch("second", 4, "9" * 64)
    send(booth, 1)
    assert alarms_of(office) == {"new-epoch": 1, "chain-fork": 1}
    assert len(list_records(office)) == 5, "what happened is kept"


def test_each_booth_and_each_epoch_has_its_own_head(office: Office, booth: BoothDouble) -> None:
    send(booth, 3)
    booth.start_epoch("second")
    assert booth.head == GENESIS
    send(booth, 1)
    assert alarms_of(office) == {"new-epoch": 1}


@pytest.mark.parametrize("blind", ["_contradiction", "_gap", "link_at"])
def test_an_office_that_does_not_look_sees_nothing(
    office: Office, booth: BoothDouble, monkeypatch: pytest.MonkeyPatch, blind: str
) -> None:
    """The same histories without one of the checks: what is seen above is seen by that check."""
    if blind == "link_at":
        monkeypatch.setattr(ChainView, blind, lambda *_: "")
    else:
        monkeypatch.setattr(rules, blind, lambda *_: None)
    send(booth, 5)
    booth.rewind(3)
    booth.record(HELP)
    booth.settled.add(4)
    with office.database.write() as connection:
        connection.execute(delete(links).where(links.c.seq == 2))
        connection.execute(update(heads).values(held=3))
    booth.sync()
    seen = alarms_of(office)
    assert {"_contradiction": "chain-gap", "_gap": "chain-rollback", "link_at": "chain-truncated"}[blind] in seen

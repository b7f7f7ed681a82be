"""Records: never lost, never doubled, never refused when they happened, refused when the booth did not write them."""

import base64
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.facts import HelpCalled, Incident, Reason, TurnedAway
from kiosk_app.office.archive import list_booths, list_records
from kiosk_app.office.arrivals import CheckIns
from kiosk_app.office.office import Office
from kiosk_app.office.tables import records

from .booth_double import BoothDouble, arrival, record_id
from .conftest import MakeBooth

HELP = HelpCalled("scan")


def kinds_of(office: Office) -> list[str]:
    return [record.kind for record in list_records(office)]


def alarms_of(office: Office) -> dict[str, int]:
    (booth,) = list_booths(office)
    return booth.alarms


def test_records_are_kept_as_they_came(office: Office, booth: BoothDouble) -> None:
    sent = [booth.record(arrival()), booth.record(HELP)]
    results = booth.sync(*sent)
    assert [result["status"] for result in results] == ["accepted", "accepted"]
    assert [result["id"] for result in results] == [record["id"] for record in sent]
    assert results[0]["pos"] < results[1]["pos"]
    with office.database.read() as connection:
        kept = connection.execute(select(records).order_by(records.c.pos)).all()
    assert [base64.b64encode(row.body).decode() for row in kept] == [record["body"] for record in sent]


def test_sending_again_changes_nothing(office: Office, booth: BoothDouble) -> None:
    sent = [booth.record(HELP) for _ in range(3)]
    first = booth.sync(*sent)
    again = booth.sync(*sent, booth.record(HELP))
    assert [result["status"] for result in again] == ["duplicate"] * 3 + ["accepted"]
    assert [result["pos"] for result in again[:3]] == [result["pos"] for result in first]
    assert len(kinds_of(office)) == 4


def test_records_are_taken_in_order_of_seq(office: Office, booth: BoothDouble) -> None:
    sent = [booth.record(HELP) for _ in range(4)]
    results = booth.sync(*reversed(sent))
    assert [result["id"] for result in results] == [record["id"] for record in sent]
    assert {result["status"] for result in results} == {"accepted"}


def test_an_id_is_one_record_for_ever(office: Office, booth: BoothDouble) -> None:
    first = booth.record(HELP)
    booth.sync(first)
    reused = booth.record(Incident("start"), identifier=first["id"])
    (result,) = booth.sync(reused)
    assert (result["status"], result["problem"]["type"]) == ("rejected", "id-reuse")
    assert list_records(office)[0].flags == ("id-reuse",)
    assert alarms_of(office) == {"id-reuse": 1}


def test_another_booth_cannot_take_an_id(office: Office, make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    record = one.record(HELP)
    one.sync(record)
    copied = other.raw_record("help_call", base64.b64decode(record["body"]), identifier=record["id"])
    (result,) = other.sync(copied)
    assert result["problem"]["type"] == "id-reuse"


def test_a_place_in_the_chain_is_taken_once(office: Office, booth: BoothDouble) -> None:
    booth.sync(booth.record(HELP))
    booth.seq, booth.head = 0, GENESIS  # a disk put back from an old copy goes on with the same numbers
    answer = booth.try_to_sync(booth.record(Incident("start")))
    assert (answer.status_code, answer.json()["type"]) == (409, "epoch-conflict")
    assert kinds_of(office) == ["help_call"], "nothing of the batch is kept"
    assert alarms_of(office)["epoch-conflict"] == 1


def test_a_new_epoch_may_send_everything_again(office: Office, booth: BoothDouble) -> None:
    body = canonical_bytes({"stamp": 1})
    ids = [record_id(), record_id()]
    booth.sync(*[booth.raw_record("help_call", body, identifier=name) for name in ids])
    booth.start_epoch("second")
    again = [booth.raw_record("help_call", body, identifier=name) for name in ids]
    assert [result["status"] for result in booth.sync(*again, booth.record(HELP))] == ["duplicate"] * 2 + ["accepted"]
    assert len(kinds_of(office)) == 3


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("sig", base64.b64encode(b"0" * 70).decode(), "bad-signature"),
        ("body", base64.b64encode(b"{}").decode(), "body-hash"),
        ("body", "A", "body-malformed"),
        ("kind", "incident", "bad-signature"),
        ("prev_sha", "1" * 64, "bad-signature"),
        ("applicant_key", "somebody", "bad-signature"),
    ],
)
def test_what_the_booth_did_not_write_is_rejected_alone(
    office: Office, booth: BoothDouble, field: str, value: str, problem: str
) -> None:
    sent = [booth.record(HELP) for _ in range(3)]
    sent[1][field] = value
    results = booth.sync(*sent)
    assert [result["status"] for result in results] == ["accepted", "rejected", "accepted"]
    assert results[1]["problem"]["type"] == problem
    assert alarms_of(office) == {problem: 1}
    assert len(kinds_of(office)) == 2


def test_a_broken_chain_is_rejected(office: Office, booth: BoothDouble) -> None:
    booth.sync(booth.record(HELP))
    booth.head = "2" * 64
    (result,) = booth.sync(booth.record(HELP))
    assert (result["status"], result["problem"]["type"]) == ("rejected", "chain-broken")


def test_a_first_record_must_start_the_chain(booth: BoothDouble) -> None:
    booth.head = "3" * 64
    (result,) = booth.sync(booth.record(HELP))
    assert result["problem"]["type"] == "chain-broken"


def test_a_gap_may_be_filled_later_but_only_with_what_fits(office: Office, booth: BoothDouble) -> None:
    sent = [booth.record(HELP) for _ in range(3)]
    assert booth.sync(sent[0], sent[2])[1]["status"] == "accepted"
    body = base64.b64decode(sent[1]["body"])
    link = Link(booth.epoch, 2, record_id(), "", "help_call", 1, sha256_hex(body), sent[1]["prev_sha"])
    (forged,) = booth.sync(booth.message(link, body, []))
    assert forged["problem"]["type"] == "chain-broken"
    assert booth.sync(sent[1])[0]["status"] == "accepted"


def test_what_the_office_does_not_understand_is_kept(office: Office, booth: BoothDouble) -> None:
    cases = [
        ("from_the_future", b"{}", 1),
        ("help_call", b"{}", 9),
        ("help_call", b"no json", 1),
        ("help_call", b"[" * 50_000, 1),
        ("help_call", b"[]", 1),
        ("help_call", canonical_bytes({"stamp": {}, "data": {"screen": 1}}), 1),
    ]
    results = booth.sync(*[booth.raw_record(kind, body, schema=schema) for kind, body, schema in cases])
    assert {result["status"] for result in results} == {"accepted"}
    flags = [record.flags for record in list_records(office)]
    assert flags == [("unknown-kind",), ("unknown-schema",)] + [("body-unreadable",)] * 4


def test_strange_values_in_a_body_are_kept(office: Office, booth: BoothDouble) -> None:
    plain = json.loads(base64.b64decode(booth.record(arrival(code="x"))["body"]))
    far = {**plain, "stamp": {**plain["stamp"], "at": "0001-01-01T00:00:00+14:00"}}
    slot = {**plain, "data": {**plain["data"], "slot": "9999-12-31T23:59:59-14:00"}}
    drift = {**plain, "stamp": {**plain["stamp"], "offset_ms": 10**30, "mono_ms": -(10**30)}}
    lone = json.dumps({**plain, "data": {**plain["data"], "code": "\ud800"}}).encode()
    bodies = [canonical_bytes(far), canonical_bytes(slot), canonical_bytes(drift), lone]
    booth.seq, booth.head = 0, GENESIS
    results = booth.sync(*[booth.raw_record("checkin", body) for body in bodies])
    assert [result["status"] for result in results] == ["accepted"] * 4
    flags = [record.flags for record in list_records(office)]
    assert flags[:2] == [("body-unreadable",)] * 2
    assert "clock-suspect" in flags[2]


def test_an_applicants_order_is_kept(office: Office, booth: BoothDouble) -> None:
    visit = arrival()
    sent = [booth.record(replace(visit, number=f"A{place:03d}")) for place in range(5)]
    booth.sync(*sent[:2])
    booth.sync(*sent)
    with office.database.read() as connection:
        rows = connection.execute(select(records.c.seq).order_by(records.c.pos)).scalars().all()
    assert list(rows) == [1, 2, 3, 4, 5]


def test_the_answer_says_where_the_office_stands(office: Office, booth: BoothDouble, make_booking: Any) -> None:
    make_booking()
    answer = booth.try_to_sync(booth.record(TurnedAway(Reason.QUOTA, arrival().code_kind))).json()
    assert answer["hints"]["changes_pos"] == booth.call("GET", "/v1/changes").json()["changes"][-1]["pos"]
    assert answer["hints"]["config_version"] == 1
    assert answer["safe_pos"] == answer["results"][0]["pos"]


def test_no_answer_before_it_is_on_disk(office: Office, booth: BoothDouble) -> None:
    message = booth.record(HELP)
    failing = True

    def fail(_: object) -> None:
        if failing:
            raise OperationalError("COMMIT", None, Exception("disk I/O error"))

    event.listen(office.database.engine, "commit", fail)
    answer = booth.try_to_sync(message)
    assert (answer.status_code, answer.json()["type"]) == (503, "database-busy")
    failing = False
    assert list_records(office) == []
    assert booth.sync(message)[0]["status"] == "accepted"


def test_one_row_that_cannot_be_stored_holds_only_its_applicant(
    office: Office, booth: BoothDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = arrival(), arrival()
    sent = [booth.record(fact) for fact in (first, other, replace(first, number="A002"))]

    def fail(self: CheckIns, record: str, *rest: Any) -> set[str]:
        if record == sent[0]["id"]:
            raise IntegrityError("INSERT", None, Exception("a row that does not fit"))
        return taken(self, record, *rest)

    taken = CheckIns.check_in
    with monkeypatch.context() as patch:
        patch.setattr(CheckIns, "check_in", fail)
        results = booth.sync(*sent)
    assert [result["status"] for result in results] == ["retry", "accepted", "retry"]
    assert [result["problem"]["type"] for result in results[::2]] == ["store", "earlier-record-waits"]
    assert [result["status"] for result in booth.sync(*sent)] == ["accepted", "duplicate", "accepted"]


def test_a_packed_body_is_understood(booth: BoothDouble) -> None:
    body = gzip.compress(json.dumps(booth.sync_body([booth.record(HELP)])).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = booth.call("POST", "/v1/sync", data=body, headers=headers)
    assert answer.json()["results"][0]["status"] == "accepted"


def test_a_token_is_for_one_booth(make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    answer = one.try_to_sync(device_id=other.id)
    assert (answer.status_code, answer.json()["type"]) == (403, "wrong-device")


def test_a_hundred_records_and_no_more(office: Office, booth: BoothDouble) -> None:
    sent = [booth.record(HELP) for _ in range(101)]
    assert booth.try_to_sync(*sent).status_code == 422
    assert {result["status"] for result in booth.sync(*sent[:100])} == {"accepted"}
    with office.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(records)).scalar_one() == 100

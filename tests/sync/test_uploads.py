"""One photo on its way: whole, on from where it broke, and never believed before the office says so."""

import hashlib
from collections.abc import Callable

import pytest

from kiosk_app.office.office import Office
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.uploads import upload
from tests.sync import hostile
from tests.sync.kit import BoothKit

RECORD = "01949a3e-0000-7000-8000-000000000001"
PACKET = b"sealed" * 50_000
SHA = hashlib.sha256(PACKET).hexdigest()


@pytest.fixture
def client(booth: BoothKit) -> OfficeClient:
    return booth.client()


@pytest.fixture
def send(client: OfficeClient) -> Callable[..., None]:
    return lambda resume=False: upload(client, SHA, RECORD, PACKET, resume)


def steps(front: hostile.Front) -> list[str]:
    return [seen.method for seen in front.paths("/v1/blobs")]


def broken_after(count: int) -> hostile.Misdeed:
    """The connection to the office dies when so many bytes of the body are through."""

    def misdeed(connection: hostile.Connection, seen: hostile.Seen) -> None:
        part = seen.body[:count]
        headers = {**seen.headers, "Upload-Complete": "?0"}
        connection.forward(hostile.Seen(seen.method, seen.path, headers, part))
        connection.reset()

    return misdeed


def test_a_photo_goes_in_one_request(send: Callable[..., None], office: Office, front: hostile.Front) -> None:
    send()
    assert steps(front) == ["PATCH"]
    assert office.depot.read(SHA) == PACKET


def test_it_goes_on_where_it_broke(send: Callable[..., None], office: Office, front: hostile.Front) -> None:
    front.misbehave(broken_after(100_000), "PATCH", times=2)
    with pytest.raises(CallError):
        send()
    front.behave()
    front.seen.clear()
    send(resume=True)
    assert steps(front) == ["HEAD", "PATCH"]
    last = front.paths("/v1/blobs")[-1]
    assert int(last.headers["Upload-Offset"]) >= 100_000
    assert len(last.body) <= len(PACKET) - 100_000
    assert office.depot.read(SHA) == PACKET


def test_after_a_restart_the_office_s_offset_is_taken(
    send: Callable[..., None], office: Office, front: hostile.Front
) -> None:
    """The booth does not remember that it had begun: the office says so, and neither is stuck."""
    front.misbehave(broken_after(120_000), "PATCH", times=2)
    with pytest.raises(CallError):
        send()
    front.behave()
    front.seen.clear()
    send()
    assert steps(front) == ["PATCH", "PATCH"]
    assert office.depot.read(SHA) == PACKET


def test_a_photo_that_is_there_already_is_done(send: Callable[..., None], front: hostile.Front) -> None:
    send()
    front.seen.clear()
    send(resume=True)
    assert steps(front) == ["HEAD"]
    send()


def test_a_lost_answer_costs_no_second_copy(send: Callable[..., None], office: Office, front: hostile.Front) -> None:
    front.misbehave(hostile.lost_answer, "PATCH", times=2)
    with pytest.raises(CallError):
        send()
    front.behave()
    front.seen.clear()
    send(resume=True)
    assert steps(front) == ["HEAD"]


def test_a_dropped_part_begins_again(send: Callable[..., None], office: Office, front: hostile.Front) -> None:
    def spoiled(connection: hostile.Connection, seen: hostile.Seen) -> None:
        hostile.honest(connection, hostile.Seen(seen.method, seen.path, seen.headers, seen.body[:-1] + b"!"))

    front.misbehave(spoiled, "PATCH")
    send()
    assert steps(front) == ["PATCH", "PATCH"]
    assert office.depot.read(SHA) == PACKET


def test_an_office_that_takes_small_parts_gets_small_parts(
    send: Callable[..., None], office: Office, front: hostile.Front
) -> None:
    def small_only(connection: hostile.Connection, seen: hostile.Seen) -> None:
        if len(seen.body) > 80_000:
            hostile.problem(413, "too-big")(connection, seen)
        else:
            hostile.honest(connection, seen)

    front.misbehave(small_only, "PATCH", times=100)
    send()
    assert office.depot.read(SHA) == PACKET
    assert len(front.paths("/v1/blobs")) < 10


def told(status: int, **headers: str) -> hostile.Misdeed:
    return hostile.answer(status, {**hostile.OURS, **{k.replace("_", "-"): v for k, v in headers.items()}})


@pytest.mark.parametrize(
    "misdeed",
    [
        hostile.answer(201, {}),
        hostile.answer(200, hostile.JSON, b"{}"),
        hostile.answer(204, {"Upload-Offset": str(len(PACKET)), "Upload-Complete": "?1"}),
        hostile.PORTAL_PAGE,
        hostile.half_head,
        told(204),
        told(204, Upload_Offset="-1"),
        told(204, Upload_Offset=str(len(PACKET) + 1)),
        told(204, Upload_Offset="0"),
        told(204, Upload_Offset="7", Upload_Complete="?1"),
        told(204, Upload_Offset=str(len(PACKET)), Upload_Complete="?1", Upload_Length="9"),
        told(409, Upload_Offset="0"),
        hostile.problem(422, "hash-mismatch"),
        hostile.problem(422, "invalid"),
        hostile.problem(413, "too-big"),
        hostile.problem(404, "not-found"),
        hostile.SERVER_ERROR,
    ],
)
def test_nothing_else_is_a_stored_photo(
    send: Callable[..., None], front: hostile.Front, misdeed: hostile.Misdeed
) -> None:
    front.misbehave(misdeed, "PATCH", "/v1/blobs", times=1000)
    with pytest.raises(CallError):
        send()
    assert len(front.paths("/v1/blobs")) < 20


def test_a_stuck_upload_is_the_office_s_nonsense(send: Callable[..., None], front: hostile.Front) -> None:
    front.misbehave(told(204, Upload_Offset="0"), "PATCH", times=1000)
    with pytest.raises(CallError) as caught:
        send()
    assert (caught.value.fault, caught.value.slug) == (Fault.NONSENSE, "upload-stuck")

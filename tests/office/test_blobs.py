"""Sealed photos: resumable at any byte, whole only with the right hash, opened only by the office's key."""

import errno
import io
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.packets import unpack
from kiosk_app.contract.messages import MAX_BLOB_BYTES
from kiosk_app.errors import KioskError
from kiosk_app.office.archive import count_photos, open_photo
from kiosk_app.office.office import Office
from kiosk_app.office.sealing import open_packet
from kiosk_app.paths import OfficePaths

from .booth_double import TIMEOUT, BoothDouble, arrival, photo, record_id
from .conftest import MakeBooth

JPEG = b"\xff\xd8" + os.urandom(3000) + b"\xff\xd9"
PACKET = os.urandom(5000)


def test_an_unknown_blob_starts_at_0(booth: BoothDouble) -> None:
    assert booth.upload_state(PACKET) == (0, False)


def test_one_request_is_enough(booth: BoothDouble, paths: OfficePaths) -> None:
    answer = booth.patch(PACKET, record_id())
    assert (answer.status_code, answer.headers["Upload-Complete"]) == (201, "?1")
    assert booth.upload_state(PACKET) == (5000, True)
    (kept,) = paths.blobs.glob("*/*.sealed")
    assert kept.read_bytes() == PACKET
    assert not list((paths.blobs / "parts").iterdir())


def test_sending_again_is_answered_the_same(booth: BoothDouble) -> None:
    record = record_id()
    assert [booth.patch(PACKET, record).status_code for _ in range(2)] == [201, 201]


def test_it_goes_on_at_any_byte(booth: BoothDouble) -> None:
    record = record_id()
    offset = 0
    for part in (PACKET[:1], PACKET[1:1000], PACKET[1000:4999]):
        answer = booth.patch(PACKET, record, offset, part)
        offset += len(part)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(offset))
        assert booth.upload_state(PACKET) == (offset, False)
    assert booth.patch(PACKET, record, offset).status_code == 201


@pytest.mark.parametrize("offset", [0, 999, 1001, 4000])
def test_a_wrong_offset_is_told_the_right_one(booth: BoothDouble, offset: int) -> None:
    record = record_id()
    booth.patch(PACKET, record, 0, PACKET[:1000])
    answer = booth.patch(PACKET, record, offset)
    assert (answer.status_code, answer.json()["type"]) == (409, "offset-mismatch")
    assert answer.headers["Upload-Offset"] == "1000"


def test_a_wrong_hash_drops_the_part(booth: BoothDouble, paths: OfficePaths) -> None:
    answer = booth.patch(PACKET, record_id(), 0, b"x" * len(PACKET))
    assert (answer.status_code, answer.json()["type"], answer.headers["Upload-Offset"]) == (422, "hash-mismatch", "0")
    assert booth.upload_state(PACKET) == (0, False)
    assert not list((paths.blobs / "parts").iterdir())
    assert booth.patch(PACKET, record_id()).status_code == 201


def test_more_than_announced_is_dropped(booth: BoothDouble) -> None:
    answer = booth.patch(PACKET, record_id(), 0, PACKET + b"more")
    assert answer.json()["type"] == "hash-mismatch"
    assert booth.upload_state(PACKET) == (0, False)


def test_a_piece_called_the_last_too_early_is_kept_as_a_part(booth: BoothDouble) -> None:
    answer = booth.patch(PACKET, record_id(), 0, PACKET[:10], headers={"Upload-Complete": "?1"})
    assert (answer.status_code, answer.headers["Upload-Complete"]) == (204, "?0")
    assert booth.upload_state(PACKET) == (10, False)


def test_a_part_survives_a_restart(office: Office, booth: BoothDouble, paths: OfficePaths, database: str) -> None:
    booth.patch(PACKET, record_id(), 0, PACKET[:1234])
    later = Office.open(paths, database)
    assert later.depot.progress(sha256_hex(PACKET)).offset == 1234
    later.close()


def test_limits_and_forms(booth: BoothDouble) -> None:
    record = record_id()
    too_big = booth.patch(PACKET, record, headers={"Upload-Length": str(MAX_BLOB_BYTES + 1)})
    assert (too_big.status_code, too_big.json()["type"]) == (413, "too-big")
    assert booth.patch(PACKET, record, headers={"Content-Type": "image/jpeg"}).status_code == 415
    for name, value in (("Complete", "yes"), ("Offset", "-1"), ("Length", "0")):
        assert booth.patch(PACKET, record, headers={f"Upload-{name}": value}).status_code == 422, name
    assert booth.patch(PACKET, "1").status_code == 422
    assert booth.call("HEAD", "/v1/blobs/..%2f..%2fetc").status_code in (404, 422)
    assert booth.upload_state(PACKET) == (0, False)


def test_a_blob_as_large_as_allowed(booth: BoothDouble) -> None:
    assert booth.patch(os.urandom(MAX_BLOB_BYTES), record_id()).status_code == 201


@pytest.mark.parametrize("step", ["write", "fsync"])
def test_a_full_disk_asks_to_wait(booth: BoothDouble, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    class FullFile(io.FileIO):
        def write(self, data: Any) -> int:
            raise full

    def no_room(_: object) -> None:
        raise full

    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr(Path, "open", lambda path, mode, **_: FullFile(path, "a"))
        else:
            patch.setattr("kiosk_app.office.blobs.os.fsync", no_room)
        answer = booth.patch(PACKET, record_id())
    assert (answer.status_code, answer.json()["type"], answer.headers["Retry-After"]) == (507, "office-full", "60")
    offset, complete = booth.upload_state(PACKET)
    assert not complete
    assert booth.patch(PACKET, record_id(), offset).status_code == 201


@contextmanager
def hanging_upload(booth: BoothDouble, packet: bytes, sent: int) -> Iterator[socket.socket]:
    """A request that announced everything and stopped after `sent` bytes."""
    target = urlsplit(booth.url)
    head = (
        f"PATCH /v1/blobs/{sha256_hex(packet)} HTTP/1.1\r\nHost: office\r\nAuthorization: Bearer {booth.token}\r\n"
        f"Content-Type: application/partial-upload\r\nContent-Length: {len(packet)}\r\nUpload-Offset: 0\r\n"
        f"Upload-Complete: ?1\r\nUpload-Length: {len(packet)}\r\nKiosk-Record: {record_id()}\r\n\r\n"
    )
    with socket.create_connection((target.hostname or "", target.port or 0), TIMEOUT) as connection:
        connection.sendall(head.encode() + packet[:sent])
        yield connection


def wait_for_offset(booth: BoothDouble, packet: bytes, offset: int) -> None:
    """Bytes travel on their own time; the test's own time limit ends a wait that is in vain."""
    while booth.upload_state(packet) != (offset, False):
        pass


def test_bytes_count_as_they_arrive(booth: BoothDouble) -> None:
    with hanging_upload(booth, PACKET, 2000):
        wait_for_offset(booth, PACKET, 2000)
    assert booth.patch(PACKET, record_id(), 2000).status_code == 201


def test_a_new_request_ends_a_hanging_one(booth: BoothDouble) -> None:
    with hanging_upload(booth, PACKET, 2000) as connection:
        wait_for_offset(booth, PACKET, 2000)
        assert booth.patch(PACKET, record_id(), 2000, PACKET[2000:3000]).status_code == 204
        connection.sendall(PACKET[2000:])
        assert connection.recv(1000).startswith(b"HTTP/1.1 409")
        assert booth.upload_state(PACKET) == (3000, False)
    assert booth.patch(PACKET, record_id(), 3000).status_code == 201


@pytest.mark.parametrize("record_first", [True, False])
def test_record_and_photo_come_in_any_order(office: Office, booth: BoothDouble, record_first: bool) -> None:
    record = record_id()
    visit = arrival().visit
    packet = booth.seal(JPEG, visit, record)
    message = booth.record(photo(visit, packet, JPEG, "key"), identifier=record)
    if record_first:
        booth.sync(message)
        assert count_photos(office) == 0
        with pytest.raises(KioskError, match="not arrived"):
            open_photo(office, record)
    booth.patch(packet, record)
    if not record_first:
        booth.sync(message)
    assert count_photos(office) == 1
    opened = open_photo(office, record)
    assert (opened.picture, opened.packet_bytes) == (JPEG, len(packet))


def test_a_photo_of_another_record_is_not_shown(office: Office, booth: BoothDouble) -> None:
    packet = booth.seal(JPEG, "visit", record_id())
    message = booth.record(photo("visit", packet, JPEG, "key"))
    booth.patch(packet, message["id"])
    booth.sync(message)
    with pytest.raises(KioskError, match="not the one"):
        open_photo(office, message["id"])
    with pytest.raises(KioskError, match="No record of a photo"):
        open_photo(office, record_id())


def test_a_damaged_file_is_found(office: Office, booth: BoothDouble, paths: OfficePaths) -> None:
    record = record_id()
    packet = booth.seal(JPEG, "visit", record)
    booth.patch(packet, record)
    booth.sync(booth.record(photo("visit", packet, JPEG, "key"), identifier=record))
    (kept,) = Path(paths.blobs).glob("*/*.sealed")
    kept.write_bytes(packet[:-1] + bytes([packet[-1] ^ 1]))
    with pytest.raises(KioskError, match="damaged"):
        open_photo(office, record)


def test_only_this_offices_key_opens(office: Office, booth: BoothDouble, tmp_path: Path) -> None:
    packet = booth.seal(JPEG, "visit", record_id())
    assert open_packet(packet, office.keys)[1] == JPEG
    header, info, _ = unpack(packet)
    changed = packet.replace(header.record.encode(), record_id().encode())
    assert changed != packet
    assert len(info) == len(unpack(changed)[1])
    for wrong in (changed, packet[:-1], packet[:-1] + b"\0"):
        with pytest.raises(KioskError, match="changed after"):
            open_packet(wrong, office.keys)
    other = Office.open(OfficePaths(tmp_path / "other"))
    with pytest.raises(KioskError, match="another key"):
        open_packet(packet, other.keys)
    other.close()


def test_a_revoked_booth_may_still_send_photos(office: Office, make_booth: MakeBooth) -> None:
    booth = make_booth()
    office.devices.revoke(booth.id)
    assert booth.patch(PACKET, record_id()).status_code == 201

"""`verify` over the whole data folder: the first fault, and what should be looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app.booth import packets
from kiosk_app.store.opening import open_journal
from kiosk_app.store.room import DiskLimits, DiskRoom
from kiosk_app.store.verify import Fault
from kiosk_app.store.verify_folder import FolderReport, verify_folder
from tests.store.spoiling import Booth, Day, flip, spoil

Verify = Callable[[], FolderReport]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Booth, Day]:
    booth = Booth.make(tmp_path_factory.mktemp("template"))
    return booth, booth.day(visits=10)


@pytest.fixture
def booth(template: tuple[Booth, Day], tmp_path: Path) -> Booth:
    return template[0].copy(tmp_path / "booth")


@pytest.fixture
def verify(booth: Booth) -> Verify:
    def work() -> FolderReport:
        with open_journal(booth.paths.journal, booth.keys) as database:
            return verify_folder(booth.paths, database, booth.keys.public_der())

    return work


def packet(booth: Booth, day: Day) -> Path:
    return booth.paths.photos / f"{day.blobs[1]}.sealed"


def test_a_whole_folder_is_in_order(booth: Booth, verify: Verify, template: tuple[Booth, Day]) -> None:
    DiskRoom(booth.paths.root, DiskLimits(ballast=32 << 20)).keep_ballast()
    report = verify()
    day = template[1]
    assert (report.records, report.packets, report.orphans) == (len(day.records), len(day.blobs), 0)
    assert (report.first_fault, report.notices) == (None, ())


def test_what_is_no_loss_is_a_notice(booth: Booth, verify: Verify) -> None:
    for name in ("journal.db.spare", "journal.db.head"):
        (booth.paths.root / name).unlink()
    (booth.paths.photos / f"{'a' * 64}.sealed").write_bytes(b"whose?")
    (booth.paths.quarantine / "somewhen").mkdir(parents=True)
    report = verify()
    assert report.first_fault is None
    assert set(report.notices) == {"orphans", "spare-missing", "no-ballast", "put-aside", "no-witness"}


def test_a_journal_that_lost_what_was_committed_is_a_fault(booth: Booth, verify: Verify) -> None:
    older = booth.paths.journal.read_bytes()
    booth.day(visits=2, first=100)
    records = verify().records
    booth.paths.journal.write_bytes(older)
    report = verify()
    assert report.first_fault == Fault(report.records + 1, "lost")
    assert report.records < records


def test_photos_that_are_not_whole_or_anothers_are_faults(
    booth: Booth, verify: Verify, template: tuple[Booth, Day]
) -> None:
    path = packet(booth, template[1])
    content = path.read_bytes()
    flip(path, 8 * (len(content) // 2))
    fault = verify().first_fault
    assert fault is not None
    assert fault.problem == "photo-damaged"
    path.unlink()
    fault = verify().first_fault
    assert fault is not None
    assert fault.problem == "photo-missing"


def test_a_packet_says_whose_it_is(booth: Booth, template: tuple[Booth, Day]) -> None:
    header, _, _ = packets.unpack(packet(booth, template[1]).read_bytes())
    assert header.record in {record_id for record_id, _ in template[1].records}


def test_pages_come_first(booth: Booth, verify: Verify) -> None:
    spoil(booth.paths.journal, booth.paths.journal.stat().st_size - 2000, 500)
    report = verify()
    assert (report.records, report.first_fault) == (0, Fault(0, "pages"))

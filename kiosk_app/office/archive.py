"""What has arrived, for the office's own people: lists, photos, the day's report."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, func, select

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.facts import PhotoTaken, Recorded
from kiosk_app.booth.report import DailyReport, daily_report
from kiosk_app.contract.office_side import RecordList, RecordRow
from kiosk_app.errors import KioskError
from kiosk_app.office.deeds import OFFICE, note_deed
from kiosk_app.office.flagging import read_body
from kiosk_app.office.office import Office
from kiosk_app.office.sealing import open_packet
from kiosk_app.office.tables import alarms, blobs, devices, flags, record_blobs, records


@dataclass(frozen=True, slots=True)
class ArrivedRecord:
    """One line of the office's list. `booth` is the booth's name; `flags` says what an officer should look at."""

    id: str
    booth: str
    seq: int
    kind: str
    received_at: datetime
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenedPhoto:
    """A photo out of its packet; `packet_bytes` is the size of the sealed file."""

    picture: bytes
    media_type: str
    packet_bytes: int
    taken: PhotoTaken


@dataclass(frozen=True, slots=True)
class BoothState:
    """One booth as the office sees it."""

    id: str
    name: str
    letter: str
    site: str
    practice: bool
    revoked: bool
    enrolled_at: datetime
    seen_at: datetime | None
    records: int
    alarms: dict[str, int]


def list_records(office: Office) -> list[ArrivedRecord]:
    """All records in the order in which they came in."""
    with office.database.read() as connection:
        marks: defaultdict[str, list[str]] = defaultdict(list)
        for mark in connection.execute(select(flags.c.record_id, flags.c.flag).order_by(flags.c.flag)):
            marks[mark.record_id].append(mark.flag)
        rows = connection.execute(
            select(records.c.id, devices.c.name, records.c.seq, records.c.kind, records.c.received_at)
            .join(devices, devices.c.id == records.c.device_id)
            .order_by(records.c.pos)
        )
        return [
            ArrivedRecord(row.id, row.name, row.seq, row.kind, row.received_at, tuple(marks[row.id])) for row in rows
        ]


def page_of_records(office: Office, after: int, limit: int) -> RecordList:
    """The records after a position, without their bodies."""
    with office.database.read() as connection:
        rows = connection.execute(
            select(records, devices.c.name)
            .join(devices, devices.c.id == records.c.device_id)
            .where(records.c.pos > after)
            .order_by(records.c.pos)
            .limit(limit + 1)
        ).all()
        page = rows[:limit]
        marks: defaultdict[str, list[str]] = defaultdict(list)
        wanted = select(flags).where(flags.c.record_id.in_([row.id for row in page])).order_by(flags.c.flag)
        for mark in connection.execute(wanted):
            marks[mark.record_id].append(mark.flag)
    return RecordList(
        records=[
            RecordRow(
                pos=row.pos, id=row.id, booth=row.name, epoch=row.epoch, seq=row.seq, kind=row.kind, schema_=row.schema,
                body_sha256=row.body_sha256, received_at=row.received_at, happened_at=row.happened_at,
                flags=marks[row.id],
            )
            for row in page
        ],
        more=len(rows) > limit,
    )  # fmt: skip


def count_photos(office: Office) -> int:
    """How many whole packets belong to a record that has arrived."""
    with office.database.read() as connection:
        joined = record_blobs.join(blobs, blobs.c.sha256 == record_blobs.c.sha256)
        return connection.execute(select(func.count()).select_from(joined)).scalar_one()


def open_photo(office: Office, record_id: str) -> OpenedPhoto:
    """The photo that a record names, opened with the office's key and checked against the record; raises KioskError."""
    with office.database.read() as connection:
        row = connection.execute(
            select(records.c.kind, records.c.schema, records.c.body).where(records.c.id == record_id)
        ).one_or_none()
    fact = read_body(row.kind, row.schema, row.body).fact if row is not None else None
    if not isinstance(fact, PhotoTaken):
        raise KioskError("photo-unknown", "No record of a photo has this id.", "List them with: office records")
    with office.database.write(()) as connection:
        note_deed(connection, OFFICE, "open-photo", record_id, office.clock.now())
    packet = office.depot.read(fact.blob)
    header, picture = open_packet(packet, office.keys)
    if header.record != record_id or sha256_hex(picture) != fact.plain_sha256:
        raise KioskError("photo-mismatch", "The photo is not the one that the record names.", "Ask the booth's staff.")
    return OpenedPhoto(picture, header.media_type, len(packet), fact)


def report(office: Office, day: date, site: str, booth: str = "", practice: bool = False) -> DailyReport:
    """The day's report of a place, or of the one booth of that name; practice and real days are never mixed.

    Raises KioskError "place-unknown" or "device-unknown".
    """
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, site)
        there = devices.c.site == site, devices.c.practice == practice, devices.c.name == booth
        if booth and connection.execute(select(devices.c.id).where(*there)).first() is None:
            kind = "practice booth" if practice else "booth"
            raise KioskError(
                "device-unknown",
                f"There is no such {kind} in {site}.",
                "Take its name from: kiosk-app office booth list; practice booths want --practice.",
            )
        start = datetime.combine(day, time(), profile.zone).astimezone(UTC)
        found = list(_facts(connection, start, site, booth, practice))
    return daily_report(found, day, profile)


def list_booths(office: Office) -> list[BoothState]:
    """Every enrolled booth with what has gone wrong there."""
    with office.database.read() as connection:
        counts = select(records.c.device_id, func.count().label("n")).group_by(records.c.device_id)
        arrived = {row.device_id: row.n for row in connection.execute(counts)}
        faults: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in connection.execute(
            select(alarms.c.device_id, alarms.c.type, func.count().label("n")).group_by(
                alarms.c.device_id, alarms.c.type
            )
        ):
            faults[row.device_id][row.type] = row.n
        return [
            BoothState(
                row.id, row.name, row.letter, row.site, row.practice, row.revoked_at is not None, row.enrolled_at,
                row.seen_at, arrived.get(row.id, 0), faults[row.id],
            )
            for row in connection.execute(select(devices).order_by(devices.c.site, devices.c.letter))
        ]  # fmt: skip


def _facts(connection: Connection, start: datetime, site: str, booth: str, practice: bool) -> Iterator[Recorded]:
    """What the booths of a place stamped with the day: the report must show the numbers that the booth itself shows."""
    wanted = (
        select(records.c.seq, records.c.id, records.c.kind, records.c.schema, records.c.body)
        .join(devices, devices.c.id == records.c.device_id)
        .where(
            devices.c.site == site,
            devices.c.practice == practice,
            records.c.stamped_at >= start,
            records.c.stamped_at < start + timedelta(days=1),
        )
        .order_by(records.c.device_id, records.c.epoch, records.c.seq)
    )
    if booth:
        wanted = wanted.where(devices.c.name == booth)
    for row in connection.execute(wanted):
        reading = read_body(row.kind, row.schema, row.body)
        if reading.fact is not None and reading.stamp is not None:
            yield Recorded(row.seq, row.id, reading.stamp, reading.fact)

"""What the office keeps, as SQLAlchemy tables; the migrations make the same, and a test holds the two together."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# A position of SQLite must be INTEGER to count by itself; PostgreSQL wants the eight bytes said.
Position = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite forgets zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without its zone cannot be kept.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


meta = Table("meta", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False))

enrolments = Table(
    "enrolment",
    metadata,
    # The code's first four characters find the row, so that wrong tries can be counted; the whole is only kept hashed.
    Column("lookup", String(8), primary_key=True),
    Column("code_sha256", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("letter", String(1), nullable=False),
    Column("site", String(40), nullable=False),
    Column("practice", Boolean, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("device_id", String(32)),
)

devices = Table(
    "device",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("letter", String(1), nullable=False),
    Column("site", String(40), nullable=False, index=True),
    Column("practice", Boolean, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("hw", String(200), nullable=False),
    Column("sw", String(200), nullable=False),
    Column("enrolled_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("seen_at", UtcTime),
    Column("report", Text),
)

nonces = Table(
    "nonce",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("device_id", String(32), ForeignKey(devices.c.id), nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

tokens = Table(
    "token",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("device_id", String(32), ForeignKey(devices.c.id), nullable=False),
    Column("scope", String(8), nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

records = Table(
    "record",
    metadata,
    Column("pos", Position, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("device_id", String(32), ForeignKey(devices.c.id), nullable=False),
    Column("epoch", String(200), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("applicant_key", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("sig", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    # When it happened: by the booth's own clock, where the body could be read, and by the office's reckoning, which is
    # only trusted where it does not rest on that clock alone.
    Column("stamped_at", UtcTime, index=True),
    Column("happened_at", UtcTime, nullable=False),
    Column("clock_trusted", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

# A record that is sent again under a new epoch (a restored disk) is one record with two links.
links = Table(
    "link",
    metadata,
    Column("device_id", String(32), ForeignKey(devices.c.id), primary_key=True),
    Column("epoch", String(200), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", String(36), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("prev_sha", String(64), nullable=False),
)

# The highest head that a booth ever reported of an epoch, the seq at which that epoch `started`, and how many links of it
# the office holds. Epochs of one booth are counted by `generation`: a booth never goes back to an earlier one.
heads = Table(
    "head",
    metadata,
    Column("device_id", String(32), ForeignKey(devices.c.id), primary_key=True),
    Column("epoch", String(200), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("boot_id", String(200), nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("started", BigInteger, nullable=False, server_default="1"),
    Column("held", BigInteger, nullable=False, server_default="0"),
)

flags = Table(
    "flag",
    metadata,
    Column("record_id", String(36), primary_key=True),
    Column("flag", String(40), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

# What should never happen and points to tampering or a fault: kept even where the record itself was not.
alarms = Table(
    "alarm",
    metadata,
    Column("pos", Position, primary_key=True, autoincrement=True),
    Column("device_id", String(32), ForeignKey(devices.c.id), nullable=False, index=True),
    Column("type", String(40), nullable=False),
    Column("record_id", String(36), nullable=False),
    Column("epoch", String(200), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("detail", String(200), nullable=False, server_default=""),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("device_id", "type", "record_id", "epoch", "seq"),
    sqlite_autoincrement=True,
)

record_blobs = Table(
    "record_blob",
    metadata,
    Column("record_id", String(36), primary_key=True),
    Column("sha256", String(64), primary_key=True, index=True),
)

blobs = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("length", Integer, nullable=False),
    Column("device_id", String(32), ForeignKey(devices.c.id), nullable=False),
    Column("record_id", String(36), nullable=False),
    Column("completed_at", UtcTime, nullable=False),
)

checkins = Table(
    "checkin",
    metadata,
    Column("record_id", String(36), primary_key=True),
    Column("booking_id", String(16), nullable=False, index=True),
    Column("device_id", String(32), nullable=False),
    Column("slot", UtcTime),
    Column("happened_at", UtcTime, nullable=False),
    Column("trusted", Boolean, nullable=False),
)

claims = Table(
    "claim",
    metadata,
    Column("booking_id", String(16), primary_key=True),
    Column("record_id", String(36), nullable=False),
    Column("device_id", String(32), ForeignKey(devices.c.id), nullable=False),
    Column("at", UtcTime, nullable=False),
)

bookings = Table(
    "booking",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("v", BigInteger, nullable=False),
    Column("site", String(40), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("service", String(40), nullable=False),
    Column("slot", UtcTime, nullable=False),
    Column("area", String(16), nullable=False),
    Column("person", String(64), nullable=False),
    Column("birth_date", Date),
    Column("electronic", Boolean, nullable=False),
    Column("flags", String(100), nullable=False),
    Column("status", String(16), nullable=False),
    Column("status_at", UtcTime, nullable=False),
)

changes = Table(
    "change",
    metadata,
    Column("pos", Position, primary_key=True, autoincrement=True),
    # The writing transaction on PostgreSQL, 0 on SQLite: positions there become visible in the order of commits anyway.
    Column("xid", BigInteger, nullable=False),
    Column("site", String(40), nullable=False),
    Column("type", String(16), nullable=False, server_default="booking"),
    # What has changed: the id of a booking, a lease or a conflict. `device_id` where only that booth is told.
    Column("subject", String(80), nullable=False),
    Column("device_id", String(32)),
    Column("v", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_change_site", "site", "xid", "pos"),
    Index("ix_change_pos", "site", "pos"),
    Index("ix_change_subject", "subject"),
    sqlite_autoincrement=True,
)

# Where a booking was before it moved: the booths there still tell the applicant where to go.
departures = Table(
    "departure",
    metadata,
    Column("booking_id", String(16), primary_key=True),
    Column("site", String(40), primary_key=True, index=True),
    Column("at", UtcTime, nullable=False),
)

officers = Table(
    "officer",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("practice", Boolean, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("pin", String(200), nullable=False),
)

profiles = Table(
    "profile",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("source", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
)

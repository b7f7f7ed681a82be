"""Tables of what the office decides and keeps account of: walk-in slots, conflicts, who did what."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from kiosk_app.office.tables import Position, UtcTime, devices, metadata

# How many walk-ins a place takes on a day, where that differs from the profile.
capacities = Table(
    "capacity",
    metadata,
    Column("site", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("lane", String(16), primary_key=True),
    Column("practice", Boolean, primary_key=True),
    Column("slots", Integer, nullable=False),
)

# `slots` is what the booth may spend now, `returned` what it gave back (already taken off), `spent` what its records show.
leases = Table(
    "lease",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("device_id", String(32), ForeignKey(devices.c.id), nullable=False),
    Column("site", String(40), nullable=False),
    Column("practice", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("lane", String(16), nullable=False),
    Column("slots", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("spent", Integer, nullable=False),
    Column("v", BigInteger, nullable=False),
    UniqueConstraint("device_id", "day", "lane"),
    Index("ix_lease_site", "site", "day", "lane"),
)

decisions = Table(
    "decision",
    metadata,
    Column("record_id", String(36), primary_key=True),
    Column("flag", String(40), primary_key=True),
    Column("choice", String(16), nullable=False),
    Column("officer", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
)

# The answers to requests that carry an Idempotency-Key, so that one that is sent again is answered and not done again.
answers = Table(
    "answer",
    metadata,
    Column("key_sha256", String(64), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)

# What people did at the office itself: opened a photo, decided a conflict, shut a booth out. References only, never data.
deeds = Table(
    "deed",
    metadata,
    Column("pos", Position, primary_key=True, autoincrement=True),
    Column("who", String(40), nullable=False),
    Column("what", String(40), nullable=False),
    Column("ref", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

"""The first form of the office's tables."""

import sqlalchemy as sa
from alembic import op

from kiosk_app.office.tables import Position, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("v", sa.BigInteger(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("slot", UtcTime(), nullable=False),
        sa.Column("area", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("electronic", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("number", name=op.f("uq_booking_number")),
    )
    op.create_index(op.f("ix_booking_site"), "booking", ["site"], unique=False)
    op.create_table(
        "change",
        sa.Column("pos", Position, autoincrement=True, nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("booking_id", sa.String(length=16), nullable=False),
        sa.Column("v", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_site", "change", ["site", "xid", "pos"], unique=False)
    op.create_table(
        "checkin",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("booking_id", sa.String(length=16), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("slot", UtcTime(), nullable=True),
        sa.Column("happened_at", UtcTime(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_checkin")),
    )
    op.create_index(op.f("ix_checkin_booking_id"), "checkin", ["booking_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("hw", sa.String(length=200), nullable=False),
        sa.Column("sw", sa.String(length=200), nullable=False),
        sa.Column("enrolled_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.Column("seen_at", UtcTime(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    op.create_index(op.f("ix_device_site"), "device", ["site"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("lookup", sa.String(length=8), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_enrolment")),
    )
    op.create_table(
        "flag",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("flag", sa.String(length=40), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "flag", name=op.f("pk_flag")),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "officer",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("pin", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", "practice", name=op.f("pk_officer")),
    )
    op.create_table(
        "profile",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_profile")),
    )
    op.create_table(
        "record_blob",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "sha256", name=op.f("pk_record_blob")),
    )
    op.create_index(op.f("ix_record_blob_sha256"), "record_blob", ["sha256"], unique=False)
    op.create_table(
        "alarm",
        sa.Column("pos", Position, autoincrement=True, nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("epoch", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_alarm_device_id")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_alarm")),
        sa.UniqueConstraint("device_id", "type", "record_id", "epoch", "seq", name=op.f("uq_alarm_device_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alarm_device_id"), "alarm", ["device_id"], unique=False)
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("completed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_blob_device_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "claim",
        sa.Column("booking_id", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_claim_device_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_claim")),
    )
    op.create_table(
        "head",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("boot_id", sa.String(length=200), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_head_device_id")),
        sa.PrimaryKeyConstraint("device_id", "epoch", name=op.f("pk_head")),
    )
    op.create_table(
        "link",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("prev_sha", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_link_device_id")),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", name=op.f("pk_link")),
    )
    op.create_table(
        "nonce",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_nonce_device_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_nonce")),
    )
    op.create_index(op.f("ix_nonce_expires_at"), "nonce", ["expires_at"], unique=False)
    op.create_table(
        "record",
        sa.Column("pos", Position, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("applicant_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("sig", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("stamped_at", UtcTime(), nullable=True),
        sa.Column("happened_at", UtcTime(), nullable=False),
        sa.Column("clock_trusted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_record_device_id")),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_record")),
        sa.UniqueConstraint("id", name=op.f("uq_record_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_record_stamped_at"), "record", ["stamped_at"], unique=False)
    op.create_table(
        "token",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_token_device_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_token")),
    )
    op.create_index(op.f("ix_token_expires_at"), "token", ["expires_at"], unique=False)
